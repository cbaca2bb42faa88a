"""What can be asked at a backward step of a computation graph, with the wrong answers that learners really give."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from simulator.course.asking import Formula, formula_question, multiplied, number_question, shape_question
from simulator.course.by_hand import local_by_hand, product_by_hand, reduced, total_by_hand
from simulator.course.grading import Question, WrongAnswer
from simulator.course.misconceptions import WrongValue, wrong_factors, wrong_products, wrong_totals
from simulator.graph.backward import Backward, BackwardStep
from simulator.graph.derivatives import operand_name
from simulator.graph.latex import latex_name
from simulator.graph.operations import OPERATIONS, fill

Array = np.ndarray
_PLAIN = ("add", "sub", "neg", "mul")
"""Operations whose local derivative needs no calculation: 1, −1 or the other operand."""
_AT_OUTPUT = {
    "logistic": r"\sigma(@y)\,(1 - \sigma(@y))",
    "tanh": r"1 - \tanh^{2}(@y)",
}
"""Derivatives that are usually written with the output: what they are when the output is taken for the input."""


def questions(backward: Backward, step: BackwardStep, entry: tuple[int, ...] | None = None) -> tuple[Question, ...]:
    """Return what can be asked at a step: rule, shape, next factor, product, total, who gets a gradient.

    A number is asked for only where it can be worked out by hand from what is shown, a shape only of an array.

    Args:
      backward: the pass that the step belongs to.
      step: one of its steps, with every call closed.
      entry: which entry of the contribution to ask about; left out, the one of largest magnitude.
    """
    right = step.contribution
    if right.size == 0 or np.iscomplexobj(right):
        return ()
    if entry is None:
        entry = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(np.nan_to_num(right)))), right.shape))
    details = {"node": step.node, "operand": step.operand, "output": backward.graph.output, "entry": _place(entry)}
    asked = (
        _rule(backward, step, details),
        _shape(step, details),
        _factor(backward, step, entry, details),
        _product(backward, step, entry, details),
        _total(backward, step, entry, details),
        _receivers(backward, step),
    )
    return tuple(question for question in asked if question is not None)


def _rule(backward: Backward, step: BackwardStep, details: dict[str, Any]) -> Question | None:
    """Ask for the rule of the step, where nothing is summed over copies and its formula is in the table."""
    node, local = backward.graph[step.node], step.local_derivative
    if step.folds or step.summed_axes or not local.in_table:
        return None
    if local.kind == "matrix":
        right, others = _matrix_rules(backward, step)
    elif local.kind == "elementwise" and local.value is not None and node.operation in OPERATIONS:
        right, others = _entrywise_rules(backward, step)
    else:
        return None
    if right is None:
        return None
    return formula_question(prompt="misconceptions.ask.rule", about="rule", right=right, others=others, details=details)


def _entrywise_rules(backward: Backward, step: BackwardStep) -> tuple[Formula, list[Formula]]:
    node, local, upstream = backward.graph[step.node], step.local_derivative, step.upstream_gradient
    row, given, output = OPERATIONS[node.operation], _upstream(backward, step), latex_name(node.name)
    names = [operand_name(backward.graph, node, place) for place in range(len(node.operands))]
    sign = r"\odot" if upstream.size > 1 else r"\cdot"

    def times(factor: str) -> str:
        return rf"{given} {sign} {_wrapped(factor)}"

    at_output = _AT_OUTPUT.get(node.operation, row.derivatives[step.place].replace("@a", "@y"))
    written = {
        "derivative_at_output": times(fill(at_output, names, output, node.params)),
        "derivative_twice": times(rf"\left({local.symbols}\right)^{{2}}"),
        "derivative_forgotten": given,
        "upstream_forgotten": local.symbols,
        "sign": times(_negative(local.symbols)),
        "targets_swapped": times(_negative(local.symbols)),
    }
    if len(node.operands) == 2 and len(row.derivatives) == 2:
        written["operand_swapped"] = times(fill(row.derivatives[1 - step.place], names, output, node.params))
    others = [Formula(kind, written[kind], value) for kind, value in wrong_products(backward, step) if kind in written]
    value = reduced(upstream * node.value, step.contribution.shape)
    others.append(Formula("", times(fill(row.formula, names, output, node.params)), value))  # the function itself
    return Formula("", times(local.symbols), step.contribution), others


def _matrix_rules(backward: Backward, step: BackwardStep) -> tuple[Formula | None, list[Formula]]:
    node, upstream = backward.graph[step.node], step.upstream_gradient
    other = node.operands[1 - step.place].value
    if not other.ndim == upstream.ndim == 2:
        return None, []
    given, name = _upstream(backward, step), operand_name(backward.graph, node, 1 - step.place)
    turned = rf"{name}^{{\top}}"
    pairs = [(given, upstream, turned, other.T), (given, upstream, name, other)]
    pairs += [(second, b, first, a) for first, a, second, b in pairs]
    found = [
        Formula("transpose_missing" if name in (one, two) else "", rf"{one}\,{two}", multiplied(a, b))
        for one, a, two, b in pairs
    ]
    right = found.pop(0 if step.place == 0 else 2)
    return Formula("", right.latex, right.value), found


def _factor(backward: Backward, step: BackwardStep, entry: tuple[int, ...], details: dict) -> Question | None:
    local, operation = step.local_derivative.value, backward.graph[step.node].operation
    if step.local_derivative.kind not in ("elementwise", "select") or operation in _PLAIN:
        return None
    if local is None or local.shape != step.contribution.shape:
        return None
    by_hand = local_by_hand(backward, step, entry)
    return _number("factor", local, wrong_factors(backward, step), entry, details, by_hand)


def _product(backward: Backward, step: BackwardStep, entry: tuple[int, ...], details: dict) -> Question | None:
    by_hand = product_by_hand(backward, step, entry)
    return _number("product", step.contribution, wrong_products(backward, step), entry, details, by_hand)


def _total(backward: Backward, step: BackwardStep, entry: tuple[int, ...], details: dict) -> Question | None:
    """Ask for the sum of all paths at the last of them: the others have been shown by then."""
    if step.branch != step.num_branches or step.num_branches == 1 or step.operand not in backward.totals:
        return None
    if product_by_hand(backward, step, entry) is None:
        return None
    parts = [other.contribution for other in backward.steps if other.operand == step.operand]
    right = backward.totals[step.operand]
    return _number("total", right, wrong_totals(backward, step), entry, details, total_by_hand(parts, entry))


def _number(
    asked: str,
    right: Array,
    wrong: tuple[WrongValue, ...],
    entry: tuple[int, ...],
    details: dict[str, Any],
    by_hand: tuple[float, ...] | None,
) -> Question | None:
    answer = float(right[entry])
    if by_hand is None or not np.isfinite(answer):
        return None
    found = [(kind, float(value[entry])) for kind, value in wrong if _has(value, entry)]
    return number_question(
        prompt=f"misconceptions.ask.{asked}{'_entry' if entry else ''}",
        about=asked,
        answer=answer,
        wrong=found,
        details=details,
        by_hand=by_hand,
        entry=entry,
        scale=float(np.max(np.abs(np.nan_to_num(right)))),
    )


def _has(value: Array, entry: tuple[int, ...]) -> bool:
    return value.ndim == len(entry) and all(i < size for i, size in zip(entry, value.shape, strict=True))


def _shape(step: BackwardStep, details: dict[str, Any]) -> Question | None:
    """Ask for a shape where it is not that of the gradient that came: of a product of matrices, of what was copied."""
    shape = step.contribution.shape
    if step.contribution.size == 1 or shape == step.upstream_gradient.shape:
        return None
    return shape_question(prompt="misconceptions.ask.shape", shape=shape, details=details)


def _receivers(backward: Backward, step: BackwardStep) -> Question | None:
    """Ask who receives a gradient from a node, at its first step: later ones show it."""
    node = step.node
    if step.index != next(other.index for other in backward.steps if other.node == node):
        return None
    choices = tuple(dict.fromkeys(edge.source for edge in backward.graph.view().edges if edge.target == node))
    if len(choices) < 2:
        return None
    answer = frozenset(backward.receivers(node)) & frozenset(choices)
    single: Iterator[frozenset[str]] = (frozenset({name}) for name in answer if len(answer) > 1)
    return Question(
        kind="nodes",
        prompt="misconceptions.ask.receivers",
        about="receivers",
        answer=answer,
        details={"node": node},
        choices=choices,
        wrong=tuple(WrongAnswer("one_branch", only) for only in single),
    )


def _upstream(backward: Backward, step: BackwardStep) -> str:
    return rf"\frac{{\partial {latex_name(backward.graph.output)}}}{{\partial {latex_name(step.node)}}}"


def _negative(factor: str) -> str:
    return (
        factor[1:] if factor.startswith("-") and "+" not in factor and " - " not in factor else f"-{_wrapped(factor)}"
    )


def _wrapped(factor: str) -> str:
    plain = factor.lstrip("-").replace("^", "")
    simple = "+" not in plain and " - " not in plain and not factor.startswith("-")
    return factor if simple else rf"\left({factor}\right)"


def _place(entry: tuple[int, ...]) -> str:
    return ", ".join(str(i + 1) for i in entry)
