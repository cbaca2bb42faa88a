"""What a gradient step does to the loss: the first-order prediction −η‖g‖² against the change that happens."""

from typing import NamedTuple

import numpy as np

from simulator.scenes.chain_rule.passes import NetworkPass, Parameters, forward, loss_term

RATES = np.geomspace(1e-4, 1e2, 121)
"""Learning rates of the picture, 20 to a power of ten."""
TOLERANCE = 0.1
"""The prediction counts as failed where the change differs from it by more than this share."""


class LossChanges(NamedTuple):
    """Changes of the loss after one step, for many learning rates."""

    rate: np.ndarray  # (rates,)
    predicted: np.ndarray  # (rates,) −η‖g‖²
    actual: np.ndarray  # (rates,) L(θ − ηg) − L(θ)
    failing_rate: float | None  # the first at which the prediction is off by more than TOLERANCE
    rising_rate: float | None  # the first at which the loss does not fall


def step_parameters(made: NetworkPass, rate: float) -> Parameters:
    """Return θ − η ∂L/∂θ."""
    weight, bias = made.parameters
    return Parameters(
        tuple(value - rate * gradient for value, gradient in zip(weight, made.grad_weight, strict=True)),
        tuple(value - rate * gradient for value, gradient in zip(bias, made.grad_bias, strict=True)),
    )


def loss_changes(
    made: NetworkPass, rates: np.ndarray = RATES, *, activation: str, loss: str, output: str
) -> LossChanges:
    """Return predicted and actual changes of the loss; arguments as in ``run_pass``.

    Where the loss overflows, the actual change is infinite. Without any gradient both are 0 and nothing fails.
    """
    actual = np.array([_loss_after(made, rate, activation, loss, output) for rate in rates]) - made.loss.value
    predicted = -rates * made.squared_grad_norm
    if made.squared_grad_norm == 0.0:
        return LossChanges(rates, predicted, actual, None, None)
    rounding = 1e-13 * max(1.0, abs(made.loss.value))
    off = np.abs(actual - predicted) > TOLERANCE * np.abs(predicted) + rounding
    return LossChanges(rates, predicted, actual, _first(rates, off), _first(rates, actual > rounding))


def _loss_after(made: NetworkPass, rate: float, activation: str, loss: str, output: str) -> float:
    stepped = step_parameters(made, rate)
    with np.errstate(over="ignore", invalid="ignore"):
        logits = forward(stepped, made.inputs, activation)[0][-1]
        value = loss_term(logits, made.targets, loss=loss, output=output).value
    return value if np.isfinite(value) else np.inf


def _first(rates: np.ndarray, where: np.ndarray) -> float | None:
    return float(rates[int(np.argmax(where))]) if where.any() else None
