"""What is said at every step: the numbers of the pass, in both languages, in the colours of the subject."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.graph import backward, trace
from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.names import pretty, value_words
from simulator.scenes.computation_graph.pictures import graph_picture
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from simulator.scenes.computation_graph.words import (
    backward_words,
    forward_words,
    graph_alt,
    hidden_words,
    inputs_words,
    seed_words,
)
from simulator.texts.numbers import number_text

PAINTED = re.compile(r"\\htmlClass\{(forward|gradient)\}")


def words_of(preset: str, language: str, opened: tuple[str, ...] = ()):
    graph, result = run_pass(ComputationGraph(example=preset))
    view = graph.view(opened)
    steps = result.steps_of(view)
    yield inputs_words(graph, language)
    yield seed_words(graph, language)
    for name in view.nodes:
        yield forward_words(graph, name, language)
    for step in steps:
        yield backward_words(result, step, steps, language)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_step_of_every_example_is_told_in_both_languages(preset):
    calls = run_pass(ComputationGraph(example=preset)).graph.calls
    for opened in ((), calls):
        for ko, en in zip(words_of(preset, "ko", opened), words_of(preset, "en", opened), strict=True):
            assert ko.sentence != en.sentence and re.search("[가-힣]", ko.sentence)
            for told in (ko, en):
                said = " ".join((told.name, told.title, told.sentence, *told.notes))
                assert "~" not in said and "{" not in said and "nan" not in said
                assert all(latex.count("{") == latex.count("}") for _, latex in told.lines)
            assert [kind for kind, _ in ko.lines] == [kind for kind, _ in en.lines]


def test_the_sentence_holds_the_numbers_of_the_step():
    graph, result = run_pass(ComputationGraph(example="neuron_mse"))
    step = next(step for step in result.steps if step.operand == "z1")
    sentence = backward_words(result, step, result.steps, "en").sentence

    def loss(z):
        return (jax.nn.sigmoid(z) - 1.0) ** 2

    z = jnp.float32(graph["z1"].value)
    slope = jax.nn.sigmoid(z) * (1 - jax.nn.sigmoid(z))
    assert number_text(float(jax.grad(loss)(z))) in sentence
    assert number_text(float(slope)) in sentence
    assert "z₁" in sentence and "z1" not in sentence


def test_what_comes_in_and_out_is_a_gradient_and_the_factor_a_forward_value():
    _, result = run_pass(ComputationGraph(example="neuron_mse"))
    for step in result.steps:
        lines = dict(backward_words(result, step, result.steps, "en").lines)
        assert PAINTED.findall(lines["numbers"]) == ["gradient", "gradient", "forward", "gradient"]
        assert PAINTED.findall(lines["rule"]) == ["gradient", "gradient"]


def test_where_paths_meet_the_sum_is_written_out():
    _, result = run_pass(ComputationGraph(example="used_twice"))
    steps = [step for step in result.steps if step.operand == "x"]
    assert len(steps) == 3
    told = [backward_words(result, step, result.steps, "en") for step in steps]
    sums = [dict(words.lines)["sum"] for words in told]
    assert "0.0707 + 1.5 + 1.5 = 3.07" in sums[-1] and r"\cdots" in sums[0]
    assert "So far" in told[0].sentence and "together give 3.07" in told[-1].sentence


def test_small_vectors_are_summed_entry_by_entry():
    _, result = run_pass(ComputationGraph(example="layer_norm"))
    last = [step for step in result.steps if step.operand == "x"][-1]
    assert dict(backward_words(result, last, result.steps, "en").lines)["sum"].count("bmatrix") == 6


def test_a_hidden_step_tells_what_is_known_and_gives_nothing_away():
    for preset in ("neuron_mse", "residual", "softmax_cross_entropy"):
        graph, result = run_pass(ComputationGraph(example=preset))
        for step in result.steps:
            told = hidden_words(result, step, "ko")
            assert [kind for kind, _ in told.lines] == ["known"] and told.notes == ()
            known = [step.upstream_gradient, *(operand.value for operand in graph[step.node].operands)]
            given = {number_text(abs(float(number))) for value in known for number in np.ravel(value)}
            said = told.lines[0].latex.replace("-", "−")
            assert number_text(float(np.ravel(step.upstream_gradient)[0])) in said or "10^" in said
            for number in np.ravel(step.contribution):
                secret = number_text(abs(float(number)))
                if len(secret) > 3 and secret not in given:
                    assert not re.search(rf"(?<![\d.]){re.escape(secret)}(?!\d)", said + told.sentence + told.title)


def test_numbers_are_plugged_in_where_most_gets_through():
    graph = trace("sum(relu(x) * [3, 1, 2])", x=np.array([-1.0, 4.0, 5.0]))
    result = backward(graph)
    step = next(step for step in result.steps if step.node == "a1")
    numbers = dict(backward_words(result, step, result.steps, "en").lines)["numbers"]
    assert numbers.startswith(r"\left[3\right]") and PAINTED.findall(numbers) == ["gradient", "forward", "gradient"]


def test_numbers_of_a_whole_array_are_painted_whole():
    result = backward(trace("sum(softmax(z) * t)", z=np.array([1.0, 2.0]), t=np.array([1.0, 0.0])))
    step = next(step for step in result.steps if step.operand == "z")
    numbers = dict(backward_words(result, step, result.steps, "en").lines)["numbers"]
    assert numbers.endswith(r"= \htmlClass{gradient}{\begin{bmatrix}0.197 & -0.197\end{bmatrix}}")


def test_values_of_the_way_forward_are_painted():
    graph, _ = run_pass(ComputationGraph(example="neuron_mse"))
    lines = dict(forward_words(graph, "v1", "en").lines)
    assert lines["numbers"] == r"v_{1} = \htmlClass{forward}{2 \cdot (-1) = -2}"
    assert PAINTED.findall(lines["rule"]) == []


def test_formulas_say_their_words_in_the_readers_language():
    graph, result = run_pass(ComputationGraph(example="squared_error"))
    step = result.steps[0]
    shapes = {lang: dict(backward_words(result, step, result.steps, lang).lines)["shapes"] for lang in ("ko", "en")}
    assert shapes == {"ko": r"\text{스칼라} \to \text{스칼라}", "en": r"\text{scalar} \to \text{scalar}"}
    summed = backward(trace("sum(x*y)", x=np.ones(3), y=2.0))
    copies = next(step for step in summed.steps if step.operand == "y")
    assert r"\text{복사본}" in dict(backward_words(summed, copies, summed.steps, "ko").lines)["rule"]
    assert r"\text{scalar}" in dict(forward_words(graph, "v1", "en").lines)["shapes"]


def test_a_reader_who_does_not_see_hears_the_result():
    graph, result = run_pass(ComputationGraph(example="squared_error"))
    for language in ("ko", "en"):
        alt = graph_alt(graph, result, language)
        assert "w 80" in alt and "100" in alt and graph.source in alt


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [("v1은 v1.", "v₁은 v₁."), ("1.v1", "1.v1"), ("theta1 and x", "theta1 and x"), ("v12", "v12")],
)
def test_names_in_sentences(sentence, shown):
    graph = trace("(x*y)*2", x=1.0, y=2.0)
    assert "v1" in graph
    assert pretty(graph, sentence) == shown


def test_values_in_words():
    assert value_words(np.array([[1.0, 2.0], [2.0, 0.0]]), "ko") == "노름 3인 배열"
    assert value_words(np.array(1e-7), "en") == "1×10⁻⁷"


def test_the_browser_shows_the_gradients_of_jax():
    payload = graph_picture(ComputationGraph(example="tangle"), "en").content

    def tangle(a, b, c):
        squared = jnp.tanh(a * b + c) ** 2 / (1 + (a - c) ** 2)
        return squared + a * jax.nn.relu(b - a * c) - jnp.exp(-b * b)

    expected = jax.grad(tangle, argnums=(0, 1, 2))(0.5, 1.25, -0.75)
    final = {payload["names"][step["operand"]]: step["gradient"] for step in payload["steps"] if step.get("complete")}
    for name, gradient in zip("abc", expected, strict=True):
        assert float(final[name]["exact"]) == pytest.approx(float(gradient), rel=1e-5)
