"""The sentences hold the numbers of the pictures."""

import re

import numpy as np
import pytest

from simulator.core.softmax import Examination, draw_classes, jacobian, softmax
from simulator.scenes.panel import Shown
from simulator.scenes.softmax import words
from simulator.scenes.softmax.numbers import SWEPT, Drawn, Softened
from simulator.scenes.softmax.scene import SCENE
from simulator.scenes.softmax.settings import Softmax
from simulator.texts import LANGUAGES
from simulator.texts.numbers import number_text, percent_text
from tests.scenes.claims import entries_of

LECTURE = np.array([1.54, 2.90, -0.26])


def said(panel: str, language: str, **values) -> str:
    return "\n".join(Shown(SCENE.panel(panel, Softmax(**values), language)).sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_softmax_sentences(language):
    p = softmax(LECTURE)
    draws = draw_classes(p, 100, 0)
    sentences = {
        said("sweep", language): "0.77",
        said("entropy", language, logits=(0.0,) * 3): "100%",
        said("jacobian", language): "0.177",
        said("precision", language): "NaN",
        said("pair", language, logits=(2.0, 0.0)): "0.881",
        said("sampling", language): str(int((draws == 1).sum())),
        said("distillation", language): "0.21",
        said("calibration", language, temperature=2.0): "0.584",
    }
    for sentence, number in sentences.items():
        assert number in sentence and "{" not in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_precision_sentence_judges_these_logits(language):
    usual, large = (said("precision", language, logits=logits) for logits in ((1.0, 2.0), (1000.0, 1001.0)))
    overflow = {"en": "float32 overflow", "ko": "float32 오버플로"}[language]
    assert overflow in large and overflow not in usual
    assert "1001" in large


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ({}, ("class 2 leads with p = 0.770", "0.634 nats", "It is the right class; the loss is 0.262")),
        ({"target": 1}, ("class 2 leads", "The right class is 1; the loss is 1.62")),
        ({"temperature": 0.05, "target": 3}, ("class 2 takes almost everything: p = 1.000", "the loss is 63.2")),
        # Nobody leads: the first of equals is not "the right class", even where it is the target.
        ({"logits": (1.0, 1.0, 1.0), "target": 1}, ("almost equally likely", "The right class is 1; the loss is 1.1")),
    ],
)
def test_the_bars_say_who_leads(values, parts):
    sentence = said("bars", "en", **values)
    assert all(part in sentence for part in parts)
    assert "{" not in said("bars", "ko", **values)


@pytest.mark.parametrize("temperature", [0.2, 1.0, 5.0])
def test_rows_of_the_jacobian_sum_to_zero_for_one_reason_and_columns_for_another(temperature):
    """Row k holds ∂pₖ/∂z: its sum is the change of pₖ by a shift of all logits; a column's is that of Σ p = 1."""
    step = 1e-6
    shifted = (softmax(LECTURE + step, temperature) - softmax(LECTURE - step, temperature)) / (2 * step)
    moved = [
        (softmax(LECTURE + step * unit, temperature) - softmax(LECTURE - step * unit, temperature)).sum()
        for unit in np.eye(3)
    ]
    matrix = jacobian(LECTURE, temperature)
    assert matrix.sum(axis=1) == pytest.approx(shifted, abs=1e-8)
    assert matrix.sum(axis=0) == pytest.approx(np.array(moved) / (2 * step), abs=1e-8)
    reasons = {
        "en": (
            "sum to 1: [^.]* every column sums to 0",
            "same number to all logits changes nothing, so every row sums to 0",
        ),
        "ko": (
            "합은 늘 1이므로 [^.]*[.] 그래서 열마다 합이 0",
            "같은 수를 더하면 확률은 그대로입니다. 그래서 행마다 합이 0",
        ),
    }
    for language, (columns, rows) in reasons.items():
        sentence = said("jacobian", language, temperature=temperature)
        assert re.search(columns, sentence) and re.search(rows, sentence)


def examined(probabilities: list[float]) -> Examination:
    found = np.array(probabilities)
    return Examination(found, 0.75, int(found.argmax()), 1.25, found)


@pytest.mark.parametrize(
    ("probabilities", "entry"),
    [
        ([0.341, 0.336, 0.323], "even"),
        ([0.345, 0.333, 0.322], "between"),
        ([0.981, 0.01, 0.009], "sure"),
        ([0.979, 0.011, 0.01], "between"),
        ([0.4, 0.4, 0.2], "tie"),
    ],
)
@pytest.mark.parametrize("target", [1, 2])
def test_who_leads_is_told_by_borders(monkeypatch, probabilities, entry, target):
    entries = entries_of(monkeypatch, words)
    words.narrate_bars("en", examined(probabilities), 2.0, target)
    found = {one.name: one.values for one in entries}
    first = found[f"component.narration_{entry}"]
    right = target == 1 and entry in ("sure", "between")
    assert found[f"component.narration_{'right' if right else 'wrong'}"] == {"target": target, "loss": "1.25"}
    assert first["numbers"] == ("1, 2" if entry == "tie" else "1") and first["number"] == 1
    assert (first["temperature"], first["p"], first["entropy"]) == ("2", f"{probabilities[0]:.3f}", "0.75")


@pytest.mark.parametrize(
    ("p", "written"),
    [(0.0005, "0.001"), (0.00049, number_text(0.00049)), (0.0, "0.000"), (0.1234, "0.123"), (1.0, "1.000")],
)
def test_a_probability_that_three_decimals_would_hide_is_written_as_a_power(p, written):
    assert words.probability_text(p) == written


def test_draws_and_softened_probabilities_say_their_own_numbers(monkeypatch):
    entries = entries_of(monkeypatch, words)
    words.narrate_draws("en", Drawn(0.5, np.array([0.25, 0.625, 0.125]), np.array([1, 0, 1, 1, 2, 1, 1, 0])))
    values = {"num": 8, "temperature": "0.5", "number": 2, "count": 5, "expected": "5"}
    assert entries[0].values == values
    soft = Softened(4.0, np.array([0.75, 0.25]), np.array([0.625, 0.375]), (np.log(0.25), np.log(0.375)))
    words.narrate_calibration("en", soft)
    assert entries[1].name == "calibration.say"
    assert entries[1].values == {"temperature": "4", "confidence": "0.625", "plain": "0.75", "number": 1}
    words.narrate_calibration("en", soft._replace(plain=np.array([0.5, 0.5])))
    words.narrate_soft_targets("en", soft._replace(plain=np.array([0.5, 0.5])))
    assert [one.name for one in entries[2:]] == ["calibration.tie", "soft.same"]


@pytest.mark.parametrize(
    ("probabilities", "entry"), [([0.5, 0.25, 0.25], "say"), ([0.4, 0.4, 0.2], "tie"), ([0.25] * 4, "same")]
)
def test_what_the_ends_of_the_temperature_do(monkeypatch, probabilities, entry):
    entries = entries_of(monkeypatch, words)
    swept = SWEPT.of(Softmax())._replace(now=examined(probabilities), temperature=3.0)
    words.narrate_probability_sweep("en", swept)
    words.narrate_entropy_sweep("en", swept)
    assert entries[0].name == f"sweep.{entry}"
    count = probabilities.count(max(probabilities))
    assert entries[0].values == {"temperature": "3", "largest": number_text(max(probabilities)), "count": count}
    share = 0.75 / np.log(len(probabilities))
    assert entries[1].values == {"temperature": "3", "entropy": "0.75", "percent": percent_text(share)}
