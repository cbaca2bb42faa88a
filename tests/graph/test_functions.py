"""Every function of the typed language is the one that its name says: NumPy and SciPy are asked."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
from scipy import special

from simulator.graph import trace
from simulator.graph.functions import FUNCTIONS, batch_norm, binary_cross_entropy, cross_entropy, layer_norm, mse

X = np.array([[0.2, -0.7, 0.55], [0.9, 0.1, -0.35]])
POSITIVE = np.array([[0.2, 0.7, 0.55], [0.9, 0.1, 0.35]])
Y = np.array([[0.6, 0.3, -0.8], [-0.5, 0.1, 0.4]])
ROWS = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])


def normalized(x: np.ndarray, axis: int) -> np.ndarray:
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + 1e-5)


OF_ONE: dict[str, Callable[[np.ndarray], Any]] = {
    **{name: getattr(np, name) for name in ("exp", "expm1", "abs", "square", "sign", "sin", "cos", "tan", "sinh")},
    **{name: getattr(np, name) for name in ("cosh", "tanh", "arcsin", "arccos", "arctan", "sum", "mean", "var", "std")},
    **{name: getattr(np, name) for name in ("prod", "argmax", "transpose", "max", "min")},
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "sigmoid": special.expit,
    "softplus": lambda x: np.log1p(np.exp(x)),
    "silu": lambda x: x * special.expit(x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "gelu": lambda x: x * special.ndtr(x),
    "erf": special.erf,
    "stop_gradient": lambda x: x,
    "norm": lambda x: np.sqrt(np.sum(x**2)),
    "softmax": lambda x: special.softmax(x, axis=-1),
    "log_softmax": lambda x: special.log_softmax(x, axis=-1),
    "logsumexp": special.logsumexp,
    "layer_norm": lambda x: normalized(x, -1),
    "batch_norm": lambda x: normalized(x, 0),
    "concat": lambda x: x,
}
OF_POSITIVE = {"log": np.log, "log1p": np.log1p, "sqrt": np.sqrt}
OF_MORE = {
    "leaky_relu(x, 0.3)": np.where(X > 0, X, 0.3 * X),
    "power(p, y)": POSITIVE**Y,
    "max(x, y)": np.maximum(X, Y),
    "min(x, y)": np.minimum(X, Y),
    "maximum(x, y)": np.maximum(X, Y),
    "minimum(x, y)": np.minimum(X, Y),
    "clip(x, -0.3, 0.5)": np.clip(X, -0.3, 0.5),
    "where(x > y, x, 2*y)": np.where(X > Y, X, 2 * Y),
    "dot(pick(x, 0), pick(y, 1))": X[0] @ Y[1],
    "matmul(x, transpose(y))": X @ Y.T,
    "outer(pick(x, 0), pick(y, 1))": np.outer(X[0], Y[1]),
    "reshape(x, 3, 2)": X.reshape(3, 2),
    "reshape(x, 6)": X.ravel(),
    "concat(x, y)": np.concatenate([X, Y]),
    "concat(pick(x, 0, 1), 2)": np.array([X[0, 1], 2.0]),
    "pick(x, 1, 0)": X[1, 0],
    "slice(x, 0, 1)": X[:1],
    "slice(pick(x, 0), 1, 3)": X[0, 1:3],
    "one_hot(2, 4)": np.eye(4)[2],
    "cross_entropy(x, t)": -np.mean(np.sum(ROWS * special.log_softmax(X, axis=-1), axis=-1)),
    "binary_cross_entropy(p, t)": -np.mean(ROWS * np.log(POSITIVE) + (1 - ROWS) * np.log(1 - POSITIVE)),
    "mse(x, y)": np.mean((X - Y) ** 2),
    "layer_norm(x, 2, 0.5)": 2 * normalized(X, 1) + 0.5,
    "batch_norm(x, 2, 0.5)": 2 * normalized(X, 0) + 0.5,
    **{
        f"{name}(x, axis={axis})": getattr(np, name)(X, axis)
        for name in ("sum", "mean", "var", "prod")
        for axis in (0, 1)
    },
    **{
        f"{name}(x, axis={axis})": getattr(np, name)(X, axis)
        for name in ("std", "max", "min", "argmax")
        for axis in (0, 1)
    },
    **{f"softmax(x, axis={axis})": special.softmax(X, axis=axis) for axis in (0, 1)},
    **{f"log_softmax(x, axis={axis})": special.log_softmax(X, axis=axis) for axis in (0, 1)},
    **{f"logsumexp(x, axis={axis})": special.logsumexp(X, axis=axis) for axis in (0, 1)},
}


def test_no_function_is_left_out():
    written = {source.partition("(")[0] for source in OF_MORE}
    assert {*OF_ONE, *OF_POSITIVE, *written} >= set(FUNCTIONS) - {"power", "where"} - set(OF_MORE)


@pytest.mark.parametrize("name", sorted(OF_ONE.keys() & FUNCTIONS.keys()))
def test_a_function_of_one_array(name):
    np.testing.assert_allclose(trace(f"{name}(x)", x=X).value, OF_ONE[name](X), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("name", OF_POSITIVE)
def test_a_function_of_positive_numbers(name):
    np.testing.assert_allclose(trace(f"{name}(p)", p=POSITIVE).value, OF_POSITIVE[name](POSITIVE), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("source", OF_MORE)
def test_a_function_of_several(source):
    given = {"x": X, "y": Y, "p": POSITIVE, "t": ROWS}
    graph = trace(source, **{name: value for name, value in given.items() if name in source.partition("(")[2]})
    np.testing.assert_allclose(graph.value, OF_MORE[source], rtol=2e-5, atol=2e-6)


def test_the_last_axis_holds_the_features_however_many_axes_there_are():
    cube = np.random.default_rng(0).normal(size=(2, 3, 4))
    np.testing.assert_allclose(layer_norm(cube), normalized(cube, -1), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(layer_norm(cube[0, 0]), normalized(cube[0, 0], -1), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(batch_norm(cube), normalized(cube, 0), rtol=1e-4, atol=1e-5)


def test_losses_are_their_definitions():
    """``OF_MORE`` once more, of the functions themselves: a compiled program hides them from a traced expression."""
    with jax.numpy_rank_promotion("allow"):
        for function, source, given in (
            (cross_entropy, "cross_entropy(x, t)", (X, ROWS)),
            (binary_cross_entropy, "binary_cross_entropy(p, t)", (POSITIVE, ROWS)),
            (mse, "mse(x, y)", (X, Y)),
        ):
            assert float(function(*given)) == pytest.approx(float(OF_MORE[source]), rel=1e-5)
