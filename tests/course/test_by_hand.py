"""Formulas that learners use for local derivatives, each against the slope of the operation in float64."""

import numpy as np
import pytest

from simulator.course.by_hand import LOCAL, local_by_hand, product_by_hand, reduced
from simulator.course.misconceptions import DERIVATIVE_AT
from simulator.graph import backward, trace


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def cross_entropy(z, t):
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -np.mean(np.sum(t * log_p, axis=-1))


OPERATIONS = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "pow": np.power,
    "neg": np.negative,
    "square": np.square,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1.0 / np.sqrt(x),
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "log1p": np.log1p,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "logistic": sigmoid,
    "relu": lambda x: np.maximum(x, 0.0),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "silu": lambda x: x * sigmoid(x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "max": np.maximum,
    "min": np.minimum,
    "reduce_sum": np.sum,
    "mean": np.mean,
    "logsumexp": lambda x: np.log(np.sum(np.exp(x))),
    "mse": lambda y, t: np.mean((y - t) ** 2),
    "cross_entropy": cross_entropy,
}
POSITIVE = {"pow", "sqrt", "rsqrt", "log"}
OVER_ALL = {"reduce_sum", "mean", "logsumexp", "mse"}
MATRICES = {"cross_entropy"}


def operands(name: str) -> tuple[np.ndarray, ...]:
    """Return operands on both sides of every kink; the operations of ``POSITIVE`` get positive ones."""
    first, second = np.array([-1.3, 0.4, 2.1]), np.array([0.7, -0.2, 1.6])
    if name in POSITIVE:
        first = np.abs(first)
    if name == "log1p":
        first = np.array([-0.5, 0.4, 2.1])
    if name in MATRICES:
        first, second = np.array([[0.3, -1.0, 0.5], [2.0, 0.1, -0.4]]), np.eye(3)[[1, 0]]
    return (first, second)[: 1 if name in OPERATIONS and one_operand(name) else 2]


def one_operand(name: str) -> bool:
    return len(LOCAL[name]) == 1 and name not in MATRICES


def slopes(name: str, values: tuple[np.ndarray, ...], place: int) -> np.ndarray:
    """Return by how much the sum of the outputs changes with each entry of one operand."""
    found, step = np.zeros_like(values[place]), 1e-6
    for entry in np.ndindex(found.shape):
        ends = []
        for nudge in (step, -step):
            moved = [value.copy() for value in values]
            moved[place][entry] += nudge
            ends.append(np.sum(OPERATIONS[name](*moved)))
        found[entry] = (ends[0] - ends[1]) / (2 * step)
    return found


@pytest.mark.parametrize("name", [name for name in LOCAL if LOCAL[name]])
def test_every_formula_is_the_slope_of_its_operation(name):
    values = operands(name)
    output = OPERATIONS[name](*values)
    for place, formulas in enumerate(LOCAL[name]):
        expected = slopes(name, values, place)
        for formula in formulas:
            given = np.broadcast_to(formula(values, output), expected.shape)
            np.testing.assert_allclose(given, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", DERIVATIVE_AT)
def test_a_derivative_taken_at_another_place_is_the_slope_there(name):
    values = (np.array([-1.3, 0.4, 2.1]),)
    np.testing.assert_allclose(DERIVATIVE_AT[name](*values), slopes(name, values, 0), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", ["max", "min"])
def test_equal_operands_share_the_gradient(name):
    equal = (np.array(2.0), np.array(2.0))
    assert [float(formulas[0](equal, np.array(2.0))) for formulas in LOCAL[name]] == [0.5, 0.5]


def test_one_example_is_not_divided_by_the_number_of_its_classes():
    z, t = np.array([0.3, -1.0, 0.5]), np.eye(3)[1]
    (formula,) = LOCAL["cross_entropy"][0]
    np.testing.assert_allclose(formula((z, t), 0.0), np.exp(z) / np.exp(z).sum() - t, rtol=1e-12)


def test_a_formula_that_is_not_that_of_the_step_gives_no_answer(monkeypatch):
    result = backward(trace("3*sin(x)", x=0.7))
    step = next(step for step in result.steps if step.operand == "x")
    found = local_by_hand(result, step, ()), product_by_hand(result, step, ())
    assert found[0] is not None and found[1] is not None
    assert (found[0][0], found[1][0]) == pytest.approx((np.cos(0.7), 3 * np.cos(0.7)), rel=1e-2)
    monkeypatch.setitem(LOCAL, "sin", ((lambda o, y: 1.2 * np.cos(o[0]),),))
    assert local_by_hand(result, step, ()) is None


def test_axes_that_were_copied_are_summed():
    value = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(reduced(value, (3,)), [3.0, 5.0, 7.0])
    np.testing.assert_array_equal(reduced(value, (2, 1)), [[3.0], [12.0]])
    np.testing.assert_array_equal(reduced(2.0, (2, 2)), [[2.0, 2.0], [2.0, 2.0]])
    np.testing.assert_array_equal(reduced(value, (6,)), value.ravel().tolist())
    assert reduced(value, (4,)) is None
    assert reduced(np.arange(3.0), (2, 3)) is None
    np.testing.assert_array_equal(reduced(np.ones((2, 2, 3)), (2, 3)), [[2.0, 2.0, 2.0], [2.0, 2.0, 2.0]])


def test_a_gate_at_zero_is_closed_and_a_corner_of_elu_is_smooth():
    """JAX takes 0 for the derivative of relu at 0; that of elu is 1 from both sides."""
    for source, local in (("3*relu(x)", 0.0), ("3*elu(x)", 1.0)):
        result = backward(trace(source, x=0.0))
        step = next(step for step in result.steps if step.operand == "x")
        assert local_by_hand(result, step, ()) == (local,)
        assert set(product_by_hand(result, step, ()) or ()) == {3.0 * local}


def test_what_has_no_factor_is_worked_out_from_what_arrives():
    """Entries that only change place have no local derivative: each keeps the gradient that arrives for it."""
    result = backward(trace("sum(transpose(x)*w)", x=np.ones((1, 3)), w=np.array([[4.0], [-2.0], [7.0]])))
    step = next(step for step in result.steps if step.operand == "x")
    assert step.local_derivative.kind == "move" and step.local_derivative.value is None
    assert local_by_hand(result, step, (0, 2)) is None
    assert set(product_by_hand(result, step, (0, 2)) or ()) == {7.0}
    result = backward(trace("sum(transpose(x)*w)", x=np.ones((2, 3)), w=np.arange(6.0).reshape(3, 2)))
    step = next(step for step in result.steps if step.operand == "x")
    assert product_by_hand(result, step, (0, 2)) is None  # entries in another order are not worked out
