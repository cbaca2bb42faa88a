"""Lines over the layers of several networks, side by side on one pair of axes: what most pictures of depth are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.figures.marks import chart, linear_range, log_encoding, log_range, y_linear
from simulator.figures.picture import NO_STEPS, Picture, Reading
from simulator.texts import text

GAP = 0.1
"""Space between two panels, as a share of a panel."""
LOWEST, HIGHEST = 1e-60, 1e60
"""Ends beyond which a log axis of float32 numbers never has to go."""
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


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One network's numbers, layer by layer.

    Args:
      title: what the network is called.
      values: by name of the line: (layers,), or (frames, layers) where they change with the step.
      low, high: edges of a band (layers,); ``None`` for none.
      last_is_output: whether the last entry belongs to the output layer.
      first: number of the first layer.
    """

    title: str
    values: dict[str, np.ndarray]
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    last_is_output: bool = True
    first: int = 1


def panels_picture(
    language: str,
    panels: Sequence[Panel],
    lines: Sequence[Line],
    *,
    title: str,
    alt: str,
    axis: str,
    log: bool = True,
    band: str = "gradient",
    step: np.ndarray = NO_STEPS,
    level: float | None = None,
    zero: str = "",
    domain: list[float] | None = None,
) -> Picture:
    """Draw lines over the layers, one panel a network, the input on the left and the output on the right.

    A value of exactly 0 has no place on a log axis: it stands as a ring on the lower edge; one that is not finite
    stands as a cross on the upper edge.

    Args:
      lines: what is drawn in each panel; the first is the measured one.
      axis: title of the vertical axis.
      band: name of the colour of the band.
      step: (frames,) where values change with the step.
      level: a horizontal line for comparison, such as 1.
      zero: label of a ring, for the key.
      domain: of the vertical axis, where it shall not follow the values.
    """
    everything = [np.asarray(values, float) for panel in panels for values in panel.values.values()]
    everything += [np.asarray(edge, float) for panel in panels for edge in (panel.low, panel.high) if edge is not None]
    limits = [np.clip(v[np.isfinite(v) & (v > 0)], LOWEST, HIGHEST) if log else v for v in everything]
    limits += [] if level is None else [np.array([level])]
    log_domain, log_ticks = log_range(*limits)
    edge = log_domain if log else linear_range(*limits, zero=False)
    edge = domain or edge
    columns = _columns(panels, lines, language, log, edge)
    table = {"now" if len(step) else "value": columns}
    headings = {"panel": text(language, "depth.table.network"), "layer": text(language, "figures.axis.layer")}
    headings |= {line.name: line.label for line in lines}
    if any(panel.low is not None for panel in panels):
        headings |= {"low": text(language, "depth.table.low"), "high": text(language, "depth.table.high")}
    return Picture(
        title=title,
        alt=alt,
        step=step,
        specs={"panels": _spec(lines, axis, band, log, next(iter(table)), level, headings)},
        signals={
            "x_domain": [0.0, len(panels) * (1.0 + GAP) - GAP],
            "y_domain": edge,
            "log_domain": edge,
            "log_ticks": log_ticks,
            "x_ticks": _ticks(panels)[0],
            "x_names": _ticks(panels, language)[1],
            "level": 1.0 if level is None else level,
        },
        tables={
            "titles": {"place": [k * (1 + GAP) for k in range(len(panels))], "name": [panel.title for panel in panels]},
            "key": _key(lines, zero),
            "frame": {
                "left": [k * (1 + GAP) for k in range(len(panels))],
                "right": [k * (1 + GAP) + 1 for k in range(len(panels))],
            },
            **({} if len(step) else table),
        },
        frames=table if len(step) else {},
        reading=Reading(next(iter(table)), headings),
    )


def place(panel: int, layer: np.ndarray, count: int) -> np.ndarray:
    """Return where a layer stands on the horizontal axis: panel k spans k(1 + gap) to k(1 + gap) + 1."""
    return panel * (1 + GAP) + (layer + 0.5) / count


