"""What an optimizer does to one weight, step by step: its memory, the correction of its bias, and the step it takes.

The formulas are those of ``simulator.core.optimizers``, in float64 from the recorded state.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.core.training import TrainingConfig

ADAPTIVE = ("adagrad", "rmsprop", "adam", "adamw")
"""Optimizers that divide by the size of a weight's own gradients."""
WITH_VELOCITY = ("momentum", "nesterov")
CORRECTED = ("adam", "adamw")


class Opened(NamedTuple):
    """One weight at every update t = 1, 2, …; what an optimizer does not keep is 0."""

    weight: Float[np.ndarray, " updates"]  # before the update
    gradient: Float[np.ndarray, " updates"]
    first_before: Float[np.ndarray, " updates"]  # velocity v, or mean of the gradients m
    first: Float[np.ndarray, " updates"]  # after this gradient was taken in
    second_before: Float[np.ndarray, " updates"]  # sum or mean of the squared gradients s
    second: Float[np.ndarray, " updates"]
    first_corrected: Float[np.ndarray, " updates"]  # m̂ = m / (1 − β₁ᵗ); the same as ``first`` without a correction
    second_corrected: Float[np.ndarray, " updates"]  # ŝ = s / (1 − β₂ᵗ)
    direction: Float[np.ndarray, " updates"]  # what the effective rate is multiplied by
    effective_rate: Float[np.ndarray, " updates"]  # η, over √ŝ + ε where the optimizer is adaptive
    decay: Float[np.ndarray, " updates"]  # η λ w, of AdamW
    after: Float[np.ndarray, " updates"]  # the weight as it was recorded after the update

    @property
    def change(self) -> Float[np.ndarray, " updates"]:
        """−(effective rate · direction) − decay: what the update adds to the weight."""
        return -self.effective_rate * self.direction - self.decay


def opened_state(
    training: TrainingConfig,
    weight: Float[np.ndarray, " points"],
    gradient: Float[np.ndarray, " points"],
    first: Float[np.ndarray, " points"],
    second: Float[np.ndarray, " points"],
) -> Opened:
    """Open an optimizer's state for one weight of a run with a constant rate.

    Args:
      training: the configuration.
      weight, gradient, first, second: of the weight, as in ``simulator.core.engine.history.History``.
    """
    name, rate = training.optimizer, training.learning_rate
    weight, gradient, first, second = (np.asarray(one, np.float64) for one in (weight, gradient, first, second))
    grad, velocity, squares = gradient[:-1], first[1:], second[1:]
    t = np.arange(1, len(weight))
    corrected = name in CORRECTED
    mean = velocity / (1.0 - training.beta1**t) if corrected else velocity
    spread = squares / (1.0 - training.beta2**t) if corrected else squares
    if name == "adagrad":
        effective = np.where(squares > 0, rate / np.sqrt(squares + training.epsilon), 0.0)
    elif name in ADAPTIVE:
        effective = rate / (np.sqrt(spread) + training.epsilon)
    else:
        effective = np.full(len(grad), rate)
    directions = {"momentum": velocity, "nesterov": grad + training.momentum * velocity, "adam": mean, "adamw": mean}
    decay = rate * training.weight_decay * weight[:-1] if name == "adamw" else np.zeros(len(grad))
    return Opened(
        weight=weight[:-1],
        gradient=grad,
        first_before=first[:-1],
        first=velocity,
        second_before=second[:-1],
        second=squares,
        first_corrected=mean,
        second_corrected=spread,
        direction=directions.get(name, grad),
        effective_rate=effective,
        decay=decay,
        after=weight[1:],
    )
