"""Hand-written backward rules, one function forward and one backward, as a textbook writes them.

``forward`` returns the output and what the backward pass needs (the "aux" values); ``backward`` takes the gradient of
the output, ``d_out``, and returns the gradient of every input by name. Everything is NumPy, in the dtype it is given.

Source: the d_out style of source C; batch normalization: Ioffe and Szegedy (2015), section 3.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from simulator.texts import text

Array = np.ndarray
EPSILON = 1e-5
"""Added to the variance in batch normalization."""


class Rule(NamedTuple):
    """A layer by hand, and the same layer in JAX to check it against."""

    name: str
    forward: Callable[..., tuple[Array, Any]]
    backward: Callable[[Array, Any], dict[str, Array]]
    reference: Callable[..., Any]
    operands: tuple[str, ...]  # that have a gradient, in the order of the arguments
    example: Callable[[np.random.Generator], dict[str, Array]]


def affine_forward(x: Array, weight: Array, bias: Array) -> tuple[Array, Any]:
    """Compute Y = XW + b."""
    return x @ weight + bias, (x, weight)


def affine_backward(d_out: Array, aux: Any) -> dict[str, Array]:
    """Return ∂L/∂X = GWᵀ, ∂L/∂W = XᵀG and the column sums of G."""
    x, weight = aux
    return {"x": d_out @ weight.T, "weight": x.T @ d_out, "bias": d_out.sum(axis=0)}


def relu_forward(x: Array) -> tuple[Array, Any]:
    """Compute max(x, 0)."""
    return np.maximum(x, 0), x


def relu_backward(d_out: Array, aux: Any) -> dict[str, Array]:
    """Return G∘1[x > 0]; the derivative at exactly 0 is taken to be 0."""
    return {"x": d_out * (aux > 0)}


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + e⁻ˣ) without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def sigmoid_forward(x: Array) -> tuple[Array, Any]:
    """Compute σ(x)."""
    out = sigmoid(x)
    return out, out


def sigmoid_backward(d_out: Array, aux: Any) -> dict[str, Array]:
    """Return G∘σ(1 − σ)."""
    return {"x": d_out * aux * (1 - aux)}


def tanh_forward(x: Array) -> tuple[Array, Any]:
    """Compute tanh x."""
    out = np.tanh(x)
    return out, out


def tanh_backward(d_out: Array, aux: Any) -> dict[str, Array]:
    """Return G∘(1 − tanh²)."""
    return {"x": d_out * (1 - aux * aux)}


def softmax_forward(x: Array) -> tuple[Array, Any]:
    """Compute softmax along the last axis; subtracting the largest logit stops overflow."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    out = powers / powers.sum(axis=-1, keepdims=True)
    return out, out


def softmax_backward(d_out: Array, aux: Any) -> dict[str, Array]:
    """Return (diag(q) − qqᵀ)G for each row, without building the matrix."""
    return {"x": aux * (d_out - (d_out * aux).sum(axis=-1, keepdims=True))}


