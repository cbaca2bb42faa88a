"""The training loss of a run in a few numbers, which every rule of the diagnosis reads."""

import math
from typing import NamedTuple

import numpy as np

from simulator.core.run import Run

WINDOW = 0.1
"""Share of the records averaged at the end: mini-batch losses are too noisy to compare one with one."""
PLATEAU_SHARE = 0.02
"""A curve that falls by less than 2 % of its whole fall from the third to the last quarter looks flat on a screen."""
SOLVED_SHARE = 0.1
"""Under a tenth of the constant answer's loss a task is solved: that the rest still halves is no reason to train on."""
PLATEAU_LEVEL = 0.05
"""Above that, a fall by more than 5 % of the loss itself from the third to the last quarter is still worth having."""
SOLVED_LOSS = 0.25
LEARNED_SHARE = 0.5
"""Halving the loss of the best constant answer is the least that deserves the word learned."""


class Curve(NamedTuple):
    """The training loss (without penalty) in a few numbers; ``nan`` where nothing finite was recorded.

    ``first`` and ``last`` are what sentences say: both of all training rows, so that they can be compared. The others
    are of the recorded mini-batches and show the shape of the curve.
    """

    first: float  # of all training rows, before the first update
    last: float  # of all training rows, after the last update
    accuracy: float  # of all training rows, after the last update; NaN for regression
    start: float  # first recorded mini-batch
    level: float  # mean of the last window
    third_quarter: float  # mean
    last_quarter: float  # mean
    noise: float  # standard error of a quarter's mean
    baseline: float  # loss of the best constant answer on the training rows
    window: int  # records in a window
    values: np.ndarray  # (recorded,)

    @property
    def fall(self) -> float:
        """Return the whole fall of the loss."""
        return self.start - self.level

    @property
    def late_fall(self) -> float:
        """Return the fall from the third to the last quarter of the run."""
        return self.third_quarter - self.last_quarter

    @property
    def falling(self) -> bool:
        """Say whether the loss still falls late, by more than noise, and by enough to see or to want."""
        worth = self.level > SOLVED_SHARE * self.baseline and self.late_fall > PLATEAU_LEVEL * self.level
        return self.late_fall > max(self.noise, 1e-7) and (worth or self.late_fall > PLATEAU_SHARE * self.fall)

    @property
    def learned(self) -> bool:
        """Say whether the loss ends well below that of the best constant answer."""
        return self.last < LEARNED_SHARE * self.baseline

    @property
    def solved(self) -> bool:
        """Say whether so little of the constant answer's loss is left that nothing needs mending."""
        return self.last < SOLVED_LOSS * self.baseline


def summarise(run: Run) -> Curve:
    """Return the loss curve of a run in a few numbers."""
    records = run.records
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        values = np.asarray(records.loss, dtype=np.float64) - np.asarray(records.penalty, dtype=np.float64)
    values = np.where(np.isfinite(values), values, np.nan)
    count = len(values)
    # A window holds at least one epoch, so that every example counts the same in it.
    per_epoch = np.count_nonzero(np.asarray(records.epoch) < 1.0)
    window = int(np.clip(max(round(WINDOW * count), per_epoch), 1, max(count // 3, 1)))
    quarter = int(np.clip(max(count // 4, per_epoch), 1, max(count // 3, 1)))
    last = run.evaluate_rows(run.split.train, run.num_steps)
    return Curve(
        first=training_loss(run, 0),
        last=_as_mini_batch(run, last.loss, len(run.split.train)),
        accuracy=last.accuracy if run.dataset.task == "classification" else float("nan"),
        start=float(values[0]),
        level=mean_of(values[-window:]),
        third_quarter=mean_of(values[-2 * quarter : -quarter]) if count > 1 else float(values[0]),
        last_quarter=mean_of(values[-quarter:]),
        noise=_spread(values[-quarter:]) / math.sqrt(quarter),
        baseline=constant_answer_loss(run),
        window=window,
        values=values,
    )


def training_loss(run: Run, step: int) -> float:
    """Return the loss of all training rows, without penalty, with the parameters of a step."""
    return loss_of_rows(run, run.split.train, step)


def loss_of_rows(run: Run, rows: np.ndarray, step: int) -> float:
    """Return the loss of rows of the data set, without penalty, in evaluation mode, with the parameters of a step.

    ``mse_half_sum`` adds up over the rows it is given; here it is that of as many rows as a mini-batch has, so that
    training, validation and test rows can be compared with the recorded losses.
    """
    return _as_mini_batch(run, run.evaluate_rows(rows, step).loss, len(rows))


def _as_mini_batch(run: Run, loss: float, num_rows: int) -> float:
    if run.training.loss != "mse_half_sum":
        return loss
    return loss * batch_rows(run) / max(num_rows, 1)


def validation_losses(run: Run) -> np.ndarray:
    """Return the recorded validation losses on the scale of ``loss_of_rows``: (recorded,), NaN where not evaluated."""
    losses = np.asarray(run.records.validation_loss, dtype=np.float64)
    return losses * _as_mini_batch(run, 1.0, len(run.split.validation))


def batch_rows(run: Run) -> int:
    """Return the number of rows of a whole mini-batch."""
    rows = len(run.split.train)
    return min(run.training.batch_size or rows, rows)


def epoch_means(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Return the epochs that have records, and the mean of their mini-batch losses without penalty.

    The last record stands after the last update, at the beginning of an epoch that was not trained: it is left out.
    """
    records = run.records
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        values = np.asarray(records.loss, dtype=np.float64) - np.asarray(records.penalty, dtype=np.float64)
    made = np.asarray(records.step) < run.num_steps
    epochs, first_rows = np.unique(np.asarray(records.step)[made] // run.steps_per_epoch, return_index=True)
    return epochs, np.array([np.mean(part) for part in np.split(values[made], first_rows[1:])])


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
        return float(0.5 * squares * batch_rows(run))
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
