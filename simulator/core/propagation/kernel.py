"""The compiled part: many networks of one shape forward and backward at once, each layer reduced to its numbers.

Forward z = aW + b, u = normalized z, a = φ(u), with the layer's input added where there is a residual connection;
backward, with g = ∂L/∂a of the layer:

    ∂L/∂u = φ'(u) ∘ g,    ∂L/∂z through the normalization,    ∂L/∂W = a_inᵀ ∂L/∂z,    g_in = ∂L/∂z Wᵀ (+ g).

Depth, width, activation, initializer, normalization and residual are values, not shapes: the layers are a loop whose
length is a number, the units are padded to a bucket. So moving a control compiles nothing within a bucket of widths.
Storing only z and a and reducing each layer's gradient to its norms on the way is four times as fast as
differentiating a scan over all layers with ``jax.grad``, which is what the tests compare with.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.network import ACTIVATIONS, NORMALIZATION_EPSILON

_FUNCTIONS = tuple(ACTIVATIONS_TABLE[name].function for name in ACTIVATIONS)
_DERIVATIVES = tuple(ACTIVATIONS_TABLE[name].derivative for name in ACTIVATIONS)


class LayerNumbers(NamedTuple):
    """What is kept of each layer. Norms are Euclidean over batch and units; means are over both, too."""

    pre_activation_grad_norm: Any  # ‖∂L/∂z‖
    normalized_grad_norm: Any  # ‖∂L/∂u‖, behind the normalization; the same as ‖∂L/∂z‖ where there is none
    activation_grad_norm: Any  # ‖∂L/∂a‖
    weight_grad_norm: Any  # ‖∂L/∂W‖
    derivative_mean: Any  # mean of φ'(u)
    derivative_rms: Any  # root mean square of φ'(u)
    normalization_gain: Any  # root mean square of γ / deviation; 1 where there is no normalization
    weight_gain: Any  # ‖W‖ / √(units of the layer): the factor by which ∂L/∂z grows through Wᵀ, if it is unrelated to W
    pre_activation_std: Any  # of u: what the activation function sees
    activation_mean: Any
    activation_std: Any
    zero_fraction: Any  # share of activations that are exactly 0


class Choices(NamedTuple):
    """Everything that sits on a control and is not a weight; traced."""

    depth: Any  # hidden layers
    width: Any
    num_classes: Any
    activation: Any  # index into ACTIVATIONS
    normalization: Any  # index into NORMALIZATIONS
    first_residual: Any  # 1 where the first layer adds its input
    residual: Any  # 1 where the other layers do


class PaddedParams(NamedTuple):
    """Parameters of one network in the shapes of a bucket: L layers, W units, F features, K outputs."""

    first: Any  # (F, W)
    hidden: Any  # (L − 1, W, W)
    output: Any  # (W, K)
    bias: Any  # (L, W)
    output_bias: Any  # (K,)
    scale: Any  # (L, W)
    shift: Any  # (L, W)
    slope: Any  # (L,)


@jax.jit
def propagate_padded(params: PaddedParams, inputs, targets, choices: Choices):
    """Run networks forward and backward on one batch.

    Args:
      params: each array with a leading axis of networks.
      inputs: (batch, F).
      targets: (batch, K), one-hot, 0 in the padding.
      choices: see ``Choices``.

    Returns:
      Loss (networks,) in nats; ‖∂L/∂logits‖, the output's weight gradient norm and its weight gain (networks,);
      ``LayerNumbers`` of (networks, L); u and a of the first network, (L, batch, W). Layers beyond the depth hold 0.
    """
    one = partial(_propagate_one, inputs=inputs, targets=targets, choices=choices)
    loss, output, numbers, seen, activation = jax.vmap(one)(params)
    return loss, output, numbers, seen[0], activation[0]


def _propagate_one(params: PaddedParams, *, inputs, targets, choices: Choices):
    num_layers, width = params.bias.shape
    num_examples, dtype = inputs.shape[0], inputs.dtype
    unit = (jnp.arange(width) < choices.width).astype(dtype)[None, :]
    num_values = num_examples * choices.width.astype(jnp.float32)
    fitted = jnp.pad(inputs, ((0, 0), (0, max(0, width - inputs.shape[1]))))[:, :width]
    first_pre_activation = inputs @ params.first + params.bias[0][None, :]

    def normalized(layer, z):
        scale, shift = params.scale[layer][None, :], params.shift[layer][None, :]
        return normalize(z, choices.normalization, unit, choices.width.astype(dtype), scale, shift)

    def residual(layer):
        return jnp.where(layer == 0, choices.first_residual, choices.residual).astype(dtype)

    def weight_into(layer):
        return params.hidden[jnp.maximum(layer - 1, 0)]

    def forward_layer(layer, carry):
        value, stored_z, stored_a = carry
        later = value @ weight_into(layer) + params.bias[layer][None, :]
        z = jnp.where(layer == 0, first_pre_activation, later)
        u, _ = normalized(layer, z)
        result = lax.switch(choices.activation, _FUNCTIONS, u, params.slope[layer]) * unit
        value = result + residual(layer) * value
        return value, stored_z.at[layer].set(z), stored_a.at[layer].set(value)

    empty = jnp.zeros((num_layers, num_examples, width), dtype)
    last, pre_activation, activation = lax.fori_loop(0, choices.depth, forward_layer, (fitted, empty, empty))

    is_class = (jnp.arange(targets.shape[1]) < choices.num_classes)[None, :]
    logits = jnp.where(is_class, last @ params.output + params.output_bias[None, :], -jnp.inf)
    log_probability = jnp.where(is_class, jax.nn.log_softmax(logits, axis=-1), 0.0)
    loss = -jnp.sum(targets * log_probability) / num_examples
    logits_grad = jnp.where(is_class, jax.nn.softmax(logits, axis=-1) - targets, 0.0).astype(dtype) / num_examples

    def backward_layer(count, carry):
        upstream, numbers, seen = carry
        layer = choices.depth - 1 - count
        a_in = jnp.where(layer == 0, fitted, activation[jnp.maximum(layer - 1, 0)])
        u, through_normalization, gain = jax.vjp(partial(normalized, layer), pre_activation[layer], has_aux=True)
        derivative = lax.switch(choices.activation, _DERIVATIVES, u, params.slope[layer]) * unit
        normalized_grad = derivative * upstream
        (grad,) = through_normalization(normalized_grad)
        weight_grad = jnp.where(layer == 0, euclidean_norm(inputs.T @ grad), euclidean_norm(a_in.T @ grad))
        weight_norm = jnp.where(layer == 0, euclidean_norm(params.first), euclidean_norm(weight_into(layer)))
        row = LayerNumbers(
            pre_activation_grad_norm=euclidean_norm(grad),
            normalized_grad_norm=euclidean_norm(normalized_grad),
            activation_grad_norm=euclidean_norm(upstream),
            weight_grad_norm=weight_grad,
            derivative_mean=jnp.sum(derivative.astype(jnp.float32)) / num_values,
            derivative_rms=euclidean_norm(derivative) / jnp.sqrt(num_values),
            normalization_gain=euclidean_norm(gain * unit) / jnp.sqrt(num_values),
            weight_gain=weight_norm / jnp.sqrt(choices.width.astype(jnp.float32)),
            pre_activation_std=_std(u, unit, num_values),
            activation_mean=jnp.sum((activation[layer] * unit).astype(jnp.float32)) / num_values,
            activation_std=_std(activation[layer], unit, num_values),
            zero_fraction=jnp.sum(jnp.where(unit > 0, activation[layer] == 0, False)) / num_values,
        )
        numbers = jax.tree.map(lambda column, value: column.at[layer].set(value), numbers, row)
        upstream = grad @ weight_into(layer).T + residual(layer) * upstream
        return upstream, numbers, seen.at[layer].set(u * unit)

    nothing = LayerNumbers(*(jnp.zeros(num_layers, jnp.float32) for _ in LayerNumbers._fields))
    start = (logits_grad @ params.output.T, nothing, empty)
    _, numbers, seen = lax.fori_loop(0, choices.depth, backward_layer, start)
    output_gain = euclidean_norm(params.output) / jnp.sqrt(choices.num_classes.astype(jnp.float32))
    output = (euclidean_norm(logits_grad), euclidean_norm(last.T @ logits_grad), output_gain)
    return loss, output, numbers, seen, activation


def normalize(z, kind, unit, width, scale, shift):
    """Return γ (z − mean) / deviation + β and, as a by-product, γ / deviation; padded units do not count."""

    def none(z):
        return jnp.zeros_like(z), jnp.ones_like(z)

    def batch(z):
        mean, variance = jnp.mean(z, axis=0, keepdims=True), jnp.var(z, axis=0, keepdims=True)
        return _spread(mean, variance, z)

    def layer(z):
        mean = jnp.sum(z * unit, axis=1, keepdims=True) / width
        variance = jnp.sum(((z - mean) * unit) ** 2, axis=1, keepdims=True) / width
        return _spread(mean, variance, z)

    mean, inverse = lax.switch(kind, (none, batch, layer), z)
    return (z - mean) * inverse * scale + shift, inverse * scale


def _spread(mean, variance, z):
    inverse = 1.0 / jnp.sqrt(variance + NORMALIZATION_EPSILON)
    return jnp.broadcast_to(mean, z.shape), jnp.broadcast_to(inverse, z.shape).astype(z.dtype)


def euclidean_norm(values):
    """Return the Euclidean norm as float32, scaled first: the square of 1e-20 would already be 0."""
    values = values.astype(jnp.float32)
    largest = jnp.max(jnp.abs(values))
    scale = jnp.where(largest > 0, largest, 1.0)
    return largest * jnp.sqrt(jnp.sum((values / scale) ** 2))


def _std(values, unit, num_values):
    values, unit = values.astype(jnp.float32), unit.astype(jnp.float32)
    centred = (values - jnp.sum(values * unit) / num_values) * unit
    return euclidean_norm(centred) / jnp.sqrt(num_values)
