"""Polynomials whose weights are held back: by the sum of their squares (L2), or of their sizes (L1)."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import lars_path

from simulator.core.generalization.polynomials import basis

ROUNDING = 1e-10
"""A weight that leaves the path at 0 is left with what rounding makes of it."""


def ridge(x: np.ndarray, y: np.ndarray, degree: int, strengths: Sequence[float]) -> np.ndarray:
    """Return the polynomials that minimise (1/n) Σ (ŷ − y)² + λ Σ wₖ², in closed form.

    The constant is no weight: it stays free.

    Args:
      x, y: (n,) the points.
      degree: of the polynomials.
      strengths: every λ, above 0.

    Returns:
      (strengths, degree + 1) coefficients in ``basis``, the constant first.
    """
    inputs, means, targets, mean = _centred(x, y, degree)
    left, sizes, right = np.linalg.svd(inputs, full_matrices=False)
    turned = left.T @ targets
    weights = [right.T @ (sizes / (sizes**2 + len(x) * strength) * turned) for strength in strengths]
    return _with_constant(np.array(weights), means, mean)


def lasso(x: np.ndarray, y: np.ndarray, degree: int, strengths: Sequence[float]) -> np.ndarray:
    """Return the polynomials that minimise (1/n) Σ (ŷ − y)² + λ Σ |wₖ|; arguments and result as for ``ridge``.

    The weights move along straight lines between the λ at which one of them becomes 0 or leaves it: the path holds
    those places, and what lies between is exact as well.

    Source: Efron, Hastie, Johnstone, Tibshirani, Least angle regression, Annals of Statistics 32 (2004).
    """
    inputs, means, targets, mean = _centred(x, y, degree)
    halves = np.asarray(strengths) / 2.0  # scikit-learn halves the mean squared error
    last = float(halves.min())  # scikit-learn's default, 0, is all that its types know
    places, _, path = lars_path(inputs, targets, method="lasso", alpha_min=last)  # pyright: ignore[reportArgumentType]
    order = np.argsort(places)
    weights = np.array([np.interp(halves, places[order], row[order]) for row in path]).T
    weights[np.abs(weights) < ROUNDING] = 0.0
    return _with_constant(weights, means, mean)


def _centred(x: np.ndarray, y: np.ndarray, degree: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Return columns and targets without their means: the best constant is then 0."""
    inputs = basis(x, degree)[:, 1:]
    means, mean = inputs.mean(axis=0), float(np.mean(y))
    return inputs - means, means, y - mean, mean


def _with_constant(weights: np.ndarray, means: np.ndarray, mean: float) -> np.ndarray:
    return np.column_stack((mean - weights @ means, weights))
