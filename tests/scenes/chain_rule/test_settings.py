"""Settings of the chain rule: links there and back, bad links, typed networks and examples, what fits together."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenes.chain_rule.numbers import PASS, UPDATE, pass_of
from simulator.scenes.chain_rule.scene import SCENE
from simulator.scenes.chain_rule.settings import MAX_STEPS, ChainRule
from simulator.scenes.chain_rule.typed import (
    MAX_LAYERS,
    Network,
    OwnExamples,
    read_examples,
    read_sizes,
    write_examples,
)


def chained(**values: Any) -> ChainRule:
    """Return a network of two inputs with two examples, by default."""
    return ChainRule(**{"net": "2-3-2-2", "rows": 2, **values})


PRESETS = {name: preset.settings for name, preset in SCENE.presets.items()}
SMALL = {"net": "2-3-2-2", "rows": "2"}
LINKED = tuple(one.link for one in ChainRule.controls().values())


@pytest.mark.parametrize("name", PRESETS)
def test_a_link_restores_every_preset(name):
    shown = replace(PRESETS[name], look="shapes", step=4, weight=(1, 1, 1), rate=2.0, ask=True)
    assert ChainRule.read(shown.to_link()) == (shown, ())


def test_a_link_restores_own_examples():
    shown = chained(data="0.5, -1 | 1, 0\n0.25, 2 | 0, 1", example=2, stage=4)
    assert shown.to_link()["data"] == "0.5, -1 | 1, 0;0.25, 2 | 0, 1"
    restored, errors = ChainRule.read(shown.to_link())
    assert restored == shown and not errors
    np.testing.assert_array_equal(restored.examples.inputs, [[0.5, -1], [0.25, 2]])
    assert restored.example == 2


def test_the_default_needs_no_link():
    assert ChainRule().to_link() == {}


def test_of_the_transposed_products_only_the_right_one_fits_the_default():
    """Inputs, nodes, outputs and examples are as many different numbers: a wrong transpose has no product."""
    made = pass_of(ChainRule())
    assert len({made.num_rows, *ChainRule().sizes}) == 4
    weight, gradient = made.parameters.weight[1], made.grad_pre_activation[1]
    activation = made.activation[0]
    for left, right in ((activation, gradient), (gradient, activation), (gradient.T, activation.T), (gradient, weight)):
        with pytest.raises(ValueError, match="mismatch"):
            _ = left @ right
    np.testing.assert_allclose(activation.T @ gradient, made.grad_weight[1])


def test_the_weight_of_the_food_preset_learns():
    """Opened on a dead node, "one weight" would show a table of zeros."""
    food = PRESETS["food"]
    layer, source, target = food.weight
    made = pass_of(food)
    slope = made.derivative[layer - 1]
    assert slope is not None and np.all(slope[:, target - 1] == 1.0)
    assert abs(made.grad_weight[layer - 1][source - 1, target - 1]) > 0.01


def test_a_link_says_only_what_differs_and_counts_from_one():
    shown = ChainRule(net="2-2-1", loss="mse_mean", weight=(2, 1, 1), step=3, example=2)
    assert shown.to_link() == {"net": "2-2-1", "loss": "mse_mean", "weight": "2.1.1", "step": "3", "example": "2"}


@pytest.mark.parametrize(
    ("parameters", "expected", "code"),
    [
        ({"net": "2-999-1"}, {"net": "3-2-4"}, "chain:width"),
        ({"net": "2--2"}, {"net": "3-2-4"}, "chain:net"),
        ({"net": "1-1-1-1-1-1-1"}, {"net": "3-2-4"}, "chain:layers"),
        ({"net": "²-3"}, {"net": "3-2-4"}, "chain:net"),
        ({"activation": "softplus"}, {"activation": "sigmoid"}, "scene:replaced"),
        ({"net": "2-2-1", "loss": "cross_entropy"}, {"loss": "binary_cross_entropy"}, "chain:one_output"),
        ({"rows": "99"}, {"rows": 8}, "scene:replaced"),
        ({"seed": "-3"}, {"seed": 0}, "scene:replaced"),
        ({"seed": "nan"}, {"seed": 1}, "scene:replaced"),
        ({"rate": "1e9"}, {"rate": 100.0}, "scene:replaced"),
        ({"step": "99"}, {"step": 13}, "scene:replaced"),
        ({"weight": "9.9.9"}, {"weight": (3, 2, 2)}, "scene:replaced"),
        ({"weight": "1.2"}, {"weight": (1, 1, 1)}, "scene:replaced"),
        ({"weight": "a.b.c"}, {"weight": (1, 1, 1)}, "scene:replaced"),
        ({"example": "7"}, {"example": 2}, "scene:replaced"),
        ({"story": "0"}, {"stage": 1}, "scene:replaced"),
        ({"look": "words"}, {"look": "numbers"}, "scene:replaced"),
        ({"data": "1 2 3"}, {"data": ""}, "chain:line"),
        ({"data": "1,2|1,x"}, {"data": ""}, "chain:line_number"),
        ({"data": "1,2|1,1e9"}, {"data": ""}, "chain:line_number"),
        ({"data": "1,2|1,1"}, {"data": ""}, "chain:target_softmax"),
        ({"net": "2-1", "data": "1,2|3"}, {"data": ""}, "chain:target_sigmoid"),
        ({"data": ";".join(["1,2|1,0"] * 9)}, {"data": ""}, "chain:lines"),
    ],
)
def test_a_bad_link_gives_one_sentence_and_the_nearest_state(parameters, expected, code):
    shown, errors = ChainRule.read(SMALL | parameters)
    assert {name: getattr(shown, name) for name in expected} == expected
    assert [error.code for error in errors] == [code]
    for language in ("ko", "en"):
        assert errors[0].in_language(language)
    assert ChainRule.read(shown.to_link()) == (shown, ())


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"step": "77"}, 'Step: "77" cannot be used; it takes a whole number from 1 to 13. 13 is used.'),
        ({"net": "2-2-2", "step": "12"}, 'Step: "12" cannot be used; it takes a whole number from 1 to 9. 9 is used.'),
        (
            {"weight": "9.99.1"},
            'Weight: "9.99.1" cannot be used; it names a weight that the network has, as layer.input.node, '
            "such as 1.2.1. 3.2.1 is used.",
        ),
    ],
)
def test_a_sentence_repeats_what_was_written(parameters, sentence):
    _, errors = ChainRule.read(SMALL | parameters)
    assert [str(error) for error in errors] == [sentence]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(LINKED), st.text(max_size=30), max_size=6))
def test_no_link_breaks_the_page(parameters):
    shown, errors = ChainRule.read(parameters)
    made = pass_of(shown)
    assert np.isfinite(made.loss.value)
    for error in errors:
        assert error.in_language("ko") and error.in_language("en")


def test_places_are_taken_into_the_network_that_there_is():
    shown = chained(step=13, example=2, weight=(3, 2, 1)).change(net="1-1", loss="mse_mean")
    assert shown.weight == (1, 1, 1)
    assert shown.step == len(shown.steps) == 5
    assert shown.example == 2
    assert shown.change(rows=1).example == 1
    assert shown.change(data="0.5 | 1").example == 1


@pytest.mark.parametrize("wrong", [{"step": 14}, {"example": 3}, {"weight": (1, 3, 1)}, {"data": "1 | 1, 0"}])
def test_places_outside_the_network_are_refused_in_python(wrong):
    with pytest.raises(InputError):
        chained(**wrong)


def test_every_layer_is_walked_back_once():
    kinds = [(step.kind, step.layer) for step in chained().steps]
    assert kinds[:5] == [("forward", 1), ("forward", 2), ("forward", 3), ("loss", 0), ("start", 3)]
    assert kinds[5:8] == [("weights", 3), ("inputs", 3), ("through", 2)]
    assert kinds[-2:] == [("weights", 1), ("update", 0)]
    assert len(chained(net="-".join("2" * (MAX_LAYERS + 1))).steps) == MAX_STEPS


def test_a_change_of_network_or_loss_keeps_the_rest_valid():
    shown = chained(data="1, 2 | 1, 0")
    assert shown.change(net="2-2-1") == chained(net="2-2-1", loss="binary_cross_entropy")
    assert shown.change(net="3-2") == chained(net="3-2")
    assert shown.change(loss="mse_mean") == replace(shown, loss="mse_mean")
    assert shown.change(net="2-4-2") == replace(shown, net="2-4-2")


def test_a_change_is_silent_and_only_what_a_link_names_has_a_sentence():
    asked = {"net": "2-2-1", "step": "2"}
    assert ChainRule.read(asked, chained(data="1, 2 | 1, 0", weight=(3, 2, 1))).errors == ()


def test_controls_offer_what_the_network_can_have():
    single = chained(net="2-2-1", loss="mse_mean")
    assert not single.kind("loss").holds("cross_entropy") and chained().kind("loss").holds("cross_entropy")
    assert single.applies("output") and not chained().applies("output")
    assert chained().applies("rows") and not chained(data="1, 2 | 1, 0").applies("rows")
    assert chained().kind("step").holds(13) and not chained().kind("step").holds(14)
    assert single.kind("step").holds(9) and not single.kind("step").holds(10)
    assert chained(rows=5).kind("example").holds(5) and not chained(rows=5).kind("example").holds(6)


def test_a_preset_is_recognised_wherever_the_reader_looks_and_leaves_how_it_is_looked_at():
    reader = replace(PRESETS["relu"], look="shapes", step=5, weight=(2, 1, 2), example=2, stage=3, rate=2.0, ask=True)
    assert SCENE.preset_of(reader) == "relu"
    assert SCENE.preset_of(replace(reader, seed=6)) is None
    moved = SCENE.start("batch", reader)
    assert moved == replace(PRESETS["batch"], look="shapes", stage=3, rate=2.0, ask=True)


def test_numbers_do_not_depend_on_where_the_reader_looks():
    reader = chained(look="shapes", step=5, weight=(2, 1, 2), example=2, stage=3, ask=True)
    assert PASS.of(reader) is PASS.of(chained())
    assert PASS.of(chained(rate=2.0)) is PASS.of(chained())
    assert UPDATE.of(reader) is UPDATE.of(chained())
    assert UPDATE.of(chained(rate=2.0)).actual != UPDATE.of(chained()).actual


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


def test_typed_values_have_one_spelling():
    network, examples = Network(60), OwnExamples(2000)
    assert network.read(" 02 × 3×1", "1-1").value == "2-3-1"
    assert network.holds("2-3-1") and not network.holds("2 × 3 × 1")
    assert examples.read(" 1 | 2 \n\n;3 | 4", "").value == "1 | 2\n3 | 4"
    assert examples.holds("1 | 2\n3 | 4") and not examples.holds("1 | 2\n")
    assert not examples.read("1" * 2001, "").as_asked


def test_settings_are_checked_where_they_are_built():
    wrong: dict[str, Any]
    for wrong in ({"rate": 0.0}, {"rows": 0}, {"seed": 10_000}, {"net": "x"}, {"output": "softmax"}, {"stage": 6}):
        with pytest.raises(InputError):
            chained(**wrong)
