"""An experiment: everything the training page's controls say, as one small value that fits into a link.

The same value names a preset, a cached run, a lesson's picture and an exported configuration. Text from outside (a
link, a lesson file) is repaired to the nearest valid experiment, with one sentence for each repair.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

from simulator.core.datasets import DATASET_NAMES, Dataset, dataset_info, load_dataset
from simulator.core.network import (
    ACTIVATIONS,
    INITIALIZERS,
    MAX_HIDDEN_LAYERS,
    MAX_WIDTH,
    NORMALIZATIONS,
    OUTPUT_ACTIVATIONS,
    NetworkConfig,
)
from simulator.core.training import LOSSES, OPTIMIZERS, SCALINGS, SCHEDULES, TrainingConfig
from simulator.errors import InputError

UPLOADED = "csv"
"""Name of the data set that the reader brought; it is not in a link."""

OUTPUTS = ("classes", "single")
"""One output a class, or a single output for two classes."""


class Control(NamedTuple):
    """What a control may hold.

    ``kind`` is ``choice``, ``integer``, ``number``, ``flag`` or ``widths``; ``optional`` controls may also hold
    ``None``, which a link writes as ``off``.
    """

    kind: str
    minimum: float | int = float("-inf")
    maximum: float | int = float("inf")
    choices: tuple[str, ...] = ()
    optional: bool = False


CONTROLS: dict[str, Control] = {
    "data": Control("choice", choices=(*DATASET_NAMES, UPLOADED)),
    "rows": Control("integer", 8, 20_000, optional=True),
    "noise": Control("number", 0.0, 2.0, optional=True),
    "data_seed": Control("integer", 0, 9999),
    "scaling": Control("choice", choices=SCALINGS),
    "validation": Control("number", 0.0, 0.5),
    "test": Control("number", 0.0, 0.4),
    "hidden": Control("widths", 1, MAX_WIDTH),
    "outputs": Control("choice", choices=OUTPUTS),
    "activation": Control("choice", choices=ACTIVATIONS),
    "slope": Control("number", -1.0, 1.0),
    "initializer": Control("choice", choices=INITIALIZERS),
    "init_std": Control("number", 0.0, 10.0),
    "init_value": Control("number", -10.0, 10.0),
    "normalization": Control("choice", choices=NORMALIZATIONS),
    "dropout": Control("number", 0.0, 0.9),
    "residual": Control("flag"),
    "output": Control("choice", choices=OUTPUT_ACTIVATIONS),
    "loss": Control("choice", choices=LOSSES),
    "optimizer": Control("choice", choices=OPTIMIZERS),
    "rate": Control("number", 1e-6, 1e3),
    "momentum": Control("number", 0.0, 0.999),
    "decay": Control("number", 0.0, 0.9999),
    "beta1": Control("number", 0.0, 0.9999),
    "beta2": Control("number", 0.0, 0.99999),
    "weight_decay": Control("number", 0.0, 10.0),
    "schedule": Control("choice", choices=SCHEDULES),
    "schedule_factor": Control("number", 0.0, 1.0),
    "schedule_epochs": Control("number", 0.1, 100_000.0),
    "batch": Control("integer", 1, 65_536, optional=True),
    "epochs": Control("integer", 1, 100_000),
    "l1": Control("number", 0.0, 10.0),
    "l2": Control("number", 0.0, 10.0),
    "clip": Control("number", 1e-6, 1e6, optional=True),
    "patience": Control("integer", 1, 100_000, optional=True),
    "seed": Control("integer", 0, 9999),
}


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A data set, a network and a way to train it; the names are those of the link.

    ``None`` means: for ``rows`` and ``noise`` the data set's own default, for ``batch`` all rows at once, for ``clip``
    and ``patience`` never.
    """

    data: str = "moons"
    rows: int | None = None
    noise: float | None = None
    data_seed: int = 0
    scaling: str = "none"
    validation: float = 0.1
    test: float = 0.1
    hidden: tuple[int, ...] = (8, 8)
    outputs: str = "classes"
    activation: str = "relu"
    slope: float = 0.01
    initializer: str = "he_normal"
    init_std: float = 0.030
    init_value: float = 0.0
    normalization: str = "none"
    dropout: float = 0.0
    residual: bool = False
    output: str = "auto"
    loss: str = "cross_entropy"
    optimizer: str = "sgd"
    rate: float = 0.1
    momentum: float = 0.9
    decay: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    weight_decay: float = 0.01
    schedule: str = "constant"
    schedule_factor: float = 0.1
    schedule_epochs: float = 10.0
    batch: int | None = 32
    epochs: int = 60
    l1: float = 0.0
    l2: float = 0.0
    clip: float | None = None
    patience: int | None = None
    seed: int = 0

    def dataset(self) -> Dataset:
        """Load or draw the data set. Raises ``InputError`` for an uploaded one, which is not in the experiment."""
        if self.data == UPLOADED:
            raise InputError("experiment:uploaded_missing")
        info = dataset_info(self.data)
        noise = self.noise if info.has_noise else None
        return load_dataset(self.data, num_rows=self.rows, noise=noise, seed=self.data_seed)

    def network(self, dataset: Dataset) -> NetworkConfig:
        """Return the network's configuration, whose inputs and outputs follow the data set."""
        single = self.outputs == "single" and dataset.num_classes == 2
        return NetworkConfig(
            layer_sizes=(dataset.num_features, *self.hidden, 1 if single else dataset.num_outputs),
            activation=self.activation,
            negative_slope=self.slope,
            output_activation=self.output,
            initializer=self.initializer,
            initializer_std=self.init_std,
            initializer_value=self.init_value,
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

    def to_link(self) -> dict[str, str]:
        """Return what differs from the default experiment as query parameters.

        >>> Experiment(hidden=(32, 32), batch=None).to_link()
        {'hidden': '32-32', 'batch': 'off'}
        """
        default = Experiment()
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: _write(value) for name, value in values.items() if value != getattr(default, name)}

    @classmethod
    def from_link(cls, parameters: Mapping[str, str]) -> tuple["Experiment", tuple[InputError, ...]]:
        """Return the nearest valid experiment to what a link says, and what had to be mended.

        Parameters with other names belong to somebody else and are left alone.

        >>> experiment, mended = Experiment.from_link({"rate": "-3", "activation": "relu6"})
        >>> experiment.rate, experiment.activation, len(mended)
        (1e-06, 'relu', 2)
        """
        values: dict[str, Any] = {}
        mended: list[InputError] = []
        for name, control in CONTROLS.items():
            if name in parameters:
                value, error = _read(name, control, str(parameters[name]), getattr(cls(), name))
                values[name] = value
                if error is not None:
                    mended.append(error)
        return cls(**values).consistent(), tuple(mended)

    def consistent(self) -> "Experiment":
        """Return the experiment with loss, output and outputs that fit together and fit the data set."""
        changes: dict[str, Any] = {}
        if self.data != UPLOADED:
            info = dataset_info(self.data)
            if info.task == "regression" and not self.loss.startswith("mse"):
                changes["loss"] = "mse_mean"
            if info.num_classes != 2:
                changes["outputs"] = "classes"
            noise = None if self.noise is None or not info.has_noise else min(self.noise, info.max_noise)
            changes["noise"] = None if noise == info.default_noise else noise
            rows = None if self.rows is None else min(max(self.rows, info.min_rows), info.max_rows)
            changes["rows"] = None if rows == info.num_rows_default else rows
        loss, outputs = changes.get("loss", self.loss), changes.get("outputs", self.outputs)
        if loss == "cross_entropy" and outputs == "single":
            changes["outputs"] = "classes"
        if (loss, self.output) not in ALLOWED_OUTPUTS:
            changes["output"] = "auto"
        return replace(self, **changes)


