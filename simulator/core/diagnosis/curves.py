"""What the loss curves show: crawling, oscillating, over- and underfitting, converged."""

from typing import Any

import numpy as np

from simulator.core.diagnosis import remedies
from simulator.core.diagnosis.causes import straight_is_enough
from simulator.core.diagnosis.curve import Curve, epoch_means, loss_of_rows, mean_of, training_loss, validation_losses
from simulator.core.diagnosis.finding import Finding, make_finding
from simulator.core.run import Run

CONVERGED_MARGIN = 0.1
"""Converged from where the mean loss of every epoch stays within a tenth of the last one's."""
SETTLED_MIN_EPOCHS = 5
VALIDATION_ROSE = 1.05
"""Validation loss at the end against its minimum; less is noise."""
CRAWLING_UPDATE = 1e-3
"""A rule of thumb: updates of about a thousandth of the weights are healthy, so below that is slow."""
CRAWLING_STEADINESS = 0.4
"""The second half's fall against the first half's: 1 for a straight line, near 0 for a curve that has levelled off."""
CRAWLING_REMAINING = 0.5
"""Crawling is only said while more than this share of the first loss is left."""
STANDING_PATH = 0.05
"""All updates of the run together against the weights: under 5 % the weights have not left their start."""
OSCILLATION_UPS = 0.25
"""Share of upward moves: a curve that falls has none, pure alternation has one half."""
OSCILLATION_SIZE = 0.15
"""Average move from one epoch to the next, against the level: smaller ripples do not show."""
OSCILLATION_LEVEL = 0.1
"""Ripples on a loss under this share of the constant answer's do not matter: the task is solved."""
OSCILLATION_TREND = 0.8
"""Last quarter's mean loss against the third quarter's: a noisy loss that still falls is not oscillating."""
OSCILLATION_MIN_POINTS = 8
OVERFIT_RISE = 1.1
"""Validation loss at the end against its minimum; 10 % is more than the noise of a hundred held-out rows."""
OVERFIT_FALL = 0.95
"""Training loss at the end against its value at the minimum of the validation loss: it must still have fallen."""
OVERFIT_GAP = 1.2
"""Validation loss at the end against the training loss: without a gap nothing is learned by heart."""
OVERFIT_MIN_EVALUATIONS = 5
UNSEEN_GAP = 2.0
"""Loss of the test rows against the training rows, and"""
UNSEEN_SHARE = 0.5
"""against the constant answer's, from which what was learned does not hold for other rows."""
UNDERFIT_SHARE = 0.7
"""A loss above this share of the constant answer's is said to be nearly as bad."""
UNDERFIT_FALL = 0.02
"""Fall from the third to the last quarter, against the constant answer's loss: under 2 % training has stalled."""
SETTLED_BY = 0.85
"""A curve that comes near its final level only in the last part of the run has not been seen to stay there."""


