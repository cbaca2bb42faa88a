"""The picture of predicted and actual change, and the sentences beside it."""

import json
from typing import Any

import numpy as np
import pytest

import simulator as sim
from simulator.scenes.chain_rule.numbers import UPDATE, pass_of
from simulator.scenes.chain_rule.pictures import update_curve
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.scenes.chain_rule.words import backward_words, forward_words, update_words
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import number_text, percent_text


def chain(**values: Any) -> ChainRule:
    """Return a network of two inputs with two examples, by default."""
    return ChainRule(**{"net": "2-3-2-2", "rows": 2, **values})


CASES = {
    "default": chain(),
    "fails late": chain(net="1-1", loss="mse_half_sum", output="sigmoid", rows=1, seed=4),
    "zeros for inputs": chain(net="2-3-2", activation="relu", data="0, 0 | 0.5, 0.5", rows=1),
    "diverges": chain(activation="identity", loss="mse_half_sum", rows=8, rate=20.0),
}


def drawn(settings, language="en"):
    found = UPDATE.of(settings)
    words = update_words(language, found, settings.rate)
    picture = update_curve(found.changes, settings.rate, found.actual, language, words)
    return picture, found.changes, found.actual, words


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


def test_the_specification_is_the_same_whatever_is_drawn():
    first, second = (drawn(CASES[name])[0] for name in ("default", "diverges"))
    assert first.spec is second.spec
    assert drawn(CASES["default"], "ko")[0].spec is not first.spec


def test_words_follow_the_numbers():
    _, changes, actual, words = drawn(CASES["default"])
    assert changes.failing_rate is not None
    assert number_text(actual) in words and number_text(changes.failing_rate) in words
    assert "the curvature of the loss matters" in words
    *_, words = drawn(chain(rate=0.01))
    assert "good guide" in words
    *_, words = drawn(CASES["diverges"])
    assert "the loss rises." in words
    found = UPDATE.of(chain())
    still = found.made._replace(grad_weight=(np.zeros((2, 2)),), grad_bias=(np.zeros(2),))
    assert "nothing moves" in update_words("en", found._replace(made=still, actual=0.0), 0.1)
    assert "nothing moves" not in words


def test_a_prediction_that_never_fails_is_said_to_hold_up_to_the_last_rate():
    found = UPDATE.of(chain())
    assert found.changes.rate[-1] == pytest.approx(100)
    holds = found._replace(changes=found.changes._replace(failing_rate=None))
    words = update_words("en", holds, 0.1)
    assert text("en", "chain_rule.narration.never_fails", rate="100") in words


@pytest.mark.parametrize(
    ("change", "entry"),
    [(1e-9, "rises"), (0.0, "off"), (-0.89, "off"), (-0.91, "good"), (-1.09, "good"), (-1.11, "off")],
)
def test_the_verdict_on_the_prediction(change, entry):
    """A loss that stays where it was has not risen; a tenth of the prediction is what it may be off by."""
    settings = chain(rate=0.01)
    found = UPDATE.of(settings)
    falls_by = settings.rate * sum(float(np.sum(one**2)) for one in (*found.made.grad_weight, *found.made.grad_bias))
    words = update_words("en", found._replace(actual=change * falls_by), settings.rate)
    values = {"percent": percent_text(abs(change + 1.0))} if entry == "off" else {}
    assert text("en", f"chain_rule.narration.{entry}", **values) in words


