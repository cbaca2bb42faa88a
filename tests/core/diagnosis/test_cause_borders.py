"""Causes and what they advise: settings and records just on either side of each border, and advice worked out anew."""

from typing import Any

import numpy as np
import pytest

from simulator.core.datasets import Dataset, Split
from simulator.core.diagnosis import causes, curve, remedies, rules
from simulator.core.diagnosis.finding import Cause, Remedy, make_finding
from simulator.core.engine.evaluation import Evaluation
from tests.core.diagnosis.made_up import INPUTS, NONE, ROWS, made_up

CLIPPED = {"clip_norm": 0.1}
EXPONENTIAL = {"schedule": "exponential"}
PENALTY = {"l2": 0.1}
DECAY = {"optimizer": "adamw", "weight_decay": 0.1}
SIXTEEN = {"layer_sizes": (2, 16, 4, 2), "initializer": "normal", "activation": "tanh"}
"""Xavier's deviation for a square layer of 16 is 1/4."""


def shrunk(kept: float, *, layer: int = 1) -> dict[str, Any]:
    norms = np.ones((8, 3)) * 2.0
    norms[-1, layer] = 2.0 * kept
    return {"weight_norm": norms}


def rates(slow: int, rate: float) -> dict[str, Any]:
    """Return learning rates that begin with 0.1 and end with so many slow ones."""
    return {"learning_rate": np.where(np.arange(8) < 8 - slow, 0.1, rate)}


def norms(value: float) -> dict[str, Any]:
    return {"grad_norm": [1e6, value, value, value, value, value, 0.0, 0.0]}


