"""Formulas, cards, chains and presets: what a learner reads is right, and complete in both languages."""

import re

import jax
import numpy as np
import pytest

from simulator.graph import backward, trace
from simulator.graph.cards import card, forward_card
from simulator.graph.derivatives import entry_of
from simulator.graph.latex import latex_name, latex_number
from simulator.graph.operations import OPERATIONS, operation_name
from simulator.graph.presets import PRESETS, preset_graph
from simulator.graph.program import NO_GRADIENT
from simulator.graph.stops import _REASONS
from simulator.texts import has_text, text


@pytest.fixture(scope="module")
def passes():
    return {name: backward(preset_graph(name)) for name in PRESETS}


def test_the_food_network_has_four_examples_of_four_kinds():
    inputs = PRESETS["food"].inputs
    assert {name: np.shape(value) for name, value in inputs.items()} == {
        "x": (4, 4), "W1": (4, 32), "b1": (32,), "W2": (32, 32), "b2": (32,), "W3": (32, 4), "b3": (4,), "t": (4, 4)
    }  # fmt: skip
    np.testing.assert_array_equal(inputs["t"], np.eye(4))
    for name, fan_in in (("W1", 4), ("W2", 32), ("W3", 32)):
        weights = np.asarray(inputs[name], np.float64)
        assert np.std(weights) == pytest.approx(np.sqrt(2 / fan_in), rel=0.15)  # He's deviation
        np.testing.assert_allclose(weights, np.round(weights, 2), atol=1e-6)  # a reader can copy them
        assert np.any(np.abs(weights - np.round(weights, 1)) > 1e-3)


def test_examples_come_to_what_they_come_to_by_hand():
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    hidden = sigmoid(np.array([0.5 * 1.0 + 0.3 * 0.5 + 0.1, -0.4 * 1.0 + 0.8 * 0.5 - 0.1]))
    z = np.array([1.54, 2.9, -0.26])
    y = np.array([1.0 + 0.4 * 1.0 + 0.2 * -0.5 + 0.1, -0.5])  # the second gate is closed: −0.3·1 + 0.6·(−0.5) < 0
    scaled = (np.array([1, 2, 4]) - 7 / 3) / np.sqrt(14 / 9 + 1e-5)
    squares = np.tanh(0.5 * 1.25 - 0.75) ** 2 / (1 + 1.25**2)
    expected = {
        "squared_error": (3 * 4 + 5 - 7) ** 2,
        "neuron_mse": (sigmoid(-1.5) - 1) ** 2,
        "neuron_cross_entropy": -np.log(sigmoid(-1.5)),
        "three_layers": sigmoid(2.0 * sigmoid(-1.5 * sigmoid(0.5))),
        "two_inputs": np.tanh(1.5 * (0.5 * 1.0 + 0.25 * -1.0)),
        "used_twice": 1.5**2 + np.sin(1.5),
        "softmax_cross_entropy": np.log(np.sum(np.exp(z))) - 1.54,
        "closed_gate": 1.0,
        "network_2_2_1": (sigmoid(0.7 * hidden[0] - 0.6 * hidden[1] + 0.2) - 1.0) ** 2,
        "residual": np.sum(y**2) / 2,
        "layer_norm": np.sum((scaled - np.array([0, 0, 1])) ** 2),
        "tangle": squares + 0.5 * (1.25 + 0.5 * 0.75) - np.exp(-(1.25**2)),
    }
    assert set(expected) == set(PRESETS) - {"food"}
    for name, value in expected.items():
        assert float(preset_graph(name).value) == pytest.approx(value, rel=1e-5), name


def test_a_function_without_a_command_of_its_own_is_written_upright():
    for operation, latex in (("atanh", r"\mathrm{artanh}(@a)"), ("sin", r"\sin(@a)")):
        assert OPERATIONS[operation].formula == latex


def test_presets_cover_the_list(passes):
    for name, result in passes.items():
        assert np.isfinite(result.graph.value), name
        for parameter in PRESETS[name].parameters:
            assert parameter in result.gradients, name


def test_layer_level_of_the_food_network(passes):
    graph = passes["food"].graph
    layers = graph.view({"z3"})
    operations = {graph[name].operation for name in layers.nodes if graph[name].kind == "call"}
    assert operations == {"layer1", "layer2", "layer3", "cross_entropy"}
    assert graph["a1"].shape == (4, 32) and graph["z3"].shape == (4, 4)


