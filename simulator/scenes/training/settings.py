"""Everything that the training page's controls say: a data set, a network and a way to train it."""

from dataclasses import dataclass
from typing import Any, TypeVar

from simulator.core.datasets import (
    DATASET_NAMES,
    EXTRA_INPUTS,
    Dataset,
    dataset_info,
    load_dataset,
    with_extra_inputs,
)
from simulator.core.fork import ParameterChange
from simulator.core.network import ACTIVATIONS, INITIALIZERS, NORMALIZATIONS, OUTPUT_ACTIVATIONS, NetworkConfig
from simulator.core.training import LOSSES, OPTIMIZERS, SCALINGS, SCHEDULES, TrainingConfig
from simulator.errors import InputError
from simulator.scenes.kinds import Choice, Flag, Kind, Number, Several, Text, Whole
from simulator.scenes.settings import Settings, control
from simulator.scenes.training import fitting
from simulator.scenes.training.fitting import OUTPUTS, UPLOADED, Shape
from simulator.scenes.training.fork_weight import FORK_WEIGHT
from simulator.scenes.training.uploads import DIGITS, find
from simulator.scenes.training.widths import WIDTHS

T = TypeVar("T", bound="Training")

NORMS = ("pre_activation_grad_norm", "activation_grad_norm", "weight_grad_norm", "update_ratio")

