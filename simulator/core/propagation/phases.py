"""Order and chaos: what theory says of how deep a wide random network can be and still be trained.

Weights have variance σ_w² / fan_in, biases σ_b². With many units a pre-activation is Gaussian, and two inputs a, b are
described by its variance q and their correlation c. From layer to layer, over u₁, u₂ ~ N(0, q) of correlation c:

    q ← σ_w² E[φ(u₁)²] + σ_b²,        q c ← σ_w² E[φ(u₁) φ(u₂)] + σ_b².

q goes to a fixed point q*. There c = 1 is a fixed point of the second map with the slope χ₁ = σ_w² E[φ'(u)²], by which
squared gradient norms grow from layer to layer, too. χ₁ < 1 is order: all inputs become alike and gradients vanish.
χ₁ > 1 is chaos: neighbours are torn apart down to a correlation c* < 1, and gradients explode. Both happen within the
depth scale ξ_c = 1 / |ln slope at c*|, which is endless on the line χ₁ = 1 alone. All in float64.

Sources: Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos" (the maps and
the line); Schoenholz et al. 2017, "Deep information propagation", sections 3 and 5 (ξ_q, ξ_c, χ₁).
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.propagation.meanfield import gaussian_points

SMALLEST, LARGEST = 1e-20, 1e12
"""Variances between which a fixed point is sought: one at these ends is 0, or endless."""
_HALVINGS = 100
_ALIKE = 1e-4
"""A fixed point of the correlation so near to 1 is 1."""
_POINTS, _WEIGHTS = gaussian_points(40)
_FEW_POINTS, _FEW_WEIGHTS = gaussian_points(6)


class Phase(NamedTuple):
    """Where the two maps go; float64 arrays of one shape."""

    variance: np.ndarray  # q*: 0, a number, or infinity
    chi: np.ndarray  # χ₁ = σ_w² E[φ'²] at q*
    correlation: np.ndarray  # c*, the stable fixed point of the correlation: 1 in order
    slope: np.ndarray  # σ_w² E[φ'(u₁) φ'(u₂)] at c*; χ₁ where c* = 1
    variance_slope: np.ndarray  # of the variance map at q*

    @property
    def depth(self) -> np.ndarray:
        """ξ_c: layers over which the distance of c from c* shrinks, or a gradient changes, by the factor e."""
        return _depth(self.slope)

    @property
    def variance_depth(self) -> np.ndarray:
        """ξ_q: layers over which the distance of q from q* shrinks by the factor e."""
        return _depth(self.variance_slope)


def phase(activation: str, weight_std: Any, bias_std: Any) -> Phase:
    """Return where variance and correlation go.

    Args:
      activation: one of ``ACTIVATIONS``.
      weight_std, bias_std: σ_w and σ_b, numbers or arrays that fit together.

    >>> found = phase("relu", 1.0, 0.5)  # q* = σ_b² / (1 − σ_w² / 2), χ₁ = σ_w² / 2
    >>> [round(float(value), 6) for value in found]
    [0.5, 0.5, 1.0, 0.5, 0.5]
    """
    weight, bias = np.broadcast_arrays(np.square(weight_std, dtype=float), np.square(bias_std, dtype=float))
    with jax.enable_x64(True):
        found = jax.device_get(_phase(activation, weight.ravel(), bias.ravel()))
    variance, *others = (np.asarray(one).reshape(weight.shape) for one in found)
    variance = np.where(variance > LARGEST / 10, np.inf, np.where(variance < SMALLEST * 10, 0.0, variance))
    return Phase(variance, *others)


def next_correlation(activation: str, weight_std: float, bias_std: float, variance: float, correlation: Any) -> Any:
    """Return the correlation of two inputs one layer on.

    Args:
      activation: one of ``ACTIVATIONS``.
      weight_std, bias_std: σ_w and σ_b.
      variance: q of the layer; 0 and infinity stand for what the map tends to.
      correlation: (n,) of two pre-activations in the layer, from −1 to 1.

    >>> [round(float(value), 3) for value in next_correlation("identity", 1.0, 1.0, 2.0, np.array([0.0, 1.0]))]
    [0.333, 1.0]
    """
    q = np.clip(variance, SMALLEST, LARGEST)
    with jax.enable_x64(True):
        values = np.asarray(correlation, float)
        square, product, _ = jax.device_get(_pair(activation, np.full_like(values, q), values))
    weight, bias = weight_std**2, bias_std**2
    return (weight * product + bias) / (weight * square + bias)


def critical_line(activation: str, bias_std: Any, chi: float = 1.0) -> np.ndarray:
    """Return σ_w at which χ₁ has a value up to 1, for every σ_b: the edge of chaos for χ₁ = 1.

    At a fixed point σ_w² = (q − σ_b²) / E[φ²], so that χ₁ = (q − σ_b²) E[φ'²] / E[φ²] is one equation for q.

    >>> critical_line("relu", np.array([0.0, 1.0])).round(6).tolist()  # He: σ_w² = 2
    [1.414214, 1.414214]
    """
    bias = np.maximum(np.square(np.asarray(bias_std, float)), 1e-12)
    with jax.enable_x64(True):
        return np.sqrt(jax.device_get(_critical(activation, bias, float(chi))))


def chaotic_line(activation: str, depth: float) -> np.ndarray:
    """Return points (σ_w, σ_b) of the line in chaos at which ξ_c is ``depth``: (points, 2).

    q* and c* together give both: σ_w² = q (1 − c) / E[φ(u₁)² − φ(u₁) φ(u₂)], and σ_b² from the variance map. So for
    every c* there is one equation for q*. Without biases c* = 0, with more of them it grows.
    """
    with jax.enable_x64(True):
        weight, bias = jax.device_get(_chaotic(activation, np.linspace(0.0, 0.99, 60), float(np.exp(-1.0 / depth))))
    there = np.isfinite(weight) & (bias > -1e-9)
    return np.sqrt(np.stack([weight[there], np.maximum(bias[there], 0.0)], axis=1))


def _depth(slope: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 / np.abs(np.log(np.maximum(np.abs(slope), 1e-300))))


def _functions(activation: str) -> tuple[Any, Any]:
    entry = ACTIVATIONS_TABLE[activation]
    return entry.function, entry.derivative


def _single(activation: str, variance: Any) -> tuple[Any, Any, Any]:
    """Return E[φ²], E[φ'²] and the derivative of E[φ²] with respect to q, for variances (n,)."""
    function, derivative = _functions(activation)
    z = jnp.asarray(_POINTS)[None, :]
    u = jnp.sqrt(variance)[:, None] * z
    phi, slope = function(u, 0.01), derivative(u, 0.01)
    return phi**2 @ _WEIGHTS, slope**2 @ _WEIGHTS, (phi * slope * z / jnp.sqrt(variance)[:, None]) @ _WEIGHTS


@partial(jax.jit, static_argnums=0)
def _pair(activation: str, variance: Any, correlation: Any) -> tuple[Any, Any, Any]:
    """Return E[φ(u₁)²], E[φ(u₁) φ(u₂)] and E[φ'(u₁) φ'(u₂)] for variances and correlations (n,), by one rule."""
    function, derivative = _functions(activation)
    z, weights, deviation = jnp.asarray(_FEW_POINTS), jnp.asarray(_FEW_WEIGHTS), jnp.sqrt(variance)[:, None]
    first = deviation * z[None, :]
    c = correlation[:, None, None]
    own = jnp.sqrt(jnp.maximum(1.0 - c**2, 0.0))
    second = deviation[:, :, None] * (c * z[None, :, None] + own * z[None, None, :])
    phi, slope = function(first, 0.01), derivative(first, 0.01)
    product = (phi * (function(second, 0.01) @ weights)) @ weights
    return phi**2 @ weights, product, (slope * (derivative(second, 0.01) @ weights)) @ weights


def _halved(low: Any, high: Any, is_above: Any) -> Any:
    """Return where ``is_above`` (of a place) turns from true to false between two arrays of places."""

    def halve(_, ends):
        low, high = ends
        middle = 0.5 * (low + high)
        above = is_above(middle)
        return jnp.where(above, middle, low), jnp.where(above, high, middle)

    low, high = lax.fori_loop(0, _HALVINGS // 2, halve, (low, high))
    return 0.5 * (low + high)


@partial(jax.jit, static_argnums=0)
def _phase(activation: str, weight: Any, bias: Any) -> tuple[Any, ...]:
    def grows(log_q):
        q = jnp.exp(log_q)
        return weight * _single(activation, q)[0] + bias > q * (1.0 + 1e-12)

    ends = jnp.full_like(weight, np.log(SMALLEST)), jnp.full_like(weight, np.log(LARGEST))
    q = jnp.exp(_halved(*ends, grows))
    _, derivative_square, growth = _single(activation, q)

    def parts(c):
        square, product, slope = _pair(activation, q, c)
        return (weight * product + bias) / (weight * square + bias), slope

    nearly = jnp.full_like(weight, 1.0 - _ALIKE)
    found = _halved(jnp.zeros_like(weight), nearly, lambda c: parts(c)[0] > c)
    chi = weight * derivative_square
    correlation = jnp.where((found > 1.0 - 2 * _ALIKE) | (chi <= 1.0), 1.0, found)
    slope = jnp.where(correlation == 1.0, chi, weight * parts(correlation)[1])
    return q, chi, correlation, slope, weight * growth


@partial(jax.jit, static_argnums=0)
def _critical(activation: str, bias: Any, chi: Any) -> Any:
    def ordered(log_rest):
        rest = jnp.exp(log_rest)
        square, derivative_square, _ = _single(activation, bias + rest)
        return rest * derivative_square / square < chi

    ends = jnp.full_like(bias, np.log(SMALLEST)), jnp.full_like(bias, np.log(LARGEST))
    rest = jnp.exp(_halved(*ends, ordered))
    return rest / _single(activation, bias + rest)[0]


@partial(jax.jit, static_argnums=0)
def _chaotic(activation: str, correlation: Any, slope: Any) -> tuple[Any, Any]:
    def found(log_q):
        q = jnp.exp(log_q)
        square, product, derivatives = _pair(activation, q, correlation)
        weight = q * (1.0 - correlation) / (square - product)
        return weight, weight * derivatives, q - weight * square

    ends = jnp.full_like(correlation, np.log(1e-6)), jnp.full_like(correlation, np.log(1e4))
    weight, reached, bias = found(_halved(*ends, lambda log_q: found(log_q)[1] > slope))
    return jnp.where(jnp.abs(reached - slope) < 1e-6, weight, jnp.nan), bias
