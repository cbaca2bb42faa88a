"""What theory says of a wide random network: variances forward, gradient norms backward, without drawing a weight.

With many units a pre-activation is Gaussian, so one number describes a layer: its variance q. With σ_w² = width · the
variance of one weight, σ_b² the variance of a bias, and averages over u ~ N(0, q):

    q_next = σ_w² E[a²] + σ_b²,        (‖∂L/∂z‖ / ‖∂L/∂z_next‖)² = χ = σ_w² E[φ'(u)²],      a = φ(u).

χ < 1: gradients vanish; χ > 1: they explode; χ = 1: neither. Batch normalization makes q = 1 and divides by the
deviation over the batch, √(σ_w² Var φ), layer normalization by √(σ_w² E[a²]). With a residual connection a is the sum
of all φ so far, and the gradient the sum of the paths.

Sources: Poole et al. 2016 (variance map); Schoenholz et al. 2017, sections 3 and 5 (χ); Yang et al. 2019, "A mean
field theory of batch normalization" (for ReLU, χ = π / (π − 1)).
"""

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.initializers import standard_deviation
from simulator.core.network import ACTIVATIONS, MAX_HIDDEN_LAYERS, NORMALIZATIONS, NetworkConfig

DETERMINISTIC = ("zeros", "constant")
"""Initializers of which the theory says nothing: their weights are not random."""
FIXED_POINT_STEPS = 20_000
LARGEST_VARIANCE, SMALLEST_VARIANCE = 1e30, 1e-30
_PIECES = (0.0, 0.5, 2.0, 5.0, 12.0)
_NODES = 40


class MeanField(NamedTuple):
    """Predictions for a network; layers are the hidden ones."""

    variance: np.ndarray  # (layers,) q of what the activation function sees
    derivative_rms: np.ndarray  # (layers,) √E[φ'²]
    factor: np.ndarray  # (layers − 1,) ‖∂L/∂z of layer i‖ / ‖∂L/∂z of layer i + 1‖
    weight_variance: float  # σ_w²
    bias_variance: float  # σ_b²
    fixed_point: float  # q* of the variance map: 0, a number, or infinity; NaN with normalization or residual
    chi: float  # σ_w² E[φ'²] at the fixed point, or near that end; NaN where there is no such map


class Moments(NamedTuple):
    """Averages over a Gaussian of mean 0."""

    mean: Any  # E φ
    square: Any  # E φ²
    derivative_square: Any  # E φ'²


def mean_field(network: NetworkConfig, inputs: np.ndarray) -> MeanField | None:
    """Return the predictions for a network of equal hidden layers, or ``None`` where the theory does not apply.

    Args:
      network: every hidden layer alike.
      inputs: (batch, features) what goes in; only its mean square and its variance over the batch count.
    """
    if network.initializer in DETERMINISTIC or network.initializer_std == 0.0:
        return None
    features, width, depth = network.layer_sizes[0], network.layer_sizes[1], network.num_hidden_layers
    first_std, std = (
        standard_deviation(network.initializer, fan_in, width, normal_std=network.initializer_std)
        for fan_in in (features, width)
    )
    weight_variance, bias_variance = width * std**2, network.bias_std**2
    normalization, residual = network.normalizations[0], bool(network.residuals[-1]) and depth > 1
    variance, derivative_square, through = jax.device_get(
        _layers(
            np.int32(ACTIVATIONS.index(network.activation)),
            np.float32(network.negative_slope),
            np.int32(NORMALIZATIONS.index(normalization)),
            np.float32(residual),
            np.float32(weight_variance),
            np.float32(bias_variance),
            np.float32(first_std**2 * np.sum(np.mean(inputs**2, axis=0))),
            np.float32(first_std**2 * np.sum(np.var(inputs, axis=0))),
        )
    )
    variance, derivative_square, through = (
        column[:depth].astype(float) for column in (variance, derivative_square, through)
    )
    # ‖∂L/∂z‖² = through² E[φ'²] ‖g‖², and ‖g‖² = σ_w² ‖∂L/∂z_next‖², plus ‖g_next‖² past the next layer.
    own = derivative_square * through**2
    past = 1.0 / np.maximum(own[1:], SMALLEST_VARIANCE) if residual else 0.0
    factor = np.sqrt(own[:-1] * (weight_variance + past))
    fixed_point = chi = math.nan
    if normalization == "none" and not residual:
        fixed_point, chi = _fixed_point(network, weight_variance, float(variance[0]))
    return MeanField(variance, np.sqrt(derivative_square), factor, weight_variance, bias_variance, fixed_point, chi)


