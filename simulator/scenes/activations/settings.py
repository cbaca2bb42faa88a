"""The page on activation functions: its settings, values on a fine grid, the derivative at exactly 0, saturation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from simulator.core.activations import ACTIVATIONS_TABLE, SATURATED_BELOW
from simulator.core.datasets import dataset_info
from simulator.core.network import ACTIVATIONS, INITIALIZERS, NetworkConfig
from simulator.core.training import TrainingConfig
from simulator.errors import InputError
from simulator.scenes.activations.zigzag import MAX_RATE, MAX_STEPS
from simulator.scenes.gradient_decay.settings import MAX_SEED
from simulator.scenes.old_controls import Choice, Control, Number, Several, read_link, write_link

VIEWS = ("curves", "zigzag", "dead", "cost")
WHEN = ("start", "trained")
MAX_FUNCTIONS = 3
REACH = 10.0
STEPS_PER_UNIT = 100
"""The movable point stands on hundredths, so that every number shown is computed, not interpolated."""
QUOTED_POINTS = (-8.0, -5.0, -1.0, 0.0, 1.0, 5.0, 8.0)
DATA = "digits"
NUM_BINS = 80
DEAD_ACTIVATIONS = ("relu", "leaky_relu")
DEAD_CLIP = 1.0


@dataclass(frozen=True, kw_only=True)
class ActivationSettings:
    """Everything the controls of the activations page say; the names are those of the link.

    Args:
      view: which question is asked.
      functions: those drawn, 1 to 3.
      z: where the movable point stands, −10 to 10.
      slope: of leaky ReLU and PReLU for negative numbers.
      depth, width, initializer, std: of the network whose pre-activations lie under the curve.
      layer: hidden layer, from 1.
      when: before training or after it.
      rate, steps: of the zig-zag.
      dead_rate: learning rate that kills ReLU units.
      seed: of everything drawn at random.
    """

    view: str = "curves"
    functions: tuple[str, ...] = ("sigmoid",)
    z: float = 5.0
    slope: float = 0.1
    depth: int = 10
    width: int = 64
    initializer: str = "he_normal"
    std: float = 1.0
    layer: int = 5
    when: str = "start"
    rate: float = 0.5
    steps: int = 60
    dead_rate: float = 2.0
    seed: int = 0

    def network(self, activation: str) -> NetworkConfig:
        """Return the network whose pre-activations lie under the curve."""
        info = dataset_info(DATA)
        return NetworkConfig(
            layer_sizes=(info.num_features, *[self.width] * self.depth, info.num_classes),
            activation=activation,
            negative_slope=self.slope,
            initializer=self.initializer,
            initializer_std=self.std,
        )

    def training(self) -> TrainingConfig:
        """Return how that network is trained."""
        return TrainingConfig(learning_rate=0.05, batch_size=32, num_epochs=7, seed=self.seed)

    def dead_networks(self) -> tuple[NetworkConfig, ...]:
        """Return two networks that differ in what they do with negative numbers."""
        info = dataset_info(DATA)
        sizes = (info.num_features, 32, 32, 32, info.num_classes)
        return tuple(
            NetworkConfig(layer_sizes=sizes, activation=name, negative_slope=self.slope) for name in DEAD_ACTIVATIONS
        )

    def dead_training(self) -> TrainingConfig:
        """Return training with large steps; clipped, so that numbers stay finite."""
        return TrainingConfig(
            learning_rate=self.dead_rate, batch_size=32, num_epochs=7, clip_norm=DEAD_CLIP, seed=self.seed
        )

    @property
    def shown_layer(self) -> int:
        """Index of the hidden layer whose pre-activations are shown; the last one where ``layer`` is too large."""
        return min(self.layer, self.depth) - 1

    def to_link(self) -> dict[str, str]:
        """Return what differs from the default as query parameters.

        >>> ActivationSettings(functions=("tanh", "relu"), z=8.0).to_link()
        {'functions': 'tanh.relu', 'z': '8'}
        """
        return write_link(self, ActivationSettings())

    @classmethod
    def from_link(cls, parameters: Mapping[str, str]) -> tuple["ActivationSettings", tuple[InputError, ...]]:
        """Return the nearest valid settings to what a link says, and what had to be mended.

        >>> settings, mended = ActivationSettings.from_link({"z": "99", "functions": "softplus"})
        >>> settings.z, settings.functions, len(mended)
        (10.0, ('sigmoid',), 2)
        """
        values, mended = read_link(CONTROLS, cls(), parameters)
        if "z" in values:
            values["z"] = round(values["z"] * STEPS_PER_UNIT) / STEPS_PER_UNIT
        return cls(**values), mended


CONTROLS: dict[str, Control] = {
    "view": Choice(VIEWS),
    "functions": Several(ACTIVATIONS, 1, MAX_FUNCTIONS),
    "z": Number(-REACH, REACH),
    "slope": Number(-0.5, 1.0),
    "depth": Number(2, 50, whole=True),
    "width": Number(4, 256, whole=True),
    "initializer": Choice(INITIALIZERS),
    "std": Number(0.0, 10.0),
    "layer": Number(1, 50, whole=True),
    "when": Choice(WHEN),
    "rate": Number(0.01, MAX_RATE),
    "steps": Number(5, MAX_STEPS, whole=True),
    "dead_rate": Number(0.01, 10.0),
    "seed": Number(0, MAX_SEED, whole=True),
}

PRESETS: dict[str, ActivationSettings] = {
    "sigmoid_saturates": ActivationSettings(initializer="normal"),
    "sigmoid_he": ActivationSettings(),
    "tanh_five": ActivationSettings(functions=("tanh",)),
    "tanh_eight": ActivationSettings(functions=("tanh",), z=8.0),
    "relu_zero": ActivationSettings(functions=("relu", "leaky_relu"), z=0.0),
    "three": ActivationSettings(functions=("sigmoid", "tanh", "relu"), z=1.0),
    "smooth": ActivationSettings(functions=("elu", "gelu"), z=-1.0),
    "zigzag": ActivationSettings(view="zigzag"),
    "dead": ActivationSettings(view="dead"),
}


class Curve(NamedTuple):
    """A function and its derivative on the grid."""

    z: np.ndarray  # (points,) hundredths from −REACH to REACH
    value: np.ndarray  # (points,) float32
    derivative: np.ndarray  # (points,) float32


def grid() -> np.ndarray:
    """Return the places where the movable point can stand; exactly 0 is one of them."""
    most = int(REACH * STEPS_PER_UNIT)
    return np.arange(-most, most + 1) / STEPS_PER_UNIT


def curve(name: str, slope: float) -> Curve:
    """Return an activation function and its derivative on the grid, from the table that networks use.

    >>> curve("sigmoid", 0.01).derivative[1500].round(6)  # at z = 5
    np.float32(0.006648)
    """
    z = grid()
    entry, points = ACTIVATIONS_TABLE[name], jnp.asarray(z, jnp.float32)
    return Curve(z, np.asarray(entry.function(points, slope)), np.asarray(entry.derivative(points, slope)))


class Spread(NamedTuple):
    """Pre-activations of one layer under the curve."""

    edges: np.ndarray  # (bins + 1,)
    count: np.ndarray  # (bins,)
    outside: int  # beyond the axis
    saturated: float  # share whose |φ'| is under 5 % of the function's largest
    exactly_zero: float  # share of pre-activations that are exactly 0
    std: float


def spread(pre_activation: np.ndarray, name: str, slope: float) -> Spread:
    """Count one layer's pre-activations, and how many of them saturate.

    Args:
      pre_activation: (batch, width) what the function saw.
      name: of the function.
      slope: for negative numbers.
    """
    values = pre_activation[np.isfinite(pre_activation)].ravel()
    edges = np.linspace(-REACH, REACH, NUM_BINS + 1)
    count = np.histogram(values, edges)[0]
    entry = ACTIVATIONS_TABLE[name]
    derivative = np.abs(np.asarray(entry.derivative(jnp.asarray(values), slope)))
    return Spread(
        edges=edges,
        count=count,
        outside=int(len(values) - count.sum()),
        saturated=float(np.mean(derivative < SATURATED_BELOW * entry.max_derivative)) if len(values) else float("nan"),
        exactly_zero=float(np.mean(values == 0)) if len(values) else float("nan"),
        std=float(values.astype(np.float64).std()) if len(values) else float("nan"),
    )


def derivatives_at_zero() -> dict[str, float]:
    """Return what frameworks' rules give for the derivative of ReLU at exactly 0, computed.

    ``jax.nn.relu`` has a rule of its own; ``jnp.maximum`` shares the gradient between equal arguments.

    >>> derivatives_at_zero()
    {'jax.nn.relu': 0.0, 'jnp.maximum': 0.5, 'simulator': 0.0}
    """
    zero = jnp.float32(0.0)
    return {
        "jax.nn.relu": float(jax.grad(jax.nn.relu)(zero)),
        "jnp.maximum": float(jax.grad(lambda z: jnp.maximum(z, 0.0))(zero)),
        "simulator": float(ACTIVATIONS_TABLE["relu"].derivative(zero)),
    }
