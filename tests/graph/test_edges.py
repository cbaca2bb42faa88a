"""What the graph says where mathematics has an edge: corners, ties, cancellation, infinities, nothing, several outputs.

Every expected number is computed here from the mathematics or by ``jax.grad``, not by the code that writes the card.
"""

import math
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.graph import backward, trace
from simulator.graph.cards import card, forward_card
from simulator.graph.corners import corners
from simulator.scenes.computation_graph.words import backward_words, forward_words, graph_alt

LANGUAGES = ("ko", "en")


def cards(source, language="en", **inputs):
    result = backward(trace(source, **inputs))
    return {(step.node, step.operand): (card(result, step, language), step) for step in result.steps}


def to_x(source, language="en", **inputs):
    """Return the card and the step of the last way into x."""
    return next(found for (_, operand), found in reversed(cards(source, language, **inputs).items()) if operand == "x")


def by_hand(numbers: str) -> float:
    """Compute what stands between the equals signs of a line of plain numbers, as a reader would with a calculator."""
    product = numbers.split("=")[1].replace(r"\left", "").replace(r"\right", "").replace(r"\cdot", "*")
    product = product.replace(r"\times10", "*10.0")
    product = re.sub(r"\^\{(-?\d+)\}", r"**\1", product)
    assert re.fullmatch(r"[-+*.\d() ]+", product), product
    return eval(product)


def shown(numbers: str) -> float:
    """Return the result that a line of numbers ends with."""
    found = re.fullmatch(r"(-?[\d.]+)(?:\\times10\^\{(-?\d+)\})?", numbers.split("=")[-1].strip())
    assert found, numbers
    return float(found.group(1)) * 10.0 ** int(found.group(2) or 0)


TIES = [
    ("maximum(x, 2)", 2.0, 0.5),
    ("minimum(x, 2)", 2.0, 0.5),
    ("abs(x)", 0.0, 1.0),
    ("clip(x, 0, 1)", 0.0, 0.5),
    ("clip(x, 0, 1)", 1.0, 0.5),
    ("leaky_relu(x)", 0.0, 1.0),
    ("relu(x)", 0.0, 0.0),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("source", "x", "taken"), TIES)
def test_a_corner_shows_the_number_that_is_taken_and_says_so(source, x, taken, language):
    """At a corner 1·1[2 > 2] = 0.5 is no equation: the convention is written instead, and named."""
    written, step = to_x(f"3*{source}", language, x=x)
    assert step.local_derivative.value is not None and float(step.local_derivative.value) == taken
    assert by_hand(written.numbers) == shown(written.numbers) == 3 * taken
    said = {"ko": "미분값이 없습니다", "en": "no derivative"}[language]
    assert sum(said in note for note in written.notes) == 1, written.notes
    assert any(f" {taken:g}" in note for note in written.notes), written.notes


@pytest.mark.parametrize(("source", "x"), [(source, x + delta) for source, x, _ in TIES for delta in (-0.25, 0.25)])
def test_beside_a_corner_nothing_is_said_of_one(source, x):
    written, _ = to_x(f"3*{source}", x=x)
    assert not any("no derivative" in note for note in written.notes)


def test_a_shared_maximum_says_that_it_is_shared():
    written, step = to_x("max(x)", x=np.array([1.0, 3.0, 3.0], np.float32))
    np.testing.assert_allclose(step.contribution, [0.0, 0.5, 0.5])
    assert any("JAX takes 0.5" in note and "66.7 %" in note for note in written.notes)


@pytest.mark.parametrize(
    ("source", "kind", "share"),
    [("sum(a*x)", "zero_factor", 1 / 3), ("sum(max(a, x))", "not_chosen", 1 / 3), ("sum(x**a)", "zero_slope", 2 / 3)],
)
def test_a_number_used_for_several_entries_loses_its_gradient_at_some_of_them(source, kind, share):
    """2 · (1, 0, 3), max(2, ·) and ·²: in 2 · 0, in max(2, 3), and in 1² and 0², whose logarithms count as 0."""
    inputs = {"a": np.float32(2.0), "x": np.array([1.0, 0.0, 3.0], np.float32)}
    (step,) = (step for step in backward(trace(source, **inputs)).steps if step.operand == "a")
    assert np.shape(step.contribution) == ()
    assert step.stop is not None and step.stop.kind == kind
    assert step.stop.fraction == pytest.approx(share)


@pytest.mark.parametrize("language", LANGUAGES)
def test_relu_at_zero_is_not_called_negative(language):
    (at_zero, step), (below, _) = (to_x("relu(x)", language, x=x) for x in (0.0, -1.0))
    assert step.stop is not None and step.stop.kind == "flat"
    assert not any("음수" in note or "negative" in note for note in (*at_zero.notes, *below.notes))