def test_closed_gate_is_closed(passes):
    assert float(passes["closed_gate"].gradients["w"]) == 0.0
    assert [step.stop.kind for step in passes["closed_gate"].steps if step.stop] == ["closed"]


def test_residual_reaches_the_input_untouched(passes):
    graph = passes["residual"].graph
    directly = [step for step in passes["residual"].steps if step.node == "y" and step.operand == "x"]
    np.testing.assert_array_equal(directly[0].contribution, graph["y"].value)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_step_of_every_preset_has_a_card(passes, language):
    for result in passes.values():
        view = result.graph.view("all")
        steps = result.steps_of(view)
        for step in steps:
            written = card(result, step, language, steps=steps)
            for formula in (written.symbols, written.numbers, written.shapes, written.total):
                assert formula.count("{") == formula.count("}"), formula
                assert not re.search(r"@\w", formula), formula
            assert (len(written.notes) > 0) >= (step.stop is not None)
        for name in view.nodes:
            assert forward_card(result.graph, name, language).title


def test_numbers_are_plugged_into_the_formula():
    result = backward(trace("(sigmoid(w*x + b) - t)**2", w=2.0, x=-1.0, b=0.5, t=1.0))
    (step,) = [step for step in result.steps if step.node == "a1"]
    written = card(result, step, "en")
    assert (
        written.symbols.endswith(r"\cdot \left(a_{1}\,(1 - a_{1})\right)") or r"a_{1}\,(1 - a_{1})" in written.symbols
    )
    assert r"0.182 \cdot (1 - 0.182)" in written.numbers and written.numbers.endswith("= -0.244")


def test_sum_over_branches_is_written_out():
    result = backward(trace("x*x + sin(x)", x=1.5))
    last = [step for step in result.steps if step.operand == "x"][-1]
    assert card(result, last, "en").total.endswith("0.0707 + 1.5 + 1.5 = 3.07")


def test_every_operation_has_a_name_in_both_languages():
    for operation in OPERATIONS:
        for language in ("ko", "en"):
            assert has_text(language, f"graph.operations.{operation}"), operation
    assert operation_name("ko", "layer1") == "layer1"
    kinds = {*_REASONS.values(), "saturated", "stop_gradient", "no_slope", "zero_slope"}
    assert all(has_text(language, f"graph.stops.{kind}") for kind in kinds for language in ("ko", "en"))
    assert "stop_gradient" in NO_GRADIENT


DERIVATIVES = {
    # what the LaTeX of the table says, as Python: a (operand), b (second operand), y (output)
    "logistic": lambda a, b, y: y * (1 - y),
    "tanh": lambda a, b, y: 1 - y**2,
    "exp": lambda a, b, y: np.exp(a),
    "log": lambda a, b, y: 1 / a,
    "sqrt": lambda a, b, y: 1 / (2 * np.sqrt(a)),
    "tan": lambda a, b, y: 1 + y**2,
    "softplus": lambda a, b, y: 1 / (1 + np.exp(-a)),
    "silu": lambda a, b, y: y / a * (1 + a * (1 - y / a)),
    "square": lambda a, b, y: 2 * a,
    "integer_pow": lambda a, b, y: 3 * a**2,
    "rsqrt": lambda a, b, y: -1 / (2 * a**1.5),
    "erf": lambda a, b, y: 2 / np.sqrt(np.pi) * np.exp(-(a**2)),
    "atan": lambda a, b, y: 1 / (1 + a**2),
    "asin": lambda a, b, y: 1 / np.sqrt(1 - a**2),
    "acos": lambda a, b, y: -1 / np.sqrt(1 - a**2),
    "log1p": lambda a, b, y: 1 / (1 + a),
    "sin": lambda a, b, y: np.cos(a),
    "cos": lambda a, b, y: -np.sin(a),
    "sinh": lambda a, b, y: np.cosh(a),
    "cosh": lambda a, b, y: np.sinh(a),
    "abs": lambda a, b, y: np.sign(a),
}
TEXTS = {"logistic": "sigmoid(x)", "integer_pow": "x**3", "atan": "arctan(x)", "asin": "arcsin(x)", "acos": "arccos(x)"}


