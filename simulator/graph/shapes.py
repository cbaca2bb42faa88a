"""Shapes for the inputs of a typed expression: the simplest with which it can be computed, found from shapes alone."""

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement

import jax
import jax.numpy as jnp

from simulator.errors import InputError
from simulator.graph.expression import Expression
from simulator.graph.syntax import syntax_tree
from simulator.graph.weighing import weigh

Shape = tuple[int, ...]
MAX_TRACED_PARTS = 2_000
"""Parts of expressions that are traced for one guess: a long expression gets few attempts."""
_MATRIX_FIRST: tuple[Shape, ...] = ((2, 3), (3, 2), (3, 3), (3,), (2,), ())
_VECTOR_FIRST: tuple[Shape, ...] = ((3,), (2,), (), (2, 3), (3, 2))
_NUMBER_FIRST: tuple[Shape, ...] = ((), (3,), (2,), (2, 3))
_ARRAYS = re.compile(r"@|\b(?:dot|matmul|outer|softmax|cross_entropy|transpose|norm|layer_norm|batch_norm)\b")


def output_shape(expression: Expression, shapes: Mapping[str, Shape]) -> Shape:
    """Return the shape of an expression's value, without computing anything.

    Raises:
      InputError: for shapes that do not fit, and for what would cost too much.

    >>> from simulator.graph import parse
    >>> output_shape(parse("W@x"), {"W": (2, 3), "x": (3,)})
    (2,)
    """
    return output_of(expression, shapes).shape


def output_of(expression: Expression, shapes: Mapping[str, Shape]) -> jax.ShapeDtypeStruct:
    """Return shape and type of an expression's value, without computing anything; raises ``InputError`` as well."""
    return weigh(expression, {name: jax.ShapeDtypeStruct(shape, jnp.float32) for name, shape in shapes.items()})


def guess_shapes(expression: Expression, names: tuple[str, ...], known: Mapping[str, Shape]) -> dict[str, Shape] | None:
    """Return shapes for the inputs with which the expression can be computed; None where none are found.

    A capital letter is a matrix first. Of all that fit, those are taken that differ least from the first guess.

    Args:
      expression: whose shapes are asked for.
      names: of its inputs.
      known: shapes that are given.

    >>> from simulator.graph import parse
    >>> guess_shapes(parse("mean((W@x - t)**2)"), ("W", "x", "t"), {})
    {'W': (2, 3), 'x': (3,), 't': (2,)}
    >>> guess_shapes(parse("w*x"), ("w", "x"), {}), guess_shapes(parse("softmax(z)"), ("z",), {})
    ({'w': (), 'x': ()}, {'z': (3,)})
    """
    tree, _ = syntax_tree(expression.text)
    attempts = max(MAX_TRACED_PARTS // sum(1 for _ in ast.walk(tree)), 8)
    free = [name for name in names if name not in known]
    offered = [_offered(name, expression.text) for name in free]
    for _, places in zip(range(attempts), _by_distance([len(shapes) for shapes in offered]), strict=False):
        chosen = {name: shapes[place] for name, shapes, place in zip(free, offered, places, strict=True)}
        found = {name: known[name] if name in known else chosen[name] for name in names}
        try:
            output_shape(expression, found)
        except InputError:
            continue
        return found
    return None


def _offered(name: str, text: str) -> tuple[Shape, ...]:
    if not _ARRAYS.search(text):
        return _NUMBER_FIRST
    return _MATRIX_FIRST if name[0].isupper() and name != "T" else _VECTOR_FIRST


def _by_distance(sizes: list[int]) -> Iterator[tuple[int, ...]]:
    """Yield every choice of places, those nearest to the first places first."""
    for distance in range(sum(sizes) - len(sizes) + 1):
        moved: dict[tuple[int, ...], None] = {}
        for steps in combinations_with_replacement(range(len(sizes)), distance):
            places = [0] * len(sizes)
            for step in steps:
                places[step] += 1
            if all(place < size for place, size in zip(places, sizes, strict=True)):
                moved[tuple(places)] = None
        yield from moved
