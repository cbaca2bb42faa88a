"""Learners who answer every question of every step: none who is right is refused, none is accused without proof."""

import math
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.course.chain_questions import step_questions
from simulator.course.grading import Question, grade
from simulator.course.graph_questions import questions
from simulator.course.misconceptions import KINDS
from simulator.graph import backward, trace
from simulator.graph.presets import PRESETS, preset_graph
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.scene import SCENE
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.texts import LANGUAGES, has_text

TYPED = {
    "steep": ("tanh(w*x)*3 - b", {"w": 2.0, "x": -1.6, "b": 0.5}),
    "close": ("(softplus(x) - t)**2 + log(x)", {"x": 1.5, "t": 1.7}),
    "matrices": ("sum((x@W - t)**2)", {"x": np.array([[1.0, -2.5]]), "W": np.eye(2) - 1.5, "t": 0.3}),
}
NETWORKS = {
    **{name: preset.settings for name, preset in SCENE.presets.items()},
    "squared": ChainRule(net="3-4-2", loss="mse_mean", output="sigmoid", rows=3),
    "flat": ChainRule(net="3-3-3", activation="tanh", loss="mse_batch_mean", output="tanh", rows=5, seed=4),
}


def asked_of(name: str) -> Iterator[Any]:
    """Yield every question of every step of an example."""
    if name in NETWORKS:
        settings = NETWORKS[name]
        for step in settings.steps:
            yield from step_questions(settings, step)
        return
    text, inputs = TYPED.get(name, ("", {}))
    result = backward(trace(text, **inputs) if text else preset_graph(name))
    for step in result.steps:
        yield from questions(result, step)


EVERYTHING = [*PRESETS, *TYPED, *NETWORKS]


def digits(value: float, count: int) -> str:
    return f"{value:.{count - 1}e}"


def spellings(value: float) -> dict[str, str]:
    """Return a number in the ways in which learners write it."""
    plain = f"{value:.15f}" if abs(value) >= 1e-9 or value == 0 else repr(value)
    fraction = Fraction(value).limit_denominator(10**9)
    found = {
        "decimal point": plain,
        "decimal comma": plain.replace(".", ","),
        "full width": "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in plain),
        "Unicode minus": plain.replace("-", "−"),
        "scientific": digits(value, 6),
        "power of ten": "×10^".join(digits(value, 6).replace("-", "−").split("e")).replace("+", ""),
        "rounded": f"{float(digits(value, 3)):g}",
    }
    if math.isclose(float(fraction), value, rel_tol=1e-3):
        sign, size = "-" if fraction < 0 else "", abs(fraction)
        whole, rest = divmod(size.numerator, size.denominator)
        found["fraction"] = f"{sign}{size.numerator}/{size.denominator}"
        found["mixed number"] = f"{sign}{whole} {rest}/{size.denominator}" if whole else found["fraction"]
    return found


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_spelling_of_the_right_answer_is_right(name):
    asked = list(asked_of(name))
    assert asked
    for question in asked:
        assert all(question.text(language) for language in LANGUAGES)
        if question.kind == "number":
            for way, typed in spellings(question.answer).items():
                assert grade(question, typed).correct, (question, way, typed)
            for shown in question.by_hand:
                assert grade(question, digits(shown, 3)).correct, (question, shown)
        elif question.kind == "shape":
            assert math.prod(question.answer) > 1  # of a single number it teaches nothing
            every = [str(question.answer), "×".join(map(str, question.answer)), " x ".join(map(str, question.answer))]
            assert all(grade(question, typed).correct for typed in every)
            assert max(question.answer) > 1  # the shape of one number is not asked for
        else:
            assert grade(question, question.answer).correct


def is_like(value: float, other: float, question: Question) -> bool:
    return abs(value - other) <= max(question.tolerance * abs(other), question.absolute) * (1 + 1e-9)


def gives(question: Question, answer: Any, given: Any) -> bool:
    return is_like(given, answer, question) if question.kind == "number" else answer == given


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_answer_of_a_misconception_gets_its_name_and_no_other(name):
    named = Counter()
    for question in asked_of(name):
        for wrong in question.wrong:
            verdict = grade(question, wrong.answer)
            assert not verdict.correct, (question, wrong)
            others = {
                other.kind for other in question.wrong if question.kind != "number" and other.answer == wrong.answer
            }
            if question.kind == "number":
                others = {other.kind for other in question.wrong if is_like(wrong.answer, other.answer, question)}
            expected = wrong.kind if others == {wrong.kind} else None
            assert verdict.misconception == expected, (question, wrong)
            assert all(has_text(language, verdict.message) for language in LANGUAGES)
            named[verdict.misconception] += 1
    assert set(named) - {None} <= set(KINDS) and sum(named.values()) > named[None]