ALLOWED_OUTPUTS = {
    (loss, output)
    for loss in LOSSES
    for output in {"cross_entropy": ("auto", "softmax"), "binary_cross_entropy": ("auto", "sigmoid")}.get(
        loss, OUTPUT_ACTIVATIONS
    )
}
"""Pairs of loss and output activation that can be trained."""

OFF = "off"


def _write(value: Any) -> str:
    if value is None:
        return OFF
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return "-".join(map(str, value)) or OFF
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


def _read(name: str, control: Control, written: str, default: Any) -> tuple[Any, InputError | None]:
    """Return the value nearest to ``written`` and, where they differ, the error that says so."""
    if control.optional and written == OFF:
        return None, None
    if control.kind == "choice":
        if written in control.choices:
            return written, None
        return default, InputError("choice", field=name, value=_short(written), choices=control.choices)
    if control.kind == "flag":
        if written in ("0", "1"):
            return written == "1", None
        return default, InputError("choice", field=name, value=_short(written), choices=("0", "1"))
    if control.kind == "widths":
        return _read_widths(written, default)
    try:
        number = float(written)
    except ValueError:
        return default, InputError("number", field=name, value=_short(written))
    if number != number:
        return default, InputError("number", field=name, value=_short(written))
    if number < control.minimum:
        error = InputError("at_least", field=name, value=_short(written), minimum=f"{control.minimum:g}")
        return _cast(control, control.minimum), error
    if number > control.maximum:
        error = InputError("at_most", field=name, value=_short(written), maximum=f"{control.maximum:g}")
        return _cast(control, control.maximum), error
    if control.kind == "integer" and number != int(number):
        return int(number), InputError("integer", field=name, value=_short(written))
    return _cast(control, number), None


def _cast(control: Control, number: float | int) -> int | float:
    return int(number) if control.kind == "integer" else float(number)


def _short(written: str) -> str:
    return written if len(written) <= 40 else written[:39] + "…"


def _read_widths(written: str, default: tuple[int, ...]) -> tuple[tuple[int, ...], InputError | None]:
    if written == OFF:
        return (), None
    try:
        return parse_widths(written), None
    except InputError as error:
        return default, error


def parse_widths(written: str) -> tuple[int, ...]:
    """Read hidden widths as a person types them: ``32-32``, ``32, 32``, ``4x32`` (four layers of 32), empty for none.

    Raises:
      InputError: saying what can be typed and what could not be read.

    >>> parse_widths("32 32"), parse_widths("3x16, 8"), parse_widths("")
    ((32, 32), (16, 16, 16, 8), ())
    """
    widths: list[int] = []
    for part in written.replace("×", "x").replace("*", "x").replace(",", " ").replace("-", " ").split():
        repeat, times, width = part.rpartition("x")
        if not (width.isascii() and width.isdigit()) or (times and not (repeat.isascii() and repeat.isdigit())):
            raise InputError("experiment:widths", value=_short(part))
        if len(width) > 6 or len(repeat) > 6 or int(repeat or 1) > MAX_HIDDEN_LAYERS:
            raise InputError("experiment:widths_range", value=_short(part), layers=MAX_HIDDEN_LAYERS, width=MAX_WIDTH)
        widths += [int(width)] * int(repeat or 1)
    if len(widths) > MAX_HIDDEN_LAYERS or any(not 1 <= width <= MAX_WIDTH for width in widths):
        raise InputError("experiment:widths_range", value=_short(written), layers=MAX_HIDDEN_LAYERS, width=MAX_WIDTH)
    return tuple(widths)