@pytest.mark.parametrize("x", np.linspace(-8.5, 8.5, 35))
@pytest.mark.parametrize("source", ["tanh(x)", "sigmoid(x)"])
def test_digits_that_are_plugged_in_give_the_result_that_is_shown(source, x):
    """1 − (−0.997)² is 0.00599, not 0.00662: what is shown must hold with a calculator."""
    written, _ = to_x(f"2*{source}", x=float(x))
    assert by_hand(written.numbers) == pytest.approx(shown(written.numbers), rel=0.02, abs=1e-12), written.numbers


@pytest.mark.parametrize("difference", [0.3, 0.02, 0.0012, 0.00034])
def test_differences_of_near_numbers_show_enough_digits(difference):
    graph = trace("x - t", x=1.0 + difference, t=1.0)
    line = forward_card(graph, graph.output, "en").numbers
    assert by_hand(line) == pytest.approx(shown(line), rel=0.01)
    assert shown(line) == pytest.approx(difference, rel=0.01)


def test_contributions_that_nearly_cancel_show_enough_digits():
    written, step = to_x("x*y - x*z", x=1.0, y=1.0, z=0.9988)
    assert by_hand("=" + written.total.split("=")[1]) == pytest.approx(float(step.total), rel=0.01)


@pytest.mark.parametrize("x", [-2.0, -0.3, 0.6, 1.7])
def test_gelu_is_what_its_formula_says(x):
    """The card shows x Φ(x), with the derivative Φ + xφ: so that is what is computed."""
    graph = trace("gelu(x)", x=x)
    cumulative, density = 0.5 * math.erfc(-x / math.sqrt(2)), math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    assert float(graph.value) == pytest.approx(x * cumulative, rel=1e-5)
    assert float(backward(graph).gradients["x"]) == pytest.approx(cumulative + x * density, rel=1e-4)
    assert r"\Phi" in forward_card(graph, graph.output, "en").symbols


def test_product_of_entries_with_a_zero_divides_by_nothing():
    written, step = to_x("prod(x)", x=np.array([0.0, 2.0], np.float32))
    np.testing.assert_array_equal(step.contribution, [2.0, 0.0])
    assert r"\frac" not in written.symbols.split("=")[1].replace(r"\frac{\partial L}{\partial L}", "")


# Several outputs -----------------------------------------------------------------------------------------------------


def two_outputs(x):
    return jax.jit(lambda x: (x * x, 2 * x))(x)[1]


def both_outputs(x):
    first, second = jax.jit(lambda x: (x * x, jnp.sin(x)))(x)
    return first * 3.0 + second


MATRIX = np.array([[2.0, 1.0], [0.5, 3.0]], np.float32)
SEVERAL = [
    (two_outputs, 3.0),
    (both_outputs, 1.5),
    (lambda x: jnp.linalg.slogdet(x)[1], MATRIX),
    (lambda x: jnp.sum(jnp.split(x, 2)[1] ** 2), np.arange(4.0, dtype=np.float32)),
    (lambda x: jax.lax.fori_loop(0, 3, lambda _, carry: carry * x, 1.0), 3.0),
    (lambda x: jnp.linalg.eigh(x + x.T)[0][0], MATRIX),
]


@pytest.mark.parametrize("opened", [(), "all"])
@pytest.mark.parametrize(("function", "x"), SEVERAL)
def test_the_output_that_is_used_is_the_one_that_is_shown(function, x, opened):
    graph = trace(function, x)
    result = backward(graph)
    assert np.asarray(graph.value) == pytest.approx(np.asarray(function(x)), rel=1e-6)
    np.testing.assert_array_equal(result.gradients["x"], jax.grad(function)(x))
    view = graph.view(opened)
    arrived = [step for step in result.steps_of(view) if step.operand == "x"]
    assert arrived, "the gradient must be seen to reach x"
    np.testing.assert_allclose(arrived[-1].total, result.gradients["x"], rtol=1e-6)


@pytest.mark.parametrize("opened", [(), "all"])
def test_upstream_times_local_is_the_contribution_with_several_outputs(opened):
    result = backward(trace(two_outputs, 3.0))
    (step,) = result.steps_of(result.graph.view(opened))
    assert float(step.upstream_gradient) == 1.0 and float(step.contribution) == 2.0
    assert step.local_derivative.value is not None and float(step.local_derivative.value) == 2.0


def test_no_product_is_claimed_where_gradient_comes_in_at_two_outputs():
    result = backward(trace(both_outputs, 1.5))
    (step,) = [step for step in result.steps if step.operand == "x"]
    assert step.local_derivative.value is None
    assert r"\cdot" not in card(result, step, "en").numbers


# Rules of one's own, nothing, complex numbers ------------------------------------------------------------------------


@jax.custom_vjp
def _tripled(x):
    return jnp.sin(x) * 2.0 + x


_tripled.defvjp(lambda x: (_tripled(x), x), lambda _, gradient: (gradient * 3.0,))


