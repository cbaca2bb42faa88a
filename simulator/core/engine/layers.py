"""The equations of the padded network: hidden layers, output and loss, written once for every program."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from simulator.core.engine.activation import Passing, activate
from simulator.core.engine.dropout import let_through
from simulator.core.engine.settings import Settings
from simulator.core.engine.shapes import Shape
from simulator.core.engine.weights import Running, Weights
from simulator.core.network import NORMALIZATION_EPSILON

RUNNING_DECAY = 0.9
SMALLEST_PROBABILITY = 1e-12
"""∂L/∂y of cross-entropy is −t/y; y is taken as at least this, so that its square stays a float32."""


class Layer(NamedTuple):
    """Parameters of one hidden layer; of several, with one more axis in front."""

    weight: Any
    bias: Any
    slope: Any
    scale: Any
    shift: Any


class Trace(NamedTuple):
    """What a hidden layer leaves for the records; for several layers, stacked arrays."""

    pre_activation: Any  # (batch, width)
    activation: Any  # (batch, width)
    derivative: Any  # (batch, width) φ'


class Offsets(NamedTuple):
    """Zeros added to every hidden layer's pre-activation and activation; their gradients are the records'."""

    pre_activation: Any
    activation: Any


def hidden_layer(
    previous, layer: Layer, setting, running, key, offset: Offsets | None, present, settings: Settings, *, certain: bool
):
    """Return what one hidden layer hands on, its trace, and batch normalization's new running statistics.

    Args:
      previous: (batch, fan_in).
      layer: parameters.
      setting: ``LayerSettings`` of this layer.
      running: ``Running`` of this layer; ``None`` in a program without extras.
      key: of dropout; ``None`` in evaluation.
      offset: zeros, in training; ``None`` in evaluation.
      present: (batch,) 1 for rows that exist.
      settings: of the whole network.
      certain: whether every network of this program has this layer.
    """
    z = previous @ layer.weight
    if offset is not None:
        z = z + offset.pre_activation
    slope = jnp.where(settings.learn_slope, layer.slope, settings.slope)
    passing = None if certain else Passing(previous, setting.active)
    if running is None:
        value, derivative = activate(z, layer.bias, slope, setting.mask, passing, settings.family, settings.learn_slope)
        if offset is not None:
            value = value + offset.activation
        return value, Trace(z + layer.bias[None, :], value, derivative), None
    affine = z + layer.bias[None, :]
    normalized, new_running = _normalize(affine, layer, setting, running, present, training=key is not None)
    no_bias = jnp.zeros_like(layer.bias)
    value, derivative = activate(normalized, no_bias, slope, setting.mask, None, settings.family, settings.learn_slope)
    if key is not None:
        kept = let_through(key, setting.dropout, value.shape)
        value = jnp.where(kept, value / (1.0 - setting.dropout), 0.0)
    value = jnp.where(setting.residual, value + _resize(previous, value.shape[1]), value)
    if offset is not None:
        value = value + offset.activation
    if passing is not None:
        value = jnp.where(setting.active, value, previous)
    return value, Trace(affine, value, derivative), new_running


def _resize(value, width: int):
    """Add or remove padding, where inputs and hidden layers are padded to different widths."""
    return jnp.pad(value[:, :width], ((0, 0), (0, max(0, width - value.shape[1]))))


def _normalize(z, layer: Layer, setting, running: Running, present, *, training: bool):
    rows, units = present[:, None], setting.mask[None, :].astype(z.dtype)

    def none():
        return z, running

    def batch():
        if not training:
            return _standardize(z, running.mean[None, :], running.variance[None, :], layer), running
        count = jnp.sum(present)
        mean = jnp.sum(z * rows, axis=0) / count
        variance = jnp.sum((z - mean[None, :]) ** 2 * rows, axis=0) / count
        unbiased = variance * count / jnp.maximum(count - 1.0, 1.0)
        new = Running(
            RUNNING_DECAY * running.mean + (1.0 - RUNNING_DECAY) * lax.stop_gradient(mean),
            RUNNING_DECAY * running.variance + (1.0 - RUNNING_DECAY) * lax.stop_gradient(unbiased),
        )
        return _standardize(z, mean[None, :], variance[None, :], layer), new

    def each_example():
        count = jnp.maximum(jnp.sum(units), 1.0)
        mean = jnp.sum(z * units, axis=1, keepdims=True) / count
        variance = jnp.sum((z - mean) ** 2 * units, axis=1, keepdims=True) / count
        return _standardize(z, mean, variance, layer), running

    return lax.switch(setting.normalization, (none, batch, each_example))


def _standardize(z, mean, variance, layer: Layer):
    return (z - mean) * lax.rsqrt(variance + NORMALIZATION_EPSILON) * layer.scale[None, :] + layer.shift[None, :]


def hidden_layers(weights: Weights, shape: Shape, *, looping: bool = False) -> tuple[Layer, ...]:
    """Return the hidden layers as a tuple, one entry each; for a loop over layers the first and the stack of the rest.

    Args:
      weights: padded.
      shape: static sizes; very deep networks always loop.
      looping: loop in any case.
    """
    if not shape.depth:
        return ()

    def part(index):
        def pick(array):
            return None if array is None else array[index]

        return pick(weights.bias), pick(weights.slope), pick(weights.scale), pick(weights.shift)

    first = Layer(weights.first, *part(0))
    if shape.scanned or looping:
        return first, Layer(weights.stack, *part(slice(1, None)))
    return first, *(Layer(weights.stack[layer - 1], *part(layer)) for layer in range(1, shape.depth))


def join_layers(hidden, last, last_bias, shape: Shape) -> Weights:
    """Return parameters (or their gradients) of ``hidden_layers`` as one ``Weights``."""
    if not shape.depth:
        return Weights(None, None, last, None, last_bias, None, None, None)
    first, rest = hidden[0], hidden[1:]

    def join(name):
        if getattr(first, name) is None:
            return None
        if shape.scanned:
            return jnp.concatenate([getattr(first, name)[None], getattr(rest[0], name)])
        return jnp.stack([getattr(layer, name) for layer in hidden])

    if shape.scanned:
        stack = rest[0].weight
    elif not shape.flat:
        stack = tuple(layer.weight for layer in rest)
    elif rest:
        stack = jnp.stack([layer.weight for layer in rest])
    else:
        stack = jnp.zeros((0, shape.width, shape.width), jnp.float32)
    return Weights(first.weight, stack, last, join("bias"), last_bias, join("slope"), join("scale"), join("shift"))


def stack_layers(column: list[Any], shape: Shape):
    """Return one array of every hidden layer along a first axis, from the list that the program makes of them.

    Args:
      column: an array a layer; of a loop, that of the first layer and those of the others along an axis.
      shape: of the program.
    """
    return jnp.concatenate([column[0][None], column[1]]) if shape.scanned else jnp.stack(column)


def zero_offsets(shape: Shape):
    """Return the zeros whose gradients the records keep, in the arrangement of ``hidden_layers``."""
    zeros = jnp.zeros((shape.batch, shape.width), jnp.float32)
    if shape.scanned:
        stack = jnp.zeros((shape.depth - 1, shape.batch, shape.width), jnp.float32)
        return Offsets(zeros, zeros), Offsets(stack, stack)
    return tuple(Offsets(zeros, zeros) for _ in range(shape.depth))


def run_hidden(hidden, inputs, running: Running | None, keys, offsets, present, settings: Settings, shape: Shape):
    """Run the hidden layers on a batch.

    Args:
      hidden: from ``hidden_layers``.
      inputs: (batch, inputs).
      running: batch normalization's statistics of all layers, in a program with extras.
      keys: (depth,) of dropout, in training with extras; ``None`` otherwise.
      offsets: from ``zero_offsets``; ``None`` in evaluation.
      present: (batch,) 1 for rows that exist.
      settings: traced values.
      shape: static sizes.

    Returns:
      What the last hidden layer hands on, the traces in the arrangement of ``hidden_layers``, and the new statistics.
    """
    value, traces, statistics = inputs, [], []

    def pick(tree, index):
        return jax.tree.map(lambda array: array[index], tree)

    unrolled = 1 if shape.scanned else len(hidden)
    for index in range(unrolled):
        value, trace, new = hidden_layer(
            value,
            hidden[index],
            pick(settings.layers, index),
            pick(running, index),
            None if keys is None else keys[index],
            None if offsets is None else offsets[index],
            present,
            settings,
            certain=index < shape.certain_depth,
        )
        traces.append(trace)
        statistics.append(new)
    if not shape.scanned:
        new = None if running is None else jax.tree.map(lambda *parts: jnp.stack(parts), *statistics)
        return value, tuple(traces), new

    def body(previous, per_layer):
        layer, setting, statistic, key, offset = per_layer
        value, trace, new = hidden_layer(
            previous, layer, setting, statistic, key, offset, present, settings, certain=False
        )
        return value, (trace, new)

    rest = slice(1, None)
    value, (trace, new) = lax.scan(
        body,
        value,
        (
            hidden[1],
            pick(settings.layers, rest),
            pick(running, rest),
            None if keys is None else keys[rest],
            None if offsets is None else offsets[1],
        ),
    )
    traces.append(trace)
    if running is not None:
        new = jax.tree.map(lambda one, many: jnp.concatenate([one[None], many]), statistics[0], new)
    return value, tuple(traces), new


def evaluate_logits(weights: Weights, running: Running | None, inputs, settings: Settings, shape: Shape, keep: int = 0):
    """Return the output layer's pre-activation and the hidden layers' values in evaluation mode, layers in a loop.

    Args:
      weights, running: parameters.
      inputs: (rows, inputs).
      settings, shape: of the program.
      keep: units of each hidden layer that are returned.

    Returns:
      Logits (rows, outputs), the hidden pre-activations and activations (depth, rows, keep).
    """
    if not shape.depth:
        return inputs @ weights.last + weights.last_bias[None, :], None, None
    hidden = hidden_layers(weights, shape, looping=True)
    present = jnp.ones(inputs.shape[0], jnp.float32)

    def step(previous, per_layer, certain=False):
        layer, setting, statistic = per_layer
        value, trace, _ = hidden_layer(
            previous, layer, setting, statistic, None, None, present, settings, certain=certain
        )
        return value, (trace.pre_activation[:, :keep], trace.activation[:, :keep])

    def pick(tree, index):
        return jax.tree.map(lambda array: array[index], tree)

    value, one = step(inputs, (hidden[0], pick(settings.layers, 0), pick(running, 0)), certain=True)
    rest = slice(1, None)
    value, many = lax.scan(step, value, (hidden[1], pick(settings.layers, rest), pick(running, rest)))
    z, a = (jnp.concatenate([first[None], stack]) for first, stack in zip(one, many, strict=True))
    return value @ weights.last + weights.last_bias[None, :], z, a
