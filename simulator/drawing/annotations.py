"""Marks that say something about a plot: rules, words, headings, the cursor and events over the steps."""

from collections.abc import Mapping
from typing import Any, Literal

import altair as alt

from simulator.drawing.chart import over
from simulator.drawing.expressions import px


def rule(table: str, *, thin: bool = False, color: str = "@ink") -> alt.Chart:
    """Return straight lines across the picture, ``thin`` for a measure of the others; encode ``x`` or ``y``."""
    return over(table).mark_rule(color=color, strokeWidth=px(1.5 if thin else 2.5))


def words(table: str, field: str, *, dx: float = 0, dy: float = 0, **mark: Any) -> alt.Chart:
    """Return text at points of a data set; encode its place.

    Args:
      table: name of the data set.
      field: what is written.
      dx, dy: distance from the place, in pixels at 1080p.
      mark: of ``mark_text``.
    """
    return over(table).mark_text(dx=px(dx), dy=px(dy), **mark).encode(alt.Text(field, type="nominal"))


def heading(table: str, kind: str, line: int) -> alt.Chart:
    """Return one line of text above the plot, for the row of ``kind``; line 0 stands next to the plot."""
    written = words(table, "name", dy=-14 - 20 * line, align="left", fontWeight=600)
    return written.encode(alt.XValue(px(0)), alt.YValue(0)).transform_filter(f"datum.kind === '{kind}'")


def tooltip(headings: Mapping[str, str], *texts: str, digits: int = 8) -> list[alt.Tooltip]:
    """Return the exact values that a pointer shows.

    Args:
      headings: of the fields, in order.
      texts: fields that are words, not numbers.
      digits: that are significant in a number.
    """
    return [
        alt.Tooltip(field, type="nominal", title=heading)
        if field in texts
        else alt.Tooltip(field, type="quantitative", title=heading, format=f".{digits}~g")
        for field, heading in headings.items()
    ]


def cursor() -> alt.Chart:
    """Return the line at the step that the player shows."""
    return over("now").mark_rule(color="@ink", strokeWidth=px(2), opacity=0.75).encode(alt.X("step:Q"))


def live(place: str, expression: str, color: str, *, height: str = "-9", **mark: Any) -> alt.Chart:
    """Return one line of text above the plot, rewritten at every step.

    Args:
      place: share of the width.
      expression: Vega expression of the text, over the data set ``now``.
      color: of the text.
      height: expression of the vertical place in pixels at 1080p.
      mark: of ``mark_text``.
    """
    style = {"align": "left", "baseline": "bottom", "color": color, "fontWeight": 600} | mark
    return (
        over("now")
        .mark_text(**style)
        .encode(alt.Text("written:N"), alt.XValue(alt.expr(f"width * {place}")), alt.YValue(px(height)))
        .transform_calculate(written=expression)
    )


def events() -> list[alt.Chart]:
    """Return marks for steps at which something happened, from the data set ``events`` (step, label, line, side)."""
    line = over("events").mark_rule(color="@muted", strokeWidth=px(1.5)).encode(alt.X("step:Q"))
    return [line, _event_labels("left", 7), _event_labels("right", -7)]


def _event_labels(side: Literal["left", "right"], gap: float) -> alt.Chart:
    return (
        over("events")
        .transform_filter(f"datum.side === '{side}'")
        .transform_calculate(height="(4 + 20 * datum.line) * scale")
        .mark_text(align=side, baseline="top", dx=px(gap))
        .encode(alt.X("step:Q"), alt.Y("height:Q", scale=None), alt.Text("label:N"))
    )
