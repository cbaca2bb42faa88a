"""What a typed expression may cost: checked from shapes alone, before a single number is computed.

The one place of these limits. XLA ends the whole process where memory runs out, and no Python code can catch that.
"""

import math
from typing import Any, NamedTuple

from jax.extend import core

from simulator.errors import InputError

MAX_ENTRIES = 65_536
"""Entries of a typed input, of every value in between, and so of every gradient."""
MAX_OPERATIONS = 2_000
MAX_WORK = 2_000_000_000
"""Floating-point operations of the forward pass; the way back takes two to three times as many."""
MAX_MEGABYTES = 128
"""Of all values, local derivatives and gradients, which a graph keeps for its picture."""

BUDGET_ERRORS = frozenset(
    {"graph:too_large", "graph:too_many_operations", "graph:too_much_work", "graph:too_much_memory"}
)


class Cost(NamedTuple):
    """What an expression costs, estimated from shapes.

    Args:
      largest: entries of the largest value.
      operations: primitives, those inside of calls included.
      work: floating-point operations forward; multiplications and additions count apart.
      size: bytes of every value and, for each operand, of what flows back through it.
    """

    largest: int = 0
    operations: int = 0
    work: int = 0
    size: int = 0

    def __add__(self, other: "Cost") -> "Cost":  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return what both cost, one after the other."""
        return Cost(max(self.largest, other.largest), *(a + b for a, b in zip(self[1:], other[1:], strict=True)))


def cost_of(jaxpr: core.Jaxpr) -> Cost:
    """Return what a traced function costs, without running it.

    >>> import jax, jax.numpy as jnp
    >>> cost_of(jax.make_jaxpr(lambda x: x @ x)(jax.ShapeDtypeStruct((8, 8), jnp.float32)).jaxpr).work
    1024
    """
    largest = operations = work = size = 0
    for equation in jaxpr.eqns:
        outputs = sum(_entries(variable.aval) for variable in equation.outvars)
        operands = [_entries(item.aval) for item in equation.invars]
        inside = [cost_of(inner) for inner in core.jaxprs_in_params(equation.params)]
        largest = max(largest, outputs, *operands, *(cost.largest for cost in inside))
        operations += 1 + sum(cost.operations for cost in inside)
        work += sum(cost.work for cost in inside) if inside else _work(equation, outputs, operands)
        # of each operand: local derivative and upstream gradient, its contribution and the total with it
        size += 4 * (outputs + sum(2 * outputs + 2 * entries for entries in operands))
        size += sum(cost.size for cost in inside)
    return Cost(largest, operations, work, size)


def check_budget(cost: Cost) -> None:
    """Refuse what costs too much.

    Raises:
      InputError: which limit, how far above it, and what to lower.
    """
    if cost.largest > MAX_ENTRIES:
        raise InputError("graph:too_large", value=cost.largest, maximum=MAX_ENTRIES)
    if cost.operations > MAX_OPERATIONS:
        raise InputError("graph:too_many_operations", maximum=MAX_OPERATIONS)
    if cost.work > MAX_WORK:
        raise InputError("graph:too_much_work", value=cost.work / MAX_WORK)
    megabytes = cost.size / 2**20
    if megabytes > MAX_MEGABYTES:
        raise InputError("graph:too_much_memory", value=round(megabytes), maximum=MAX_MEGABYTES)


def _entries(aval: Any) -> int:
    return math.prod(aval.shape)  # of Python's integers: never too large to be counted


def _work(equation: core.JaxprEqn, outputs: int, operands: list[int]) -> int:
    if equation.primitive.name != "dot_general":
        return max(outputs, *operands, 1)
    (contracted, _), _ = equation.params["dimension_numbers"]
    first: Any = equation.invars[0].aval
    return 2 * outputs * math.prod(first.shape[axis] for axis in contracted)
