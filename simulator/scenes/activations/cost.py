"""What an activation function costs on this machine: the time for a million numbers, forward and derivative."""

import time
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.network import ACTIVATIONS

NUM_VALUES = 1_000_000
REPEATS = 15


class Cost(NamedTuple):
    """Measured times; ratios are to ReLU's."""

    name: str
    seconds: float  # fastest of REPEATS: function and derivative of NUM_VALUES float32 numbers
    ratio: float


def measure_costs(num_values: int = NUM_VALUES, repeats: int = REPEATS) -> tuple[Cost, ...]:
    """Time every activation function with its derivative, compiled, on this machine.

    Each is summed up, so that reading and writing memory weighs little against the arithmetic.
    """
    values = jnp.asarray(np.linspace(-4.0, 4.0, num_values, dtype=np.float32))
    seconds = {}
    for name in ACTIVATIONS:
        entry = ACTIVATIONS_TABLE[name]
        # The functions of a table are compiled once for each call here: nothing else asks for this shape.
        work = jax.jit(lambda z, entry=entry: jnp.sum(entry.function(z)) + jnp.sum(entry.derivative(z)))
        work(values).block_until_ready()
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            work(values).block_until_ready()
            times.append(time.perf_counter() - start)
        seconds[name] = min(times)
    return tuple(Cost(name, spent, spent / seconds["relu"]) for name, spent in seconds.items())
