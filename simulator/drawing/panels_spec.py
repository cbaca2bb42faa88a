"""The Vega-Lite specification of panels side by side: axes, lines, bars, marks for what has no place, and the key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.drawing.marks import chart, log_encoding, y_linear

KEY_WIDTH = 92
"""Letters that fit into one row of the key on a small screen."""
DASHES = {"solid": [1, 0], "dashed": [8, 5], "dotted": [2, 4], "long": [16, 5]}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One kind of line in every panel.

    Args:
      name: code; a column of the data table.
      label: in the reader's language, for the key and the table.
      color: name of a colour of the theme.
      dash: one of ``DASHES``: what is foretold is never solid, so that colour alone says nothing.
      dots: mark every layer.
      bars: draw bars from the lower edge in place of a line.
    """

    name: str
    label: str
    color: str
    dash: str = "solid"
    dots: bool = False
    bars: bool = False


def panels_spec(
    lines: Sequence[Line], axis: str, band: str, log: bool, table: str, level: float | None, headings: dict[str, str]
) -> dict[str, Any]:
    """Return the specification; everything that belongs to one comparison is in its parameters and data."""
    x = {
        "field": "place",
        "type": "quantitative",
        "scale": {"domain": {"expr": "x_domain"}, "nice": False, "zero": False},
        "axis": {
            "title": headings["layer"],
            "values": {"expr": "x_ticks"},
            "labelExpr": "x_names[format(datum.value, '.6f')]",
            "labelOverlap": "greedy",
            "grid": False,
            "domain": False,
        },
    }

    def y(field: str) -> dict[str, Any]:
        return log_encoding(field, axis) if log else y_linear(field, axis)

    layers: list[dict[str, Any]] = [
        {
            "data": {"name": "frame"},
            "mark": {"type": "rect", "stroke": "@grid", "fill": None, "strokeWidth": "@px 1.5"},
            "encoding": {"x": x | {"field": "left"}, "x2": {"field": "right"}},
        }
    ]
    if level is not None:
        layers.append(
            {
                "data": {"values": [{}]},
                "mark": {"type": "rule", "color": "@muted", "strokeWidth": "@px 1.5"},
                "encoding": {"y": y("level") | {"field": None, "datum": {"expr": "level"}}},
            }
        )
        layers[-1]["encoding"]["y"].pop("field")
    if "low" in headings:
        layers.append(
            {
                "data": {"name": table},
                "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
                "mark": {"type": "area", "color": f"@{band}", "opacity": 0.22, "clip": True},
                "encoding": {
                    "x": x,
                    "y": y("low"),
                    "y2": {"field": "high"},
                    "detail": {"field": "panel", "type": "nominal"},
                },
            }
        )
    for line in lines:  # what is foretold lies over what was measured, thinner
        layers += _line_marks(line, x, y(line.name), table, log, headings)
    layers += _words(x, log, lines[0], y(lines[0].name), table)
    layers += _key_marks(lines)
    signals = ["x_domain", "y_domain", "log_domain", "log_ticks", "x_ticks", "x_names", "level"]
    return chart(layers, signals, padding={"left": 4, "right": "@px 16", "top": "@px 4", "bottom": 4})


def _line_marks(
    line: Line, x: dict[str, Any], y: dict[str, Any], table: str, log: bool, headings: dict[str, str]
) -> list[dict[str, Any]]:
    value = f"datum['{line.name}']"
    tooltip = [
        {"field": name, "type": "nominal" if name in ("panel", "layer") else "quantitative", "title": heading}
        | ({} if name in ("panel", "layer") else {"format": ".8~g"})
        for name, heading in headings.items()
    ]
    drawable = f"isValid({value})" + (f" && {value} > 0" if log else "")
    if line.bars:
        bar = {
            "data": {"name": table},
            "transform": [{"filter": drawable}],
            "mark": {"type": "rect", "color": f"@{line.color}", "clip": True},
            "encoding": {
                "x": x | {"field": "left"},
                "x2": {"field": "right"},
                "y": y,
                "y2": {"datum": {"expr": "y_domain[0]"}},
                "tooltip": tooltip,
            },
        }
        return [bar]
    drawn = {
        "data": {"name": table},
        "transform": [{"calculate": f"{drawable} ? {value} : null", "as": f"{line.name}_drawn"}],
        "mark": {
            "type": "line",
            "color": f"@{line.color}",
            "strokeWidth": "@px 4" if line.dash == "solid" else "@px 2.5",
            "strokeDash": DASHES[line.dash],
            "clip": True,
        },
        "encoding": {"x": x, "y": y | {"field": f"{line.name}_drawn"}, "detail": {"field": "panel", "type": "nominal"}},
    }
    drawn["mark"] |= {"invalid": "break-paths-show-domains"}
    dots = {
        "data": {"name": table},
        "transform": [{"filter": drawable}],
        "mark": {
            "type": "point",
            "filled": True,
            "color": f"@{line.color}",
            "opacity": 1 if line.dots else 0,
            "size": {"expr": "45 * scale * scale"},
            "clip": True,
        },
        "encoding": {"x": x, "y": y, "tooltip": tooltip},
    }
    return [drawn, dots]


