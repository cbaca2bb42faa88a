"""Settings of the chain-rule page: links there and back, bad links, typed networks and examples."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenes.chain_rule.settings import CONTROLS, PRESETS, ChainSettings, fitting
from simulator.scenes.chain_rule.typed import read_examples, read_sizes, write_examples


@pytest.mark.parametrize("name", PRESETS)
def test_a_link_restores_every_preset(name):
    shown = replace(PRESETS[name], section="weight", look="shapes", step=4, weight=(1, 1, 1), rate=2.0, ask=True)
    restored, errors = ChainSettings.from_link(shown.to_link())
    assert restored == shown and not errors


def test_a_link_restores_own_examples():
    shown = ChainSettings(data="0.5, -1 | 1, 0\n0.25, 2 | 0, 1", example=1, stage=4)
    restored, errors = ChainSettings.from_link(shown.to_link())
    assert restored == shown and not errors
    np.testing.assert_array_equal(restored.examples.inputs, [[0.5, -1], [0.25, 2]])
    assert restored.chosen_example == 1


def test_the_default_needs_no_link():
    assert ChainSettings().to_link() == {}


@pytest.mark.parametrize(
    ("parameters", "expected", "code"),
    [
        ({"net": "2-999-1"}, {"net": "2-3-2-2"}, "chain:width"),
        ({"net": "2--2"}, {"net": "2-3-2-2"}, "chain:net"),
        ({"net": "1-1-1-1-1-1-1"}, {"net": "2-3-2-2"}, "chain:layers"),
        ({"net": "²-3"}, {"net": "2-3-2-2"}, "chain:net"),
        ({"activation": "softplus"}, {"activation": "sigmoid"}, "choice"),
        ({"net": "2-2-1", "loss": "cross_entropy"}, {"loss": "binary_cross_entropy"}, "chain:one_output"),
        ({"rows": "99"}, {"rows": 8}, "chain:nearest"),
        ({"seed": "-3"}, {"seed": 0}, "chain:nearest"),
        ({"seed": "nan"}, {"seed": 1}, "chain:nearest"),
        ({"rate": "1e9"}, {"rate": 100.0}, "chain:nearest"),
        ({"step": "99"}, {"step": 12}, "chain:nearest"),
        ({"weight": "9.9.9"}, {"weight": (3, 2, 2)}, "chain:weight"),
        ({"weight": "1.2"}, {"weight": (1, 1, 1)}, "chain:weight"),
        ({"weight": "a.b.c"}, {"weight": (1, 1, 1)}, "chain:weight"),
        ({"example": "7"}, {"example": 1}, "chain:nearest"),
        ({"stage": "0"}, {"stage": 1}, "chain:nearest"),
        ({"section": "nothing"}, {"section": "pass"}, "choice"),
        ({"look": "words"}, {"look": "numbers"}, "choice"),
        ({"data": "1 2 3"}, {"data": ""}, "chain:line"),
        ({"data": "1,2|1,x"}, {"data": ""}, "chain:line_number"),
        ({"data": "1,2|1,1e9"}, {"data": ""}, "chain:line_number"),
        ({"data": "1,2|1,1"}, {"data": ""}, "chain:target_softmax"),
        ({"net": "2-1", "data": "1,2|3"}, {"data": ""}, "chain:target_sigmoid"),
        ({"data": ";".join(["1,2|1,0"] * 9)}, {"data": ""}, "chain:lines"),
    ],
)
def test_a_bad_link_gives_one_sentence_and_the_nearest_state(parameters, expected, code):
    shown, errors = ChainSettings.from_link(parameters)
    assert {name: getattr(shown, name) for name in expected} == expected
    assert [error.code for error in errors] == [code]
    for language in ("ko", "en"):
        assert errors[0].in_language(language)
    again, none = ChainSettings.from_link(shown.to_link())
    assert again == shown and not none


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(CONTROLS), st.text(max_size=30), max_size=6))
def test_no_link_breaks_the_page(parameters):
    shown, errors = ChainSettings.from_link(parameters)
    made = shown.network_pass
    assert np.isfinite(made.loss.value)
    for error in errors:
        assert error.in_language("ko") and error.in_language("en")


def test_positions_are_taken_into_the_network_that_there_is():
    shown = ChainSettings(net="1-1", loss="mse_mean", weight=(3, 2, 9), step=50, example=9, rows=2)
    assert shown.chosen_weight == (1, 1, 1)
    assert shown.chosen_step == len(shown.steps) - 1
    assert shown.chosen_example == 1


def test_every_layer_is_walked_back_once():
    kinds = [(step.kind, step.layer) for step in ChainSettings().steps]
    assert kinds[:5] == [("forward", 1), ("forward", 2), ("forward", 3), ("loss", 0), ("start", 3)]
    assert kinds[5:8] == [("weights", 3), ("inputs", 3), ("through", 2)]
    assert kinds[-2:] == [("weights", 1), ("update", 0)]


def test_a_change_of_network_or_loss_keeps_the_rest_valid():
    values = {name: getattr(ChainSettings(data="1, 2 | 1, 0"), name) for name in CONTROLS}
    assert fitting(values | {"net": "2-2-1"}) == {"loss": "binary_cross_entropy", "data": ""}
    assert fitting(values | {"net": "3-2"}) == {"data": ""}
    assert fitting(values | {"loss": "mse_mean"}) == {}
    assert fitting(values | {"net": "2-4-2"}) == {}


def test_examples_are_written_as_they_are_read():
    for preset in PRESETS.values():
        written = write_examples(preset.examples)
        read = read_examples(written, preset.sizes, preset.output_activation)
        np.testing.assert_allclose(read.inputs, preset.examples.inputs)
        np.testing.assert_allclose(read.targets, preset.examples.targets)


def test_examples_name_the_line_that_is_wrong():
    with pytest.raises(InputError, match="Line 2 must have 2 inputs"):
        read_examples("1, 2 | 1, 0\n1 | 1, 0", (2, 3, 2), "softmax")


def test_sizes_are_read_in_the_spellings_that_people_use():
    assert read_sizes("4–32–32–4") == (4, 32, 32, 4)
    with pytest.raises(InputError, match="is not a network"):
        read_sizes("2")


def test_settings_are_checked_where_they_are_built():
    wrong: dict[str, Any]
    for wrong in ({"rate": 0.0}, {"rows": 0}, {"seed": 10_000}, {"net": "x"}, {"output": "softmax"}, {"stage": 6}):
        with pytest.raises(InputError):
            ChainSettings(**wrong)
