"""A real network's loss on a plane through its parameters, with its recorded path and one for every rate."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.core.trajectories.network import descend, rows_of, start_of
from simulator.core.trajectories.network_plane import grid_losses, losses, principal_plane, random_plane
from simulator.core.trajectories.surfaces import Box
from simulator.scenes.learning_rate.edge import EDGE, other_controls
from simulator.scenes.learning_rate.network_settings import NET_RATES, PLANE, TRAINING
from simulator.scenes.learning_rate.numbers import Field
from simulator.scenes.learning_rate.settings import LearningRate
from simulator.scenes.scene import Numbers, Progress

GRID = (97, 65)
"""Columns and rows of real losses."""
ROOM = 1.3
"""The picture is so many times as wide as the path."""
ASPECT = 1.5
LEAST = 3
"""Records of a path that make a plane, even where it diverges at once."""


class Landscape(NamedTuple):
    """The loss on a plane, and the paths of all rates of the slider, projected onto it."""

    field: Field
    box: Box
    rates: Float[np.ndarray, " rates"]
    chosen: int  # index of the run whose end lies in the plane, and whose path made the plane where it is ``path``
    step: np.ndarray  # (records,)
    places: Float[np.ndarray, "rates records 2"]
    loss: Float[np.ndarray, "rates records"]  # of the real parameters, not of their projections
    share: tuple[float, ...]  # of each path, as far as it does not diverge, that lies in the plane
    diverged: tuple[int | None, ...]  # step of each
    below: float  # loss at the projection of the start


def _landscape(settings: LearningRate, progress: Progress) -> Landscape | None:
    rows, start = rows_of(settings.net_data), start_of(settings.net_seed)
    rates = np.unique([*NET_RATES, settings.net_rate])
    chosen = int(np.searchsorted(rates, settings.net_rate))
    found = descend(rows, start, rates, settings.net_steps)
    if progress(1, 2) is False:
        return None
    diverged = tuple(found.diverged(index) for index in range(len(rates)))
    kept = [int(max(np.searchsorted(found.step, len(found.loss[0]) if one is None else one), 1)) for one in diverged]
    path = found.theta[chosen, : max(kept[chosen], min(LEAST, len(found.step)))]
    plane = principal_plane(path) if settings.directions == "path" else random_plane(path[-1], settings.direction_seed)
    with np.errstate(all="ignore"):  # of a run that diverges
        places = np.stack([plane.coordinates(theta) for theta in found.theta])
    box = box_of(places[chosen, : len(path)], least=1.0 if settings.directions == "random" else 0.0)
    first, second = np.linspace(*box[:2], GRID[0]), np.linspace(*box[2:], GRID[1])
    return Landscape(
        Field(first, second, grid_losses(rows, plane, first, second)),
        box,
        rates,
        chosen,
        found.step,
        places,
        found.loss[:, found.step],
        tuple(plane.share(theta[:count]) for theta, count in zip(found.theta, kept, strict=True)),
        diverged,
        float(losses(rows, plane.points(places[chosen, :1]))[0]),
    )


def box_of(places: Float[np.ndarray, "points 2"], least: float) -> Box:
    """Return the ends of a picture around a path, the same length a unit on both axes.

    Args:
      places: of the path.
      least: half of the height, where the path needs less.

    >>> box_of(np.array([[-2.0, 0.0], [1.0, 1.0]]), 0.0)
    (-2.45, 1.45, -0.8, 1.8)
    """
    low, high = places.min(axis=0), places.max(axis=0)
    wide, tall = ROOM * (high - low)
    half = max(wide / ASPECT, tall, 2.0 * least, 1e-9) / 2.0
    (x, y) = (low + high) / 2.0
    ends = (x - ASPECT * half, x + ASPECT * half, y - half, y + half)
    return tuple(float(end) for end in np.round(ends, 12))  # pyright: ignore[reportReturnType]


LANDSCAPE = Numbers(_landscape, ignores=other_controls(*TRAINING, *PLANE), long=True)


def warm_up() -> None:
    """Compile what the panels about the network need, by a run of one step."""
    settings = LearningRate(net_steps=1)
    for numbers in (EDGE, LANDSCAPE):
        numbers.of(settings)
        numbers.forget(settings)
