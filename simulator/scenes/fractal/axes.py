"""The axes of the fractal as a reader sees them: marks on a whole plane of rates, and on a billionth of it."""

import math
from typing import NamedTuple

from simulator.scenes.atlas.scales import TICKS, ticks
from simulator.scenes.fractal.settings import Fractal, share_of
from simulator.scenes.maps import MapAxis, mark_text
from simulator.texts import text
from simulator.texts.numbers import number_text

DEEP = 1e-3
"""Axes shorter than this share of their rate are marked by what is added to a rate that the title names."""


class Marks(NamedTuple):
    """What stands along an axis."""

    base: str  # the rate that the marks add to; empty where they are rates themselves
    marks: list[tuple[float, str]]  # (share of the axis, what is written)


def marks_of(low: float, high: float) -> Marks:
    """Return the marks of an axis.

    >>> marks_of(1.0, 1000.0).marks
    [(0.0, '1'), (0.333333333, '10'), (0.666666667, '100'), (1.0, '1000')]
    >>> found = marks_of(21.152175050567, 21.152175059072)
    >>> found.base, [written for _, written in found.marks]
    ('21.152175051', ['0', '+2×10⁻⁹', '+4×10⁻⁹', '+6×10⁻⁹', '+8×10⁻⁹'])
    """
    span = high - low
    if span > DEEP * high:
        return Marks("", [(share, mark_text(value, low, high)) for share, value in ticks("rate", low, high)])
    step = 10.0 ** math.floor(math.log10(span / TICKS))
    step = next(step * factor for factor in (1, 2, 5, 10) if span / (step * factor) <= TICKS)
    decimals = max(0, -math.floor(math.log10(step)))
    base = math.ceil(low * 10**decimals) / 10**decimals
    counts = range(int((high - base) / step) + 1)
    marks = [(share_of(low, high, base + count * step), _added(count * step)) for count in counts]
    return Marks(f"{base:.{decimals}f}", [(share, written) for share, written in marks if 0 <= share <= 1])


def axis_of(settings: Fractal, axis: str, language: str) -> MapAxis:
    """Return ``"x"`` or ``"y"`` with its title, its marks and the reader's own run."""
    low, high = settings.ends(axis)
    base, marks = marks_of(low, high)
    title = text(language, f"fractal.axis.{axis}")
    if base:
        title = text(language, "fractal.axis.added", symbol=symbol(axis), base=base)  # upright, all of it would not fit
    own = settings.own(axis)
    values = [mark_text(value, low, high) for value in settings.values(axis)]
    return MapAxis(title, symbol(axis), values, marks, share_of(low, high, own) if low <= own <= high else None)


def symbol(axis: str) -> str:
    """Return the symbol of an axis: η₁ of the first layer to the right, η₂ of the second upward."""
    return {"x": "η₁", "y": "η₂"}[axis]


def _added(value: float) -> str:
    return f"+{number_text(value)}" if value else "0"
