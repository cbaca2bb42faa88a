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


class Band(NamedTuple):
    """A stretch of logits."""

    low: float
    high: float


class WorkedExample(NamedTuple):
    """The numbers of one logit z, step by step."""

    logit: float  # w·x
    output: float  # y of this unit
    error: float  # |y − t|
    derivative: float  # ∂y/∂z = y(1 − y); σ′(z) behind a sigmoid
    factor: float  # c of the squared error
    own: float  # (y − t)·∂y/∂z
    others: float  # Σ (yₖ − tₖ)·∂yₖ/∂z over the other units of a softmax; 0 behind a sigmoid
    squared_gradient: float  # ∂L/∂z of the squared error: c·(own + others)
    cross_entropy_gradient: float  # ∂L/∂z of cross-entropy: y − t


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


def unfair_band(loss: str, output: str, target: int, *, num_classes: int = 2, reach: float = 10.0) -> Band:
    """Return the logits from −reach to reach between which a larger error has a smaller squared-error gradient.

    The ends are right to 0.01. Arguments as for ``loss_curve``; ``loss`` is one of ``SQUARED_ERRORS``.

    >>> unfair_band("mse_half_sum", "sigmoid", 0)
    Band(low=0.7, high=10.0)
    """
    check_choice("loss", loss, SQUARED_ERRORS)
    logits = np.linspace(-reach, reach, 2 * round(100 * reach) + 1)
    unfair = logits[unfair_points(loss_curve(loss, output, target, logits, num_classes=num_classes))]
    return Band(round(float(unfair[0]), 2), round(float(unfair[-1]), 2))


def worked_example(
    logit: float = 5.0,
    target: int = 0,
    *,
    loss: str = "mse_half_sum",
    output: str = "sigmoid",
    num_classes: int = 2,
) -> WorkedExample:
    """Return the figures of one logit: with a saturated output the error is large, the pull of squared error is not.

    Args:
      logit: z of this unit; those of the other units of a softmax are 0.
      target, loss, output, num_classes: as for ``loss_curve``; ``loss`` is one of ``SQUARED_ERRORS``.

    >>> example = worked_example()
    >>> round(example.derivative, 6), round(example.cross_entropy_gradient, 4)
    (0.006648, 0.9933)
    """
    factor = squared_error_factor(loss, 1, 1 if output == "sigmoid" else num_classes)
    point = np.array([float(logit)])
    squared, cross = (
        loss_curve(name, output, target, point, num_classes=num_classes) for name in (loss, "cross_entropy")
    )
    other = 1.0 / (np.exp(point[0]) + num_classes - 1.0)  # y of each other unit of a softmax
    derivative = sigmoid(point) * sigmoid(-point) if output == "sigmoid" else squared.output * (num_classes - 1) * other
    error = float(cross.gradient[0])  # y − t, without cancellation
    return WorkedExample(
        logit=float(logit),
        output=float(squared.output[0]),
        error=abs(error),
        derivative=float(derivative[0]),
        factor=factor,
        own=error * float(derivative[0]),
        others=0.0
        if output == "sigmoid"
        else _pull_of_others(float(squared.output[0]), float(other), target, num_classes),
        squared_gradient=float(squared.gradient[0]),
        cross_entropy_gradient=error,
    )


def _pull_of_others(output: float, other: float, target: int, num_classes: int) -> float:
    """Return Σ (yₖ − tₖ)·(−y·yₖ) over the other units of a softmax, one of which is right where this one is not."""
    wrong = num_classes - 1 - (target == 0)
    right = (other - 1.0) * (target == 0)
    return -output * other * (wrong * other + right)


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
