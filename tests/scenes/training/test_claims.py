"""Every claim of the card is read back from its sentence, in both languages, and held to the records.

Over 300 random runs of two shapes; ``claims.py`` recomputes each claim by itself.
"""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.core.datasets import Dataset, load_dataset
from simulator.core.diagnosis import Finding, diagnose
from simulator.core.network import ACTIVATIONS, INITIALIZERS, NetworkConfig
from simulator.core.run import Run, train
from simulator.core.training import OPTIMIZERS, SCHEDULES, TrainingConfig
from simulator.scenes.training.pictures.result import result_card
from simulator.scenes.training.words import narrate_gradients, narrate_loss
from simulator.texts import LANGUAGES
from tests.scenes.training.claims import CHECKS, close, dead_layer, layers, loss
from tests.scenes.training.reading import number, read
from tests.scenes.training.runs import numbers

PLANE = load_dataset("moons", num_rows=100, noise=0.3)
LINE = load_dataset("sine", num_rows=100)
RUNS = 150
"""Of each data set: all runs have one of two shapes, so that two programs are compiled."""
SEEN: Counter[str] = Counter()

NETWORKS = st.fixed_dictionaries(
    {
        "activation": st.sampled_from(("relu", *ACTIVATIONS)),
        "initializer": st.sampled_from((*["he_normal", "xavier_normal", "normal"] * 4, *INITIALIZERS)),
        "initializer_std": st.sampled_from((0.0, 0.03, 0.3, 1.0, 1.0, 10.0)),
        "initializer_value": st.sampled_from((0.0, 0.3)),
        "negative_slope": st.sampled_from((0.01, 0.3, 1.0)),
    }
)
TRAININGS = st.fixed_dictionaries(
    {
        "optimizer": st.sampled_from(OPTIMIZERS),
        "learning_rate": st.floats(-6.0, 2.0).map(lambda power: float(f"{10.0**power:.3g}")),
        "schedule": st.sampled_from((*["constant"] * 5, *SCHEDULES)),
        "l1": st.sampled_from((0.0, 0.0, 0.0, 0.1)),
        "l2": st.sampled_from((0.0, 0.0, 0.001, 0.1)),
        "clip_norm": st.sampled_from((None, None, None, 1e-3, 1.0)),
        "num_epochs": st.sampled_from((3, 12, 40)),
        "patience": st.sampled_from((None, None, 2)),
        "validation_fraction": st.sampled_from((0.0, 0.2)),
        "seed": st.integers(0, 50),
    }
)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
EXAMPLES = settings(max_examples=RUNS, deadline=None, derandomize=True, suppress_health_check=SLOW)


def run_of(dataset: Dataset, network: dict, training: dict, loss: str = "cross_entropy") -> Run:
    patience = training.get("patience") if training["validation_fraction"] else None
    config = TrainingConfig(**{**training, "patience": patience}, loss=loss, batch_size=16, test_fraction=0.2)
    sizes = (dataset.num_features, 6, 6, dataset.num_outputs)
    return train(NetworkConfig(layer_sizes=sizes, **network), config, dataset)


def hold(run: Run) -> None:
    """Hold every sentence of a run's card to the records, and its numbers, and its alternative text."""
    findings = diagnose(run)
    for language in LANGUAGES:
        card = result_card(run, language)
        shown = [row["sentence"] for row in card.rows("findings")]
        for finding, sentence in zip(findings, shown, strict=True):
            said = read(language, finding.kind, sentence, run.network.num_layers)
            assert "step" not in said or said["step"] == finding.step
            CHECKS[finding.kind](run, said, finding)
            assert sentence in card.sentence
            hold_rate(language, run, finding, sentence)
            SEEN[finding.kind] += 1
        hold_results(run, {row["code"]: row["value"] for row in card.rows("results")}, card.alt)


def hold_rate(language: str, run: Run, finding: Finding, sentence: str) -> None:
    """Hold the rates that are advised to the change that is tried."""
    if finding.remedy is None or finding.remedy.code not in ("lower_rate", "raise_rate"):
        return
    begin = max(sentence.rfind(word) for word in ("Lower", "Raise", "학습률"))
    said, new = read(language, "rate", sentence[begin:], 3), finding.remedy.training["learning_rate"]
    assert close(said["old"], run.training.learning_rate) and close(said["new"], new)
    lower = "낮추" in sentence[begin:] or "Lower" in sentence[begin:]
    assert lower == (said["new"] < said["old"]) == (finding.remedy.code == "lower_rate")


