"""Typed text → function, by a whitelist over the syntax tree. Nothing is ever evaluated by Python.

Allowed: names, numbers, ``+ - * / @ **``, one comparison, calls of ``FUNCTIONS`` and matrices as nested lists.
Everything else is refused with the column where it stands.
"""

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, NoReturn

import jax
import jax.numpy as jnp

from simulator.errors import InputError
from simulator.graph.functions import CONSTANTS, FUNCTIONS

MAX_LENGTH = 500
MAX_DEPTH = 40
MAX_PARTS = 400
MAX_POWER = 64
MAX_LIST_ENTRIES = 4096
MAX_INPUT_SIZE = 65_536

_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.MatMult: operator.matmul,
    ast.Pow: operator.pow,
}
_COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: jnp.equal,
    ast.NotEq: jnp.not_equal,
}
_SPELLINGS = str.maketrans(
    {"−": "-", "–": "-", "×": "*", "·": "*", "∙": "*", "÷": "/", "（": "(", "）": ")", "，": ","}
)
_ALLOWED_CHARACTER = re.compile(r"[\w\s.+\-*/@()\[\],<>=!]")
_NUMBER = r"(?<![\w.])(?>\d+\.?\d*(?:[eE][+-]?\d+)?)"
_MISSING_TIMES = re.compile(rf"(?:{_NUMBER}|\))\s*(?!(?:if|else|and|or|not|in|is|for)\b)(?=[^\W\d]|\(|(?<=\))\d)")
_MAX_FLOAT32 = 3.4e38


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
        """Compute the expression with JAX arrays."""
        tree, text = _syntax_tree(self.text)
        with jax.numpy_rank_promotion("allow"):
            return _Evaluation(text, inputs).value(tree)


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
    tree, written = _syntax_tree(text)
    names: dict[str, None] = {}
    _Check(written, names).visit(tree, 1)
    return Expression(text.rstrip(), tuple(names))