def _columns(
    panels: Sequence[Panel], lines: Sequence[Line], language: str, log: bool, edge: list[float]
) -> dict[str, Any]:
    counts = [np.shape(next(iter(panel.values.values())))[-1] for panel in panels]
    columns: dict[str, Any] = {
        "panel": [panel.title for panel, count in zip(panels, counts, strict=True) for _ in range(count)],
        "layer": [name for panel, count in zip(panels, counts, strict=True) for name in _names(panel, count, language)],
        "place": np.concatenate([place(k, np.arange(count), count) for k, count in enumerate(counts)]),
        "left": np.concatenate([place(k, np.arange(count) - 0.4, count) for k, count in enumerate(counts)]),
        "right": np.concatenate([place(k, np.arange(count) + 0.4, count) for k, count in enumerate(counts)]),
    }
    for line in lines:
        parts = [
            np.asarray(panel.values.get(line.name, np.full(count, np.nan)), float)
            for panel, count in zip(panels, counts, strict=True)
        ]
        frames = max((len(part) for part in parts if part.ndim == 2), default=0)
        if frames:
            parts = [part if part.ndim == 2 else np.broadcast_to(part, (frames, len(part))) for part in parts]
        columns[line.name] = np.concatenate(parts, axis=-1)
    if any(panel.low is not None for panel in panels):
        for name in ("low", "high"):
            edges = [getattr(panel, name) for panel in panels]
            columns[name] = np.concatenate([
                np.full(count, np.nan) if part is None else np.asarray(part, float)
                for part, count in zip(edges, counts, strict=True)
            ])  # fmt: skip
    return columns


def _names(panel: Panel, count: int, language: str) -> list[str]:
    names = [str(panel.first + layer) for layer in range(count)]
    if panel.last_is_output:
        names[-1] = text(language, "figures.layer.output")
    return names


def _ticks(panels: Sequence[Panel], language: str = "en") -> tuple[list[float], dict[str, str]]:
    """Return ticks at a few layers of every panel, and their names by position."""
    ticks, names = [], {}
    few = 6 if len(panels) < 3 else 4
    for k, panel in enumerate(panels):
        count = np.shape(next(iter(panel.values.values())))[-1]
        hidden = count - panel.last_is_output
        stride = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100) if hidden / s <= few)
        layers = sorted({0, *(layer - 1 for layer in range(stride, hidden + 1, stride))})
        if len(layers) > 2 and layers[1] - layers[0] < 0.6 * stride:
            layers.pop(1)
        if panel.last_is_output:
            layers = [layer for layer in layers if layer < 0.86 * count] + [count - 1]
        elif len(panels) > 3:  # the next panel's first label would touch this one's last
            layers = [layer for layer in layers if layer < 0.86 * count]
        for layer in layers:
            at = float(np.round(place(k, np.array(layer), count), 6))
            ticks.append(at)
            names[f"{at:.6f}"] = _names(panel, count, language)[layer]
    return ticks, names


def _key(lines: Sequence[Line], zero: str) -> dict[str, Any]:
    labels = [line.label for line in lines] + ([zero] if zero else [])
    # Widths of labels are not known here: Korean letters are about twice as wide as Latin ones.
    widths = [sum(2 if ord(letter) > 0x2E80 else 1.05 for letter in label) + 7 for label in labels]
    starts, rows = [], []
    start = row = 0.0
    for width in widths:
        if start and start + width > KEY_WIDTH:
            start, row = 0.0, row + 1
        starts.append(start)
        rows.append(row)
        start += width
    # The last row stands next to the panels.
    return {
        "series": [line.name for line in lines] + (["zero"] if zero else []),
        "label": labels,
        "start": starts,
        "row": [row - other for other in rows],
    }


def _spec(
    lines: Sequence[Line], axis: str, band: str, log: bool, table: str, level: float | None, headings: dict[str, str]
) -> dict[str, Any]:
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
