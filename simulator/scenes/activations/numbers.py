"""What the panels of activation functions are drawn from: functions on a fine grid, pre-activations, dead units."""

from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from simulator.core.activations import ACTIVATIONS_TABLE, SATURATED_BELOW
from simulator.core.propagation.signal import signals
from simulator.core.propagation.starts import Case, batch_of, start_of, train_all
from simulator.scenes.activations.cost import Cost, measure_costs
from simulator.scenes.activations.dead import Dead, count_dead
from simulator.scenes.activations.settings import DATA, REACH, STEPS_PER_UNIT, Activations
from simulator.scenes.activations.zigzag import Path, zigzag
from simulator.scenes.scene import Numbers, Progress

QUOTED_POINTS = (-8.0, -5.0, -1.0, 0.0, 1.0, 5.0, 8.0)
NUM_BINS = 80


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


class Curves(NamedTuple):
    """The functions that are drawn, and the pre-activations of the chosen layer under each."""

    drawn: Mapping[str, Curve]
    spreads: Mapping[str, Spread]


class Zero(NamedTuple):
    """The derivative of ReLU at exactly 0, and how often a pre-activation is exactly 0."""

    derivatives: Mapping[str, float]
    share: float


def place_of(z: float) -> int:
    """Return the index of a point on the grid."""
    return round((z + REACH) * STEPS_PER_UNIT)


def _curves(settings: Activations, progress: Progress) -> Curves | None:
    cases = [Case(settings.network(name), settings.training(), DATA) for name in settings.functions]
    if settings.when == "start":
        found = [start_of(case, 1).signal.pre_activation for case in cases]
    else:
        runs = train_all(cases, progress)
        if runs is None:
            return None
        found = [
            signals(run.network, batch_of(case), [run.final_params]).pre_activation
            for run, case in zip(runs, cases, strict=True)
        ]
    spreads = {
        name: spread(values[settings.shown_layer], name, settings.slope)
        for name, values in zip(settings.functions, found, strict=True)
    }
    return Curves({name: curve(name, settings.slope) for name in settings.functions}, spreads)


def _zero(settings: Activations) -> Zero:
    case = Case(settings.network("relu"), settings.training(), DATA)
    layer = start_of(case, 1).signal.pre_activation[settings.shown_layer]
    return Zero(derivatives_at_zero(), spread(layer, "relu", settings.slope).exactly_zero)


def _ways(settings: Activations) -> tuple[Path, Path]:
    """Return the way of two weights with inputs that are all positive, and with inputs around 0."""
    values = {"learning_rate": settings.rate, "num_steps": settings.steps, "seed": settings.seed}
    return zigzag(positive=True, **values), zigzag(positive=False, **values)


def _dead(settings: Activations, progress: Progress) -> tuple[Dead, ...] | None:
    runs = train_all([Case(one, settings.dead_training(), DATA) for one in settings.dead_networks()], progress)
    return None if runs is None else tuple(count_dead(run) for run in runs)


def _costs(_settings: Activations, progress: Progress) -> tuple[Cost, ...]:
    progress(0, 1)
    return measure_costs()


def _plain(settings: Activations) -> Mapping[str, Curve]:
    return {name: curve(name, settings.slope) for name in settings.functions}


_NETWORK = ("initializer", "std", "depth", "layer", "width", "when")
_PATH = ("rate", "steps")

CURVES = Numbers(_curves, ignores=("z", *_PATH, "dead_rate"), long=True)
PLAIN = Numbers(_plain, ignores=("z", *_NETWORK, *_PATH, "dead_rate", "seed"))
ZERO = Numbers(_zero, ignores=("functions", "z", "slope", "when", *_PATH, "dead_rate"))
WAYS = Numbers(_ways, ignores=("functions", "z", "slope", *_NETWORK, "dead_rate"))
DEAD = Numbers(_dead, ignores=("functions", "z", *_NETWORK, *_PATH), long=True)
COSTS = Numbers(_costs, ignores=tuple(Activations.controls()), long=True)