FOUND: dict[str, tuple[dict[str, Any], str | None]] = {
    "inputs near 1": ({}, None),
    "inputs of 4.9": ({"inputs": np.full((4, 2), 4.9)}, None),
    "inputs of 5": ({"inputs": np.full((4, 2), 5.0)}, None),
    "inputs of 5.1": ({"inputs": np.full((4, 2), [1.0, -5.1])}, "scaling"),
    "inputs of 0.051": ({"inputs": np.full((4, 2), [0.051, 0.01])}, None),
    "inputs of 0.049": ({"inputs": np.full((4, 2), [0.049, 0.01])}, "scaling"),
    "dropout of 0.5": ({"network": {"dropout": (0.1, 0.5)}}, "dropout"),
    "dropout of 0.49": ({"network": {"dropout": (0.49, 0.1)}}, None),
    "a penalty that left 0.29": ({"training": PENALTY, "columns": shrunk(0.29)}, "penalty"),
    "a penalty that left 0.31": ({"training": PENALTY, "columns": shrunk(0.31)}, None),
    "l1": ({"training": {"l1": 0.1}, "columns": shrunk(0.29)}, "penalty"),
    "no penalty": ({"columns": shrunk(0.29)}, None),
    "a decay that left 0.29": ({"training": DECAY, "columns": shrunk(0.29)}, "weight_decay"),
    "a decay that left 0.31": ({"training": DECAY, "columns": shrunk(0.31)}, None),
    "no decay": ({"training": {**DECAY, "weight_decay": 0.0}, "columns": shrunk(0.29)}, None),
    "a decay that adam does not use": ({"training": {**DECAY, "optimizer": "adam"}, "columns": shrunk(0.29)}, None),
    "a clip at a tenth": ({"training": CLIPPED, "columns": norms(1.0)}, "clip"),
    "a clip at more than a tenth": ({"training": CLIPPED, "columns": norms(0.99)}, None),
    "no clip": ({"columns": norms(1e9)}, None),
    "a clip of what is not finite": ({"training": CLIPPED, "columns": norms(np.inf)}, None),
    "half of the run at 0.05 of the rate": ({"training": EXPONENTIAL, "columns": rates(5, 0.0049)}, "schedule"),
    "half of the run at 0.051": ({"training": EXPONENTIAL, "columns": rates(5, 0.0051)}, None),
    "slow at the end only": ({"training": EXPONENTIAL, "columns": rates(3, 0.0049)}, None),
    "slow without a schedule": ({"columns": rates(5, 0.0049)}, None),
    "straight": ({"network": {"activation": "identity"}}, "identity"),
    "straight without a hidden layer": ({"network": {"activation": "identity", "layer_sizes": (2, 2)}}, None),
    "leaky with slope 1": ({"network": {"activation": "leaky_relu", "negative_slope": 1.0}}, "identity"),
    "leaky with slope 0.9": ({"network": {"activation": "leaky_relu", "negative_slope": 0.9}}, None),
    "weights at a third": ({"network": {**SIXTEEN, "initializer_std": 0.0834}}, None),
    "weights under a third": ({"network": {**SIXTEEN, "initializer_std": 0.0833}}, "start"),
    "weights three times as large": ({"network": {**SIXTEEN, "initializer_std": 0.7499}}, None),
    "weights more than that": ({"network": {**SIXTEEN, "initializer_std": 0.7501}}, "start"),
    "another start": ({"network": {**SIXTEEN, "initializer": "he_normal", "initializer_std": 9.0}}, None),
    "no hidden layer": ({"network": {**SIXTEEN, "layer_sizes": (2, 2), "initializer_std": 9.0}}, None),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_cause_is_found_beyond_its_border(name):
    changes, expected = FOUND[name]
    found = causes.find_cause(made_up(**changes))
    assert (found and found.code) == expected


def cause(**changes: Any) -> Cause:
    found = causes.find_cause(made_up(**changes))
    assert found is not None
    return found


def test_a_cause_carries_the_number_that_shows_it_and_what_undoes_it():
    inputs = np.array([[1.0, 3.0], [1.0, -9.0], [1.0, 9.0], [1.0, 3.0]])
    assert cause(inputs=inputs).evidence == {"feature": 2, "size": pytest.approx(np.sqrt(45.0))}
    assert cause(network={"dropout": (0.7, 0.6)})[1:] == (
        {"dropout": 0.7},
        Remedy("no_dropout", {"dropout": 0.0}, {}),
    )
    kept = {"layer": 2, "kept": 0.25}
    penalty = cause(training={"l1": 0.2, "l2": 0.1}, columns=shrunk(0.25, layer=2))
    assert penalty.evidence == {"l1": 0.2, "l2": 0.1, **kept} and penalty.remedy.training == {"l1": 0.0, "l2": 0.0}
    decay = cause(training=DECAY, columns=shrunk(0.25, layer=2))
    assert decay.evidence == {"weight_decay": 0.1, **kept} and decay.remedy.training == {"weight_decay": 0.0}
    clip = cause(training=CLIPPED, columns=norms(1.01))
    assert clip.evidence == {"clip_norm": 0.1, "grad_norm": 1.01} and clip.remedy.training == {"clip_norm": None}
    schedule = cause(training=EXPONENTIAL, columns=rates(5, 0.004))
    assert schedule.evidence == {"rate_last": 0.004, "rate_first": 0.1}
    assert schedule.remedy.training == {"schedule": "constant"}
    identity = cause(network={"activation": "identity"})
    assert identity.evidence == {"num_hidden_layers": 2} and identity.remedy.network["activation"] == "relu"
    start = cause(network={**SIXTEEN, "initializer_std": 0.01})
    assert start.evidence == {"std": 0.01, "usual": 0.25} and start.remedy.network == {"initializer": "xavier_normal"}
    assert cause(network={**SIXTEEN, "activation": "relu"}).evidence["usual"] == pytest.approx(np.sqrt(2 / 16))


def test_weights_that_began_at_nothing_did_not_shrink():
    zero = np.ones((8, 3))
    zero[[0, -1], 1] = 0.0
    assert causes.find_cause(made_up(training=PENALTY, columns={"weight_norm": zero})) is None


@pytest.mark.parametrize(("right", "enough"), [(0.89, True), (0.91, False)])
def test_a_straight_line_must_have_a_tenth_more_right_answers(right, enough):
    """The labels are 0, 1, 1, 0: a line between these corners has all of them right."""
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    assert causes.straight_is_enough(made_up(inputs=corners, losses={70: 1.0}, right=right)) is enough


@pytest.mark.parametrize(("share", "enough"), [(0.89, True), (0.91, False)])
def test_a_straight_line_must_have_a_tenth_less_squared_error(share, enough):
    inputs, targets = INPUTS[:, :1], np.array([[-2.0], [1.0], [0.5], [2.0]])
    design = np.column_stack([inputs, np.ones(4)])
    line = design @ np.linalg.solve(design.T @ design, design.T @ targets)
    outputs = targets + np.sqrt(np.mean((line - targets) ** 2) / share)
    run = made_up(network={"layer_sizes": (1, 4, 1)}, training={"loss": "mse_mean"}, inputs=inputs)
    data = Dataset(name="arrays", inputs=inputs, labels=None, targets=targets, feature_names=("a",))
    object.__setattr__(run, "dataset", data)
    object.__setattr__(run, "evaluate_rows", lambda rows, step: Evaluation(outputs[rows], 1.0, np.nan))
    assert causes.straight_is_enough(run) is enough


def steps(*first: float) -> dict[str, Any]:
    """Return the sizes of the first updates of the layers."""
    ratios = np.full((8, 3), 1e-3)
    ratios[0] = first
    return {"update_ratio": ratios}


@pytest.mark.parametrize(
    ("largest", "decades"),
    [(1e-5, 1), (0.5, 1), (0.99, 1), (1.01, 2), (9.9, 2), (10.1, 3), (9e4, 6), (9e7, 6), (2e9, 3), (np.inf, 3)],
)
def test_the_rate_is_lowered_until_the_first_update_is_a_tenth_at_most(largest, decades):
    run = made_up(training={"learning_rate": 0.3}, columns=steps(1e-6, largest, 1e-6))
    found = remedies.lower_rate(run)
    wanted = pytest.approx(0.3 / 10**decades)
    assert (found.code, found.old, found.new, found.training) == ("lower_rate", 0.3, wanted, {"learning_rate": wanted})


@pytest.mark.parametrize(
    ("median", "decades"), [(0.02, 1), (0.0011, 1), (0.0009, 1), (9e-5, 2), (1.1e-6, 3), (9e-7, 4), (1e-12, 6), (0, 6)]
)
def test_the_rate_is_raised_while_updates_stay_under_a_hundredth(median, decades):
    ratios = np.full((8, 3), median * 0.1)
    ratios[:, 1] = [np.nan, 0.0, median, median, median, median, 1.0, 1.0]
    run = made_up(training={"learning_rate": 0.003}, columns={"update_ratio": ratios})
    found = remedies.raise_rate(run)
    wanted = pytest.approx(0.003 * 10**decades)
    assert (found.code, found.old, found.new, found.training) == (
        "raise_rate",
        0.003,
        wanted,
        {"learning_rate": wanted},
    )


@pytest.mark.parametrize(
    ("optimizer", "rate", "mended"),
    [("sgd", 0.011, None), ("sgd", 0.01, 0.1), ("momentum", 0.001, 0.1), ("adam", 0.001, None)],
)
def test_a_small_rate_is_raised_with_the_inputs(optimizer, rate, mended):
    found = remedies.scale_inputs(made_up(training={"optimizer": optimizer, "learning_rate": rate}))
    assert found.code == ("scale_and_rate" if mended else "scale") and found.new == mended
    assert found.training == {"scaling": "standard", **({"learning_rate": mended} if mended else {})}


def test_other_advice():
    assert remedies.train_longer(made_up(training={"num_epochs": 7})).training == {"num_epochs": 21}
    layer = remedies.add_hidden_layer(made_up(network={"layer_sizes": (2, 5, 2)}))
    assert layer.network == {"layer_sizes": (2, 5, 8, 2)} and layer.new == 8
    kept = Split(ROWS, ROWS[:1], NONE)
    assert remedies.stop_early(made_up(split=kept))[:3] == ("early_stopping", {}, {"patience": 5})
    apart = {"validation_fraction": 0.2, "patience": 5}
    assert remedies.stop_early(made_up())[:3] == ("hold_back", {}, apart)
    for activation, start in {"tanh": "xavier_normal", "identity": "xavier_normal", "relu": "he_normal"}.items():
        found = remedies.random_start(made_up(network={"activation": activation, "initializer": "zeros"}))
        assert found[1:] == ({"initializer": start}, {}, "zeros", start)


def test_the_cause_stands_at_the_worst_failure_and_only_one_thing_is_advised():
    other = Remedy("other", {}, {})
    kinds = ("symmetry", "dead_units", "overfitting", "partly_learned")
    findings = tuple(make_finding(kind, "loss", remedy=other) for kind in kinds)
    explanation = Cause("clip", {}, Remedy("no_clip", {}, {}))
    found = rules._with_cause(findings, explanation)
    assert [one.kind for one in found] == list(kinds)
    assert [one.cause for one in found] == [None, explanation, None, None]
    assert [one.remedy and one.remedy.code for one in found] == ["other", "no_clip", None, None]
    assert rules._with_cause(findings, None) == findings
    assert rules._with_cause(findings[:1], explanation) == findings[:1]


def test_epochs_are_means_of_their_mini_batches_without_what_follows_the_last_update():
    step = np.array([0, 4, 8, 10, 14, 20, 25, 30])
    loss, penalty = np.arange(8.0), np.full(8, 0.5)
    run = made_up(columns={"step": step, "loss": loss, "penalty": penalty}, num_steps=30)
    epochs, means = curve.epoch_means(run)
    assert epochs.tolist() == [0, 1, 2] and means.tolist() == [0.5, 3.0, 5.0]


@pytest.mark.parametrize(("batch", "rows"), [(3, 3), (None, 4), (32, 4)])
def test_a_sum_over_rows_is_that_of_a_mini_batch(batch, rows):
    training = {"loss": "mse_half_sum", "batch_size": batch}
    run = made_up(
        training=training,
        split=Split(ROWS, ROWS[:2], NONE),
        losses={70: 6.0},
        columns={"validation_loss": np.full(8, 5.0)},
    )
    assert curve.training_loss(run, 70) == pytest.approx(6.0 / 4 * rows)
    assert curve.loss_of_rows(run, ROWS[:2], 70) == pytest.approx(6.0 / 2 * rows)
    assert curve.validation_losses(run) == pytest.approx(5.0 / 2 * rows)
    mean = made_up(training={"loss": "mse_mean"}, losses={70: 6.0})
    assert curve.training_loss(mean, 70) == 6.0


@pytest.mark.parametrize(
    ("loss", "output", "activation", "answer"),
    [
        ("cross_entropy", 2, "softmax", -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))),
        ("binary_cross_entropy", 2, "sigmoid", -2 * (0.25 * np.log(0.25) + 0.75 * np.log(0.75))),
        ("binary_cross_entropy", 1, "sigmoid", -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))),
        ("mse_mean", 1, "identity", 0.25 * 0.75),
        ("mse_mean", 1, "tanh", 4 * 0.25 * 0.75),
        ("mse_mean", 2, "identity", 0.25 * 0.75),
        ("mse_batch_mean", 2, "identity", 2 * 0.25 * 0.75),
        ("mse_half_sum", 2, "identity", 3 * 0.25 * 0.75),
    ],
)
def test_the_best_answer_that_ignores_the_inputs(loss, output, activation, answer):
    """One row of four has the other class; the mini-batch has 3 rows."""
    network = {"layer_sizes": (2, 4, output), "output_activation": activation}
    run = made_up(network=network, training={"loss": loss, "batch_size": 3})
    data = Dataset(
        name="arrays",
        inputs=INPUTS,
        labels=np.array([0, 1, 1, 1]),
        targets=None,
        feature_names=("a", "b"),
        class_names=("a", "b"),
    )
    object.__setattr__(run, "dataset", data)
    assert curve.constant_answer_loss(run) == pytest.approx(answer)