@pytest.mark.parametrize("operation", DERIVATIVES)
def test_formulas_of_the_table(operation):
    """The closed form that the card shows is the number that JAX computes."""
    text = TEXTS.get(operation, f"{operation}(x)")
    graph = trace(jax.lax.rsqrt, 0.6) if operation == "rsqrt" else trace(text, x=0.6)
    (step,) = [step for step in backward(graph).steps if step.operand == graph.inputs[0]]
    assert graph[step.node].operation == operation and step.local_derivative.in_table
    expected = DERIVATIVES[operation](0.6, None, float(graph.value))
    assert step.local_derivative.value is not None
    assert float(step.local_derivative.value) == pytest.approx(expected, rel=1e-5)


def test_latex_of_names_and_numbers():
    assert latex_name("W12") == "W_{12}" and latex_name("theta1") == r"\theta_{1}" and latex_name("w_f1") == "w_{f1}"
    assert latex_name("a1~") == "a_{1}" and latex_name("b1_2") == "b_{1,2}"
    assert latex_number(-0.0) == "0" and latex_number(float("nan")) == r"\mathrm{NaN}"
    assert latex_number(1e-7) == "10^{-7}" and latex_number(-2.5, True) == "(-2.5)"
    assert latex_number(np.ones((50, 50))) == r"\left[50\times 50\right]"


def test_an_array_is_written_out_as_long_as_it_can_be_read():
    assert latex_number(np.array([1.0, -2.0])) == r"\begin{bmatrix}1 & -2\end{bmatrix}"
    assert latex_number(np.array([[1.0], [0.25]])) == r"\begin{bmatrix}1\\0.25\end{bmatrix}"
    for shape, written in (((6, 6), True), ((36, 1), True), ((37, 1), False), ((10,), True), ((11,), False)):
        assert latex_number(np.ones(shape)).startswith(r"\begin{bmatrix}") == written, shape
    assert latex_number(np.ones((1, 2, 2))) == r"\left[1\times 2\times 2\right]"
    assert [latex_number(sign * np.inf) for sign in (1, -1)] == [r"\infty", r"-\infty"]
    assert [latex_number(sign * np.inf, True) for sign in (1, -1)] == [r"\infty", r"(-\infty)"]
    assert [latex_number(number, True) for number in (2.0, -2.0, True)] == ["2", "(-2)", "1"]
    assert latex_number(np.ones(0)) == r"\left[0\right]" and latex_number(np.ones((2, 0))) == r"\left[2\times 0\right]"


def test_a_number_is_written_with_the_digits_asked_for_and_its_power_of_ten():
    assert [latex_number(0.1234567, False, digits) for digits in (3, 5)] == ["0.123", "0.12346"]
    assert [latex_number(-1.5e-7, wrapped) for wrapped in (False, True)] == [
        r"-1.5\times10^{-7}", r"(-1.5\times10^{-7})"
    ]  # fmt: skip
    assert latex_number(np.array([-0.5, 0.0])) == r"\begin{bmatrix}-0.5 & 0\end{bmatrix}"
    assert latex_name("log_softmax2") == r"\mathrm{log\_softmax}_{2}" and latex_name("z") == "z"


def test_a_gradient_is_added_to_only_where_paths_meet():
    result = backward(trace("3*x + y", x=2.0, y=1.0))
    assert not any(r"\mathrel{+}" in card(result, step, "en").symbols for step in result.steps)
    assert {card(result, step, "en").total for step in result.steps} == {""}
    result = backward(trace("x*y + x", x=2.0, y=1.0))
    for step in result.steps:
        assert (r"\mathrel{+}=" in card(result, step, "en").symbols) == (step.operand == "x")


def test_a_whole_gradient_is_written_as_long_as_it_can_be_read():
    for shape, written in (((2,), True), ((6, 6), True), ((37,), False), ((7, 7), False)):
        result = backward(trace("sum(tanh(x))", x=np.full(shape, 0.5)))
        step = next(step for step in result.steps if step.operand == "x")
        found = card(result, step, "en").result
        assert found.endswith(latex_number(np.full(shape, 1 - np.tanh(0.5) ** 2))) if written else found == "", shape


