"""Box counting: how many boxes of each size a boundary needs, and the dimension that follows.

Boxes of side s hold a piece of a line about 1/s times, of a surface about 1/s² times. The slope of log(boxes) against
log(1/s) is the box-counting dimension: 1 for a smooth line, more for one that has ever finer turns.
"""

from typing import NamedTuple

import numpy as np

LARGEST_SHARE = 8
"""The largest boxes have an eighth of the picture's side: still larger ones nearly all hold a piece."""


class Boxes(NamedTuple):
    """What was counted."""

    sizes: np.ndarray  # (scales,) 1, 2, 4, … pixels
    counts: np.ndarray  # (scales,) boxes that hold a piece of the boundary
    dimension: float  # least-squares slope of log(counts) against log(1 / sizes); NaN where there is no boundary
    intercept: float  # of log(counts) at size 1 on that line


def boundary(converged: np.ndarray) -> np.ndarray:
    """Return the places between pixels at which both kinds meet: (rows, columns) → (rows − 1, columns − 1).

    A place lies between four pixels; it is one of the boundary unless all four are of one kind.

    >>> boundary(np.array([[True, True, False], [True, True, False]])).tolist()
    [[False, True]]
    """
    four = np.stack([converged[1:, 1:], converged[:-1, 1:], converged[1:, :-1], converged[:-1, :-1]])
    return np.asarray(four.any(axis=0) & ~four.all(axis=0))


def count_boxes(places: np.ndarray) -> Boxes:
    """Count the boxes of 1, 2, 4, … pixels, up to an eighth of the shorter side, that hold a marked place.

    Args:
      places: (rows, columns) bool; boxes that reach over its edge count as they are.

    >>> found = count_boxes(np.eye(64, dtype=bool))
    >>> found.sizes.tolist(), found.counts.tolist(), round(found.dimension, 6)
    ([1, 2, 4, 8], [64, 32, 16, 8], 1.0)
    """
    largest = max(2, (min(places.shape) + 1) // LARGEST_SHARE)
    sizes = 2 ** np.arange(int(np.log2(largest)) + 1)
    counts = np.array([_occupied(places, int(size)) for size in sizes])
    if not counts.all():
        return Boxes(sizes, counts, float("nan"), float("nan"))
    slope, intercept = np.polyfit(-np.log(sizes), np.log(counts), 1)
    return Boxes(sizes, counts, float(slope), float(intercept))


def _occupied(places: np.ndarray, size: int) -> int:
    padded = np.pad(places, [(0, -length % size) for length in places.shape])
    rows, columns = (length // size for length in padded.shape)
    return int(padded.reshape(rows, size, columns, size).any(axis=(1, 3)).sum())
