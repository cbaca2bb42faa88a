"""The page on initialization: its settings, the formula with a network's own numbers, neurons that stay identical."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from simulator.core.datasets import Dataset, dataset_info, load_dataset
from simulator.core.initializers import initialize, standard_deviation
from simulator.core.network import ACTIVATIONS, INITIALIZERS, NetworkConfig
from simulator.core.propagation.signal import Signal
from simulator.core.run import Run
from simulator.core.training import TrainingConfig
from simulator.errors import InputError
from simulator.scenes.gradient_decay.settings import DATA, MAX_SEED, SEEDS, Variant
from simulator.scenes.old_controls import Choice, Control, Number, Several, read_link, write_link

VIEWS = ("signal", "histograms", "symmetry", "training")
MIN_DEPTH, MAX_DEPTH = 10, 50
MIN_WIDTH, MAX_WIDTH = 4, 256
MAX_INITIALIZERS = 5
SYMMETRIC_NODES = 4


@dataclass(frozen=True, kw_only=True)
class InitializationSettings:
    """Everything the controls of the initialization page say; the names are those of the link.

    Args:
      view: which question is asked.
      initializers: those that are compared.
      activation: of every hidden layer.
      depth: hidden layers, 10 to 50.
      width: nodes in each of them.
      std: standard deviation of ``normal``; source D uses 0.030.
      value: every weight of ``constant``.
      data: what goes through the networks.
      seeds: number of random starts.
      steps, rate: updates of training and their learning rate.
      seed: of the split and of the trained networks: the same for all.
    """

    view: str = "signal"
    initializers: tuple[str, ...] = ("zeros", "normal", "xavier_normal", "he_normal", "orthogonal")
    activation: str = "tanh"
    depth: int = 20
    width: int = 64
    std: float = 0.030
    value: float = 0.5
    data: str = "digits"
    seeds: int = 16
    steps: int = 300
    rate: float = 0.05
    seed: int = 0

    def dataset(self) -> Dataset:
        """Load the data set."""
        return load_dataset(self.data)

    def network(self, initializer: str, activation: str | None = None) -> NetworkConfig:
        """Return the network with one of the initializers."""
        info = dataset_info(self.data)
        return NetworkConfig(
            layer_sizes=(info.num_features, *[self.width] * self.depth, info.num_classes),
            activation=activation or self.activation,
            initializer=initializer,
            initializer_std=self.std,
            initializer_value=self.value,
        )

    def variants(self) -> tuple[Variant, ...]:
        """Return the networks that are compared."""
        return tuple(Variant(name, self.network(name)) for name in self.initializers)

    def training(self) -> TrainingConfig:
        """Return how every network is trained: plain SGD from the same seed."""
        info = dataset_info(self.data)
        num_train = info.num_rows_default - 2 * int(info.num_rows_default * 0.1 + 0.5)
        return TrainingConfig(
            learning_rate=self.rate,
            batch_size=32,
            num_epochs=max(1, math.ceil(self.steps / math.ceil(num_train / 32))),
            scaling=info.default_scaling,
            seed=self.seed,
        )

    def to_link(self) -> dict[str, str]:
        """Return what differs from the default as query parameters.

        >>> InitializationSettings(initializers=("zeros", "he_normal"), depth=50).to_link()
        {'initializers': 'zeros.he_normal', 'depth': '50'}
        """
        return write_link(self, InitializationSettings())

    @classmethod
    def from_link(cls, parameters: Mapping[str, str]) -> tuple["InitializationSettings", tuple[InputError, ...]]:
        """Return the nearest valid settings to what a link says, and what had to be mended.

        >>> settings, mended = InitializationSettings.from_link({"depth": "2", "activation": "step"})
        >>> settings.depth, settings.activation, len(mended)
        (10, 'tanh', 2)
        """
        values, mended = read_link(CONTROLS, cls(), parameters)
        return cls(**values), mended


CONTROLS: dict[str, Control] = {
    "view": Choice(VIEWS),
    "initializers": Several(INITIALIZERS, 1, MAX_INITIALIZERS),
    "activation": Choice(ACTIVATIONS),
    "depth": Number(MIN_DEPTH, MAX_DEPTH, whole=True),
    "width": Number(MIN_WIDTH, MAX_WIDTH, whole=True),
    "std": Number(0.0, 10.0),
    "value": Number(-10.0, 10.0),
    "data": Choice(DATA),
    "seeds": Number(SEEDS[0], SEEDS[-1], whole=True),
    "steps": Number(10, 5000, whole=True),
    "rate": Number(1e-5, 10.0),
    "seed": Number(0, MAX_SEED, whole=True),
}

PRESETS: dict[str, InitializationSettings] = {
    "five": InitializationSettings(),
    "relu": InitializationSettings(activation="relu"),
    "sigmoid": InitializationSettings(activation="sigmoid"),
    "deep": InitializationSettings(depth=50, initializers=("xavier_normal", "he_normal", "orthogonal")),
    "histograms": InitializationSettings(view="histograms"),
    "symmetry": InitializationSettings(view="symmetry"),
    "training": InitializationSettings(view="training", activation="relu", depth=10, width=32),
}


class Formula(NamedTuple):
    """An initializer's formula with the numbers of one layer."""

    fan_in: int
    fan_out: int
    std: float  # what the formula gives
    drawn_std: float  # of the weights that were drawn


