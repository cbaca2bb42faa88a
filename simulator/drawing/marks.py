"""Parts that several Vega-Lite specifications share: axes, the cursor, numbers as text."""

import math
from typing import Any

import numpy as np

from simulator.texts import text

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SUPERSCRIPT = {
    written: str(exponent).translate(_SUPERSCRIPTS)
    for exponent in range(-60, 61)
    for written in (str(exponent), f"{exponent:+d}")
}
"""Exponent as d3 writes it → superscript; a parameter of every specification that shows numbers."""

STEP = {"field": "step", "type": "quantitative"}


def chart(layers: list[dict[str, Any]], signals: list[str], **properties: Any) -> dict[str, Any]:
    """Return a layered specification that fits its place, with parameters for everything that belongs to one run.

    The fit makes room for marks outside the plot, as they are at the first step drawn; padding is for what grows later.
    """
    names = dict.fromkeys(["step", "frame", *signals])
    return {
        "$schema": SCHEMA,
        "params": [
            {"name": "scale", "value": 1},
            {"name": "superscript", "value": SUPERSCRIPT},
            *({"name": name, "value": None} for name in names),
        ],
        "width": 640,
        "height": 320,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 4, "right": "@px 14", "top": 4, "bottom": 4},
        "layer": layers,
        **properties,
    }


def number(value: str) -> str:
    """Return the Vega expression that writes a number with three significant digits and powers of ten."""
    short = f"split(format({value}, '.2~e'), 'e')"
    return (
        f"{value} === 0 ? '0' : abs({value}) >= 0.001 && abs({value}) < 100000 ? format({value}, '.3~r')"
        f" : {short}[0] + '×10' + superscript[{short}[1]]"
    )


POWER_OF_TEN = "'10' + superscript[toString(round(log(datum.value) / LN10))]"
"""Label expression of a log axis."""


def x_steps(language: str) -> dict[str, Any]:
    """Return the horizontal encoding of everything over steps."""
    axis = {"title": text(language, "figures.axis.step"), "grid": False, "format": "d", "tickMinStep": 1}
    axis |= {"tickCount": {"expr": "width / scale / 90"}, "labelFlush": True}
    return STEP | {"scale": {"domain": {"expr": "x_domain"}, "nice": False}, "axis": axis}


def y_linear(field: str, title: str, *, domain: str = "y_domain", axis: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a vertical encoding on a linear axis whose ends are a parameter."""
    shown = {"title": title, "tickCount": 5, **({"labelExpr": number("datum.value")} if axis is None else axis)}
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": {"expr": domain}, "nice": False, "zero": False},
        "axis": shown,
    }


def log_encoding(field: str, title: str, *, domain: str = "log_domain", ticks: str = "log_ticks") -> dict[str, Any]:
    """Return an encoding on a log axis marked in powers of ten, whose ends and marks are parameters."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": "log", "domain": {"expr": domain}, "nice": False},
        "axis": {"title": title, "values": {"expr": ticks}, "labelExpr": POWER_OF_TEN},
    }


def cursor() -> dict[str, Any]:
    """Return the line at the step that the player shows."""
    return {
        "data": {"name": "now"},
        "mark": {"type": "rule", "color": "@ink", "strokeWidth": "@px 2", "opacity": 0.75},
        "encoding": {"x": STEP},
    }


def live(place: str, expression: str, color: str, *, height: str = "-9", **mark: Any) -> dict[str, Any]:
    """Return one line of text above the plot, rewritten at every step.

    Args:
      place: share of the width.
      expression: Vega expression of the text, over the data set ``now``.
      height: expression of the vertical place in pixels at 1080p.
    """
    return {
        "data": {"name": "now"},
        "transform": [{"calculate": expression, "as": "written"}],
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "color": color, "fontWeight": 600, **mark},
        "encoding": {
            "text": {"field": "written", "type": "nominal"},
            "x": {"value": {"expr": f"width * {place}"}},
            "y": {"value": {"expr": f"({height}) * scale"}},
        },
    }


def events() -> list[dict[str, Any]]:
    """Return marks for steps at which something happened, from the data set ``events`` (step, label, line, side)."""
    rule = {
        "data": {"name": "events"},
        "mark": {"type": "rule", "color": "@ink", "strokeDash": [3, 4], "strokeWidth": "@px 2"},
        "encoding": {"x": STEP},
    }
    return [rule, *(_event_labels(side, sign) for side, sign in (("left", "7"), ("right", "-7")))]


def _event_labels(side: str, gap: str) -> dict[str, Any]:
    return {
        "data": {"name": "events"},
        "transform": [
            {"filter": f"datum.side === '{side}'"},
            {"calculate": "(4 + 20 * datum.line) * scale", "as": "height"},
        ],
        "mark": {"type": "text", "align": side, "baseline": "top", "dx": {"expr": f"{gap} * scale"}},
        "encoding": {
            "x": STEP,
            "y": {"field": "height", "type": "quantitative", "scale": None},
            "text": {"field": "label", "type": "nominal"},
        },
    }


def log_range(*values: np.ndarray, decades: int = 1) -> tuple[list[float], list[float]]:
    """Return ends and marks of a log axis that holds every positive finite value: whole powers of ten.

    The axis spans at least ``decades`` of them.

    >>> log_range(np.array([0.02, 3.0, np.nan, 0.0]))
    ([0.01, 10.0], [0.01, 0.1, 1.0, 10.0])
    """
    flat = np.concatenate([np.ravel(value).astype(float) for value in values])
    flat = flat[np.isfinite(flat) & (flat > 0)]
    low, high = (math.floor(np.log10(flat.min())), math.ceil(np.log10(flat.max()))) if len(flat) else (-3, 0)
    high = max(high, low + 1)
    low = min(low, high - decades)
    stride = max(1, -(-(high - low) // 7))
    return [10.0**low, 10.0**high], [10.0**exponent for exponent in range(low, high + 1, stride)]


def linear_range(*values: np.ndarray, zero: bool = True, margin: float = 0.04) -> list[float]:
    """Return ends of a linear axis that holds every finite value, with a little room.

    >>> linear_range(np.array([0.0, 2.0, np.inf]), margin=0.0)
    [0.0, 2.0]
    """
    flat = np.concatenate([np.ravel(value).astype(float) for value in values])
    flat = flat[np.isfinite(flat)]
    if not len(flat):
        return [0.0, 1.0]
    low, high = float(flat.min()), float(flat.max())
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = low - 0.5 * (not zero), high + (1.0 if zero else 0.5)
    room = margin * (high - low)
    return [low - (0.0 if zero and low == 0 else room), high + room]


def layer_names(language: str, num_layers: int) -> list[str]:
    """Return what readers call the layers with weights: hidden layers from 1, then the output layer."""
    return [str(layer + 1) for layer in range(num_layers - 1)] + [text(language, "figures.layer.output")]
