"""Noisy points of a curve, drawn from a seed: some to learn from, and others to test on."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simulator.core.datasets.randomness import generator
from simulator.core.datasets.toy import absolute, sine, step
from simulator.errors import check_choice, check_integer, check_number

NUM_TEST = 100
MAX_POINTS = 200


def cubic(x: np.ndarray) -> np.ndarray:
    """y = 3x³ + x² − 2x − 0.3: the one curve here that a polynomial meets exactly, from degree 3 on."""
    return 3 * x**3 + x**2 - 2 * x - 0.3


CURVES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "cubic": cubic,
    "sine": sine,
    "absolute": absolute,
    "step": step,
}
"""The true curves, over [−1, 1]."""


class Points(NamedTuple):
    """What there is to learn from, and what it is tested on."""

    x: np.ndarray  # (n,) increasing
    y: np.ndarray  # (n,)
    test_x: np.ndarray  # (NUM_TEST,)
    test_y: np.ndarray  # (NUM_TEST,)


def check_draw(curve: str, num_points: int, noise: float) -> None:
    """Raise ``InputError`` unless such points can be drawn."""
    check_choice("curve", curve, tuple(CURVES))
    check_integer("num_points", num_points, 2, MAX_POINTS)
    check_number("noise", noise, 0.0)


def draw_points(curve: str, num_points: int, noise: float, seed: int) -> Points:
    """Draw y = curve(x) + noise over [−1, 1].

    The training points lie at a random place in each of ``num_points`` equal parts, so that no gap is wide; the test
    points lie anywhere. How many training points there are changes nothing in the test points.

    Args:
      curve: one of ``CURVES``.
      num_points: to learn from, 2 to ``MAX_POINTS``.
      noise: standard deviation of what is added to y, of training and test points.
      seed: of the draw.

    Raises:
      InputError: naming the value and the choices.
    """
    check_draw(curve, num_points, noise)
    check_integer("seed", seed, 0, 2**32 - 1)
    random = generator(seed, "draw")
    test_x, test_noise = random.uniform(-1.0, 1.0, NUM_TEST), random.standard_normal(NUM_TEST)
    x = 2.0 * (np.arange(num_points) + random.uniform(0.0, 1.0, num_points)) / num_points - 1.0
    function = CURVES[curve]
    y = function(x) + noise * random.standard_normal(num_points)
    return Points(x, y, test_x, function(test_x) + noise * test_noise)
