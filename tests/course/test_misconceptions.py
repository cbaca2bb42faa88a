"""Each misconception is produced by a step, recognised, and never triggered by a right answer."""

import numpy as np
import pytest

from simulator.course.grading import grade
from simulator.course.graph_questions import questions
from simulator.course.misconceptions import KINDS, wrong_factors, wrong_products, wrong_totals
from simulator.graph import backward, trace
from simulator.texts import LANGUAGES, has_text


def step_of(text, node, operand, **inputs):
    result = backward(trace(text, **inputs))
    return result, next(step for step in result.steps if (step.node, step.operand) == (node, operand))


NEURON = "(sigmoid(w*x + b) - t)**2"
VALUES = {"w": 2.0, "x": -1.0, "b": 0.5, "t": 0.3}
A = 1 / (1 + np.exp(1.5))
UPSTREAM = 2 * (A - 0.3)


def sigma(x):
    return 1 / (1 + np.exp(-x))


def found(pairs, kind):
    return next(value for name, value in pairs if name == kind)


def test_activation_derivative():
    """σ′ forgotten, at the output instead of the input, twice."""
    result, step = step_of(NEURON, "a1", "z1", **VALUES)
    products = wrong_products(result, step)
    assert found(products, "derivative_forgotten") == pytest.approx(UPSTREAM, rel=1e-5)
    assert found(products, "derivative_at_output") == pytest.approx(UPSTREAM * sigma(A) * (1 - sigma(A)), rel=1e-5)
    assert found(products, "derivative_twice") == pytest.approx(UPSTREAM * (A * (1 - A)) ** 2, rel=1e-5)
    assert found(products, "upstream_forgotten") == pytest.approx(A * (1 - A), rel=1e-5)
    assert found(products, "sign") == pytest.approx(-UPSTREAM * A * (1 - A), rel=1e-5)
    assert found(wrong_factors(result, step), "derivative_forgotten") == 1.0


def test_operand_swapped():
    """The derivative of w·x with respect to w is x, not w."""
    result, step = step_of(NEURON, "v1", "w", **VALUES)
    local = UPSTREAM * A * (1 - A)
    assert found(wrong_products(result, step), "operand_swapped") == pytest.approx(local * 2.0, rel=1e-5)
    assert found(wrong_factors(result, step), "operand_swapped") == 2.0


def test_a_mean_of_two_can_be_taken_for_a_sum_and_a_mean_of_one_cannot():
    for numbers, kinds in (([1.0, 3.0], {"sum_for_mean", "sign"}), ([1.0], {"sign"})):
        result, step = step_of("mean(x)", "L", "x", x=np.array(numbers))
        wrong = dict(wrong_factors(result, step))
        assert set(wrong) == kinds
        assert "sum_for_mean" not in wrong or np.all(wrong["sum_for_mean"] == 1.0)


