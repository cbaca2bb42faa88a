"""One row of the records, computed inside the program: per-layer numbers of one training step."""

import math
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from simulator.engine.layers import Offsets, Trace
from simulator.engine.settings import Settings
from simulator.engine.shapes import Shape
from simulator.engine.weights import Weights

SCALARS = (
    "loss",
    "penalty",
    "accuracy",
    "validation_loss",
    "validation_accuracy",
    "evaluated",
    "learning_rate",
    "grad_norm",
)
PER_LAYER = (
    "activation_mean",
    "activation_std",
    "zero_fraction",
    "saturated_fraction",
    "dead_fraction",
    "pre_activation_grad_norm",
    "activation_grad_norm",
    "weight_grad_norm",
    "bias_grad_norm",
    "weight_norm",
    "update_ratio",
)


JOIN_BELOW = 4096
"""Entries of a layer's activations below which several layers are looked at together."""


SPREAD_FROM = 2**17
"""Entries from which a sum is done column by column, which uses several cores; in one go it would use one."""


class Observed(NamedTuple):
    """Everything a step computed that the records look at."""

    traces: tuple[Trace, ...]
    hidden_gradients: tuple[Offsets, ...]
    output: Any  # (batch, outputs)
    output_derivative: Any
    logits_gradient: Any
    output_gradient: Any
    weights: Weights
    gradients: Weights
    updates: Weights


def row_length(shape: Shape) -> int:
    """Return how many numbers a row has."""
    return len(SCALARS) + len(PER_LAYER) * (shape.depth + 1)


def split_rows(rows: np.ndarray, shape: Shape, num_hidden_layers: int) -> dict[str, np.ndarray]:
    """Return rows as the columns of ``Records``, without the layers that do not exist."""
    columns = {name: rows[:, index] for index, name in enumerate(SCALARS)}
    layers = rows[:, len(SCALARS) :].reshape(len(rows), len(PER_LAYER), shape.depth + 1)
    keep = [*range(num_hidden_layers), shape.depth]
    columns.update({name: np.ascontiguousarray(layers[:, index, keep]) for index, name in enumerate(PER_LAYER)})
    return columns


def gradient_norm(observed: Observed, layers):
    """Return the norm of all gradients together, from ``layer_statistics`` and the parameters that are in no layer."""
    rows = jnp.stack([layers[PER_LAYER.index(name)] for name in ("weight_grad_norm", "bias_grad_norm")])
    squares = jnp.sum(rows * rows)
    for gradient in (observed.gradients.slope, observed.gradients.scale, observed.gradients.shift):
        if gradient is not None:
            squares = squares + jnp.sum(gradient * gradient)
    return jnp.sqrt(squares)


def layer_statistics(observed: Observed, present, settings: Settings, shape: Shape):
    """Return the per-layer numbers of a step: (len(PER_LAYER), depth + 1)."""
    parts = [
        _layer_numbers(
            (
                observed.output[None],
                observed.output_derivative[None],
                observed.logits_gradient[None],
                observed.output_gradient[None],
            ),
            present,
            settings.output_mask[None],
            settings.output_saturated_below,
        )
    ]
    for start, stop, columns in _hidden_columns(observed, shape):
        mask = settings.layers.mask[start:stop]
        parts.insert(-1, _layer_numbers(columns, present, mask, settings.saturated_below))
    gradients = observed.gradients
    bias_norm = _norms(gradients.last_bias[None])
    if shape.depth:
        bias_norm = jnp.concatenate([_norms(gradients.bias), bias_norm])
    weight_norm = _weight_norms(observed.weights)
    update_ratio = _weight_norms(observed.updates) / weight_norm
    backward = jnp.stack([_weight_norms(gradients), bias_norm, weight_norm, update_ratio])
    return jnp.concatenate([jnp.concatenate(parts, axis=1), backward])


