"""The prediction −η‖g‖² and where it fails, against closed forms."""

from typing import Any

import numpy as np
import pytest

from simulator.scenes.chain_rule import Parameters, loss_changes, run_pass
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.scenes.chain_rule.update import RATES, step_parameters


def chain(**values: Any) -> ChainRule:
    """Return a network of two inputs with two examples, by default."""
    return ChainRule(**{"net": "2-3-2-2", "rows": 2, **values})


SQUARED = {"activation": "identity", "loss": "mse_half_sum", "output": "identity"}


def linear(x=2.0, w=1.0, t=0.0):
    parameters = Parameters((np.array([[w]]),), (np.array([0.0]),))
    return run_pass(parameters, np.array([[x]]), np.array([[t]]), **SQUARED)


def test_a_parabola_changes_as_its_formula_says():
    """L = ½(wx + b − t)²: a step multiplies the error by 1 − η(x² + 1)."""
    made = linear()
    rates = np.array([0.01, 0.1, 0.2, 0.4, 1.0])
    changes = loss_changes(made, rates, **SQUARED)
    error, curvature = 2.0, 5.0
    np.testing.assert_allclose(changes.predicted, -rates * error**2 * curvature)
    np.testing.assert_allclose(changes.actual, 0.5 * error**2 * ((1 - rates * curvature) ** 2 - 1), atol=1e-12)
    # off by η·5/2 of the prediction: more than 10 % from 0.04 on; the loss grows beyond 2/5
    assert changes.failing_rate == 0.1
    assert changes.rising_rate == 1.0


def test_the_grid_finds_both_limits():
    changes = loss_changes(linear(), RATES, **SQUARED)
    ratio = RATES[1] / RATES[0]
    assert changes.failing_rate is not None and changes.rising_rate is not None
    assert 0.04 <= changes.failing_rate < 0.04 * ratio * 1.001
    assert 0.4 <= changes.rising_rate < 0.4 * ratio * 1.001


def test_the_prediction_is_right_to_first_order():
    for net, activation in (("2-3-2-2", "sigmoid"), ("3-4-4-3", "gelu"), ("4-32-32-4", "tanh")):
        settings = chain(net=net, activation=activation, rows=3)
        names = {"activation": activation, "loss": settings.loss, "output": settings.output_activation}
        rates = np.array([1e-3, 1e-4])
        changes = loss_changes(pass_of(settings), rates, **names)
        errors = np.abs(changes.actual / changes.predicted - 1)
        assert errors[1] < 1e-2
        assert errors[0] / errors[1] == pytest.approx(10.0, rel=0.1)  # the error of the ratio falls with η


def test_every_parameter_moves_against_its_gradient():
    made = pass_of(chain())
    stepped = step_parameters(made, 0.3)
    np.testing.assert_allclose(stepped.weight[1], made.parameters.weight[1] - 0.3 * made.grad_weight[1])
    np.testing.assert_allclose(stepped.bias[0], made.parameters.bias[0] - 0.3 * made.grad_bias[0])


def test_without_gradient_nothing_is_predicted_and_nothing_fails():
    changes = loss_changes(linear(w=0.0), RATES, **SQUARED)
    assert not changes.predicted.any() and not changes.actual.any()
    assert changes.failing_rate is None and changes.rising_rate is None


def test_an_overflowing_loss_is_an_infinite_rise():
    changes = loss_changes(linear(x=1e60), np.array([1e-4, 1.0]), **SQUARED)
    assert changes.actual[1] == np.inf