@pytest.mark.parametrize("name", EVERYTHING)
def test_unrelated_wrong_numbers_are_not_accused(name):
    draw = np.random.default_rng(7)
    accused = answers = 0
    for question in asked_of(name):
        if question.kind != "number":
            continue
        size = max(abs(question.answer), 1e-3)
        for value in draw.choice([-1.0, 1.0], 20) * size * 10 ** draw.uniform(-1.5, 1.5, 20):
            verdict = grade(question, f"{value:.7g}")
            if verdict.correct:  # one of 20 may happen to be it
                assert min(abs(value - right) for right in (question.answer, *question.by_hand)) <= 0.05 * size
                continue
            answers += 1
            accused += verdict.misconception is not None
            if verdict.misconception is None:
                assert verdict.message.startswith("misconceptions.wrong.")
            else:
                assert any(is_like(value, wrong.answer, question) for wrong in question.wrong)
    assert accused <= 0.04 * answers  # by chance a number is what a misconception gives


def rounded(value):
    return np.vectorize(lambda x: float(f"{x:.2e}"))(np.asarray(value, np.float64))


HAND = {
    "add": jnp.add,
    "sub": jnp.subtract,
    "mul": jnp.multiply,
    "div": jnp.divide,
    "exp": jnp.exp,
    "log": jnp.log,
    "sqrt": jnp.sqrt,
    "square": jnp.square,
    "tanh": jnp.tanh,
    "logistic": jax.nn.sigmoid,
    "softplus": jax.nn.softplus,
    "neg": jnp.negative,
    "relu": jax.nn.relu,
    "softmax": jax.nn.softmax,
    "dot_general": jnp.matmul,
}
"""Operations written anew: JAX differentiates them at the numbers that are on the screen."""


@pytest.mark.parametrize("name", [*PRESETS, *TYPED])
def test_what_is_worked_out_from_the_graph_on_the_screen_is_right(name):
    """Upstream gradient and operands with three digits; the rest as exactly as a calculator gives it."""
    text, inputs = TYPED.get(name, ("", {}))
    result = backward(trace(text, **inputs) if text else preset_graph(name))
    checked = 0
    for step in result.steps:
        node = result.graph[step.node]
        product = next((q for q in questions(result, step) if q.about == "product"), None)
        if product is None or node.operation not in HAND or step.folds or step.summed_axes:
            continue
        operands = [rounded(operand.value) for operand in node.operands]
        pullback = jax.vjp(HAND[node.operation], *(jnp.asarray(o, jnp.float32) for o in operands))[1]
        found = np.asarray(pullback(jnp.asarray(rounded(step.upstream_gradient), jnp.float32))[step.place], np.float64)
        if found.shape == step.contribution.shape:
            checked += 1
            assert grade(product, digits(float(found[product.entry or ()]), 3)).correct, (step.node, step.operand)
    assert checked or name in ("three_layers", "network_2_2_1", "food")


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_worked_out_from_the_matrices_on_the_screen_is_right(name):
    """Every factor with three digits, every product rounded again."""
    settings = NETWORKS[name]
    made = pass_of(settings)
    for step in settings.steps:
        asked: dict[str, Any] = {question.about: question for question in step_questions(settings, step)}
        layer = step.layer - 1
        if step.kind == "weights":
            x, g = rounded(made.layer_inputs(layer)), rounded(made.grad_pre_activation[layer])
            if "weight" in asked:
                at = asked["weight"].entry
                products = rounded(x[:, at[0]] * g[:, at[1]])
                assert grade(asked["weight"], digits(products.sum(), 3)).correct
            if "bias" in asked:
                assert grade(asked["bias"], digits(g[:, asked["bias"].entry[0]].sum(), 3)).correct
        if step.kind == "inputs" and "inputs" in asked:
            row, unit = asked["inputs"].entry
            g, weight = rounded(made.grad_pre_activation[layer]), rounded(made.parameters.weight[layer])
            assert grade(asked["inputs"], digits(rounded(g[row] * weight[unit]).sum(), 3)).correct
        if step.kind == "through":
            entry = asked["through"].entry
            slope, given = made.derivative[layer], made.grad_activation[layer]
            assert slope is not None and given is not None
            by_hand = rounded(given[entry]) * rounded(slope[entry])
            assert grade(asked["through"], digits(float(by_hand), 3)).correct
            if settings.activation == "sigmoid":
                a = float(rounded(made.activation[layer][entry]))
                assert grade(asked["slope"], digits(a * (1 - a), 3)).correct


def test_the_answer_from_a_coarse_value_on_the_screen_is_right():
    """The value of tanh(−3.2) is shown as −0.997: with it the slope is 0.00599, in fact it is 0.00662."""
    result = backward(trace("tanh(w*x)*3 - b", w=2.0, x=-1.6, b=0.5))
    step = next(step for step in result.steps if step.node == "a1")
    asked = {question.about: question for question in questions(result, step)}
    assert asked["factor"].answer == pytest.approx(1 / math.cosh(3.2) ** 2, rel=1e-4)
    assert grade(asked["factor"], "0.00599").correct and grade(asked["factor"], "0.00662").correct
    assert grade(asked["product"], str(3 * 0.00599)).correct
    assert not grade(asked["factor"], "0.0055").correct
