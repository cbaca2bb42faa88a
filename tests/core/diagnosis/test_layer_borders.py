"""Rules that read the columns of layers and the parameters: a made-up run just on either side of each border."""

from typing import Any

import numpy as np
import pytest

from simulator.core.diagnosis import layers
from simulator.core.diagnosis.silent import silent_from
from simulator.core.network import LayerParams
from simulator.core.run import NonFinite
from tests.core.diagnosis.made_up import curve, made_up

DEEP = {"layer_sizes": (2, 4, 4, 4, 2)}


def only(findings: list) -> Any:
    assert len(findings) <= 1
    return findings[0] if findings else None


RAN_AWAY = {"level": 3.1, "last": 3.1, "values": np.array([1.0, 2.0, 2.9, 3.05, 2.0, 4.0, 4.0, 4.0])}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"level": 3.0}, False),
        ({"start": 1.1}, False),
        ({"baseline": 1.1}, False),
        ({"start": 0.5}, True),
        ({"first": 3.1}, False),
    ],
)
def test_a_loss_ran_away(changes, expected):
    assert (only(layers.find_divergence(made_up(), curve(**{**RAN_AWAY, **changes}))) is not None) == expected


def test_what_is_said_of_a_loss_that_ran_away():
    gradients = np.ones((8, 3))
    gradients[2] = [5.0, np.nan, 6.0]
    gradients[3] = [9.0, 1.0, 1.0]
    run = made_up(columns={"weight_grad_norm": gradients})
    finding = only(layers.find_divergence(run, curve(**RAN_AWAY, first=0.9)))
    assert (finding.step, finding.layer, finding.remedy.code) == (30, 2, "lower_rate")
    said = {"quantity": "loss", "finite": True, "loss_first": 0.9, "loss_last": 3.1, "loss_limit": 3.0}
    assert finding.evidence == pytest.approx(said)
    at_once = only(layers.find_divergence(run, curve(**{**RAN_AWAY, "values": np.full(8, 4.0)})))
    assert at_once.step == 0


@pytest.mark.parametrize(("step", "row"), [(0, 0), (30, 2), (33, 3)])
def test_the_first_number_that_is_not_finite_is_said_with_the_loss_before_it(step, row):
    loss, penalty = np.arange(8.0), np.full(8, 0.25)
    run = made_up(columns={"loss": loss, "penalty": penalty}, nonfinite=NonFinite(step, 1, "weight"))
    finding = only(layers.find_divergence(run, curve()))
    said = {"quantity": "weight", "finite": False, "loss_before": row - 0.25, "step_before": 10 * row}
    assert (finding.step, finding.layer, finding.evidence) == (step, 1, said)


def params(*layers: tuple[np.ndarray, np.ndarray]) -> tuple[LayerParams, ...]:
    return tuple(LayerParams(weight, bias) for weight, bias in layers)


def equal_units(spread: float = 0.0, bias: float = 0.0, size: float = 2.0, units: int = 4) -> tuple[np.ndarray, ...]:
    """Return weights and biases of a layer whose units differ by so much in one weight or in the bias."""
    weight, biases = np.full((2, units), size), np.full(units, 0.1)
    weight[1, 0] -= spread
    biases[-1] += bias
    return weight, biases


OUT = (np.ones((4, 2)), np.zeros(2))
RANDOM = (np.random.default_rng(0).normal(size=(2, 4)), np.zeros(4))
SYMMETRY = {
    "equal": (equal_units(), equal_units(), True),
    "nearly equal": (equal_units(), equal_units(1.9e-4), True),
    "apart by rather more than float32 rounds": (equal_units(), equal_units(2.1e-4), False),
    "biases nearly equal": (equal_units(), equal_units(bias=1.9e-4), True),
    "biases apart": (equal_units(), equal_units(bias=2.1e-4), False),
    "large biases": (equal_units(), (np.full((2, 4), 0.1), np.array([2.0, 2.0, 2.0, 2.00019])), True),
    "began apart": (equal_units(1e-6), equal_units(), False),
    "one unit": (equal_units(units=1), equal_units(units=1), False),
    "two units": (equal_units(units=2), equal_units(units=2), True),
    "lost": (equal_units(), (np.full((2, 4), np.inf), np.zeros(4)), False),
}


@pytest.mark.parametrize("name", SYMMETRY)
def test_units_are_equal(name):
    start, end, expected = SYMMETRY[name]
    run = made_up(params={0: params(RANDOM, start, OUT), 70: params(RANDOM, end, OUT)})
    finding = only(layers.find_symmetry(run, curve()))
    assert (finding is not None) == expected
    if finding:
        both = np.vstack([end[0], end[1][None]])
        spread = pytest.approx(float(np.ptp(both, axis=1).max()))
        assert (finding.step, finding.layer) == (70, 1)
        assert finding.evidence == {"spread": spread, "num_units": len(end[1])}


