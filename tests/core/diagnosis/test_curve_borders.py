"""Rules that read the loss curve: a made-up run just on one side of each border and just on the other."""

from typing import Any

import numpy as np
import pytest

from simulator.core.datasets import Split
from simulator.core.diagnosis import curves
from tests.core.diagnosis.made_up import NONE, ROWS, curve, made_up


def only(findings: list) -> Any:
    assert len(findings) <= 1
    return findings[0] if findings else None


def zigzag(epochs: int, low: float, high: float) -> np.ndarray:
    """Return losses of some epochs, of which the second half begins low, and of the step after them."""
    return np.array([(low, high)[(epoch - epochs // 2) % 2] for epoch in range(epochs + 1)])


def falling_teeth(ups: int, downs: int, teeth: int) -> np.ndarray:
    """Return losses whose second half jumps up, and falls back a fifth at a time."""
    moves = [0.2 * downs / ups] * ups + [-0.2] * downs
    second = np.cumsum([1.0, *(moves * teeth)])
    return np.concatenate([np.ones(len(second) - 1), second, [1.0]])


OSCILLATING = {
    "jumps": (zigzag(24, 1.0, 1.3), {}, True),
    "on a loss over a tenth of the constant answer's": (zigzag(24, 1.0, 1.3), {"level": 0.101}, True),
    "on a loss under it": (zigzag(24, 1.0, 1.3), {"level": 0.099}, False),
    "on a loss of just a tenth": (zigzag(24, 1.0, 1.3), {"level": 0.1}, False),
    "by 15.6 %": (zigzag(25, 1.0, 1.17), {}, True),
    "by 14.8 %": (zigzag(25, 1.0, 1.16), {}, False),
    "8 moves": (zigzag(17, 1.0, 1.3), {}, True),
    "7 moves": (zigzag(16, 1.0, 1.3), {}, False),
    "up every fourth time": (falling_teeth(1, 3, 3), {}, True),
    "up every fifth time": (falling_teeth(1, 4, 3), {}, False),
    "falls to 85 %": (np.where(np.arange(25) < 18, 1.0, 0.85) * zigzag(24, 1.0, 1.4), {}, True),
    "falls to 75 %": (np.where(np.arange(25) < 18, 1.0, 0.75) * zigzag(24, 1.0, 1.4), {}, False),
    "not finite": (np.where(np.arange(25) == 20, np.nan, zigzag(24, 1.0, 1.3)), {}, False),
    "not finite in the first half": (np.where(np.arange(25) == 3, np.nan, zigzag(24, 1.0, 1.3)), {}, True),
}


@pytest.mark.parametrize("name", OSCILLATING)
def test_a_loss_oscillates(name):
    losses, changes, expected = OSCILLATING[name]
    run = made_up(len(losses), columns={"loss": losses})
    assert (only(curves.find_oscillation(run, curve(**changes))) is not None) == expected


def test_what_is_said_of_an_oscillation():
    losses = zigzag(24, 1.0, 1.3)
    losses[[3, 13, 18, 24]] = 9.0, 1.6, 0.9, 9.0
    run = made_up(25, columns={"loss": losses})
    finding = only(curves.find_oscillation(run, curve()))
    assert finding.step == 120 and finding.remedy.code == "lower_rate"
    assert finding.evidence == {"epoch": 12, "lowest": 0.9, "highest": 1.6, "ups": 6 / 11}
    assert only(curves.find_oscillation(run, curve(last=0.49))).remedy is None


SLOW = {"third_quarter": 0.86, "level": 0.8, "last_quarter": 0.8}
"""A loss that falls steadily from 1 to 0.8, and still does so."""


def falls(start: float, middle: float, level: float) -> dict[str, Any]:
    """Return a curve with these means at the start, in the window from the middle on, and at the end."""
    values = np.array([start, start, start, start, middle - 0.01, middle + 0.01, level, level])
    return {**SLOW, "start": start, "values": values, "level": level}


SMALL_RATE: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "crawls": ({}, falls(1.0, 0.9, 0.8), True),
    "updates of 0.99 thousandths": ({"ratio": 0.99e-3}, falls(1.0, 0.9, 0.8), True),
    "updates of a thousandth": ({"ratio": 1e-3}, falls(1.0, 0.9, 0.8), False),
    "half way learned": ({}, {**falls(1.0, 0.9, 0.8), "last": 0.49}, False),
    "no loss": ({}, {**falls(1.0, 0.9, 0.8), "level": np.nan}, False),
    "a rate of 0": ({"rate": 0.0}, falls(1.0, 0.9, 0.8), False),
    "the second half falls 0.42 of the first": ({}, falls(1.0, 0.9, 0.858), True),
    "the second half falls 0.38 of the first": ({}, falls(1.0, 0.9, 0.862), False),
    "rose before": ({}, falls(0.85, 0.9, 0.8), False),
    "0.51 left": ({}, falls(1.0, 0.75, 0.51), True),
    "0.49 left": ({}, falls(1.0, 0.75, 0.49), False),
    "no fall, path of 4.9 %": ({"ratio": 0.7e-3, "num_steps": 70}, {}, True),
    "no fall, path of 5.6 %": ({"ratio": 0.7e-3, "num_steps": 80}, {}, False),
}


@pytest.mark.parametrize("name", SMALL_RATE)
def test_a_rate_is_too_small(name):
    changes, numbers, expected = SMALL_RATE[name]
    ratios = np.full((8, 3), 1e-5)
    ratios[:, 1] = changes.get("ratio", 0.9e-3)
    run = made_up(
        training={"learning_rate": changes.get("rate", 0.1)},
        columns={"update_ratio": ratios},
        num_steps=changes.get("num_steps", 1000),
    )
    assert (only(curves.find_small_rate(run, curve(**{"last": 0.8, **numbers}))) is not None) == expected


def test_what_is_said_of_a_small_rate():
    ratios = np.full((8, 3), 1e-6)
    ratios[:, 2] = [8e-4, 1e-4, 1e-4, 1e-4, 1e-4, 2e-4, 2e-4, np.inf]
    run = made_up(columns={"update_ratio": ratios, "step": np.arange(8) + 5}, num_steps=100)
    finding = only(curves.find_small_rate(run, curve(first=0.9, last=0.7)))
    assert finding.step == 5 and finding.remedy.code == "raise_rate"
    assert finding.evidence == pytest.approx(
        {"update_ratio": 1e-4, "path": (8e-4 + 4e-4 + 4e-4 + 1e-6) / 8 * 100, "loss_first": 0.9, "loss_last": 0.7}
    )


def held_back(validation: Any, *, then: float = 0.4, evaluated: Any = None, patience: int | None = None):
    """Return a run with a validation loss at every record and a training loss at the smallest one."""
    losses = np.asarray(validation, float)
    measured = np.ones(len(losses), bool) if evaluated is None else np.asarray(evaluated)
    seen = np.where(measured & np.isfinite(losses), losses, np.inf)
    return made_up(
        len(losses),
        training={"patience": patience},
        columns={"validation_loss": losses, "evaluated": measured},
        split=Split(ROWS, ROWS[:2], NONE),
        losses={10 * int(np.argmin(seen)): then},
    )


def valley(end: float, *, low: float = 0.3, at: int = 5, num: int = 20) -> np.ndarray:
    losses = np.full(num, end)
    losses[at] = low
    return losses


LEARNED = {"last": 0.2, "baseline": 1.0}
OVERFITTING: dict[str, tuple[Any, dict[str, Any], bool]] = {
    "rises": (held_back(valley(0.5)), {}, True),
    "nothing learned": (held_back(valley(0.9)), {"last": 0.5}, False),
    "rises by 11 %": (held_back(valley(0.333)), {}, True),
    "rises by 9 %": (held_back(valley(0.327)), {}, False),
    "rises by 2.1 % of the constant answer's loss": (held_back(valley(0.042, low=0.021)), {"last": 0.01}, True),
    "rises by 1.9 % of it": (held_back(valley(0.040, low=0.021)), {"last": 0.01}, False),
    "5 evaluations": (held_back(valley(0.5, at=1, num=5)), {}, True),
    "4 evaluations": (held_back(valley(0.5, at=1, num=4)), {}, False),
    "the last place for a minimum": (held_back(valley(0.5, at=15)), {}, True),
    "too late a minimum": (held_back(valley(0.5, at=16)), {}, False),
    "one late evaluation back at the half": (held_back([*valley(0.5, num=18), 0.39, 0.5]), {}, True),
    "one late evaluation below it": (held_back([*valley(0.5, num=18), 0.36, 0.5]), {}, False),
    "a gap of 1.21": (held_back(valley(0.5), then=0.45), {"last": 0.413}, True),
    "a gap of 1.19": (held_back(valley(0.5), then=0.45), {"last": 0.42}, False),
    "training fell by 6 %": (held_back(valley(0.5), then=0.2128), {}, True),
    "training fell by 4 %": (held_back(valley(0.5), then=0.2083), {}, False),
}


@pytest.mark.parametrize("name", OVERFITTING)
def test_a_network_overfits(name):
    run, changes, expected = OVERFITTING[name]
    assert (only(curves.find_overfitting(run, curve(**{**LEARNED, **changes}))) is not None) == expected


def test_what_is_said_of_overfitting():
    losses = [0.9, np.nan, 0.3, 0.01, 0.5, 0.5, 0.5, 0.6]
    run = held_back(losses, evaluated=np.arange(8) != 3, then=0.37)
    finding = only(curves.find_overfitting(run, curve(**LEARNED)))
    assert (finding.step, finding.remedy.code) == (20, "early_stopping")
    assert finding.evidence == pytest.approx(
        {"epoch": 2.0, "validation_lowest": 0.3, "validation_last": 0.6, "training_then": 0.37, "training_last": 0.2}
    )
    assert only(curves.find_overfitting(held_back(valley(0.5), patience=3), curve(**LEARNED))).remedy is None


@pytest.mark.parametrize(
    ("test", "last", "expected"),
    [(0.51, 0.25, True), (0.51, 0.26, False), (0.52, 0.26, False), (0.51, 0.1, True), (0.5, 0.1, False)],
)
def test_other_rows_fare_worse(test, last, expected):
    run = made_up(split=Split(ROWS, NONE, ROWS[:2]), losses={70: test})
    finding = only(curves.find_overfitting(run, curve(last=last)))
    assert (finding is not None) == expected
    if finding:
        assert finding.evidence == {"test_loss": test, "training_last": last, "num_test": 2} and finding.step == 70
        assert finding.remedy.code == "hold_back"
    assert curves.find_overfitting(made_up(losses={70: test}), curve(last=last)) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"last": 0.71}, True),
        ({"last": 0.7}, False),
        ({"third_quarter": 1.019}, True),
        ({"third_quarter": 1.021}, False),
    ],
)
def test_a_loss_stays_near_the_constant_answers(changes, expected):
    finding = only(curves.find_underfitting(made_up(), curve(**changes)))
    assert (finding is not None) == expected
    if finding:
        said = {"loss_last": changes.get("last", 1.0), "baseline": 1.0, "accuracy": 1.0}
        assert (finding.step, finding.evidence, finding.remedy) == (70, said, None)


