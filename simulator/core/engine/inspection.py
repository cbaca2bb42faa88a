"""The program that looks closely at single steps: weights, gradients, updates, values of examples, maps, histograms."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from simulator.core.engine.layers import evaluate_logits, stack_layers
from simulator.core.engine.outputs import output_values
from simulator.core.engine.passes import example_passes
from simulator.core.engine.program import Data, forward_backward, gather
from simulator.core.engine.programs import Programs
from simulator.core.engine.settings import Settings
from simulator.core.engine.shapes import Shape
from simulator.core.engine.updates import Moments, clipped_updates
from simulator.core.engine.weights import Running, Weights, unpack

GROUP = 8
"""Steps looked at in one call."""
BINS = 32
NUM_EXAMPLES = 16
NUM_TEST_ROWS = 512


class Moment(NamedTuple):
    """The state of one step, or of several with one more axis in front."""

    packed: Any
    running: Running | None
    moments: Moments
    step: Any
    learning_rate: Any
    indices: Any  # (batch,)


class Watched(NamedTuple):
    """Rows evaluated at every frame, scaled and padded."""

    examples: Any  # (examples, inputs)
    test: Any  # (test rows, inputs)
    grid: Any  # (side · side, inputs), no rows where the input is not two-dimensional


class Edges(NamedTuple):
    """Of histograms with evenly spaced bins."""

    activation_low: Any  # (depth + 1,)
    activation_width: Any  # (depth + 1,) of a bin
    gradient_low: Any  # log10
    gradient_width: Any


def kept_units(shape: Shape) -> int:
    """Return how many units of a layer frames keep."""
    return 32 if shape.depth <= 4 else 16 if shape.depth <= 10 else 8


@Programs
def inspect_steps(moments: Moment, watched: Watched, edges: Edges, data: Data, settings: Settings, *, shape: Shape):
    """Return everything a frame shows, for several steps: a dictionary with one more axis in front."""
    return lax.map(lambda moment: _inspect(moment, watched, edges, data, settings, shape), moments)


def _inspect(moment: Moment, watched: Watched, edges: Edges, data: Data, settings: Settings, shape: Shape):
    keep = kept_units(shape)
    inputs, targets, present = gather(data, moment.indices)
    result = forward_backward(moment.packed, moment.running, inputs, targets, present, moment.step, settings, shape)
    updates = clipped_updates(
        result.gradients, moment.moments, moment.packed, moment.learning_rate, settings, shape
    ).added
    rows = jnp.concatenate([watched.examples, watched.test, watched.grid])
    logits, z, a = evaluate_logits(unpack(moment.packed, shape), moment.running, rows, settings, shape, keep=keep)
    outputs = output_values(logits, settings)
    examples, tested = watched.examples.shape[0], watched.examples.shape[0] + watched.test.shape[0]
    y = output_values(result.logits, settings)
    hidden_bins = _hidden_bins(result, edges, present, shape) if shape.depth else None
    frame = {
        "weights": _cut(unpack(moment.packed, shape), keep),
        "gradients": _cut(unpack(result.gradients, shape), keep),
        "updates": _cut(unpack(updates, shape), keep),
        "logits": logits[:examples],
        "output": outputs[:examples],
        "test_output": outputs[examples:tested],
        "grid_output": outputs[tested:],
        "output_bins": (
            _bin(y, edges.activation_low[-1], edges.activation_width[-1], present),
            _gradient_bin(result.logits_gradient, edges, present),
        ),
        "hidden_bins": hidden_bins,
        "passes": example_passes(result, inputs, targets, present, settings, shape, keep),
    }
    if z is not None and a is not None:
        limit = float(jnp.finfo(jnp.float16).max)
        frame["pre_activation"] = z[:, :examples]
        frame["activation"] = a[:, :examples]
        frame["grid_activation"] = jnp.clip(a[:, tested:], -limit, limit).astype(jnp.float16)
    return frame


def _cut(weights: Weights, keep: int) -> Weights:
    def cut(array, axes):
        return None if array is None else array[(..., *(slice(0, keep) for _ in range(axes)))]

    return Weights(
        cut(weights.first, 2),
        cut(weights.stack, 2),
        cut(weights.last, 2),
        cut(weights.bias, 1),
        cut(weights.last_bias, 1),
        None,
        None,
        None,
    )


def _stacked(result, shape: Shape):
    """Return activations and pre-activation gradients of the hidden layers: (depth, batch, width)."""
    columns = (
        [trace.activation for trace in result.traces],
        [offset.pre_activation for offset in result.hidden_gradients],
    )
    return [stack_layers(column, shape) for column in columns]


def _hidden_bins(result, edges: Edges, present, shape: Shape):
    activation, gradient = _stacked(result, shape)
    low, width = edges.activation_low[:-1, None, None], edges.activation_width[:-1, None, None]
    return _bin(activation, low, width, present[None]), _gradient_bin(gradient, edges, present[None])


def _bin(values, low, width, present):
    """Return the bin of each value as uint8: 0 … BINS − 1; BINS where it is not finite or its row does not exist."""
    index = jnp.clip(jnp.floor((values - low) / width), 0, BINS - 1)
    return jnp.where(jnp.isfinite(values) & (present[..., None] > 0), index, BINS).astype(jnp.uint8)


def _gradient_bin(gradient, edges: Edges, present):
    """Return the bin of log10 |gradient|; BINS + 1 for exact zeros."""
    index = _bin(jnp.log10(jnp.abs(gradient)), edges.gradient_low, edges.gradient_width, present)
    return jnp.where((gradient == 0) & (present[..., None] > 0), BINS + 1, index).astype(jnp.uint8)


@Programs
def finite_parts(moment: Moment, data: Data, settings: Settings, *, shape: Shape):
    """Return, layer by layer, what of one step is finite: a dictionary of (depth + 1,) booleans, and of the loss."""
    inputs, targets, present = gather(data, moment.indices)
    result = forward_backward(moment.packed, moment.running, inputs, targets, present, moment.step, settings, shape)
    updates = clipped_updates(
        result.gradients, moment.moments, moment.packed, moment.learning_rate, settings, shape
    ).added
    new = jax.tree.map(jnp.add, moment.packed, updates)
    rows = present[:, None] > 0
    exists = rows & settings.output_mask[None, :]

    def whole(array, mask):
        return jnp.all(jnp.isfinite(jnp.where(mask, array, 0.0)))[None]

    y = output_values(result.logits, settings)
    parts = {
        "pre_activation": [whole(result.logits, exists)],
        "activation": [whole(y, exists)],
        "gradient": [whole(result.logits_gradient, exists)],
    }
    if shape.depth:
        columns = {
            "pre_activation": [trace.pre_activation for trace in result.traces],
            "activation": [trace.activation for trace in result.traces],
            "gradient": [offset.pre_activation for offset in result.hidden_gradients],
        }
        mask = rows[None] & settings.layers.mask[:, None, :]
        for name, column in columns.items():
            stack = stack_layers(column, shape)
            parts[name].insert(0, jnp.all(jnp.isfinite(jnp.where(mask, stack, 0.0)), axis=(1, 2)))

    def per_layer(weights: Weights):
        finite = [jnp.all(jnp.isfinite(weights.last))[None] & jnp.all(jnp.isfinite(weights.last_bias))]
        if weights.first is not None:
            stack = jnp.all(jnp.isfinite(weights.stack), axis=(1, 2))
            matrices = jnp.concatenate([jnp.all(jnp.isfinite(weights.first))[None], stack])
            finite.insert(0, matrices & jnp.all(jnp.isfinite(weights.bias), axis=1))
        return jnp.concatenate(finite)

    parts = {name: jnp.concatenate(part) for name, part in parts.items()}
    parts["gradient"] = parts["gradient"] & per_layer(unpack(result.gradients, shape))
    parts["weight"] = per_layer(unpack(new, shape))
    return parts, jnp.isfinite(result.loss)
