"""The loop around the training step, compiled: a chunk of a run at a time."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from simulator.core.engine.program import ROWS, Carry, Data, Plan, training_step
from simulator.core.engine.programs import Programs
from simulator.core.engine.settings import Settings
from simulator.core.engine.shapes import Shape
from simulator.core.engine.weights import weight_shapes

MAX_SEGMENTS = 32
"""States that one chunk of a small network keeps: entering the program takes longer than a dozen of its steps."""
KEPT_NUMBERS = 2**19
"""Room for them, in float32."""


def _chunk(carry: Carry, rows, count, data: Data, plan: Plan, settings: Settings, stops, *, shape: Shape):
    """Train up to the last of ``stops`` (or until patience is over) and fill the record buffer.

    Args:
      carry: where to go on.
      rows: (ROWS + 1, row length) buffer; the last row takes what is not recorded.
      count: rows filled so far.
      data: the examples.
      plan: indices and rates of at least the steps up to the last stop.
      settings: traced values.
      stops: (segments,) int32, not decreasing: steps at which the state is kept; the last is not made.
      shape: static sizes.

    Returns:
      The carry, the buffer, how many of its rows are filled now, and the states at ``stops`` along a first axis
      (``None`` for a large network, whose only one is the carry).
    """

    def body(state):
        carry, rows, count = state
        carry, recorded, numbers = training_step(carry, data, plan, settings, shape)
        rows = lax.dynamic_update_slice_in_dim(rows, numbers[None], jnp.where(recorded, count, ROWS), 0)
        return carry, rows, count + recorded.astype(jnp.int32)

    def train_to(stop, state):
        return lax.while_loop(lambda state: (state[0].step < stop) & ~state[0].stopped, body, state)

    if not shape.flat:
        return *train_to(stops[-1], (carry, rows, count)), None

    def segment(index, state):
        *state, kept = state
        carry, rows, count = train_to(stops[index], tuple(state))
        kept = jax.tree.map(lambda all, one: lax.dynamic_update_index_in_dim(all, one, index, 0), kept, carry)
        return carry, rows, count, kept

    kept = jax.tree.map(lambda leaf: jnp.zeros((len(stops), *leaf.shape), leaf.dtype), carry)
    return lax.fori_loop(0, len(stops), segment, (carry, rows, count, kept))


def compiler_options(shape: Shape) -> dict[str, Any] | None:
    """Return the compiler's options for small and for large networks.

    Sums may be regrouped, which lets them use vector instructions; NaN and infinity keep their meaning. Small
    networks stay on one thread: handing their microseconds of work to others takes longer than doing it.
    """
    if jax.default_backend() != "cpu":
        return None
    return {
        "xla_cpu_enable_fast_math": True,
        "xla_cpu_fast_math_honor_nans": True,
        "xla_cpu_fast_math_honor_infs": True,
        "xla_cpu_fast_math_honor_division": True,
        "xla_cpu_fast_math_honor_functions": True,
        "xla_cpu_multi_thread_eigen": not shape.flat,
    }


def _options(shape: Shape) -> dict[str, Any]:
    # Only the state of a large network is overwritten in place: that of a small one costs little, and is a snapshot.
    return {
        "donate_argnames": ("rows",) if shape.flat else ("carry", "rows"),
        "compiler_options": compiler_options(shape),
    }


chunk_program = Programs(_chunk, _options)


def run_chunk(carry: Carry, rows, count, data: Data, plan: Plan, settings: Settings, stops, *, shape: Shape):
    """Run ``_chunk``, compiled, up to one to ``num_segments`` steps."""
    missing = num_segments(shape) - len(stops)
    stops = np.array([*stops, *[stops[-1]] * missing], np.int32)
    return chunk_program(carry, rows, count, data, plan, settings, stops, shape=shape)


def num_segments(shape: Shape) -> int:
    """Return how many states one chunk keeps."""
    if not shape.flat:
        return 1
    state = sum(math.prod(size) for size in weight_shapes(shape) if size is not None) * 3
    return max(1, min(MAX_SEGMENTS, KEPT_NUMBERS // state))