def _hidden_columns(observed: Observed, shape: Shape):
    """Return activations, φ' and both gradients of the hidden layers, in pieces (start, stop, (layers, batch, width)).

    Small layers are joined, because each operation costs more than what it does; large ones are not, because
    joining them costs more than the operations.
    """
    if not shape.depth:
        return []
    traces, gradients = observed.traces, observed.hidden_gradients
    columns = (
        [trace.activation for trace in traces],
        [trace.derivative for trace in traces],
        [gradient.pre_activation for gradient in gradients],
        [gradient.activation for gradient in gradients],
    )
    if shape.scanned:
        return [(0, 1, [column[0][None] for column in columns]), (1, shape.depth, [column[1] for column in columns])]
    if shape.batch * shape.width >= JOIN_BELOW:
        return [(layer, layer + 1, [column[layer][None] for column in columns]) for layer in range(shape.depth)]
    return [(0, shape.depth, [jnp.stack(column) for column in columns])]


def _layer_numbers(columns, present, mask, saturated_below):
    """Return what the batch says of some layers: (7, layers).

    Args:
      columns: activations, φ' and both gradients, (layers, batch, units); the gradients are 0 where nothing is.
      present: (batch,) 1 for rows that exist.
      mask: (layers, units) bool, units that exist.
      saturated_below: |φ'| under which a unit is saturated.
    """
    activation, derivative, pre_gradient, gradient = columns
    units = jnp.sum(mask, axis=1).astype(jnp.float32)
    count = jnp.sum(present)
    numbers = jnp.maximum(units * count, 1.0)
    exists = (present > 0)[None, :, None] & mask[:, None, :]
    # Measured from one of the values: their mean may be far larger than their spread, and its square would drown it.
    origin = activation[:, :1, :1]
    shifted = jnp.where(exists, activation - origin, 0.0)
    shifted_mean = jnp.sum(shifted, axis=(1, 2)) / numbers
    variance = _square_sums(shifted) / numbers - shifted_mean**2
    zero, saturated, alive = _count_rows(
        (exists & (activation == 0), exists & (jnp.abs(derivative) < saturated_below), exists & (derivative != 0))
    )
    dead = jnp.where(mask & (alive == 0), 1.0, 0.0)
    return jnp.stack(
        [
            origin[:, 0, 0] + shifted_mean,
            # Where the value measured from is not finite, neither is the deviation.
            jnp.sqrt(jnp.maximum(variance, jnp.where(variance < 0, 0.0, variance))),
            jnp.sum(zero, axis=1).astype(jnp.float32) / numbers,
            jnp.sum(saturated, axis=1).astype(jnp.float32) / numbers,
            jnp.sum(dead, axis=1) / jnp.maximum(units, 1.0),
            jnp.sqrt(_square_sums(pre_gradient)),
            jnp.sqrt(_square_sums(gradient)),
        ]
    )


def _count_rows(flags):
    """Count along the batch: three (layers, batch, units) of booleans to three (layers, units) of int32."""
    if flags[0].shape[1] > 512:
        return tuple(jnp.sum(flag, axis=1, dtype=jnp.int32) for flag in flags)
    # One sum for all three: ten bits each.
    packed = sum(flag.astype(jnp.int32) << (10 * place) for place, flag in enumerate(flags))
    total = jnp.sum(packed, axis=1)
    return tuple((total >> (10 * place)) & 1023 for place in range(3))


def _square_sums(arrays):
    """Return the sum of squares of each entry along the first axis."""
    rows = arrays.reshape(arrays.shape[0], math.prod(arrays.shape[1:]))
    if arrays.ndim == 3 and rows.shape[1] >= SPREAD_FROM:
        return jnp.sum(jnp.sum(arrays * arrays, axis=1), axis=1)
    return jnp.einsum("lx,lx->l", rows, rows)


def _norms(arrays):
    return jnp.sqrt(_square_sums(arrays))


def _weight_norms(weights: Weights):
    norms = [_norms(weights.last[None])]
    if weights.first is not None:
        norms = [_norms(weights.first[None]), _norms(weights.stack), *norms]
    return jnp.concatenate(norms)
