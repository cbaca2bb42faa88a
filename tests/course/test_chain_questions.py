"""Questions at the network's backward steps: right answers pass, known wrong ones are named, none is both."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.course.chain_questions import step_questions
from simulator.course.chain_rules import start_rule
from simulator.course.grading import grade
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.scene import SCENE
from simulator.scenes.chain_rule.settings import ASKED, ChainRule, Step
from simulator.texts import LANGUAGES


def chain(**values: Any) -> ChainRule:
    """Return a network of two inputs with two examples, by default."""
    return ChainRule(**{"net": "2-3-2-2", "rows": 2, **values})


SETTINGS = {
    **{name: preset.settings for name, preset in SCENE.presets.items()},
    "squared": chain(loss="mse_mean", output="sigmoid", rows=3),
    "wide": chain(net="3-3-3-3", activation="tanh", rows=4, seed=7),
}


def questions(settings, kind, layer=None):
    """Return the questions of a step by what they are about."""
    step = next(s for s in settings.steps if s.kind == kind and layer in (None, s.layer))
    return {question.about: question for question in step_questions(settings, step)}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_question_accepts_its_answer_and_no_misconception_is_right(name):
    settings = SETTINGS[name]
    asked = [question for step in settings.steps for question in step_questions(settings, step)]
    assert len(asked) >= 2 * (len(settings.sizes) - 1)
    for question in asked:
        verdict = grade(question, question.answer)
        assert verdict.correct and verdict.misconception is None
        assert not any(grade(question, wrong.answer).correct for wrong in question.wrong)
        for language in LANGUAGES:
            assert "{" not in question.text(language)


def test_answers_are_the_gradients():
    settings = SETTINGS["wide"]
    made = pass_of(settings)
    found = questions(settings, "through", 1)
    factor, product = found["slope"], found["through"]
    row, unit = factor.details["example"] - 1, factor.details["unit"] - 1
    slope = made.derivative[0]
    assert slope is not None
    assert factor.answer == pytest.approx(slope[row, unit])
    assert product.answer == pytest.approx(np.abs(made.grad_pre_activation[0]).max(), rel=1e-9) or (
        product.answer == pytest.approx(made.grad_pre_activation[0].min())
    )
    assert list(questions(settings, "weights", 2)) == ["rule", "weight", "bias"]  # square: its shape says nothing
    last = questions(settings, "weights", 3)
    receivers = last["receivers"]
    weight, bias = (questions(settings, "weights", 2)[name] for name in ("weight", "bias"))
    source, unit = weight.details["source"] - 1, weight.details["unit"] - 1
    assert weight.answer == pytest.approx(made.grad_weight[1][source, unit])
    assert bias.answer == pytest.approx(made.grad_bias[1][bias.details["unit"] - 1])
    assert receivers.answer == {"W⁽³⁾", "b⁽³⁾", "A⁽²⁾"}
    assert grade(receivers, ["W⁽³⁾"]).message == "misconceptions.verdict.nodes_missing"
    assert grade(receivers, ["W⁽³⁾", "b⁽³⁾", "A⁽²⁾", "T"]).message == "misconceptions.verdict.nodes_extra"


def test_the_chosen_weight_is_asked_about():
    settings = chain(weight=(2, 3, 2))
    weight = questions(settings, "weights", 2)["weight"]
    assert weight.entry == (2, 1)
    assert (weight.details["source"], weight.details["unit"]) == (3, 2)
    assert weight.answer == pytest.approx(pass_of(settings).grad_weight[1][2, 1])


def misconception(question, answer):
    verdict = grade(question, answer)
    assert not verdict.correct
    return verdict.misconception


def test_mistakes_with_the_derivative_of_the_activation():
    settings = chain(activation="sigmoid", rows=1, seed=2)
    made = pass_of(settings)
    found = questions(settings, "through", 2)
    factor, product = found["slope"], found["through"]
    unit = product.details["unit"] - 1
    z = made.pre_activation[1][0, unit]
    a = 1 / (1 + np.exp(-z))
    arriving = (made.parameters.weight[2] @ made.grad_pre_activation[2][0])[unit]
    at_output = np.exp(-a) / (1 + np.exp(-a)) ** 2
    assert factor.answer == pytest.approx(a * (1 - a))
    assert misconception(factor, 1.0) == "derivative_forgotten"
    assert misconception(factor, at_output) == "derivative_at_output"
    assert misconception(factor, (a * (1 - a)) ** 2) == "derivative_twice"
    assert misconception(product, arriving) == "derivative_forgotten"
    assert misconception(product, arriving * at_output) == "derivative_at_output"
    assert misconception(product, arriving * (a * (1 - a)) ** 2) == "derivative_twice"
    assert misconception(product, a * (1 - a)) == "upstream_forgotten"
    assert misconception(product, -arriving * a * (1 - a)) == "sign"


def test_mistakes_where_the_gradient_starts():
    settings = chain(rows=4)
    made = pass_of(settings)
    start = questions(settings, "start")["start"]
    row, unit = start.details["example"] - 1, start.details["unit"] - 1
    gap = made.loss.output[row, unit] - made.targets[row, unit]
    assert start.answer == pytest.approx(gap / 4)
    assert misconception(start, -gap / 4) == "targets_swapped"
    assert misconception(start, gap) == "sum_for_mean"
    shape = questions(settings, "inputs", 2)["shape"]
    assert shape.answer == (4, 3) and misconception(shape, "3×4") == "transpose_missing"


def test_a_sum_can_be_taken_for_a_mean_only_where_the_loss_is_a_mean():
    for loss in ("mse_half_sum", "mse_mean", "mse_batch_mean", "cross_entropy", "binary_cross_entropy"):
        settings = ChainRule(net="2-3-1" if loss == "binary_cross_entropy" else "2-3-2", loss=loss, rows=3)
        for kind, about, layer in (("start", "start", None), ("weights", "weight", 1)):
            question = questions(settings, kind, layer)[about]
            assert isinstance(question.answer, float)
            summed = [wrong.answer for wrong in question.wrong if wrong.kind == "sum_for_mean"]
            assert summed == ([] if loss == "mse_half_sum" else [pytest.approx(3 * question.answer)]), (loss, kind)


LOSSES = {
    "mse_half_sum": lambda z, t: jnp.sum((jax.nn.sigmoid(z) - t) ** 2) / 2,
    "mse_mean": lambda z, t: jnp.mean((jax.nn.sigmoid(z) - t) ** 2),
    "mse_batch_mean": lambda z, t: jnp.sum((jax.nn.sigmoid(z) - t) ** 2) / len(z),
    "cross_entropy": lambda z, t: -jnp.sum(t * jax.nn.log_softmax(z)) / len(z),
    "binary_cross_entropy": lambda z, t: jnp.sum(jax.nn.softplus(z) - t * z) / len(z),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_the_right_rule_of_the_start_is_the_gradient_of_jax(loss):
    """With one example a sum is a mean: then "Y − T" is right where softmax meets cross-entropy."""
    joint = loss.endswith("cross_entropy")
    for rows in (1, 2, 3):
        settings = ChainRule(net="2-3-1" if loss == "binary_cross_entropy" else "2-3-2", loss=loss, rows=rows)
        settings = settings if joint else settings.change(output="sigmoid")
        made = pass_of(settings)
        with jax.enable_x64(True):
            expected = np.asarray(jax.grad(LOSSES[loss])(jnp.asarray(made.pre_activation[-1]), made.targets))
        right, *others = start_rule(made, settings)[1]
        np.testing.assert_allclose(right.value, expected, rtol=1e-9, atol=1e-12)
        swapped = next(other.value for other in others if other.kind == "targets_swapped")
        np.testing.assert_allclose(swapped, -expected, rtol=1e-9, atol=1e-12)
        wrong = {one.kind for one in questions(settings, "start")["rule"].wrong}
        assert ("sum_for_mean" in wrong) == (joint and rows > 1)


def test_the_value_of_a_sum_of_more_than_six_terms_is_not_asked():
    for units, asked in ((6, True), (7, False), (8, False)):
        assert ("inputs" in questions(chain(net=f"2-3-{units}-2"), "inputs", 2)) == asked
    for rows, asked in ((1, {"weight"}), (2, {"weight", "bias"}), (6, {"weight", "bias"}), (7, set())):
        assert set(questions(chain(rows=rows), "weights", 2)) & {"weight", "bias"} == asked


def test_mistakes_with_sums_and_transposes():
    settings = SETTINGS["wide"]
    made = pass_of(settings)
    weight, bias = (questions(settings, "weights", 2)[name] for name in ("weight", "bias"))
    source, unit = weight.details["source"] - 1, weight.details["unit"] - 1
    x, g = made.activation[0], made.grad_pre_activation[1]
    parts = x[:, source] * g[:, unit]
    assert weight.answer == pytest.approx(parts.sum())
    assert misconception(weight, parts[0]) == "one_branch"
    assert misconception(weight, x[:, source].sum()) == "upstream_forgotten"
    if source != unit:
        assert misconception(weight, x[:, unit] @ g[:, source]) == "transpose_missing"
    assert misconception(weight, 4 * parts.sum()) == "sum_for_mean"
    at = bias.details["unit"] - 1
    assert misconception(bias, g[2, at]) == "one_branch"
    inputs = questions(settings, "inputs", 2)["inputs"]
    row, unit = inputs.details["example"] - 1, inputs.details["unit"] - 1
    weights = made.parameters.weight[1]
    assert misconception(inputs, g[row] @ weights[:, unit]) == "transpose_missing"
    assert misconception(inputs, g[row, 1] * weights[unit, 1]) == "one_branch"
    assert misconception(inputs, weights[unit].sum()) == "upstream_forgotten"


def test_closed_gates_are_asked_for():
    settings = SETTINGS["relu"]
    gates = questions(settings, "through", 2)["units"]
    slope = pass_of(settings).derivative[1]
    assert slope is not None
    row = gates.details["example"] - 1
    assert gates.answer == {str(unit + 1) for unit in range(2) if slope[row, unit] == 1.0}


def test_forward_steps_and_the_update_ask_nothing():
    settings = chain()
    for kind, layer in (("forward", 1), ("loss", 0), ("update", 0)):
        assert step_questions(settings, Step(kind, layer)) == ()


@pytest.mark.parametrize("name", SETTINGS)
def test_the_steps_that_are_asked_about_are_those_whose_results_are_held_back(name):
    settings = SETTINGS[name]
    assert all(bool(step_questions(settings, step)) == (step.kind in ASKED) for step in settings.steps)
