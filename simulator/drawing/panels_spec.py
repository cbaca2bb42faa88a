"""The specification of panels side by side: axes, lines, bars, marks for what has no place, and the key."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt

from simulator.drawing.annotations import tooltip
from simulator.drawing.axes import x_linear, y_numbers
from simulator.drawing.chart import ONCE, chart, over
from simulator.drawing.expressions import area, px
from simulator.texts import text

KEY_ROWS = (120, 90, 66, 48, 34, 0)
"""Letters in a row of the key: it is laid out for each of them, and the widest that has room is drawn."""
BREAK = "break-paths-show-domains"
"""A line ends where a value is not finite or has no place on the axis, and goes on after it."""
WIDE, THIN = 5.0, 2.0
"""Widths of what was measured and of what lies over it, in pixels at 1080p: both are seen where they coincide."""
TITLE_LINE = 20
"""From a line of a panel's name to the next, in pixels at 1080p."""
LETTER = 8.2
"""Width of a letter of the key, in pixels at 1080p."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One kind of line in every panel.

    Args:
      name: code; a column of the data table.
      label: in the reader's language, for the key and the table.
      color: name of a colour of the theme.
      symbol: one of ``symbols.SHAPES`` along a thinner line: what is foretold, so that colour alone says nothing.
      dots: mark every layer.
      bars: draw bars from the lower edge in place of a line.
      thin: draw a thin line without a symbol: one of several alike.
      key: what the key says in place of the label; ``""`` for no entry.
    """

    name: str
    label: str
    color: str
    symbol: str = ""
    dots: bool = False
    bars: bool = False
    thin: bool = False
    key: str | None = None

    @property
    def keyed(self) -> str:
        """What the key says."""
        return self.label if self.key is None else self.key

    @property
    def width(self) -> float:
        """In pixels at 1080p."""
        return THIN if self.thin or self.symbol else WIDE


def panels_headings(language: str, lines: tuple[Line, ...], banded: bool) -> dict[str, str]:
    """Return what the columns of the table are called, which a reader sees on hover and as a table."""
    headings = {"panel": text(language, "gradient_decay.table.network"), "layer": text(language, "figures.axis.layer")}
    headings |= {line.name: line.label for line in lines}
    edges = {"low": text(language, "gradient_decay.table.low"), "high": text(language, "gradient_decay.table.high")}
    return headings | (edges if banded else {})


@cache
def panels_spec(
    language: str, lines: tuple[Line, ...], axis: str, band: str, log: bool, table: str, level: bool
) -> dict[str, Any]:
    """Return the specification; everything that belongs to one comparison is in its parameters and data.

    Args:
      language: of the words.
      lines: of every panel; the first is the measured one.
      axis: title of the vertical axis.
      band: name of the colour of the band; empty for no band.
      log: whether the vertical axis is logarithmic.
      table: the data set with the values.
      level: whether there is a horizontal line for comparison.
    """
    x = panel_axis(text(language, "figures.axis.layer"))
    layers = [panel_frames(x)]
    if level:
        height = alt.YDatum(alt.expr("level"), type="quantitative")
        layers.append(alt.Chart(ONCE).mark_rule(color="@muted", strokeWidth=px(1.5)).encode(y=height))
    if band:
        edges = over(table).transform_filter("isValid(datum.low) && isValid(datum.high)")
        shaded = edges.mark_area(color=f"@{band}", opacity=0.22, clip=True)
        layers.append(shaded.encode(alt.X("place:Q"), alt.Y("low:Q"), alt.Y2("high"), alt.Detail("panel:N")))
    headings = panels_headings(language, lines, bool(band))
    for line in lines:  # what is foretold lies over what was measured, thinner
        y = y_numbers(line.name, axis, log=log)
        layers += _line_marks(line, y, table, log, tooltip(headings, "panel", "layer"))
    layers += [*panel_titles(), *_placeless(lines[0], table, log), *_key(lines)]
    parameters = ["x_domain", "y_domain", "log_domain", "log_ticks", "x_ticks", "x_names", "level"]
    return chart(layers, parameters, right=16)


def panel_axis(title: str | None) -> alt.X:
    """Return the horizontal axis of panels side by side, whose marks and their names are parameters."""
    names = "x_names[format(datum.value, '.6f')]"
    ticks = {"values": alt.expr("x_ticks"), "labelExpr": names, "labelOverlap": "greedy", "labelSeparation": 4}
    return x_linear("left", title, grid=False, domain=False, **ticks)


def panel_frames(x: alt.X) -> alt.Chart:
    """Return the frame of every panel, from the data set ``frame`` (left, right)."""
    return over("frame").mark_rect(stroke="@grid", fill=None, strokeWidth=px(1.5)).encode(x, alt.X2("right"))


def panel_titles() -> list[alt.Chart]:
    """Return the names of the panels above them, over two lines where one has no room.

    From the data set ``titles`` (place, name, its width, its first and its last line).
    """
    count = "length(data('titles'))"
    whole = f"datum.first === '' || {_has_room('datum.width', count)}"
    lines = {f"{whole} ? datum.name : datum.last": -6, f"{whole} ? '' : datum.first": -6 - TITLE_LINE}
    return [
        over("titles")
        .mark_text(
            align="left",
            baseline="bottom",
            fontWeight=700,
            fontSize=alt.expr(_title_size(count)),
            limit=alt.expr(_title_room(count)),
            text=alt.expr(written),
        )
        .encode(alt.X("place:Q"), alt.YValue(px(height)))
        for written, height in lines.items()
    ]


