"""What is traced, an example or typed text, and its inputs as they are written: numbers, vectors, matrices."""

import math
import re
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from simulator.errors import InputError
from simulator.graph import parse
from simulator.graph.budget import BUDGET_ERRORS
from simulator.graph.functions import CONSTANTS
from simulator.graph.presets import PRESETS
from simulator.graph.trace import value_of

MAX_EDITABLE_ENTRIES = 24
USUAL_VALUES = ("0.5", "-1.5", "2", "1", "-0.5", "1.5", "-1", "3")
"""Values of a typed expression's inputs, in the order they appear: unlike each other, so that no number hides."""
_TARGET = re.compile(r"[tT]\d*|targets?")
_DECIMAL_COMMA = re.compile(r"\s*[-+−]?\d+,\d+\s*")
_VALUE_ERRORS = {
    "graph:ragged_list": "computation_graph:value_ragged",
    "graph:number_too_large": "computation_graph:value_large",
}

Written = tuple[tuple[str, str], ...]
"""(name, text) of inputs, in order."""


class Source(NamedTuple):
    """What is traced: the typed expression, or the example where there is none."""

    example: str  # name in ``PRESETS``
    expression: str = ""

    @property
    def text(self) -> str:
        """The text that a reader may edit; empty for an example that is a function."""
        source = self.expression or PRESETS[self.example].source
        return source if isinstance(source, str) else ""

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs, in the order in which they are offered."""
        return _typed_names(self.expression) if self.expression else tuple(PRESETS[self.example].inputs)

    def default(self, name: str) -> str:
        """Return what an input is while the reader has not changed it."""
        if self.expression:
            return USUAL_VALUES[self.names.index(name) % len(USUAL_VALUES)]
        return value_text(PRESETS[self.example].inputs[name])

    def is_editable(self, name: str) -> bool:
        """Say whether an input is small enough to be written out."""
        return bool(self.expression) or np.size(PRESETS[self.example].inputs[name]) <= MAX_EDITABLE_ENTRIES

    def differing(self, inputs: Written) -> Written:
        """Return the inputs that this source has and that differ from what they are at first, in its order.

        >>> Source("squared_error").differing((("t", "0"), ("w", "3"), ("q", "1"), ("x", "-1")))
        (('x', '-1'), ('t', '0'))
        """
        values = dict(inputs)
        kept = [(name, values[name]) for name in self.names if name in values]
        return tuple((name, written) for name, written in kept if written != self.default(name))


@lru_cache(maxsize=256)
def _typed_names(expression: str) -> tuple[str, ...]:
    return tuple(name for name in parse(expression).names if name not in CONSTANTS)


def usual_text(source: Source, name: str, shape: tuple[int, ...]) -> str:
    """Write an input of a shape, with entries unlike each other; a target of a cross-entropy says one class.

    >>> usual_text(Source("", "W@x"), "W", (2, 3)), usual_text(Source("", "cross_entropy(z, t)"), "t", (3,))
    ('[[0.5, -1.5, 2], [1, -0.5, 1.5]]', '[1, 0, 0]')
    """
    if shape == ():
        return source.default(name)
    if _TARGET.fullmatch(name) and "cross_entropy" in source.expression:
        rows = np.eye(shape[-1])[np.arange(shape[0] if len(shape) == 2 else 1) % shape[-1]]
        return value_text(rows.reshape(shape))
    first = source.names.index(name)
    entries = [float(USUAL_VALUES[(first + place) % len(USUAL_VALUES)]) for place in range(math.prod(shape))]
    return value_text(np.reshape(entries, shape))


def shape_text(value: Any) -> str:
    """Write the shape of an input beside its name; nothing for a number.

    >>> shape_text(np.zeros((2, 3))), shape_text(np.zeros(3)), shape_text(0.5)
    ('2×3', '3', '')
    """
    return "×".join(map(str, np.shape(value)))


def value_text(value: Any) -> str:
    """Write a number or a small array as it would be typed.

    >>> value_text(2.0), value_text(np.array([[0.5, -0.4]], np.float32))
    ('2', '[[0.5, -0.4]]')
    """
    array = np.asarray(value)
    if array.ndim == 0:
        return f"{float(array):.6g}"
    return f"[{', '.join(value_text(part) for part in array)}]"


def read_value(name: str, written: str) -> Any:
    """Read a typed input: a number, or a vector or matrix as nested lists; parts may be computed, like 1/3.

    Returns:
      A float, or a float32 array.

    Raises:
      InputError: with the column and what can be written.

    >>> read_value("x", "1/4"), read_value("x", "0,5"), read_value("W", "[[1, 2], [3, 4]]").shape
    (0.25, 0.5, (2, 2))
    """
    text = written.replace(",", ".") if _DECIMAL_COMMA.fullmatch(written) else written
    try:
        expression = parse(text)
    except InputError as error:
        code = _VALUE_ERRORS.get(error.code, "computation_graph:value")
        raise InputError(code, name=name, value=written[:40], column=error.details.get("column", 1)) from None
    if expression.names:
        column = text.find(expression.names[0]) + 1
        raise InputError("computation_graph:value", name=name, value=written[:40], column=column)
    try:
        value = np.asarray(value_of(expression), np.float32)
    except InputError as error:
        if error.code in BUDGET_ERRORS:
            raise
        column = error.details.get("column", 1)
        raise InputError("computation_graph:value", name=name, value=written[:40], column=column) from None
    if not np.all(np.isfinite(value)):
        raise InputError("computation_graph:value_finite", name=name, value=written[:40])
    return float(f"{float(value):.9g}") if value.ndim == 0 else value