def _words(x: dict[str, Any], log: bool, line: Line, y: dict[str, Any], table: str) -> list[dict[str, Any]]:
    """Return panel titles, and marks for what has no place on the axis."""
    titles = {
        "data": {"name": "titles"},
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "fontWeight": 700}
        | {"fontSize": {"expr": "(length(data('titles')) > 3 ? 14 : 17) * scale"}},
        "encoding": {
            "x": x,
            "y": {"value": {"expr": "-6 * scale"}},
            "text": {"field": "name", "type": "nominal"},
        },
    }
    value, note = f"datum['{line.name}']", f"datum['{line.name}_note']"
    zero = {
        "data": {"name": table},
        "transform": [{"filter": f"{value} === 0"}],
        "mark": {
            "type": "point",
            "shape": "circle",
            "filled": False,
            "color": f"@{line.color}",
            "strokeWidth": "@px 2",
        },
        "encoding": {"x": x, "y": {"value": {"expr": "height - 6 * scale"}}},
    }
    broken = {
        "data": {"name": table},
        "transform": [{"filter": f"isValid({note})"}],
        "mark": {"type": "point", "shape": "cross", "color": "@bad", "strokeWidth": "@px 2", "angle": 45},
        "encoding": {"x": x, "y": {"value": {"expr": "8 * scale"}}},
    }
    return [titles, *([zero] if log else []), broken]


def _key_marks(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the key: a piece of each line with its name, in one row above the panels."""
    at = f"min(8.2 * scale, width / {KEY_WIDTH})"
    height = {"field": "height", "type": "quantitative", "scale": None}
    lift = {"calculate": "(-42 - 24 * datum.row) * scale", "as": "height"}
    marks: list[dict[str, Any]] = []
    for line in lines:
        marks.append(
            {
                "data": {"name": "key"},
                "transform": [
                    {"filter": f"datum.series === '{line.name}'"},
                    lift,
                    {"calculate": f"datum.start * {at}", "as": "from"},
                ],
                "mark": {
                    "type": "rule",
                    "color": f"@{line.color}",
                    "strokeWidth": "@px 3",
                    "strokeDash": DASHES[line.dash],
                },
                "encoding": {
                    "x": {"field": "from", "type": "quantitative", "scale": None},
                    "x2": {"field": "to"},
                    "y": height,
                },
            }
        )
        marks[-1]["transform"].append({"calculate": f"datum.from + 3.6 * {at}", "as": "to"})
    marks.append(
        {
            "data": {"name": "key"},
            "transform": [
                {"filter": "datum.series === 'zero'"},
                lift,
                {"calculate": f"(datum.start + 2.6) * {at}", "as": "from"},
            ],
            "mark": {
                "type": "point",
                "shape": "circle",
                "filled": False,
                "color": f"@{lines[0].color}",
                "strokeWidth": "@px 2",
            },
            "encoding": {
                "x": {"field": "from", "type": "quantitative", "scale": None},
                "y": height,
            },
        }
    )
    marks.append(
        {
            "data": {"name": "key"},
            "transform": [lift, {"calculate": f"(datum.start + 4.3) * {at}", "as": "from"}],
            "mark": {"type": "text", "align": "left", "baseline": "middle"},
            "encoding": {
                "x": {"field": "from", "type": "quantitative", "scale": None},
                "y": height,
                "text": {"field": "label", "type": "nominal"},
            },
        }
    )
    return marks
