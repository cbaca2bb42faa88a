"""The sentences hold the numbers of the pictures."""

import re

import numpy as np
import pytest

from simulator.core.softmax import draw_classes, jacobian, softmax
from simulator.scenes.panel import Shown
from simulator.scenes.softmax.scene import SCENE
from simulator.scenes.softmax.settings import Softmax
from simulator.texts import LANGUAGES

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
