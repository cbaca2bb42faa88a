"""Penalties, clipping and the optimizer's step; optax does the optimizing, inside the program."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

from simulator.core.engine.settings import Settings, optimizer_names
from simulator.core.engine.shapes import Shape
from simulator.core.engine.weights import num_matrix_entries
from simulator.core.optimizers import optimizer

_FIRST = ("trace", "mu")
_SECOND = ("nu", "sum_of_squares")


class Moments(NamedTuple):
    """What any of the optimizers remembers; with one slot, ``first`` and ``second`` share it."""

    count: Any  # () int32: updates made
    slots: tuple[Any, ...]  # trees like the weights


def zero_moments(weights, shape: Shape) -> Moments:
    """Return the state every optimizer starts with: zeros, in NumPy, so that no size compiles."""
    number = 2 if shape.slots is None else shape.slots
    return Moments(np.int32(0), tuple(jax.tree.map(np.zeros_like, weights) for _ in range(number)))


def penalty_value(packed, settings: Settings, shape: Shape):
    """Return l1·Σ|w| + l2·Σw² over the weights, without the biases."""
    if shape.flat:
        matrices = [packed[: num_matrix_entries(shape)]]
    else:
        matrices = jax.tree.leaves((packed.first, packed.stack, packed.last))
    # Not jnp.abs, whose derivative at 0 is 1: padding and weights that are 0 would be pushed away from it.
    absolute = sum(jnp.sum(jnp.sign(matrix) * matrix) for matrix in matrices)
    squares = sum(jnp.sum(matrix * matrix) for matrix in matrices)
    # Not 0 times the sum: that is NaN once a weight is infinite.
    return jnp.where(settings.l1 > 0, settings.l1 * absolute, 0.0) + jnp.where(
        settings.l2 > 0, settings.l2 * squares, 0.0
    )


def penalty_if_any(packed, settings: Settings, shape: Shape):
    """Return ``penalty_value``, without computing it where there is no penalty."""
    return lax.cond(
        (settings.l1 > 0) | (settings.l2 > 0),
        lambda: penalty_value(packed, settings, shape),
        lambda: jnp.float32(0.0),
    )


def add_penalty_gradient(gradients, packed, settings: Settings, shape: Shape):
    """Return the gradients of the loss with its penalty; |w| has gradient 0 at 0."""
    penalty = jax.grad(penalty_value)(packed, settings, shape)
    return jax.tree.map(jnp.add, gradients, penalty)


def total_norm(packed):
    """Return the Euclidean norm of all gradients together."""
    return jnp.sqrt(sum(jnp.vdot(leaf, leaf) for leaf in jax.tree.leaves(packed)))


def clip_factor(grad_norm, settings: Settings):
    """Return what the gradients are multiplied by so that their norm is at most ``clip_norm``."""
    return jnp.where(grad_norm > settings.clip_norm, settings.clip_norm / grad_norm, 1.0)


class Updates(NamedTuple):
    """What one step does to the weights."""

    added: Any  # packed, as the weights
    moments: Moments  # the optimizer's new state
    factor: Any  # () what the gradients were multiplied by to clip them


def clipped_updates(gradients, moments: Moments, weights, learning_rate, settings: Settings, shape: Shape) -> Updates:
    """Return one step with clipped gradients; the arguments are those of ``optimizer_updates``."""
    norm = lax.cond(jnp.isfinite(settings.clip_norm), lambda: total_norm(gradients), lambda: jnp.float32(0.0))
    factor = clip_factor(norm, settings)
    clipped = jax.tree.map(lambda gradient: gradient * factor, gradients)
    added, moments = optimizer_updates(clipped, moments, weights, learning_rate, settings, shape)
    return Updates(added, moments, factor)


def optimizer_updates(gradients, moments: Moments, weights, learning_rate, settings: Settings, shape: Shape):
    """Return what is added to the weights, and the optimizer's new state.

    Args:
      gradients: packed, already clipped.
      moments: the optimizer's state.
      weights: the packed parameters.
      learning_rate: of this step.
      settings, shape: of the program.
    """

    def branch(name):
        def run(gradients, moments, weights):
            transformation = optimizer(
                name,
                learning_rate=learning_rate,
                momentum=settings.momentum,
                decay=settings.decay,
                beta1=settings.beta1,
                beta2=settings.beta2,
                epsilon=settings.epsilon,
                weight_decay=settings.weight_decay,
            )
            state = _to_optax(transformation.init(weights), moments)
            updates, state = transformation.update(gradients, state, weights)
            return updates, _from_optax(state, moments)

        return run

    branches = [branch(name) for name in optimizer_names(shape.slots)]
    if len(branches) == 1:
        return branches[0](gradients, moments, weights)
    return lax.switch(settings.optimizer, branches, gradients, moments, weights)


def _fields(state):
    """Return which of optax's fields this state has, and the slot each one lives in."""
    names = [name for name in (*_FIRST, *_SECOND) if optax.tree_utils.tree_get(state, name) is not None]
    return {name: 1 if name in _SECOND and len(names) == 2 else 0 for name in names}


def _to_optax(state, moments: Moments):
    values = {name: moments.slots[slot] for name, slot in _fields(state).items()}
    if "mu" in values:
        values["count"] = moments.count
    return optax.tree_utils.tree_set(state, **values) if values else state


def _from_optax(state, moments: Moments) -> Moments:
    slots = list(moments.slots)
    for name, slot in _fields(state).items():
        slots[slot] = optax.tree_utils.tree_get(state, name)
    return Moments(moments.count + 1, tuple(slots))
