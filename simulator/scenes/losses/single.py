"""A loss against one logit: what an error costs, and how hard it pulls."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from simulator.core.softmax import sigmoid
from simulator.errors import check_choice, check_integer

SQUARED_ERRORS = ("mse_half_sum", "mse_mean", "mse_batch_mean")
SINGLE_LOSSES = (*SQUARED_ERRORS, "cross_entropy")
OUTPUTS = ("sigmoid", "softmax")
TARGETS = (0, 1)
UNFAIR_ERROR = 2 / 3
"""Behind a sigmoid, and behind softmax for the logit of the right class, squared error pulls hardest at this error:
the gradient is e²(1 − e) up to a constant, and its derivative 2e − 3e² is 0 here."""


class LossCurve(NamedTuple):
    """A loss over one logit, all other logits 0, one example."""

    logit: Float[np.ndarray, " points"]
    output: Float[np.ndarray, " points"]  # y of this unit
    error: Float[np.ndarray, " points"]  # |y − t|
    loss: Float[np.ndarray, " points"]
    gradient: Float[np.ndarray, " points"]  # ∂loss/∂logit


class WorkedExample(NamedTuple):
    """The numbers of one logit behind a sigmoid."""

    logit: float  # w·x
    output: float  # σ(w·x)
    error: float  # |y − t|
    derivative: float  # σ′(w·x)
    squared_gradient: float  # ½(y−t)²: (y − t)·σ′
    cross_entropy_gradient: float  # y − t


def squared_error_factor(loss: str, num_examples: int, num_outputs: int) -> float:
    """Return c where ∂loss/∂y = c·(y − t): the one thing in which the scalings of squared error differ.

    Args:
      loss: one of ``SQUARED_ERRORS``. ``mse_half_sum`` is ½Σ(y−t)²: c = 1. ``mse_mean`` is Σ(y−t)²/(nk): c = 2/(nk).
        ``mse_batch_mean`` is Σ‖y−t‖²/n: c = 2/n.
      num_examples: n in the batch.
      num_outputs: k of the network.

    >>> [squared_error_factor(loss, 10, 4) for loss in SQUARED_ERRORS]
    [1.0, 0.05, 0.2]
    """
    check_choice("loss", loss, SQUARED_ERRORS)
    check_integer("num_examples", num_examples, 1)
    check_integer("num_outputs", num_outputs, 1)
    return {"mse_half_sum": 1.0, "mse_mean": 2 / (num_examples * num_outputs), "mse_batch_mean": 2 / num_examples}[loss]


def loss_curve(
    loss: str, output: str, target: int, logits: Float[np.ndarray, " points"], *, num_classes: int = 2
) -> LossCurve:
    """Compute a loss and its gradient over one logit, for one example.

    Args:
      loss: one of ``SINGLE_LOSSES``. Behind a sigmoid, cross-entropy is the binary one.
      output: ``sigmoid``: one unit, y = σ(z). ``softmax``: this unit and others whose logits are 0.
      target: 1: this unit should say 1. 0: it should say 0, and with softmax the next unit should say 1.
      logits: z of this unit.
      num_classes: units behind the softmax.

    Returns:
      Output, error |y − t| of this unit, loss over all units, and ∂loss/∂z.
    """
    check_choice("loss", loss, SINGLE_LOSSES)
    check_choice("output", output, OUTPUTS)
    check_choice("target", target, TARGETS)
    check_integer("num_classes", num_classes, 2)
    if output == "sigmoid":
        outputs = sigmoid(logits)[:, None]
        derivatives = (sigmoid(logits) * sigmoid(-logits))[:, None]  # σ(−z) is 1 − σ without its cancellation
        targets = np.array([[float(target)]])
        log_right = -np.logaddexp(0.0, -logits if target else logits)
    else:
        others = np.log(num_classes - 1.0)
        own = sigmoid(logits - others)  # exp(z) / (exp(z) + n − 1)
        other = sigmoid(others - logits) / (num_classes - 1)
        outputs = np.stack([own, *[other] * (num_classes - 1)], axis=1)
        slope = own * sigmoid(others - logits)
        derivatives = np.stack([slope, *[-own * other] * (num_classes - 1)], axis=1)
        targets = np.zeros((1, num_classes))
        targets[0, 0 if target else 1] = 1.0
        log_right = (logits if target else 0.0) - np.logaddexp(logits, others)
    errors = _exact_errors(outputs, targets, logits, output, num_classes)
    if loss == "cross_entropy":
        values, gradient = -log_right, errors[:, 0]
    else:
        factor = squared_error_factor(loss, 1, outputs.shape[1])
        values, gradient = factor / 2 * (errors**2).sum(axis=1), factor * (errors * derivatives).sum(axis=1)
    return LossCurve(logits, outputs[:, 0], np.abs(errors[:, 0]), values, gradient)


def unfair_points(curve: LossCurve) -> Bool[np.ndarray, " points"]:
    """Mark where the worse student gets the better mark: some smaller error has a larger gradient.

    With squared error behind a saturating output that is every error beyond the one that pulls hardest; with
    cross-entropy it is nowhere.
    """
    size = np.abs(curve.gradient)
    by_error = np.argsort(curve.error, kind="stable")
    hardest_so_far = np.maximum.accumulate(size[by_error])
    unfair = np.zeros(len(size), dtype=bool)
    # A part in a million is rounding: cross-entropy's flat ends must not count.
    unfair[by_error] = size[by_error] < hardest_so_far * (1.0 - 1e-6)
    return unfair


def worked_example(logit: float = 5.0, target: int = 0) -> WorkedExample:
    """Return the figures of one saturated sigmoid: the error is large, the pull of squared error is not.

    >>> example = worked_example()
    >>> round(example.derivative, 6), round(example.cross_entropy_gradient, 4)
    (0.006648, 0.9933)
    """
    point = np.array([float(logit)])
    squared = loss_curve("mse_half_sum", "sigmoid", target, point)
    cross = loss_curve("cross_entropy", "sigmoid", target, point)
    return WorkedExample(
        logit=float(logit),
        output=float(squared.output[0]),
        error=float(squared.error[0]),
        derivative=float((sigmoid(point) * sigmoid(-point))[0]),
        squared_gradient=float(squared.gradient[0]),
        cross_entropy_gradient=float(cross.gradient[0]),
    )


def _exact_errors(outputs: np.ndarray, targets: np.ndarray, logits: np.ndarray, output: str, num_classes: int):
    """Return y − t, where y is near 1 from the small side: 1 − σ(40) must not round to 0."""
    errors = outputs - targets
    others = 0.0 if output == "sigmoid" else np.log(num_classes - 1.0)
    if targets[0, 0] == 1.0:
        errors[:, 0] = -sigmoid(others - logits)
    elif output == "softmax":
        # The right unit's error is minus all the others' outputs together.
        errors[:, 1] = -(outputs[:, 0] + outputs[:, 2:].sum(axis=1))
    return errors
