"""A nudge, whatever it nudges: which stops there are, and what all pictures and sentences of one nudge share."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simulator.graph.nudge import Move

GROUP = "nudge"
"""Pictures of one nudge follow its handle."""
MAX_NUDGE = 1e6
USUAL_NUDGE = 0.5
_FINEST = 20
"""A typed Δ that is smaller than this part of the usual reach has a reach of its own."""


class Subject(NamedTuple):
    """One number that is nudged, and what comes of it."""

    name: str  # of the number; Korean particles are chosen by it
    value: float  # before it moves
    output: str  # name of what it moves in the end
    move: Move  # of the output
    deltas: np.ndarray  # (stops,) increasing
    at: int  # the stop that was asked for
    pretty: Callable[[str], str]  # writes the names in a sentence as in a textbook

    @property
    def slope(self) -> float:
        """The gradient of the output with respect to the number."""
        return float(self.move.slope[0])


def stops(value: float, delta: float, sides: int) -> tuple[float, ...]:
    """Return the Δ at which a nudge is shown: evenly on both sides of 0, and the one that was asked for.

    Args:
      value: that is nudged: it can be moved to 0 at least.
      delta: that was asked for.
      sides: how many on each side.

    >>> stops(1.5, 0.5, 4), stops(1.5, 0.01, 2)
    ((-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0), (-0.1, -0.05, 0.0, 0.01, 0.05, 0.1))
    """
    reach = _round_number(max(1.0, abs(value), abs(delta)))
    if 0 < abs(delta) < reach / _FINEST:
        reach = _round_number(_FINEST / 2 * abs(delta))
    even = [float(f"{reach * side / sides:.9g}") for side in range(-sides, sides + 1)]
    own = [] if any(math.isclose(delta, stop, rel_tol=1e-6) for stop in even) else [delta]
    return tuple(sorted([*even, *own]))


def nearest_stop(deltas: np.ndarray, delta: float) -> int:
    """Return the index of the stop that is nearest to Δ."""
    return int(np.argmin(np.abs(np.asarray(deltas) - delta)))


def _round_number(least: float) -> float:
    """Return the next of 1, 2, 5, 10, … that is not less."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(float(f"{digit * power:.9g}") for digit in (1, 2, 5, 10) if digit * power >= least * (1 - 1e-9))


def good_stops(move: Move, deltas: np.ndarray) -> tuple[float, float]:
    """Return the first and the last of the stops around 0 at which the line is good for a node."""
    good = ~(move.bent | move.lost)
    low = high = nearest_stop(deltas, 0.0)
    while low > 0 and good[low - 1]:
        low -= 1
    while high < len(deltas) - 1 and good[high + 1]:
        high += 1
    return float(deltas[low]), float(deltas[high])
