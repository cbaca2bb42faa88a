"""One number of several networks over the steps of their training, told apart by dashes and names, not colour alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.drawing.marks import chart, linear_range, log_encoding, log_range, y_linear
from simulator.drawing.panels_spec import DASHES
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import evenly, spread, thin
from simulator.texts import text

MAX_POINTS = 1900


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One network's line: its name, the steps and the values (NaN and infinity break it)."""

    title: str
    step: np.ndarray
    values: np.ndarray
    color: str = ""


def steps_picture(
    language: str,
    curves: Sequence[Curve],
    *,
    title: str,
    alt: str,
    axis: str,
    log: bool = False,
    domain: list[float] | None = None,
    percent: bool = False,
    nested: bool = False,
) -> Picture:
    """Draw lines over the steps of training, each named at its end; a cross stands where a line breaks for good.

    Args:
      percent: write the axis in percent.
      nested: draw earlier lines wider and paler, so that lines which coincide are seen inside each other.
    """
    values = [np.asarray(curve.values, float) for curve in curves]
    log_domain, log_ticks = log_range(*values)
    y_domain = domain or (log_domain if log else linear_range(*values))
    rows = [thin(value, max(MAX_POINTS // len(curves), 8)) for value in values]
    last_step = max((int(curve.step[-1]) for curve in curves), default=1)
    drawn = [np.where((value > 0) | (not log), value, np.nan) for value in values]
    table_rows = evenly(max(map(len, values)), 400)
    longest = max(range(len(curves)), key=lambda index: len(values[index]))
    reading = {"step": np.asarray(curves[longest].step)[table_rows]} | {
        f"curve_{k}": np.array([value[row] if row < len(value) else np.nan for row in table_rows])
        for k, value in enumerate(values)
    }
    headings = {"step": text(language, "figures.axis.step")} | {
        f"curve_{k}": curve.title for k, curve in enumerate(curves)
    }
    return Picture(
        title=title,
        alt=alt,
        specs={"steps": _spec(language, curves, axis, log, percent, nested)},
        signals={
            "x_domain": [0, max(last_step, 1)],
            "y_domain": y_domain,
            "log_domain": y_domain,
            "log_ticks": log_ticks,
        },
        tables={
            "curve": {
                "series": np.repeat(np.arange(len(curves)), [len(index) for index in rows]),
                "name": [curve.title for curve, index in zip(curves, rows, strict=True) for _ in index],
                "step": np.concatenate([np.asarray(c.step)[i] for c, i in zip(curves, rows, strict=True)]),
                "value": np.concatenate([value[index] for value, index in zip(drawn, rows, strict=True)]),
            },
            "labels": _labels(curves, drawn, log, y_domain),
            "breaks": _breaks(curves, values),
            "reading": reading,
        },
        reading=Reading("reading", headings),
    )


def _labels(curves: Sequence[Curve], values: list[np.ndarray], log: bool, domain: list[float]) -> dict[str, Any]:
    places, names, series = [], [], []
    for k, (curve, value) in enumerate(zip(curves, values, strict=True)):
        finite = np.flatnonzero(np.isfinite(value))
        if len(finite):
            places.append(float(np.clip(value[finite[-1]], domain[0], domain[1])))
            names.append(curve.title)
            series.append(k)
    low, high = (np.log10(domain[0]), np.log10(domain[1])) if log else domain
    at = np.log10(places) if log else np.asarray(places, float)
    at = spread(np.asarray(at, float), low, high, (high - low) * 0.085)
    return {"series": series, "name": names, "place": 10.0**at if log else at}


def _breaks(curves: Sequence[Curve], values: list[np.ndarray]) -> dict[str, Any]:
    """Return the first step from which nothing finite follows."""
    steps = []
    for curve, value in zip(curves, values, strict=True):
        finite = np.flatnonzero(np.isfinite(value))
        first_lost = int(finite[-1]) + 1 if len(finite) else 0
        if first_lost < len(value):
            steps.append(int(np.asarray(curve.step)[first_lost]))
    return {"step": steps}


def _spec(language: str, curves: Sequence[Curve], axis: str, log: bool, percent: bool, nested: bool) -> dict[str, Any]:
    x = {
        "field": "step",
        "type": "quantitative",
        "scale": {"domain": {"expr": "x_domain"}, "nice": False},
        "axis": {"title": text(language, "figures.axis.step"), "grid": False, "format": "d", "tickMinStep": 1}
        | {"tickCount": {"expr": "width / scale / 90"}, "labelFlush": True},
    }
    shown = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]} if percent else None
    y = log_encoding("value", axis) if log else y_linear("value", axis, axis=shown)
    colors = {"field": "series", "type": "ordinal", "scale": {"domain": list(range(9)), "range": "@classes"}}
    colors |= {"legend": None}
    marks: list[dict[str, Any]] = []
    for k, curve in enumerate(curves):
        own = {"color": f"@{curve.color}"} if curve.color else {}
        dash = list(DASHES.values())[k % len(DASHES)]
        width = f"@px {3 + 4 * (len(curves) - 1 - k) * nested}"
        pale = {"opacity": 0.35 + 0.65 * k / max(len(curves) - 1, 1)} if nested else {}
        dash = DASHES["solid"] if nested else dash
        only = [{"filter": f"datum.series === {k}"}]
        marks.append(
            {
                "data": {"name": "curve"},
                "transform": only,
                "mark": {"type": "line", "strokeWidth": width, "strokeDash": dash, "clip": True, **own, **pale}
                | {"invalid": "break-paths-show-domains"},
                "encoding": {"x": x, "y": y} | ({} if curve.color else {"color": colors}),
            }
        )
        marks.append(
            {
                "data": {"name": "curve"},
                "transform": [*only, {"filter": "isValid(datum.value)"}],
                "mark": {"type": "point", "opacity": 0, "size": {"expr": "80 * scale * scale"}, "clip": True},
                "encoding": {
                    "x": x,
                    "y": y,
                    "tooltip": [
                        {"field": "name", "type": "nominal", "title": text(language, "depth.table.network")},
                        {"field": "step", "type": "quantitative", "title": text(language, "figures.axis.step")},
                        {"field": "value", "type": "quantitative", "title": axis, "format": ".8~g"},
                    ],
                },
            }
        )
        marks.append(
            {
                "data": {"name": "labels"},
                "transform": only,
                "mark": {"type": "text", "align": "left", "baseline": "middle", "fontWeight": 600, **own}
                | {"dx": {"expr": "8 * scale"}},
                "encoding": {
                    "x": {"value": "width"},
                    "y": y | {"field": "place"},
                    "text": {"field": "name", "type": "nominal"},
                }
                | ({} if curve.color else {"color": colors}),
            }
        )
    marks.append(
        {
            "data": {"name": "breaks"},
            "mark": {
                "type": "point",
                "shape": "cross",
                "angle": 45,
                "color": "@bad",
                "size": {"expr": "160 * scale * scale"},
            }
            | {"filled": True},
            "encoding": {"x": x, "y": {"value": {"expr": "10 * scale"}}},
        }
    )
    return chart(
        marks,
        ["x_domain", "y_domain", "log_domain", "log_ticks"],
        padding={"left": 4, "right": "@px 12", "top": "@px 12", "bottom": 4},
    )
