"""Every kind of finding from a run that shows it, with evidence that is in the records, and silence on healthy runs."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from simulator.core.diagnosis import KINDS, MAX_FINDINGS, SEVERITIES, Finding, diagnose
from simulator.core.diagnosis.curve import constant_answer_loss, summarise
from simulator.core.diagnosis.finding import EXCLUDES, make_finding, select
from simulator.core.run import Run, train
from simulator.scenes.training.settings import Training

# One family of shapes (moons, 2-8-8-2, 60 epochs of 32) wherever the kind allows it: shapes cost compilations.
NOISY = {"noise": 0.5, "hidden": (32, 32), "optimizer": "adam", "rate": 0.02, "validation": 0.3}
CASES = {
    "diverged": {"data": "sine", "hidden": (16, 16), "loss": "mse_mean", "rate": 2.0, "epochs": 40},
    "diverged_finite": {"optimizer": "momentum", "activation": "tanh", "rate": 3.0, "initializer": "xavier_normal"},
    "symmetry": {"initializer": "constant", "init_value": 0.3},
    "symmetry_zeros": {"initializer": "zeros", "activation": "tanh"},
    "dead_layer": {"data": "circles", "hidden": (16, 16), "rate": 3.0, "epochs": 40},
    "dead_units": {"optimizer": "momentum", "rate": 1.0},
    "exploding_gradient": {"hidden": (8,) * 8, "initializer": "normal", "init_std": 2.0, "rate": 1e-6},
    "vanishing_gradient": {"hidden": (8,) * 8, "activation": "sigmoid", "initializer": "xavier_normal"},
    "saturated": {"activation": "tanh", "initializer": "normal", "init_std": 30.0, "rate": 0.01},
    "oscillating": {"optimizer": "adam", "activation": "tanh", "rate": 1.0},
    "rate_too_small": {"rate": 1e-4},
    "overfitting": NOISY,
    "underfitting": {"data": "xor", "hidden": (), "rate": 0.3},
    "stopped_early": {
        "noise": 0.5,
        "hidden": (32, 32),
        "optimizer": "adam",
        "rate": 0.02,
        "validation": 0.3,
        "patience": 5,
    },
    "still_learning": {"epochs": 15},
    "partly_learned": {"noise": 0.4, "hidden": (), "rate": 0.3},
    "converged": {"data": "xor", "hidden": (2,), "rate": 0.3, "seed": 2},
    "healthy": {"epochs": 200},
}
HEALTHY = [
    {},
    {"seed": 1},
    {"seed": 2},
    {"activation": "tanh", "initializer": "xavier_normal"},
    {"optimizer": "adam", "rate": 0.01},
    {"data": "circles", "seed": 3},
]


@cache
def run_of(**changes) -> Run:
    std = changes.pop("init_std", Training().init_std)  # one case goes further than the page's control
    settings = Training(**changes)
    dataset = settings.dataset()
    return train(replace(settings.network(dataset), initializer_std=std), settings.training(), dataset)


def case(name: str) -> Run:
    return run_of(**CASES[name])


def found(run: Run) -> dict[str, Finding]:
    return {finding.kind: finding for finding in diagnose(run)}


@pytest.mark.parametrize("name", CASES)
def test_a_run_that_shows_it_is_diagnosed(name: str):
    kind = {"diverged_finite": "diverged", "symmetry_zeros": "symmetry"}.get(name, name)
    finding = found(case(name))[kind]
    assert finding.severity == KINDS[kind]
    assert finding.field in case(name).records._fields
    assert finding.step is None or 0 <= finding.step <= case(name).num_steps


@pytest.mark.parametrize("changes", HEALTHY, ids=str)
def test_a_healthy_run_has_no_failure_and_no_warning(changes: dict):
    findings = diagnose(run_of(**changes))
    assert [finding.kind for finding in findings if finding.severity in ("failure", "warning")] == []
    assert findings


def test_divergence_names_the_first_number_that_is_not_finite():
    run = case("diverged")
    finding = found(run)["diverged"]
    first = run.first_nonfinite
    assert first is not None
    assert (finding.step, finding.layer, finding.evidence["quantity"]) == (first.step, first.layer, first.quantity)
    row = int(np.searchsorted(run.records.step, first.step)) - 1
    assert finding.evidence["loss_before"] == float(run.records.loss[row])
    assert np.isfinite(finding.evidence["loss_before"])


def test_divergence_without_an_infinite_number_names_the_step_where_the_loss_ran_away():
    run = case("diverged_finite")
    finding = found(run)["diverged"]
    assert run.first_nonfinite is None and finding.evidence["finite"]
    losses = run.records.loss
    row = list(run.records.step).index(finding.step)
    limit = 3.0 * max(float(losses[0]), np.log(2.0))
    assert losses[row] > limit and (losses[:row] <= limit).all()


def test_symmetry_is_seen_in_the_parameters():
    run = case("symmetry")
    finding = found(run)["symmetry"]
    assert finding.layer == 0
    weight = run.params_at(run.num_steps)[0].weight
    assert finding.evidence["num_units"] == weight.shape[1] == 8
    assert np.ptp(weight, axis=1).max() == pytest.approx(finding.evidence["spread"], abs=1e-6)


def hidden_answers(run: Run, step: int, layer: int) -> np.ndarray:
    """Return what a hidden ReLU layer answers to every training row, from the parameters alone: (rows, units)."""
    value = run.dataset.inputs[run.split.train].astype(np.float64)
    for entry in run.params_at(step)[: layer + 1]:
        value = np.maximum(value @ entry.weight + entry.bias, 0.0)
    return value


def test_dead_units_are_counted_on_all_training_rows():
    run = case("dead_units")
    finding = found(run)["dead_units"]
    assert finding.layer is not None
    counts = [int((hidden_answers(run, step, finding.layer) == 0).all(axis=0).sum()) for step in (0, run.num_steps)]
    assert [finding.evidence["num_dead_at_start"], finding.evidence["num_dead"]] == counts
    assert finding.evidence["num_dead"] > 0.5 * finding.evidence["num_units"] == 4
    assert finding.evidence["num_rows"] == 240


@pytest.mark.parametrize("changes", [CASES["dead_layer"], {"rate": 1.0, "batch": 4, "epochs": 20}], ids=str)
def test_a_layer_is_dead_from_the_first_step_after_which_it_never_answers(changes: dict):
    run = run_of(**changes)
    finding = found(run)["dead_layer"]
    layer, steps = finding.layer, run.records.step
    assert layer is not None
    silent = np.array([not hidden_answers(run, int(step), layer).any() for step in steps])
    assert finding.step == steps[np.flatnonzero(~silent)[-1] + 1]
    assert (run.records.dead_fraction[steps >= finding.step, layer] == 1.0).all()
    assert (run.records.pre_activation_grad_norm[steps >= finding.step, : layer + 1] == 0.0).all()


@pytest.mark.parametrize("name", ["vanishing_gradient", "exploding_gradient"])
def test_the_factor_a_layer_multiplies_to_the_ratio(name: str):
    run = case(name)
    finding = found(run)[name]
    norms = run.records.pre_activation_grad_norm[0]
    assert finding.evidence["first"] == float(norms[0]) and finding.evidence["output"] == float(norms[-1])
    assert finding.evidence["ratio"] == pytest.approx(float(norms[0]) / float(norms[-1]))
    assert finding.evidence["per_layer"] ** (len(norms) - 1) == pytest.approx(finding.evidence["ratio"])
    assert (finding.evidence["ratio"] < 1e-2) == (name == "vanishing_gradient")


def test_saturation_is_the_median_of_the_last_records():
    run = case("saturated")
    finding = found(run)["saturated"]
    late = run.records.saturated_fraction[-summarise(run).window :, finding.layer]
    assert finding.evidence["saturated_fraction"] == float(np.median(late)) >= 0.5


def test_a_saturated_network_that_learned_is_left_alone():
    run = run_of(activation="tanh", rate=0.3, initializer="xavier_normal", epochs=200)
    assert run.records.loss[-10:].mean() < 0.1
    assert "saturated" not in found(run)


def test_a_small_rate_is_shown_by_the_updates():
    run = case("rate_too_small")
    finding = found(run)["rate_too_small"]
    assert finding.evidence["update_ratio"] == float(np.median(run.records.update_ratio.max(axis=1))) < 1e-3
    (mended,) = [found.remedy for found in diagnose(run) if found.remedy]
    assert mended.code == "raise_rate" and mended.old == 1e-4 < mended.new == mended.training["learning_rate"]


def test_a_rate_of_almost_nothing_is_too_small_though_no_fall_is_seen():
    assert "rate_too_small" in found(run_of(rate=1e-6))


def test_overfitting_begins_at_the_minimum_of_the_validation_loss():
    run = case("overfitting")
    finding = found(run)["overfitting"]
    rows = np.flatnonzero(run.records.evaluated)
    validation = run.records.validation_loss[rows]
    best = rows[int(np.argmin(validation))]
    assert finding.step == run.records.step[best]
    assert finding.evidence["epoch"] == float(run.records.epoch[best])
    assert finding.evidence["validation_lowest"] == float(validation.min())
    assert finding.evidence["validation_last"] == float(validation[-1])
    assert finding.evidence["validation_last"] > 1.1 * finding.evidence["validation_lowest"]
    assert finding.evidence["training_last"] < finding.evidence["training_then"]


def test_underfitting_compares_with_the_best_constant_answer():
    run = case("underfitting")
    finding = found(run)["underfitting"]
    assert finding.evidence["baseline"] == pytest.approx(np.log(2.0), rel=1e-3)
    assert finding.evidence["loss_last"] > 0.9 * finding.evidence["baseline"]


@pytest.mark.parametrize(
    ("loss", "expected"), [("mse_mean", 0.5**2), ("mse_batch_mean", 2 * 0.5**2), ("mse_half_sum", 32 * 0.5**2)]
)
def test_the_constant_answer_of_squared_errors_is_the_mean_target(loss: str, expected: float):
    # Two balanced classes, one-hot: each output is off by one half, whatever the row.
    run = run_of(loss=loss, epochs=1, rate=1e-3)
    assert constant_answer_loss(run) == pytest.approx(expected, rel=1e-3)


def test_stopping_early_names_the_best_epoch():
    run = case("stopped_early")
    finding = found(run)["stopped_early"]
    assert run.best_step is not None
    assert finding.evidence["best_step"] == run.best_step
    assert finding.evidence["best_epoch"] == run.best_step // run.steps_per_epoch
    assert finding.evidence["epoch"] - finding.evidence["best_epoch"] == 5


def test_a_cancelled_run_says_where():
    settings = Training()
    dataset = settings.dataset()
    run = train(settings.network(dataset), settings.training(), dataset, progress=lambda done, total: False)
    finding = found(run)["cancelled"]
    assert run.cancelled and finding.step == run.records.step[-1] < 480
    assert not {"converged", "underfitting", "still_learning", "healthy"} & found(run).keys()


def test_convergence_is_dated_where_the_epochs_stay_near_the_last_one():
    run = case("converged")
    evidence = found(run)["converged"].evidence
    means = run.records.loss[:-1].reshape(60, -1).astype(float).mean(axis=1)
    near = np.abs(means - means[-1]) <= 0.1 * means[-1]
    assert near[evidence["epoch"] :].all() and not near[evidence["epoch"] - 1]
    late = means[evidence["epoch"] :]
    assert (evidence["lowest"], evidence["highest"]) == pytest.approx((late.min(), late.max()))
    assert evidence["loss_last"] < 0.5 * evidence["loss_first"]


@pytest.mark.parametrize("name", ["xor", "moons"])
def test_a_loss_that_still_halves_is_not_called_converged(name: str):
    assert "converged" not in found(run_of(data=name, epochs=200))


def test_losses_that_are_said_are_those_of_all_training_rows():
    run = run_of(l2=0.01, epochs=15)
    evidence = found(run)["still_learning"].evidence
    labels = run.dataset.labels
    assert labels is not None
    for name, step in (("loss_first", 0), ("loss_last", run.num_steps)):
        answers = np.maximum(hidden_answers(run, step, 1), 0.0) @ run.params_at(step)[2].weight
        logits = answers + run.params_at(step)[2].bias
        chosen = logits[np.arange(len(logits)), labels[run.split.train]]
        assert evidence[name] == pytest.approx(np.mean(np.log(np.exp(logits).sum(axis=1)) - chosen), rel=1e-5)


def test_overfitting_without_validation_rows_is_seen_on_the_test_rows():
    run = run_of(**{**NOISY, "rows": 120, "epochs": 150, "validation": 0.0, "test": 0.3})
    finding = found(run)["overfitting"]
    assert finding.evidence["test_loss"] == pytest.approx(run.test_loss)
    assert run.test_loss > 2 * finding.evidence["training_last"]
    assert "still_learning" not in found(run)
    assert finding.remedy is not None and finding.remedy.training["validation_fraction"] == 0.2


def test_findings_are_ordered_and_few():
    order = list(KINDS)
    findings = [make_finding(kind, "loss") for kind in reversed(order)]
    for kept in (select(findings), select([item for item in findings if item.kind != "diverged"])):
        assert [order.index(item.kind) for item in kept] == sorted(order.index(item.kind) for item in kept)
        assert 0 < len(kept) <= MAX_FINDINGS
    together = [
        "exploding_gradient",
        "vanishing_gradient",
        "dead_units",
        "saturated",
        "oscillating",
        "overfitting",
        "cancelled",
    ]
    few = select([make_finding(kind, "loss") for kind in reversed(together)])
    assert [item.kind for item in few] == together[:5]  # a card has room for five


def test_severities_never_rise_down_the_list_of_kinds():
    ranks = [SEVERITIES.index(severity) for severity in KINDS.values()]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("name", CASES)
def test_no_two_findings_contradict_each_other(name: str):
    kinds = [finding.kind for finding in diagnose(case(name))]
    assert len(kinds) == len(set(kinds))
    assert not any(other in EXCLUDES.get(kind, ()) for kind in kinds for other in kinds)


@pytest.mark.parametrize("name", CASES)
def test_evidence_is_plain_python(name: str):
    for finding in diagnose(case(name)):
        for value in finding.evidence.values():
            assert isinstance(value, (bool, int, float, str, type(None)))
