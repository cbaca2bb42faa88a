"""The functions that typed expressions may call: name → implementation, number of arguments, what must be written out.

Every entry is a plain JAX function. Arguments named in ``literal`` must be whole numbers written in the text, because
they decide shapes.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

Array = Any


class TypedFunction(NamedTuple):
    """A function of the typed language."""

    implementation: Callable[..., Array]
    min_arguments: int
    max_arguments: int
    literal: tuple[int, ...] = ()  # places of arguments that must be written as whole numbers
    axis: bool = False  # takes ``axis=…``


def _minimum(x: Array, y: Array | None = None, axis: int | None = None) -> Array:
    return jnp.min(x, axis=axis) if y is None else jnp.minimum(x, y)


def _maximum(x: Array, y: Array | None = None, axis: int | None = None) -> Array:
    return jnp.max(x, axis=axis) if y is None else jnp.maximum(x, y)


def mse(outputs: Array, targets: Array) -> Array:
    """Return the mean of the squared differences."""
    return jnp.mean(jnp.square(outputs - targets))


def cross_entropy(logits: Array, targets: Array) -> Array:
    """Return −Σ t log softmax(z), averaged over the rows of a batch; targets are one-hot, like the logits."""
    return jnp.mean(-jnp.sum(targets * jax.nn.log_softmax(logits, axis=-1), axis=-1))


def binary_cross_entropy(probabilities: Array, targets: Array) -> Array:
    """Return −t log p − (1 − t) log(1 − p), averaged over all entries."""
    return jnp.mean(-jnp.log(probabilities) * targets - (1.0 - targets) * jnp.log(1.0 - probabilities))


def layer_norm(x: Array, scale: Array = 1.0, shift: Array = 0.0) -> Array:
    """Normalize each row over its features, then scale and shift; ε = 1e-5."""
    return _normalize(x, -1, scale, shift)


def batch_norm(x: Array, scale: Array = 1.0, shift: Array = 0.0) -> Array:
    """Normalize each feature over the rows of the batch, then scale and shift; ε = 1e-5."""
    return _normalize(x, 0, scale, shift)


def _normalize(x: Array, axis: int, scale: Array, shift: Array) -> Array:
    centred = x - jnp.mean(x, axis=axis, keepdims=True)
    variance = jnp.mean(jnp.square(centred), axis=axis, keepdims=True)
    return scale * (centred / jnp.sqrt(variance + 1e-5)) + shift


def _pick(x: Array, *places: int) -> Array:
    if len(places) > jnp.ndim(x):
        raise IndexError(f"{len(places)} indices for shape {jnp.shape(x)}")
    for place, size in zip(places, jnp.shape(x), strict=False):
        if not -size <= place < size:
            raise IndexError(f"index {place} for size {size}")
    return x[places]


def _slice(x: Array, start: int, stop: int) -> Array:
    if not 0 <= start < stop <= jnp.shape(x)[0]:
        raise IndexError(f"slice {start}:{stop} for shape {jnp.shape(x)}")
    return x[start:stop]


def _concat(*parts: Array) -> Array:
    return jnp.concatenate([jnp.atleast_1d(part) for part in parts])


def _one_hot(index: Array, size: int) -> Array:
    if not 1 <= size <= 4096:
        raise IndexError(f"size {size}")
    return jax.nn.one_hot(jnp.asarray(index).astype(jnp.int32), size)


def _leaky_relu(x: Array, slope: Array = 0.01) -> Array:
    return jax.nn.leaky_relu(x, slope)


def _unary(function: Callable[..., Array]) -> TypedFunction:
    return TypedFunction(function, 1, 1)


FUNCTIONS: dict[str, TypedFunction] = {
    **{name: _unary(getattr(jnp, name)) for name in ("exp", "expm1", "log", "log1p", "sqrt", "abs", "square", "sign")},
    **{name: _unary(getattr(jnp, name)) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: _unary(getattr(jnp, name)) for name in ("arcsin", "arccos", "arctan")},
    **{name: _unary(getattr(jax.nn, name)) for name in ("relu", "sigmoid", "softplus", "silu", "elu")},
    "gelu": _unary(lambda x: jax.nn.gelu(x, approximate=False)),  # x Φ(x), as its formula says
    "leaky_relu": TypedFunction(_leaky_relu, 1, 2),
    "erf": _unary(jax.scipy.special.erf),
    "stop_gradient": _unary(jax.lax.stop_gradient),
    "power": TypedFunction(jnp.power, 2, 2),
    "max": TypedFunction(_maximum, 1, 2, axis=True),
    "min": TypedFunction(_minimum, 1, 2, axis=True),
    "maximum": TypedFunction(jnp.maximum, 2, 2),
    "minimum": TypedFunction(jnp.minimum, 2, 2),
    "clip": TypedFunction(jnp.clip, 3, 3),
    "where": TypedFunction(jnp.where, 3, 3),
    "sum": TypedFunction(jnp.sum, 1, 1, axis=True),
    "mean": TypedFunction(jnp.mean, 1, 1, axis=True),
    "var": TypedFunction(jnp.var, 1, 1, axis=True),
    "std": TypedFunction(jnp.std, 1, 1, axis=True),
    "prod": TypedFunction(jnp.prod, 1, 1, axis=True),
    "norm": TypedFunction(jnp.linalg.norm, 1, 1),
    "argmax": TypedFunction(jnp.argmax, 1, 1, axis=True),
    "dot": TypedFunction(jnp.dot, 2, 2),
    "matmul": TypedFunction(jnp.matmul, 2, 2),
    "outer": TypedFunction(jnp.outer, 2, 2),
    "transpose": _unary(jnp.transpose),
    "reshape": TypedFunction(lambda x, *shape: jnp.reshape(x, shape), 2, 4, literal=(1, 2, 3)),
    "concat": TypedFunction(_concat, 1, 16),
    "pick": TypedFunction(_pick, 2, 4, literal=(1, 2, 3)),
    "slice": TypedFunction(_slice, 3, 3, literal=(1, 2)),
    "one_hot": TypedFunction(_one_hot, 2, 2, literal=(1,)),
    "softmax": TypedFunction(jax.nn.softmax, 1, 1, axis=True),
    "log_softmax": TypedFunction(jax.nn.log_softmax, 1, 1, axis=True),
    "logsumexp": TypedFunction(jax.nn.logsumexp, 1, 1, axis=True),
    "cross_entropy": TypedFunction(cross_entropy, 2, 2),
    "binary_cross_entropy": TypedFunction(binary_cross_entropy, 2, 2),
    "mse": TypedFunction(mse, 2, 2),
    "layer_norm": TypedFunction(layer_norm, 1, 3),
    "batch_norm": TypedFunction(batch_norm, 1, 3),
}
"""Every function of the typed language, by the name a learner types."""

CONSTANTS = {"pi": 3.141592653589793, "π": 3.141592653589793, "e": 2.718281828459045}
"""Names with a fixed value, unless the caller gives an input of that name."""

ALIASES = {"ln": "log", "σ": "sigmoid", "logistic": "sigmoid", "asin": "arcsin", "acos": "arccos"}
ALIASES |= {"atan": "arctan", "exponential": "exp", "sqr": "square", "average": "mean", "swish": "silu"}
"""Other names of functions, as learners write them; capitals do not count either."""


def function_name(written: str) -> str | None:
    """Return which function a name means; None for none.

    >>> function_name("ReLU"), function_name("ln"), function_name("σ"), function_name("f")
    ('relu', 'log', 'sigmoid', None)
    """
    name = written if written in FUNCTIONS else written.lower()
    name = ALIASES.get(name, name)
    return name if name in FUNCTIONS else None
