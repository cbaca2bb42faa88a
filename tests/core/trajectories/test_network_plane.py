"""A plane through a network's parameters: its losses and its directions, against NumPy and an eigendecomposition."""

import numpy as np
import pytest

from simulator.core.trajectories.network import NETWORK, Rows, descend, rows_of, start_of
from simulator.core.trajectories.network_plane import Plane, grid_losses, losses, principal_plane, random_plane
from tests.core.trajectories.test_network import loss_of


@pytest.fixture(scope="module")
def rows() -> Rows:
    return rows_of("moons")


@pytest.fixture(scope="module")
def path(rows) -> np.ndarray:
    return descend(rows, start_of(2), np.array([0.2]), 120).theta[0]


def expected(rows: Rows, plane: Plane, first: float, second: float) -> float:
    return float(loss_of(plane.origin + first * plane.directions[0] + second * plane.directions[1], *rows))


@pytest.mark.parametrize("kind", ["path", "random"])
def test_every_grid_value_is_the_loss_of_the_network_there(rows, path, kind):
    plane = principal_plane(path) if kind == "path" else random_plane(path[-1], 4)
    first, second = np.linspace(-1.5, 2.0, 23), np.linspace(-1.0, 1.0, 17)  # no multiple of what is computed at a time
    found = grid_losses(rows, plane, first, second)
    assert found.shape == (17, 23)
    for row, column in ((0, 0), (16, 22), (3, 11), (11, 3), (16, 0)):
        np.testing.assert_allclose(found[row, column], expected(rows, plane, first[column], second[row]), rtol=1e-10)


def test_the_principal_plane_holds_as_much_of_the_path_as_any_plane(path):
    plane = principal_plane(path)
    away = path - path[-1]
    values, vectors = np.linalg.eigh(away.T @ away)
    best = vectors[:, -2:]
    np.testing.assert_allclose(plane.directions.T @ plane.directions, best @ best.T, atol=1e-8)
    np.testing.assert_allclose(plane.share(path), values[-2:].sum() / values.sum(), rtol=1e-9)
    np.testing.assert_allclose(plane.coordinates(path), away @ plane.directions.T, atol=1e-9)
    assert 0.8 < plane.share(path) < 1.0
    assert plane.coordinates(path[-1:]).tolist() == [[0.0, 0.0]]
    across, up = plane.coordinates(path[:1])[0]
    assert across < 0 < up  # always seen from the same side


def test_a_path_in_a_plane_lies_in_it_altogether():
    random = np.random.default_rng(1)
    frame, places = random.standard_normal((2, 30)), random.standard_normal((12, 2))
    path = random.standard_normal(30) + places @ frame
    plane = principal_plane(path)
    assert plane.share(path) == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(plane.points(plane.coordinates(path)), path, atol=1e-12)


def test_random_directions_are_as_long_as_the_weights_into_each_neuron(path):
    plane = random_plane(path[-1], 7)
    at = 0
    for fan_in, fan_out in zip(NETWORK.layer_sizes[:-1], NETWORK.layer_sizes[1:], strict=True):
        for neuron in range(fan_out):
            taken = at + neuron + fan_out * np.arange(fan_in)
            lengths = np.linalg.norm(plane.directions[:, taken], axis=1)
            np.testing.assert_allclose(lengths, np.linalg.norm(path[-1][taken]), rtol=1e-12)
        at += fan_in * fan_out
        assert not plane.directions[:, at : at + fan_out].any()  # biases stay
        at += fan_out
    assert at == len(path[-1])
    first, second = plane.directions
    assert abs(first @ second) < 0.5 * np.linalg.norm(first) * np.linalg.norm(second)
    np.testing.assert_array_equal(random_plane(path[-1], 7).directions, plane.directions)
    assert (random_plane(path[-1], 8).directions != plane.directions).any()


def test_places_are_the_nearest_ones_even_where_directions_are_not_at_right_angles(path):
    plane = random_plane(path[-1], 7)
    places = plane.coordinates(path[:5])
    rest = path[:5] - plane.points(places)
    np.testing.assert_allclose(rest @ plane.directions.T, 0.0, atol=1e-9)
    np.testing.assert_allclose(plane.share(path[:5]), 1.0 - (rest**2).sum() / ((path[:5] - path[-1]) ** 2).sum())


def test_losses_of_many_points_are_those_of_each(rows, path):
    np.testing.assert_allclose(losses(rows, path[:7]), [loss_of(theta, *rows) for theta in path[:7]], rtol=1e-10)
