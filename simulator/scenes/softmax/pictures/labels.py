"""Words on pictures: with an outline where they lie on marks, and how much room they take."""

import unicodedata
from typing import Any

import altair as alt

from simulator.drawing.annotations import words
from simulator.drawing.expressions import px


def outlined(table: str, field: str, *, dx: float = 0, dy: float = 0, **mark: Any) -> tuple[alt.Chart, alt.Chart]:
    """Return words and the outline under them; encode the place of both."""
    outline = {"stroke": "@surface", "strokeWidth": px(4), "strokeJoin": "round"}
    return words(table, field, dx=dx, dy=dy, **mark, **outline), words(table, field, dx=dx, dy=dy, **mark)


def label_width(written: str) -> float:
    """Return about how wide a label is, in pixels at 1080p.

    >>> label_width("right"), label_width("맞음")
    (50.0, 34.0)
    """
    return sum(17.0 if unicodedata.east_asian_width(letter) in "WF" else 10.0 for letter in written)
