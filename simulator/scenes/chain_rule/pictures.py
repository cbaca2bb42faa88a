"""The predicted and the actual change of the loss over the learning rate, both axes in powers of ten."""

from functools import cache
from typing import Any, Literal

import altair as alt
import numpy as np

from simulator.drawing.annotations import rule, words
from simulator.drawing.axes import log_range, x_log, y_log
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.chain_rule import LossChanges
from simulator.texts import text

DECADES = 10
"""At most this many powers of ten below the largest change are drawn."""
_LINES = {"predicted": ("@muted", 9, 0.4), "fall": ("@forward", 3.5, 1.0), "rise": ("@bad", 3.5, 1.0)}
"""Colour, width in pixels, opacity: what was predicted lies wide and pale under what happened."""
_LABELS: dict[str, tuple[float, float, Literal["left", "right"], float]] = {
    "predicted": (-10, -10, "right", 0.45),
    "fall": (4, 18, "left", 0.3),
    "rise": (10, 24, "left", 0.25),
}
"""Where a line's name stands: distance in pixels, side, and beside which share of the line."""


def update_curve(changes: LossChanges, rate: float, actual: float, language: str, narration: str) -> Picture:
    """Draw how much the loss falls after one step, as predicted and in fact; a rise is a line of its own.

    Args:
      changes: for many learning rates.
      rate: the chosen learning rate.
      actual: what the loss changes by there.
      language: of the words.
      narration: a sentence about the same numbers, for the alternative text.
    """
    size = np.abs(changes.actual)
    sizes = np.concatenate([size, np.abs(changes.predicted), [abs(actual)]])
    ends, ticks = log_range(sizes[sizes > sizes[np.isfinite(sizes)].max(initial=0.0) * 10.0**-DECADES], decades=2)
    low = ends[0]
    rates, rate_ticks = log_range(changes.rate)
    lines = {
        "predicted": (changes.rate, -changes.predicted),
        "fall": _part(changes.rate, size, changes.actual < 0),
        "rise": _part(changes.rate, size, changes.actual > 0),
    }
    marks = [("mark_now", rate), ("mark_fails", changes.failing_rate), ("mark_rises", changes.rising_rate)]
    found = [(name, place) for name, place in marks if place is not None]
    tables = {name: {"rate": at, "change": np.clip(change, low, None)} for name, (at, change) in lines.items()}
    named = {name: _label(name, at, change, low, language) for name, (at, change) in lines.items()}
    return Picture(
        title=text(language, "chain_rule.update.question"),
        alt=text(
            language,
            "chain_rule.narration.alt",
            low=f"{changes.rate[0]:g}",
            high=f"{changes.rate[-1]:g}",
            words=narration,
        ),
        specs={"update": _update_spec(language)},
        signals={"x_domain": rates, "x_ticks": rate_ticks, "log_domain": ends, "log_ticks": ticks},
        tables={
            **tables,
            **{f"{name}_name": table for name, table in named.items()},
            "marks": {
                "rate": np.array([place for _, place in found]),
                "name": [text(language, f"chain_rule.update.{name}") for name, _ in found],
                "line": list(range(len(found))),
                "side": ["right" if place > changes.rate[-1] / 10.0 else "left" for _, place in found],
            },
            "now": {"rate": np.array([rate]), "change": np.array([max(abs(actual), low)])},
            "table": {"rate": changes.rate, "predicted": changes.predicted, "actual": changes.actual},
        },
        reading=Reading(
            "table",
            {name: text(language, f"chain_rule.update.column_{name}") for name in ("rate", "predicted", "actual")},
        ),
    )


@cache
def _update_spec(language: str) -> dict[str, Any]:
    """Return the specification; everything that belongs to one update is in its parameters and data."""
    x = x_log("rate", text(language, "chain_rule.update.axis_rate"))
    y = y_log("change", text(language, "chain_rule.update.axis_change"))
    lines = [
        over(name).mark_line(color=color, strokeWidth=px(width), opacity=opacity).encode(x, y)
        for name, (color, width, opacity) in _LINES.items()
    ]
    names = [
        words(f"{name}_name", "name", dx=dx, dy=dy, align=side).encode(x="rate:Q", y="change:Q")
        for name, (dx, dy, side, _) in _LABELS.items()
    ]
    now = over("now").mark_point(filled=True, size=150, opacity=1, color="@ink").encode(x="rate:Q", y="change:Q")
    marks = [rule("marks", thin=True).encode(x="rate:Q"), _mark_names("left", 4), _mark_names("right", -4)]
    return chart([*lines, *marks, now, *names], ["x_domain", "x_ticks", "log_domain", "log_ticks"])


def _mark_names(side: Literal["left", "right"], gap: float) -> alt.Chart:
    """Name the marked learning rates above the plot, one line each, so that close ones stay readable."""
    named = words("marks", "name", align=side, dx=gap)
    placed = named.encode(x="rate:Q", y=alt.Y("height:Q", scale=None))
    return placed.transform_filter(f"datum.side === '{side}'").transform_calculate(
        height="(-12 - 20 * datum.line) * scale"
    )


def _part(rate: np.ndarray, size: np.ndarray, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    where = where & np.isfinite(size)
    return rate[where], size[where]


def _label(name: str, rate: np.ndarray, change: np.ndarray, low: float, language: str) -> dict[str, Any]:
    """Put a line's name beside one of its points."""
    if not len(rate) or not np.any(change > 0):
        return {"rate": np.zeros(0), "change": np.zeros(0), "name": []}
    place = min(int(_LABELS[name][-1] * len(rate)), len(rate) - 1)
    words_of = text(language, f"chain_rule.update.line_{name}")
    return {"rate": rate[[place]], "change": np.clip(change[[place]], low, None), "name": [words_of]}
