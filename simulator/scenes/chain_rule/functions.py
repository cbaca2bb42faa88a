"""Activation functions and their derivatives in NumPy float64: every digit on the page is one that can be checked.

The training engine's functions are JAX's float32; a test holds the two together. At exactly 0, where ReLU and its kin
have no derivative, the slope of the negative side is used.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

SLOPE = 0.1
"""Of leaky ReLU for negative numbers: large enough to be seen."""

Elementwise = Callable[[np.ndarray], np.ndarray]


class Function(NamedTuple):
    """φ and φ′, both of the pre-activation z."""

    value: Elementwise
    derivative: Elementwise


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def _normal_distribution(z: np.ndarray) -> np.ndarray:
    return 0.5 * np.vectorize(math.erfc, otypes=[float])(-z * math.sqrt(0.5))


def _normal_density(z: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


FUNCTIONS: dict[str, Function] = {
    "sigmoid": Function(_sigmoid, lambda z: _sigmoid(z) * _sigmoid(-z)),
    "tanh": Function(np.tanh, lambda z: 1.0 - np.tanh(z) ** 2),
    "relu": Function(lambda z: np.maximum(z, 0.0), lambda z: (z > 0).astype(float)),
    "leaky_relu": Function(lambda z: np.where(z > 0, z, SLOPE * z), lambda z: np.where(z > 0, 1.0, SLOPE)),
    "elu": Function(
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0.0))),
        lambda z: np.exp(np.minimum(z, 0.0)),
    ),
    "gelu": Function(
        lambda z: z * _normal_distribution(z),
        lambda z: _normal_distribution(z) + z * _normal_density(z),
    ),
    "identity": Function(lambda z: z, np.ones_like),
}
"""By name, as in ``simulator.core.network.ACTIVATIONS``."""
