"""L1 and L2: against scikit-learn's own solvers, and the conditions that a minimum must meet."""

import numpy as np
import pytest
from sklearn.linear_model import Lasso, Ridge

from simulator.core.generalization.penalties import lasso, ridge
from simulator.core.generalization.points import draw_points
from simulator.core.generalization.polynomials import basis, fit

STRENGTHS = (1e-4, 0.01, 0.1, 1.0, 10.0)


@pytest.mark.parametrize(("num_points", "degree"), [(20, 12), (10, 20), (200, 5)])
def test_both_are_those_of_scikit_learn(num_points, degree):
    points = draw_points("sine", num_points, 0.3, 5)
    inputs = basis(points.x, degree)[:, 1:]
    found = {"l2": ridge(points.x, points.y, degree, STRENGTHS), "l1": lasso(points.x, points.y, degree, STRENGTHS)}
    for place, strength in enumerate(STRENGTHS[1:], 1):
        held = Ridge(alpha=num_points * strength).fit(inputs, points.y)
        np.testing.assert_allclose(found["l2"][place], np.append(held.intercept_, held.coef_), atol=1e-6)
        sparse = Lasso(alpha=strength / 2, tol=1e-10, max_iter=200_000).fit(inputs, points.y)
        np.testing.assert_allclose(found["l1"][place], np.append(sparse.intercept_, sparse.coef_), atol=1e-4)


@pytest.mark.parametrize("curve", ["cubic", "step"])
@pytest.mark.parametrize(("num_points", "degree"), [(20, 12), (15, 14), (10, 20), (50, 20)])
def test_no_direction_leads_further_down(curve, num_points, degree):
    """The gradient of the error is −λ sign(w) where a weight is not 0, and within ±λ where it is; −2λw for L2."""
    points = draw_points(curve, num_points, 0.3, 8)
    matrix = basis(points.x, degree)

    def gradient(coefficients: np.ndarray) -> np.ndarray:
        return 2.0 / num_points * matrix.T @ (matrix @ coefficients - points.y)

    held = zip(ridge(points.x, points.y, degree, STRENGTHS), lasso(points.x, points.y, degree, STRENGTHS), strict=True)
    for strength, (small, sparse) in zip(STRENGTHS, held, strict=True):
        np.testing.assert_allclose(gradient(small)[1:], -2 * strength * small[1:], atol=1e-9)
        slope, kept = gradient(sparse)[1:], sparse[1:] != 0.0
        np.testing.assert_allclose(slope[kept], -strength * np.sign(sparse[1:][kept]), atol=2e-3 * strength)
        assert np.all(np.abs(slope[~kept]) <= 1.002 * strength)
        for coefficients in (small, sparse):
            assert abs(gradient(coefficients)[0]) < 1e-9  # the constant is free


def test_a_strong_l1_leaves_no_weight_and_a_weak_l2_changes_little():
    points = draw_points("cubic", 30, 0.3, 1)
    none = lasso(points.x, points.y, 12, [1e3])[0]
    assert not np.any(none[1:]) and none[0] == pytest.approx(points.y.mean())
    np.testing.assert_allclose(ridge(points.x, points.y, 6, [1e-9])[0], fit(points.x, points.y, 6), atol=1e-6)
