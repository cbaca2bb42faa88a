"""What became of a path: where it ended, when it left the picture, by what each step multiplied its distance."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.core.trajectories.paths import Path
from simulator.core.trajectories.surfaces import Box, Surface

NEAR = 0.01
"""A path has arrived when it stays within this share of its first distance from a minimum."""
EDGE = 1e-3
"""A factor this near 1 neither shrinks nor grows."""
VANISHED = 1e-13
"""A distance below this share of the first one is what rounding leaves."""
AT_REST = 1e-4
"""A path rests where the gradient is below this share of its largest one, and it hardly moves."""
FAR = 1e30
"""Beyond this numbers are lost by growing; nearer ones where the surface has no value."""
KINDS = (
    *("shrinks", "swings", "edge", "grows", "cloud", "arrives", "local"),
    *("leaves", "undefined", "rests", "bounces", "crawls"),
)


class Outcome(NamedTuple):
    """How a path went."""

    kind: str  # one of KINDS
    factor: float  # of the distance to the minimum, per step, towards the end; NaN where there is none
    left: int | None  # first step outside the box
    lost: int | None  # first step whose numbers are infinite or NaN
    gap: bool  # whether they are lost because the surface has no value or no slope there, not by growing
    arrived: int | None  # first step from which it stays near one minimum, or where it rests
    minimum: int | None  # index of the minimum that is nearest to its last finite point, where any is known
    first_loss: float
    last_loss: float  # the last finite one
    distance: float  # mean distance to that minimum over the last quarter, finite steps only
    last_gradient: float  # norm, at the last finite point


def outcome(path: Path, surface: Surface) -> Outcome:
    """Return what became of a path on a surface, from its own numbers alone."""
    finite = np.isfinite(path.theta).all(axis=1) & np.isfinite(path.loss)
    alive = int(np.argmin(finite)) if not finite.all() else len(finite)
    theta = path.theta[: max(alive, 1)]
    minimum = nearest_minimum(theta[-1], surface)
    goal = theta[-1] if minimum is None else np.array(surface.minima[minimum])
    distance = np.linalg.norm(theta - goal, axis=1)
    gap = _meets_gap(path, alive)
    left = _first(~inside(theta, surface.box, surface.one_dimensional))
    left = left if left is not None else (None if finite.all() or gap else alive)
    found = Outcome(
        kind="undefined" if gap and left is None else "",
        factor=contraction_of(distance) if surface.quadratic and not surface.noisy else float("nan"),
        left=left,
        lost=None if finite.all() else alive,
        gap=gap,
        arrived=_stays(distance) if alive == len(finite) and minimum is not None else None,
        minimum=minimum,
        first_loss=float(path.loss[0]),
        last_loss=float(path.loss[max(alive, 1) - 1]),
        distance=float(distance[-max(len(distance) // 4, 1) :].mean()),
        last_gradient=float(np.hypot(*path.gradient[max(alive, 1) - 1])),
    )
    kind = _kind(found, surface, path)
    if kind == "rests":
        found = found._replace(arrived=_stays(np.linalg.norm(theta - theta[-1], axis=1)))
    return found._replace(kind=kind)


def _stays(distance: Float[np.ndarray, " points"]) -> int | None:
    """Return the first step from which a path stays near where the distance is measured from."""
    near = distance <= NEAR * max(distance[0], 1e-12)
    return int(len(near) - np.argmin(near[::-1])) % len(near) if near[-1] else None


def inside(theta: Float[np.ndarray, "points 2"], box: Box, one_dimensional: bool = False) -> np.ndarray:
    """Say which points lie in a box; NaN does not."""
    within = (theta[:, 0] >= box[0]) & (theta[:, 0] <= box[1])
    return within if one_dimensional else within & (theta[:, 1] >= box[2]) & (theta[:, 1] <= box[3])


def contraction_of(distance: Float[np.ndarray, " points"]) -> float:
    """Return the mean factor per step from the third quarter to the last one, before rounding takes over.

    A distance that turns as it shrinks is met where it is largest in each quarter: on its envelope.

    >>> round(contraction_of(0.5 ** np.arange(40.0)), 6), contraction_of(np.array([1.0, 0.0]))
    (0.5, 0.0)
    """
    if distance[0] == 0:
        return float("nan")
    vanished = _first(distance <= VANISHED * distance[0])
    if vanished == 1:
        return float(distance[1] / distance[0])
    end = len(distance) - 1 if vanished is None else vanished - 1
    if end < 1:
        return float("nan")
    late = (3 * end + 3) // 4
    early = min(end // 2, late - 1)
    before = early + int(np.argmax(distance[early:late]))
    after = late + int(np.argmax(distance[late : end + 1]))
    return float(np.exp((np.log(distance[after]) - np.log(distance[before])) / (after - before)))


def nearest_minimum(point: Float[np.ndarray, " 2"], surface: Surface) -> int | None:
    """Return the index of the minimum that is nearest to a point; ``None`` where no minimum is known."""
    if not surface.minima:
        return None
    away = np.linalg.norm(point - np.array(surface.minima), axis=1)
    return int(np.argmin(away)) if np.isfinite(away).all() else 0


def _meets_gap(path: Path, alive: int) -> bool:
    """Say whether the first numbers that are lost are so because the surface has no value or no slope there.

    Those of a path that has grown beyond all bounds are lost by overflow.
    """
    if alive == len(path.theta):
        return False
    there = bool(np.isfinite(path.theta[alive]).all())
    last = path.theta[alive if there else max(alive - 1, 0)]
    return bool(np.abs(last).max() <= FAR and not (there and np.isposinf(path.loss[alive])))


def _kind(found: Outcome, surface: Surface, path: Path) -> str:
    if found.kind:
        return found.kind
    if np.isfinite(found.factor):
        if abs(found.factor - 1.0) < EDGE:
            return "edge"
        if found.factor > 1.0:
            return "grows"
        return "swings" if swings(path) else "shrinks"
    if found.left is not None:
        return "leaves"
    if surface.noisy:
        return "cloud"
    if found.arrived is not None and found.minimum is not None:
        return "arrives" if found.minimum < surface.num_global else "local"
    if rests(path):
        return "rests"
    late = path.loss[-max(len(path.loss) // 4, 3) :]
    return "bounces" if (np.diff(late) > 0).sum() >= 2 else "crawls"


def rests(path: Path) -> bool:
    """Say whether the path has come to rest where the gradient is almost 0, though no minimum is known there."""
    gradient = np.hypot(*path.gradient.T)
    late = path.theta[-max(len(path.theta) // 4, 2) :]
    still = np.ptp(late, axis=0).max() <= NEAR * np.ptp(path.theta, axis=0).max()
    return bool(still and gradient[-1] <= AT_REST * gradient.max())


def swings(path: Path) -> bool:
    """Say whether the path goes to and fro: at most of the first four steps the gradient turns against itself."""
    gradient = path.gradient[:5]
    with np.errstate(all="ignore"):
        turns = (gradient[1:] * gradient[:-1]).sum(axis=1)
    return bool((turns < 0).sum() > 2)


def _first(marks: np.ndarray) -> int | None:
    return int(np.argmax(marks)) if marks.any() else None