def test_targets_swapped():
    """(t − p) for (p − t), in a difference and in softmax with cross-entropy, where the target is known."""
    result, step = step_of(NEURON, "v2", "a1", **VALUES)
    assert found(wrong_products(result, step), "targets_swapped") == pytest.approx(-UPSTREAM, rel=1e-5)
    z, t = np.array([[1.0, 2.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])
    result, step = step_of("cross_entropy(z, t)", "L", "z", z=z, t=t)
    p = np.exp(z) / np.exp(z).sum()
    np.testing.assert_allclose(found(wrong_products(result, step), "targets_swapped"), t - p, atol=1e-6)


def test_what_is_taken_away_is_a_target_only_where_it_is_called_so():
    result, step = step_of("(w*x - b)**2", "v2", "v1", w=2.0, x=-1.5, b=0.5)
    assert {kind for kind, _ in wrong_products(result, step)} == {"sign", "upstream_forgotten"}
    product = next(question for question in questions(result, step) if question.about == "product")
    assert grade(product, "7").code == "sign"  # 2·(−3.5) with the sign wrong


def test_a_division_is_a_mean_only_of_a_sum():
    result, step = step_of("x*x/4", "L", "v1", x=3.0)
    assert "sum_for_mean" not in dict(wrong_products(result, step))
    result, step = step_of("sum(x*x)/4", "L", "v2", x=np.array([3.0, 1.0]))
    assert found(wrong_products(result, step), "sum_for_mean") == 1.0


def test_a_difference_of_intermediate_values_is_not_about_targets():
    result, step = step_of("sin(x) - tanh(x)", "L", "v1", x=0.4)
    assert "targets_swapped" not in dict(wrong_products(result, step))


def test_transpose_missing():
    x, weight, t = np.arange(9.0).reshape(3, 3), np.eye(3) + np.eye(3, k=1), np.ones((3, 3))
    result, step = step_of("sum(x@W*t)", "v1", "x", x=x, W=weight, t=t)
    np.testing.assert_allclose(found(wrong_products(result, step), "transpose_missing"), t @ weight)
    result, step = step_of("sum(x@W*t)", "v1", "W", x=x, W=weight, t=t)
    np.testing.assert_allclose(found(wrong_products(result, step), "transpose_missing"), x @ t)
    result, step = step_of("sum(x@W)", "v1", "W", x=np.ones((2, 3)), W=np.ones((3, 4)))
    shape = next(question for question in questions(result, step) if question.kind == "shape")
    assert shape.answer == (3, 4) and grade(shape, "4×3").misconception == "transpose_missing"


def test_only_a_factor_for_each_entry_can_be_a_wrong_factor():
    """The local derivative of a matrix product is a matrix, that of a transpose none at all."""
    x, weight = np.arange(6.0).reshape(2, 3), np.ones((3, 2))
    for source, node, kind in (("sum(x@W)", "v1", "matrix"), ("sum(transpose(x)*W)", "v1", "move")):
        result, step = step_of(source, node, "x", x=x, W=weight)
        assert step.local_derivative.kind == kind and wrong_factors(result, step) == ()
    result = backward(trace("exp(x)*3", x=2.0))
    assert {kind for kind, _ in wrong_factors(result, result.steps[-1])} >= {"sign", "derivative_forgotten"}


def test_sum_instead_of_mean():
    y, t = np.array([0.5, 1.5, -1.0]), np.array([0.0, 1.0, 1.0])
    result, step = step_of("mse(y, t)", "L", "y", y=y, t=t)
    np.testing.assert_allclose(found(wrong_products(result, step), "sum_for_mean"), 2 * (y - t), rtol=1e-6)
    result, step = step_of("mean(y)", "L", "y", y=y)
    np.testing.assert_allclose(found(wrong_products(result, step), "sum_for_mean"), 1.0, rtol=1e-6)


def test_only_one_branch():
    result, step = step_of("x*x + sin(x)", "v2", "x", x=1.5)
    wrong = [float(value) for kind, value in wrong_totals(result, step) if kind == "one_branch"]
    assert np.cos(1.5) == pytest.approx(wrong[0], rel=1e-5) and 1.5 in wrong
    step = [step for step in result.steps if step.operand == "x"][-1]
    total = next(question for question in questions(result, step) if question.about == "total")
    assert grade(total, "1.5").misconception == "one_branch" and grade(total, str(3 + np.cos(1.5))).correct


def test_a_wrong_value_that_is_right_is_no_misconception():
    """Where ReLU is open its derivative is 1: forgetting it, or multiplying it twice, changes nothing."""
    result, step = step_of("3*relu(x)", "a1", "x", x=2.0)
    assert {kind for kind, _ in wrong_products(result, step)} == {"upstream_forgotten", "sign"}
    symmetric = np.array([[2.0, 1.0], [1.0, 3.0]])
    result, step = step_of("sum(x@W)", "v1", "x", x=np.ones((2, 2)), W=symmetric)
    missing = [value for kind, value in wrong_products(result, step) if kind == "transpose_missing"]
    assert all(not np.allclose(value, step.contribution) for value in missing)


def test_who_receives_a_gradient():
    result = backward(trace("relu(w*x) + stop_gradient(w)*x", w=2.0, x=3.0))
    (receivers,) = [
        q for step in result.steps if step.node == "L" for q in questions(result, step) if q.kind == "nodes"
    ]
    assert receivers.answer == frozenset({"a1", "v2"}) and grade(receivers, ["a1", "v2"]).correct
    assert grade(receivers, ["a1"]).misconception == "one_branch"


def test_every_misconception_has_words():
    for kind in KINDS:
        for language in LANGUAGES:
            assert has_text(language, f"misconceptions.names.{kind}")
            assert has_text(language, f"misconceptions.explain.{kind}")