def test_a_hidden_layer_is_advised_where_there_is_none_and_a_line_does_no_better():
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    shallow: dict[str, Any] = {"network": {"layer_sizes": (2, 2)}, "losses": {70: 1.0}}
    line = made_up(**shallow, inputs=corners)  # the labels are 0, 1, 1, 0
    assert only(curves.find_underfitting(line, curve(accuracy=np.nan))).remedy is None
    xor = made_up(**shallow, inputs=corners[[0, 1, 3, 2]])
    finding = only(curves.find_underfitting(xor, curve(accuracy=np.nan)))
    assert finding.remedy.code == "hidden_layer" and finding.evidence["accuracy"] is None
    assert only(curves.find_underfitting(made_up(inputs=corners[[0, 1, 3, 2]]), curve())).remedy is None


def test_a_run_says_why_it_ended():
    assert curves.find_endings(made_up(), curve()) == []
    column = {"epoch": np.arange(8) + 0.5, "step": 10 * np.arange(8) + 3}
    cancelled = only(curves.find_endings(made_up(columns=column, cancelled=True), curve()))
    assert (cancelled.kind, cancelled.step, cancelled.evidence) == ("cancelled", 73, {"epoch": 7.5})
    losses = np.array([0.9, 0.8, 0.4, 0.3, 0.35, 0.4, 0.5, 0.6])
    run = made_up(
        columns={"validation_loss": losses, "epoch": np.arange(8) + 0.5},
        training={"patience": 4},
        split=Split(ROWS, ROWS[:2], NONE),
        stopped_early=True,
        best_step=30,
    )
    stopped = only(curves.find_endings(run, curve()))
    said = {"epoch": 7.5, "best_step": 30, "best_epoch": 3.0, "validation_lowest": 0.3, "patience": 4}
    assert (stopped.kind, stopped.step, stopped.evidence) == ("stopped_early", 70, said)


