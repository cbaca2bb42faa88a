"""The compiled loop of a map: the engine's own step for many networks side by side, without the records."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from simulator.core.engine.chunk import compiler_options
from simulator.core.engine.program import Data, forward_backward, gather
from simulator.core.engine.programs import Programs
from simulator.core.engine.settings import Settings
from simulator.core.engine.shapes import Shape
from simulator.core.engine.updates import Moments, clipped_updates, penalty_if_any


class Start(NamedTuple):
    """The state of all networks before the first step, along a first axis; what they share has none."""

    packed: Any
    running: Any  # shared; ``None`` in a program without extras
    moments: Moments  # shared


class Outcome(NamedTuple):
    """What became of each network: (networks,) each."""

    start_loss: Any  # at the first step, with the penalty
    final_loss: Any  # mean of the last ``window`` steps
    last_below: Any  # last step whose loss was below that of the first one; 0: none


class Steps(NamedTuple):
    """What happens in each step; there is room for more steps than are made, so that few numbers of steps compile."""

    rates: Any  # (room, networks) learning rates
    indices: Any  # (room, batch) rows, the same for all networks
    count: Any  # () that are made
    window: Any  # () how many of the last ones make the final loss


def _train(start: Start, steps: Steps, varied, data: Data, settings: Settings, *, shape: Shape) -> Outcome:
    """Train networks side by side.

    Args:
      start: where they begin.
      steps: what is done.
      varied: fields of the settings in which the networks differ, along a first axis.
      data: the examples, the same for all.
      settings: of all networks; a choice between branches that all share stays a choice.
      shape: static sizes.
    """

    def network(packed, varied, rates):
        own = settings._replace(**varied)

        def step(number, carry):
            packed, running, moments, first, total, last_below = carry
            inputs, targets, present = gather(data, steps.indices[number])
            result = forward_backward(packed, running, inputs, targets, present, number, own, shape)
            updates, moments, _ = clipped_updates(result.gradients, moments, packed, rates[number], own, shape)
            loss = result.loss + penalty_if_any(packed, own, shape)
            first = jnp.where(number == 0, loss, first)
            total = total + jnp.where(number >= steps.count - steps.window, loss, 0.0)
            last_below = jnp.where(loss < first, number, last_below)
            packed = jax.tree.map(jnp.add, packed, updates)
            return packed, result.running, moments, first, total, last_below

        zero = jnp.float32(0.0)
        carry = (packed, start.running, start.moments, zero, zero, jnp.int32(0))
        _, _, _, first, total, last_below = lax.fori_loop(0, steps.count, step, carry)
        return Outcome(first, total / steps.window, last_below)

    return jax.vmap(network, in_axes=(0, 0, 1))(start.packed, varied, steps.rates)


train_side_by_side = Programs(_train, lambda shape: {"compiler_options": compiler_options(shape)})
