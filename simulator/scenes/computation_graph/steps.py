"""What a drawing of a computation graph shows at each step: texts, widths and signs, ready for the browser."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from simulator.graph import BackwardStep, Graph, View
from simulator.graph.model import shown_source
from simulator.scenes.computation_graph.layout import edge_id, is_short_vector, node_id
from simulator.texts.numbers import complex_text, number_text

WIDEST, THINNEST, DECADE = 8.0, 1.6, 1.6
"""Line widths: of the largest number, of the smallest, and how much thinner a tenth is."""


class Size(NamedTuple):
    """The largest finite magnitude, which has the widest line, and whether an infinite one is drawn as wide."""

    finite: float
    endless: bool

    @property
    def words(self) -> str:
        """Return what the widest line stands for.

        >>> Size(0.5, False).words, Size(0.5, True).words, Size(0.0, True).words
        ('0.5', '0.5, ∞', '∞')
        """
        if not self.endless:
            return number_text(self.finite)
        return f"{number_text(self.finite)}, ∞" if self.finite else "∞"


class Sizes(NamedTuple):
    """The largest magnitude forward and back: both have the widest line."""

    value: Size
    gradient: Size


def sizes(graph: Graph, view: View, steps: Iterable[BackwardStep]) -> Sizes:
    """Return the largest magnitudes of a view and of the backward steps that are shown."""
    values = [magnitude(graph[name].value) for name in view.nodes]
    gradients = [magnitude(step.contribution) for step in steps]
    return Sizes(_largest(values), _largest(gradients))


def node_values(graph: Graph, view: View) -> dict[str, dict[str, Any]]:
    """Return what each node shows once it has a value."""
    return {node_id(graph, name): shown(graph[name].value) for name in view.nodes}


def forward_lines(graph: Graph, view: View, largest: float) -> dict[str, dict[str, Any]]:
    """Return how each edge looks once its value has passed."""
    return {
        edge_id(graph, edge.source, edge.target, edge.operand): line(
            graph[edge.target].operands[edge.operand].value, largest
        )
        for edge in view.edges
    }


def backward_step(graph: Graph, step: BackwardStep, largest: float) -> dict[str, Any]:
    """Return what one backward step changes in the drawing."""
    local, stop = step.local_derivative.value, step.stop
    scalar = local is not None and local.size == 1 and step.contribution.size == step.upstream_gradient.size == 1
    return {
        "node": node_id(graph, step.node),
        "operand": node_id(graph, step.operand),
        "edge": edge_id(graph, step.operand, step.node, step.place),
        "gradient": shown(step.total),
        "complete": step.branch == step.num_branches,
        "factor": f"×{complex_text(np.asarray(local).item())}" if scalar else "",
        "line": line(step.contribution, largest),
        "stop": "" if stop is None else "all" if not np.any(step.contribution) else "part",
    }


def output_node(graph: Graph, view: View) -> str:
    """Return the visible node whose value is the function's."""
    return shown_source(graph, frozenset(view.opened), graph.output)


def shown(value: np.ndarray) -> dict[str, Any]:
    """Return the texts of a value, the signs of its entries, and the exact numbers.

    >>> shown(np.array([0.5, -1.0]))["texts"], shown(np.full((2, 2), 3.0))["texts"]
    (['0.5', '−1'], ['‖·‖ 6'])
    """
    array = np.asarray(value)
    if array.size == 1 or is_short_vector(array.shape):
        entries = [entry.item() for entry in np.ravel(array)]
        exact = ", ".join(f"{entry:.9g}" for entry in entries)
        return {"texts": [complex_text(entry) for entry in entries], "exact": exact}
    norm = magnitude(array)
    return {"texts": [f"‖·‖ {number_text(norm)}"], "exact": f"{norm:.9g}"}


def line(value: np.ndarray, largest: float) -> dict[str, Any]:
    """Return width and sign of a line; an array with entries of both signs counts as positive."""
    array, size = np.asarray(value), magnitude(value)
    negative = bool(array.size) and not np.iscomplexobj(array) and bool(np.all(array <= 0)) and bool(np.any(array < 0))
    return {"width": width(size, largest), "negative": negative, "zero": size == 0}


def width(size: float, largest: float) -> float:
    """Return the width of a line, in pixels of the drawing: every tenth of the largest number is thinner by a step.

    >>> width(5.0, 5.0), width(0.5, 5.0), width(0.0, 5.0)
    (8.0, 6.4, 1.6)
    """
    if size <= 0 or largest <= 0 or not math.isfinite(size):
        return WIDEST if math.isinf(size) else THINNEST
    return round(max(THINNEST, WIDEST - DECADE * math.log10(largest / size)), 2)


def magnitude(value: np.ndarray) -> float:
    """Return |x| of a number and the Euclidean norm of an array."""
    array = np.ravel(value)
    return float(np.linalg.norm(array.astype(np.complex128 if np.iscomplexobj(array) else np.float64)))


def _largest(numbers: list[float]) -> Size:
    finite = max((number for number in numbers if math.isfinite(number)), default=0.0)
    return Size(finite, any(map(math.isinf, numbers)))