def silenced(num_dead: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a layer of four units, so many of which answer 0 to whatever they are shown."""
    return np.ones((4, 4)), np.where(np.arange(4) < num_dead, -100.0, 0.5)


def with_dead(first: int, second: int, *, start: int = 0, columns: dict[str, Any] | None = None, **changes: Any):
    inner = (np.ones((2, 4)), np.where(np.arange(4) < first, -100.0, 1.5))
    made = {step: params(inner, silenced(count), OUT) for step, count in ((0, start), (70, second))}
    return made_up(columns=columns or {"dead_fraction": np.full((8, 3), 0.6)}, params=made, **changes)


@pytest.mark.parametrize(
    ("second", "recorded", "expected"), [(3, 0.51, True), (2, 0.51, False), (3, 0.5, False), (1, 0.9, False)]
)
def test_most_units_of_a_layer_are_dead(second, recorded, expected):
    dead = np.full((8, 3), 0.1)
    dead[-2:, 1] = recorded, 0.9
    dead[:, 2] = 1.0  # of the output layer nothing is said
    finding = only(layers.find_dead_units(with_dead(0, second, start=1, columns={"dead_fraction": dead}), curve()))
    assert (finding is not None) == expected
    if finding:
        said = {"num_dead": second, "num_dead_at_start": 1, "num_units": 4, "num_rows": 4}
        assert (finding.kind, finding.step, finding.layer, finding.evidence) == ("dead_units", 70, 1, said)
        assert finding.remedy.code == "lower_rate"


def test_units_are_dead_in_networks_with_relu_that_left_something_to_learn():
    assert layers.find_dead_units(with_dead(0, 3, network={"activation": "leaky_relu"}), curve()) == []
    assert only(layers.find_dead_units(with_dead(0, 3), curve(last=0.2))).remedy is None
    assert only(layers.find_dead_units(with_dead(3, 2), curve())).layer == 0


def gone_from(step: int, *, snapshots: tuple[int, ...], seen_from: int | None = None):
    """Return a run whose second hidden layer answers 0 to every row from a step on; its mini-batches say so earlier."""
    alive = params((np.ones((2, 4)), np.full(4, 1.5)), silenced(0), OUT)
    silent = params((np.ones((2, 4)), np.full(4, 1.5)), silenced(4), OUT)
    dead = np.full((8, 3), 0.2)
    dead[(step if seen_from is None else seen_from) // 10 :, 1] = 1.0
    made = {at: silent if at >= step else alive for at in range(0, 80, 10)}
    execution: Any = type("Kept", (), {"snapshots": dict.fromkeys(snapshots)})()
    return made_up(columns={"dead_fraction": dead}, params=made, execution=execution)


@pytest.mark.parametrize("snapshots", [(0, 70), (0, 30, 60, 70), (0, 40, 70), (40, 50, 70)])
@pytest.mark.parametrize(("step", "seen_from"), [(20, None), (40, None), (50, None), (70, None), (40, 10), (60, 20)])
def test_a_layer_is_silent_since_the_first_step_from_which_it_never_answers(step, seen_from, snapshots):
    run = gone_from(step, snapshots=snapshots, seen_from=seen_from)
    assert silent_from(run, 1) == step
    finding = only(layers.find_dead_units(run, curve(window=1)))
    said = {"num_rows": 4}
    assert (finding.kind, finding.step, finding.layer, finding.evidence) == ("dead_layer", step, 1, said)


def test_a_layer_that_a_mini_batch_still_woke_is_not_silent():
    run = gone_from(20, snapshots=(0, 20, 70))
    run.records.dead_fraction[4, 1] = 0.99
    assert silent_from(run, 1) == 50
    run.records.dead_fraction[7, 1] = 0.99
    assert silent_from(run, 1) is None


def gradient_norms(first: Any, *, output: Any = 1.0) -> dict[str, Any]:
    norms = np.ones((8, 4))
    norms[:, 0], norms[:, -1] = first, output
    return {"pre_activation_grad_norm": norms}


LATER = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
RATIOS: dict[str, tuple[dict[str, Any], str | None]] = {
    "0.0099": (gradient_norms(0.0099), "vanishing_gradient"),
    "0.0101": (gradient_norms(0.0101), None),
    "small at the start only": (gradient_norms(np.where(np.arange(8) < 3, 0.009, 0.02)), None),
    "small later only": (gradient_norms(np.where(np.arange(8) < 3, 0.02, 0.009)), None),
    "0.01": (gradient_norms(0.01), None),
    "100": (gradient_norms(100.0), None),
    "101": (gradient_norms(101.0), "exploding_gradient"),
    "large later only": (gradient_norms(np.where(np.arange(8) < 1, 1.0, 1e4)), None),
    "no gradient at the output": (gradient_norms(0.001, output=0.0), None),
    "lost in the first layer": (gradient_norms(np.inf), None),
}


@pytest.mark.parametrize("name", RATIOS)
def test_gradients_of_the_first_and_of_the_last_layer(name):
    columns, expected = RATIOS[name]
    finding = only(layers.find_gradient_ratio(made_up(network=DEEP, columns=columns), curve()))
    assert (finding and finding.kind) == expected
    one_layer = made_up(network={"layer_sizes": (2, 2)}, columns={"pre_activation_grad_norm": np.full((8, 1), 1e-9)})
    assert layers.find_gradient_ratio(one_layer, curve()) == []


@pytest.mark.parametrize(("activation", "remedy"), [("sigmoid", "relu_he"), ("tanh", "relu_he"), ("relu", "normalize")])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_what_is_said_of_a_gradient_that_vanishes(activation, remedy, optimizer):
    first = np.array([0.5, 0.008, 0.004, 0.002, 0.001, 0.001, 0.001, 0.001])
    output = np.array([0.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, np.inf])
    network, training = {**DEEP, "activation": activation}, {"optimizer": optimizer}
    run = made_up(network=network, training=training, columns=gradient_norms(first, output=output))
    finding = only(layers.find_gradient_ratio(run, curve()))
    assert (finding.step, finding.layer, finding.remedy.code) == (10, 0, remedy)
    said = {"first": 0.008, "output": 2.0, "ratio": 0.004, "ratio_median": 0.00075, "per_layer": 0.004 ** (1 / 3)}
    assert finding.evidence == pytest.approx({**said, "num_layers": 4, "adaptive": optimizer == "adam"})
    assert only(layers.find_gradient_ratio(run, curve(last=0.4))).remedy is None


def test_what_is_advised_where_a_gradient_explodes():
    run = made_up(network=DEEP, columns=gradient_norms(200.0))
    finding = only(layers.find_gradient_ratio(run, curve()))
    assert finding.remedy.code == "normalize" and finding.evidence["ratio"] == 200.0
    assert only(layers.find_gradient_ratio(run, curve(last=0.4))).remedy is None


@pytest.mark.parametrize(
    ("norms", "expected"),
    [
        ([2, 1, 1, 2010, 9000, 1, 1, 1], 30),
        ([2, 1, 1, 2000, 1, 1, 1, 1], None),
        ([2, 1, np.inf, 1, 1, 2010, 1, 1], 50),
        ([0, 1, 1, 2010, 1, 1, 1, 1], None),
        ([np.nan, 1, 1, 2010, 1, 1, 1, 1], None),
    ],
)
def test_a_gradient_grew(norms, expected):
    of_layers = np.ones((8, 3))
    of_layers[3], of_layers[5] = [1.0, np.nan, 5.0], [1.0, np.inf, 5.0]
    run = made_up(columns={"grad_norm": norms, "weight_grad_norm": of_layers})
    finding = only(layers.find_gradient_ratio(run, curve()))
    assert (finding and finding.step) == expected
    if finding:
        assert finding.evidence == {"grad_norm_first": 2.0, "grad_norm": 2010.0, "growth": 1005.0}
        assert finding.layer == {30: 2, 50: 1}[finding.step] and finding.remedy.code == "lower_rate"
        assert only(layers.find_gradient_ratio(run, curve(last=0.4))).remedy is None
        assert layers.find_gradient_ratio(run, curve(**RAN_AWAY)) == []  # said by the loss already


@pytest.mark.parametrize(("share", "expected"), [(0.5, True), (0.49, False)])
def test_a_layer_is_saturated(share, expected):
    saturated = np.full((8, 3), 0.1)
    saturated[2:, 1] = 0.3, 0.6, 0.2, share - 0.1, share, share + 0.1
    saturated[:, 2] = 0.9  # of the output layer nothing is said
    run = made_up(network={"activation": "tanh"}, columns={"saturated_fraction": saturated})
    finding = only(layers.find_saturation(run, curve(window=3)))
    assert (finding is not None) == expected
    if finding:
        said = {"window": 3, "saturated_fraction": 0.5, "saturated_at_start": 0.1, "activation": "tanh"}
        assert (finding.step, finding.layer, finding.evidence) == (30, 1, pytest.approx(said))
        assert finding.remedy.code == "lower_rate"
        saturated[0, 1] = 0.5
        again = only(layers.find_saturation(run, curve(window=3)))
        assert (again.step, again.remedy.code) == (0, "initializer")
        assert layers.find_saturation(run, curve(window=3, last=0.4)) == []
    relu = made_up(columns={"saturated_fraction": saturated})
    assert layers.find_saturation(relu, curve(window=3)) == []
