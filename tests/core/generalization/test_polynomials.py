"""Points, and polynomials fitted to them: against other bases and NumPy's own fits, and the figures of the sources."""

import numpy as np
import pytest
from numpy.polynomial import chebyshev
from scipy.special import eval_legendre

from simulator.core.generalization.points import CURVES, NUM_TEST, draw_points
from simulator.core.generalization.polynomials import (
    basis,
    conditions,
    errors_by_degree,
    fit,
    mean_squared_error,
)
from simulator.errors import InputError

SEEDS = range(40)


def median_test_error(num_points: int, degree: int, noise: float = 0.3) -> float:
    """Return the middle test error of many sets of points, fitted in another basis and in another way."""
    errors = []
    for seed in SEEDS:
        points = draw_points("cubic", num_points, noise, seed)
        found = np.linalg.pinv(chebyshev.chebvander(points.x, degree)) @ points.y
        errors.append(np.mean((chebyshev.chebval(points.test_x, found) - points.test_y) ** 2))
    return float(np.median(errors))


@pytest.mark.parametrize("degree", [1, 2, 3, 6])
def test_low_degrees_are_those_of_polyfit(degree):
    points = draw_points("sine", 30, 0.3, 4)
    found = fit(points.x, points.y, degree)
    x = np.linspace(-1, 1, 50)
    np.testing.assert_allclose(
        basis(x, degree) @ found, np.polyval(np.polyfit(points.x, points.y, degree), x), rtol=1e-9
    )


@pytest.mark.parametrize(("curve", "num_points"), [("cubic", 25), ("step", 80), ("absolute", 200)])
def test_errors_of_all_degrees_are_those_of_another_basis(curve, num_points):
    points = draw_points(curve, num_points, 0.3, 11)
    errors = errors_by_degree(points, range(1, 21))
    for place, degree in enumerate(range(1, 21)):
        found = np.linalg.pinv(chebyshev.chebvander(points.x, degree)) @ points.y
        for measured, x, y in ((errors.train, points.x, points.y), (errors.test, points.test_x, points.test_y)):
            expected = np.mean((chebyshev.chebval(x, found) - y) ** 2)
            assert measured[place] == pytest.approx(expected, rel=1e-6), degree
    whole = fit(points.x, points.y, 7)
    assert mean_squared_error(whole, points.test_x, points.test_y) == pytest.approx(errors.test[6], rel=1e-9)


def test_the_basis_is_orthonormal_over_the_interval():
    x, weight = np.polynomial.legendre.leggauss(40)
    products = basis(x, 20).T @ (0.5 * weight[:, None] * basis(x, 20))
    np.testing.assert_allclose(products, np.eye(21), atol=1e-12)
    np.testing.assert_allclose(basis(x, 9)[:, 9], np.sqrt(19) * eval_legendre(9, x), rtol=1e-9)


def test_with_more_coefficients_than_points_the_smallest_ones_are_taken():
    points = draw_points("cubic", 10, 0.3, 2)
    found, matrix = fit(points.x, points.y, 20), basis(points.x, 20)
    np.testing.assert_allclose(matrix @ found, points.y, atol=1e-9)
    np.testing.assert_allclose(found, matrix.T @ np.linalg.solve(matrix @ matrix.T, points.y), rtol=1e-6, atol=1e-9)


def test_the_training_error_never_rises_with_the_degree():
    for seed in range(10):
        train = errors_by_degree(draw_points("step", 20, 0.3, seed), range(1, 21)).train
        assert np.all(np.diff(train) <= 1e-12)
        assert train[18] < 1e-12  # 20 coefficients, 20 points


def test_degrees_1_and_2_underfit_and_12_overfits_20_points():
    """The figure of the sources: degrees 1, 2, 3 and 12."""
    errors = {degree: median_test_error(20, degree) for degree in (1, 2, 3, 12)}
    assert min(errors, key=lambda degree: errors[degree]) == 3
    assert errors[1] > 1.5 * errors[3] and errors[2] > 1.5 * errors[3] and errors[12] > 4 * errors[3]


def test_more_points_cure_degree_12():
    """The figure of the sources: degree 12 with 20, 30, 50 and 80 points."""
    errors = [median_test_error(amount, 12) for amount in (20, 30, 50, 80)]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 5 * errors[3] and errors[3] < 1.3 * 0.3**2


def test_powers_are_far_worse_conditioned_than_legendre():
    points = draw_points("cubic", 80, 0.3, 0)
    found = conditions(points.x, 20)
    assert found.powers > 1e6 > 1e3 > found.legendre
    assert found.powers == pytest.approx(np.linalg.cond(points.x[:, None] ** np.arange(21.0)))


@pytest.mark.parametrize("curve", CURVES)
def test_points_lie_in_equal_parts_and_test_points_stay(curve):
    few, many = draw_points(curve, 20, 0.3, 7), draw_points(curve, 80, 0.3, 7)
    assert np.array_equal(np.floor((few.x + 1) / 2 * 20), np.arange(20))
    assert np.array_equal(few.test_y, many.test_y) and len(few.test_x) == NUM_TEST
    quiet = draw_points(curve, 20, 0.0, 7)
    np.testing.assert_array_equal(quiet.y, CURVES[curve](few.x))
    assert 0.2 < np.std(many.y - CURVES[curve](many.x)) < 0.4


@pytest.mark.parametrize("wrong", [{"curve": "tangent"}, {"num_points": 1}, {"noise": -0.1}, {"seed": -1}])
def test_points_that_cannot_be_drawn_are_refused(wrong):
    with pytest.raises(InputError, match=str(next(iter(wrong.values())))):
        draw_points(**{"curve": "cubic", "num_points": 20, "noise": 0.3, "seed": 0, **wrong})
