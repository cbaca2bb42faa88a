"""Train a network: configuration and data in, a ``Run`` with every record out."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial, wraps
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from simulator.core.datasets import Dataset, Scaler, Split, apply_scaler, expanded
from simulator.core.engine.compilation import compilation_seconds, num_compilations
from simulator.core.engine.evaluation import Evaluation, evaluate
from simulator.core.engine.execution import Execution, execute
from simulator.core.engine.frames import make_frames
from simulator.core.engine.nonfinite import find_nonfinite
from simulator.core.engine.recording import collect_records
from simulator.core.losses import decision_threshold, encode_targets
from simulator.core.network import NetworkConfig, Params
from simulator.core.prepared import Prepared, prepared
from simulator.core.records import Frames, Records
from simulator.core.training import TrainingConfig
from simulator.errors import InputError, check_integer

if TYPE_CHECKING:
    import pandas

Progress = Callable[[int, int], bool | None]


class NonFinite(NamedTuple):
    """Where the first number that is not finite came up."""

    step: int
    layer: int  # index of the layer with weights; hidden layers from 0, then the output layer
    quantity: str  # pre_activation, activation, loss, gradient or weight


@dataclass(frozen=True, kw_only=True)
class Run:
    """A finished training run.

    Args:
      network: the configuration, its output activation resolved.
      training: the configuration.
      dataset: as given.
      split: rows of each part.
      scaler: of the features, measured on the training rows.
      records: numbers of every recorded step.
      steps_per_epoch: updates an epoch.
      num_steps: updates made.
      stopped_early: whether patience ended the run.
      best_step: step of the smallest validation loss, where patience watched it.
      cancelled: whether ``progress`` ended the run.
      seconds: from the call to the last record, without what compiling took.
      num_compilations: programs compiled during the call; 0 once the shapes are warm.
      execution: the engine's own state, for ``params_at`` and ``frames``.
    """

    network: NetworkConfig
    training: TrainingConfig
    dataset: Dataset
    split: Split
    scaler: Scaler
    records: Records
    steps_per_epoch: int
    num_steps: int
    stopped_early: bool
    best_step: int | None
    cancelled: bool
    seconds: float
    num_compilations: int
    execution: Execution

    def params_at(self, step: int) -> Params:
        """Return the exact parameters after ``step`` updates, from 0 to ``num_steps``.

        Args:
          step: updates made; any recorded step, or one between.

        Raises:
          InputError: for a step the run does not have.
        """
        check_integer("step", step, 0, self.num_steps)
        return self.execution.params_at(int(step))

    @cached_property
    def final_params(self) -> Params:
        """The parameters the run ends with: those of the best step, if it stopped early."""
        return self.params_at(self.final_step)

    @property
    def final_step(self) -> int:
        """Updates behind the parameters the run ends with."""
        return self.best_step if self.stopped_early and self.best_step is not None else self.num_steps

    @cached_property
    def frames(self) -> Frames:
        """The heavy numbers at thinned steps, computed when first asked for."""
        return make_frames(
            self.execution,
            self.records,
            self.dataset,
            encode_targets(self.dataset, self.network, self.training),
            self._test_rows,
            self.scaler,
            threshold=self._threshold,
        )

    @cached_property
    def first_nonfinite(self) -> NonFinite | None:
        """Where the first number that is not finite came up; ``None`` if all are finite."""
        found = find_nonfinite(self.execution)
        return None if found is None else NonFinite(*found)

    def predict(self, inputs) -> np.ndarray:
        """Return the final network's outputs, for inputs in the data's own units.

        Args:
          inputs: (rows, features), without those that are made of others.

        Returns:
          float32 (rows, outputs): probabilities or values.

        Raises:
          InputError: for another number of features.
        """
        inputs = np.asarray(inputs, np.float32)
        if inputs.ndim != 2 or inputs.shape[1] != self.dataset.num_own_features:
            raise InputError("engine:features", value=inputs.shape, expected=self.dataset.num_own_features)
        inputs = expanded(inputs, self.dataset.extra_inputs)
        return self._evaluate(inputs, np.zeros((len(inputs), self.network.layer_sizes[-1]), np.float32)).outputs

    @property
    def _threshold(self) -> float:
        return decision_threshold(encode_targets(self.dataset, self.network, self.training))

    @property
    def _test_rows(self) -> np.ndarray:
        return self.split.test if len(self.split.test) else self.split.train

    def _evaluate(self, inputs: np.ndarray, targets: np.ndarray) -> Evaluation:
        return evaluate(self.execution, self.final_step, apply_scaler(self.scaler, inputs), targets)

    def evaluate_rows(self, rows: np.ndarray, step: int) -> Evaluation:
        """Return outputs, loss (without penalty) and accuracy of rows of the data set, with the parameters of a step.

        Args:
          rows: indices into the data set.
          step: updates made, from 0 to ``num_steps``.
        """
        targets = encode_targets(self.dataset, self.network, self.training)[rows]
        return evaluate(self.execution, step, apply_scaler(self.scaler, self.dataset.inputs[rows]), targets)

    @cached_property
    def _test(self) -> Evaluation:
        return self.evaluate_rows(self._test_rows, self.final_step)

    @property
    def test_loss(self) -> float:
        """Loss without penalty on the test part; without one, on the training part."""
        return self._test.loss

    @property
    def test_accuracy(self) -> float:
        """Share of right classes on the test part (without one, on the training part); NaN for regression."""
        return self._test.accuracy if self.dataset.task == "classification" else float("nan")

    def to_pandas(self) -> "pandas.DataFrame":
        """Return the records as a table: a row a recorded step, per-layer columns ``name_1`` … ``name_output``."""
        import pandas

        columns = {}
        for name, values in self.records._asdict().items():
            if values.ndim == 1:
                columns[name] = values
            else:
                for layer in range(values.shape[1]):
                    last = layer == values.shape[1] - 1
                    columns[f"{name}_{'output' if last else layer + 1}"] = values[:, layer]
        return pandas.DataFrame(columns)

    def to_csv(self, path=None) -> str | None:
        """Write the records as CSV; without a path, return the text."""
        return self.to_pandas().to_csv(path, index=False)

    def to_npz(self, path=None) -> bytes | None:
        """Write records and final parameters as a NumPy archive; without a path, return its bytes."""
        import io

        arrays = dict(self.records._asdict())
        for layer, entry in enumerate(self.final_params):
            arrays.update(
                {f"layer{layer + 1}_{name}": value for name, value in entry._asdict().items() if value is not None}
            )
        if path is not None:
            np.savez_compressed(path, **arrays)
            return None
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        return buffer.getvalue()

    def _summary(self) -> dict[str, str]:
        records = self.records
        sizes = "-".join(str(size) for size in self.network.layer_sizes)
        summary = {
            "network": f"{sizes}, {self.network.activation}, {self.network.initializer}",
            "data": f"{self.dataset.name}, {len(self.split.train)} training rows",
            "training": f"{self.training.optimizer}, {self.training.learning_rate:g}, {self.num_steps} steps",
            "loss": f"{records.loss[0]:.4g} → {records.loss[-1]:.4g}",
        }
        if self.dataset.task == "classification":
            summary["test accuracy"] = f"{self.test_accuracy:.3g}"
        summary["time"] = f"{self.seconds:.3g} s, {self.num_compilations} compilations"
        return summary

    def __repr__(self) -> str:
        return "Run(" + "; ".join(f"{name}: {value}" for name, value in self._summary().items()) + ")"

    def _repr_html_(self) -> str:
        import html

        cells = (
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
            for name, value in self._summary().items()
        )
        return f"<table>{''.join(cells)}</table>"


Found = TypeVar("Found")


def kept_with_run(compute: Callable[[Run], Found]) -> Callable[[Run], Found]:
    """Let a run keep what a function finds in it: every drawing asks again, and it is forgotten with the run."""
    name = f"{compute.__module__}.{compute.__qualname__}"

    @wraps(compute)
    def kept(run: Run) -> Found:
        if name not in vars(run):
            vars(run)[name] = compute(run)
        return vars(run)[name]

    return kept


def train(
    network: NetworkConfig, training: TrainingConfig, dataset: Dataset, *, progress: Progress | None = None
) -> Run:
    """Train a network on a data set.

    Args:
      network: what is trained.
      training: how.
      dataset: on what; split and scaled as ``training`` says.
      progress: called now and then with (updates made, updates in all); returning ``False`` ends the run there.

    Returns:
      The run with its records.

    Raises:
      InputError: when network, training and data set do not fit together; nothing has been compiled then.
    """
    return carry_out(partial(prepared, network, training, dataset), progress)


def carry_out(prepare: Callable[[], Prepared], progress: Progress | None = None) -> Run:
    """Prepare a run and execute it: what ``train`` does, and what goes on from a step of another run."""
    began, compiled = time.perf_counter(), num_compilations()
    before = compilation_seconds()
    start = prepare()
    execution = execute(start.job, progress, start.past)
    return Run(
        network=start.network,
        training=start.training,
        dataset=start.dataset,
        split=start.split,
        scaler=start.scaler,
        records=collect_records(execution, classification=start.dataset.task == "classification"),
        steps_per_epoch=start.job.steps_per_epoch,
        num_steps=execution.num_steps,
        stopped_early=execution.stopped_early,
        best_step=execution.best_step,
        cancelled=execution.cancelled,
        seconds=time.perf_counter() - began - (compilation_seconds() - before),
        num_compilations=num_compilations() - compiled,
        execution=execution,
    )
