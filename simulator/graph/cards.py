"""What a learner reads at a step: the rule in symbols, numbers and shapes, the sum where paths meet, and notes."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simulator.graph.backward import Backward, BackwardStep
from simulator.graph.corners import corners
from simulator.graph.derivatives import entry_numbers, entry_of, operand_name
from simulator.graph.latex import MAX_MATRIX_ENTRIES, latex_name, latex_number
from simulator.graph.model import Graph, Node
from simulator.graph.operations import OPERATIONS, fill, operation_name
from simulator.graph.plugged import CANCELLING, FEWEST, digits_for, plain, sum_digits
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_SUMMED_ENTRIES = 9
"""Arrays of more entries are not written out as a sum."""
FORWARD, GRADIENT = "forward", "gradient"
"""What a part of a formula is: a value of the forward pass, a gradient."""
Paint = Callable[[str, str], str]
"""Gives a part of a formula, FORWARD or GRADIENT, its colour: (what it is, its LaTeX) → LaTeX."""


def unpainted(_part: str, latex: str) -> str:
    """Leave a part of a formula as it is."""
    return latex


class Card(NamedTuple):
    """The words and formulas of one step."""

    title: str
    symbols: str  # LaTeX
    numbers: str  # LaTeX
    shapes: str  # LaTeX
    total: str  # LaTeX; empty where only one path arrives
    notes: tuple[str, ...]
    result: str  # LaTeX; empty where the numbers say it already, or there are too many


class ForwardCard(NamedTuple):
    """The words and formulas of one forward step."""

    title: str
    symbols: str
    numbers: str
    shapes: str


def forward_card(graph: Graph, name: str, language: str, paint: Paint = unpainted) -> ForwardCard:
    """Describe how a node's value is computed; ``paint`` colours its numbers."""
    node, letter = graph[name], latex_name(name)
    title = text(language, "graph.card.forward", operation=operation_name(language, node.operation), node=name)
    operands = r",\;".join(_size(np.shape(operand.value), language) for operand in node.operands[:6])
    shapes = rf"{operands}{_more(node)} \to {_size(node.shape, language)}"
    row = OPERATIONS.get(node.operation)
    if row is None or (node.kind == "call" and len(row.derivatives) > len(node.operands)):
        arguments = ", ".join(operand_name(graph, node, place) for place in range(len(node.operands)))
        symbols = rf"{letter} = f({arguments})" if node.operands else letter
        return ForwardCard(title, symbols, rf"{letter} = {paint(FORWARD, latex_number(node.value))}", shapes)
    letters = [operand_name(graph, node, place) for place in range(len(node.operands))]
    symbols = rf"{letter} = {fill(row.formula, letters, letter, node.params)}"
    written = latex_number(node.value)
    if node.value.size == 1 and all(operand.value.size == 1 for operand in node.operands):
        digits = _digits(node)
        values = [latex_number(operand.value, True, digits) for operand in node.operands]
        written = f"{fill(row.formula, values, letter, node.params)} = {written}"
    return ForwardCard(title, symbols, rf"{letter} = {paint(FORWARD, written)}", shapes)


def _digits(node: Node) -> int:
    numbers = [operand.value for operand in node.operands]
    if not all(map(plain, (*numbers, node.value))):
        return FEWEST
    return digits_for(CANCELLING.get(node.operation), numbers, node.value)


def _more(node: Node) -> str:
    return r",\;\ldots" if len(node.operands) > 6 else ""


def card(
    backward: Backward,
    step: BackwardStep,
    language: str,
    entry: tuple[int, ...] | None = None,
    steps: tuple[BackwardStep, ...] | None = None,
    paint: Paint = unpainted,
) -> Card:
    """Describe a backward step.

    Args:
      backward: the pass that the step belongs to.
      step: one of its steps.
      language: ``"ko"`` or ``"en"``.
      steps: all steps of the view that ``step`` is from; left out, those with every call closed.
      entry: which entry of the node's output to plug numbers in for; left out, the first.
      paint: colours what is a gradient, and the factor, which is a value of the forward pass.
    """
    graph, node = backward.graph, backward.graph[step.node]
    output = latex_name(graph.output)
    fraction = rf"\frac{{\partial {output}}}{{\partial {latex_name(step.operand)}}}"
    left = paint(GRADIENT, fraction)
    above = paint(GRADIENT, rf"\frac{{\partial {output}}}{{\partial {latex_name(step.node)}}}")
    local = step.local_derivative
    title = text(
        language,
        "graph.card.backward",
        node=step.node,
        operand=step.operand,
        operation=operation_name(language, node.operation),
    )
    assign = r"\mathrel{+}=" if step.num_branches > 1 else "="
    product = _product(step, above, local.symbols, local.kind)
    symbols = f"{left} {assign} {_sum_sign(step, language)}{product}"
    result = ""
    known = local.value is not None or local.kind == "move"
    if known and step.upstream_gradient.size == step.contribution.size == 1:
        numbers = f"{left} {assign} {_multiplied(step.upstream_gradient, local.numbers, step.contribution, paint)}"
    elif known and local.kind == "elementwise" and local.in_table and step.upstream_gradient.size:
        place = entry or (0,) * node.value.ndim
        given = step.upstream_gradient[place]
        value = given * entry_of(_array(local.value), node.shape, place)
        where = ", ".join(str(i + 1) for i in place)
        multiplied = _multiplied(given, entry_numbers(node, step.place, place, local.value), value, paint)
        numbers = rf"\left[{where}\right]:\; {multiplied}"
        if step.contribution.size <= MAX_MATRIX_ENTRIES:
            result = f"{left} {assign} {paint(GRADIENT, latex_number(step.contribution))}"
    else:
        numbers = f"{left} {assign} {paint(GRADIENT, latex_number(step.contribution))}"
    total = _total(backward.steps if steps is None else steps, step, fraction)
    shapes = _shapes(step, node.shape, language)
    return Card(title, symbols, numbers, shapes, total and paint(GRADIENT, total), _notes(step, node, language), result)


