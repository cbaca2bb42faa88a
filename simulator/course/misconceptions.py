"""Wrong answers that learners really give at a backward step, and questions made from any step.

A misconception gives a wrong *value*; where that value happens to be right (σ′ = 1, a symmetric matrix), it is no
misconception and is left out.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from simulator.course.grading import TOLERANCE, Question, WrongAnswer
from simulator.graph.backward import Backward, BackwardStep
from simulator.graph.model import Node
from simulator.texts import text

KINDS = (
    "targets_swapped",
    "operand_swapped",
    "derivative_at_output",
    "derivative_twice",
    "derivative_forgotten",
    "transpose_missing",
    "sum_for_mean",
    "one_branch",
    "upstream_forgotten",
    "sign",
)
"""Every misconception, the most specific first: where two give the same number, the first is named."""

Array = np.ndarray


class WrongValue(NamedTuple):
    """What a misconception makes of a step, for the whole array."""

    kind: str
    value: Array


def _wrong(kind: str, value: Any) -> WrongValue:
    return WrongValue(kind, np.asarray(value))


def _sigmoid(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-x))


_DERIVATIVE_AT: dict[str, Callable[[Any], Any]] = {
    "logistic": lambda x: _sigmoid(x) * (1.0 - _sigmoid(x)),
    "tanh": lambda x: 1.0 - np.tanh(x) ** 2,
    "relu": lambda x: (x > 0).astype(x.dtype),
    "softplus": _sigmoid,
    "silu": lambda x: _sigmoid(x) * (1.0 + x * (1.0 - _sigmoid(x))),
    "elu": lambda x: np.where(x > 0, 1.0, np.exp(np.minimum(x, 0.0))),
    "exp": np.exp,
    "sin": np.cos,
    "cos": lambda x: -np.sin(x),
}
_MEANS = ("mean", "mse", "cross_entropy", "binary_cross_entropy")
_ERRORS = ("mse", "cross_entropy")


def wrong_factors(backward: Backward, step: BackwardStep) -> tuple[WrongValue, ...]:
    """Return wrong values of the step's local derivative, one for each misconception that applies."""
    right = step.local_derivative.value
    if right is None or step.local_derivative.kind not in ("elementwise", "select", "reduce"):
        return ()
    return _distinct(_wrong_locals(backward, step), right)


def wrong_products(backward: Backward, step: BackwardStep) -> tuple[WrongValue, ...]:
    """Return wrong values of the step's contribution, one for each misconception that applies."""
    return _distinct(_wrong_products(backward, step), step.contribution)


def wrong_totals(backward: Backward, step: BackwardStep) -> tuple[WrongValue, ...]:
    """Return wrong values of the whole gradient of the step's operand, where paths meet there."""
    right = backward.totals[step.operand]
    branches = [other for other in backward.steps if other.operand == step.operand]
    found = [_wrong("one_branch", other.contribution) for other in branches if len(branches) > 1]
    return _distinct([*found, _wrong("sign", -right)], right)


def _wrong_locals(backward: Backward, step: BackwardStep) -> Iterator[WrongValue]:
    node, local = backward.graph[step.node], np.asarray(step.local_derivative.value)
    other = _other_local(backward, step)
    if node.operation in _ERRORS and step.place == 0:
        yield _wrong("targets_swapped", -local)
    if other is not None:
        yield _wrong("operand_swapped", other)
    if node.operation in _DERIVATIVE_AT:
        with np.errstate(over="ignore"):
            yield _wrong("derivative_at_output", _DERIVATIVE_AT[node.operation](node.value))
        yield _wrong("derivative_twice", local * local)
        yield _wrong("derivative_forgotten", np.ones_like(local))
    if (size := _mean_size(node, step)) > 1:
        yield _wrong("sum_for_mean", local * size)
    yield _wrong("sign", -local)


