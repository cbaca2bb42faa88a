"""Surfaces to descend: losses of one or two parameters, each with the box in which it is drawn.

All are pure functions of θ and a few shape parameters; gradients come from ``jax.grad``. Sources: Rosenbrock 1960;
Beale 1958; Himmelblau 1972.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Float

from simulator.errors import check_choice


class Shape(NamedTuple):
    """What can be changed about a quadratic: L = ½ (λ₁ u² + λ₂ v²), with (u, v) the rotated parameters."""

    curvature: Any = 1.0  # λ₁; of the parabola a
    steep: Any = 10.0  # λ₂
    angle: Any = 0.0  # degrees, of the first axis

    def hessian(self) -> Float[np.ndarray, "2 2"]:
        """Return the matrix of second derivatives."""
        turn = np.radians(self.angle)
        axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        return axes.T @ np.diag([self.curvature, self.steep]) @ axes


VALLEY = Shape(0.5, 20.0, 30.0)
Box = tuple[float, float, float, float]
"""Smallest and largest first parameter, smallest and largest second one."""


class Surface(NamedTuple):
    """A surface.

    ``function`` takes θ (2,) and a ``Shape``; a surface of one parameter ignores the second.
    """

    function: Callable[[Any, Any], Any]
    box: Box
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]  # global ones first
    scale: float  # a learning rate of plain gradient descent that is near the edge, where no theory gives it
    num_global: int = 1  # of the minima
    one_dimensional: bool = False
    quadratic: bool = False
    noisy: bool = False
    curvatures: tuple[float, ...] = ()  # of a typed quadratic along its axes, smallest first


def _parabola(theta, shape):
    return 0.5 * shape.curvature * theta[0] ** 2


def _double_well(theta, _shape):
    return theta[0] ** 4 - 2.0 * theta[0] ** 2 + 0.4 * theta[0] + 1.41


def _quadratic(theta, shape):
    turn = jnp.radians(shape.angle)
    along = jnp.cos(turn) * theta[0] + jnp.sin(turn) * theta[1]
    across = -jnp.sin(turn) * theta[0] + jnp.cos(turn) * theta[1]
    return 0.5 * (shape.curvature * along**2 + shape.steep * across**2)


def _valley(theta, _shape):
    return _quadratic(theta, VALLEY)


def _saddle(theta, _shape):
    return 0.5 * theta[0] ** 2 - 0.5 * theta[1] ** 2 + theta[1] ** 4 / 16.0 + 1.0


def _rosenbrock(theta, _shape):
    return (1.0 - theta[0]) ** 2 + 100.0 * (theta[1] - theta[0] ** 2) ** 2


def _beale(theta, _shape):
    x, y = theta[0], theta[1]
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def _himmelblau(theta, _shape):
    x, y = theta[0], theta[1]
    return (x**2 + y - 11.0) ** 2 + (x + y**2 - 7.0) ** 2


def _plateau(theta, _shape):
    return 1.0 - jnp.exp(-0.5 * (theta[0] ** 2 + theta[1] ** 2))


_WELL = (-1.0466805318046022, 0.9456492739235914)
"""Where 4θ³ − 4θ + 0.4 = 0 and the curvature is positive: the lower well first."""

SURFACES: dict[str, Surface] = {
    "quadratic": Surface(_quadratic, (-3.2, 3.2, -2.2, 2.2), (-2.8, 1.3), ((0.0, 0.0),), 0.2, quadratic=True),
    "parabola": Surface(
        _parabola, (-3.2, 3.2, 0.0, 0.0), (-2.8, 0.0), ((0.0, 0.0),), 2.0, one_dimensional=True, quadratic=True
    ),
    "valley": Surface(_valley, (-3.2, 3.2, -2.2, 2.2), (-2.6, -0.6), ((0.0, 0.0),), 0.1, quadratic=True),
    "saddle": Surface(_saddle, (-3.2, 3.2, -2.8, 2.8), (-2.6, 0.02), ((0.0, 2.0), (0.0, -2.0)), 1.0, 2),
    "double_well": Surface(
        _double_well,
        (-2.1, 2.1, 0.0, 0.0),
        (1.9, 0.0),
        ((_WELL[0], 0.0), (_WELL[1], 0.0)),
        0.2,
        one_dimensional=True,
    ),
    "rosenbrock": Surface(_rosenbrock, (-2.2, 2.2, -1.0, 3.0), (-1.4, 2.4), ((1.0, 1.0),), 0.002),
    "beale": Surface(_beale, (-1.5, 4.5, -2.0, 2.0), (1.0, 1.5), ((3.0, 0.5),), 0.03),
    "himmelblau": Surface(
        _himmelblau,
        (-6.0, 6.0, -5.0, 5.0),
        (-0.5, -1.0),
        ((3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)),
        0.02,
        4,
    ),
    "plateau": Surface(_plateau, (-4.2, 4.2, -3.0, 3.0), (-2.6, 1.6), ((0.0, 0.0),), 2.0),
    "noisy": Surface(_quadratic, (-3.2, 3.2, -2.2, 2.2), (-2.8, 1.3), ((0.0, 0.0),), 0.2, quadratic=True, noisy=True),
}
"""Surfaces by name, the first is shown first."""


def surface(name: str) -> Surface:
    """Return a surface. Raises ``InputError`` for a name that is none."""
    check_choice("surface", name, tuple(SURFACES))
    return SURFACES[name]


def eigenvalues(name: str, shape: Shape) -> tuple[float, ...] | None:
    """Return the curvatures of a quadratic along its axes, smallest first; ``None`` for any other surface.

    >>> eigenvalues("parabola", Shape(2.0)), eigenvalues("quadratic", Shape(10.0, 1.0)), eigenvalues("beale", Shape())
    ((2.0,), (1.0, 10.0), None)
    """
    found = surface(name)
    if not found.quadratic:
        return None
    if found.one_dimensional:
        return (float(shape.curvature),)
    used = VALLEY if name == "valley" else shape
    low, high = sorted((float(used.curvature), float(used.steep)))
    return low, high


def heights(name: str, shape: Shape, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return L in float64 at points; the two arrays have one shape."""
    surface(name)
    points = np.stack([first, second]).astype(np.float64)
    with jax.enable_x64(True):
        return np.asarray(_heights(np.int64(list(SURFACES).index(name)), points, Shape(*map(np.float64, shape))))


@jax.jit
def _heights(index, points, shape):
    return lax.switch(index, [one.function for one in SURFACES.values()], points, shape)
