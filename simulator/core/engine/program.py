"""The compiled training loop: steps, records, evaluation and early stopping in one program.

The loop's program depends on a ``Shape`` alone. It is called in chunks; a chunk's end is where the host may look,
keep a snapshot, report progress or stop. The numbers do not depend on where chunks end.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from simulator.core.engine.dropout import dropout_keys
from simulator.core.engine.layers import (
    Trace,
    evaluate_logits,
    hidden_layers,
    join_layers,
    run_hidden,
    zero_offsets,
)
from simulator.core.engine.outputs import (
    example_losses,
    is_correct,
    loss_and_gradient,
    loss_scale,
    output_trace,
    output_values,
)
from simulator.core.engine.programs import Programs
from simulator.core.engine.settings import Settings, optimizer_names
from simulator.core.engine.shapes import EVALUATION_BLOCK, Shape
from simulator.core.engine.statistics import Observed, gradient_norm, layer_statistics
from simulator.core.engine.updates import Moments, add_penalty_gradient, clipped_updates, penalty_if_any
from simulator.core.engine.weights import Running, pack, unpack

ROWS = 2048
"""Rows of the record buffer that one chunk may fill."""


class Data(NamedTuple):
    """Rows of the training and of the validation set, padded with zeros."""

    inputs: Any  # (rows, inputs)
    targets: Any  # (rows, outputs)
    validation_inputs: Any  # (validation_rows, inputs)
    validation_targets: Any  # (validation_rows, outputs)
    num_validation: Any  # ()


class Plan(NamedTuple):
    """Which rows and which learning rate each of the coming steps uses."""

    first_step: Any  # () the step of the first entry
    indices: Any  # (steps · batch,) int32 rows, −1 for none
    learning_rates: Any  # (steps,)


class Carry(NamedTuple):
    """Everything that goes from one step to the next."""

    step: Any
    packed: Any  # weights, as ``pack`` makes them
    running: Running | None
    moments: Moments
    best_loss: Any  # smallest validation loss so far
    best_step: Any
    stopped: Any  # bool: patience is over
    nonfinite_step: Any  # first step whose loss or new biases are not finite; −1: none


class Step(NamedTuple):
    """One step's forward and backward pass."""

    loss: Any  # of the data, without penalty
    logits: Any
    logits_gradient: Any
    traces: tuple[Trace, ...]
    hidden_gradients: tuple[Any, ...]
    gradients: Any  # packed, of the loss with its penalty
    running: Running | None


def forward_backward(packed, running, inputs, targets, present, step, settings: Settings, shape: Shape) -> Step:
    """Run one mini-batch forward and backward; gradients by automatic differentiation."""
    weights = unpack(packed, shape, stacked=False)
    hidden = hidden_layers(weights, shape)
    offsets = zero_offsets(shape) if shape.depth else ()
    keys = None
    if shape.extras and shape.depth:
        keys = dropout_keys(settings.dropout_seed, step, shape.depth)

    def network(hidden, last, last_bias, offsets):
        value, traces, statistics = inputs, (), running
        if shape.depth:
            value, traces, statistics = run_hidden(hidden, inputs, running, keys, offsets, present, settings, shape)
        return value @ last + last_bias[None, :], (traces, statistics)

    logits, pull_back, (traces, statistics) = jax.vjp(
        network, hidden, weights.last, weights.last_bias, offsets, has_aux=True
    )
    loss, logits_gradient = loss_and_gradient(logits, targets, present, settings)
    hidden_gradient, last, last_bias, offset_gradients = pull_back(logits_gradient)
    gradients = pack(join_layers(hidden_gradient, last, last_bias, shape), shape)
    gradients = add_penalty_gradient(gradients, packed, settings, shape)
    return Step(loss, logits, logits_gradient, traces, offset_gradients, gradients, statistics)


def gather(data: Data, indices):
    """Return inputs, targets and presence of the rows of a batch; where a row is missing, the batch's first again."""
    present = (indices >= 0).astype(jnp.float32)
    rows = jnp.where(indices >= 0, indices, indices[0])
    return data.inputs[rows], data.targets[rows], present


def evaluate_rows(weights, running, inputs, targets, present, settings: Settings, shape: Shape):
    """Return the unscaled loss and the number of right answers, summed over rows, in evaluation mode."""
    logits, _, _ = evaluate_logits(weights, running, inputs, settings, shape)
    losses = example_losses(logits, targets, settings)
    return jnp.sum(losses * present), jnp.sum(is_correct(logits, targets, settings) * present)