def _multiplied(given: np.ndarray | np.generic, factor: str, value: np.ndarray | np.generic, paint: Paint) -> str:
    """Write what comes in, times the local derivative, and what comes out."""
    product = rf"{paint(GRADIENT, latex_number(given, True))} \cdot {paint(FORWARD, _wrap(factor))}"
    return f"{product} = {paint(GRADIENT, latex_number(value))}"


def _product(step: BackwardStep, above: str, local: str, kind: str) -> str:
    arrays = step.upstream_gradient.size > 1
    if kind == "move" or (kind == "reduce" and not arrays):
        return above
    if kind == "matrix" and arrays:
        return rf"{above}\,{local}" if step.place == 0 else rf"{local}\,{above}"
    if kind == "jacobian" and arrays:
        return rf"\left({local}\right)^{{\top}} {above}"
    sign = r"\odot" if arrays else r"\cdot"
    return rf"{above} {sign} {_wrap(local)}"


def _wrap(factor: str) -> str:
    plain = factor.lstrip("-").replace("^", "")
    return (
        factor if "+" not in plain and " - " not in plain and not factor.startswith("-") else rf"\left({factor}\right)"
    )


def _array(value: np.ndarray | None) -> np.ndarray:
    return np.asarray(np.nan if value is None else value)


def _sum_sign(step: BackwardStep, language: str) -> str:
    summed = step.summed_axes or any(fold.summed_axes for fold in step.folds)
    return rf"\textstyle\sum_{{\text{{{text(language, 'graph.card.copies')}}}}} " if summed else ""


def _size(shape: tuple[int, ...], language: str) -> str:
    return f"({', '.join(map(str, shape))})" if shape else rf"\text{{{text(language, 'graph.card.scalar')}}}"


def _shapes(step: BackwardStep, shape: tuple[int, ...], language: str) -> str:
    local = step.local_derivative
    target = _size(step.contribution.shape, language)
    if local.kind == "matrix" and local.value is not None and step.upstream_gradient.ndim == 2:
        pair = (shape, local.value.shape) if step.place == 0 else (local.value.shape, shape)
        return rf"{_size(pair[0], language)}\cdot{_size(pair[1], language)} \to {target}"
    return rf"{_size(step.upstream_gradient.shape, language)} \to {target}"


def _total(steps: tuple[BackwardStep, ...], step: BackwardStep, left: str) -> str:
    if step.num_branches == 1:
        return ""
    parts = [other for other in steps if other.operand == step.operand and other.index <= step.index]
    if step.contribution.size > MAX_SUMMED_ENTRIES or len(parts) != step.branch:
        return rf"{left} = {latex_number(step.total)}"
    digits = sum_digits([part.contribution for part in parts], step.total)
    terms = " + ".join(latex_number(part.contribution, place > 0, digits) for place, part in enumerate(parts))
    if step.branch < step.num_branches:
        return rf"{left} = {terms} + \cdots"
    return rf"{left} = {terms} = {latex_number(step.total)}"


def _notes(step: BackwardStep, node: Node, language: str) -> tuple[str, ...]:
    notes = []
    if step.stop is not None:
        notes.append(text(language, f"graph.stops.{step.stop.kind}", percent=round(100 * step.stop.fraction)))
    if step.summed_axes or any(fold.summed_axes for fold in step.folds):
        notes.append(text(language, "graph.card.summed", operand=step.operand))
    if step.num_branches > 1:
        notes.append(text(language, "graph.card.branch", branch=step.branch, count=step.num_branches))
    notes += _corner_notes(step, node, language)
    if not step.local_derivative.in_table:
        opens = node.kind == "call" and node.children
        notes.append(text(language, "graph.card.open_it" if opens else "graph.card.not_in_table"))
    return tuple(notes)


def _corner_notes(step: BackwardStep, node: Node, language: str) -> list[str]:
    """Say what JAX takes where the operation has no derivative, unless the stop has said it."""
    local = step.local_derivative.value
    if local is None or (step.stop is not None and step.stop.kind == "flat"):
        return []
    at = corners(node)
    if at.shape != local.shape or not at.any():
        return []
    taken = ", ".join(number_text(float(value)) for value in np.unique(local[at]))
    return [text(language, "graph.card.corner", values=taken, percent=number_text(100 * float(at.mean())))]
