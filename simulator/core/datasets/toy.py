"""Toy problems in the plane and on the line, drawn from a seed.

Every function takes the number of rows, the noise (a standard deviation, in the data's own units) and a seed, and
returns inputs and what should come out.
"""

from collections.abc import Callable

import numpy as np
from sklearn import datasets as sklearn_datasets

from simulator.core.datasets.randomness import generator

XOR_GAP = 0.1
"""Half the empty strip along each axis, so that the four blocks of ``xor`` are seen as blocks."""
CHECKERBOARD_CELLS = 4
SPIRAL_TURNS = 1.25

Points = tuple[np.ndarray, np.ndarray]


def circles(num_rows: int, noise: float, seed: int) -> Points:
    """Draw a small ring inside a large one."""
    inputs, labels = sklearn_datasets.make_circles(num_rows, noise=noise, factor=0.5, random_state=seed)
    return np.asarray(inputs), np.asarray(labels)


def moons(num_rows: int, noise: float, seed: int) -> Points:
    """Draw two half-moons that interlock."""
    inputs, labels = sklearn_datasets.make_moons(num_rows, noise=noise, random_state=seed)
    return np.asarray(inputs), np.asarray(labels)


def gaussians(num_classes: int) -> Callable[[int, float, int], Points]:
    """Return the drawing of round clouds whose centres stand evenly on the unit circle."""
    angles = np.pi / 4 + 2 * np.pi * np.arange(num_classes) / num_classes
    centers = np.column_stack((np.cos(angles), np.sin(angles)))

    def draw(num_rows: int, noise: float, seed: int) -> Points:
        random = generator(seed, "draw")
        labels = _even_labels(num_rows, num_classes, random)
        inputs = centers[labels] + noise * random.standard_normal((num_rows, 2))
        return inputs, labels

    return draw


def xor(num_rows: int, noise: float, seed: int) -> Points:
    """Draw four blocks; opposite blocks share a class."""
    random = generator(seed, "draw")
    inputs = random.uniform(XOR_GAP, 1.0, (num_rows, 2))
    right, upper = _quadrants(num_rows, random)
    labels = (right != upper).astype(np.int32)
    inputs *= 2 * np.column_stack((right, upper)) - 1
    return inputs + noise * random.standard_normal(inputs.shape), labels


def spirals(num_arms: int) -> Callable[[int, float, int], Points]:
    """Return the drawing of arms that wind around each other, one class each."""

    def draw(num_rows: int, noise: float, seed: int) -> Points:
        random = generator(seed, "draw")
        labels = _even_labels(num_rows, num_arms, random)
        radius = np.sqrt(random.uniform(0.01, 1.0, num_rows))
        angle = 2 * np.pi * (SPIRAL_TURNS * radius + labels / num_arms)
        inputs = radius[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
        return inputs + noise * random.standard_normal(inputs.shape), labels

    return draw


def checkerboard(num_rows: int, noise: float, seed: int) -> Points:
    """Draw squares that alternate between two classes."""
    random = generator(seed, "draw")
    labels = _even_labels(num_rows, 2, random)
    column = random.integers(CHECKERBOARD_CELLS, size=num_rows)
    row = 2 * random.integers(CHECKERBOARD_CELLS // 2, size=num_rows) + (column + labels) % 2
    inputs = 2 * (np.column_stack((column, row)) + random.uniform(size=(num_rows, 2))) / CHECKERBOARD_CELLS - 1
    return inputs + noise * random.standard_normal(inputs.shape), labels


def curve(function: Callable[[np.ndarray], np.ndarray]) -> Callable[[int, float, int], Points]:
    """Return the drawing of y = function(x) + noise for x spread evenly at random over [−1, 1]."""

    def draw(num_rows: int, noise: float, seed: int) -> Points:
        random = generator(seed, "draw")
        inputs = random.uniform(-1.0, 1.0, (num_rows, 1))
        return inputs, function(inputs) + noise * random.standard_normal(inputs.shape)

    return draw


def sine(x: np.ndarray) -> np.ndarray:
    """y = sin πx."""
    return np.sin(np.pi * x)


def parabola(x: np.ndarray) -> np.ndarray:
    """y = 2x² − 1."""
    return 2 * x**2 - 1


def step(x: np.ndarray) -> np.ndarray:
    """y = −1 left of 0, else 1."""
    return np.where(x < 0, -1.0, 1.0)


def absolute(x: np.ndarray) -> np.ndarray:
    """y = |x|, which two ReLU units compute exactly."""
    return np.abs(x)


TRUTH_TABLE_INPUTS = np.array(((0, 0), (0, 1), (1, 0), (1, 1)), dtype=np.float32)
TRUTH_TABLES = {"or_table": (0, 1, 1, 1), "and_table": (0, 0, 0, 1), "xor_table": (0, 1, 1, 0)}
"""Output of each row of ``TRUTH_TABLE_INPUTS``."""


def _even_labels(num_rows: int, num_classes: int, random: np.random.Generator) -> np.ndarray:
    return random.permutation(np.arange(num_rows) % num_classes)


def _quadrants(num_rows: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    quadrant = random.permutation(np.arange(num_rows) % 4)
    return quadrant % 2, quadrant // 2