def _wrong_products(backward: Backward, step: BackwardStep) -> Iterator[WrongValue]:
    node, upstream = backward.graph[step.node], step.upstream_gradient
    kind, right = step.local_derivative.kind, step.contribution
    if kind == "matrix":
        yield from (_wrong("transpose_missing", value) for value in _without_transpose(node, step))
        yield _wrong("sign", -right)
        return
    local = step.local_derivative.value
    if kind == "elementwise" and local is not None:
        for wrong in _wrong_locals(backward, step):
            if wrong.kind == "sign" and _is_error(backward, step):
                yield _wrong("targets_swapped", -right)
            elif (product := _reduced(upstream * wrong.value, right.shape)) is not None:
                yield _wrong(wrong.kind, product)
        if (forgotten := _reduced(np.broadcast_to(local, upstream.shape), right.shape)) is not None:
            yield _wrong("upstream_forgotten", forgotten)
        return
    if node.operation in _ERRORS and step.place == 0:
        yield _wrong("targets_swapped", -right)
    if (size := _mean_size(node, step)) > 1:
        yield _wrong("sum_for_mean", right * size)
    if local is not None and local.shape == right.shape:
        yield _wrong("upstream_forgotten", local)
    yield _wrong("sign", -right)


def _other_local(backward: Backward, step: BackwardStep) -> Array | None:
    """Return the local derivative with respect to the other operand of a product, quotient or power."""
    node = backward.graph[step.node]
    if len(node.operands) != 2 or node.operation not in ("mul", "div", "pow"):
        return None
    first, second = (np.asarray(operand.value, np.float64) for operand in node.operands)
    with np.errstate(all="ignore"):
        if node.operation == "mul":
            other = first if step.place == 0 else second
        elif node.operation == "div":
            other = -first / second**2 if step.place == 0 else 1.0 / second
        else:
            other = first**second * np.log(first) if step.place == 0 else second * first ** (second - 1.0)
    return np.broadcast_to(other, node.shape)


def _is_error(backward: Backward, step: BackwardStep) -> bool:
    """Say whether a step is "output minus target": what is taken away comes straight from an input."""
    node = backward.graph[step.node]
    if node.operation != "sub" or step.place != 0 or node.operands[1].source is None:
        return False
    return backward.graph[node.operands[1].source].kind == "input" and backward.graph[step.operand].kind != "input"


def _mean_size(node: Node, step: BackwardStep) -> int:
    """Return how many entries a mean divides by here, or 1."""
    if node.operation in _MEANS:
        operand = node.operands[0].value
        if node.operation == "cross_entropy":
            return operand.shape[0] if operand.ndim > 1 else 1
        return operand.size // max(node.value.size, 1)
    divides = node.operation == "div" and step.place == 0 and node.operands[1].source is None
    count = float(node.operands[1].value.reshape(-1)[0]) if divides and node.operands[1].value.size == 1 else 1.0
    return int(count) if count.is_integer() and 1 < count < 1e9 else 1


def _without_transpose(node: Node, step: BackwardStep) -> Iterator[Array]:
    """Yield what comes of a matrix product without the transpose, and the right answer lying on its side."""
    other, upstream = node.operands[1 - step.place].value, step.upstream_gradient
    if other.ndim == upstream.ndim == 2:
        left, right = (upstream, other) if step.place == 0 else (other, upstream)
        if left.shape[1] == right.shape[0]:
            yield left @ right
    if step.contribution.ndim == 2:
        yield step.contribution.T


def _reduced(value: Any, shape: tuple[int, ...]) -> Array | None:
    """Sum a value over the axes that broadcasting copied, as the backward pass does."""
    value = np.asarray(value)
    if value.shape == shape:
        return value
    if value.size == np.prod(shape):
        return value.reshape(shape)
    while value.ndim > len(shape):
        value = np.asarray(value.sum(axis=0))
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1 and value.shape[axis] != 1)
    value = value.sum(axis=axes, keepdims=True) if axes else value
    return value if value.shape == shape else None


