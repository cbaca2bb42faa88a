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
KINDS = ("shrinks", "swings", "edge", "grows", "cloud", "arrives", "local", "leaves", "bounces", "crawls")


class Outcome(NamedTuple):
    """How a path went."""

    kind: str  # one of KINDS
    factor: float  # of the distance to the minimum, per step, towards the end; NaN where there is none
    left: int | None  # first step outside the box
    lost: int | None  # first step whose numbers are infinite or NaN
    arrived: int | None  # first step from which it stays near one minimum
    minimum: int  # index of the minimum that is nearest to its last finite point
    first_loss: float
    last_loss: float  # the last finite one
    distance: float  # mean distance to that minimum over the last quarter, finite steps only


def outcome(path: Path, surface: Surface) -> Outcome:
    """Return what became of a path on a surface, from its own numbers alone."""
    finite = np.isfinite(path.theta).all(axis=1) & np.isfinite(path.loss)
    alive = int(np.argmin(finite)) if not finite.all() else len(finite)
    theta = path.theta[: max(alive, 1)]
    away = np.linalg.norm(theta[-1] - np.array(surface.minima), axis=1)
    minimum = int(np.argmin(away)) if np.isfinite(away).all() else 0
    distance = np.linalg.norm(theta - np.array(surface.minima[minimum]), axis=1)
    left = _first(~inside(theta, surface.box, surface.one_dimensional))
    left = left if left is not None else (None if finite.all() else alive)
    near = distance <= NEAR * max(distance[0], 1e-12)
    arrived = None if not near[-1] or alive < len(finite) else int(len(near) - np.argmin(near[::-1])) % len(near)
    factor = contraction_of(distance)
    found = Outcome(
        kind="",
        factor=factor if surface.quadratic and not surface.noisy else float("nan"),
        left=left,
        lost=None if finite.all() else alive,
        arrived=arrived,
        minimum=minimum,
        first_loss=float(path.loss[0]),
        last_loss=float(path.loss[max(alive, 1) - 1]),
        distance=float(distance[-max(len(distance) // 4, 1) :].mean()),
    )
    return found._replace(kind=_kind(found, surface, path))


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


def _kind(found: Outcome, surface: Surface, path: Path) -> str:
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
    if found.arrived is not None:
        return "arrives" if found.minimum < surface.num_global else "local"
    late = path.loss[-max(len(path.loss) // 4, 3) :]
    return "bounces" if (np.diff(late) > 0).sum() >= 2 else "crawls"


def swings(path: Path) -> bool:
    """Say whether the path goes to and fro: at most of the first four steps the gradient turns against itself."""
    gradient = path.gradient[:5]
    with np.errstate(all="ignore"):
        turns = (gradient[1:] * gradient[:-1]).sum(axis=1)
    return bool((turns < 0).sum() > 2)


def _first(marks: np.ndarray) -> int | None:
    return int(np.argmax(marks)) if marks.any() else None
