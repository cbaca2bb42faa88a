"""The gradient as a product of one factor a layer: source E's table, and the most that sigmoid can pass on."""

from collections.abc import Sequence

import numpy as np

from simulator.errors import check_integer, check_number

SIGMOID_BOUND = 0.25
"""Largest derivative of the sigmoid function, at 0."""
DEFAULT_FACTORS = (0.01,) * 10
MAX_FACTORS = 100
LARGEST_FACTOR = 1000.0


def products(factors: Sequence[float]) -> np.ndarray:
    """Return what is left of the gradient at each layer: the product of its factor and all behind it.

    Args:
      factors: of layer 1 to the last layer.

    Returns:
      (layers,) float64; the last layer first meets the gradient.

    Source E: ten layers with 0.01 each leave 10⁻² at layer 10 and 10⁻²⁰ at layer 1.

    >>> [f"{product:.0e}" for product in products([0.01] * 10)[[9, 8, 0]]]
    ['1e-02', '1e-04', '1e-20']
    """
    check_integer("num_factors", len(factors), 1, MAX_FACTORS)
    for factor in factors:
        check_number("factor", float(factor), -LARGEST_FACTOR, LARGEST_FACTOR)
    return np.cumprod(np.asarray(factors, np.float64)[::-1])[::-1]


def sigmoid_bound(num_layers: int, weight_gain: float) -> np.ndarray:
    """Return the most that is left of a gradient norm in a sigmoid network, layer by layer: (¼ · gain) a layer.

    Args:
      num_layers: layers of sigmoid units.
      weight_gain: largest factor by which Wᵀ stretches a vector: its spectral norm.

    >>> sigmoid_bound(2, 1.0).tolist()
    [0.0625, 0.25]
    """
    return products([SIGMOID_BOUND * weight_gain] * num_layers)
