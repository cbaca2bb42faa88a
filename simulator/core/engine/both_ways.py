"""A step's mini-batch in training and in use: batch normalization by its own statistics, and by running averages."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Float, Int

from simulator.core.engine.dropout import dropout_keys
from simulator.core.engine.execution import Execution
from simulator.core.engine.frames import moment_at
from simulator.core.engine.inspection import Moment
from simulator.core.engine.layers import hidden_layers, run_hidden, stack_layers
from simulator.core.engine.outputs import is_correct, loss_and_gradient, loss_scale
from simulator.core.engine.program import Data, evaluate_rows, gather
from simulator.core.engine.programs import Programs
from simulator.core.engine.settings import Settings
from simulator.core.engine.shapes import Shape
from simulator.core.engine.weights import unpack

_STEPS = 16
"""Looked at in one call."""


class BothWays(NamedTuple):
    """The mini-batches of some steps; losses are without penalty, rows that a mini-batch lacks are NaN."""

    pre_activation: tuple[Float[np.ndarray, "steps batch units"], ...]  # z = xW + b of each hidden layer, in training
    training_loss: Float[np.ndarray, " steps"]
    use_loss: Float[np.ndarray, " steps"]
    training_accuracy: Float[np.ndarray, " steps"]
    use_accuracy: Float[np.ndarray, " steps"]


def both_ways(execution: Execution, steps: Int[np.ndarray, " steps"]) -> BothWays:
    """Run the mini-batches of some steps forward, as training did and as the finished network would.

    Args:
      execution: of a run with hidden layers.
      steps: updates made before.
    """
    job = execution.job
    moments = [moment_at(execution, int(step)) for step in steps]
    parts = []
    for start in range(0, len(moments), _STEPS):
        group = moments[start : start + _STEPS]
        stacked = jax.tree.map(lambda *leaves: np.stack(leaves), *group, *[group[-1]] * (_STEPS - len(group)))
        found = jax.tree.map(np.asarray, _look(stacked, job.data, job.settings, shape=job.shape))
        parts.append([part[: len(group)] for part in found])
    z, *measured = (np.concatenate(part) for part in zip(*parts, strict=True))
    there = np.stack([moment.indices >= 0 for moment in moments])
    z = np.where(there[:, None, :, None], z, np.nan)[:, :, there.any(axis=0)]
    widths = job.network.layer_sizes[1:-1]
    return BothWays(tuple(z[:, layer, :, :width] for layer, width in enumerate(widths)), *measured)


@Programs
def _look(moments: Moment, data: Data, settings: Settings, *, shape: Shape):
    def at(moment: Moment):
        inputs, targets, present = gather(data, moment.indices)
        weights = unpack(moment.packed, shape)
        hidden, keys = hidden_layers(weights, shape), dropout_keys(settings.dropout_seed, moment.step, shape.depth)
        value, traces, _ = run_hidden(hidden, inputs, moment.running, keys, None, present, settings, shape)
        logits = value @ weights.last + weights.last_bias[None, :]
        loss, _ = loss_and_gradient(logits, targets, present, settings)
        right = jnp.sum(is_correct(logits, targets, settings) * present)
        used, used_right = evaluate_rows(weights, moment.running, inputs, targets, present, settings, shape)
        count = jnp.sum(present)
        z = stack_layers([trace.pre_activation for trace in traces], shape)
        return z, loss, used * loss_scale(count, settings), right / count, used_right / count

    return lax.map(at, moments)
