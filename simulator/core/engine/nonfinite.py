"""Where the first number that is not finite came up, found by repeating the step in which the loop noticed it."""

import numpy as np

from simulator.core.engine.execution import Execution
from simulator.core.engine.frames import moment_at
from simulator.core.engine.inspection import finite_parts

QUANTITIES = ("pre_activation", "activation")


def find_nonfinite(execution: Execution) -> tuple[int, int, str] | None:
    """Return (step, layer, quantity) of the first number that is not finite.

    The loop notices a step whose loss or biases are not finite; here that step is repeated and looked at in the order
    of computation: pre-activations and activations from the first layer on, the loss, gradients from the output layer
    back, then the new weights. Weights that only overflow are noticed one step later, so the step before is first.
    """
    if execution.nonfinite_step is None:
        return None
    for step in (execution.nonfinite_step - 1, execution.nonfinite_step):
        if step >= 0 and (found := _first_in_step(execution, step)) is not None:
            return step, *found
    return execution.nonfinite_step, execution.job.network.num_layers - 1, "loss"


def _first_in_step(execution: Execution, step: int) -> tuple[int, str] | None:
    job = execution.of_step(step).job
    parts, loss = finite_parts(moment_at(execution, step), job.data, job.settings, shape=job.shape)
    keep = [*range(job.network.num_hidden_layers), job.shape.depth]
    finite = {name: np.asarray(part)[keep] for name, part in parts.items()}
    last = len(keep) - 1
    for layer in range(last + 1):
        for quantity in QUANTITIES:
            if not finite[quantity][layer]:
                return layer, quantity
    if not bool(loss):
        return last, "loss"
    for quantity in ("gradient", "weight"):
        for layer in range(last, -1, -1):
            if not finite[quantity][layer]:
                return layer, quantity
    return None
