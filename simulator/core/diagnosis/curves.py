"""What the loss curves show: crawling, oscillating, over- and underfitting, converged."""

from typing import Any

import numpy as np

from simulator.core.diagnosis.curve import Curve, mean_of
from simulator.core.diagnosis.finding import Finding, make_finding
from simulator.core.run import Run

CONVERGED_MARGIN = 0.05
"""Converged from where the loss stays within this share of its whole fall above its final level."""
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
    epochs = np.floor(np.asarray(run.records.epoch)).astype(int)
    first_rows = np.unique(epochs, return_index=True)[1]
    means = np.array([mean_of(part) for part in np.split(curve.values, first_rows[1:])])
    half = len(means) // 2
    second, moves = means[half:], np.diff(means[half:])
    if len(moves) < OSCILLATION_MIN_POINTS or not np.isfinite(moves).all():
        return []
    ups, size = float(np.mean(moves > 0)), float(np.mean(np.abs(moves)))
    falls = np.mean(second[len(second) // 2 :]) < OSCILLATION_TREND * np.mean(second[: len(second) // 2])
    if falls or ups < OSCILLATION_UPS or size < OSCILLATION_SIZE * float(np.mean(second)):
        return []
    step = int(run.records.step[first_rows[half]])
    return [
        make_finding(
            "oscillating",
            "loss",
            step=step,
            lowest=second.min(),
            highest=second.max(),
            ups=ups,
            learning_rate=run.records.learning_rate[-1],
        )
    ]


def find_small_rate(run: Run, curve: Curve) -> list[Finding]:
    """Look for a loss that falls steadily and slowly, or weights that have not left their start."""
    records = run.records
    ratios = np.where(np.isfinite(records.update_ratio), records.update_ratio, 0.0)
    fastest = ratios.max(axis=1)  # the layer that moves most decides
    ratio = float(np.median(fastest))
    path = float(np.mean(fastest)) * run.num_steps
    if curve.learned or not np.isfinite(curve.level) or ratio >= CRAWLING_UPDATE:
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
            loss_first=curve.start,
            loss_last=curve.level,
            learning_rate=run.training.learning_rate,
        )
    ]


def find_overfitting(run: Run, curve: Curve) -> list[Finding]:
    """Look for a minimum of the validation loss after which it rises while the training loss still falls."""
    records = run.records
    rows = np.flatnonzero(np.asarray(records.evaluated) & np.isfinite(records.validation_loss))
    if len(rows) < OVERFIT_MIN_EVALUATIONS:
        return []
    validation = np.asarray(records.validation_loss)[rows]
    best = int(np.argmin(validation))
    last = max(len(rows) // 10, 1)
    lowest, final = float(validation[best]), float(np.mean(validation[-last:]))
    around = curve.values[max(rows[best] - curve.window // 2, 0) : rows[best] + curve.window // 2 + 1]
    training_then = mean_of(around)
    rises = final > OVERFIT_RISE * lowest and final - lowest > 0.02 * curve.baseline
    # Every late evaluation lies above the minimum by more than half of the rise: a trend, not one bad evaluation.
    steady = best < len(rows) - 2 * last and validation[-last:].min() > 0.5 * (lowest + final)
    gap = final > OVERFIT_GAP * curve.level
    if not (rises and steady and gap and curve.level < OVERFIT_FALL * training_then and curve.learned):
        return []
    row = rows[best]
    return [
        make_finding(
            "overfitting",
            "validation_loss",
            step=int(records.step[row]),
            epoch=round(float(records.epoch[row])),
            validation_lowest=lowest,
            validation_last=final,
            training_then=training_then,
            training_last=curve.level,
        )
    ]


def find_underfitting(run: Run, curve: Curve) -> list[Finding]:
    """Look for a loss that has stopped falling not far below that of a constant answer."""
    if not curve.level > UNDERFIT_SHARE * curve.baseline or curve.late_fall > UNDERFIT_FALL * curve.baseline:
        return []
    step = int(run.records.step[_settled(curve)])
    accuracy = mean_of(np.asarray(run.records.accuracy)[-curve.window :])
    return [
        make_finding(
            "underfitting",
            "loss",
            step=step,
            loss_last=curve.level,
            baseline=curve.baseline,
            accuracy=None if np.isnan(accuracy) else accuracy,
            num_hidden_layers=run.network.num_hidden_layers,
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
                epoch=round(float(records.epoch[-1])),
                best_step=run.best_step,
                best_epoch=round((run.best_step or 0) / run.steps_per_epoch),
                validation_lowest=records.validation_loss[row],
                patience=run.training.patience,
            )
        ]
    return []


def find_progress(run: Run, curve: Curve) -> list[Finding]:
    """Say how the loss ended: settled low, still falling, or plainly well."""
    if not np.isfinite(curve.level):
        return []
    records = run.records
    evidence: dict[str, Any] = {"loss_first": curve.start, "loss_last": curve.level}
    if curve.falling:
        evidence["loss_before"] = curve.third_quarter
        return [make_finding("still_learning", "loss", step=records.step[-1], **evidence)]
    settled = _settled(curve)
    if curve.learned and curve.flat and settled <= SETTLED_BY * len(records.step):
        return [make_finding("converged", "loss", step=records.step[settled], **evidence)]
    return [make_finding("healthy", "loss", step=records.step[-1], **evidence)]


def _settled(curve: Curve) -> int:
    """Return the first record from which the smoothed loss stays near its final level."""
    known = np.isfinite(curve.values)
    kernel = np.ones(2 * (curve.window // 2) + 1)
    totals = np.convolve(np.where(known, curve.values, 0.0), kernel, "same")
    smooth = totals / np.maximum(np.convolve(known, kernel, "same"), 1.0)
    margin = max(CONVERGED_MARGIN * abs(curve.fall), 3.0 * curve.noise, 1e-7)
    outside = np.flatnonzero(np.abs(smooth - curve.level) > margin)
    return min(int(outside[-1]) + 1, len(smooth) - 1) if len(outside) else 0
