"""What the panels of initialization are drawn from: random starts, formulas, histograms, nodes that stay identical."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from simulator.core.initializers import initialize, standard_deviation
from simulator.core.network import NetworkConfig
from simulator.core.propagation.signal import Signal
from simulator.core.propagation.starts import Case, Start, seconds_of, start_of, train_all
from simulator.core.run import Run
from simulator.core.training import TrainingConfig
from simulator.scenes.gradient_decay.settings import Variant
from simulator.scenes.initialization.settings import Initialization
from simulator.scenes.scene import Numbers, Progress

SYMMETRIC_NODES = 4
ERRATA_ACTIVATIONS = ("relu", "tanh", "sigmoid")
ERRATA_INITIALIZERS = ("xavier_normal", "he_normal")
ERRATA_SEEDS = 8
NUM_BINS = 41
TRAINED_SEEDS = 3


class Begun(NamedTuple):
    """One of the networks that are compared, at its random starts."""

    variant: Variant
    start: Start


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


def symmetric_network(settings: Initialization, equal: bool) -> NetworkConfig:
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


class Formulas(NamedTuple):
    """What source B says about the formulas, held against this page's network."""

    drawn: dict[str, Formula]  # initializer → its numbers in the first layer
    factors: dict[tuple[str, str], float]  # activation, initializer → factor of the gradient norm a layer


class Spreads(NamedTuple):
    """One of the networks that are compared, and how its activations are spread."""

    begun: Begun
    histograms: Histograms


class Twins(NamedTuple):
    """The small network whose nodes start equal, or at random, and what training made of it."""

    equal: bool
    run: Run
    symmetry: Symmetry


def _starts(settings: Initialization) -> tuple[Begun, ...]:
    return tuple(
        Begun(one, start_of(Case(one.network, settings.training(), settings.data), settings.seeds))
        for one in settings.variants()
    )


def _formulas(settings: Initialization) -> Formulas:
    drawn = {name: formula(settings.network(name), 0, settings.seed) for name in settings.initializers}
    factors = {}
    for activation in ERRATA_ACTIVATIONS:
        for initializer in ERRATA_INITIALIZERS:
            case = Case(settings.network(initializer, activation), settings.training(), settings.data)
            factors[activation, initializer] = start_of(case, ERRATA_SEEDS).microscope.factor
    return Formulas(drawn, factors)


def _spreads(settings: Initialization) -> tuple[Spreads, ...]:
    begun = _starts(settings)
    edges = _edges([one.start.signal.activation for one in begun])
    return tuple(Spreads(one, histograms(one.start.signal, edges)) for one in begun)


def _edges(activations: list[np.ndarray]) -> np.ndarray:
    """Return bins that hold what lies between the 0.5th and the 99.5th percentile of every layer, 0 in the middle."""
    finite = [values[np.isfinite(values)] for values in activations]
    reach = max((float(np.percentile(np.abs(values), 99.5)) for values in finite if len(values)), default=1.0)
    reach = min(max(reach, 1e-3), 1e6)
    return np.linspace(-reach, reach, NUM_BINS + 1)


def _twins(settings: Initialization, progress: Progress) -> tuple[Twins, ...] | None:
    training = TrainingConfig(**SYMMETRY_TRAINING, seed=settings.seed)
    cases = [Case(symmetric_network(settings, equal), training, SYMMETRY_DATA) for equal in (True, False)]
    runs = train_all(cases, progress)
    if runs is None:
        return None
    return tuple(Twins(equal, run, symmetry(run)) for equal, run in zip((True, False), runs, strict=True))


def _runs(settings: Initialization, progress: Progress) -> tuple[tuple[Run, ...], ...] | None:
    runs = train_all(_cases(settings), progress)
    if runs is None:
        return None
    return tuple(tuple(runs[place : place + TRAINED_SEEDS]) for place in range(0, len(runs), TRAINED_SEEDS))


def _cases(settings: Initialization) -> list[Case]:
    """Return every way to begin with every seed: one seed alone may tell another story than most."""
    seeds = [replace(settings.training(), seed=settings.seed + more) for more in range(TRAINED_SEEDS)]
    return [Case(one.network, training, settings.data) for one in settings.variants() for training in seeds]


def _seconds(settings: Initialization) -> float:
    return seconds_of(_cases(settings))


_NETWORK = ("initializers", "activation", "depth", "width", "std", "data", "seeds")

STARTS = Numbers(_starts, ignores=("steps", "rate"))
FORMULAS = Numbers(_formulas, ignores=("steps", "rate", "seeds"))
SPREADS = Numbers(_spreads, ignores=("steps", "rate"))
TWINS = Numbers(_twins, ignores=(*_NETWORK, "steps", "rate"), long=True)
RUNS = Numbers(_runs, ignores=("seeds",), long=True, seconds=_seconds)
