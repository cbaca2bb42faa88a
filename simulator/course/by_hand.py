"""What a learner gets at a backward step by hand: from the digits shown, by every formula that is in use for it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from simulator.course.grading import from_shown
from simulator.graph.backward import Backward, BackwardStep
from simulator.graph.latex import MAX_MATRIX_ENTRIES

Array = Any
Local = Callable[..., Array]
"""(operands, output) → the local derivative."""


def _sigmoid(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


def _softmax(x: Array) -> Array:
    powers = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


LOCAL: dict[str, tuple[tuple[Local, ...], ...]] = {
    "add": ((lambda o, y: 1.0,), (lambda o, y: 1.0,)),
    "sub": ((lambda o, y: 1.0,), (lambda o, y: -1.0,)),
    "mul": ((lambda o, y: o[1],), (lambda o, y: o[0],)),
    "div": ((lambda o, y: 1.0 / o[1],), (lambda o, y: -o[0] / o[1] ** 2, lambda o, y: -y / o[1])),
    "pow": ((lambda o, y: o[1] * o[0] ** (o[1] - 1.0),), (lambda o, y: y * np.log(o[0]),)),
    "neg": ((lambda o, y: -1.0,),),
    "square": ((lambda o, y: 2.0 * o[0],),),
    "sqrt": ((lambda o, y: 0.5 / y, lambda o, y: 0.5 / np.sqrt(o[0])),),
    "rsqrt": ((lambda o, y: -0.5 * y**3, lambda o, y: -0.5 * o[0] ** -1.5),),
    "abs": ((lambda o, y: np.sign(o[0]),),),
    "exp": ((lambda o, y: y, lambda o, y: np.exp(o[0])),),
    "log": ((lambda o, y: 1.0 / o[0],),),
    "log1p": ((lambda o, y: 1.0 / (1.0 + o[0]),),),
    "sin": ((lambda o, y: np.cos(o[0]),),),
    "cos": ((lambda o, y: -np.sin(o[0]),),),
    "tanh": ((lambda o, y: 1.0 - y**2, lambda o, y: 1.0 - np.tanh(o[0]) ** 2),),
    "logistic": ((lambda o, y: y * (1.0 - y), lambda o, y: _sigmoid(o[0]) * (1.0 - _sigmoid(o[0]))),),
    "relu": ((lambda o, y: (o[0] > 0) * 1.0,),),
    "leaky_relu": (),
    "softplus": ((lambda o, y: _sigmoid(o[0]),),),
    "silu": ((lambda o, y: _sigmoid(o[0]) * (1.0 + o[0] * (1.0 - _sigmoid(o[0]))),),),
    "elu": ((lambda o, y: np.where(o[0] > 0, 1.0, np.exp(np.minimum(o[0], 0.0))),),),
    "max": ((lambda o, y: (o[0] > o[1]) + 0.5 * (o[0] == o[1]),), (lambda o, y: (o[1] > o[0]) + 0.5 * (o[0] == o[1]),)),
    "min": ((lambda o, y: (o[0] < o[1]) + 0.5 * (o[0] == o[1]),), (lambda o, y: (o[1] < o[0]) + 0.5 * (o[0] == o[1]),)),
    "reduce_sum": ((lambda o, y: 1.0,),),
    "mean": ((lambda o, y: np.size(y) / np.size(o[0]),),),
    "logsumexp": ((lambda o, y: np.exp(o[0] - np.asarray(y)[..., None]), lambda o, y: _softmax(o[0])),),
    "mse": tuple(
        (lambda o, y, sign=sign: sign * 2.0 * (o[0] - o[1]) / np.size(o[0]),) for sign in (1.0, -1.0)
    ),
    "cross_entropy": (
        (lambda o, y: (_softmax(o[0]) - o[1]) / (len(o[0]) if np.ndim(o[0]) > 1 else 1),),
    ),
}  # fmt: skip
"""Operation → for each operand, the formulas for its local derivative that learners use."""


def local_by_hand(backward: Backward, step: BackwardStep, entry: tuple[int, ...]) -> tuple[float, ...] | None:
    """Return one entry of the local derivative as it comes out by hand; None where that cannot be done."""
    exact = step.local_derivative.value
    if exact is None or not _can_be_read(backward, step):
        return None
    return _agreeing(backward, step, exact, entry, lambda _, local: local, np.ones(()))


def product_by_hand(backward: Backward, step: BackwardStep, entry: tuple[int, ...]) -> tuple[float, ...] | None:
    """Return one entry of the step's contribution as it comes out by hand; None where that cannot be done."""
    if not _can_be_read(backward, step):
        return None
    node, upstream, exact = backward.graph[step.node], step.upstream_gradient, step.contribution
    kind, local = step.local_derivative.kind, step.local_derivative.value
    if kind == "matrix":
        values = [np.asarray(operand.value, np.float64) for operand in node.operands]
        return _entries(lambda g, o: _matrix_product(g, o, step.place), exact, entry, upstream, values[1 - step.place])
    if node.operation in ("softmax", "log_softmax") and local is not None:
        return _entries(_BY_OUTPUT[node.operation], exact, entry, upstream, node.value)
    if is_given(step):
        return _entries(lambda g, factor: g * factor, exact, entry, upstream, np.asarray(local))
    if kind == "move" or (local is not None and kind in ("elementwise", "select", "reduce")):
        found = _agreeing(backward, step, exact, entry, lambda g, factor: g * factor, upstream)
        factor = np.ones(()) if local is None else local
        return found and found + (_entries(lambda g, f: g * f, exact, entry, upstream, factor) or ())
    return None


