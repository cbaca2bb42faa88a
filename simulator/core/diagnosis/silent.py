"""Units that answer 0 to every training row: counted over all of them, and since when a whole layer does."""

import numpy as np

from simulator.core.datasets import apply_scaler
from simulator.core.network import Params, normalized
from simulator.core.run import Run

BLOCK = 4096
"""Rows at a time."""


def silent_units(run: Run, params: Params, num_layers: int) -> list[np.ndarray]:
    """Say of every unit of the first hidden layers of a ReLU network whether it answers 0 to every training row.

    Args:
      run: of a network with ReLU.
      params: of one of its steps.
      num_layers: hidden layers that are looked at.

    Returns:
      Per layer (units,) bool; batch normalization by its running statistics, no dropout.
    """
    silent = [np.ones(size, bool) for size in run.network.layer_sizes[1 : num_layers + 1]]
    rows = run.split.train
    for start in range(0, len(rows), BLOCK):
        value = apply_scaler(run.scaler, run.dataset.inputs[rows[start : start + BLOCK]])
        for layer, found in enumerate(silent):
            entry = params[layer]
            z = normalized(value @ entry.weight + entry.bias, entry, run.network.normalizations[layer])
            answer = np.maximum(z, 0.0)
            found &= (answer == 0.0).all(axis=0)  # a value that is not a number is no silence
            value = value + answer if run.network.residuals[layer] else answer
    return silent


def silent_from(run: Run, layer: int) -> int | None:
    """Return the first recorded step from which a whole layer answers 0 to every training row, to the end.

    Every recorded mini-batch from there on says so, and the training rows are asked at the steps of the run's
    snapshots, and at every recorded step of the interval in which the layer falls silent.

    Returns:
      The step; ``None`` if the layer is not silent at the end.
    """
    steps = np.asarray(run.records.step)
    alive = np.flatnonzero(np.asarray(run.records.dead_fraction)[:, layer] < 1.0)
    steps = steps[alive[-1] + 1 :] if len(alive) else steps
    if not len(steps):
        return None
    snapshots = np.array([step for step in steps if step in run.execution.snapshots])
    since = _last_silent(run, layer, snapshots)
    if since is None:
        return None
    before = snapshots[snapshots < since]
    between = steps[(steps <= since) & (steps > (before[-1] if len(before) else -1))]
    return _last_silent(run, layer, between)


def _last_silent(run: Run, layer: int, steps: np.ndarray) -> int | None:
    """Return the first of the steps from which all that follow are silent; walks back from the last one."""
    since, known = None, None
    for step in steps[::-1].tolist():
        params = run.params_at(step)[: layer + 1]
        # A silent layer gets no gradient: mostly nothing before it changes any more, and the answer is known.
        if known is None or not _equal(params, known):
            if not silent_units(run, params, layer + 1)[layer].all():
                return since
            known = params
        since = step
    return since


def _equal(one: Params, other: Params) -> bool:
    pairs = zip(one, other, strict=True)
    return all(_same(a, b) for left, right in pairs for a, b in zip(left, right, strict=True))


def _same(a: np.ndarray | np.float32 | None, b: np.ndarray | np.float32 | None) -> bool:
    return a is b or (a is not None and b is not None and np.array_equal(a, b))