def test_of_an_array_the_entry_is_named_whose_numbers_are_plugged_in():
    for x, numbers in (
        (np.array([0.5, 2.0]), r"\left[1\right]:\; 1 \cdot 2 \cdot 0.5 = 1"),
        (np.array([[0.5, 2.0]]), r"\left[1, 1\right]:\; 1 \cdot 2 \cdot 0.5 = 1"),
        (np.array([0.5]), r"\frac{\partial L}{\partial x} = 1 \cdot 2 \cdot 0.5 = 1"),
    ):
        result = backward(trace("sum(square(x))", x=x))
        step = next(step for step in result.steps if step.operand == "x")
        assert card(result, step, "en").numbers == numbers


def test_paths_are_written_out_as_a_sum_up_to_nine_entries():
    for entries, written in ((1, True), (9, True), (10, False)):
        result = backward(trace("sum(x*exp(x))", x=np.linspace(0.5, 1.5, entries)))
        total = [card(result, step, "en").total for step in result.steps if step.operand == "x"][-1]
        assert (" + " in total) == written and "=" in total, entries


def test_a_note_says_where_copies_are_summed_and_nowhere_else():
    result = backward(trace("sum(w*x)", w=2.0, x=np.array([3.0, 4.0])))
    summed = text("en", "graph.card.summed", operand="w")
    notes = {step.operand: card(result, step, "en").notes for step in result.steps}
    assert summed in notes["w"] and notes["x"] == notes["v1"] == ()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_closed_call_says_that_it_opens(passes, language):
    food = passes["food"]
    steps = [step for step in food.steps if food.graph[step.node].kind == "call" and not step.local_derivative.in_table]
    assert steps
    for step in steps:
        assert text(language, "graph.card.open_it") in card(food, step, language).notes


def test_what_is_multiplied_is_joined_by_the_sign_of_its_size():
    """A dot between two numbers, a circled one between arrays; a factor that is a sum or negative in parentheses."""
    above = r"\frac{\partial L}{\partial %s}"
    for source, size, place, factor in (
        ("sum(square(x))", 1, "v1", r" \cdot 2\,x"),
        ("sum(square(x))", 2, "v1", r" \odot 2\,x"),
        ("sum(tanh(x))", 2, "a1", r" \odot \left(1 - a_{1}^{2}\right)"),
        ("sum(t - x)", 2, "v1", r" \odot \left(-1\right)"),
        ("sum(exp(x))", 2, "v1", r" \odot e^{x}"),
        ("sum(x)", 2, "L", ""),
    ):
        result = backward(trace(source, x=np.ones(size), **({"t": np.ones(size)} if "t -" in source else {})))
        step = next(step for step in result.steps if step.operand == "x")
        symbols = card(result, step, "en").symbols
        assert symbols.removeprefix(r"\frac{\partial L}{\partial x} = ") == above % latex_name(place) + factor, source


def test_a_matrix_stands_on_the_side_where_it_multiplies():
    result = backward(trace("sum(tanh(X@W))", X=np.ones((2, 3)), W=np.ones((3, 2))))
    product = next(step.node for step in result.steps if step.operand == "X")
    above = rf"\frac{{\partial L}}{{\partial {latex_name(product)}}}"
    written = {step.operand: card(result, step, "en").symbols.partition(" = ")[2] for step in result.steps}
    assert written["X"] == rf"{above}\,W^{{\top}}" and written["W"] == rf"X^{{\top}}\,{above}"


def test_numbers_are_plugged_in_only_where_all_of_them_are_single():
    for source, x, written in (
        ("sum(x)", np.array([1.0, 2.0]), "L = 3"),
        ("sum(x)", np.array([3.0]), None),
        ("exp(x)", 0.0, "L = e^{0} = 1"),
        ("x@x", np.array([1.0, 2.0]), "L = 5"),
    ):
        numbers = forward_card(trace(source, x=x), "L", "en").numbers
        assert numbers == written if written else numbers.count("=") >= 1, source


def test_the_entry_that_meets_another_one():
    """By broadcasting; an operand that does not broadcast is met by its first entry."""
    grid = np.arange(6.0).reshape(2, 3)
    assert entry_of(grid, (2, 3), (1, 2)) == 5.0
    assert entry_of(grid[:1], (2, 3), (1, 2)) == 2.0
    assert entry_of(np.array(7.0), (2, 3), (1, 2)) == 7.0
    assert entry_of(grid[1], (2,), (1,)) == 3.0
    assert np.isnan(entry_of(grid[:0], (2, 3), (1, 2)))
