"""Typed text → checked syntax tree, by a whitelist. Nothing is ever evaluated by Python.

Allowed: names, numbers, ``+ - * / @ **``, one comparison, calls of ``FUNCTIONS`` and matrices as nested lists.
Everything else is refused with the column where it stands.
"""

import ast
import re
import threading
import warnings
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, NoReturn

from simulator.errors import InputError
from simulator.graph.functions import FUNCTIONS, function_name

MAX_LENGTH = 500
MAX_DEPTH = 40
MAX_PARTS = 400
MAX_POWER = 64
MAX_LIST_ENTRIES = 4096

BINARY = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow)
COMPARISONS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq, ast.NotEq)
_SPELLINGS = str.maketrans(
    {"−": "-", "–": "-", "×": "*", "·": "*", "∙": "*", "÷": "/", "（": "(", "）": ")", "，": ","}
)
_ALLOWED_CHARACTER = re.compile(r"[\w\s.+\-*/@()\[\],<>=!]")
_NUMBER = r"(?<![\w.])(?>\d+\.?\d*(?:[eE][+-]?\d+)?)"
_MISSING_TIMES = re.compile(rf"(?:{_NUMBER}|\))\s*(?!(?:if|else|and|or|not|in|is|for)\b)(?=[^\W\d]|\(|(?<=\))\d)")
_MAX_FLOAT32 = 3.4e38
_EXAMPLES = ("exp", "log", "sqrt", "sigmoid", "tanh", "relu", "sum", "mean")
_ALLOWED = ("+", "-", "*", "/", "@", "**", *(f"{name}(…)" for name in _EXAMPLES))
_ONE_AT_A_TIME = threading.Lock()
"""Python 3.11 counts the depth of all trees under construction in one number, and fails where two threads mix it up."""


@lru_cache(maxsize=512)
def syntax_tree(text: str) -> tuple[ast.expr, str]:
    """Parse one expression; characters that Python's tokenizer treats specially never reach it."""
    written = text.translate(_SPELLINGS).rstrip()
    body = written.lstrip()
    if not body:
        raise InputError("graph:empty", column=1)
    depth = 0
    for column, character in enumerate(written, 1):
        depth += (character in "([") - (character in ")]")
        if depth > MAX_DEPTH:
            raise InputError("graph:too_deep", maximum=MAX_DEPTH, column=column)
        if character == "^":
            raise InputError("graph:caret", column=column)
        if not _ALLOWED_CHARACTER.match(character) or character in "\n\r\f\v":
            raise InputError("graph:character", value=repr(character), column=column)
    shift = len(written) - len(body)
    between = _MISSING_TIMES.search(body)
    if between:
        raise InputError("graph:missing_times", column=between.end() + shift + 1)
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(body, mode="eval").body
    except SyntaxError as error:
        raise InputError("graph:syntax", column=min(error.offset or len(body), len(body)) + shift) from None
    except (RecursionError, MemoryError):
        raise InputError("graph:too_deep", maximum=MAX_DEPTH, column=1) from None
    except ValueError:
        raise InputError("graph:syntax", column=1) from None
    return tree, " " * shift + body


def _character_column(text: str, byte_column: int) -> int:
    return len(text.encode()[: max(byte_column - 1, 0)].decode(errors="ignore")) + 1


class Walker:
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


class Check(Walker):
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
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, BINARY):
                if isinstance(op, ast.Pow) and _too_large(right):
                    self.refuse("graph:power_too_large", right, maximum=MAX_POWER)
                self.visit(left, depth + 1)
                self.visit(right, depth + 1)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if isinstance(op, COMPARISONS):
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
                self.refuse("graph:not_allowed", tree, choices=_ALLOWED)

    def name(self, tree: ast.AST, name: str) -> None:
        if name.startswith("_") or len(name) > 24:
            self.refuse("graph:name", tree)
        if name in FUNCTIONS:
            self.refuse("graph:function_without_arguments", tree)
        self.names.setdefault(name)

    def number(self, tree: ast.AST, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.refuse("graph:not_allowed", tree, choices=_ALLOWED)
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
            self.refuse("graph:not_allowed", tree.func, choices=_ALLOWED)
        name = function_name(tree.func.id)
        if name is None:
            close = get_close_matches(tree.func.id.lower(), FUNCTIONS, n=1, cutoff=0.6)
            if close:
                self.refuse("graph:misspelt_function", tree.func, nearest=close[0])
            self.refuse("graph:unknown_function", tree.func, choices=_EXAMPLES)
        function = FUNCTIONS[name]
        for keyword in tree.keywords:
            if keyword.arg != "axis" or not function.axis or literal(keyword.value, whole=True) is None:
                self.refuse("graph:keyword", keyword.value, name=name)
        if len(tree.keywords) > 1 or not function.min_arguments <= len(tree.args) <= function.max_arguments:
            wanted = {function.min_arguments, function.max_arguments}
            self.refuse("graph:argument_count", tree, name=name, expected="–".join(map(str, sorted(wanted))))
        for place, argument in enumerate(tree.args):
            if place in function.literal:
                if literal(argument, whole=True) is None:
                    self.refuse("graph:whole_number", argument, name=name)
            else:
                self.visit(argument, depth + 1)


def _too_large(power: ast.AST) -> bool:
    """Say whether an exponent is a number above the limit, or a tower of powers of numbers."""
    if (number := literal(power)) is not None:
        return abs(number) > MAX_POWER
    parts = list(ast.walk(power))
    return not any(isinstance(part, ast.Name) for part in parts) and any(isinstance(part, ast.Pow) for part in parts)


def literal(tree: ast.AST, whole: bool = False) -> Any:
    """Return the number that ``tree`` spells out, or None."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, (ast.USub, ast.UAdd)):
        inner = literal(tree.operand, whole)
        return -inner if inner is not None and isinstance(tree.op, ast.USub) else inner
    if isinstance(tree, ast.Constant) and type(tree.value) in ((int,) if whole else (int, float)):
        return tree.value
    return None
