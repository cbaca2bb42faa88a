"""One entry of one input moved by Δ: what every node really does, beside the straight line that the gradient draws.

The true change runs the traced program again, operation by operation, so that nothing is compiled and the numbers are
those which the graph shows for that input. The line is JAX's forward-mode derivative of the same program, times Δ.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from simulator.errors import InputError
from simulator.graph.model import Graph
from simulator.graph.program import Block, Group, Item, Run, flatten, read

SHARE = 0.1
"""The line is good as long as it misses the true change by at most this share of it."""
FEW_ENTRIES = 4
"""Arrays of at most so many entries are kept entry by entry; of larger ones, norms."""
_EPS = float(np.finfo(np.float32).eps)
_SIDES = (20, 10, 5, 2)
_SECONDS = 1.5
_SECONDS_A_NODE, _SECONDS_AN_OPERATION = 1e-4, 1e-9


class Move(NamedTuple):
    """How one node moves. Sizes are the absolute value of a number and the Euclidean norm of an array.

    Args:
      slope: (entries,) derivative of each entry with respect to the moved one; empty where there are many.
      before: value of the node before it moved.
      after: (stops, entries) and at every stop; empty where there are many entries.
      size: (stops,) of the true change.
      line: (stops,) size of slope · Δ.
      miss: (stops,) size of the difference between both.
      rounding: (stops,) what float32 alone may make of the difference.
    """

    slope: np.ndarray
    before: np.ndarray
    after: np.ndarray
    size: np.ndarray
    line: np.ndarray
    miss: np.ndarray
    rounding: np.ndarray

    @property
    def few(self) -> bool:
        """Whether its entries are kept one by one."""
        return bool(self.slope.size)

    @property
    def change(self) -> np.ndarray:
        """(stops, entries) the true change; empty where there are many entries."""
        before = np.ravel(np.asarray(self.before, np.float64)) if self.few else np.zeros(0)
        with np.errstate(all="ignore"):  # ∞ − ∞ is a number that a learner may see
            return self.after - before

    @property
    def lost(self) -> np.ndarray:
        """(stops,) where the change is no finite number: too large for a float, or outside of the function's domain."""
        return ~np.isfinite(self.size)

    @property
    def exact(self) -> np.ndarray:
        """(stops,) where rounding alone can explain what the line misses."""
        return ~self.lost & (self.miss <= self.rounding)

    @property
    def bent(self) -> np.ndarray:
        """(stops,) where the line misses by more than ``SHARE`` of the true change."""
        return ~self.lost & ~self.exact & ~(self.miss <= SHARE * self.size)


class Nudge(NamedTuple):
    """An input entry moved to several stops.

    Args:
      name, entry: of the input, and the place in it.
      value: what the entry is before it moves.
      deltas: (stops,) increasing.
      moves: of every node that depends on the input, in forward order.
    """

    name: str
    entry: tuple[int, ...]
    value: float
    deltas: np.ndarray
    moves: dict[str, Move]


def nudge(graph: Graph, name: str, entry: tuple[int, ...], deltas: Sequence[float]) -> Nudge:
    """Move one entry of an input by each Δ, and return what every node does.

    Args:
      graph: as traced.
      name: of an input with a gradient.
      entry: its place in the input, counted from 0; empty for a number.
      deltas: increasing.

    Raises:
      InputError: for a graph that was pickled and has lost what it needs for that.

    >>> from simulator.graph import trace
    >>> moved = nudge(trace("x**2", x=3.0), "x", (), (0.1, 1.0))
    >>> y = moved.moves[trace("x**2", x=3.0).output]
    >>> y.slope.tolist(), y.size.round(2).tolist(), y.bent.tolist()
    ([6.0], [0.61, 7.0], [False, True])
    """
    run = graph.run
    if run is None:
        raise InputError("graph:no_run")
    where = dict(_variables(graph, run))
    variable, value = where[name], np.asarray(graph[name].value)
    slopes = _slopes(run, variable, value, entry)
    nodes = {node.name: where[node.name] for node in graph.nodes if where.get(node.name) in slopes}
    found: dict[str, list[Stop]] = {node: [] for node in nodes}
    at = float(value[entry])
    for delta in deltas:
        shifted = value.copy()
        with np.errstate(all="ignore"):
            shifted[entry] = np.float32(at + delta)
        values = _run_again(run, variable, shifted)
        for node, place in nodes.items():
            one = stop_at(run.values[place], values[place], slopes[place], delta, value=at, eps=_EPS)
            found[node].append(one)
    return Nudge(name, entry, at, np.asarray(deltas, np.float64), _moves(nodes, slopes, run, found))