@lru_cache(maxsize=512)
def _syntax_tree(text: str) -> tuple[ast.expr, str]:
    """Parse one expression; characters that Python's tokenizer treats specially never reach it."""
    written = text.translate(_SPELLINGS).rstrip()
    body = written.lstrip()
    if not body:
        raise InputError("graph:empty", column=1)
    for column, character in enumerate(written, 1):
        if character == "^":
            raise InputError("graph:caret", column=column)
        if not _ALLOWED_CHARACTER.match(character) or character in "\n\r\f\v":
            raise InputError("graph:character", value=repr(character), column=column)
    shift = len(written) - len(body)
    between = _MISSING_TIMES.search(body)
    if between:
        raise InputError("graph:missing_times", column=between.end() + shift + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(body, mode="eval").body
    except SyntaxError as error:
        column = _character_column(body, error.offset or 1)
        raise InputError("graph:syntax", column=min(column, len(body)) + shift) from None
    except (RecursionError, MemoryError):
        raise InputError("graph:too_deep", maximum=MAX_DEPTH, column=1) from None
    except ValueError:
        raise InputError("graph:syntax", column=1) from None
    return tree, " " * shift + body


def _character_column(text: str, byte_column: int) -> int:
    return len(text.encode()[: max(byte_column - 1, 0)].decode(errors="ignore")) + 1


class _Walker:
    """Common to checking and computing: where a part of the text stands."""

    def __init__(self, text: str):
        self.text, self.shift = text, len(text) - len(text.lstrip())

    def column(self, tree: ast.AST) -> int:
        return self.shift + _character_column(self.text.lstrip(), getattr(tree, "col_offset", 0) + 1)

    def piece(self, tree: ast.AST) -> str:
        found = ast.get_source_segment(self.text.lstrip(), tree) or ""
        return found if len(found) <= 24 else found[:21] + "…"

    def refuse(self, code: str, tree: ast.AST, **details: Any) -> NoReturn:
        raise InputError(code, column=self.column(tree), value=self.piece(tree), **details)


class _Check(_Walker):
    """Allow what the language has, and collect the names of the inputs."""

    def __init__(self, text: str, names: dict[str, None]):
        super().__init__(text)
        self.names, self.num_parts = names, 0

    def visit(self, tree: ast.AST, depth: int) -> None:
        self.num_parts += 1
        if depth > MAX_DEPTH:
            self.refuse("graph:too_deep", tree, maximum=MAX_DEPTH)
        if self.num_parts > MAX_PARTS:
            self.refuse("graph:too_many_parts", tree, maximum=MAX_PARTS)
        match tree:
            case ast.Name(id=name):
                self.name(tree, name)
            case ast.Constant(value=value):
                self.number(tree, value)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                self.visit(operand, depth + 1)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                if isinstance(op, ast.Pow) and (power := _literal(right)) is not None and abs(power) > MAX_POWER:
                    self.refuse("graph:power_too_large", right, maximum=MAX_POWER)
                self.visit(left, depth + 1)
                self.visit(right, depth + 1)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                self.visit(left, depth + 1)
                self.visit(right, depth + 1)
            case ast.List():
                self.matrix(tree, depth)
            case ast.Call():
                self.call(tree, depth)
            case ast.Subscript():
                self.refuse("graph:use_pick", tree)
            case ast.IfExp() | ast.BoolOp():
                self.refuse("graph:use_where", tree)
            case _:
                self.refuse("graph:not_allowed", tree, choices=["+", "-", "*", "/", "@", "**", *FUNCTIONS])

    def name(self, tree: ast.AST, name: str) -> None:
        if name.startswith("_") or len(name) > 24:
            self.refuse("graph:name", tree)
        if name in FUNCTIONS:
            self.refuse("graph:function_without_arguments", tree)
        self.names.setdefault(name)

    def number(self, tree: ast.AST, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.refuse("graph:not_allowed", tree, choices=["+", "-", "*", "/", "@", "**", *FUNCTIONS])
        if value > _MAX_FLOAT32:
            self.refuse("graph:number_too_large", tree)

    def matrix(self, tree: ast.List, depth: int) -> None:
        if not tree.elts:
            self.refuse("graph:empty_list", tree)
        rows = [isinstance(entry, ast.List) for entry in tree.elts]
        lengths = {len(entry.elts) for entry in tree.elts if isinstance(entry, ast.List)}
        if any(rows) and (not all(rows) or len(lengths) > 1):
            self.refuse("graph:ragged_list", tree)
        if len(tree.elts) > MAX_LIST_ENTRIES:
            self.refuse("graph:too_many_parts", tree, maximum=MAX_LIST_ENTRIES)
        for entry in tree.elts:
            self.visit(entry, depth + 1)

    def call(self, tree: ast.Call, depth: int) -> None:
        if not isinstance(tree.func, ast.Name):
            self.refuse("graph:not_allowed", tree.func, choices=list(FUNCTIONS))
        name = tree.func.id
        if name not in FUNCTIONS:
            close = get_close_matches(name, FUNCTIONS, n=3, cutoff=0.6)
            self.refuse("graph:unknown_function", tree.func, choices=close or list(FUNCTIONS))
        function = FUNCTIONS[name]
        for keyword in tree.keywords:
            if keyword.arg != "axis" or not function.axis or _literal(keyword.value, whole=True) is None:
                self.refuse("graph:keyword", keyword.value, name=name)
        if len(tree.keywords) > 1 or not function.min_arguments <= len(tree.args) <= function.max_arguments:
            wanted = {function.min_arguments, function.max_arguments}
            self.refuse("graph:argument_count", tree, name=name, expected="–".join(map(str, sorted(wanted))))
        for place, argument in enumerate(tree.args):
            if place in function.literal:
                if _literal(argument, whole=True) is None:
                    self.refuse("graph:whole_number", argument, name=name)
            else:
                self.visit(argument, depth + 1)


class _Evaluation(_Walker):
    """Compute a checked tree with JAX, one part at a time, so that a misfit can be placed."""

    def __init__(self, text: str, inputs: dict[str, Any]):
        super().__init__(text)
        self.inputs, self.num_calls = inputs, 0

    def value(self, tree: ast.AST) -> Any:
        match tree:
            case ast.Name(id=name):
                return self.inputs[name] if name in self.inputs else CONSTANTS[name]
            case ast.Constant(value=value):
                return value if isinstance(value, float) else float(value)
            case ast.UnaryOp(op=op, operand=operand):
                inner = self.value(operand)
                return -inner if isinstance(op, ast.USub) else inner
            case ast.BinOp(left=left, op=op, right=right):
                power = _literal(right, whole=True) if isinstance(op, ast.Pow) else None
                first, second = self.value(left), self.value(right)
                if power is not None:  # a written whole exponent stays one: x**2 is not exp(2 log x)
                    return self.apply(tree, lambda x, _: jnp.asarray(x) ** power, first, second)
                return self.apply(tree, lambda x, y: _BINARY[type(op)](jnp.asarray(x), y), first, second)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                first, second = self.value(left), self.value(right)
                return self.apply(tree, lambda x, y: _COMPARISONS[type(op)](jnp.asarray(x), y), first, second)
            case ast.List(elts=entries):
                if (written := _written_matrix(tree)) is not None:
                    return jnp.asarray(written, jnp.result_type(float))
                return self.apply(
                    tree,
                    lambda *parts: jnp.stack([jnp.asarray(part) for part in parts]),
                    *[self.value(entry) for entry in entries],
                )
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                return self.call(tree, name, arguments, keywords)
        raise AssertionError(type(tree))  # the check lets nothing else through

    def call(self, tree: ast.AST, name: str, arguments: list[ast.expr], keywords: list[ast.keyword]) -> Any:
        function = FUNCTIONS[name]
        places = enumerate(arguments)
        given = [_literal(a, whole=True) if i in function.literal else jnp.asarray(self.value(a)) for i, a in places]
        axis = {"axis": _literal(keyword.value, whole=True) for keyword in keywords}
        self.num_calls += 1
        with jax.named_scope(f"{name}#{self.num_calls}"):
            return self.apply(tree, lambda *args: function.implementation(*args, **axis), *given)

    def apply(self, tree: ast.AST, function: Callable[..., Any], *operands: Any) -> Any:
        size = sum(math.prod(jnp.shape(operand)) for operand in operands)
        if size > 16 * MAX_INPUT_SIZE:
            raise InputError("graph:too_large", column=self.column(tree), value=size, maximum=MAX_INPUT_SIZE)
        try:
            return function(*operands)
        except InputError:
            raise
        except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
            shapes = ", ".join(str(jnp.shape(operand)) for operand in operands)
            self.refuse("graph:shapes", tree, shapes=shapes)


def _literal(tree: ast.AST, whole: bool = False) -> Any:
    """Return the number that ``tree`` spells out, or None."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, (ast.USub, ast.UAdd)):
        inner = _literal(tree.operand, whole)
        return -inner if inner is not None and isinstance(tree.op, ast.USub) else inner
    if isinstance(tree, ast.Constant) and type(tree.value) in ((int,) if whole else (int, float)):
        return tree.value
    return None


def _written_matrix(tree: ast.AST) -> Any:
    """Return a list of numbers as lists of Python numbers, or None when it holds anything else."""
    if not isinstance(tree, ast.List):
        return _literal(tree)
    entries = [_written_matrix(entry) for entry in tree.elts]
    return None if any(entry is None for entry in entries) else entries


def _input(name: str, value: Any) -> jax.Array:
    try:
        array = jnp.asarray(value)
        if jnp.issubdtype(array.dtype, jnp.complexfloating):
            raise TypeError("complex")
        array = array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(jnp.result_type(float))
    except (TypeError, ValueError, OverflowError):
        raise InputError("graph:input_value", name=name, value=repr(value)[:60]) from None
    if array.size > MAX_INPUT_SIZE or array.size == 0:
        raise InputError("graph:input_size", name=name, value=array.size, maximum=MAX_INPUT_SIZE)
    return array
