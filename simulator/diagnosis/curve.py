"""The training loss of a run in a few numbers, which every rule of the diagnosis reads."""

from typing import NamedTuple

import numpy as np

from simulator.run import Run

WINDOW = 0.1
"""Share of the records averaged at the end: mini-batch losses are too noisy to compare one with one."""
PLATEAU_SHARE = 0.01
"""A curve that falls by less than this share of its whole fall from one window to the next looks flat on a screen."""
LEARNED_SHARE = 0.5
"""Halving the loss of the best constant answer is the least that deserves the word learned."""


class Curve(NamedTuple):
    """The training loss (without penalty) in a few numbers; ``nan`` where nothing finite was recorded."""

    start: float  # first recorded loss
    level: float  # mean of the last window
    previous: float  # mean of the window before it
    noise: float  # standard error of a window's mean
    baseline: float  # loss of the best constant answer on the training rows
    window: int  # records in a window
    values: np.ndarray  # (recorded,)

    @property
    def fall(self) -> float:
        """Return the whole fall of the loss."""
        return self.start - self.level

    @property
    def falling(self) -> bool:
        """Say whether the last windows still fall, by more than noise and by more than a screen shows."""
        drop = self.previous - self.level
        return drop > max(2.0 * self.noise, PLATEAU_SHARE * self.fall, 1e-7)

    @property
    def flat(self) -> bool:
        """Say whether the last two windows are the same for a reader."""
        change = abs(self.previous - self.level)
        return change <= max(2.0 * self.noise, PLATEAU_SHARE * max(abs(self.fall), 0.1 * self.baseline))

    @property
    def learned(self) -> bool:
        """Say whether the loss ends well below that of the best constant answer."""
        return self.level < LEARNED_SHARE * self.baseline


def summarise(run: Run) -> Curve:
    """Return the loss curve of a run in a few numbers."""
    records = run.records
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        values = np.asarray(records.loss, dtype=np.float64) - np.asarray(records.penalty, dtype=np.float64)
    values = np.where(np.isfinite(values), values, np.nan)
    # A window holds at least one epoch, so that every example counts the same in it.
    per_epoch = np.count_nonzero(np.asarray(records.epoch) < 1.0)
    window = int(np.clip(max(round(WINDOW * len(values)), per_epoch), 1, max(len(values) // 3, 1)))
    last, before = values[-window:], values[-2 * window : -window]
    noise = _spread(last) / np.sqrt(window)
    return Curve(
        float(values[0]),
        mean_of(last),
        mean_of(before) if len(before) else float(values[0]),
        noise,
        constant_answer_loss(run),
        window,
        values,
    )


def constant_answer_loss(run: Run) -> float:
    """Return the training loss of the best answer that ignores the inputs: class frequencies, or the mean target."""
    rows, loss = run.split.train, run.training.loss
    if run.dataset.targets is not None:
        targets = np.asarray(run.dataset.targets, dtype=np.float64)[rows]
    else:
        labels, single = np.asarray(run.dataset.labels)[rows], run.network.layer_sizes[-1] == 1
        targets = labels[:, None].astype(np.float64) if single else np.eye(run.dataset.num_classes)[labels]
        if single and run.network.output_activation == "tanh":
            targets = 2.0 * targets - 1.0
    mean = targets.mean(axis=0)
    if loss == "cross_entropy":
        return float(-np.sum(_xlogx(mean)))
    if loss == "binary_cross_entropy":
        return float(-np.sum(_xlogx(mean) + _xlogx(1.0 - mean)))
    squares = np.mean(np.sum((targets - mean) ** 2, axis=1))
    if loss == "mse_half_sum":
        return float(0.5 * squares * min(run.training.batch_size or len(rows), len(rows)))
    return float(squares / (targets.shape[1] if loss == "mse_mean" else 1))


def _xlogx(share: np.ndarray) -> np.ndarray:
    return share * np.log(np.where(share > 0, share, 1.0))


def mean_of(values: np.ndarray) -> float:
    """Return the mean of the finite values, ``nan`` where there is none."""
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")


def _spread(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    if len(finite) < 4:
        return 0.0
    # About the straight line through the window: a steady fall is not noise.
    position = np.arange(len(finite))
    return float(np.std(finite - np.polyval(np.polyfit(position, finite, 1), position)))
