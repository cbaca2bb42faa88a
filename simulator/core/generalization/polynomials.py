"""Polynomials fitted to points by least squares, in a basis in which that is stable.

With the powers 1, x, x², … the columns of the matrix look more and more alike, and rounding takes the digits of the
answer. The Legendre polynomials, scaled to mean square 1 over [−1, 1], span the same polynomials with columns that are
nearly orthogonal.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.polynomial.legendre import legvander

from simulator.core.generalization.points import Points

MAX_DEGREE = 20


class Errors(NamedTuple):
    """Mean squared errors of several fits: (fits,) each."""

    train: np.ndarray
    test: np.ndarray


def basis(x: np.ndarray, degree: int) -> np.ndarray:
    """Return √(2k+1)·P_k(x) for k = 0 … degree: (points, degree + 1) float64.

    >>> basis(np.array([0.5]), 2).round(3).tolist()
    [[1.0, 0.866, -0.28]]
    """
    return legvander(np.asarray(x, np.float64), degree) * np.sqrt(2.0 * np.arange(degree + 1) + 1.0)


def fit(x: np.ndarray, y: np.ndarray, degree: int) -> np.ndarray:
    """Return the coefficients of the least-squares polynomial in ``basis``: (degree + 1,).

    Where there are more coefficients than points, many polynomials pass through all points: this is the one with the
    smallest sum of squared coefficients.
    """
    return np.linalg.lstsq(basis(x, degree), y, rcond=None)[0]


def mean_squared_error(coefficients: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Return (1/n) Σ (ŷ − y)² of the polynomial at given points."""
    return float(np.mean((basis(x, len(coefficients) - 1) @ coefficients - y) ** 2))


def errors_by_degree(points: Points, degrees: Sequence[int]) -> Errors:
    """Return training and test error of the least-squares polynomial of each degree."""
    most = max(degrees)
    inside, outside = basis(points.x, most), basis(points.test_x, most)
    train, test = np.empty(len(degrees)), np.empty(len(degrees))
    for place, degree in enumerate(degrees):
        used = inside[:, : degree + 1]
        found = np.linalg.lstsq(used, points.y, rcond=None)[0]
        train[place] = np.mean((used @ found - points.y) ** 2)
        test[place] = np.mean((outside[:, : degree + 1] @ found - points.test_y) ** 2)
    return Errors(train, test)


class Conditions(NamedTuple):
    """Condition numbers of the two matrices that least squares could be solved with."""

    powers: float  # columns 1, x, x², …
    legendre: float  # columns of ``basis``


def conditions(x: np.ndarray, degree: int) -> Conditions:
    """Return by what factor each basis can magnify a relative error of y in the coefficients."""
    powers = np.vander(np.asarray(x, np.float64), degree + 1, increasing=True)
    return Conditions(float(np.linalg.cond(powers)), float(np.linalg.cond(basis(x, degree))))