@pytest.mark.parametrize(("loss", "outputs"), [("cross_entropy", 2), ("binary_cross_entropy", 1)])
def test_one_class_alone_needs_no_inputs(loss, outputs):
    run = made_up(network={"layer_sizes": (2, 4, outputs)}, training={"loss": loss})
    object.__setattr__(run, "split", Split(ROWS[[0, 3]], NONE, NONE))  # the labels are 0, 1, 1, 0
    assert curve.constant_answer_loss(run) == 0.0


def test_a_loss_curve_in_a_few_numbers():
    loss = np.array([9.0, 8.5, 7.5, 7.0, 6.0, 5.5, 4.9, 4.0, 3.6, 3.0, 2.4, 2.0])
    columns = {"loss": loss + 0.5, "penalty": np.full(12, 0.5)}
    run = made_up(12, columns=columns, losses={0: 9.5, 110: 1.5}, right=0.75)
    found = curve.summarise(run)
    assert (found.first, found.last, found.accuracy, found.start, found.window) == (9.5, 1.5, 0.75, 9.0, 1)
    assert found.level == 2.0 and found.values.tolist() == pytest.approx(loss)
    assert found.last_quarter == pytest.approx(np.mean(loss[-3:]))
    assert found.third_quarter == pytest.approx(np.mean(loss[-6:-3]))
    assert found.noise == 0.0  # of three numbers
    assert found.fall == 7.0 and found.late_fall == pytest.approx(found.third_quarter - found.last_quarter)
    many = np.sin(np.arange(40.0)) - 0.1 * np.arange(40)
    columns = {"loss": many, "epoch": np.arange(40) / 6}
    found = curve.summarise(made_up(40, columns=columns, losses={0: 1.0, 390: 1.0}))
    last = many[-10:]
    line = np.linalg.lstsq(np.column_stack([np.arange(10), np.ones(10)]), last, rcond=None)[0]
    residual = last - np.column_stack([np.arange(10), np.ones(10)]) @ line
    assert found.window == 6 and found.level == pytest.approx(many[-6:].mean())
    assert found.noise == pytest.approx(residual.std() / np.sqrt(10))
    lost = curve.summarise(made_up(columns={"loss": np.full(8, np.inf)}, losses={0: 1.0, 70: 1.0}))
    assert np.isnan([lost.start, lost.level, lost.third_quarter, lost.last_quarter]).all()
    for num in (1, 2):
        few = curve.summarise(made_up(num, losses={0: 1.0, 10 * (num - 1): 1.0}))
        assert few.third_quarter == few.last_quarter == few.start == 1.0 and few.window == 1


@pytest.mark.parametrize(
    ("last", "learned", "solved"), [(0.5, False, False), (0.49, True, False), (0.25, True, False), (0.24, True, True)]
)
def test_a_network_has_learned_or_solved_its_task(last, learned, solved):
    run = made_up(losses={0: 1.0, 70: last})
    found = curve.summarise(run)._replace(baseline=1.0)
    assert (found.learned, found.solved) == (learned, solved)
