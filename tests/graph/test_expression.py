"""Typed text: what is allowed computes what it says; everything else is refused with its column, and nothing runs."""

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.graph import backward, parse, trace
from simulator.graph.budget import MAX_ENTRIES
from simulator.graph.functions import FUNCTIONS
from simulator.graph.syntax import MAX_DEPTH

SHAPED = {"x": np.array([[0.3, -0.7], [1.1, 0.4]], np.float32), "y": np.array([[0, 1], [1, 0]], np.float32)}
CALLS = {
    "power": "power(abs(x), y)",
    "where": "where(x > 0, x, y)",
    "clip": "clip(x, 0, 1)",
    "reshape": "reshape(x, 4)",
    "pick": "pick(x, 0, -1)",
    "slice": "slice(x, 0, 1)",
    "one_hot": "one_hot(pick(y, 0, 0), 3)*pick(x, 0, 0)",
    "concat": "concat(x, y)",
    "arcsin": "arcsin(0.5*x)",
    "arccos": "arccos(0.5*x)",
    "binary_cross_entropy": "binary_cross_entropy(sigmoid(x), y)",
    "layer_norm": "layer_norm(x, 2, 0.5)",
    "batch_norm": "batch_norm(x, 2, 0.5)",
    **{name: f"{name}(abs(x) + 0.1)" for name in ("log", "sqrt", "log1p")},
    **{name: f"{name}(x, y)" for name in ("maximum", "minimum", "dot", "matmul", "outer", "cross_entropy", "mse")},
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_computes_and_differentiates(name):
    text = CALLS.get(name, f"{name}(x)")
    graph = trace(f"sum({text} + 0*x*0)" if name == "argmax" else f"sum({text})", **SHAPED)
    assert np.isfinite(graph.value)
    for gradient in backward(graph).gradients.values():
        assert gradient.shape == (2, 2) and np.all(np.isfinite(gradient))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3*x", 8.0),
        ("-x**2", -4.0),
        ("x**-1", 0.5),
        ("2×x − 1÷2", 3.5),
        ("[1, 2]@[x, 1]", 4.0),
        ("sum([[1, 2], [3, 4]]@[x, 1])", 14.0),
        ("(x > 1) * 3", 3.0),
        ("cos(pi) * x", -2.0),
        ("max(x, 3) + min(x, 3)", 5.0),
        ("max([x, 5, 1])", 5.0),
        ("sum([[1, 2], [3, x]], axis=0) @ [1, 0]", 4.0),
        ("1e3*x", 2000.0),
    ],
)
def test_values(text, value):
    assert float(trace(text, x=2.0).value) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(("typed", "nearest"), [("sigmoyd", "sigmoid"), ("Sofplus", "softplus"), ("sofmax", "softmax")])
def test_the_nearest_name_is_suggested(typed, nearest):
    with pytest.raises(InputError, match=f"Did you mean {nearest}") as caught:
        parse(f"{typed}(x)")
    assert len(str(caught.value)) < 80  # and no list of sixty
    with pytest.raises(InputError) as caught:
        parse("qqqq(x)")
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ln(x)", np.log),
        ("ReLU(x)", lambda x: max(x, 0.0)),
        ("RELU(x)", lambda x: max(x, 0.0)),
        ("σ(x)", lambda x: 1 / (1 + np.exp(-x))),
        ("Sigmoid(x)", lambda x: 1 / (1 + np.exp(-x))),
        ("Tanh(x)", np.tanh),
        ("e**x", np.exp),
        ("e*x", lambda x: np.e * x),
        ("π*x", lambda x: np.pi * x),
        ("pi*x", lambda x: np.pi * x),
        ("e**(-x)/π", lambda x: np.exp(-x) / np.pi),
    ],
)
def test_other_spellings_are_understood(typed, meant):
    for x in (0.7, -1.3) if typed != "ln(x)" else (0.7, 2.5):
        graph = trace(typed, x=x)
        np.testing.assert_allclose(graph.value, meant(x), rtol=1e-5)
        slope = (meant(x + 1e-5) - meant(x - 1e-5)) / 2e-5
        np.testing.assert_allclose(backward(graph).gradients["x"], slope, rtol=1e-4)