def test_a_call_with_a_rule_of_its_own_keeps_its_way_back_when_all_is_open():
    result = backward(trace(lambda x: _tripled(x) * x, 0.7))
    for opened in ((), "all"):
        steps = result.steps_of(result.graph.view(opened))
        total = sum(float(step.contribution) for step in steps if step.operand == "x")
        assert total == pytest.approx(float(jax.grad(lambda x: _tripled(x) * x)(0.7)), rel=1e-6)


ODD = {
    "an empty array": (lambda x: jnp.sum(jnp.tanh(x) * 2) + 1.0, np.zeros((0, 3), np.float32)),
    "an empty slice": (lambda x: jnp.sum(x[:0] * 2) + jnp.sum(x), np.ones(3, np.float32)),
    "associative_scan": (lambda x: jnp.sum(jax.lax.associative_scan(jnp.multiply, x)), np.arange(1.0, 6.0)),
    "a complex number": (lambda x: jnp.abs(jax.lax.complex(x, 2 * x)), np.float32(1.5)),
    "a Fourier transform": (lambda x: jnp.sum(jnp.abs(jnp.fft.fft(x)) ** 2), np.arange(3.0)),
    "a complex sum": (lambda x: jnp.real(jnp.sum(jnp.fft.fft(x))), np.arange(1.0, 4.0)),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ODD)
def test_every_step_has_words_whatever_flows(name, language):
    function, x = ODD[name]
    x = jnp.asarray(x, jnp.float32)
    result = backward(trace(function, x))
    np.testing.assert_array_equal(result.gradients["x"], jax.grad(function)(x))
    for opened in ((), "all"):
        view = result.graph.view(opened)
        steps = result.steps_of(view)
        for step in steps:
            assert backward_words(result, step, steps, language).sentence
        for node in view.nodes:
            assert forward_words(result.graph, node, language).sentence
    assert graph_alt(result.graph, result, language)


def test_complex_numbers_claim_no_product():
    result = backward(trace(*ODD["a complex number"]))
    (step,) = [step for step in result.steps if step.node == result.graph.output]
    assert "0.447 - 0.894i" in card(result, step, "en").numbers
    assert r"\cdot" not in card(result, step, "en").numbers


CORNER_X = np.array([-1.0, 0.0, 0.5, 6.0, 7.0], np.float32)
ZERO, BOTH = [False, True, False, False, False], [False, True, False, True, False]
CORNERS_OF = {
    "abs": (lambda x: jnp.abs(x), ZERO),
    "relu": (lambda x: jax.nn.relu(x), ZERO),
    "leaky_relu": (lambda x: jax.nn.leaky_relu(x, 0.1), ZERO),
    "relu6": (lambda x: jax.nn.relu6(x), BOTH),
    "clip": (lambda x: jnp.clip(x, 0.0, 6.0), BOTH),
    "clamp": (lambda x: jax.lax.clamp(0.0, x, 6.0), BOTH),
    "max": (lambda x: jax.lax.max(x, jnp.zeros(5)), ZERO),
    "min": (lambda x: jax.lax.min(x, jnp.full(5, 6.0)), [False, False, False, True, False]),
}


def test_corners_are_where_the_slopes_of_both_sides_differ():
    for operation, (function, expected) in CORNERS_OF.items():
        graph = trace(lambda x, function=function: jnp.sum(function(x)), CORNER_X)
        node = next(node for node in graph.nodes if node.operation == operation)
        assert corners(node).tolist() == expected, operation
        high, low = (np.asarray(function(CORNER_X + side), np.float64) for side in (1e-3, -1e-3))
        slopes = (high - function(CORNER_X)) / 1e-3, (function(CORNER_X) - low) / 1e-3
        assert (np.abs(slopes[0] - slopes[1]) > 0.1).tolist() == expected, operation


def test_a_shared_maximum_is_a_corner_and_one_that_is_alone_is_none():
    for x, expected in (([2.0, 5.0, 5.0], [False, True, True]), ([2.0, 5.0, 4.0], [False, False, False])):
        for sign, operation in ((1.0, "reduce_max"), (-1.0, "reduce_min")):
            reduce = jnp.max if sign > 0 else jnp.min
            graph = trace(lambda x, reduce=reduce: reduce(x), sign * np.array(x, np.float32))
            node = next(node for node in graph.nodes if node.operation == operation)
            assert corners(node).ravel().tolist() == expected


def test_copies_of_nothing_are_summed_over_the_copies_alone():
    graph = trace(lambda x: jnp.sum(jnp.broadcast_to(x[:0], (3, 0))) + jnp.sum(x), np.ones(2, np.float32))
    (fold,) = [fold for step in backward(graph).steps for fold in step.folds]
    assert (fold.shape_before, fold.shape_after, fold.summed_axes) == ((3, 0), (0,), (0,))
    reshaped = backward(trace("sum(reshape(x, 3, 2)*w)", x=np.ones((2, 3)), w=np.ones((3, 2))))
    folds = [fold for step in reshaped.steps if step.operand == "x" for fold in step.folds]
    assert [(fold.operation, fold.summed_axes) for fold in folds] == [("reshape", ())]