def find_oscillation(run: Run, curve: Curve) -> list[Finding]:
    """Look for a loss that jumps up and down from epoch to epoch instead of falling."""
    if not curve.level > OSCILLATION_LEVEL * curve.baseline:
        return []
    epochs, means = epoch_means(run)
    half = len(means) // 2
    second, moves = means[half:], np.diff(means[half:])
    if len(moves) < OSCILLATION_MIN_POINTS or not np.isfinite(moves).all():
        return []
    ups, size = float(np.mean(moves > 0)), float(np.mean(np.abs(moves)))
    falls = np.mean(second[len(second) // 2 :]) < OSCILLATION_TREND * np.mean(second[: len(second) // 2])
    if falls or ups < OSCILLATION_UPS or size < OSCILLATION_SIZE * float(np.mean(second)):
        return []
    return [
        make_finding(
            "oscillating",
            "loss",
            step=epochs[half] * run.steps_per_epoch,
            epoch=epochs[half],
            lowest=second.min(),
            highest=second.max(),
            ups=ups,
            remedy=None if curve.learned else remedies.lower_rate(run),
        )
    ]


def find_small_rate(run: Run, curve: Curve) -> list[Finding]:
    """Look for a loss that falls steadily and slowly, or weights that have not left their start."""
    records = run.records
    ratios = np.where(np.isfinite(records.update_ratio), records.update_ratio, 0.0)
    fastest = ratios.max(axis=1)  # the layer that moves most decides
    ratio = float(np.median(fastest))
    path = float(np.mean(fastest)) * run.num_steps
    if curve.learned or not np.isfinite(curve.level) or ratio >= CRAWLING_UPDATE or run.training.learning_rate == 0:
        return []
    middle = curve.values[len(curve.values) // 2 :][: curve.window]
    first_half, second_half = curve.start - mean_of(middle), mean_of(middle) - curve.level
    steady = curve.falling and second_half > CRAWLING_STEADINESS * first_half > 0
    crawling = steady and curve.level > CRAWLING_REMAINING * curve.start
    if not crawling and path >= STANDING_PATH:
        return []
    return [
        make_finding(
            "rate_too_small",
            "update_ratio",
            step=records.step[0],
            update_ratio=ratio,
            path=path,
            loss_first=curve.first,
            loss_last=curve.last,
            remedy=remedies.raise_rate(run),
        )
    ]


def find_overfitting(run: Run, curve: Curve) -> list[Finding]:
    """Look for a minimum of the validation loss after which it rises while the training loss still falls."""
    if not curve.learned:
        return []
    if not len(run.split.validation):
        return _overfitting_unseen(run, curve)
    records = run.records
    rows = np.flatnonzero(np.asarray(records.evaluated) & np.isfinite(records.validation_loss))
    if len(rows) < OVERFIT_MIN_EVALUATIONS:
        return []
    validation = validation_losses(run)[rows]
    best = int(np.argmin(validation))
    late = max(len(rows) // 10, 1)
    lowest, final = float(validation[best]), float(np.mean(validation[-late:]))
    rises = final > OVERFIT_RISE * lowest and final - lowest > 0.02 * curve.baseline
    # Every late evaluation lies above the minimum by more than half of the rise: a trend, not one bad evaluation.
    steady = best < len(rows) - 2 * late and validation[-late:].min() > 0.5 * (lowest + final)
    if not (rises and steady and final > OVERFIT_GAP * curve.last):
        return []
    step = int(records.step[rows[best]])
    training_then = training_loss(run, step)
    if not curve.last < OVERFIT_FALL * training_then:
        return []
    return [
        make_finding(
            "overfitting",
            "validation_loss",
            step=step,
            epoch=float(records.epoch[rows[best]]),
            validation_lowest=lowest,
            validation_last=validation[-1],
            training_then=training_then,
            training_last=curve.last,
            remedy=None if run.training.patience is not None else remedies.stop_early(run),
        )
    ]


def _overfitting_unseen(run: Run, curve: Curve) -> list[Finding]:
    """Compare with the test rows: without validation rows nothing showed during training what is learned by heart."""
    if not len(run.split.test):
        return []
    test = loss_of_rows(run, run.split.test, run.num_steps)
    if not (test > UNSEEN_GAP * curve.last and test > UNSEEN_SHARE * curve.baseline):
        return []
    return [
        make_finding(
            "overfitting",
            "loss",
            step=run.num_steps,
            test_loss=test,
            training_last=curve.last,
            num_test=len(run.split.test),
            remedy=remedies.stop_early(run),
        )
    ]


def find_underfitting(run: Run, curve: Curve) -> list[Finding]:
    """Look for a loss that has stopped falling not far below that of a constant answer."""
    if not curve.last > UNDERFIT_SHARE * curve.baseline or curve.late_fall > UNDERFIT_FALL * curve.baseline:
        return []
    straight = run.network.num_hidden_layers == 0 and not straight_is_enough(run)
    return [
        make_finding(
            "underfitting",
            "loss",
            step=run.num_steps,
            loss_last=curve.last,
            baseline=curve.baseline,
            accuracy=None if np.isnan(curve.accuracy) else curve.accuracy,
            remedy=remedies.add_hidden_layer(run) if straight else None,
        )
    ]


def find_endings(run: Run, curve: Curve) -> list[Finding]:
    """Say whether the run ended before its last epoch, and why."""
    records = run.records
    if run.cancelled:
        return [make_finding("cancelled", "step", step=records.step[-1], epoch=float(records.epoch[-1]))]
    if run.stopped_early:
        row = int(np.searchsorted(records.step, run.best_step or 0))
        row = min(row, len(records.step) - 1)
        return [
            make_finding(
                "stopped_early",
                "validation_loss",
                step=records.step[-1],
                epoch=float(records.epoch[-1]),
                best_step=run.best_step,
                best_epoch=(run.best_step or 0) / run.steps_per_epoch,
                validation_lowest=validation_losses(run)[row],
                patience=run.training.patience,
            )
        ]
    return []


def find_progress(run: Run, curve: Curve) -> list[Finding]:
    """Say how the loss ended: still falling, settled, low, or half way."""
    if not np.isfinite(curve.level):
        return []
    step = int(run.records.step[-1])
    evidence: dict[str, Any] = {"loss_first": curve.first, "loss_last": curve.last, "baseline": curve.baseline}
    task = run.dataset.task
    if curve.falling and curve.last < curve.first:
        remedy = None if _validation_rose(run) else remedies.train_longer(run)
        return [make_finding("still_learning", "loss", step=step, remedy=remedy, **evidence)]
    if not curve.learned or curve.last >= curve.first:
        return [make_finding("partly_learned", "loss", step=step, **evidence)]
    epochs, means = epoch_means(run)
    settled = _settled(means)
    if settled <= SETTLED_BY * len(means) and len(means) >= SETTLED_MIN_EPOCHS:
        late = means[settled:]
        evidence |= {"epoch": epochs[settled], "lowest": late.min(), "highest": late.max(), "task": task}
        return [make_finding("converged", "loss", step=epochs[settled] * run.steps_per_epoch, **evidence)]
    return [make_finding("healthy", "loss", step=step, task=task, **evidence)]


def _validation_rose(run: Run) -> bool:
    """Say whether the validation loss ends above its minimum: then more epochs would not help other rows."""
    measured = np.asarray(run.records.validation_loss, np.float64)[np.asarray(run.records.evaluated)]
    measured = measured[np.isfinite(measured)]
    return bool(len(measured) and measured[-1] > VALIDATION_ROSE * measured.min())


def _settled(means: np.ndarray) -> int:
    """Return the first epoch from which the mean loss of every epoch stays near that of the last one."""
    outside = np.flatnonzero(np.abs(means - means[-1]) > CONVERGED_MARGIN * abs(means[-1]))
    return int(outside[-1]) + 1 if len(outside) else 0
