"""What a typed expression costs, added up from its parts before it is traced as a whole; each is traced only once."""

from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from simulator.graph.budget import Cost, check_budget, cost_of
from simulator.graph.expression import Evaluation, Expression, Part
from simulator.graph.syntax import syntax_tree

Operand = jax.ShapeDtypeStruct | float | int
"""Shape and type of a value, or a number that is written in the text."""


def weigh(expression: Expression, shapes: dict[str, jax.ShapeDtypeStruct]) -> jax.ShapeDtypeStruct:
    """Return shape and type of an expression's value, after checking what it would cost; nothing is computed.

    Raises:
      InputError: for shapes that do not fit, at the first part with a value that is too large, and for what would cost
        too much as a whole.

    >>> from simulator.graph import parse
    >>> weigh(parse("W@x"), {"W": jax.ShapeDtypeStruct((2, 3), "float32"), "x": jax.ShapeDtypeStruct((3,), "float32")})
    ShapeDtypeStruct(shape=(2,), dtype=float32)
    """
    tree, text = syntax_tree(expression.text)
    weighing = _Weighing(text, shapes)
    result = weighing.value(tree)
    check_budget(weighing.cost)
    return jax.ShapeDtypeStruct((), jnp.result_type(float)) if isinstance(result, float) else result


class _Weighing(Evaluation):
    """Go through a tree with shapes in place of arrays, and add up what the parts cost."""

    cost = Cost()

    def matrix(self, written: list[Any]) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(np.shape(written), jnp.result_type(float))

    def compute(self, part: Part, operands: tuple[Operand, ...]) -> jax.ShapeDtypeStruct:
        found = _weighed(part, operands)
        if found is None:
            raise TypeError(part)
        self.cost += found[1]
        return found[0]


@lru_cache(maxsize=4096)
def _weighed(part: Part, operands: tuple[Operand, ...]) -> tuple[jax.ShapeDtypeStruct, Cost] | None:
    """Return what comes of a part, and what it costs; ``None`` where it cannot be computed."""

    def compute(*arrays: Any) -> Any:
        left = iter(arrays)
        return part(*(one if isinstance(one, float | int) else next(left) for one in operands))

    try:
        with jax.numpy_rank_promotion("allow"):  # a learner may add a bias to a batch
            closed = jax.make_jaxpr(compute)(*(one for one in operands if not isinstance(one, float | int)))
    except Exception:  # whatever JAX raises: who asked says where it stands, and with which shapes
        return None
    value: Any = closed.out_avals[0]
    return jax.ShapeDtypeStruct(value.shape, value.dtype, weak_type=value.weak_type), cost_of(closed.jaxpr)
