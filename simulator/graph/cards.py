"""What a learner reads at a step: the rule in symbols, numbers and shapes, the sum where paths meet, and notes."""

from typing import NamedTuple

import numpy as np

from simulator.graph.backward import Backward, BackwardStep
from simulator.graph.derivatives import entry_numbers, entry_of, operand_name
from simulator.graph.latex import latex_name, latex_number
from simulator.graph.model import Graph, Node
from simulator.graph.operations import OPERATIONS, fill, operation_name
from simulator.texts import text

MAX_SUMMED_ENTRIES = 9
"""Arrays of more entries are not written out as a sum."""


class Card(NamedTuple):
    """The words and formulas of one step. ``total`` is empty where only one path arrives."""

    title: str
    symbols: str  # LaTeX
    numbers: str  # LaTeX
    shapes: str  # LaTeX
    total: str  # LaTeX
    notes: tuple[str, ...]


class ForwardCard(NamedTuple):
    """The words and formulas of one forward step."""

    title: str
    symbols: str
    numbers: str


def forward_card(graph: Graph, name: str, language: str) -> ForwardCard:
    """Describe how a node's value is computed."""
    node = graph[name]
    title = text(language, "graph.card.forward", operation=operation_name(language, node.operation), node=name)
    row = OPERATIONS.get(node.operation)
    if row is None or (node.kind == "call" and len(row.derivatives) > len(node.operands)):
        arguments = ", ".join(operand_name(graph, node, place) for place in range(len(node.operands)))
        symbols = rf"{latex_name(name)} = f({arguments})" if node.operands else latex_name(name)
        return ForwardCard(title, symbols, rf"{latex_name(name)} = {latex_number(node.value)}")
    letters = [operand_name(graph, node, place) for place in range(len(node.operands))]
    symbols = rf"{latex_name(name)} = {fill(row.formula, letters, latex_name(name), node.params)}"
    if node.value.size == 1 and all(operand.value.size == 1 for operand in node.operands):
        values = [latex_number(operand.value, True) for operand in node.operands]
        formula = fill(row.formula, values, latex_name(name), node.params)
        return ForwardCard(title, symbols, rf"{latex_name(name)} = {formula} = {latex_number(node.value)}")
    return ForwardCard(title, symbols, rf"{latex_name(name)} = {latex_number(node.value)}")


def card(
    backward: Backward,
    step: BackwardStep,
    language: str,
    entry: tuple[int, ...] | None = None,
    steps: tuple[BackwardStep, ...] | None = None,
) -> Card:
    """Describe a backward step.

    Args:
      backward: the pass that the step belongs to.
      step: one of its steps.
      language: ``"ko"`` or ``"en"``.
      steps: all steps of the view that ``step`` is from; left out, those with every call closed.
      entry: which entry of the node's output to plug numbers in for; left out, the first.
    """
    graph, node = backward.graph, backward.graph[step.node]
    output = latex_name(graph.output)
    left = rf"\frac{{\partial {output}}}{{\partial {latex_name(step.operand)}}}"
    above = rf"\frac{{\partial {output}}}{{\partial {latex_name(step.node)}}}"
    local = step.local_derivative
    title = text(
        language,
        "graph.card.backward",
        node=step.node,
        operand=step.operand,
        operation=operation_name(language, node.operation),
    )
    assign = r"\mathrel{+}=" if step.num_branches > 1 else "="
    sums = _sum_sign(step)
    product = _product(step, above, local.symbols, local.kind)
    symbols = f"{left} {assign} {sums}{product}"
    if step.upstream_gradient.size == step.contribution.size == 1:
        factors = rf"{latex_number(step.upstream_gradient, True)} \cdot {_wrap(local.numbers)}"
        numbers = f"{left} {assign} {factors} = {latex_number(step.contribution)}"
    elif local.kind == "elementwise" and local.in_table:
        place = entry or (0,) * node.value.ndim
        given = latex_number(step.upstream_gradient[place], True)
        product_value = step.upstream_gradient[place] * entry_of(_array(local.value), node.shape, place)
        factors = rf"{given} \cdot {_wrap(entry_numbers(node, step.place, place))} = {latex_number(product_value)}"
        numbers = rf"\left[{', '.join(str(i + 1) for i in place)}\right]:\; {factors}"
    else:
        numbers = f"{left} {assign} {latex_number(step.contribution)}"
    total = _total(backward.steps if steps is None else steps, step, left)
    return Card(title, symbols, numbers, _shapes(step, node.shape), total, _notes(step, node, language))


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


def _sum_sign(step: BackwardStep) -> str:
    summed = step.summed_axes or any(fold.summed_axes for fold in step.folds)
    return r"\textstyle\sum_{\mathrm{copies}} " if summed else ""


def _shapes(step: BackwardStep, shape: tuple[int, ...]) -> str:
    def written(size: tuple[int, ...]) -> str:
        return f"({', '.join(map(str, size))})" if size else r"\mathrm{scalar}"

    local = step.local_derivative
    target = written(step.contribution.shape)
    if local.kind == "matrix" and local.value is not None and step.upstream_gradient.ndim == 2:
        pair = (shape, local.value.shape) if step.place == 0 else (local.value.shape, shape)
        return rf"{written(pair[0])}\cdot{written(pair[1])} \to {target}"
    return rf"{written(step.upstream_gradient.shape)} \to {target}"


def _total(steps: tuple[BackwardStep, ...], step: BackwardStep, left: str) -> str:
    if step.num_branches == 1:
        return ""
    parts = [other for other in steps if other.operand == step.operand and other.index <= step.index]
    if step.contribution.size > MAX_SUMMED_ENTRIES or len(parts) != step.branch:
        return rf"{left} = {latex_number(step.total)}"
    terms = " + ".join(latex_number(part.contribution, place > 0) for place, part in enumerate(parts))
    rest = r" + \cdots" if step.branch < step.num_branches else ""
    return rf"{left} = {terms}{rest} = {latex_number(step.total)}" if not rest else rf"{left} = {terms}{rest}"


def _notes(step: BackwardStep, node: Node, language: str) -> tuple[str, ...]:
    notes = []
    if step.stop is not None:
        notes.append(text(language, f"graph.stops.{step.stop.kind}", percent=round(100 * step.stop.fraction)))
    if step.summed_axes or any(fold.summed_axes for fold in step.folds):
        notes.append(text(language, "graph.card.summed", operand=step.operand))
    if step.num_branches > 1:
        notes.append(text(language, "graph.card.branch", branch=step.branch, count=step.num_branches))
    if not step.local_derivative.in_table:
        opens = node.kind == "call" and node.children
        notes.append(text(language, "graph.card.open_it" if opens else "graph.card.not_in_table"))
    return tuple(notes)
