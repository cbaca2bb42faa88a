"""Typed surfaces: their gradients against differences, their paths against the named ones, their sentences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.training import OPTIMIZERS
from simulator.core.trajectories.hollows import nearest_finite, typed_place
from simulator.core.trajectories.outcome import outcome
from simulator.core.trajectories.paths import paths, typed_paths
from simulator.core.trajectories.surfaces import SURFACES, Shape
from simulator.core.trajectories.typed import typed_surface
from simulator.errors import InputError
from simulator.texts import LANGUAGES

SHAPE = Shape(1.5, 7.0, 0.0)
NAMED = {
    "quadratic": "(1.5*x**2 + 7*y**2)/2",
    "parabola": "1.5*x**2/2",
    "double_well": "x**4 - 2*x**2 + 0.4*x + 1.41",
    "saddle": "x**2/2 - y**2/2 + y**4/16 + 1",
    "rosenbrock": "(1 - x)**2 + 100*(y - x**2)**2",
    "beale": "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
    "himmelblau": "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
    "plateau": "1 - exp(-(x**2 + y**2)/2)",
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", NAMED)
def test_a_named_surface_that_is_typed_has_the_same_paths(name, optimizer):
    known = SURFACES[name]
    linear = optimizer in ("sgd", "momentum", "nesterov")
    rates = np.array([0.02, 0.1, 0.3]) * (known.scale if linear else 0.5)
    how = {"num_steps": 40, "momentum": 0.5, "multiples": np.linspace(1.0, 0.4, 40)}
    expected = paths(name, SHAPE, known.start, optimizer, rates, **how)
    found = typed_paths(typed_surface(NAMED[name]), known.start, optimizer, rates, **how)
    tolerance = 1e-8 if linear else 1e-5  # adaptive steps divide two roundings where a gradient is nearly 0
    for part in ("rates", "theta", "loss", "gradient", "first", "second"):
        np.testing.assert_allclose(getattr(found, part), getattr(expected, part), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("x**2 + 3*sin(3*x)", lambda x, y: x**2 + 3 * np.sin(3 * x)),
        ("log(x + 5)*tanh(y) + sqrt(y + 4)/x", lambda x, y: np.log(x + 5) * np.tanh(y) + np.sqrt(y + 4) / x),
        ("norm([x, 2*y]) + where(x > y, x*y, e**x)", None),
        ("max(x, y)**3 - relu(x - pi)", lambda x, y: np.maximum(x, y) ** 3 - np.maximum(x - np.pi, 0)),
    ],
)
@given(x=st.floats(0.1, 3.0), y=st.floats(-3.0, 3.0))
@settings(max_examples=25, deadline=None)
def test_gradients_are_differences_of_values(text, function, x, y):
    step, surface = 1e-6, typed_surface(text)
    if abs(x - y) < 1e-3 or abs(x - np.pi) < 1e-3:  # a kink
        return
    moves = step * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    loss, gradient = surface.look(np.array([[x, y]]))
    around, _ = surface.look(np.array([x, y]) + moves)
    differences = (around[::2] - around[1::2]) / (2 * step)
    np.testing.assert_allclose(gradient[0], differences, rtol=1e-5, atol=1e-5)
    if function is not None:
        assert loss[0] == pytest.approx(function(x, y), rel=1e-12)


REFUSED = {
    "": "empty",
    "x^2": "x**2",
    "2x": "2*x",
    "x + w": "variables x and y",
    "xy": "Write x*y",
    "X**2": "Write x",
    "x + y + z": "at most two",
    "y**2": "written with x",
    "pi*2": "no variable",
    "[x, y]": "sum(",
    "x > 0": "where(",
    "argmax([x, y])": "whole numbers",
    "log(-1 - x**2)": "no finite value",
    "foo(x)": "no function",
    "__import__('os')": "not allowed",
    "x.real": "not allowed",
    "x" * 501: "500",
    "exp(" * 60 + "x" + ")" * 60: "levels",
    "sum(one_hot(x, 4096)@one_hot(x, 4096))": "entries",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_surface_is_said(text):
    with pytest.raises(InputError) as raised:
        typed_place(text)
    sentences = [raised.value.in_language(language) for language in LANGUAGES]
    assert REFUSED[text] in sentences[1]
    assert sentences[0] != sentences[1]


def test_what_needs_too_much_arithmetic_for_a_whole_picture_is_said():
    square = "outer(one_hot(1, 16)*x, one_hot(2, 16)*y)"
    assert typed_surface(f"sum({square})")
    with pytest.raises(InputError, match="arithmetic"):
        typed_surface(f"sum({'@'.join([square] * 4)})")


@pytest.mark.parametrize("name", [name for name in NAMED if name not in ("plateau", "saddle")])
def test_minima_and_scale_of_rates_are_those_that_are_known(name):
    known = SURFACES[name]
    place = typed_place(NAMED[name], () if name == "beale" else known.box[: 2 if known.one_dimensional else 4])
    assert place.one_dimensional == known.one_dimensional
    assert place.num_global == known.num_global
    ours, theirs = (sorted(tuple(np.round(spot, 3) + 0.0) for spot in one.minima) for one in (place, known))
    np.testing.assert_allclose(ours, theirs, atol=2e-3)
    if not known.quadratic:
        assert 0.4 < place.scale / known.scale < 2.5


@given(a=st.floats(0.2, 8.0), b=st.floats(0.2, 8.0), c=st.floats(-0.3, 0.3), d=st.floats(-2.0, 2.0))
@settings(max_examples=8, deadline=None)
def test_a_typed_quadratic_has_its_curvatures_and_its_minimum(a, b, c, d):
    place = typed_place(f"{a}*x**2 + {c}*x*y + {b}*y**2 + {d}*x")
    matrix = np.array([[2 * a, c], [c, 2 * b]])
    assert place.quadratic
    np.testing.assert_allclose(place.curvatures, np.linalg.eigvalsh(matrix), rtol=1e-6)
    np.testing.assert_allclose(place.minima[0], np.linalg.solve(matrix, [-d, 0.0]), atol=1e-6)


@pytest.mark.parametrize("text", ["x**4", "x**3", "x**2 - y**2", "(x - y)**2", "abs(x)", "3*x", "sin(x)"])
def test_what_is_no_bowl_has_no_theory(text):
    assert not typed_place(text).quadratic


@pytest.mark.parametrize("text", ["log(x) + 1/x", "sqrt(x) + y**2", "1/x + y", "exp(50*x)", "x**x", "log(x*y)**2"])
def test_windows_and_starts_show_finite_values(text):
    place, surface = typed_place(text), typed_surface(text)
    left, right, bottom, top = place.box
    grid = np.meshgrid(np.linspace(left, right, 41), np.linspace(bottom, top, 41))
    assert np.isfinite(surface.heights(*grid)).mean() > 0.7
    loss, gradient = surface.look(np.array([place.start]))
    assert np.isfinite(loss).all() and np.isfinite(gradient).all() and np.abs(gradient).max() > 0
    assert left <= place.start[0] <= right


def test_a_pole_is_no_minimum():
    assert typed_place("1/x").minima == () and typed_place("-1/(x - 0.1)**2").minima == ()


def test_a_start_without_a_value_moves_to_the_nearest_one():
    assert nearest_finite("log(x)", (-2.0, 2.0), (1.0,)) == (1.0,)
    (found,) = nearest_finite("log(x)", (-2.0, 2.0), (-1.0,))
    assert 0 < found < 0.01


@pytest.mark.parametrize(
    ("text", "start", "rate", "kind"),
    [
        ("log(x) + 1/x", (2.0, 0.0), 0.5, "arrives"),
        ("log(x)", (1.0, 0.0), 2.0, "undefined"),  # the first step leads to −1
        ("x**4", (3.0, 0.0), 1.0, "leaves"),
        ("x**2 - y**2", (2.0, 0.0), 0.1, "rests"),  # at the saddle point
        ("(x - y)**2 + 0*x", (2.0, 0.0), 0.1, "rests"),  # in a valley of many minima
        ("x**4/4", (2.0, 0.0), 0.001, "crawls"),
        ("x**2/2", (2.0, 0.0), 1.9, "swings"),
    ],
)
def test_what_becomes_of_a_path_is_told_apart(text, start, rate, kind):
    place = typed_place(text)
    path = typed_paths(typed_surface(text), start, "sgd", np.array([rate]), num_steps=100).one(0)
    found = outcome(path, place)
    assert found.kind == kind
    assert found.gap == (kind == "undefined")
    if kind == "undefined":
        assert found.lost == 1 and found.left is None
    if kind == "leaves":
        assert found.lost is not None and not found.gap  # it grows until it is too large
