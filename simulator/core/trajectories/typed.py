"""A surface that a reader types: an expression in x, or in x and y, with its gradient.

The text is checked by the whitelist of ``simulator.graph`` and never evaluated by Python; the gradient is that of
``jax.grad``. One small program is compiled for an expression, for a fixed number of points: rates, starts, windows and
optimizers move without compiling.
"""

import logging
import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, NoReturn

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from simulator.errors import InputError
from simulator.graph import Expression, parse
from simulator.graph.budget import MAX_WORK, check_budget, cost_of
from simulator.graph.functions import CONSTANTS

VARIABLES = ("x", "y")
TOGETHER = 192
"""Points that are computed at a time."""
_CALLS = 512
"""Of the program, about, for one picture: 200 steps, the contours, the minima."""
_LOG = logging.getLogger("simulator")


class TypedSurface:
    """A checked expression as a surface.

    Args:
      expression: in x, or in x and y.
    """

    def __init__(self, expression: Expression):
        self.text = expression.text
        self.one_dimensional = "y" not in expression.names
        self._expression = expression

    def function(self, theta: Any, _shape: Any = None) -> Any:
        """Compute the loss at one point (2,) with JAX."""
        return self._expression(**{name: theta[place] for place, name in enumerate(VARIABLES)})

    def together(self, points: Any) -> tuple[Any, Any]:
        """Compute loss (n,) and gradient (n, 2) at points (n, 2) with JAX."""
        return jax.vmap(jax.value_and_grad(self.function))(points)

    @cached_property
    def program(self) -> Callable[[Any], tuple[Any, Any]]:
        """``together``, compiled for ``TOGETHER`` points; to be called with 64-bit numbers enabled."""
        return jax.jit(self.together)

    def look(
        self, points: Float[np.ndarray, "points 2"]
    ) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, "points 2"]]:
        """Return loss and gradient at any number of points, in float64; NaN or infinite where there is none."""
        count = len(points)
        padded = np.zeros((-(-count // TOGETHER) * TOGETHER, 2))
        padded[:count] = points
        with jax.enable_x64(True):
            found = [self.program(part) for part in padded.reshape(-1, TOGETHER, 2)]
        loss, gradient = (np.concatenate([np.asarray(part) for part in parts]) for parts in zip(*found, strict=True))
        return loss[:count], gradient[:count]

    def heights(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the loss at points; the two arrays have one shape."""
        points = np.stack([first.ravel(), second.ravel()], axis=1)
        return self.look(points)[0].reshape(first.shape)


@lru_cache(maxsize=32)
def typed_surface(text: str) -> TypedSurface:
    """Return the surface of a typed expression, checked and compiled; the latest ones are kept.

    Raises:
      InputError: saying what is wrong with it, and how to mend that.

    >>> surface = typed_surface("x**2 + y")
    >>> loss, gradient = surface.look(np.array([[3.0, 1.0]]))
    >>> loss.tolist(), gradient.tolist(), surface.one_dimensional
    ([10.0], [[6.0, 1.0]], False)
    """
    expression = parse(text.strip() if isinstance(text, str) else text)
    _check_names(expression)
    found = TypedSurface(expression)
    try:
        with jax.enable_x64(True):
            _check_value(found)
            _check_cost(found)
        found.look(np.zeros((1, 2)))
    except InputError:
        raise
    except Exception as error:  # of JAX or its compiler: the reader goes on, and whoever serves can look
        _LOG.exception("The surface %s cannot be computed", text)
        raise InputError("surface:not_computed") from error
    return found


def _check_names(expression: Expression) -> None:
    """Let through what has x, or x and y, and nothing else but constants."""
    names = [name for name in expression.names if name not in CONSTANTS]
    strange = next((name for name in names if name not in VARIABLES), None)
    if strange is not None:
        if len(names) > len(VARIABLES):
            _refuse(expression, strange, "too_many", count=len(names), names=", ".join(names))
        if set(strange.lower()) <= set(VARIABLES):  # xy, or X
            _refuse(expression, strange, "meant", meant="*".join(strange.lower()))
        _refuse(expression, strange, "unknown_name")
    if not names:
        raise InputError("surface:constant", value=expression.text[:40])
    if names == ["y"]:
        _refuse(expression, "y", "only_y")


def _refuse(expression: Expression, name: str, code: str, **details: Any) -> NoReturn:
    place = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", expression.text)
    raise InputError(f"surface:{code}", value=name, column=place.start() + 1 if place else 1, **details)


def _check_value(found: TypedSurface) -> None:
    """Let through what gives one real number."""
    value = jax.eval_shape(found.function, jax.ShapeDtypeStruct((2,), np.float64))
    if value.shape:
        raise InputError("surface:not_scalar", value=str(value.shape).replace(",)", ")"))
    if value.dtype == jnp.bool_:
        raise InputError("surface:truth")
    if not jnp.issubdtype(value.dtype, jnp.floating):
        raise InputError("surface:whole")


def _check_cost(found: TypedSurface) -> None:
    """Let through what costs no more than any other expression, for all the points of a picture together."""
    traced = jax.make_jaxpr(found.together)(jax.ShapeDtypeStruct((TOGETHER, 2), np.float64))
    cost = cost_of(traced.jaxpr)
    check_budget(cost)
    work = _CALLS * cost.work
    if work > MAX_WORK:
        raise InputError("surface:too_much_work", value=f"{work / MAX_WORK:.2g}")
