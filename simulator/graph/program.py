"""A traced function as plain equations: what ``trace`` reads out of a jaxpr, and what ``backward`` walks.

A variable is an integer, unique in the whole program. A ``Block`` is a jaxpr: the function itself or the inside of a
nested call. A ``Group`` is a run of equations under one ``jax.named_scope``; it shares its block's variables.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

QUIET = frozenset({"broadcast_in_dim", "reshape", "squeeze", "expand_dims", "convert_element_type", "copy", "copy_p"})
"""Operations that change a value's shape or dtype, not its numbers: part of the edge."""

NO_GRADIENT = frozenset({"stop_gradient", "sign", "floor", "ceil", "round", "argmax", "argmin", "is_finite", "iota"})
"""Operations whose derivative JAX takes to be zero."""


@dataclass(frozen=True, eq=False)
class Number:
    """A constant written in an equation."""

    value: Any


@dataclass(frozen=True, eq=False)
class Equation:
    """One primitive applied to variables and numbers: ``outputs = function(*inputs)``."""

    operation: str
    function: Callable[..., list[Any]]
    inputs: tuple[int | Number, ...]
    outputs: tuple[int, ...]
    params: dict[str, Any]
    scope: tuple[str, ...]
    inner: "Block | None" = None
    custom_rule: bool = False


@dataclass(frozen=True, eq=False)
class Group:
    """Equations under one named scope that hand on exactly one variable."""

    label: str
    items: "tuple[Item, ...]"
    inputs: tuple[int, ...]
    output: int


Item = Equation | Group


@dataclass(frozen=True, eq=False)
class Block:
    """A jaxpr: its variables in and out, and its items in order."""

    inputs: tuple[int, ...]
    outputs: tuple[int | Number, ...]
    constants: dict[int, Any]
    items: tuple[Item, ...]


@dataclass(frozen=True, eq=False)
class Program:
    """A traced function, without values: the same for every input of the same shapes.

    ``names`` holds what ``checkpoint_name`` called a variable; ``floating`` the variables that can have a gradient.
    """

    block: Block
    names: dict[int, str]
    floating: frozenset[int]
    num_equations: int


@dataclass(eq=False)
class Run:
    """A program with the value of every variable (JAX or NumPy arrays), and what building its graph found out."""

    program: Program
    values: dict[int, Any]
    name_of_item: dict[int, str] = field(default_factory=dict)  # id(item) → node
    active: frozenset[int] = frozenset()  # variables through which gradient flows
    shadow: frozenset[int] = frozenset()  # variables through which it would flow, had nothing stopped it


def flatten(items: tuple[Item, ...]) -> Iterator[Equation]:
    """Yield the equations of ``items``, groups opened, nested calls closed."""
    for item in items:
        if isinstance(item, Group):
            yield from flatten(item.items)
        else:
            yield item


def read(atom: int | Number, values: dict[int, Any]) -> Any:
    """Return the value of a variable or a number."""
    return atom.value if isinstance(atom, Number) else values[atom]


@lru_cache(maxsize=1024)
def group_function(group: Group) -> Callable[..., list[Any]]:
    """Return a group as a function of its inputs."""

    def function(*operands: Any) -> list[Any]:
        inside = dict(zip(group.inputs, operands, strict=True))
        for equation in flatten(group.items):
            results = equation.function(*[read(atom, inside) for atom in equation.inputs])
            inside.update(zip(equation.outputs, results, strict=True))
        return [inside[group.output]]

    return function


def evaluate(block: Block, values: dict[int, Any]) -> None:
    """Compute every variable of a block, one operation at a time, and of every block inside it."""
    values.update(block.constants)
    for equation in flatten(block.items):
        operands = [read(atom, values) for atom in equation.inputs]
        values.update(zip(equation.outputs, equation.function(*operands), strict=True))
        if equation.inner is not None:
            values.update(zip(equation.inner.inputs, operands, strict=True))
            evaluate(equation.inner, values)


def group_items(equations: list[Equation], needed: set[int], depth: int = 0) -> tuple[Item, ...]:
    """Gather runs of equations that share a scope at ``depth``.

    A run becomes a group when exactly one of its variables is used outside (``needed`` says which are used after
    all of ``equations``) and it holds at least two operations worth drawing; else its equations stay as they are.
    """
    items: list[Item] = []
    start = 0
    while start < len(equations):
        head = equations[start].scope[depth : depth + 1]
        stop = start + 1
        while stop < len(equations) and head and equations[stop].scope[depth : depth + 1] == head:
            stop += 1
        run, start = equations[start:stop], stop
        if not head:
            items.extend(run)
            continue
        used_later = needed | {v for later in equations[stop:] for v in later.inputs if isinstance(v, int)}
        made = [v for equation in run for v in equation.outputs]
        escaping = [v for v in made if v in used_later]
        inside = group_items(run, used_later, depth + 1)
        num_drawn = sum(1 for item in inside if isinstance(item, Group) or item.operation not in QUIET)
        if len(escaping) == 1 and num_drawn >= 2:
            taken = dict.fromkeys(v for e in run for v in e.inputs if isinstance(v, int) and v not in made)
            items.append(Group(head[0], inside, tuple(taken), escaping[0]))
        else:
            items.extend(inside)
    return tuple(items)
