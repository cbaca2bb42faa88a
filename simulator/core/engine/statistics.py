"""One row of the records, computed inside the program: per-layer numbers of one training step."""

import math
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from simulator.core.engine.layers import Offsets, Trace
from simulator.core.engine.settings import Settings
from simulator.core.engine.shapes import Shape
from simulator.core.engine.weights import Weights

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


SAFE_SQUARE = 2.0**96
RESCUE = 2.0**62
"""Numbers whose sum of squares is beyond ``SAFE_SQUARE`` or under its inverse are multiplied by this or its inverse."""

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
    step_size: Any  # () what a gradient is multiplied by to give the update, where that is all; else ``None``


class Piece(NamedTuple):
    """Layers that are looked at together."""

    activation: Any  # (layers, batch, units), as the next three
    derivative: Any  # φ'
    pre_gradient: Any  # ∂L/∂z, 0 where nothing is
    gradient: Any  # ∂L/∂a, 0 where nothing is
    mask: Any  # (layers, units) bool, units that exist
    saturated_below: Any  # () |φ'| under which a unit is saturated


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
    norms = [layers[PER_LAYER.index(name)] for name in ("weight_grad_norm", "bias_grad_norm")]
    for gradient in (observed.gradients.slope, observed.gradients.scale, observed.gradients.shift):
        if gradient is not None:
            norms.append(jnp.sqrt(jnp.sum(gradient * gradient))[None])
    joined = jnp.concatenate(norms)
    largest = jnp.max(joined)
    unit = jnp.where((largest > 0) & jnp.isfinite(largest), largest, 1.0)  # its square may be 0 or infinity
    return unit * jnp.sqrt(jnp.sum((joined / unit) ** 2))


def layer_statistics(observed: Observed, present, settings: Settings, shape: Shape):
    """Return the per-layer numbers of a step: (len(PER_LAYER), depth + 1)."""
    pieces = _pieces(observed, settings, shape)
    values = _value_numbers(pieces, present)
    exists = jnp.concatenate([settings.layers.active, jnp.ones(1, bool)]) if shape.depth else jnp.ones(1, bool)
    norms = _norms(lambda factor: _all_square_sums(observed, pieces, shape, factor), exists[None, :])
    pre_gradient, gradient, weight_gradient, bias_gradient, weight = norms[:5]
    update = norms[5] if observed.step_size is None else jnp.abs(observed.step_size) * weight_gradient
    rows = jnp.stack([pre_gradient, gradient, weight_gradient, bias_gradient, weight, update / weight])
    return jnp.concatenate([values, rows])


def _norms(square_sums, exists):
    """Return Euclidean norms: (kinds, depth + 1).

    Args:
      square_sums: called with a factor; returns the sums of squares of everything times that factor.
      exists: (1, depth + 1) bool, the layers that the network has.

    The square of a float32 gradient under 1e-19 is 0, and of one over 1e19 infinity, so where a sum comes out like
    that it is made again from larger or smaller numbers; only then, because it takes the time of another look.
    """
    sums = square_sums(1.0)
    tiny, huge = (sums < 1 / SAFE_SQUARE) & exists, sums > SAFE_SQUARE

    def again():
        up, down = (jnp.sqrt(square_sums(factor)) / factor for factor in (RESCUE, 1 / RESCUE))
        return jnp.where(tiny, up, jnp.where(huge, down, jnp.sqrt(sums)))

    return lax.cond(jnp.any(tiny | huge), again, lambda: jnp.sqrt(sums))


def _all_square_sums(observed: Observed, pieces: list[Piece], shape: Shape, factor: float):
    """Return what ``_norms`` needs: (5 or 6, depth + 1), with the updates only where no gradient tells their norm."""

    def scaled(arrays):
        return arrays if factor == 1.0 else arrays * factor

    sums = [
        jnp.stack([_square_sums(scaled(piece.pre_gradient)), _square_sums(scaled(piece.gradient))]) for piece in pieces
    ]
    gradients = observed.gradients
    bias = _square_sums(scaled(gradients.last_bias[None]))
    if shape.depth:
        bias = jnp.concatenate([_square_sums(scaled(gradients.bias)), bias])
    trees = [gradients, observed.weights, *([observed.updates] if observed.step_size is None else [])]
    weight_gradient, *others = (_matrix_square_sums(tree, scaled) for tree in trees)
    return jnp.concatenate([jnp.concatenate(sums, axis=1), jnp.stack([weight_gradient, bias, *others])])