def moments(activation: str, variance: float, negative_slope: float = 0.01) -> Moments:
    """Return E φ, E φ² and E φ'² for u ~ N(0, variance).

    >>> [round(float(value), 4) for value in moments("relu", 2.0)]  # √(q / 2π), q / 2, 1 / 2
    [0.5642, 1.0, 0.5]
    """
    index = np.int32(ACTIVATIONS.index(activation))
    return Moments(*map(float, _moments_jit(index, np.float32(negative_slope), np.float32(variance))))


def _moments(activation, slope, variance) -> Moments:
    u = jnp.sqrt(variance) * _POINTS
    phi = lax.switch(activation, [entry.function for entry in _TABLE], u, slope)
    derivative = lax.switch(activation, [entry.derivative for entry in _TABLE], u, slope)
    return Moments(jnp.dot(_WEIGHTS, phi), jnp.dot(_WEIGHTS, phi**2), jnp.dot(_WEIGHTS, derivative**2))


@jax.jit
def _layers(activation, slope, normalization, residual, weight_variance, bias_variance, first_variance, first_spread):
    """Return q, E[φ'²] and the factor of the step through the normalization, each (MAX_HIDDEN_LAYERS,)."""

    def layer(carry, index):
        mean, square, spread = carry  # of a: mean, mean square, variance over the batch
        before = jnp.where(index == 0, first_variance, weight_variance * square) + bias_variance
        over_batch = jnp.where(index == 0, first_spread, weight_variance * spread)
        divisor = jnp.where(normalization == NORMALIZATIONS.index("batch"), over_batch, before)
        normalized = normalization != NORMALIZATIONS.index("none")
        limited = jnp.clip(before, 0.0, LARGEST_VARIANCE)
        variance = jnp.where(normalized, 1.0, limited)
        through = jnp.where(normalized, 1.0 / jnp.sqrt(jnp.maximum(divisor, SMALLEST_VARIANCE)), 1.0)
        value = _moments(activation, slope, variance)
        kept = jnp.where(index == 0, 0.0, residual)
        new_square = kept * (square + 2.0 * mean * value.mean) + value.square
        new_spread = kept * spread + value.square - value.mean**2
        carry = (kept * mean + value.mean, jnp.minimum(new_square, LARGEST_VARIANCE), new_spread)
        return carry, (variance, value.derivative_square, through)

    zero = jnp.float32(0.0)
    return lax.scan(layer, (zero, zero, zero), jnp.arange(MAX_HIDDEN_LAYERS))[1]


def _fixed_point(network: NetworkConfig, weight_variance: float, start: float) -> tuple[float, float]:
    index, slope = np.int32(ACTIVATIONS.index(network.activation)), np.float32(network.negative_slope)
    variances = np.float32(weight_variance), np.float32(network.bias_std**2)
    found, derivative_square = _iterate(index, slope, *variances, np.float32(start))
    found = float(found)
    # A map that creeps towards 0 (tanh at σ_w² = 1) or away (ELU at σ_w² = 2) has not arrived: the bounds name its end.
    fixed_point = 0.0 if found < 1e-3 * start else math.inf if found > 1e3 * max(start, 1.0) else found
    return fixed_point, weight_variance * float(derivative_square)


@jax.jit
def _iterate(activation, slope, weight_variance, bias_variance, start):
    def step(carry):
        count, variance, _ = carry
        new = weight_variance * _moments(activation, slope, variance).square + bias_variance
        return count + 1, jnp.clip(new, SMALLEST_VARIANCE, LARGEST_VARIANCE), variance

    def moving(carry):
        count, variance, before = carry
        return (count < FIXED_POINT_STEPS) & (jnp.abs(variance - before) > 1e-6 * before)

    _, found, _ = lax.while_loop(moving, step, step((0, start, start)))
    return found, _moments(activation, slope, found).derivative_square


def gaussian_points(per_piece: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points and weights of an average over N(0, 1), ``per_piece`` of them on each of eight pieces.

    Gauss–Legendre on a few pieces of either side of 0: most activation functions have a kink at 0, where
    Gauss–Hermite converges slowly; on each side they are smooth.
    """
    nodes, weights = np.polynomial.legendre.leggauss(per_piece)
    edges = np.array(_PIECES)
    halves = np.diff(edges)[:, None] / 2
    points = (edges[:-1, None] + halves * (nodes[None, :] + 1)).ravel()
    density = (halves * weights[None, :]).ravel() * np.exp(-0.5 * points**2) / math.sqrt(2 * math.pi)
    density /= 2.0 * density.sum()
    return np.concatenate([-points[::-1], points]), np.concatenate([density[::-1], density])


_TABLE = tuple(ACTIVATIONS_TABLE[name] for name in ACTIVATIONS)
_POINTS, _WEIGHTS = (values.astype(np.float32) for values in gaussian_points(_NODES))
_moments_jit = jax.jit(_moments)