def _distinct(found: Any, right: Array) -> tuple[WrongValue, ...]:
    """Drop what is right after all, and sort by how specific a misconception is."""
    wrong = [w for w in found if not _same(w.value, right)]
    return tuple(sorted(wrong, key=lambda w: KINDS.index(w.kind)))


def _same(value: Array, right: Array) -> bool:
    return value.shape == right.shape and np.allclose(value, right, rtol=TOLERANCE, atol=1e-9, equal_nan=True)


def questions(backward: Backward, step: BackwardStep, entry: tuple[int, ...] | None = None) -> tuple[Question, ...]:
    """Return what can be asked at a step: the next factor, the product, the total, the shape, who gets a gradient.

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
    asked: list[Question | None] = []
    local = step.local_derivative.value
    if local is not None and local.shape == right.shape and step.local_derivative.kind in ("elementwise", "select"):
        asked.append(_number("factor", local, wrong_factors(backward, step), entry, details))
    asked.append(_number("product", right, wrong_products(backward, step), entry, details))
    if step.num_branches > 1 and step.operand in backward.totals:
        total = backward.totals[step.operand]
        asked.append(_number("total", total, wrong_totals(backward, step), entry, details))
    asked.append(_shape_question(step, details))
    asked.append(_receivers_question(backward, step.node))
    return tuple(question for question in asked if question is not None)


def _number(asked: str, right: Array, wrong: tuple[WrongValue, ...], entry: tuple[int, ...], details: dict) -> Any:
    answer = float(right[entry])
    if not np.isfinite(answer):
        return None
    found = []
    for kind, value in wrong:
        inside = value.ndim == len(entry) and all(i < size for i, size in zip(entry, value.shape, strict=True))
        if inside and np.isfinite(value[entry]):
            found.append(WrongAnswer(kind, float(value[entry])))
    # a wrong answer as close to the right one as the tolerance would be graded as correct: it is no misconception
    absolute = 1e-6 * max(1e-6, float(np.max(np.abs(np.nan_to_num(right)))))
    near = max(TOLERANCE * abs(answer), absolute)
    kept = tuple(w for w in found if abs(w.answer - answer) > near)  # type: ignore[operator]
    prompt = f"misconceptions.ask.{asked}{'_entry' if entry else ''}"
    return Question(
        kind="number",
        prompt=prompt,
        answer=answer,
        details=details,
        wrong=kept,
        absolute=absolute,
    )


def _shape_question(step: BackwardStep, details: dict) -> Question:
    shape = step.contribution.shape
    wrong = []
    if len(shape) == 2 and shape[0] != shape[1]:
        wrong.append(WrongAnswer("transpose_missing", shape[::-1]))
    return Question(kind="shape", prompt="misconceptions.ask.shape", answer=shape, details=details, wrong=tuple(wrong))


def _receivers_question(backward: Backward, node: str) -> Question | None:
    view_edges = [edge for edge in backward.graph.view().edges if edge.target == node]
    choices = tuple(dict.fromkeys(edge.source for edge in view_edges))
    if len(choices) < 2:
        return None
    answer = frozenset(backward.receivers(node)) & frozenset(choices)
    single = [frozenset({name}) for name in answer] if len(answer) > 1 else []
    wrong = tuple(WrongAnswer("one_branch", only) for only in single)
    return Question(
        kind="nodes",
        prompt="misconceptions.ask.receivers",
        answer=answer,
        details={"node": node},
        choices=choices,
        wrong=wrong,
    )


def misconception_name(language: str, kind: str) -> str:
    """Return the short name of a misconception.

    >>> misconception_name("en", "transpose_missing")
    'transpose missing'
    """
    return text(language, f"misconceptions.names.{kind}")


def _place(entry: tuple[int, ...]) -> str:
    return ", ".join(str(i + 1) for i in entry)
