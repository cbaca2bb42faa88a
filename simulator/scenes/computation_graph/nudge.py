"""The nudge of a computation graph: which stops an input is moved to, and what every node does there."""

import math
from typing import NamedTuple

import numpy as np

from simulator.core.kept import kept
from simulator.graph import Graph
from simulator.graph.nudge import Move, Nudge, nudge, num_sides
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass

_FINEST = 20
"""A typed Δ that is smaller than this part of the usual reach has a reach of its own."""


class Nudged(NamedTuple):
    """A graph, what its nodes do when an input moves, and the stop that was asked for."""

    graph: Graph
    nudge: Nudge
    at: int

    @property
    def output(self) -> Move:
        """How the function's value moves: it depends on every input that has a gradient."""
        return self.nudge.moves[self.graph.output]


def run_nudge(settings: ComputationGraph) -> Nudged:
    """Move the chosen entry to every stop; equal questions share one result."""
    graph, name, entry = run_pass(settings).graph, settings.shown_variable, settings.nudged_entry
    value = float(graph[name].value[entry])
    deltas = stops(value, settings.delta, num_sides(graph))
    key = (__name__, settings.source, settings.inputs, name, entry, deltas)
    found = kept().of(key, lambda: nudge(graph, name, entry, deltas))
    return Nudged(graph, found, int(np.argmin(np.abs(np.array(deltas) - settings.delta))))


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


def _round_number(least: float) -> float:
    """Return the next of 1, 2, 5, 10, … that is not less."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(float(f"{digit * power:.9g}") for digit in (1, 2, 5, 10) if digit * power >= least * (1 - 1e-9))


def good_stops(move: Move, deltas: np.ndarray) -> tuple[float, float]:
    """Return the first and the last of the stops around 0 at which the line is good for a node."""
    good = ~(move.bent | move.lost)
    low = high = int(np.argmin(np.abs(deltas)))
    while low > 0 and good[low - 1]:
        low -= 1
    while high < len(deltas) - 1 and good[high + 1]:
        high += 1
    return float(deltas[low]), float(deltas[high])
