"""The masks of dropout at any steps of a run, drawn again from the run's own random keys."""

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Bool, Int

from simulator.core.engine.dropout import dropout_keys, let_through
from simulator.core.engine.job import Job
from simulator.core.engine.passes import NUM_PASSES
from simulator.core.engine.programs import Programs
from simulator.core.engine.settings import Settings
from simulator.core.engine.shapes import Shape

_STEPS = 64
"""Drawn in one call."""


def dropout_masks(job: Job, steps: Int[np.ndarray, " steps"]) -> tuple[Bool[np.ndarray, "steps examples units"], ...]:
    """Return which units dropout lets through, of each hidden layer; the others are out at that step.

    Nothing but the seed and the step decides: these are the masks of training, to the last bit.

    Args:
      job: of the run.
      steps: updates made before.

    Returns:
      An array a hidden layer, of the first examples of the mini-batch.
    """
    padded = np.resize(np.asarray(steps, np.int32), -(-len(steps) // _STEPS) * _STEPS)
    parts = [
        np.asarray(_masks(padded[start : start + _STEPS], job.settings, shape=job.shape))
        for start in range(0, len(padded), _STEPS)
    ]
    masks = np.concatenate(parts)[: len(steps)]
    return tuple(masks[:, layer, :, :width] for layer, width in enumerate(job.network.layer_sizes[1:-1]))


@Programs
def _masks(steps, settings: Settings, *, shape: Shape):
    def at(step):
        keys, size = dropout_keys(settings.dropout_seed, step, shape.depth), (shape.batch, shape.width)
        drawn = [let_through(keys[layer], settings.layers.dropout[layer], size) for layer in range(shape.depth)]
        return jnp.stack(drawn)[:, :NUM_PASSES]

    return lax.map(at, steps)
