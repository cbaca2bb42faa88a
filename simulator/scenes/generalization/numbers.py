"""What the panels of generalization are drawn from: fits of one set of points, and errors over many sets."""

from typing import Any, NamedTuple

import numpy as np

from simulator.core.generalization.points import Points
from simulator.core.generalization.polynomials import (
    MAX_DEGREE,
    Conditions,
    Errors,
    basis,
    conditions,
    errors_by_degree,
    fit,
    mean_squared_error,
)
from simulator.scenes.generalization.settings import AMOUNTS, OF_NETWORKS, Generalization
from simulator.scenes.scene import Numbers

SHOWN_DEGREES = (1, 2, 3)
"""Beside the reader's own: with 12 those of the textbooks."""
SHOWN_AMOUNTS = (20, 30, 50, 80)
DEGREES = tuple(range(1, MAX_DEGREE + 1))
NUM_DEGREES = len(DEGREES)
SAME_FACTOR = 1.5
"""A test error below this many times the smallest is about as good."""
EXACT = 1e-12
"""A mean squared error below this is rounding: the curve passes through the points."""
BAND = (0.1, 0.9)
FEW = 10
"""Of fewer sets the band holds all."""


class Fit(NamedTuple):
    """One polynomial on one set of points."""

    degree: int
    points: Points
    coefficients: np.ndarray  # (degree + 1,) in ``basis``
    train: float  # mean squared error on the training points
    test: float

    def values(self, x: np.ndarray) -> np.ndarray:
        """Return the polynomial's values: (points,)."""
        return basis(x, self.degree) @ self.coefficients


class Fits(NamedTuple):
    """Polynomials of several degrees on the same points."""

    fits: tuple[Fit, ...]
    errors: Errors  # of all degrees on these points: (MAX_DEGREE,) each
    conditions: Conditions  # of the highest degree that is shown

    @property
    def best(self) -> int:
        """The degree with the smallest test error."""
        return DEGREES[lowest(self.errors.test)]

    def verdict(self, fitted: Fit) -> str:
        """Return ``under``, ``over``, ``near`` or ``best``.

        Under- and overfitting have a test error of at least ``SAME_FACTOR`` times the smallest one; the polynomial is
        stiffer than the best one, and has the larger training error, or it is less stiff, and has the smaller.
        """
        if fitted.degree == self.best:
            return "best"
        if floored(fitted.test) < SAME_FACTOR * floored(self.errors.test[self.best - 1]):
            return "near"
        return "under" if fitted.degree < self.best else "over"


class Scan(NamedTuple):
    """Errors over one quantity, on many sets of points; the first set is the one that is shown."""

    at: np.ndarray  # (places,) degrees, or numbers of points
    train: np.ndarray  # (sets, places)
    test: np.ndarray  # (sets, places)

    def middle(self, part: str) -> np.ndarray:
        """Return the median over the sets: (places,)."""
        return np.median(getattr(self, part), axis=0)

    def band(self, part: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the ends between which four fifths of the sets lie, of a few sets all: (places,) each."""
        values = getattr(self, part)
        low, high = np.quantile(values, BAND if len(values) >= FEW else (0.0, 1.0), axis=0)
        return low, high

    @property
    def best(self) -> int:
        """The index of the smallest median of the test error."""
        return lowest(self.middle("test"))

    @property
    def best_of_each(self) -> np.ndarray:
        """The index of the smallest test error of each set: (sets,)."""
        return np.array([lowest(row) for row in self.test])


def floored(error: Any) -> Any:
    """Return an error, or ``EXACT`` where it is mere rounding: one number, or each of an array."""
    return np.maximum(error, EXACT)


def lowest(errors: np.ndarray) -> int:
    """Return the index of the smallest error, the first of several that are mere rounding."""
    return int(np.argmin(floored(errors)))


def with_errors(points: Points, coefficients: np.ndarray) -> Fit:
    """Return a polynomial with its errors."""
    train = mean_squared_error(coefficients, points.x, points.y)
    test = mean_squared_error(coefficients, points.test_x, points.test_y)
    return Fit(len(coefficients) - 1, points, coefficients, train, test)


def fitted(points: Points, degree: int) -> Fit:
    """Return the least-squares polynomial of a degree, with its errors."""
    return with_errors(points, fit(points.x, points.y, degree))


def _fits(settings: Generalization) -> Fits:
    points, shown = settings.draw(), sorted({*SHOWN_DEGREES, settings.degree})
    fits = tuple(fitted(points, degree) for degree in shown)
    return Fits(fits, errors_by_degree(points, DEGREES), conditions(points.x, shown[-1]))


def _amounts(settings: Generalization) -> tuple[Fit, ...]:
    shown = sorted({*SHOWN_AMOUNTS, settings.points})
    return tuple(fitted(settings.draw(points=amount), settings.degree) for amount in shown)


def _over_degrees(settings: Generalization) -> Scan:
    found = [errors_by_degree(settings.draw(seed=seed), DEGREES) for seed in settings.seeds()]
    return Scan(np.array(DEGREES), *(np.array([getattr(one, part) for one in found]) for part in Errors._fields))


def _over_amounts(settings: Generalization) -> Scan:
    found = np.array(
        [
            [errors_by_degree(settings.draw(points=amount, seed=seed), (settings.degree,)) for amount in AMOUNTS]
            for seed in settings.seeds()
        ]
    )[..., 0]
    return Scan(np.array(AMOUNTS), found[..., 0], found[..., 1])


_NOT_HERE = ("strength", *OF_NETWORKS)

FITS = Numbers(_fits, ignores=_NOT_HERE)
AMOUNT_FITS = Numbers(_amounts, ignores=_NOT_HERE)
OVER_DEGREES = Numbers(_over_degrees, ignores=("degree", *_NOT_HERE))
OVER_AMOUNTS = Numbers(_over_amounts, ignores=("points", *_NOT_HERE))