def formula(network: NetworkConfig, layer: int, seed: int) -> Formula:
    """Return the formula's numbers for a layer, and the deviation of the weights that were drawn.

    Args:
      network: the configuration.
      layer: index of a layer with weights.
      seed: of the draw.
    """
    fan_in, fan_out = network.layer_sizes[layer : layer + 2]
    std = standard_deviation(network.initializer, fan_in, fan_out, normal_std=network.initializer_std)
    weight = initialize(network, seed)[layer].weight
    return Formula(fan_in, fan_out, std, float(np.std(weight.astype(np.float64))))


class Histograms(NamedTuple):
    """How the activations of a few layers are spread, all on one axis."""

    edges: np.ndarray  # (bins + 1,)
    layers: np.ndarray  # (shown,) indices of hidden layers
    counts: np.ndarray  # (shown, bins)
    outside: np.ndarray  # (shown,) activations beyond the axis


def histograms(signal: Signal, edges: np.ndarray, num_layers: int = 5) -> Histograms:
    """Count the activations of a few layers, evenly chosen, of the signal's first network."""
    depth = len(signal.activation)
    layers = np.unique(np.linspace(0, depth - 1, min(num_layers, depth)).round().astype(int))
    rows = [signal.activation[layer].ravel() for layer in layers]
    counts = np.array([np.histogram(row[np.isfinite(row)], edges)[0] for row in rows])
    return Histograms(edges, layers, counts, np.array([len(row) for row in rows]) - counts.sum(axis=1))


def symmetric_network(settings: InitializationSettings, equal: bool) -> NetworkConfig:
    """Return a small network whose nodes start equal, or at random."""
    return NetworkConfig(
        layer_sizes=(2, SYMMETRIC_NODES, 2),
        activation="tanh",
        initializer="constant" if equal else "xavier_normal",
        initializer_value=settings.value,
    )


SYMMETRY_TRAINING: dict[str, Any] = {"learning_rate": 0.5, "batch_size": None, "num_epochs": 400}
SYMMETRY_DATA = "circles"


class Symmetry(NamedTuple):
    """The weights that lead into each node of the first layer, over training."""

    step: np.ndarray  # (shown,)
    weight: np.ndarray  # (shown, inputs, nodes)
    largest_difference: float  # between any two nodes, any input, any step


def symmetry(run: Run) -> Symmetry:
    """Return how far the nodes of the first layer ever come apart."""
    weight = np.asarray(run.frames.weight[0], np.float64)
    apart = np.ptp(weight, axis=2)
    return Symmetry(np.asarray(run.frames.step), weight, float(apart.max()))