def is_given(step: BackwardStep) -> bool:
    """Say whether the local derivative is one number that no formula is shown for: then it must be given."""
    local = step.local_derivative
    return not local.in_table and local.value is not None and local.value.size == step.contribution.size == 1


def total_by_hand(parts: list[Array], entry: tuple[int, ...]) -> tuple[float, ...]:
    """Return the sum of contributions, each with the digits shown; the last but one sum may have been rounded, too."""
    at = [float(part[entry]) for part in parts]
    of_two = from_shown(lambda before, last: before + last, sum(at[:-1]), at[-1])
    return (*of_two, *from_shown(lambda numbers: numbers.sum(), np.array(at)))


def _can_be_read(backward: Backward, step: BackwardStep) -> bool:
    node = backward.graph[step.node]
    sizes = [np.size(operand.value) for operand in node.operands]
    return max(step.upstream_gradient.size, step.contribution.size, node.value.size, *sizes) <= MAX_MATRIX_ENTRIES


def _agreeing(
    backward: Backward, step: BackwardStep, exact: Array, entry: tuple[int, ...], combine: Callable, upstream: Array
) -> tuple[float, ...] | None:
    """Work with every formula of the operation that agrees with the exact value."""
    node = backward.graph[step.node]
    operands = [np.asarray(operand.value, np.float64) for operand in node.operands]
    rules = LOCAL.get(node.operation, ())
    if node.operation == "integer_pow":
        power = node.params["y"]
        rules = ((lambda o, y: power * o[0] ** (power - 1.0),),)
    formulas = rules[step.place] if step.place < len(rules) else (lambda o, y: step.local_derivative.value,)
    if step.local_derivative.kind == "move":
        formulas = (lambda o, y: 1.0,)
    found: tuple[float, ...] = ()
    for formula in formulas:

        def compute(given: Array, output: Array, *values: Array, formula: Local = formula) -> Array:
            return combine(given, formula(values, output))

        found += _entries(compute, exact, entry, upstream, node.value, *operands) or ()
    return found or None


def _entries(
    compute: Callable[..., Array], exact: Array, entry: tuple[int, ...], *values: Array
) -> tuple[float, ...] | None:
    """Return the entry that comes out of the digits shown; None where the formula is not that of the exact value."""
    values = tuple(np.asarray(value, np.float64) for value in values)

    def at_entry(*shown: Array) -> float:
        with np.errstate(all="ignore"):
            result = reduced(compute(*shown), exact.shape)
        return float("nan") if result is None else float(result[entry])

    if not np.isclose(at_entry(*values), exact[entry], rtol=1e-4, atol=1e-6, equal_nan=False):
        return None
    return from_shown(at_entry, *values)


def _matrix_product(upstream: Array, other: Array, place: int) -> Array:
    """Return what a matrix product hands back: G Wᵀ to its left operand, Xᵀ G to its right one."""
    if upstream.ndim == 0:
        return upstream * other
    if other.ndim == 1:  # the other operand is a vector: every entry of G meets every entry of it
        return np.outer(upstream, other) if place == 0 else np.outer(other, upstream)
    return upstream @ other.T if place == 0 else other.T @ upstream


_BY_OUTPUT: dict[str, Callable[[Array, Array], Array]] = {
    "softmax": lambda g, y: y * (g - (g * y).sum(axis=-1, keepdims=True)),
    "log_softmax": lambda g, y: g - np.exp(y) * g.sum(axis=-1, keepdims=True),
}


def reduced(value: Any, shape: tuple[int, ...]) -> Array | None:
    """Sum a value over the axes that broadcasting copied, as the backward pass does; None where that does not fit."""
    value = np.asarray(value)
    if value.shape == shape:
        return value
    if value.size == 1:
        return np.full(shape, value.reshape(()))
    if value.size == np.prod(shape):
        return value.reshape(shape)
    while value.ndim > len(shape):
        value = np.asarray(value.sum(axis=0))
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1 and value.shape[axis] != 1)
    value = value.sum(axis=axes, keepdims=True) if axes else value
    return value if value.shape == shape else None
