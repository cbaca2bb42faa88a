"""What a run takes, about: known before anything is computed, so that a run that would take hours is not begun."""

import math
from typing import NamedTuple

from simulator.core.batches import num_batches
from simulator.core.engine.memory import check_memory
from simulator.core.engine.shapes import Shape, shape_for
from simulator.core.engine.weights import weight_shapes
from simulator.core.network import NetworkConfig
from simulator.core.training import TrainingConfig
from simulator.errors import InputError

MAX_SECONDS = 600
"""What one run may take of one processor core."""


def seconds_per_step(shape: Shape) -> float:
    """Return about how long one core computes at one recorded step.

    Fitted to steps of 15 µs to 110 ms (2 to 100 layers, 8 to 1,024 units, batches of 1 to 16,384; all within a factor
    of two): something for a step and for each layer, for each number that goes through a layer, for each parameter,
    and eighty multiplications in a nanosecond.
    """
    parameters = sum(math.prod(size) for size in weight_shapes(shape) if size is not None)
    activations = shape.batch * shape.width * (shape.depth + 1)
    multiplications = 6.0 * parameters * shape.batch
    return 1e-6 * (5.0 + 5.0 * shape.depth + 0.007 * activations + 0.004 * parameters + multiplications / 80e3)


class Cost(NamedTuple):
    """What a run takes, about."""

    seconds: float  # without compilation
    megabytes: int  # at its peak


def estimated_cost(network: NetworkConfig, training: TrainingConfig, num_rows: int) -> Cost:
    """Return what a run takes, about, without computing anything.

    Args:
      network, training: the configuration.
      num_rows: of the data set, all parts together.

    Raises:
      InputError: when that is more than a run may take.
    """
    validation = round(num_rows * training.validation_fraction)
    rows = max(1, num_rows - validation - round(num_rows * training.test_fraction))
    batch = rows if training.batch_size is None else min(training.batch_size, rows)
    shape = shape_for(network, training, batch=batch, rows=rows, validation_rows=validation)
    seconds = check_seconds(shape, num_batches(rows, training.batch_size) * training.num_epochs)
    return Cost(seconds, check_memory(shape, training))


def check_seconds(shape: Shape, num_steps: int) -> float:
    """Return about how long that many steps take. Raises ``InputError`` when it is more than a run may take."""
    seconds = num_steps * seconds_per_step(shape)
    if seconds > MAX_SECONDS:
        minutes = {"value": f"{math.ceil(seconds / 60):,}", "maximum": MAX_SECONDS // 60}
        raise InputError("engine:too_long", **minutes)
    return seconds
