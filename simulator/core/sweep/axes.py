"""What a map can vary: each axis says how one of its values changes the configuration of a run."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from simulator.core.network import NetworkConfig
from simulator.core.training import TrainingConfig
from simulator.errors import InputError, check_choice, check_integer

Configuration = tuple[NetworkConfig, TrainingConfig]
MAX_VALUES = 4096
"""Of one axis."""


class Axis(NamedTuple):
    """One thing that a map can vary."""

    set: Callable[[NetworkConfig, TrainingConfig, Any], Configuration]
    varied: tuple[str, ...] = ()  # fields of the engine's settings that it changes
    whole: bool = False


def _network(change: Callable[[NetworkConfig, Any], NetworkConfig]):
    return lambda network, training, value: (change(network, value), training)


def _training(field: str):
    return lambda network, training, value: (network, replace(training, **{field: value}))


def _deep(network: NetworkConfig, depth: int) -> NetworkConfig:
    first, *hidden, last = network.layer_sizes
    return replace(network, layer_sizes=(first, *[hidden[0] if hidden else first] * depth, last))


def _wide(network: NetworkConfig, width: int) -> NetworkConfig:
    first, *hidden, last = network.layer_sizes
    return replace(network, layer_sizes=(first, *[width] * len(hidden), last))


AXES: Mapping[str, Axis] = {
    "learning_rate": Axis(_training("learning_rate")),
    "initializer_std": Axis(
        _network(lambda network, std: replace(network, initializer="normal", initializer_std=std)),
    ),
    "bias_std": Axis(_network(lambda network, std: replace(network, bias_std=std))),
    "momentum": Axis(_training("momentum"), ("momentum",)),
    "l2": Axis(_training("l2"), ("l2",)),
    "weight_decay": Axis(_training("weight_decay"), ("weight_decay",)),
    "depth": Axis(_network(_deep), ("layers", "depth"), whole=True),
    "width": Axis(_network(_wide), ("layers",), whole=True),
    "batch_size": Axis(_training("batch_size"), whole=True),
}
"""Names as in the configurations; ``depth`` is the number of hidden layers, ``width`` that of nodes in each."""


def checked_axes(axes: Mapping[str, Any]) -> dict[str, tuple[float | int, ...]]:
    """Return the two axes of a map with their values as plain numbers.

    Raises:
      InputError: unless there are two known axes, each with numbers.
    """
    if len(axes) != 2:
        raise InputError("engine:two_axes", value=len(axes), choices=AXES)
    found = {}
    for name, values in axes.items():
        check_choice("axes", name, AXES)
        numbers = np.asarray(values)
        if numbers.ndim != 1 or numbers.dtype.kind not in "iuf":
            raise InputError("engine:axis_values", name=name)
        check_integer(f"len({name})", len(numbers), 1, MAX_VALUES)
        if AXES[name].whole:
            for number in numbers.tolist():
                check_integer(name, int(number) if number == int(number) else number, 1)
        found[name] = tuple((int if AXES[name].whole else float)(number) for number in numbers)
    return found


def configured(
    network: NetworkConfig, training: TrainingConfig, names: tuple[str, ...], values: tuple[Any, ...]
) -> Configuration:
    """Return the configuration of one pixel. Raises ``InputError`` for values that none can have."""
    for name, value in zip(names, values, strict=True):
        network, training = AXES[name].set(network, training, value)
    return network, training
