"""The picture of predicted and actual change, and the sentences beside it."""

import json

import numpy as np
import pytest

from simulator.scenes.chain_rule import loss_changes
from simulator.scenes.chain_rule.pictures import update_curve
from simulator.scenes.chain_rule.settings import ChainSettings
from simulator.scenes.chain_rule.words import narrate_pass, narrate_update
from simulator.texts import LANGUAGES
from simulator.texts.numbers import number_text

CASES = {
    "default": ChainSettings(),
    "never fails": ChainSettings(net="1-1", loss="mse_half_sum", output="sigmoid", rows=1, seed=4),
    "no gradient": ChainSettings(net="2-3-2", activation="relu", data="0, 0 | 0.5, 0.5", rows=1),
    "diverges": ChainSettings(activation="identity", loss="mse_half_sum", rows=8, rate=20.0),
}


def drawn(settings, language="en"):
    names = {"activation": settings.activation, "loss": settings.loss, "output": settings.output_activation}
    made = settings.network_pass
    changes = loss_changes(made, **names)
    actual = float(loss_changes(made, np.array([settings.rate]), **names).actual[0])
    words = narrate_update(language, made, changes, settings.rate, actual)
    return update_curve(changes, settings.rate, actual, language, words), changes, actual, words


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_holds_the_changes(name, language):
    picture, changes, _, words = drawn(CASES[name], language)
    low, high = picture.signals["log_domain"]
    table = {row["rate"]: row for row in picture.rows("table")}
    assert len(table) == len(changes.rate)
    for rate, predicted in zip(changes.rate, changes.predicted, strict=True):
        assert table[rate]["predicted"] == predicted
    fall = picture.rows("fall")
    assert len(fall) == np.count_nonzero(changes.actual < 0)
    assert all(low <= row["change"] <= high for name in ("predicted", "fall", "rise") for row in picture.rows(name))
    marks = [row["rate"] for row in picture.rows("marks")]
    assert marks[0] == CASES[name].rate
    assert words in picture.alt and picture.title.endswith("?")
    json.dumps(picture.to_dict())


def test_words_follow_the_numbers():
    _, changes, actual, words = drawn(CASES["default"])
    assert changes.failing_rate is not None
    assert number_text(actual) in words and number_text(changes.failing_rate) in words
    assert "the curvature of the loss matters" in words
    *_, words = drawn(ChainSettings(rate=0.01))
    assert "good guide" in words
    *_, words = drawn(CASES["diverges"])
    assert "the loss rises." in words
    _, changes, _, words = drawn(CASES["no gradient"])
    assert changes.predicted[0] != 0.0 or "nothing moves" in words


def test_the_pass_is_told_in_both_languages():
    settings = ChainSettings()
    made = settings.network_pass
    for language in LANGUAGES:
        words = narrate_pass(language, settings)
        assert number_text(made.loss.value) in words and "23" in words
        assert number_text(made.grad_bias[2][0]) in words
