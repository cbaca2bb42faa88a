"""JAX's own derivative of one operation, traced once and then run operation by operation.

Running it uncompiled keeps the numbers those of an uncompiled ``jax.grad``: the compiler would fuse a multiplication
and an addition into one rounding.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from simulator.graph.trace import uncompiled

Slots = tuple[tuple[int, ...], ...]
"""For each differentiated variable, the places among the operands where it is used."""


def pull(
    function: Callable[..., list[Any]],
    slots: Slots,
    operands: list[Any],
    gradients: list[Any],
    totals: list[Any] | None = None,
) -> list[Any]:
    """Return what each variable receives when the outputs of ``function`` have ``gradients``.

    Args:
      function: the operation, of all its operands, returning a list.
      slots: which variables to differentiate.
      operands: values of the operands.
      gradients: upstream gradient of each floating-point output.
      totals: what each variable had received before; it is added inside, in the order in which JAX adds.
    """
    operands = [operand if hasattr(operand, "dtype") else np.asarray(operand) for operand in operands]
    shapes = tuple((operand.shape, operand.dtype) for operand in operands)
    try:
        rule = _rule(function, slots, shapes, totals is not None)
    except TypeError:  # some of JAX's rules (linear solves) only work for all operands at once
        used = {place for places in slots for place in places}
        rest = tuple((i,) for i, operand in enumerate(operands) if i not in used and is_floating(operand))
        if not rest:
            raise
        rule = _rule(function, slots + rest, shapes, totals is not None)
        totals = None if totals is None else [*totals, *(np.zeros(*shapes[places[0]]) for places in rest)]
    return rule(*operands, *gradients, *(totals or ()))[: len(slots)]


@lru_cache(maxsize=8192)
def _rule(function: Callable, slots: Slots, shapes: tuple, adds: bool) -> Callable[..., list[Any]]:
    def spread(operands: tuple[Any, ...], variables: tuple[Any, ...]) -> list[Any]:
        changed = list(operands)
        for places, variable in zip(slots, variables, strict=True):
            for place in places:
                changed[place] = variable
        return changed

    def rule(*arguments: Any) -> list[Any]:
        operands, rest = arguments[: len(shapes)], list(arguments[len(shapes) :])

        def alone(*variables: Any) -> tuple[list[Any], tuple[Any, ...]]:
            return function(*spread(operands, variables)), variables if adds else ()

        (outputs, _), pullback = jax.vjp(alone, *[operands[places[0]] for places in slots])
        gradients = [rest.pop(0) if is_floating(output) else _no_gradient(output) for output in outputs]
        return list(pullback((gradients, tuple(rest))))

    given = [jax.ShapeDtypeStruct(shape, dtype) for shape, dtype in shapes]
    outputs = jax.eval_shape(function, *given)
    gradients = [output for output in outputs if is_floating(output)]
    totals = [given[places[0]] for places in slots] if adds else []
    return uncompiled(rule, *given, *gradients, *totals)


def is_floating(value: Any) -> bool:
    """Say whether a value can have a gradient."""
    return bool(jnp.issubdtype(value.dtype, jnp.inexact))


def _no_gradient(output: Any) -> np.ndarray:
    return np.zeros(np.shape(output), jax.dtypes.float0)
