"""Every path against descent written anew, one step after the other in plain NumPy, and against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.training import OPTIMIZERS
from simulator.core.trajectories.paths import MAX_STEPS, paths
from simulator.core.trajectories.surfaces import SURFACES, VALLEY, Shape, eigenvalues, heights
from simulator.errors import InputError

SHAPE = Shape(1.5, 7.0, 30.0)


def turned(angle: float) -> np.ndarray:
    angle = np.radians(angle)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def matrix(shape: Shape) -> np.ndarray:
    return turned(shape.angle) @ np.diag([shape.curvature, shape.steep]) @ turned(shape.angle).T


def gradient(name: str, theta: np.ndarray, shape: Shape) -> np.ndarray:
    """Return ∂L/∂θ by the formula that one finds by hand."""
    x, y = theta
    if name in ("quadratic", "noisy", "valley"):
        return matrix(VALLEY if name == "valley" else shape) @ theta
    return {
        "parabola": lambda: np.array([shape.curvature * x, 0.0]),
        "double_well": lambda: np.array([4 * x**3 - 4 * x + 0.4, 0.0]),
        "saddle": lambda: np.array([x, -y + y**3 / 4]),
        "rosenbrock": lambda: np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]),
        "beale": lambda: np.array(
            [
                2 * (1.5 - x + x * y) * (y - 1)
                + 2 * (2.25 - x + x * y**2) * (y**2 - 1)
                + 2 * (2.625 - x + x * y**3) * (y**3 - 1),
                2 * (1.5 - x + x * y) * x + 4 * (2.25 - x + x * y**2) * x * y + 6 * (2.625 - x + x * y**3) * x * y**2,
            ]
        ),
        "himmelblau": lambda: np.array(
            [4 * x * (x * x + y - 11) + 2 * (x + y * y - 7), 2 * (x * x + y - 11) + 4 * y * (x + y * y - 7)]
        ),
        "plateau": lambda: theta * np.exp(-(theta @ theta) / 2),
    }[name]()


def descend(name: str, shape: Shape, start, optimizer: str, rate: float, momentum: float, num_steps: int) -> np.ndarray:
    """Return θ at every step; the optimizers as their papers write them."""
    theta, first, second, seen = np.array(start, float), np.zeros(2), np.zeros(2), []
    for count in range(1, num_steps + 1):
        seen.append(theta)
        g = gradient(name, theta, shape)
        if optimizer == "sgd":
            theta = theta - rate * g
        elif optimizer in ("momentum", "nesterov"):
            first = momentum * first + g
            theta = theta - rate * (first if optimizer == "momentum" else g + momentum * first)
        elif optimizer == "adagrad":
            second = second + g**2
            theta = theta - rate * np.where(second > 0, g / np.sqrt(np.where(second > 0, second, 1.0) + 1e-8), 0.0)
        elif optimizer == "rmsprop":
            second = 0.9 * second + 0.1 * g**2
            theta = theta - rate * g / (np.sqrt(second) + 1e-8)
        else:
            first, second = 0.9 * first + 0.1 * g, 0.999 * second + 0.001 * g**2
            move = first / (1 - 0.9**count) / (np.sqrt(second / (1 - 0.999**count)) + 1e-8)
            theta = theta - rate * (move + (0.01 * theta if optimizer == "adamw" else 0.0))
    return np.array([*seen, theta])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_path_is_that_of_plain_steps(optimizer):
    @given(
        name=st.sampled_from([name for name in SURFACES if name != "noisy"]),
        share=st.floats(0.01, 0.6),
        momentum=st.floats(0.0, 0.95),
        place=st.tuples(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9)),
        angle=st.floats(-90, 90),
    )
    @settings(max_examples=40, deadline=None)
    def check(name, share, momentum, place, angle):
        shape, surface = SHAPE._replace(angle=angle), SURFACES[name]
        left, right, bottom, top = surface.box
        start = (left + (place[0] + 1) / 2 * (right - left), bottom + (place[1] + 1) / 2 * (top - bottom))
        rate = share * 0.1 * (surface.scale if optimizer in ("sgd", "momentum", "nesterov") else 1.0)
        found = paths(name, shape, start, optimizer, np.array([rate, rate / 3]), num_steps=25, momentum=momentum)
        for row, eta in enumerate((rate, rate / 3)):
            expected = descend(name, shape, start, optimizer, eta, momentum, 25)
            if np.isfinite(expected).all() and np.abs(expected).max() < 1e3:
                # Where a gradient is nearly 0, adaptive steps divide two roundings: they agree up to that.
                tolerance = 1e-9 if optimizer in ("sgd", "momentum", "nesterov") else 1e-6
                np.testing.assert_allclose(found.theta[row], expected, rtol=tolerance, atol=tolerance)
                slopes = [gradient(name, theta, shape) for theta in found.theta[row]]
                np.testing.assert_allclose(found.gradient[row], slopes, rtol=1e-9, atol=1e-9)

    check()


@given(
    rate=st.floats(0.01, 0.6),
    curvature=st.floats(0.1, 8.0),
    steep=st.floats(0.1, 8.0),
    angle=st.floats(-90, 90),
)
@settings(max_examples=50, deadline=None)
def test_a_quadratic_has_its_closed_form(rate, curvature, steep, angle):
    """In the axes of the bowl θ_k = (1 − ηλ)^k θ_0."""
    shape, start = Shape(curvature, steep, angle), (-2.0, 1.0)
    found = paths("quadratic", shape, start, "sgd", np.array([rate]), num_steps=20)
    own = found.theta[0] @ turned(angle)
    factors = (1 - rate * np.array([curvature, steep])) ** np.arange(21)[:, None]
    largest = np.abs(factors).max() * 3
    np.testing.assert_allclose(own, factors * (np.array(start) @ turned(angle)), rtol=1e-9, atol=1e-9 * largest)
    np.testing.assert_allclose(found.loss[0], 0.5 * (own**2 @ [curvature, steep]), rtol=1e-9, atol=1e-12)


def test_what_is_remembered_is_that_before_the_update():
    found = paths("quadratic", SHAPE, (-2.0, 1.0), "momentum", np.array([0.05]), num_steps=9, momentum=0.8).one(0)
    np.testing.assert_array_equal(found.first[0], 0.0)
    np.testing.assert_allclose(found.first[1:], 0.8 * found.first[:-1] + found.gradient[:-1], rtol=1e-12)
    np.testing.assert_allclose(np.diff(found.theta, axis=0), -0.05 * found.first[1:], rtol=1e-9)
    adam = paths("quadratic", SHAPE, (-2.0, 1.0), "adam", np.array([0.1]), num_steps=9).one(0)
    np.testing.assert_allclose(adam.second[1:], 0.999 * adam.second[:-1] + 0.001 * adam.gradient[:-1] ** 2, rtol=1e-9)


def test_noise_is_the_same_for_every_rate_and_has_its_deviation():
    rates = np.array([0.001, 0.1])
    found = paths("noisy", SHAPE, (-2.0, 1.0), "sgd", rates, num_steps=MAX_STEPS, noise=3.0, seed=4)
    drawn = found.gradient - found.theta @ matrix(SHAPE)
    np.testing.assert_allclose(drawn[0], drawn[1], atol=1e-9)
    assert drawn[0].std() == pytest.approx(3.0, rel=0.1)
    other = paths("noisy", SHAPE, (-2.0, 1.0), "sgd", rates, num_steps=MAX_STEPS, noise=3.0, seed=5)
    assert not np.allclose(other.gradient[0, 0], found.gradient[0, 0])


def test_a_schedule_multiplies_the_rate_of_each_step():
    multiples = np.linspace(1.0, 0.1, 12)
    found = paths("quadratic", SHAPE, (-2, 1), "sgd", np.array([0.05]), num_steps=12, multiples=multiples).one(0)
    np.testing.assert_allclose(
        np.diff(found.theta, axis=0), -0.05 * multiples[:, None] * found.gradient[:-1], rtol=1e-9, atol=1e-15
    )


def test_what_grows_becomes_infinite_and_then_nan_without_an_error():
    found = paths("rosenbrock", Shape(), (-1.4, 2.4), "sgd", np.array([1.0]), num_steps=60).one(0)
    assert not np.isfinite(found.theta[-1]).any()
    assert np.isfinite(found.theta[:3]).all()


@pytest.mark.parametrize("name", SURFACES)
def test_minima_are_minima(name):
    surface = SURFACES[name]
    values = heights(name, SHAPE, *np.array(surface.minima).T)
    assert values[: surface.num_global] == pytest.approx(values.min(), abs=1e-6)
    assert (values[surface.num_global :] > values.min() + 0.1).all()
    for place in surface.minima:
        assert gradient(name, np.array(place), SHAPE) == pytest.approx(np.zeros(2), abs=2e-4)
        around = [(place[0] + 0.05 * np.cos(a), place[1] + 0.05 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 16)]
        assert (heights(name, SHAPE, *np.array(around).T) >= heights(name, SHAPE, *np.array([place]).T) - 1e-12).all()


def test_curvatures_are_eigenvalues():
    assert eigenvalues("quadratic", SHAPE) == pytest.approx(np.linalg.eigvalsh(SHAPE.hessian()))
    assert SHAPE.hessian() == pytest.approx(matrix(SHAPE))
    assert eigenvalues("rosenbrock", SHAPE) is None


def test_unknown_names_are_said():
    with pytest.raises(InputError, match="quadratic"):
        paths("moon", Shape(), (0.0, 0.0), "sgd", np.array([0.1]), num_steps=2)
    with pytest.raises(InputError, match="sgd"):
        paths("beale", Shape(), (0.0, 0.0), "newton", np.array([0.1]), num_steps=2)
