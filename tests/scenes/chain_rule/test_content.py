"""What the drawing is sent: every number and word; nothing of what is still to be predicted."""

import json
from functools import cache
from typing import Any

import numpy as np
import pytest

from simulator.drawing.picture import pack
from simulator.scenes.chain_rule.content import chain_content, held_back, hidden_steps, network_name
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.scene import SCENE
from simulator.scenes.chain_rule.settings import ASKED, ChainRule
from simulator.texts import catalogue


def chained(**values: Any) -> ChainRule:
    """Return a network of two inputs with two examples, by default."""
    return ChainRule(**{"net": "2-3-2-2", "rows": 2, **values})


PRESETS = {name: preset.settings for name, preset in SCENE.presets.items()}
SQUARED = chained(net="2-3-2-2", loss="mse_mean", output="tanh", rows=3)


def content_of(settings, section="pass"):
    return chain_content(settings, pass_of(settings), section)


@pytest.mark.parametrize("name", PRESETS)
def test_the_drawing_gets_every_number_and_word(name):
    settings = PRESETS[name]
    (picture,) = SCENE.panel("pass", settings, "ko").pictures
    assert len(pack(picture.content)) < 250_000
    made = pass_of(settings)
    for place, gradient in enumerate(made.grad_weight):
        np.testing.assert_array_equal(picture.content["grad_weight"][place], gradient)
    assert set(picture.words) == {
        entry.removeprefix("chain_rule.component.")
        for entry in catalogue("en")
        if entry.startswith("chain_rule.component.")
    }


def test_the_scale_of_the_first_gradient():
    for loss in ("cross_entropy", "binary_cross_entropy", "mse_half_sum", "mse_mean", "mse_batch_mean"):
        settings = chained(loss=loss, output="tanh", rows=3)
        made = pass_of(settings)
        first = made.loss.grad_logits if made.loss.grad_output is None else made.loss.grad_output
        scale = content_of(settings)["gradient_scale"]
        np.testing.assert_allclose(scale * (made.loss.output - made.targets), first)


def test_each_panel_says_which_part_is_drawn_and_where_the_reader_is():
    settings = chained(step=4, example=2, weight=(2, 3, 1), look="shapes", stage=3)
    for section in ("pass", "weight", "matrices"):
        (picture,) = SCENE.panel(section, settings.change(ask=section == "pass"), "en").pictures
        assert (picture.kind, picture.content["section"]) == ("chain", section)
        state = {"step": 3, "look": "shapes", "weight": [2, 3, 1], "example": 1, "stage": 3, "rate": 0.5}
        assert picture.content["state"] == state
        assert picture.content["ask"] == (section == "pass")


def test_networks_with_the_same_numbers_have_the_same_name():
    shown = chained(step=5, look="symbols", rate=3.0, output="tanh")  # softmax brings its own output
    assert network_name(shown) == network_name(chained())
    for other in (chained(seed=2), chained(rows=3), chained(activation="relu"), chained(data="1, 2 | 1, 0")):
        assert network_name(other) != network_name(chained())


@cache
def results(settings) -> dict[int, list[tuple[str, int]]]:
    """Return what each step finds, as lists of (array, layer from 0)."""
    found = {}
    for place, (kind, layer) in enumerate(settings.steps):
        at = layer - 1
        found[place] = {
            "start": [("grad_pre_activation", at), ("grad_activation", at)],
            "weights": [("grad_weight", at), ("grad_bias", at)],
            "inputs": [("grad_activation", at - 1)],
            "through": [("grad_pre_activation", at), ("derivative", at)],
        }.get(kind, [])
    return found


@pytest.mark.parametrize("settings", [chained(), SQUARED, PRESETS["relu"], PRESETS["three_layers"]])
def test_what_is_to_be_predicted_is_not_sent(settings):
    content, made = content_of(settings), pass_of(settings)
    everything = hidden_steps(content)
    assert [settings.steps[place].kind in ASKED for place in range(len(settings.steps))] == [
        place in everything for place in range(len(settings.steps))
    ]
    for at in everything:
        sent = held_back(content, everything, at)
        for name, layer in results(settings)[at]:
            array = getattr(made, name)[layer]
            assert (sent[name][layer] is None) if array is None else (set(sent[name][layer]) == {"held_back"})
            if array is not None:
                assert sent[name][layer]["held_back"] == list(array.shape)
        answer = np.ascontiguousarray(made.loss.grad_logits, "<f4").tobytes()
        if settings.steps[at].kind == "start":
            assert answer in pack(content) and answer not in pack(sent)
        header = pack(sent)
        json.loads(header[8 : 8 + int.from_bytes(header[:8], "little")])


@pytest.mark.parametrize("settings", [chained(), SQUARED])
def test_what_the_step_works_with_is_sent(settings):
    content, made = content_of(settings), pass_of(settings)
    for at in hidden_steps(content):
        kind, layer = settings.steps[at]
        sent = held_back(content, hidden_steps(content), at)
        needed = {"weights": "grad_pre_activation", "inputs": "grad_pre_activation", "through": "grad_activation"}
        if kind in needed:
            np.testing.assert_array_equal(sent[needed[kind]][layer - 1], getattr(made, needed[kind])[layer - 1])
        for name in ("weight", "bias", "pre_activation", "activation_values"):
            for one, other in zip(sent[name], content[name], strict=True):
                np.testing.assert_array_equal(one, other)
    at_the_update = held_back(content, hidden_steps(content), len(settings.steps) - 1)
    for one, other in zip(at_the_update["grad_weight"], made.grad_weight, strict=True):
        np.testing.assert_array_equal(one, other)


def test_nothing_is_held_back_once_everything_is_answered():
    content = content_of(chained())
    assert pack(held_back(content, (), 5)) == pack(content)
    one = held_back(content, (5,), 5)  # only the last layer's weights
    assert "held_back" in one["grad_weight"][2] and one["grad_weight"][0] is content["grad_weight"][0]


def test_holding_back_changes_nothing_of_what_is_kept():
    settings = chained()
    content = content_of(settings)
    before = pack(content)
    held_back(content, hidden_steps(content), 5)
    assert pack(content) == before