STILL = {"third_quarter": 1.2, "last_quarter": 1.0}
PROGRESS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "falls": ({}, {**STILL, "first": 1.1}, "still_learning"),
    "falls from below": ({}, {**STILL, "first": 1.0, "last": 1.0}, "partly_learned"),
    "half": ({}, {"first": 2.0, "last": 0.5}, "partly_learned"),
    "more than half": ({}, {"first": 2.0, "last": 0.49}, "converged"),
    "learned, and no better than at the start": ({}, {"first": 0.3, "last": 0.3}, "partly_learned"),
    "stays from epoch 5 of 6": ({"loss": [9, 9, 9, 9, 9, 1, 1]}, {"first": 2.0, "last": 0.4}, "converged"),
    "stays from epoch 6 of 7": ({"loss": [9, 9, 9, 9, 9, 9, 1, 1]}, {"first": 2.0, "last": 0.4}, "healthy"),
    "nothing is left": ({"loss": [9, 9, 0, 0, 0, 0, 0, 0]}, {"first": 2.0, "last": 0.4}, "converged"),
    "4 epochs": ({"loss": [1, 1, 1, 1, 1]}, {"first": 2.0, "last": 0.4}, "healthy"),
    "5 epochs": ({"loss": [1, 1, 1, 1, 1, 1]}, {"first": 2.0, "last": 0.4}, "converged"),
}


