"""Findings speak their evidence, in both languages."""

import pytest

from simulator.core.diagnosis import KINDS, diagnose
from simulator.core.diagnosis.finding import make_finding
from simulator.scenes.training.words import finding_title, narrate_finding, severity_name
from simulator.texts import LANGUAGES
from simulator.texts.numbers import number_text, percent_text
from tests.scenes.training.runs import broken, dead, moons, numbers, sine, without_hidden


@pytest.fixture(params=LANGUAGES)
def language(request) -> str:
    return request.param


EXAMPLES = {
    "diverged": {"quantity": "gradient", "finite": False, "loss_before": 6.789e7, "step_before": 320},
    "symmetry": {"num_units": 8, "spread": 1.5e-9},
    "dead_layer": {"num_rows": 240},
    "dead_units": {"num_dead": 6, "num_units": 8, "num_dead_at_start": 2, "num_rows": 240},
    "exploding_gradient": {"ratio": 4321.0, "per_layer": 7.65},
    "vanishing_gradient": {"ratio": 3.21e-6, "per_layer": 0.234, "adaptive": False},
    "saturated": {"saturated_fraction": 0.876, "saturated_at_start": 0.543, "activation": "tanh", "window": 12},
    "oscillating": {"epoch": 30, "lowest": 0.123, "highest": 4.56, "ups": 0.48},
    "rate_too_small": {"update_ratio": 5.43e-5, "loss_first": 0.789, "loss_last": 0.765},
    "overfitting": {
        **{"epoch": 13, "validation_lowest": 0.376, "validation_last": 0.704},
        **{"training_then": 0.345, "training_last": 0.257},
    },
    "underfitting": {"loss_last": 0.697, "baseline": 0.693, "accuracy": 0.482},
    "cancelled": {"epoch": 2.5},
    "stopped_early": {"patience": 5, "epoch": 17, "best_epoch": 12, "validation_lowest": 0.0456},
    "still_learning": {"loss_first": 1.67, "loss_last": 0.584},
    "partly_learned": {"loss_first": 1.67, "loss_last": 0.384, "baseline": 0.693},
    "converged": {"loss_first": 1.45, "loss_last": 0.0449, "epoch": 33, "lowest": 0.0445, "highest": 0.0489}
    | {"task": "regression"},
    "healthy": {"loss_first": 1.43, "loss_last": 0.0321, "baseline": 0.693, "task": "classification"},
}
SHARES = {"saturated_fraction", "saturated_at_start", "ups", "accuracy"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_finding_speaks_its_evidence(language: str, kind: str):
    finding = make_finding(kind, "loss", step=321, layer=0, **EXAMPLES[kind])
    sentence = narrate_finding(language, finding, 3)
    found = numbers(sentence)
    for name, value in EXAMPLES[kind].items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            assert (percent_text(value) if name in SHARES else number_text(value)) in found, name
    assert finding_title(language, finding) and severity_name(language, finding.severity)
    assert sentence.endswith(".") and "{" not in sentence


def test_real_findings_can_be_said(language: str):
    for run in (moons(), sine(), broken(), without_hidden(), dead()):
        for finding in diagnose(run):
            assert narrate_finding(language, finding, run.network.num_layers)


@pytest.mark.parametrize("kind", ["converged", "healthy"])
def test_only_a_classification_is_sent_to_its_confusion_matrix(language: str, kind: str):
    for task in ("classification", "regression"):
        said = narrate_finding(language, make_finding(kind, "loss", **(EXAMPLES[kind] | {"task": task})), 3)
        matrix = {"ko": "혼동 행렬", "en": "confusion matrix"}[language]
        assert (matrix in said) == (task == "classification")
