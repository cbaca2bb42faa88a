"""Typed text → a function of JAX arrays, computed one part at a time from a checked syntax tree."""

import ast
import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from simulator.errors import InputError
from simulator.graph.budget import MAX_ENTRIES
from simulator.graph.functions import CONSTANTS, FUNCTIONS, function_name
from simulator.graph.syntax import MAX_LENGTH, Check, Walker, literal, syntax_tree

_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.MatMult: operator.matmul,
    ast.Pow: operator.pow,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: jnp.equal,
    ast.NotEq: jnp.not_equal,
}


@dataclass(frozen=True)
class Expression:
    """A checked expression. Two are equal when their text is.

    Args:
      text: as it was typed, without the space around it.
      names: the inputs it needs, in the order they appear.
    """

    text: str
    names: tuple[str, ...]

    def check_inputs(self, inputs: dict[str, Any]) -> dict[str, jax.Array]:
        """Return the inputs as floating-point arrays, after checking that none is missing or odd."""
        missing = [name for name in self.names if name not in inputs and name not in CONSTANTS]
        if missing:
            column = re.search(rf"(?<!\w){re.escape(missing[0])}(?!\w)", self.text)
            raise InputError("graph:missing_input", choices=missing, column=column.start() + 1 if column else 1)
        return {name: _input(name, value) for name, value in inputs.items()}

    def __call__(self, **inputs: Any) -> Any:
        """Compute the expression with JAX arrays; shapes alone decide what it costs, so trace it before."""
        tree, text = syntax_tree(self.text)
        with jax.numpy_rank_promotion("allow"):
            return Evaluation(text, inputs).value(tree)


def parse(text: str) -> Expression:
    """Check typed text and return it as an expression.

    Raises:
      InputError: saying what is not allowed, and in which column (counted from 1).

    >>> parse("(sigmoid(w*x + b) - t)**2").names
    ('w', 'x', 'b', 't')
    """
    if not isinstance(text, str):
        raise InputError("graph:source", value=repr(text)[:60])
    if len(text) > MAX_LENGTH:
        raise InputError("graph:too_long", value=len(text), maximum=MAX_LENGTH, column=MAX_LENGTH + 1)
    tree, written = syntax_tree(text)
    names: dict[str, None] = {}
    Check(written, names).visit(tree, 1)
    return Expression(text.rstrip(), tuple(names))


class Part(NamedTuple):
    """One operation of an expression, wherever it stands: equal ones compute the same of equal operands."""

    what: Any  # an operator of the syntax tree, ``ast.List``, or the name of a function
    axis: tuple[tuple[str, int], ...] = ()  # of a function
    power: int | None = None  # a written whole exponent: x**2 is not exp(2 log x)

    def __call__(self, *operands: Any) -> Any:
        """Compute it with JAX."""
        if isinstance(self.what, str):
            given = (one if type(one) is int else jnp.asarray(one) for one in operands)  # whole numbers decide shapes
            return FUNCTIONS[self.what].implementation(*given, **dict(self.axis))
        if self.what is ast.List:
            return jnp.stack([jnp.asarray(operand) for operand in operands])
        if self.what is ast.USub:
            return -jnp.asarray(operands[0])
        if self.power is not None:
            return jnp.asarray(operands[0]) ** self.power
        return _OPERATORS[self.what](jnp.asarray(operands[0]), operands[1])


class Evaluation(Walker):
    """Compute a checked tree with JAX, one part at a time, so that a misfit can be placed."""

    def __init__(self, text: str, inputs: dict[str, Any]):
        super().__init__(text)
        self.inputs, self.num_calls = inputs, 0

    def value(self, tree: ast.AST) -> Any:
        match tree:
            case ast.Name(id=name):
                return self.inputs[name] if name in self.inputs else CONSTANTS[name]
            case ast.Constant(value=int() | float() as value):
                return float(value)
            case ast.UnaryOp(op=op, operand=operand):
                inner = self.value(operand)
                return self.apply(tree, Part(ast.USub), inner) if isinstance(op, ast.USub) else inner
            case ast.BinOp(left=ast.Name(id="e"), op=ast.Pow(), right=right) if "e" not in self.inputs:
                return self.call(tree, "exp", [right], [])
            case ast.BinOp(left=left, op=op, right=right):
                power = literal(right, whole=True) if isinstance(op, ast.Pow) else None
                return self.apply(tree, Part(type(op), power=power), self.value(left), self.value(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.apply(tree, Part(type(op)), self.value(left), self.value(right))
            case ast.List(elts=entries):
                if (written := _written_matrix(tree)) is not None:
                    return self.matrix(written)
                return self.apply(tree, Part(ast.List), *[self.value(entry) for entry in entries])
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                return self.call(tree, name, arguments, keywords)
        raise AssertionError(type(tree))  # the check lets nothing else through

    def call(self, tree: ast.AST, written: str, arguments: list[ast.expr], keywords: list[ast.keyword]) -> Any:
        name = function_name(written) or written
        places = enumerate(arguments)
        literals = FUNCTIONS[name].literal
        given = [literal(a, whole=True) if i in literals else self.value(a) for i, a in places]
        axis = tuple((str(keyword.arg), literal(keyword.value, whole=True)) for keyword in keywords)
        self.num_calls += 1
        with jax.named_scope(f"{name}#{self.num_calls}"):
            return self.apply(tree, Part(name, axis), *given)

    def matrix(self, written: list[Any]) -> Any:
        """Return a vector or matrix that is written out as what the parts compute with."""
        return jnp.asarray(written, jnp.result_type(float))

    def compute(self, part: Part, operands: tuple[Any, ...]) -> Any:
        """Return what a part is of its operands."""
        return part(*operands)

    def apply(self, tree: ast.AST, part: Part, *operands: Any) -> Any:
        """Compute a part, and say where it stands where it cannot be computed."""
        try:
            result = self.compute(part, operands)
        except InputError:
            raise
        except Exception:  # whatever JAX raises, the learner reads where it was and with which shapes
            if any(getattr(operand, "dtype", None) == jnp.bool_ for operand in operands):
                self.refuse("graph:truth_value", tree)
            shapes = ", ".join(str(tuple(getattr(operand, "shape", ()))) for operand in operands)
            self.refuse("graph:shapes", tree, shapes=shapes)
        size = math.prod(result.shape)
        if size > MAX_ENTRIES:  # before the next part would build on it
            raise InputError("graph:too_large", value=size, maximum=MAX_ENTRIES)
        return result


def _written_matrix(tree: ast.AST) -> Any:
    """Return a list of numbers as lists of Python numbers, or None when it holds anything else."""
    if not isinstance(tree, ast.List):
        return literal(tree)
    entries = [_written_matrix(entry) for entry in tree.elts]
    return None if any(entry is None for entry in entries) else entries


def _input(name: str, value: Any) -> jax.Array:
    try:
        if isinstance(value, (str, bytes)):
            raise TypeError("text")
        array = jnp.asarray(value)
        if jnp.issubdtype(array.dtype, jnp.complexfloating):
            raise TypeError("complex")
        array = array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(jnp.result_type(float))
    except (TypeError, ValueError, OverflowError):
        raise InputError("graph:input_value", name=name, value=repr(value)[:60]) from None
    if array.size > MAX_ENTRIES or array.size == 0:
        raise InputError("graph:input_size", name=name, value=array.size, maximum=MAX_ENTRIES)
    return array