def _pieces(observed: Observed, settings: Settings, shape: Shape) -> list[Piece]:
    """Return all layers in the pieces that are looked at together.

    Small layers are joined, because each operation costs more than what it does; large ones are not, because
    joining them costs more than the operations.
    """
    last = (observed.output, observed.output_derivative, observed.logits_gradient, observed.output_gradient)
    output = _piece([array[None] for array in last], settings.output_mask[None], settings.output_saturated_below)
    if not shape.depth:
        return [output]
    traces, gradients = observed.traces, observed.hidden_gradients
    columns = (
        [trace.activation for trace in traces],
        [trace.derivative for trace in traces],
        [gradient.pre_activation for gradient in gradients],
        [gradient.activation for gradient in gradients],
    )
    mask, below = settings.layers.mask, settings.saturated_below
    if shape.scanned:
        first = _piece([column[0][None] for column in columns], mask[:1], below)
        return [first, _piece([column[1] for column in columns], mask[1:], below), output]
    if shape.batch * shape.width >= JOIN_BELOW:
        each = [
            _piece([column[layer][None] for column in columns], mask[layer : layer + 1], below)
            for layer in range(shape.depth)
        ]
        return [*each, output]
    return [_piece([jnp.stack(column) for column in columns], mask, below), output]


def _piece(columns, mask, saturated_below) -> Piece:
    activation, derivative, pre_gradient, gradient = columns
    return Piece(activation, derivative, pre_gradient, gradient, mask, saturated_below)


def _value_numbers(pieces: list[Piece], present):
    """Return what the batch says of the layers' values: (5, depth + 1); ``present`` is 1 for rows that exist."""
    width = max(piece.mask.shape[1] for piece in pieces)

    def widen(arrays):
        return jnp.concatenate(
            [jnp.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, width - array.shape[-1])]) for array in arrays], axis=-2
        )

    looked = [_value_sums(piece, present) for piece in pieces]
    origin, shifted, squares = jnp.concatenate([sums for sums, _ in looked], axis=1)
    zero, saturated, alive = _split_counts(widen([counts for _, counts in looked]))
    mask = widen([piece.mask for piece in pieces])
    units = jnp.sum(mask, axis=1).astype(jnp.float32)
    numbers = jnp.maximum(units * jnp.sum(present), 1.0)
    shifted_mean = shifted / numbers
    variance = squares / numbers - shifted_mean**2
    dead = jnp.where(mask & (alive == 0), 1.0, 0.0)
    return jnp.stack(
        [
            origin + shifted_mean,
            # Where the value measured from is not finite, neither is the deviation.
            jnp.sqrt(jnp.maximum(variance, jnp.where(variance < 0, 0.0, variance))),
            jnp.sum(zero, axis=1).astype(jnp.float32) / numbers,
            jnp.sum(saturated, axis=1).astype(jnp.float32) / numbers,
            jnp.sum(dead, axis=1) / jnp.maximum(units, 1.0),
        ]
    )


def _value_sums(piece: Piece, present):
    """Return all that needs a look at every value: sums (3, layers) and counts (1 or 3, layers, units)."""
    activation, derivative = piece.activation, piece.derivative
    exists = (present > 0)[None, :, None] & piece.mask[:, None, :]
    # Measured from one of the values: their mean may be far larger than their spread, and its square would drown it.
    origin = activation[:, :1, :1]
    # A product, because it is quicker than a choice; rows that do not exist repeat one that does.
    shifted = (activation - origin) * present[None, :, None] * piece.mask[:, None, :]
    sums = jnp.stack(
        [origin[:, 0, 0], *(jnp.sum(jnp.sum(value, axis=1), axis=1) for value in (shifted, shifted * shifted))]
    )
    saturated = jnp.abs(derivative) < piece.saturated_below
    return sums, _counts((exists & (activation == 0), exists & saturated, exists & (derivative != 0)))


PACKED_BITS = 10


def _counts(flags):
    """Count along the batch: three (layers, batch, units) of booleans to (1 or 3, layers, units) of int32."""
    if flags[0].shape[1] >= 2**PACKED_BITS:
        return jnp.stack([jnp.sum(flag, axis=1, dtype=jnp.int32) for flag in flags])
    # One sum for all three.
    packed = sum(flag.astype(jnp.int32) << (PACKED_BITS * place) for place, flag in enumerate(flags))
    return jnp.sum(packed, axis=1)[None]


def _split_counts(counts):
    if len(counts) == 3:
        return tuple(counts)
    return tuple((counts[0] >> (PACKED_BITS * place)) & (2**PACKED_BITS - 1) for place in range(3))


def _square_sums(arrays):
    """Return the sum of squares of each entry along the first axis."""
    rows = arrays.reshape(arrays.shape[0], math.prod(arrays.shape[1:]))
    if arrays.ndim == 3 and rows.shape[1] >= SPREAD_FROM:
        return jnp.sum(jnp.sum(arrays * arrays, axis=1), axis=1)
    return jnp.einsum("lx,lx->l", rows, rows)


def _matrix_square_sums(weights: Weights, scaled):
    sums = [_square_sums(scaled(weights.last[None]))]
    if weights.first is not None:
        apart = isinstance(weights.stack, tuple)
        stacks = [matrix[None] for matrix in weights.stack] if apart else [weights.stack]
        sums = [_square_sums(scaled(weights.first[None])), *(_square_sums(scaled(stack)) for stack in stacks), *sums]
    return jnp.concatenate(sums)