def _title_size(count: str) -> str:
    return f"({count} > 3 || width / scale < 105 * {count} ? 15 : 17) * scale"


def _title_room(count: str) -> str:
    return f"(width / {count} - 6 * scale)"


def _has_room(width: str, count: str) -> str:
    """Return the condition that a name of some font sizes has room on one line above one of so many panels."""
    return f"{width} * {_title_size(count)} <= {_title_room(count)}"


def _line_marks(line: Line, y: alt.Y, table: str, log: bool, exact: list[alt.Tooltip]) -> list[alt.Chart]:
    value, color = f"datum['{line.name}']", f"@{line.color}"
    drawable = f"isValid({value})" + (f" && {value} > 0" if log else "")
    shown = over(table).transform_filter(drawable)
    if line.bars:
        bars = shown.mark_rect(color=color, clip=True)
        floor = alt.Y2Datum(alt.expr("y_domain[0]"))
        return [bars.encode(y, alt.X("left:Q"), alt.X2("right"), floor, tooltip=exact)]
    drawn = (
        over(table)
        .transform_calculate(**{f"{line.name}_drawn": f"{drawable} ? {value} : null"})
        .mark_line(color=color, strokeWidth=px(line.width), clip=True, invalid=BREAK)
        .encode(alt.X("place:Q"), alt.Y(f"{line.name}_drawn:Q"), alt.Detail("panel:N"))
    )
    if line.thin:
        return [drawn]
    dots = shown.mark_point(filled=True, color=color, opacity=float(line.dots), size=area(45), clip=True)
    marked = shown.transform_filter(f"datum.symbol === '{line.name}'")
    marked = marked.mark_point(**_symbol(line), clip=True).encode(y, alt.X("place:Q"))
    return [drawn, *([marked] if line.symbol else []), dots.encode(y, alt.X("place:Q"), tooltip=exact)]


def _symbol(line: Line) -> dict[str, Any]:
    return {"shape": line.symbol, "filled": True, "color": f"@{line.color}", "opacity": 1, "size": area(85)}


def _placeless(line: Line, table: str, log: bool) -> list[alt.Chart]:
    """Return marks for what has no place on the axis: a ring for zero, a cross for what is not finite."""
    value, note = f"datum['{line.name}']", f"datum['{line.name}_note']"
    zero = over(table).transform_filter(f"{value} === 0").mark_point(**_ring(line))
    broken = over(table).transform_filter(f"isValid({note})")
    cross = broken.mark_point(shape="cross", color="@bad", strokeWidth=px(2), angle=45)
    rings = [zero.encode(alt.X("place:Q"), alt.YValue(alt.expr("height - 6 * scale")))] if log else []
    return [*rings, cross.encode(alt.X("place:Q"), alt.YValue(px(8)))]


def _ring(line: Line) -> dict[str, Any]:
    return {"shape": "circle", "filled": False, "color": f"@{line.color}", "strokeWidth": px(2), "size": area(30)}


def _key(lines: tuple[Line, ...]) -> list[alt.Chart]:
    """Return the key: a piece of each line with its name, in rows above the panels."""
    fits = "".join(f"width >= {LETTER * letters:g} * scale ? '{letters}' : " for letters in KEY_ROWS if letters)
    higher = f"{_has_room('datum.width', 'datum.count')} ? 0 : {TITLE_LINE}"
    layout = {
        "row": f"{fits} '{KEY_ROWS[-1]}'",
        "height": f"(-42 - ({higher}) - 24 * datum['row_' + datum.row]) * scale",
    }
    entry = over("key").transform_calculate(**layout)
    row = alt.Y("height:Q", scale=None)

    def at(letters: float) -> str:
        return f"(datum['start_' + datum.row] + {letters}) * {LETTER} * scale"

    start = alt.X("from:Q", scale=None)
    pieces = [
        entry.transform_filter(f"datum.series === '{line.name}'")
        .transform_calculate(**{"from": at(0), "to": at(3.6)})
        .mark_rule(color=f"@{line.color}", strokeWidth=px(line.width))
        .encode(start, row, alt.X2("to"))
        for line in lines
        if line.keyed
    ]
    marks = [
        entry.transform_filter(f"datum.series === '{line.name}'")
        .transform_calculate(middle=at(1.8))
        .mark_point(**_symbol(line))
        .encode(alt.X("middle:Q", scale=None), row)
        for line in lines
        if line.symbol
    ]
    zero = entry.transform_filter("datum.series === 'zero'").transform_calculate(**{"from": at(2.6)})
    names = entry.transform_calculate(**{"from": at(4.3)}).mark_text(align="left", baseline="middle")
    return [
        *pieces,
        *marks,
        zero.mark_point(**_ring(lines[0])).encode(start, row),
        names.encode(start, row, alt.Text("label:N")),
    ]
