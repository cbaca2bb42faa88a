"""Two weights behind inputs that are all positive: every update has both components of one sign, so the path zig-zags.

One linear unit y = w·x with squared error ½ (y − t)², one example an update:

    ∂L/∂w = (y − t) x,    so the signs of the components of ∂L/∂w are those of (y − t) x₁ and (y − t) x₂.

With x₁, x₂ > 0, as behind a sigmoid, both are the sign of y − t: the update points up-right or down-left, never
up-left or down-right. Source: LeCun et al. 1998, "Efficient BackProp", section 4.3.
"""

from typing import NamedTuple

import numpy as np

from simulator.errors import check_integer, check_number

START, TARGET = (0.0, 0.0), (1.0, -1.0)
"""From here the weights must go right and down, which positive inputs do not allow in one update."""
MAX_STEPS = 500
MAX_RATE = 2.0
CLOSE = 0.1
"""Distance to the target that counts as arrived."""


class Path(NamedTuple):
    """The weights of a unit over its updates."""

    weight: np.ndarray  # (steps + 1, 2)
    same_sign: float  # share of updates whose components do not have opposite signs
    arrived: int | None  # first step within CLOSE of the target
    length: float  # of the whole path
    straight: float  # distance from start to target


def zigzag(*, positive: bool, learning_rate: float, num_steps: int, seed: int) -> Path:
    """Train the unit on the same random inputs, either in (0, 1) or with 1/2 subtracted.

    Args:
      positive: inputs between 0 and 1, as sigmoid gives them; otherwise twice as far around 0, as tanh gives them.
      learning_rate: η.
      num_steps: updates, one example each.
      seed: of the inputs.

    Returns:
      The path.
    """
    check_number("rate", learning_rate, 0.0, MAX_RATE)
    check_integer("steps", num_steps, 1, MAX_STEPS)
    generator = np.random.Generator(np.random.Philox(key=np.array([seed, 17], np.uint64)))
    inputs = generator.uniform(0.0, 1.0, (num_steps, 2))
    if not positive:
        inputs = 2.0 * inputs - 1.0
    weight = np.array(START)
    path = [weight]
    for x in inputs:
        weight = weight - learning_rate * (weight @ x - np.array(TARGET) @ x) * x
        path.append(weight)
    weights = np.array(path)
    updates = np.diff(weights, axis=0)
    distance = np.linalg.norm(weights - np.array(TARGET), axis=1)
    close = np.flatnonzero(distance < CLOSE)
    return Path(
        weight=weights,
        same_sign=float(np.mean(updates[:, 0] * updates[:, 1] >= 0)),
        arrived=int(close[0]) if len(close) else None,
        length=float(np.linalg.norm(updates, axis=1).sum()),
        straight=float(np.linalg.norm(np.subtract(TARGET, START))),
    )
