"""The plane of several paths, against NumPy's singular value decomposition."""

import numpy as np
import pytest

from simulator.core.trajectories.plane import principal_plane


@pytest.fixture(scope="module")
def walks() -> list[np.ndarray]:
    random = np.random.default_rng(0)
    scales = np.geomspace(3.0, 0.05, 40)
    return [np.cumsum(random.normal(size=(20, 40)) * scales, axis=0) for _ in range(3)]


def test_axes_and_share_are_those_of_the_singular_value_decomposition(walks):
    plane = principal_plane(walks)
    points = np.concatenate(walks)
    centred = points - points.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    assert plane.share == pytest.approx((sizes[:2] ** 2).sum() / (sizes**2).sum(), rel=1e-9)
    assert 0.3 < plane.share < 0.99
    np.testing.assert_allclose(np.abs(plane.axes @ directions[:2].T), np.eye(2), atol=1e-7)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)


def test_the_share_of_each_path(walks):
    plane = principal_plane(walks)
    for path, share in zip(walks, plane.shares, strict=True):
        far = path - plane.centre
        rest = far - (far @ plane.axes.T) @ plane.axes
        assert share == pytest.approx(1.0 - (rest**2).sum() / (far**2).sum(), rel=1e-9)


def test_places_go_there_and_back_and_the_first_path_ends_on_the_positive_side(walks):
    plane = principal_plane(walks)
    places = np.array([[1.0, -2.0], [0.0, 3.0]])
    np.testing.assert_allclose(plane.place(plane.theta(places)), places, atol=1e-12)
    start, end = plane.place(walks[0][[0, -1]])
    assert (end >= start).all()