@pytest.mark.parametrize("name", PROGRESS)
def test_how_a_loss_ends(name):
    columns, changes, expected = PROGRESS[name]
    run = made_up(len(columns.get("loss", np.ones(8))), columns=columns)
    numbers = {"last": 1.0, "first": 1.0, **changes}
    finding = only(curves.find_progress(run, curve(**numbers)))
    assert finding.kind == expected
    if expected != "healthy" and expected != "converged":
        said = {"loss_first": numbers["first"], "loss_last": numbers["last"], "baseline": 1.0}
        assert (finding.step, finding.evidence) == (int(run.records.step[-1]), said)


def test_a_run_has_settled_where_no_epoch_leaves_a_tenth_around_the_last():
    losses = [3.0, 1.0, 1.2, 0.91, 1.09, 0.95, 1.0, 7.0]
    numbers = curve(first=2.0, last=0.4)
    finding = only(curves.find_progress(made_up(columns={"loss": losses}), numbers))
    assert (finding.kind, finding.step) == ("converged", 30)
    assert {name: finding.evidence[name] for name in ("epoch", "lowest", "highest")} == {
        "epoch": 3,
        "lowest": 0.91,
        "highest": 1.09,
    }
    near = only(curves.find_progress(made_up(columns={"loss": [3.0, 1.0, 1.05, 0.89, 1.09, 0.95, 1.0, 7.0]}), numbers))
    assert near.step == 40
    assert curves.find_progress(made_up(), curve(level=np.nan)) == []


@pytest.mark.parametrize(
    ("validation", "longer"),
    [
        ([1.0, 0.5, 0.52], True),
        ([1.0, 0.5, 0.525], True),
        ([1.0, 0.5, 0.53], False),
        ([np.nan] * 3, True),
        ([1.0, 0.53, 0.5], True),
    ],
)
def test_training_longer_is_advised_while_the_validation_loss_has_not_risen(validation, longer):
    run = made_up(3, columns={"validation_loss": validation, "evaluated": np.isfinite(validation)})
    finding = only(curves.find_progress(run, curve(**STILL, first=1.1)))
    assert (finding.remedy is not None) == longer
    assert finding.remedy is None or finding.remedy.training == {"num_epochs": 300}
