"""What a run needs at its peak, estimated before anything is allocated."""

import math

from simulator.core.engine.shapes import Shape
from simulator.core.engine.weights import weight_shapes
from simulator.core.optimizers import STATE_SLOTS
from simulator.core.training import TrainingConfig
from simulator.errors import InputError

MAX_MEGABYTES = 4000
"""What a run may need at its peak; more would take the machine down with every reader on it."""


def needed_megabytes(shape: Shape, training: TrainingConfig) -> int:
    """Return about how much memory a run needs at its peak."""
    slots = STATE_SLOTS[training.optimizer] if shape.slots is not None else 2
    parameters = sum(math.prod(size) for size in weight_shapes(shape) if size is not None)
    # Weights, gradients, updates and one copy, the optimizer's state twice, and two snapshots of both; of every
    # layer and example, the activation, its derivative, both gradients, and as much again in passing.
    entries = parameters * (4 + 2 * slots + 2 * (1 + slots)) + shape.depth * shape.batch * shape.width * 8
    entries += shape.rows * (shape.inputs + shape.outputs)
    return round(4 * entries / 2**20)


def check_memory(shape: Shape, training: TrainingConfig) -> int:
    """Return about how much memory a run needs; raise for one that would not fit, before anything is allocated."""
    megabytes = needed_megabytes(shape, training)
    if megabytes > MAX_MEGABYTES:
        raise InputError("engine:memory", value=megabytes, maximum=MAX_MEGABYTES)
    return megabytes
