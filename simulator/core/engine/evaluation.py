"""Outputs, loss and accuracy of a trained network on any rows."""

from typing import NamedTuple

import numpy as np

from simulator.core.engine.execution import Execution
from simulator.core.engine.program import evaluate_block

BLOCK = 512
"""Rows evaluated at a time, so that no number of rows compiles."""


class Evaluation(NamedTuple):
    """Of a set of rows."""

    outputs: np.ndarray  # (rows, outputs)
    loss: float  # without penalty
    accuracy: float


def evaluate(execution: Execution, step: int, inputs: np.ndarray, targets: np.ndarray) -> Evaluation:
    """Evaluate the parameters of one step.

    Args:
      execution: of a run.
      step: whose parameters.
      inputs: (rows, features), scaled.
      targets: (rows, outputs), encoded.
    """
    job, state = execution.job, execution.state_at(step)
    rows, num_outputs = len(inputs), targets.shape[1]
    outputs, loss, correct = np.zeros((rows, num_outputs), np.float32), 0.0, 0.0
    for start in range(0, rows, BLOCK):
        size = min(BLOCK, rows - start)
        x = np.zeros((BLOCK, job.shape.inputs), np.float32)
        t = np.zeros((BLOCK, job.shape.outputs), np.float32)
        x[:size, : inputs.shape[1]] = inputs[start : start + size]
        t[:size, :num_outputs] = targets[start : start + size]
        present = (np.arange(BLOCK) < size).astype(np.float32)
        y, block_loss, block_correct = evaluate_block(
            state.packed, state.running, x, t, present, job.settings, shape=job.shape
        )
        outputs[start : start + size] = np.asarray(y)[:size, :num_outputs]
        loss, correct = loss + float(block_loss), correct + float(block_correct)
    count = max(rows, 1)
    scale = float(job.settings.loss_scale) * (1.0 / count if bool(job.settings.loss_per_example) else 1.0)
    return Evaluation(outputs, loss * scale, correct / count)
