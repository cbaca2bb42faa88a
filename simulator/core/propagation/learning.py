"""Which layers learn: how far each layer's weights have moved, and its gradient at the steps of a training run."""

from typing import NamedTuple

import numpy as np

from simulator.core.propagation.batch import Batch
from simulator.core.propagation.signal import Signal, signals
from simulator.core.run import Run

MAX_STEPS_SHOWN = 40


class Learning(NamedTuple):
    """What a run did to each layer, at thinned steps."""

    step: np.ndarray  # (shown,) updates made
    weight_change: np.ndarray  # (shown, layers) ‖W − W at the start‖ / ‖W at the start‖; the output layer is last
    signal: Signal  # its axis of networks runs over the shown steps; the same examples at every step


def learning(run: Run, batch: Batch, num_steps: int) -> Learning:
    """Return what the first updates of a run did to each layer.

    Args:
      run: of a network with equal hidden layers.
      batch: examples whose gradient is followed: always the same, so that changes are the network's.
      num_steps: updates; fewer where the run has fewer.
    """
    last = min(num_steps, run.num_steps)
    step = np.unique(np.linspace(0, last, min(last + 1, MAX_STEPS_SHOWN)).round().astype(int))
    params = [run.params_at(int(at)) for at in step]
    start = params[0]
    change = [
        [relative_change(now.weight, before.weight) for now, before in zip(entry, start, strict=True)]
        for entry in params
    ]
    return Learning(step, np.array(change), signals(run.network, batch, params))


def relative_change(now: np.ndarray, before: np.ndarray) -> float:
    """Return ‖now − before‖ / ‖before‖; NaN where the weights were all 0 or are not finite.

    >>> relative_change(np.array([3.0, 4.5]), np.array([3.0, 4.0]))
    0.1
    """
    start = float(np.linalg.norm(before.astype(np.float64)))
    moved = float(np.linalg.norm(now.astype(np.float64) - before.astype(np.float64)))
    return moved / start if start > 0 and np.isfinite(moved) else float("nan")


def middle(values: np.ndarray) -> np.ndarray:
    """Return the median over the first axis; a number that is not finite counts as endless.

    NaN where that is the median: most of them have left the numbers.

    >>> middle(np.array([[1.0, np.nan], [4.0, np.inf], [2.0, 5.0]])).tolist()
    [2.0, nan]
    """
    found = np.median(np.where(np.isfinite(values), values, np.inf), axis=0)
    return np.where(np.isfinite(found), found, np.nan)


def loss_window(num_records: int) -> int:
    """Return over how many updates a loss curve is averaged: mini-batches differ, and a line should be readable."""
    return max(1, num_records // 60)


def smoothed(loss: np.ndarray) -> np.ndarray:
    """Return the mean of each loss and the ones before it, over ``loss_window`` updates; the first ones over fewer.

    >>> smoothed(np.arange(120.0))[[0, 1, 119]].tolist()
    [0.0, 0.5, 118.5]
    """
    window = loss_window(len(loss))
    values = np.asarray(loss, np.float64)
    starts = np.maximum(np.arange(len(values)) - window + 1, 0)
    return np.array([values[start : end + 1].mean() for end, start in enumerate(starts)])


class Clipping(NamedTuple):
    """One gradient before and after clipping by its norm: every layer shrinks by the same factor."""

    total_norm: float  # ‖∂L/∂θ‖ over all weights
    factor: float  # min(1, clip / total_norm)
    before: np.ndarray  # (layers + 1,) ‖∂L/∂W‖
    after: np.ndarray  # (layers + 1,)


def clipping(weight_grad_norm: np.ndarray, clip_norm: float) -> Clipping:
    """Clip a gradient by its norm over all weights (biases left out).

    >>> clipping(np.array([30.0, 40.0]), 5.0).after.tolist()
    [3.0, 4.0]
    """
    before = np.asarray(weight_grad_norm, np.float64)
    total = float(np.linalg.norm(before))
    factor = min(1.0, clip_norm / total) if total > 0 else 1.0
    return Clipping(total, factor, before, before * factor)