def _validate(carry: Carry, data: Data, settings: Settings, shape: Shape):
    size = min(EVALUATION_BLOCK, shape.validation_rows)

    def block(index):
        start = index * size
        inputs = lax.dynamic_slice_in_dim(data.validation_inputs, start, size)
        targets = lax.dynamic_slice_in_dim(data.validation_targets, start, size)
        present = (start + jnp.arange(size) < data.num_validation).astype(jnp.float32)
        return evaluate_rows(unpack(carry.packed, shape), carry.running, inputs, targets, present, settings, shape)

    def add(index, sums):
        loss, correct = block(index)
        return sums[0] + loss, sums[1] + correct

    blocks = (data.num_validation + size - 1) // size
    loss, correct = lax.fori_loop(0, blocks, add, (jnp.float32(0.0), jnp.float32(0.0)))
    count = data.num_validation.astype(jnp.float32)
    return loss * loss_scale(count, settings), correct / count


def training_step(carry: Carry, data: Data, plan: Plan, settings: Settings, shape: Shape):
    """Return the next carry, whether this step is recorded, and its row."""
    step = carry.step
    offset = step - plan.first_step
    indices = lax.dynamic_slice_in_dim(plan.indices, offset * shape.batch, shape.batch)
    learning_rate = plan.learning_rates[offset]
    inputs, targets, present = gather(data, indices)

    last = step >= settings.num_steps
    on_row = (step % settings.record_every == 0) | last
    epoch_end = settings.evaluate_epochs & (step % settings.steps_per_epoch == 0)
    row_number = step // settings.record_every
    chosen = on_row & ((row_number % jnp.maximum(settings.evaluate_every, 1) == 0) | last)
    evaluated = (data.num_validation > 0) & (epoch_end | ((settings.evaluate_every > 0) & chosen))
    missing = (jnp.float32(jnp.nan), jnp.float32(jnp.nan))
    validation_loss, validation_accuracy = lax.cond(
        evaluated, lambda: _validate(carry, data, settings, shape), lambda: missing
    )
    better = epoch_end & (validation_loss < carry.best_loss)
    best_loss = jnp.where(better, validation_loss, carry.best_loss)
    best_step = jnp.where(better, step, carry.best_step)
    waited = (step - best_step) // settings.steps_per_epoch
    stopped = carry.stopped | (epoch_end & (settings.patience > 0) & (waited >= settings.patience))
    recorded = on_row | stopped

    result = forward_backward(carry.packed, carry.running, inputs, targets, present, step, settings, shape)
    updates, moments, factor = clipped_updates(
        result.gradients, carry.moments, carry.packed, learning_rate, settings, shape
    )

    def row():
        output, derivative, output_gradient = output_trace(result.logits, targets, present, settings)
        observed = Observed(
            result.traces,
            result.hidden_gradients,
            output,
            derivative,
            result.logits_gradient,
            output_gradient,
            unpack(carry.packed, shape, stacked=False),
            unpack(result.gradients, shape, stacked=False),
            unpack(updates, shape, stacked=False),
            learning_rate * factor if optimizer_names(shape.slots) == ("sgd",) else None,
        )
        layers = layer_statistics(observed, present, settings, shape)
        penalty = penalty_if_any(carry.packed, settings, shape)
        accuracy = jnp.sum(is_correct(result.logits, targets, settings) * present) / jnp.sum(present)
        scalars = jnp.stack(
            [
                result.loss + penalty,
                penalty,
                accuracy,
                validation_loss,
                validation_accuracy,
                evaluated.astype(jnp.float32),
                learning_rate,
                gradient_norm(observed, layers),
            ]
        )
        return jnp.concatenate([scalars, layers.reshape(-1)])

    length = jax.eval_shape(row).shape
    numbers = lax.cond(recorded, row, lambda: jnp.zeros(length, jnp.float32))
    # The row first, then the update: otherwise the old weights would have to be copied.
    old, updates, numbers = lax.optimization_barrier((carry.packed, updates, numbers))
    packed = jax.tree.map(jnp.add, old, updates)
    biases = unpack(packed, shape)
    witness = result.loss + jnp.sum(biases.last_bias)
    if shape.depth:
        witness = witness + jnp.sum(biases.bias)
    first_bad = (carry.nonfinite_step < 0) & ~jnp.isfinite(witness)
    nonfinite_step = jnp.where(first_bad, step, carry.nonfinite_step)
    new = Carry(step + 1, packed, result.running, moments, best_loss, best_step, stopped, nonfinite_step)
    return new, recorded, numbers


@Programs
def evaluate_block(packed, running, inputs, targets, present, settings: Settings, *, shape: Shape):
    """Return the outputs of a block of rows, and their loss (unscaled) and right answers, summed."""
    logits, _, _ = evaluate_logits(unpack(packed, shape), running, inputs, settings, shape)
    losses = example_losses(logits, targets, settings)
    correct = is_correct(logits, targets, settings)
    return output_values(logits, settings), jnp.sum(losses * present), jnp.sum(correct * present)
