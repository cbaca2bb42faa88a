"""The end of the forward pass and the start of the backward pass: outputs, loss, accuracy."""

import jax
import jax.numpy as jnp
from jax import lax

from simulator.core.engine.layers import SMALLEST_PROBABILITY
from simulator.core.engine.settings import Settings

_ABSENT = -1e30
"""Logit of an output that does not exist: softmax gives it 0."""


def loss_and_gradient(logits, targets, present, settings: Settings):
    """Return a batch's loss, and its gradient with respect to the logits.

    Args:
      logits: (batch, outputs).
      targets: (batch, outputs).
      present: (batch,) 1 for rows that exist.
      settings: traced values.

    Returns:
      The loss, a scalar, and (batch, outputs).
    """
    scale = loss_scale(jnp.sum(present), settings)

    def branch(kind):
        def total(z):
            return jnp.sum(_example_losses(kind, z, targets, settings) * present)

        return lambda z: jax.value_and_grad(total)(z)

    value, gradient = lax.switch(settings.output_kind, [branch(kind) for kind in range(6)], logits)
    return value * scale, gradient * scale


def loss_scale(count, settings: Settings):
    """Return what the sum over ``count`` examples is multiplied by."""
    return settings.loss_scale * jnp.where(settings.loss_per_example, 1.0 / jnp.maximum(count, 1.0), 1.0)


def example_losses(logits, targets, settings: Settings):
    """Return the loss of each row before scaling: (rows,)."""
    branches = [lambda z, kind=kind: _example_losses(kind, z, targets, settings) for kind in range(6)]
    return lax.switch(settings.output_kind, branches, logits)


def _example_losses(kind: int, z, targets, settings: Settings):
    # Outputs first, rows last: sums over a few outputs then use vector instructions.
    z, targets, exists = z.T, targets.T, settings.output_mask[:, None]
    if kind == 0:
        z = jnp.where(exists, z, _ABSENT)
        largest = lax.stop_gradient(jnp.max(z, axis=0))
        largest = jnp.where(jnp.isfinite(largest), largest, 0.0)
        log_total = jnp.log(jnp.sum(jnp.exp(z - largest[None, :]), axis=0)) + largest
        return jnp.sum(targets, axis=0) * log_total - jnp.sum(jnp.where(exists, targets * z, 0.0), axis=0)
    if kind == 1:
        return jnp.sum(jnp.where(exists, jax.nn.softplus(z) - targets * z, 0.0), axis=0)
    return jnp.sum(jnp.where(exists, _outputs(kind, z, exists) - targets, 0.0) ** 2, axis=0)


def _outputs(kind: int, z, exists):
    """Return y, outputs first: (outputs, rows)."""
    if kind in (0, 2):
        return jax.nn.softmax(jnp.where(exists, z, _ABSENT), axis=0)
    if kind in (1, 4):
        return jnp.where(exists, jax.nn.sigmoid(z), 0.0)
    return jnp.where(exists, jnp.tanh(z) if kind == 5 else z, 0.0)


def output_values(logits, settings: Settings):
    """Return the outputs y: (rows, outputs), 0 where there is none."""
    exists = settings.output_mask[:, None]
    branches = [lambda z, kind=kind: _outputs(kind, z.T, exists).T for kind in range(6)]
    return lax.switch(settings.output_kind, branches, logits)


def output_trace(logits, targets, present, settings: Settings):
    """Return y, its derivative with respect to its own logit, and ∂L/∂y: (batch, outputs) each."""
    scale = loss_scale(jnp.sum(present), settings)

    def branch(kind):
        def values(z):
            y = _outputs(kind, z.T, settings.output_mask[:, None]).T
            derivative = jnp.ones_like(y) if kind == 3 else 1.0 - y * y if kind == 5 else y * (1.0 - y)
            if kind == 0:
                gradient = -targets / jnp.maximum(y, SMALLEST_PROBABILITY)
            elif kind == 1:
                gradient = (1.0 - targets) / jnp.maximum(1.0 - y, SMALLEST_PROBABILITY)
                gradient = gradient - targets / jnp.maximum(y, SMALLEST_PROBABILITY)
            else:
                gradient = 2.0 * (y - targets)
            return y, derivative, jnp.where(settings.output_mask[None, :], gradient, 0.0)

        return values

    y, derivative, gradient = lax.switch(settings.output_kind, [branch(kind) for kind in range(6)], logits)
    return y, derivative, gradient * present[:, None] * scale


def is_correct(logits, targets, settings: Settings):
    """Return 1 for each row whose class is right: (rows,); the first of equal largest outputs is the answer."""
    single = jnp.sum(settings.output_mask) == 1
    column = jnp.arange(logits.shape[1], dtype=jnp.int32)[:, None]

    def by_class():
        values = jnp.where(settings.output_mask[:, None], logits.T, -jnp.inf)
        largest = jnp.max(values, axis=0, keepdims=True)
        answer = jnp.min(jnp.where(values == largest, column, logits.shape[1]), axis=0)
        return jnp.any((column == answer[None, :]) & (targets.T > 0.5), axis=0)

    def by_threshold():
        y = output_values(logits, settings)[:, 0]
        return ((y > settings.threshold) == (targets[:, 0] > settings.threshold)) & jnp.isfinite(y)

    return lax.cond(single, by_threshold, by_class).astype(jnp.float32)
