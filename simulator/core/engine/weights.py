"""Parameters in padded form: all hidden-to-hidden weights in one array, zeros where a layer or a unit is absent.

Zero weights stay zero: an absent unit's value is set to 0, so its gradients are 0, and every optimizer leaves a
parameter alone that is 0 and has no gradient.
"""

import math
from itertools import pairwise
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from simulator.core.engine.shapes import Shape
from simulator.core.network import LayerParams, NetworkConfig, Params


class Weights(NamedTuple):
    """Trained parameters of a padded network; ``None`` where a program has no such parameter."""

    first: Any  # (inputs, width)
    stack: Any  # (depth − 1, width, width); in a large network's loop a tuple of (width, width)
    last: Any  # (width or inputs, outputs)
    bias: Any  # (depth, width)
    last_bias: Any  # (outputs,)
    slope: Any  # (depth,)
    scale: Any  # (depth, width)
    shift: Any  # (depth, width)


class Running(NamedTuple):
    """Batch normalization's statistics, which training updates but no gradient reaches."""

    mean: Any  # (depth, width)
    variance: Any  # (depth, width)


def weight_shapes(shape: Shape) -> Weights:
    """Return the shape of each array; the matrices come first, which a flat vector keeps."""
    depth, width, extras = shape.depth, shape.width, shape.extras
    if not depth:
        return Weights(None, None, (shape.inputs, shape.outputs), None, (shape.outputs,), None, None, None)
    return Weights(
        (shape.inputs, width),
        (depth - 1, width, width),
        (width, shape.outputs),
        (depth, width),
        (shape.outputs,),
        (depth,),
        (depth, width) if extras else None,
        (depth, width) if extras else None,
    )


def num_matrix_entries(shape: Shape) -> int:
    """Return how many entries of a flat vector are weights; they come first."""
    return sum(math.prod(size) for size in weight_shapes(shape)[:3] if size is not None)


def pack(weights: Weights, shape: Shape):
    """Return parameters as they go through the loop: one vector, or for a large network an array each.

    Large matrices are not stacked: each step would copy them out of the stack and their gradients into one.
    """
    if not shape.flat:
        return weights if shape.scanned or weights.stack is None else weights._replace(stack=tuple(weights.stack))
    library = np if isinstance(weights.last, np.ndarray) else jnp
    return library.concatenate([array.reshape(-1) for array in weights if array is not None])


def unpack(packed, shape: Shape, *, stacked: bool = True) -> Weights:
    """Return what ``pack`` was given; not ``stacked``, a large network's matrices stay apart."""
    if not shape.flat:
        if not stacked or not isinstance(packed.stack, tuple):
            return packed
        library = np if isinstance(packed.last, np.ndarray) else jnp
        empty = np.zeros((0, shape.width, shape.width), np.float32)
        return packed._replace(stack=library.stack(packed.stack) if packed.stack else empty)
    arrays, start = [], 0
    for size in weight_shapes(shape):
        if size is None:
            arrays.append(None)
            continue
        stop = start + math.prod(size)
        arrays.append(packed[start:stop].reshape(size))
        start = stop
    return Weights(*arrays)


def with_parameter(packed, shape: Shape, network: NetworkConfig, layer: int, source: int | None, unit: int, value):
    """Return packed parameters of which one is another number; all others are the same bits.

    Args:
      packed: from ``pack``, NumPy arrays.
      shape: of the program.
      network: whose parameters they are.
      layer: with weights, from 0.
      source: node that the weight comes from, from 0; ``None`` for the bias.
      unit: node that it goes to, from 0.
      value: in its place.
    """
    weights = jax.tree.map(np.array, unpack(packed, shape))
    last = layer == network.num_hidden_layers
    if source is None:
        (weights.last_bias if last else weights.bias[layer])[unit] = value
    else:
        matrix = weights.last if last else weights.first if layer == 0 else weights.stack[layer - 1]
        matrix[source, unit] = value
    return pack(weights, shape)


def pad_params(params: Params, shape: Shape) -> tuple[Weights, Running | None]:
    """Return parameters in padded form, float32 NumPy arrays."""
    depth, width = shape.depth, shape.width
    last = np.zeros((width if depth else shape.inputs, shape.outputs), np.float32)
    last_bias = np.zeros(shape.outputs, np.float32)
    _fill(last, params[-1].weight)
    _fill(last_bias, params[-1].bias)
    if not depth:
        return Weights(None, None, last, None, last_bias, None, None, None), None
    first = np.zeros((shape.inputs, width), np.float32)
    stack = np.zeros((depth - 1, width, width), np.float32)
    bias = np.zeros((depth, width), np.float32)
    slope = np.zeros(depth, np.float32)
    scale, shift, mean = (np.zeros((depth, width), np.float32) for _ in range(3))
    variance = np.ones((depth, width), np.float32)
    for layer, entry in enumerate(params[:-1]):
        _fill(first if layer == 0 else stack[layer - 1], entry.weight)
        _fill(bias[layer], entry.bias)
        if entry.slope is not None:
            slope[layer] = entry.slope
        for target, value in (
            (scale, entry.scale),
            (shift, entry.shift),
            (mean, entry.running_mean),
            (variance, entry.running_var),
        ):
            if value is not None:
                _fill(target[layer], value)
    if not shape.extras:
        return Weights(first, stack, last, bias, last_bias, slope, None, None), None
    return Weights(first, stack, last, bias, last_bias, slope, scale, shift), Running(mean, variance)


def _fill(target: np.ndarray, value: np.ndarray) -> None:
    target[tuple(slice(0, size) for size in np.shape(value))] = value


def unpad_params(weights: Weights, running: Running | None, network: NetworkConfig) -> Params:
    """Return padded parameters as a network's own, exact shapes."""
    sizes, depth = network.layer_sizes, network.num_hidden_layers
    layers = []
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        if layer == depth:
            layers.append(LayerParams(_cut(weights.last, fan_in, fan_out), _cut(weights.last_bias, fan_out)))
            continue
        weight = weights.first if layer == 0 else weights.stack[layer - 1]
        normalization = network.normalizations[layer]
        normalized, batch = normalization != "none", normalization == "batch" and running is not None
        layers.append(
            LayerParams(
                weight=_cut(weight, fan_in, fan_out),
                bias=_cut(weights.bias[layer], fan_out),
                scale=_cut(weights.scale[layer], fan_out) if normalized else None,
                shift=_cut(weights.shift[layer], fan_out) if normalized else None,
                slope=np.float32(weights.slope[layer]) if network.activation == "prelu" else None,
                running_mean=_cut(running.mean[layer], fan_out) if batch and running else None,
                running_var=_cut(running.variance[layer], fan_out) if batch and running else None,
            )
        )
    return tuple(layers)


def _cut(array: np.ndarray, *sizes: int) -> np.ndarray:
    return np.array(array[tuple(slice(0, size) for size in sizes)])
