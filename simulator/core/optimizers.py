"""Optimizers by name, computed by optax, and learning-rate schedules as arrays.

The formulas, with g the gradient, η the learning rate of the step and all state starting at 0:

- sgd: w ← w − η g
- momentum: v ← α v + g;  w ← w − η v
- nesterov: v ← α v + g;  w ← w − η (g + α v)
- adagrad: s ← s + g²;  w ← w − η g / √(s + ε), and no change where s is 0
- rmsprop: s ← ρ s + (1 − ρ) g²;  w ← w − η g / (√s + ε)
- adam: m ← β₁ m + (1 − β₁) g;  s ← β₂ s + (1 − β₂) g²;  w ← w − η m̂ / (√ŝ + ε), with m̂ = m / (1 − β₁ᵗ) and
  ŝ = s / (1 − β₂ᵗ) at the t-th update
- adamw: adam, and at the same time w ← w − η λ w

Sources: Polyak 1964; Nesterov 1983 in the form of Sutskever et al. 2013; Duchi et al. 2011; Tieleman and Hinton
2012; Kingma and Ba 2015; Loshchilov and Hutter 2019.
"""

from typing import Any

import numpy as np
import optax

from simulator.core.training import TrainingConfig

STATE_SLOTS = {"sgd": 0, "momentum": 1, "nesterov": 1, "adagrad": 1, "rmsprop": 1, "adam": 2, "adamw": 2}
"""How many numbers an optimizer remembers for each parameter."""


def optimizer(
    name: str,
    *,
    learning_rate: Any,
    momentum: Any = 0.9,
    decay: Any = 0.9,
    beta1: Any = 0.9,
    beta2: Any = 0.999,
    epsilon: Any = 1e-8,
    weight_decay: Any = 0.01,
) -> optax.GradientTransformation:
    """Return the optax transformation of a name; every other argument may be traced.

    Args:
      name: one of ``simulator.core.training.OPTIMIZERS``.
      learning_rate, momentum, decay, beta1, beta2, epsilon, weight_decay: as in ``TrainingConfig``.

    Returns:
      A transformation whose updates are added to the parameters.
    """
    if name == "sgd":
        return optax.sgd(learning_rate)
    if name in ("momentum", "nesterov"):
        return optax.sgd(learning_rate, momentum=momentum, nesterov=name == "nesterov")
    if name == "adagrad":
        return optax.adagrad(learning_rate, initial_accumulator_value=0.0, eps=epsilon)
    if name == "rmsprop":
        return optax.rmsprop(learning_rate, decay=decay, eps=epsilon, eps_in_sqrt=False)
    if name == "adam":
        return optax.adam(learning_rate, b1=beta1, b2=beta2, eps=epsilon)
    return optax.adamw(learning_rate, b1=beta1, b2=beta2, eps=epsilon, weight_decay=weight_decay)


def learning_rates(
    training: TrainingConfig, num_steps: int, steps_per_epoch: int, *, start: int = 0, stop: int | None = None
) -> np.ndarray:
    """Return the learning rate of each step.

    With η the rate, f the factor, p the period in steps and s the step of S:

    - constant: η
    - step: η f^⌊s/p⌋
    - exponential: η f^(s/p)
    - cosine: η (f + (1 − f)(1 + cos(π s/S))/2)
    - cyclic: from η f up to η and back in p steps, along straight lines
    - warmup: η (s + 1)/p up to η, then a straight line down to η f at the end

    Args:
      training: the configuration.
      num_steps: S, the updates of the whole run.
      steps_per_epoch: updates an epoch.
      start, stop: which steps; all of the run by default.

    Returns:
      float32 (stop − start,), rates.

    Sources: Loshchilov and Hutter 2017 (cosine), Smith 2017 (cyclic), Goyal et al. 2017 (warm-up).
    """
    step = np.arange(start, num_steps if stop is None else stop, dtype=np.float64)
    rate, factor = training.learning_rate, training.schedule_factor
    period = max(1.0, training.schedule_epochs * steps_per_epoch)
    if training.schedule == "step":
        multiple = factor ** np.floor(step / period)
    elif training.schedule == "exponential":
        multiple = factor ** (step / period)
    elif training.schedule == "cosine":
        multiple = factor + (1.0 - factor) * 0.5 * (1.0 + np.cos(np.pi * np.minimum(1.0, step / max(1, num_steps))))
    elif training.schedule == "cyclic":
        height = 1.0 - np.abs(2.0 * (step / period % 1.0) - 1.0)
        multiple = factor + (1.0 - factor) * height
    elif training.schedule == "warmup":
        rising = (step + 1.0) / period
        left = np.clip((num_steps - step) / max(1.0, num_steps - period), 0.0, 1.0)
        multiple = np.where(rising < 1.0, rising, factor + (1.0 - factor) * left)
    else:
        multiple = np.ones_like(step)
    return (rate * multiple).astype(np.float32)