MAX_RATE = 1e3
FRACTIONS = (0.0, 0.1, 0.2, 0.3, 0.4)
RATES = tuple(float(f"{digits}e{exponent}") for exponent in range(-5, 3) for digits in ("1", "1.5", "2", "3", "5", "7"))
"""Six stops a decade, evenly enough on a log scale."""
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, None)
EPOCHS = (1, 2, 5, 10, 20, 30, 40, 60, 80, 100, 150, 200, 300, 500, 1000, 2000, 5000, 10_000)
PENALTIES = (0.0, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1)
CLIPS = (None, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
FORKS = (0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 5000, 10_000)
FACTORS = (0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0)
MAX_VALUE = 1000.0
"""Of a weight that is set by hand."""
SAME = "same"
"""Of a control of the fork: as before it."""
PATIENCES = (None, 1, 2, 5, 10, 20, 50, 100)


def _option(name: str) -> str:
    return f"training.option.{name}"


@dataclass(frozen=True)
class DataSet(Choice):
    """A data set, shown with what it is."""


@dataclass(frozen=True, kw_only=True)
class Training(Settings):
    """A data set, a network and a way to train it; the names are those of the link.

    ``None`` means: for ``rows`` and ``noise`` the data set's own default, for ``batch`` all rows at once, for ``clip``
    and ``patience`` never. ``table`` names an uploaded table by the digest of its content; no link carries it.

    >>> Training(hidden=(32, 32), batch=None).to_link()
    {'hidden': '32-32', 'batch': 'off'}
    """

    texts = "training"

    data: str = control("moons", DataSet((*DATASET_NAMES, UPLOADED), words="datasets.{}.name"))
    table: str = control("", Text(DIGITS), link="")
    activation: str = control("relu", Choice(ACTIVATIONS, words=_option("activation")))
    rate: float = control(0.1, Number(1e-6, MAX_RATE, log=True, stops=RATES))
    rows: int | None = control(None, Whole(8, 20_000, optional=True, look="box"))
    noise: float | None = control(None, Number(0.0, 2.0, step=0.01, optional=True))
    data_seed: int = control(0, Whole(0, 9999, look="box"))
    scaling: str = control("none", Choice(SCALINGS, words=_option("scaling")))
    validation: float = control(0.1, Number(0.0, 0.5, stops=FRACTIONS, percent=True))
    test: float = control(0.1, Number(0.0, 0.4, stops=FRACTIONS, percent=True))
    hidden: tuple[int, ...] = control((8, 8), WIDTHS)
    extra: tuple[str, ...] = control(
        (), Several(EXTRA_INPUTS, 0, len(EXTRA_INPUTS), words=_option("extra"), look="buttons")
    )
    outputs: str = control("classes", Choice(OUTPUTS, words=_option("outputs")))
    slope: float = control(0.01, Number(-1.0, 1.0, step=0.01))
    initializer: str = control("he_normal", Choice(INITIALIZERS, words=_option("initializer")))
    init_std: float = control(0.030, Number(0.0, 10.0, step=0.005, look="box"))
    init_value: float = control(0.0, Number(-10.0, 10.0, step=0.05, look="box"))
    init_bias: float = control(0.0, Number(0.0, 10.0, step=0.005, look="box"))
    normalization: str = control("none", Choice(NORMALIZATIONS, words=_option("normalization")))
    dropout: float = control(0.0, Number(0.0, 0.9, step=0.05))
    residual: bool = control(False, Flag())
    output: str = control("auto", Choice(OUTPUT_ACTIVATIONS, words=_option("output")))
    loss: str = control("cross_entropy", Choice(LOSSES, words=_option("loss")))
    optimizer: str = control("sgd", Choice(OPTIMIZERS, words=_option("optimizer")))
    momentum: float = control(0.9, Number(0.0, 0.999, step=0.01, look="box"))
    decay: float = control(0.9, Number(0.0, 0.9999, step=0.01, look="box"))
    beta1: float = control(0.9, Number(0.0, 0.9999, step=0.01, look="box"))
    beta2: float = control(0.999, Number(0.0, 0.99999, step=0.01, look="box"))
    weight_decay: float = control(0.01, Number(0.0, 10.0, step=0.01, look="box"))
    schedule: str = control("constant", Choice(SCHEDULES, words=_option("schedule")))
    schedule_factor: float = control(0.1, Number(0.0, 1.0, step=0.05))
    schedule_epochs: float = control(10.0, Number(0.1, 100_000.0, step=1.0, look="box"))
    batch: int | None = control(32, Whole(1, 65_536, stops=BATCHES, optional=True))
    epochs: int = control(60, Whole(1, 100_000, stops=EPOCHS))
    l1: float = control(0.0, Number(0.0, 10.0, stops=PENALTIES))
    l2: float = control(0.0, Number(0.0, 10.0, stops=PENALTIES))
    clip: float | None = control(None, Number(1e-6, 1e6, stops=CLIPS, optional=True))
    patience: int | None = control(None, Whole(1, 100_000, stops=PATIENCES, optional=True))
    seed: int = control(0, Whole(0, 9999, look="box"))
    fork: int = control(10, Whole(0, 1_000_000, stops=FORKS))
    fork_factor: float = control(0.1, Number(1e-4, 1e4, stops=FACTORS))
    fork_weight: tuple[int, ...] = control((), FORK_WEIGHT)
    fork_value: float = control(0.0, Number(-MAX_VALUE, MAX_VALUE, step=0.1, look="box"))
    fork_optimizer: str = control(SAME, Choice((SAME, *OPTIMIZERS), words=_option("optimizer")))
    fork_schedule: str = control(SAME, Choice((SAME, *SCHEDULES), words=_option("schedule")))
    fork_batch: str = control(SAME, Choice((SAME, "1", "8", "32", "128", "all"), words=_option("batch")))
    fork_l2: float | None = control(None, Number(0.0, 10.0, stops=(None, *PENALTIES), optional=True))
    norm: str = control(NORMS[0], Choice(NORMS, words="training.norm"))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return values whose loss, output and outputs fit together and fit the data set."""
        return fitting.fit(cls, values)

    def change(self: T, **changes: Any) -> T:
        """Return the settings with some controls moved; another data set starts with its own rows, noise and scaling.

        Raises:
          InputError: for a value that its control cannot hold.
        """
        return super().change(**{**fitting.own_values(self.data, changes.get("data", self.data)), **changes})

    def kind(self, name: str) -> Kind:
        """Return what a control may hold: bounds and choices are those of the data set and the loss."""
        return fitting.narrowed(self, name, super().kind(name))

    def shown(self, name: str) -> Any:
        """Return what a widget shows: for rows and noise that nobody chose, the data set's own."""
        value = super().shown(name)
        return fitting.default_of(self.data, name) if value is None and name in ("rows", "noise") else value

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything as the others stand."""
        return fitting.applies(self, name)

    def fork_changes(self) -> dict[str, Any]:
        """Return what is different after the fork, as fields of ``TrainingConfig``."""
        changes: dict[str, Any] = {}
        if self.fork_factor != 1.0:
            changes["learning_rate"] = min(self.rate * self.fork_factor, MAX_RATE)
        for name in ("optimizer", "schedule"):
            chosen = getattr(self, f"fork_{name}")
            if chosen not in (SAME, getattr(self, name)):
                changes[name] = chosen
        batch = self.batch if self.fork_batch == SAME else None if self.fork_batch == "all" else int(self.fork_batch)
        if batch != self.batch:
            changes["batch_size"] = batch
        if self.fork_l2 not in (None, self.l2):
            changes["l2"] = self.fork_l2
        return changes

    def by_hand(self, weight: Any, value: Any) -> dict[str, Any]:
        """Return the controls of a fork that sets one weight by hand, as a browser sent it, and keeps the rate."""
        return {"fork_weight": weight, "fork_value": value, "fork_factor": 1.0}

    def fork_parameter(self) -> ParameterChange | None:
        """Return the weight or bias that the fork sets by hand, if any."""
        if not self.fork_weight:
            return None
        layer, source, unit = self.fork_weight
        return ParameterChange(layer - 1, source - 1 if source else None, unit - 1, self.fork_value)

    def dataset(self) -> Dataset:
        """Load or draw the data set. Raises ``InputError`` for an uploaded one that is not there (any more)."""
        return with_extra_inputs(self._own_dataset(), self.extra)

    def _own_dataset(self) -> Dataset:
        if self.data == UPLOADED:
            found = find(self.table)
            if found is None:
                raise InputError("training:uploaded_missing")
            return found
        noise = self.noise if dataset_info(self.data).has_noise else None
        return load_dataset(self.data, num_rows=self.rows, noise=noise, seed=self.data_seed)

    def tables(self) -> tuple[Dataset, ...]:
        """Return the uploaded table, where it is trained on and is there."""
        found = find(self.table) if self.data == UPLOADED else None
        return () if found is None else (found,)

    def network(self, dataset: Dataset | Shape) -> NetworkConfig:
        """Return the network's configuration, whose inputs and outputs follow the data set."""
        return NetworkConfig(
            layer_sizes=fitting.layer_sizes(dataset, self.hidden, len(self.extra), self.outputs),
            activation=self.activation,
            negative_slope=self.slope,
            output_activation=self.output,
            initializer=self.initializer,
            initializer_std=self.init_std,
            initializer_value=self.init_value,
            bias_std=self.init_bias,
            normalization=self.normalization,
            dropout=self.dropout,
            residual=self.residual,
        )

    def training(self) -> TrainingConfig:
        """Return the training configuration."""
        return TrainingConfig(
            optimizer=self.optimizer,
            learning_rate=self.rate,
            momentum=self.momentum,
            decay=self.decay,
            beta1=self.beta1,
            beta2=self.beta2,
            weight_decay=self.weight_decay,
            schedule=self.schedule,
            schedule_factor=self.schedule_factor,
            schedule_epochs=self.schedule_epochs,
            loss=self.loss,
            l1=self.l1,
            l2=self.l2,
            clip_norm=self.clip,
            batch_size=self.batch,
            num_epochs=self.epochs,
            patience=self.patience if self.validation > 0 else None,
            scaling=self.scaling,
            validation_fraction=self.validation,
            test_fraction=self.test,
            seed=self.seed,
        )
