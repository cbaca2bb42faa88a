"""What tells lines apart beside their colours: a symbol at a few places along each. Dashes mean negative numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.chart import over
from simulator.drawing.expressions import area

SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "triangle-right", "triangle-left")
"""Of the first line, of the second and so on, in Vega's names."""
SYMBOLS = 6
"""Along one line."""


def along(count: int, line: int = 0, lines: int = 1) -> np.ndarray:
    """Choose the points of a line that carry its symbol: evenly, and on no line where another one has its own.

    >>> along(61, 0, 2).tolist(), along(61, 1, 2).tolist()
    ([2, 12, 22, 32, 42, 52], [7, 17, 27, 37, 47, 57])
    """
    shares = (np.arange(SYMBOLS) + (line + 0.5) / lines) / SYMBOLS
    return np.unique(np.floor(shares * max(count - 1, 0)).astype(int)) if count else np.arange(0)


def shape(field: str, domain: Sequence[Any] | alt.ExprRef) -> alt.Shape:
    """Return the channel that gives each line its symbol; without a legend, for lines that are named beside them."""
    return alt.Shape(field, legend=None).scale(domain=domain, range=list(SHAPES))


def symbols(table: str, **mark: Any) -> alt.Chart:
    """Return symbols at points of a data set; encode place, colour and shape, or give the last two to the mark."""
    return over(table).mark_point(**{"filled": True, "opacity": 1, "size": area(85), **mark})


def symbol_table(lines: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Return the data set of the symbols of some lines: the number of the line in ``series``, and the line's columns.

    Args:
      lines: the columns of each, finite ones only; equal names in all.

    >>> found = symbol_table([{"x": np.arange(61)}, {"x": np.arange(61)}])
    >>> found["series"].tolist() == [0] * 6 + [1] * 6, found["x"][:3].tolist()
    (True, [2, 12, 22])
    """
    counts = [len(next(iter(line.values()))) for line in lines]
    chosen = [along(count, number, len(lines)) for number, count in enumerate(counts)]
    columns = {
        name: np.concatenate([line[name][rows] for line, rows in zip(lines, chosen, strict=True)]) for name in lines[0]
    }
    return {"series": np.repeat(np.arange(len(lines)), [len(rows) for rows in chosen]), **columns}