def test_the_pass_is_told_in_both_languages():
    settings = chain()
    made = pass_of(settings)
    for language in LANGUAGES:
        forward, backward = forward_words(language, settings, made), backward_words(language, made)
        assert number_text(made.loss.value) in forward and "2-3-2-2" in forward
        assert number_text(made.grad_bias[2][0]) in backward and "23" in backward
        (said,) = sim.scene("chain_rule", net="2-3-2-2", rows=2).panel("pass", language).sentences
        assert said == f"{forward} {backward}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_place_of_the_largest_gradient_is_said(language):
    made = pass_of(chain())
    for number in range(12):
        generator = np.random.default_rng(number)
        drawn = made._replace(
            grad_weight=tuple(generator.normal(size=one.shape) for one in made.grad_weight),
            grad_bias=tuple(generator.normal(size=one.shape) for one in made.grad_bias),
        )
        kind, largest = ("weight", drawn.grad_weight) if number % 2 else ("bias", drawn.grad_bias)
        layer = number // 2 % 3
        entry = tuple(int(generator.integers(size)) for size in largest[layer].shape)
        largest[layer][entry] = -9.0
        places = dict(zip(("unit", "source"), (index + 1 for index in entry[::-1]), strict=False))
        place = text(language, f"chain_rule.narration.{kind}_place", layer=layer + 1, **places)
        sizes = sum(one.size for one in (*drawn.grad_weight, *drawn.grad_bias))
        values = {"number": sizes, "largest": number_text(-9.0), "place": place}
        assert backward_words(language, drawn) == text(language, "chain_rule.narration.backward", **values)


def test_the_largest_gradient_is_not_named_while_it_is_to_be_predicted():
    made = pass_of(chain())
    (said,) = sim.scene("chain_rule", net="2-3-2-2", rows=2, ask=True).panel("pass").sentences
    assert number_text(made.loss.value) in said
    assert number_text(made.grad_bias[2][0]) not in said


def test_the_weight_is_told_with_its_products():
    (said,) = sim.scene("chain_rule", net="2-3-2-2", rows=2, weight=(1, 2, 3)).panel("weight").sentences
    gradient = pass_of(chain()).grad_weight[0][1, 2]
    assert said == (
        f"The gradient of weight 2→3 in layer 1 is {number_text(gradient)}: the sum of 8 products, "
        "one for each path (4) and example (2)."
    )
    (said,) = sim.scene("chain_rule", preset="neuron").panel("weight").sentences
    assert "a single product" in said
    food = sim.scene("chain_rule", preset="food").settings
    slope = pass_of(food).derivative[0]
    assert slope is not None
    dead = int(np.argmin(slope.sum(axis=0))) + 1  # a unit that lets nothing through
    (said,) = sim.scene("chain_rule", preset="food", weight=(1, 1, dead)).panel("weight").sentences
    assert pass_of(food).grad_weight[0][0, dead - 1] == 0.0
    assert f"weight 1→{dead} in layer 1 is 0: each of its 512 products" in said


def test_the_matrices_are_told_with_their_shapes():
    settings = chain(rows=4, weight=(2, 1, 1))
    (said,) = sim.scene("chain_rule", net="2-3-2-2", rows=4, weight=(2, 1, 1)).panel("matrices").sentences
    weight, before = pass_of(settings).grad_weight[1], pass_of(settings).grad_activation[0]
    assert before is not None
    assert "has the shape of W⁽²⁾, {}×{}, and sums over 4 examples".format(*weight.shape) in said
    assert "has the shape of A⁽¹⁾, {}×{}, and sums over the nodes (2)".format(*before.shape) in said


@pytest.mark.parametrize(("layer", "before", "sizes"), [(1, "X", (2, 3)), (2, "A⁽¹⁾", (3, 2)), (3, "A⁽²⁾", (2, 2))])
def test_the_shapes_of_a_layers_products_are_said(layer, before, sizes):
    (said,) = sim.scene("chain_rule", net="2-3-2-2", rows=5, weight=(layer, 1, 1)).panel("matrices").sentences
    mark = "⁽¹⁾⁽²⁾⁽³⁾"[3 * layer - 3 : 3 * layer]
    inputs, units = sizes
    assert said.startswith(
        f"In layer {layer}, ∂L/∂W{mark} = {before}⊤G{mark} has the shape of W{mark}, {inputs}×{units}"
    )
    assert f"∂L/∂{before} = G{mark}W{mark}⊤ has the shape of {before}, 5×{inputs}," in said
    assert said.endswith(f"the nodes ({units}).")
