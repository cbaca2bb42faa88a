"""The gradient of networks that differ in depth alone, all depths at once.

Networks of one seed share their hidden layers, so the way forward is walked once; on the way back the gradients of all
depths are rows of one matrix product a layer. Forty depths cost as much as a few, which is what a slider that is alive
while it is dragged needs.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.initializers import initialize_depths
from simulator.core.kept import kept
from simulator.core.network import ACTIVATIONS, NetworkConfig
from simulator.core.propagation.batch import Batch
from simulator.core.propagation.kernel import Choices, euclidean_norm, normalize
from simulator.core.propagation.padding import (
    MAX_CLASSES,
    MAX_FEATURES,
    check_uniform,
    choices_of,
    networks_per_call,
    pad_batch,
    width_bucket,
)
from simulator.errors import check_number

_FUNCTIONS = tuple(ACTIVATIONS_TABLE[name].function for name in ACTIVATIONS)
_DERIVATIVES = tuple(ACTIVATIONS_TABLE[name].derivative for name in ACTIVATIONS)
_CALLS_AT_ONCE = 4
_SHALLOW = 30
"""Depths up to this one walk back apart from the deeper ones: they need not pass through layers that they lack."""
_SMALLEST_BUCKET, LARGEST_WIDTH = 32, 64
"""Narrow networks are padded to one width, so that two programs do for all widths up to the largest."""


def depth_sweep(network: NetworkConfig, batch: Batch, seeds: Sequence[int], depths: Sequence[int]) -> np.ndarray:
    """Return ‖∂L/∂z‖ of every hidden layer of freshly drawn networks of several depths.

    Args:
      network: every hidden layer alike, up to ``LARGEST_WIDTH`` nodes, biases at 0; its own depth does not count.
      batch: what goes through.
      seeds: of the initial parameters.
      depths: numbers of hidden layers, increasing, 2 or more.

    Returns:
      (depths, seeds, deepest) float32, the same numbers as ``start_signal`` gives for one depth; 0 beyond a depth.

    Raises:
      InputError: for hidden layers that differ, random biases, or a network over the limits.
    """
    check_number("bias_std", network.bias_std, 0.0, 0.0)
    check_number("bias_std", network.bias_std, 0.0, 0.0)
    features, width, *_, classes = network.layer_sizes
    deepest = replace(network, layer_sizes=(features, *[width] * depths[-1], classes))
    check_uniform(deepest)
    inputs, targets = pad_batch(batch.inputs, batch.targets)
    choices, chunks = choices_of(deepest), _chunks(tuple(depths))
    size, pending, found = networks_per_call(network), deque(), []
    bare = replace(deepest, activation="identity", normalization="none", residual=False, dropout=0.0)
    for first in range(0, len(seeds), size):
        chosen = tuple(seeds[first : first + size])
        weights = kept().of(("sweep", bare, chosen, chunks), partial(_weights, bare, chosen, depths, size))
        slope = np.float32(network.negative_slope)
        pending.append(_sweep(*weights, inputs, targets, choices, slope, chunks=chunks))
        if len(pending) == _CALLS_AT_ONCE:
            found.append(np.asarray(pending.popleft()))
    found += [np.asarray(one) for one in pending]
    return np.concatenate(found)[: len(seeds)].swapaxes(0, 1)


def _chunks(depths: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    chunks = (tuple(d for d in depths if d <= _SHALLOW), tuple(d for d in depths if d > _SHALLOW))
    return tuple(chunk for chunk in chunks if chunk)


def _weights(
    network: NetworkConfig, seeds: Sequence[int], depths: Sequence[int], size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw first, hidden and output weights of ``size`` networks, padded; the rows left over stay 0."""
    features, width, *_, classes = network.layer_sizes
    bucket = max(width_bucket(width), _SMALLEST_BUCKET)
    first = np.zeros((size, MAX_FEATURES, bucket), np.float32)
    hidden = np.zeros((size, depths[-1] - 1, bucket, bucket), np.float32)
    output = np.zeros((size, len(depths), bucket, MAX_CLASSES), np.float32)
    for row, seed in enumerate(seeds):
        layers, last = initialize_depths(network, seed, set(depths))
        first[row, :features, :width] = layers[0]
        hidden[row, :, :width, :width] = layers[1:]
        output[row, :, :width, :classes] = [last[depth] for depth in depths]
    return first, hidden, output


@partial(jax.jit, static_argnames="chunks")
def _sweep(first, hidden, output, inputs, targets, choices: Choices, slope, *, chunks: tuple[tuple[int, ...], ...]):
    one = partial(_sweep_one, inputs=inputs, targets=targets, choices=choices, slope=slope, chunks=chunks)
    return jax.vmap(one)(first, hidden, output)


def _sweep_one(first, hidden, output, *, inputs, targets, choices: Choices, slope, chunks):
    """Walk one seed's networks forward once and back once a chunk of depths: (depths, deepest) norms."""
    num_layers, width = len(hidden) + 1, first.shape[1]
    num_examples, dtype = inputs.shape[0], inputs.dtype
    unit = (jnp.arange(width) < choices.width).astype(dtype)[None, :]
    ones, nothing = jnp.ones((1, width), dtype), jnp.zeros((1, width), dtype)

    def normalized(z):
        return normalize(z, choices.normalization, unit, choices.width.astype(dtype), ones, nothing)

    def residual(layer):
        return jnp.where(layer == 0, choices.first_residual, choices.residual).astype(dtype)

    def weight_into(layer):
        return hidden[jnp.maximum(layer - 1, 0)]

    def forward_layer(value, layer):
        z = jnp.where(layer == 0, inputs @ first, value @ weight_into(layer))
        u, _ = normalized(z)
        value = lax.switch(choices.activation, _FUNCTIONS, u, slope) * unit + residual(layer) * value
        return value, (z, value)

    fitted = jnp.pad(inputs, ((0, 0), (0, max(0, width - inputs.shape[1]))))[:, :width]
    _, (pre_activation, activation) = lax.scan(forward_layer, fitted, jnp.arange(num_layers))

    def walk_back(depths, outputs):
        at = jnp.array(depths)
        is_class = (jnp.arange(targets.shape[1]) < choices.num_classes)[None, None, :]
        logits = jnp.where(is_class, activation[at - 1] @ outputs, -jnp.inf)
        logits_grad = jnp.where(is_class, jax.nn.softmax(logits, axis=-1) - targets[None], 0.0) / num_examples
        arriving = logits_grad.astype(dtype) @ outputs.swapaxes(1, 2)

        def backward_layer(upstream, layer):
            upstream = jnp.where((at == layer + 1)[:, None, None], arriving, upstream)
            u, through, _ = jax.vjp(normalized, pre_activation[layer], has_aux=True)
            derivative = lax.switch(choices.activation, _DERIVATIVES, u, slope) * unit
            (grad,) = jax.vmap(through)(derivative[None] * upstream)
            below = grad @ weight_into(layer).T + residual(layer) * upstream
            return below, jax.vmap(euclidean_norm)(grad)

        _, norms = lax.scan(backward_layer, jnp.zeros_like(arriving), jnp.arange(depths[-1]), reverse=True)
        return jnp.pad(norms.T, ((0, 0), (0, num_layers - depths[-1])))

    starts = np.cumsum([0, *(len(chunk) for chunk in chunks)])
    return jnp.concatenate(
        [walk_back(chunk, output[at : at + len(chunk)]) for chunk, at in zip(chunks, starts, strict=False)]
    )