def test_one_class_is_the_fewest_and_4096_are_the_most():
    assert trace("one_hot(x, 1)", x=0.0).value.tolist() == [1.0]
    hot = trace("one_hot(x, 4096)", x=4095.0).value
    assert hot.shape == (4096,) and hot[4095] == hot.sum() == 1.0
    for size in (0, 4097):
        with pytest.raises(InputError):
            trace(f"one_hot(x, {size})", x=0.0)


def test_an_input_has_from_one_entry_to_the_most_that_are_allowed():
    expression = parse("sum(x)")
    for size in (1, MAX_ENTRIES):
        assert expression.check_inputs({"x": np.ones(size)})["x"].size == size
    for size in (0, MAX_ENTRIES + 1, MAX_ENTRIES + 2):
        with pytest.raises(InputError) as caught:
            expression.check_inputs({"x": np.ones(size)})
        assert (caught.value.code, caught.value.details["value"]) == ("graph:input_size", size)


def test_a_layer_is_normalized_over_its_features_and_a_batch_over_its_rows():
    x = np.array([[1.0, 2.0, 6.0], [0.0, -1.0, 3.0]])
    for name, axis in (("layer_norm", 1), ("batch_norm", 0)):
        wanted = (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + 1e-5)
        np.testing.assert_allclose(trace(f"{name}(x)", x=x).value, wanted, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(trace(f"{name}(x, 2, 0.5)", x=x).value, 2 * wanted + 0.5, rtol=1e-4, atol=1e-6)


def test_an_entry_is_picked_from_either_end():
    x = np.array([1.0, 2.0, 4.0])
    for place, value in ((0, 1.0), (2, 4.0), (-1, 4.0), (-3, 1.0)):
        assert float(trace(f"pick(x, {place})", x=x).value) == value
    for place in (3, -4):
        with pytest.raises(InputError):
            trace(f"pick(x, {place})", x=x)
    assert trace("slice(x, 0, 3)", x=x).value.tolist() == [1.0, 2.0, 4.0]
    for start, stop in ((0, 4), (1, 1), (2, 1)):
        with pytest.raises(InputError):
            trace(f"slice(x, {start}, {stop})", x=x)


OF_TWO = {"power", "maximum", "minimum", "dot", "matmul", "outer", "one_hot", "cross_entropy", "binary_cross_entropy"}
ARGUMENTS = dict.fromkeys(OF_TWO | {"mse"}, (2, 2)) | dict.fromkeys(("clip", "where", "slice"), (3, 3))
ARGUMENTS |= dict.fromkeys(("leaky_relu", "max", "min"), (1, 2)) | dict.fromkeys(("layer_norm", "batch_norm"), (1, 3))
ARGUMENTS |= {"reshape": (2, 4), "pick": (2, 4), "concat": (1, 16)}
"""How many arguments a function takes; those not listed take one."""


def test_so_many_arguments_are_taken():
    assert set(ARGUMENTS) <= set(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        assert (function.min_arguments, function.max_arguments) == ARGUMENTS.get(name, (1, 1)), name
    literal = {name: function.literal for name, function in FUNCTIONS.items() if function.literal}
    assert literal == {"reshape": (1, 2, 3), "pick": (1, 2, 3), "slice": (1, 2), "one_hot": (1,)}


def test_a_text_that_is_too_long_is_marked_where_it_becomes_so():
    assert float(trace("x" + " " * 497 + "+1", x=1.0).value) == 2.0
    with pytest.raises(InputError) as caught:
        parse("x" + " " * 498 + "+1")
    assert (caught.value.code, caught.value.details["column"]) == ("graph:too_long", 501)


def test_what_is_no_text_is_quoted_by_its_first_sixty_letters():
    with pytest.raises(InputError) as caught:
        inspect.unwrap(parse)(["x" * 80])  # without the type checker of the tests
    assert (caught.value.code, caught.value.details["value"]) == ("graph:source", "['" + "x" * 58)


def test_an_input_named_like_a_constant_is_the_input():
    assert float(trace("e**x", e=2.0, x=3.0).value) == 8.0
    assert float(trace("σ*x", σ=2.0, x=3.0).value) == 6.0
    assert [node.operation for node in trace("e**x", x=3.0).nodes][-1] == "exp"  # not eˣ·ln 2.72


@pytest.mark.parametrize("value", ["a", None, [[1, 2], [3]], 1j, np.ones(70_000), [], object()])
def test_bad_inputs(value):
    with pytest.raises(InputError, match="input x"):
        trace("x*2", x=value)


@pytest.mark.parametrize(
    "nest",
    [
        lambda n: "-" * n + "x",
        lambda n: "x" + "+x" * n,
        lambda n: "x**" * n + "x",
        lambda n: "sin(-" * (n // 2) + "-" * (n % 2) + "x" + ")" * (n // 2),
        lambda n: "(0 < -" * (n // 2) + "-" * (n % 2) + "x" + ")" * (n // 2),
        lambda n: "[-" * (n // 2) + "-" * (n % 2) + "x" + "]" * (n // 2),
    ],
)
def test_every_kind_of_part_counts_towards_the_depth(nest):
    parse(nest(MAX_DEPTH - 1))
    with pytest.raises(InputError, match=f"{MAX_DEPTH}"):
        parse(nest(MAX_DEPTH))


NUMBERS = st.floats(-2, 2).map(lambda x: round(x, 2))
LEAVES = st.sampled_from(["x", "y", "m"]) | NUMBERS.map(lambda number: f"({number})")


def _grow(inner):
    pair = st.tuples(inner, inner)
    return (
        st.tuples(pair, st.sampled_from("+-*")).map(lambda t: f"({t[0][0]} {t[1]} {t[0][1]})")
        | pair.map(lambda t: f"({t[0]} / (2 + square({t[1]})))")
        | pair.map(lambda t: f"where({t[0]} > 0.1, {t[0]}, {t[1]})")
        | st.tuples(
            st.sampled_from(["sin", "tanh", "sigmoid", "softplus", "exp(0.1*", "relu", "layer_norm"]), inner
        ).map(lambda t: f"{t[0]}{t[1]})" if t[0].endswith("*") else _call(t[0], t[1]))
        | inner.map(lambda t: f"({t})**2")
        | inner.map(lambda t: f"(m @ ({t} + 0*m))")
    )


def _call(name, argument):
    return f"{name}({argument} + 0*m)"


EXPRESSIONS = st.recursive(LEAVES, _grow, max_leaves=6)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(EXPRESSIONS)
def test_random_expressions_against_jax_grad_and_finite_differences(text):
    text = f"mean({text} + 0*m)"
    if len(text) > 480:
        return
    inputs = {"x": 0.31, "y": -0.83, "m": np.array([[0.21, -0.47], [0.65, 0.98]])}
    expression = parse(text)
    single = {name: jnp.asarray(value, jnp.float32) for name, value in inputs.items()}
    gradients = backward(trace(text, **single)).gradients
    expected = jax.grad(lambda values: expression(**values))(single)
    for name, gradient in gradients.items():
        np.testing.assert_array_equal(gradient, expected[name])
    with jax.enable_x64(True):
        direction = {name: np.cos(np.arange(np.size(value))).reshape(np.shape(value)) for name, value in inputs.items()}
        ahead, back = (
            float(expression(**{name: jnp.asarray(value + step * direction[name]) for name, value in inputs.items()}))
            for step in (1e-6, -1e-6)
        )
    slope = sum(float(np.sum(gradients[name] * direction[name])) for name in inputs)
    size = sum(float(np.sum(np.abs(gradients[name] * direction[name]))) for name in inputs)
    assert slope == pytest.approx((ahead - back) / 2e-6, abs=1e-3 * size + 1e-5)
