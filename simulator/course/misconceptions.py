"""Wrong answers that learners really give at a backward step.

A misconception gives a wrong *value*; where that value happens to be right (σ′ = 1, a symmetric matrix), it is no
misconception and is left out.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from simulator.course.by_hand import reduced
from simulator.course.grading import TOLERANCE
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
"""Every misconception. Where two give the same number, neither is proven, and neither is named."""

Array = np.ndarray


class WrongValue(NamedTuple):
    """What a misconception makes of a step, for the whole array."""

    kind: str
    value: Array


def _wrong(kind: str, value: Any) -> WrongValue:
    return WrongValue(kind, np.asarray(value))


def _sigmoid(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-x))


DERIVATIVE_AT: dict[str, Callable[[Any], Any]] = {
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
_TARGET = re.compile(r"[tT]\d*|targets?")
"""Names of inputs that are known to be targets."""


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
    error = _is_error(backward, step)
    if other is not None:
        yield _wrong("operand_swapped", other)
    if node.operation in DERIVATIVE_AT:
        with np.errstate(over="ignore"):
            yield _wrong("derivative_at_output", DERIVATIVE_AT[node.operation](node.value))
        yield _wrong("derivative_twice", local * local)
        yield _wrong("derivative_forgotten", np.ones_like(local))
    if (size := _mean_size(backward, step)) > 1:
        yield _wrong("sum_for_mean", local * size)
    yield _wrong("targets_swapped" if error else "sign", -local)


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
            if (product := reduced(upstream * wrong.value, right.shape)) is not None:
                yield _wrong(wrong.kind, product)
        if (forgotten := reduced(np.broadcast_to(local, upstream.shape), right.shape)) is not None:
            yield _wrong("upstream_forgotten", forgotten)
        return
    if (size := _mean_size(backward, step)) > 1:
        yield _wrong("sum_for_mean", right * size)
    if local is not None and local.shape == right.shape:
        yield _wrong("upstream_forgotten", local)
    yield _wrong("targets_swapped" if _is_error(backward, step) else "sign", -right)


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
    """Say whether a step is "output minus target", and the target is known: its name says that it is one."""
    node = backward.graph[step.node]
    if node.operation not in ("sub", *_ERRORS) or step.place != 0 or node.operands[1].source is None:
        return False
    target = backward.graph[node.operands[1].source]
    return target.kind == "input" and _TARGET.fullmatch(target.name) is not None


def _mean_size(backward: Backward, step: BackwardStep) -> int:
    """Return how many entries a mean divides by here, or 1; a division is one where it divides a sum."""
    node = backward.graph[step.node]
    if node.operation in _MEANS:
        operand = node.operands[0].value
        if node.operation == "cross_entropy":
            return operand.shape[0] if operand.ndim > 1 else 1
        return operand.size // max(node.value.size, 1)
    if node.operation != "div" or step.place != 0 or node.operands[1].source is not None:
        return 1
    summed = node.operands[0].source
    if summed is None or backward.graph[summed].operation != "reduce_sum" or node.operands[1].value.size != 1:
        return 1
    count = float(node.operands[1].value.reshape(-1)[0])
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


def _distinct(found: Any, right: Array) -> tuple[WrongValue, ...]:
    """Drop what is right after all, and sort by how specific a misconception is."""
    wrong = [w for w in found if not _same(w.value, right)]
    return tuple(sorted(wrong, key=lambda w: KINDS.index(w.kind)))


def _same(value: Array, right: Array) -> bool:
    return value.shape == right.shape and np.allclose(value, right, rtol=TOLERANCE, atol=1e-9, equal_nan=True)


def misconception_name(language: str, kind: str) -> str:
    """Return the short name of a misconception.

    >>> misconception_name("en", "transpose_missing")
    'transpose missing'
    """
    return text(language, f"misconceptions.names.{kind}")
