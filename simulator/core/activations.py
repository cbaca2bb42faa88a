"""Activation functions: each with its derivative, both as code and as formulas.

``function`` and ``derivative`` work element by element on JAX arrays of any shape; the second argument is the slope
that leaky ReLU and PReLU use for negative numbers, and which the others ignore. At exactly 0, where ReLU and its
kin have no derivative, the slope of the negative side is used: 0 for ReLU, as in JAX and PyTorch.

>>> float(ACTIVATIONS_TABLE["relu"].derivative(0.0))
0.0
>>> round(float(ACTIVATIONS_TABLE["sigmoid"].derivative(5.0)), 6)
0.006648
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

SATURATED_BELOW = 0.05
"""A unit counts as saturated where |φ'| is under this fraction of the function's largest |φ'|."""

SATURATING = ("sigmoid", "tanh")
"""Functions with saturated units on both sides: a layer of them can pass next to no gradient on."""

Elementwise = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Activation:
    """An activation function φ and its derivative φ'.

    Args:
      name: as in ``NetworkConfig.activation``.
      function: φ(z, slope).
      derivative: φ'(z, slope).
      formula: φ in LaTeX.
      derivative_formula: φ' in LaTeX.
      max_derivative: largest |φ'| (for leaky ReLU and PReLU, with a slope between −1 and 1).
      derivative_at_zero: φ'(0) with slope 0.01; where φ has a kink at 0, the convention used.
      has_kink: whether φ has no derivative at 0.
    """

    name: str
    function: Elementwise
    derivative: Elementwise
    formula: str
    derivative_formula: str
    max_derivative: float
    derivative_at_zero: float
    has_kink: bool = False


def sigmoid(z, slope=0.01):
    """Return σ(z) = 1 / (1 + e⁻ᶻ)."""
    del slope
    return jax.nn.sigmoid(z)


def sigmoid_derivative(z, slope=0.01):
    """Return σ'(z) = σ(z) σ(−z), which keeps its precision where σ is near 1."""
    del slope
    return jax.nn.sigmoid(z) * jax.nn.sigmoid(-z)


def tanh(z, slope=0.01):
    """Return tanh z."""
    del slope
    return jnp.tanh(z)


def tanh_derivative(z, slope=0.01):
    """Return 1 − tanh² z, computed as 4 σ(2z) σ(−2z): 1 − tanh² is 0 in float32 from |z| = 9 on."""
    del slope
    return 4.0 * sigmoid_derivative(2.0 * z)


def leaky_relu(z, slope=0.01):
    """Return z where z > 0, and slope · z elsewhere."""
    return jnp.where(z > 0, z, slope * z)


def leaky_relu_derivative(z, slope=0.01):
    """Return 1 where z > 0, and the slope elsewhere (also at 0)."""
    return jnp.where(z > 0, jnp.ones_like(z), slope * jnp.ones_like(z))


def relu(z, slope=0.01):
    """Return max(0, z)."""
    return leaky_relu(z, 0.0 * slope)


def relu_derivative(z, slope=0.01):
    """Return 1 where z > 0, and 0 elsewhere (also at 0)."""
    return leaky_relu_derivative(z, 0.0 * slope)


def elu(z, slope=0.01):
    """Return z where z > 0, and eᶻ − 1 elsewhere."""
    del slope
    return jnp.where(z > 0, z, jnp.expm1(jnp.minimum(z, 0.0)))


def elu_derivative(z, slope=0.01):
    """Return 1 where z > 0, and eᶻ elsewhere."""
    del slope
    return jnp.exp(jnp.minimum(z, 0.0))


def gelu(z, slope=0.01):
    """Return z Φ(z), with Φ the distribution function of the standard normal distribution."""
    del slope
    return 0.5 * z * jax.lax.erfc(-z * math.sqrt(0.5))


def gelu_derivative(z, slope=0.01):
    """Return Φ(z) + z φ(z), with φ the density of the standard normal distribution."""
    del slope
    distribution = 0.5 * jax.lax.erfc(-z * math.sqrt(0.5))
    return distribution + z * jnp.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


def identity(z, slope=0.01):
    """Return z."""
    del slope
    return jnp.asarray(z)


def identity_derivative(z, slope=0.01):
    """Return 1."""
    del slope
    return jnp.ones_like(z)


_LEAKY = r"\begin{cases} z & z > 0 \\ a z & z \le 0 \end{cases}"
_LEAKY_DERIVATIVE = r"\begin{cases} 1 & z > 0 \\ a & z \le 0 \end{cases}"

ACTIVATIONS_TABLE: dict[str, Activation] = {
    entry.name: entry
    for entry in (
        Activation(
            name="sigmoid",
            function=sigmoid,
            derivative=sigmoid_derivative,
            formula=r"\frac{1}{1 + e^{-z}}",
            derivative_formula=r"\sigma(z)\,(1 - \sigma(z))",
            max_derivative=0.25,
            derivative_at_zero=0.25,
        ),
        Activation(
            name="tanh",
            function=tanh,
            derivative=tanh_derivative,
            formula=r"\tanh z",
            derivative_formula=r"1 - \tanh^2 z",
            max_derivative=1.0,
            derivative_at_zero=1.0,
        ),
        Activation(
            name="relu",
            function=relu,
            derivative=relu_derivative,
            formula=r"\max(0, z)",
            derivative_formula=r"\begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
            max_derivative=1.0,
            derivative_at_zero=0.0,
            has_kink=True,
        ),
        Activation(
            name="leaky_relu",
            function=leaky_relu,
            derivative=leaky_relu_derivative,
            formula=_LEAKY,
            derivative_formula=_LEAKY_DERIVATIVE,
            max_derivative=1.0,
            derivative_at_zero=0.01,
            has_kink=True,
        ),
        Activation(
            name="prelu",
            function=leaky_relu,
            derivative=leaky_relu_derivative,
            formula=_LEAKY,
            derivative_formula=_LEAKY_DERIVATIVE,
            max_derivative=1.0,
            derivative_at_zero=0.01,
            has_kink=True,
        ),
        Activation(
            name="elu",
            function=elu,
            derivative=elu_derivative,
            formula=r"\begin{cases} z & z > 0 \\ e^z - 1 & z \le 0 \end{cases}",
            derivative_formula=r"\begin{cases} 1 & z > 0 \\ e^z & z \le 0 \end{cases}",
            max_derivative=1.0,
            derivative_at_zero=1.0,
        ),
        Activation(
            name="gelu",
            function=gelu,
            derivative=gelu_derivative,
            formula=r"z\,\Phi(z)",
            derivative_formula=r"\Phi(z) + z\,\frac{e^{-z^2/2}}{\sqrt{2\pi}}",
            max_derivative=1.1289,
            derivative_at_zero=0.5,
        ),
        Activation(
            name="identity",
            function=identity,
            derivative=identity_derivative,
            formula="z",
            derivative_formula="1",
            max_derivative=1.0,
            derivative_at_zero=1.0,
        ),
    )
}