def num_sides(graph: Graph) -> int:
    """Return how many stops on each side of 0 can be computed while a reader waits."""
    seconds = sum(_SECONDS_A_NODE + _SECONDS_AN_OPERATION * _work(graph, node.name) for node in graph.nodes)
    return next((sides for sides in _SIDES if (2 * sides + 1) * seconds <= _SECONDS), _SIDES[-1])


def _work(graph: Graph, name: str) -> float:
    """Return about how many floating-point operations a node takes: of matrices (m, k) and (k, n), 2·m·k·n."""
    node = graph[name]
    sizes = [node.value.size, *(operand.value.size for operand in node.operands)]
    return 2 * math.sqrt(math.prod(sizes)) if node.operation == "dot_general" else max(sizes)


def _moves(nodes: dict[str, int], slopes: dict[int, Any], run: Run, found: dict[str, list]) -> dict[str, Move]:
    return {node: moved(run.values[place], slopes[place], found[node]) for node, place in nodes.items()}


class Stop(NamedTuple):
    """What one node does at one stop: its entries, where they are few, and sizes as in ``Move``."""

    after: np.ndarray
    size: float
    line: float
    miss: float
    rounding: float


def stop_at(before: Any, after: Any, slope: Any, delta: float, *, value: float, eps: float) -> Stop:
    """Compare the true change of a node with the straight line.

    Args:
      before, after: values of the node.
      slope: derivative of each entry with respect to what is moved.
      delta: how far that is moved.
      value: what it was before.
      eps: relative precision of the numbers.
    """
    first, last, line = (np.ravel(np.asarray(one, np.float64)) for one in (before, after, slope))
    with np.errstate(all="ignore"):
        change = last - first
        rounding = 4 * eps * (_norm(first) + _norm(last) + (abs(value) + abs(delta)) * _norm(line))
        sizes = (_norm(change), _norm(line * delta), _norm(change - line * delta), rounding)
    return Stop(last if len(last) <= FEW_ENTRIES else last[:0], *sizes)


def moved(before: Any, slope: Any, stops: Sequence[Stop]) -> Move:
    """Return how a node moves, from what it does at every stop."""
    after, *sizes = zip(*stops, strict=True)
    entries = np.ravel(np.asarray(slope, np.float64)) + 0.0  # no −0
    kept = entries if entries.size <= FEW_ENTRIES else entries[:0]
    return Move(kept, np.asarray(before), np.array(after), *(np.array(size) for size in sizes))


def _norm(entries: np.ndarray) -> float:
    return float(np.sqrt(np.sum(entries * entries)))


def _slopes(run: Run, variable: int, value: np.ndarray, entry: tuple[int, ...]) -> dict[int, Any]:
    """Return the derivative of every variable that depends on an input with respect to one entry of it."""
    direction = np.zeros_like(value)
    direction[entry] = 1

    def forward(moved: Any) -> dict[int, Any]:
        return {place: one for place, one in _run_again(run, variable, moved).items() if place in run.program.floating}

    return jax.jvp(forward, (jnp.asarray(value),), (jnp.asarray(direction),))[1]


def _run_again(run: Run, variable: int, value: Any) -> dict[int, Any]:
    """Return what the variables that depend on one input are when it has another value."""
    values, moved = {**run.values, variable: value}, {variable}
    _run_block(run.program.block, values, moved)
    return {place: values[place] for place in moved}


def _run_block(block: Block, values: dict[int, Any], moved: set[int]) -> None:
    for equation in flatten(block.items):
        if moved.isdisjoint(atom for atom in equation.inputs if isinstance(atom, int)):
            continue
        operands = [read(atom, values) for atom in equation.inputs]
        values.update(zip(equation.outputs, equation.function(*operands), strict=True))
        moved.update(equation.outputs)
        if equation.inner is not None:
            for inside, atom, operand in zip(equation.inner.inputs, equation.inputs, operands, strict=True):
                values[inside] = operand
                if atom in moved:
                    moved.add(inside)
            _run_block(equation.inner, values, moved)


def _variables(graph: Graph, run: Run) -> Iterator[tuple[str, int]]:
    """Yield every node that is computed, with the variable whose value it shows."""
    yield from zip(graph.inputs, run.program.block.inputs, strict=True)
    yield from _computed(graph, run, run.program.block.items)


def _computed(graph: Graph, run: Run, items: tuple[Item, ...]) -> Iterator[tuple[str, int]]:
    for item in items:
        name = run.name_of_item.get(id(item))
        if isinstance(item, Group):
            if name is not None:
                yield name, item.output
            yield from _computed(graph, run, item.items)
            continue
        if name is not None:
            yield name, item.outputs[graph[name].shown]
        if item.inner is not None:
            yield from _computed(graph, run, item.inner.items)
