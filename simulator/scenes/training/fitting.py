"""What goes together on the training page: data set, loss and outputs; and which controls change anything."""

from typing import Any, NamedTuple

from simulator.core.datasets import DATASET_NAMES, EXTRA_INPUTS, dataset_info
from simulator.core.losses import NATURAL_OUTPUT
from simulator.core.network import OUTPUT_ACTIVATIONS
from simulator.core.training import LOSSES, SCHEDULES
from simulator.errors import InputError
from simulator.scenes.kinds import Kind, Number
from simulator.scenes.settings import Settings, replaced, within
from simulator.scenes.training.uploads import find

UPLOADED = "csv"
"""Name of the data set that the reader brought; its content is not in a link."""
OUTPUTS = ("classes", "single")
"""One output a class, or a single output for two classes."""
ALLOWED_OUTPUTS = {
    (loss, output)
    for loss in LOSSES
    for output in (("auto", NATURAL_OUTPUT[loss]) if loss in NATURAL_OUTPUT else OUTPUT_ACTIVATIONS)
}
"""Pairs of loss and output activation that can be trained."""
_PERIODIC = ("step", "exponential", "cyclic", "warmup")
_ONLY_WITH: dict[str, tuple[str, tuple[str, ...]]] = {
    "slope": ("activation", ("leaky_relu", "prelu")),
    "init_std": ("initializer", ("normal",)),
    "init_value": ("initializer", ("constant",)),
    "momentum": ("optimizer", ("momentum", "nesterov")),
    "decay": ("optimizer", ("rmsprop",)),
    "beta1": ("optimizer", ("adam", "adamw")),
    "beta2": ("optimizer", ("adam", "adamw")),
    "weight_decay": ("optimizer", ("adamw",)),
    "schedule_factor": ("schedule", tuple(name for name in SCHEDULES if name != "constant")),
    "schedule_epochs": ("schedule", _PERIODIC),
}
"""Control → the control without one of whose values it changes nothing."""
_HIDDEN = ("activation", "slope", "normalization", "dropout", "residual")
"""Controls of the hidden layers."""


class Shape(NamedTuple):
    """What controls and panels need to know of a data set before it is loaded."""

    num_own_features: int
    num_classes: int  # 0 for a regression
    num_outputs: int  # of a network on this data
    num_rows: int  # where nobody chose another number


def shape_of(data: str, table: str) -> Shape | None:
    """Return the shape of a data set; ``None`` for an uploaded table that is not there."""
    if data == UPLOADED:
        found = find(table)
        return found and Shape(found.num_features, found.num_classes, found.num_outputs, found.num_rows)
    info = dataset_info(data)
    return Shape(info.num_features, info.num_classes, info.num_classes or 1, info.num_rows_default)


def default_of(data: str, name: str) -> float | int | None:
    """Return a data set's own number of rows or noise; ``None`` for an uploaded table."""
    if data == UPLOADED:
        return None
    info = dataset_info(data)
    return info.num_rows_default if name == "rows" else info.default_noise


def is_planar(data: str, table: str) -> bool:
    """Say whether a data set has two inputs: more can be made of them."""
    shape = shape_of(data, table)
    return shape is not None and shape.num_own_features == 2


def own_values(before: str, data: Any) -> dict[str, Any]:
    """Return what a data set starts with when it takes the place of another; an uploaded table brings nothing."""
    if data == before or data not in DATASET_NAMES:
        return {}
    return {"rows": None, "noise": None, "scaling": dataset_info(data).default_scaling}