def hold_results(run: Run, values: dict[str, str], alt: str) -> None:
    """Hold the numbers of the card to the rows of their part, with the parameters the run ends with."""
    end = run.best_step if run.stopped_early and run.best_step is not None else run.num_steps
    for part, rows in (("train", run.split.train), ("test", run.split.test)):
        measured = {f"{part}_loss": loss(run, rows, end)}
        if run.dataset.labels is not None:
            right = layers(run, rows, end)[-1].argmax(axis=1) == run.dataset.labels[rows]
            measured[f"{part}_accuracy"] = float(right.mean())
        for name in values.keys() & measured.keys():
            if math.isfinite(loss(run, rows, end)) and loss(run, rows, end) < 1e30:
                assert close(number(values[name]), measured[name]), name
                assert values[name] in alt


def hold_step(run: Run, row: int) -> None:
    """Hold what is said at a step to the records of that step."""
    records, step = run.records, int(run.records.step[row])
    expected = [step, step / run.steps_per_epoch, float(records.loss[row]), float(records.loss[0])]
    norms = records.pre_activation_grad_norm[row].astype(np.float64)
    for language in LANGUAGES:
        told = [number(one) for one in numbers(narrate_loss(language, run, step))]
        if np.isfinite(expected).all():
            assert all(close(one, other) for one, other in zip(told[:4], expected, strict=True))
        if np.isfinite(norms).all() and norms[0] > 0 and norms[-1] > 0:
            told = [number(one) for one in numbers(narrate_gradients(language, run, step))]
            for value in (norms[0] / norms[-1], norms[0], norms[-1], (norms[0] / norms[-1]) ** 0.5):
                assert any(close(one, value) for one in told)


@EXAMPLES
@given(NETWORKS, TRAININGS, st.integers(0, 10_000))
def test_claims_of_classifications_are_those_of_the_records(network: dict, training: dict, row: int):
    run = run_of(PLANE, network, training)
    hold(run)
    hold_step(run, row % len(run.records.step))


@EXAMPLES
@given(NETWORKS, TRAININGS, st.sampled_from(("mse_mean", "mse_half_sum")), st.integers(0, 10_000))
def test_claims_of_regressions_are_those_of_the_records(network: dict, training: dict, loss: str, row: int):
    run = run_of(LINE, network, training, loss)
    hold(run)
    hold_step(run, row % len(run.records.step))


# What random settings seldom show.
TANH = {"activation": "tanh", "initializer": "xavier_normal"}
ADAM = {"optimizer": "adam", "learning_rate": 0.1, "num_epochs": 150, "validation_fraction": 0.0}
RARE = {
    "oscillating": (TANH, {**ADAM, "learning_rate": 1.0, "num_epochs": 40, "validation_fraction": 0.2}),
    "exploding": (
        {"initializer": "normal", "initializer_std": 10.0},
        {"learning_rate": 1e-5, "num_epochs": 12, "validation_fraction": 0.0},
    ),
    "grown": ({}, {**ADAM, "optimizer": "adagrad", "learning_rate": 30.0, "num_epochs": 12}),
    "healthy": (TANH, {**ADAM, "learning_rate": 0.03, "num_epochs": 40, "validation_fraction": 0.2}),
    "low": (TANH, {**ADAM, "optimizer": "sgd", "learning_rate": 0.3}),
    "overfitting": ({}, ADAM),
    "overfitting, seen": ({}, {**ADAM, "validation_fraction": 0.2}),
}


@pytest.mark.parametrize("kind", RARE)
@pytest.mark.parametrize("seed", range(3))
def test_claims_of_rare_findings_are_those_of_the_records(kind: str, seed: int):
    network, training = RARE[kind]
    hold(run_of(PLANE, network, training | {"seed": seed}))


def test_every_kind_was_met():
    """Comes last: a claim that no run of this file made was not held to anything."""
    if sum(SEEN.values()) > 2 * RUNS:
        assert set(CHECKS) - set(SEEN) == set(), SEEN


def test_a_wrong_step_is_noticed():
    """The recomputation is no formality: a step later than the true one fails."""
    for seed in range(20):
        training = {"learning_rate": 10.0, "num_epochs": 12, "validation_fraction": 0.0, "seed": seed}
        run = run_of(PLANE, {}, training)
        finding = next((finding for finding in diagnose(run) if finding.kind == "dead_layer"), None)
        if finding is not None and finding.step and finding.layer is not None:
            said = {"layer": float(finding.layer), "rows": float(len(run.split.train)), "step": finding.step + 1.0}
            with pytest.raises(AssertionError):
                dead_layer(run, said, finding)
            return
    pytest.fail("no layer died")
