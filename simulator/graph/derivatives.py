"""The local derivative of one operation: its value, and its formula with names and with numbers."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from simulator.graph.corners import corners
from simulator.graph.latex import latex_name, latex_number
from simulator.graph.model import Graph, Node
from simulator.graph.operations import OPERATIONS, fill
from simulator.graph.plugged import CANCELLING_DERIVATIVES, FEWEST, digits_for, plain
from simulator.graph.pullbacks import is_floating, pull

MAX_JACOBIAN_SIZE = 64
MAX_JACOBIAN_ROWS = 8


class LocalDerivative(NamedTuple):
    """∂(output)/∂(operand) of one node.

    ``value`` depends on ``kind``: ``elementwise``, ``select`` and ``reduce`` one number for each entry (of the output
    or of the operand); ``matrix`` the other operand, transposed as it is multiplied; ``jacobian`` an array (output
    shape + operand shape), or None when it would be too large to read; ``move`` None: entries only change place.
    """

    kind: str
    value: np.ndarray | None
    symbols: str  # LaTeX with names
    numbers: str  # LaTeX with the numbers of ``entry`` plugged in
    entry: tuple[int, ...]  # which entry of the output ``numbers`` shows
    in_table: bool


def local_kind(node: Node) -> str:
    """Return the kind of a node's local derivative."""
    return OPERATIONS[node.operation].kind if node.operation in OPERATIONS else "jacobian"


def local_value(
    node: Node, place: int, function: Callable[..., list[Any]], operands: list[Any], is_primitive: bool = False
) -> np.ndarray | None:
    """Compute the local derivative of ``function`` (the node's operation) with respect to one operand."""
    kind = local_kind(node)
    operand = node.operands[place].value
    if _complex(node):  # a derivative with respect to two numbers at once, not one factor
        return None
    if kind == "reduce":
        return np.ones((), operand.dtype)
    if kind in ("move", "none"):
        return None
    if kind == "matrix":
        other = node.operands[1 - place].value
        return other.T
    if kind == "elementwise" and is_primitive and any(np.shape(o) != node.shape for o in operands):
        # one number for each entry of the output: take the operands as they are after broadcasting
        operands = [np.broadcast_to(np.asarray(o), node.shape) for o in operands]
    if kind == "jacobian" and node.value.size > 1:
        if node.value.size > MAX_JACOBIAN_ROWS or node.value.size * operand.size > MAX_JACOBIAN_SIZE:
            return None
        seeds = np.eye(node.value.size, dtype=node.dtype).reshape(-1, *node.shape)
    else:
        seeds = np.ones((1, *node.shape), node.dtype)
    rows = [np.asarray(pull(function, ((place,),), operands, _only(node, seed))[0]) for seed in seeds]
    if kind == "jacobian" and node.value.size > 1:
        return np.stack(rows).reshape(*node.shape, *operand.shape)
    return rows[0]


def _only(node: Node, seed: np.ndarray | np.generic) -> list[np.ndarray | np.generic]:
    """Return gradients of every output: ``seed`` for the one that is shown, 0 for the others."""
    places = [place for place, value in enumerate(node.values) if is_floating(value)]
    return [seed if place == node.shown else np.zeros_like(node.values[place]) for place in places]


def _complex(node: Node) -> bool:
    return any(np.iscomplexobj(value) for value in (*node.values, *(operand.value for operand in node.operands)))


def describe_local(graph: Graph, node: Node, place: int, value: np.ndarray | None) -> LocalDerivative:
    """Write a local derivative with names and with the numbers of its first entry."""
    kind = local_kind(node)
    entry = (0,) * node.value.ndim
    template = _template(node, place)
    if kind == "matrix":
        return LocalDerivative(kind, value, *_matrix_factor(graph, node, place), entry, True)
    if kind == "move":
        return LocalDerivative(kind, value, "1", "1", entry, True)
    output = latex_name(node.name)
    if not template or _complex(node):
        fraction = rf"\frac{{\partial {output}}}{{\partial {operand_name(graph, node, place)}}}"
        shown = latex_number(value) if value is not None and value.size <= 16 else fraction
        return LocalDerivative(kind, value, fraction, shown, entry, False)
    symbols = fill(template, [operand_name(graph, node, i) for i in range(len(node.operands))], output, node.params)
    if kind in ("jacobian", "select") and node.value.size + node.operands[place].value.size > 2:
        shown = latex_number(value) if value is not None and value.size <= 16 else symbols
        return LocalDerivative(kind, value, symbols, shown, entry, True)
    return LocalDerivative(kind, value, symbols, entry_numbers(node, place, entry, value), entry, True)


def entry_numbers(node: Node, place: int, entry: tuple[int, ...], local: np.ndarray | None) -> str:
    """Return the local derivative's formula with the numbers of one entry of the output plugged in.

    At a corner the formula has no value: what JAX takes instead is written.

    Args:
      node: whose operation is differentiated.
      place: of the operand.
      entry: of the output.
      local: the local derivative, a number for each entry of the output.
    """
    if node.value.size == 0:
        return latex_number(node.value)
    value = None if local is None else entry_of(np.asarray(local), node.shape, entry)
    numbers = [entry_of(operand.value, node.shape, entry) for operand in node.operands]
    output, digits = node.value[entry], FEWEST
    if value is not None and corners(node).shape == node.shape and corners(node)[entry]:
        return latex_number(value)
    if len(numbers) == 1 and value is not None and all(map(plain, (*numbers, output, value))):
        digits = digits_for(CANCELLING_DERIVATIVES.get(node.operation), (numbers[0], output), value)
    values = [latex_number(number, True, digits) for number in numbers]
    template = _template(node, place).replace(r"\,", r" \cdot ")  # 2 x is a product, 2 3 is not
    return fill(template, values, latex_number(output, True, digits), node.params)


def _template(node: Node, place: int) -> str:
    row = OPERATIONS.get(node.operation)
    if row is None or place >= len(row.derivatives):
        return ""
    if node.kind == "call" and len(row.derivatives) > len(node.operands):
        return ""  # called with a number in place of an operand: the letters of the formula would be off
    return row.derivatives[place]


def entry_of(value: np.ndarray, shape: tuple[int, ...], entry: tuple[int, ...]) -> Any:
    """Return the entry of an operand that meets ``entry`` of the output, with broadcasting."""
    try:
        return np.broadcast_to(value, shape)[entry]
    except ValueError:
        return value.flat[0] if value.size else np.nan


def operand_name(graph: Graph, node: Node, place: int) -> str:
    """Return an operand in LaTeX: the name of the node it comes from, or its number."""
    operand = node.operands[place]
    source = operand.source
    while source is not None and graph[source].quiet:
        source = graph[source].operands[0].source
    if source is None or (graph[source].hidden and operand.value.size == 1):
        return latex_number(operand.value, True)
    return latex_name(source)


def _matrix_factor(graph: Graph, node: Node, place: int) -> tuple[str, str]:
    """Write what multiplies the upstream gradient: W transposed for X, X transposed for W."""
    other = node.operands[1 - place].value
    name = operand_name(graph, node, 1 - place)
    symbols = name if other.ndim < 2 and node.value.ndim == 0 else rf"{name}^{{\top}}"
    return symbols, latex_number(other.T) if other.size <= 16 else symbols
