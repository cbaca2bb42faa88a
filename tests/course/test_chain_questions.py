"""Questions at the network's backward steps: right answers pass, known wrong ones are named, none is both."""

from typing import Any

import numpy as np
import pytest

from simulator.course.chain_questions import step_questions
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