def fit(cls: type[Settings], values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
    """Return values that fit together, and an error for each that had to become another one.

    What belongs to another data set is forgotten, and a data set's own rows and noise are ``None``: so equal runs have
    equal settings.

    Args:
      cls: the settings.
      values: of every field, each valid by itself.
    """
    used, errors = dict(values), []
    used["table"] = values["table"] if values["data"] == UPLOADED else ""
    for name in ("rows", "noise"):
        nearest = _nearest(cls, values, name)
        if nearest is not None and nearest != values[name]:
            kind = _of_data(cls.controls()[name].kind, values["data"], name)
            errors.append(replaced(cls, name, values[name], nearest, kind))
        used[name] = None if nearest == default_of(values["data"], name) else nearest
    planar = is_planar(used["data"], used["table"])
    used["extra"] = tuple(name for name in EXTRA_INPUTS if planar and name in values["extra"])
    shape = shape_of(used["data"], used["table"])
    losses = _losses(shape)
    if used["loss"] not in losses:
        used["loss"] = "mse_mean"
        errors.append(_replaced_choice(cls, "loss", values, used, losses))
    if used["outputs"] == "single" and not _single_fits(shape, used["loss"]):
        used["outputs"] = "classes"
        errors.append(_replaced_choice(cls, "outputs", values, used, ("classes",)))
    if (used["loss"], used["output"]) not in ALLOWED_OUTPUTS:
        used["output"] = "auto"
        errors.append(_replaced_choice(cls, "output", values, used, _outputs(used["loss"])))
    weight = within(cls.controls()["fork_weight"].kind, sizes=_layer_sizes(used, shape))
    used["fork_weight"] = weight.nearest(used["fork_weight"])  # pyright: ignore[reportAttributeAccessIssue]
    if used["fork_weight"] != values["fork_weight"]:
        errors.append(replaced(cls, "fork_weight", values["fork_weight"], used["fork_weight"], weight))
    return used, tuple(errors)


def layer_sizes(shape: Any, hidden: tuple[int, ...], num_extra: int, outputs: str) -> tuple[int, ...]:
    """Return the sizes of a network on some data.

    Args:
      shape: a ``Shape`` or a data set.
      hidden: widths.
      num_extra: inputs that are made of others.
      outputs: one of ``OUTPUTS``.
    """
    single = outputs == "single" and shape.num_classes == 2
    return (shape.num_own_features + num_extra, *hidden, 1 if single else shape.num_outputs)


def _layer_sizes(values: dict[str, Any], shape: Shape | None) -> tuple[int, ...]:
    """Return the sizes of the network; empty where the data is not there."""
    return layer_sizes(shape, values["hidden"], len(values["extra"]), values["outputs"]) if shape else ()


def _nearest(cls: type[Settings], values: dict[str, Any], name: str) -> float | int | None:
    """Return the rows or the noise nearest to those asked for that the data set can have."""
    kind = _of_data(cls.controls()[name].kind, values["data"], name)
    return None if values[name] is None or kind is None else kind.nearest(values[name])


def _of_data(kind: Kind, data: str, name: str) -> Number | None:
    """Return what rows or noise may be for a data set, or ``None`` where it has no choice of them."""
    if data == UPLOADED:
        return None
    info = dataset_info(data)
    low, high = (info.min_rows, info.max_rows) if name == "rows" else (0.0, info.max_noise)
    bounds = {"minimum": low, "maximum": high, "optional": False}
    return within(kind, **bounds) if low < high else None  # pyright: ignore[reportReturnType]


def _replaced_choice(
    cls: type[Settings], name: str, values: dict[str, Any], used: dict[str, Any], choices: tuple[str, ...]
) -> InputError:
    kind = within(cls.controls()[name].kind, choices=choices)
    return replaced(cls, name, values[name], used[name], kind)


def _losses(shape: Shape | None) -> tuple[str, ...]:
    regression = shape is not None and shape.num_classes == 0
    return tuple(loss for loss in LOSSES if not regression or loss not in NATURAL_OUTPUT)


def _outputs(loss: str) -> tuple[str, ...]:
    return tuple(output for output in OUTPUT_ACTIVATIONS if (loss, output) in ALLOWED_OUTPUTS)


def _single_fits(shape: Shape | None, loss: str) -> bool:
    return loss != "cross_entropy" and (shape is None or shape.num_classes == 2)


def narrowed(settings: Any, name: str, kind: Kind) -> Kind:
    """Return what a control may hold as the others stand."""
    if name == "data" and settings.data != UPLOADED:
        return within(kind, choices=DATASET_NAMES)
    if name in ("rows", "noise"):
        return _of_data(kind, settings.data, name) or kind
    if name == "loss":
        return within(kind, choices=_losses(shape_of(settings.data, settings.table)))
    if name == "fork_weight":
        return within(kind, sizes=_layer_sizes(settings.as_dict(), shape_of(settings.data, settings.table)))
    return within(kind, choices=_outputs(settings.loss)) if name == "output" else kind


def applies(settings: Any, name: str) -> bool:
    """Say whether a control changes anything as the others stand."""
    if name in ("rows", "noise", "data_seed"):
        kind = settings.controls()["rows" if name == "data_seed" else name].kind
        return _of_data(kind, settings.data, "noise" if name == "noise" else "rows") is not None
    if name == "extra":
        return is_planar(settings.data, settings.table)
    if name in _HIDDEN and not settings.hidden:
        return False
    if name == "patience":
        return settings.validation > 0
    if name == "fork_value":
        return bool(settings.fork_weight)
    if name == "outputs":
        shape = shape_of(settings.data, settings.table)
        return shape is not None and _single_fits(shape, settings.loss)
    other, needed = _ONLY_WITH.get(name, ("", ()))
    return not other or getattr(settings, other) in needed
