"""What order and chaos is drawn from: the measured depths, the theory's lines, and the reader's own network."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from simulator.core.network import NetworkConfig
from simulator.core.propagation.microscope import Microscope, microscope
from simulator.core.propagation.phases import Phase, chaotic_line, critical_line, next_correlation, phase
from simulator.core.propagation.signal import Signal, start_signal
from simulator.core.sweep.depths import DepthMap, losses_of, sweep_depths
from simulator.errors import InputError
from simulator.scenes.atlas.numbers import MAX_SECONDS
from simulator.scenes.chaos.settings import DEPTHS, HIGHEST, Chaos
from simulator.scenes.scene import USUAL_SECONDS, Numbers, Progress

LAYER_SECONDS = {16: 8e-6, 32: 15e-6, 64: 50e-6}
"""Of one layer's forward and backward pass on one processor core, measured, by width."""
SHARE = 0.3
"""Of the updates of all depths that are made: runs end at their target, and none is begun after one that fails."""
CONTOUR = 32
"""Depth of the line that is drawn where the measured multiple of ξ_c reaches it."""
_LINE_POINTS = 60
_CURVE = np.linspace(-1.0, 1.0, 81)


class Atlas(NamedTuple):
    """The measured map, and what theory says of its pixels."""

    found: DepthMap
    phase: Phase  # of every pixel: (σ_w, σ_b)
    edge: np.ndarray  # (points, 2) σ_w and σ_b of the line χ₁ = 1
    row_edges: np.ndarray  # (σ_b,) σ_w of that line in every row of pixels
    multiple: float  # median of trainable depth / ξ_c over pixels between the ends of the depths; NaN for none
    contours: tuple[np.ndarray, ...]  # (points, 2) each: where that multiple of ξ_c is ``CONTOUR`` layers


def with_theory(found: DepthMap, activation: str) -> Atlas:
    """Put a measured map beside the theory of its networks."""
    weight_stds, bias_stds = (np.array(values) for values in found.axes.values())
    theory = phase(activation, weight_stds[:, None], bias_stds[None, :])
    between = (found.count > 0) & (found.count < len(found.depths)) & np.isfinite(theory.depth)
    multiple = float(np.median((found.depth / theory.depth)[between])) if between.any() else float("nan")
    heights = np.linspace(0.0, HIGHEST, _LINE_POINTS + 1) ** 2 / HIGHEST  # denser where the line bends
    edge = np.stack([critical_line(activation, heights), heights], axis=1)
    return Atlas(
        found,
        theory,
        edge,
        critical_line(activation, bias_stds),
        multiple,
        _contours(activation, heights, CONTOUR / multiple) if multiple > 0 else (),
    )


def _contours(activation: str, heights: np.ndarray, depth: float) -> tuple[np.ndarray, ...]:
    """Return the lines in order and in chaos on which ξ_c is ``depth``."""
    ordered = np.stack([critical_line(activation, heights, float(np.exp(-1.0 / depth))), heights], axis=1)
    chaotic = chaotic_line(activation, depth)
    return tuple(line for line in (ordered, chaotic) if len(line) > 1)


class Correlation(NamedTuple):
    """The correlation map of the reader's own network, in theory and as it is with its first weights."""

    phase: Phase  # numbers
    curve: np.ndarray  # (2, points) c, and c one layer on
    theory: np.ndarray  # (layers,) from the first measured one on
    measured: np.ndarray  # (layers,) mean over all pairs of examples


class Opened(NamedTuple):
    """The reader's own network under the microscope, with its first weights: forward, and back from its loss."""

    correlation: Correlation
    microscope: Microscope
    weight_grad_norm: np.ndarray  # (1, layers + 1)


def _map(settings: Chaos, progress: Progress, show: Callable[[Any], None]) -> Atlas | None:
    """Train every pixel's networks, on one processor core: the other readers have the rest."""

    def show_part(found: DepthMap) -> None:
        show(with_theory(found, settings.activation))

    axes = settings.values("x"), settings.values("y")
    found = sweep_depths(settings.descent(), DEPTHS, *axes, progress=progress, show=show_part)
    return with_theory(found, settings.activation) if found.known.any() else None


def _seconds(settings: Chaos) -> float:
    """Return about how long the map takes; raises for more than one may take."""
    layers = settings.side**2 * sum(DEPTHS) * SHARE
    seconds = layers * settings.updates * LAYER_SECONDS[settings.width]
    if seconds > MAX_SECONDS:
        raise InputError("atlas:too_long", minutes=-(-round(seconds) // 60), maximum=MAX_SECONDS // 60)
    return USUAL_SECONDS + seconds


def _correlation(settings: Chaos) -> Correlation:
    return _correlation_in(settings, _signal(settings))


def _correlation_in(settings: Chaos, signal: Signal) -> Correlation:
    scales = settings.own("x"), settings.own("y")
    found = phase(settings.activation, *scales)
    measured = np.array([_mean_correlation(z) for z in signal.pre_activation])
    variance = float(found.variance)
    theory = [measured[0]]
    for _ in measured[1:]:
        theory.append(float(next_correlation(settings.activation, *scales, variance, theory[-1:])[0]))
    curve = np.stack([_CURVE, next_correlation(settings.activation, *scales, variance, _CURVE)])
    return Correlation(found, curve, np.array(theory), measured)


def _opened(settings: Chaos) -> Opened:
    signal = _signal(settings)
    found = microscope(_network(settings), settings.descent().batch, signal)
    return Opened(_correlation_in(settings, signal), found, signal.weight_grad_norm)


def _network(settings: Chaos) -> NetworkConfig:
    return settings.descent().network_at(settings.own("x"), settings.own("y"), settings.depth)


def _signal(settings: Chaos) -> Signal:
    """Return what goes forward and back through the reader's own network before its first update."""
    return start_signal(_network(settings), settings.descent().batch, (settings.seed,))


def _mean_correlation(z: np.ndarray) -> float:
    """Return the mean cosine of the rows of an array, over all pairs."""
    length = np.linalg.norm(z, axis=1, keepdims=True)
    unit = z / np.where(length > 0, length, 1.0)
    count = len(z)
    return float((np.sum(unit @ unit.T) - count) / (count * (count - 1)))


def _own(settings: Chaos) -> np.ndarray:
    """Return the loss before every update of the reader's own network, and after the last one."""
    return losses_of(settings.descent(), settings.own("x"), settings.own("y"), settings.depth, DEPTHS[-1])


MAP: Numbers[Chaos] = Numbers(_map, ignores=("at_x", "at_y", "depth"), long=True, early=True, seconds=_seconds)
CORRELATION: Numbers[Chaos] = Numbers(_correlation)
OWN: Numbers[Chaos] = Numbers(_own)
OPENED: Numbers[Chaos] = Numbers(_opened)


def warm_up() -> None:
    """Compute what stands below the map as it opens: its programs take seconds, and every pixel uses them."""
    for work in (CORRELATION, OWN, OPENED):
        work.of(Chaos())