def softmax_cross_entropy_forward(x: Array, targets: Array) -> tuple[Array, Any]:
    """Compute −Σ t ln softmax(x), averaged over the rows, in nats."""
    shifted = x - x.max(axis=-1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return np.asarray(-(targets * logs).sum(axis=-1).mean()), (np.exp(logs), targets)


def softmax_cross_entropy_backward(d_out: Array, aux: Any) -> dict[str, Array]:
    """Return (p − t) / number of rows: targets must sum to 1 in each row."""
    probabilities, targets = aux
    return {"x": d_out * (probabilities - targets) / len(targets)}


def mse_forward(x: Array, targets: Array) -> tuple[Array, Any]:
    """Compute the mean of the squared differences, over rows and outputs."""
    return np.asarray(np.mean((x - targets) ** 2)), (x, targets)


def mse_backward(d_out: Array, aux: Any) -> dict[str, Array]:
    """Return 2(y − t)/n, with n the number of entries."""
    outputs, targets = aux
    return {"x": d_out * 2 * (outputs - targets) / outputs.size}


def batch_norm_forward(x: Array, scale: Array, shift: Array) -> tuple[Array, Any]:
    """Normalize each feature over the batch, then scale by γ and shift by β."""
    deviation = np.sqrt(x.var(axis=0) + x.dtype.type(EPSILON))
    normalized = (x - x.mean(axis=0)) / deviation
    return scale * normalized + shift, (normalized, deviation, scale)


def batch_norm_backward(d_out: Array, aux: Any) -> dict[str, Array]:
    """Return the gradients of x, γ and β; x reaches the output directly, through the mean and through the variance."""
    normalized, deviation, scale = aux
    inner = d_out * scale
    direct = inner - inner.mean(axis=0) - normalized * (inner * normalized).mean(axis=0)
    return {"x": direct / deviation, "scale": (d_out * normalized).sum(axis=0), "shift": d_out.sum(axis=0)}


def _batch_norm_reference(x: Any, scale: Any, shift: Any) -> Any:
    normalized = (x - jnp.mean(x, axis=0)[None]) / jnp.sqrt(jnp.var(x, axis=0) + EPSILON)[None]
    return scale[None] * normalized + shift[None]


def _cross_entropy_reference(x: Any, targets: Any) -> Any:
    return -jnp.mean(jnp.sum(targets * jax.nn.log_softmax(x), axis=-1))


def _inputs(draw: np.random.Generator) -> dict[str, Array]:
    x = draw.normal(size=(4, 3))
    return {"x": np.sign(x) * (0.2 + np.abs(x))}  # away from the corner of ReLU, where no derivative exists


def _with_classes(draw: np.random.Generator) -> dict[str, Array]:
    return {**_inputs(draw), "targets": np.eye(3)[draw.integers(0, 3, 4)]}


def _with_targets(draw: np.random.Generator) -> dict[str, Array]:
    return {**_inputs(draw), "targets": draw.normal(size=(4, 3))}


def _affine_inputs(draw: np.random.Generator) -> dict[str, Array]:
    return {**_inputs(draw), "weight": draw.normal(size=(3, 2)), "bias": draw.normal(size=2)}


def _batch_norm_inputs(draw: np.random.Generator) -> dict[str, Array]:
    return {**_inputs(draw), "scale": draw.normal(size=3), "shift": draw.normal(size=3)}


def rule_name(language: str, name: str) -> str:
    """Return the name of a hand-written rule."""
    return text(language, f"checks.rules.{name}")


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "affine",
            affine_forward,
            affine_backward,
            lambda x, weight, bias: x @ weight + bias[None],
            ("x", "weight", "bias"),
            _affine_inputs,
        ),
        Rule("relu", relu_forward, relu_backward, jax.nn.relu, ("x",), _inputs),
        Rule("sigmoid", sigmoid_forward, sigmoid_backward, jax.nn.sigmoid, ("x",), _inputs),
        Rule("tanh", tanh_forward, tanh_backward, jnp.tanh, ("x",), _inputs),
        Rule("softmax", softmax_forward, softmax_backward, jax.nn.softmax, ("x",), _inputs),
        Rule(
            "softmax_cross_entropy",
            softmax_cross_entropy_forward,
            softmax_cross_entropy_backward,
            _cross_entropy_reference,
            ("x",),
            _with_classes,
        ),
        Rule("mse", mse_forward, mse_backward, lambda x, t: jnp.mean((x - t) ** 2), ("x",), _with_targets),
        Rule(
            "batch_norm",
            batch_norm_forward,
            batch_norm_backward,
            _batch_norm_reference,
            ("x", "scale", "shift"),
            _batch_norm_inputs,
        ),
    )
}
"""Every hand-written rule by name, in the order of the lesson."""
