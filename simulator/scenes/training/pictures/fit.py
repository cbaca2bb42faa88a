"""The curve that a network with one input draws over the data points."""

from typing import Any

import numpy as np

from simulator.core.records import Frames
from simulator.drawing.marks import chart, linear_range, y_linear
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import MAX_ROWS, evenly
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_POINTS = 600


def fitted_curve(
    frames: Frames,
    inputs: np.ndarray,
    targets: np.ndarray,
    curve_inputs: np.ndarray,
    curve_outputs: np.ndarray,
    language: str,
    *,
    held_out: np.ndarray | None = None,
) -> Picture:
    """Draw what the network computes over one input, at the player's step, over the data points.

    Args:
      inputs: (n,) in the data's own units.
      targets: (n,)
      curve_inputs: (points,) increasing, in the data's own units.
      curve_outputs: (frames, points) of the network.
      held_out: (n,) bool, examples that are not trained on; they are drawn hollow.

    Returns:
      A picture of at most ``MAX_POINTS`` data points, evenly chosen.
    """
    held = np.zeros(len(inputs), bool) if held_out is None else np.asarray(held_out, bool)
    rows = evenly(len(inputs), MAX_POINTS)
    points = evenly(len(curve_inputs), MAX_ROWS - len(rows))
    x_name, y_name = text(language, "figures.fit.input"), text(language, "figures.fit.output")
    near = near_values(np.asarray(targets, float), np.asarray(curve_outputs, float)[-1:])
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": {"expr": "x_range"}, "nice": False, "zero": False},
        "axis": {"title": x_name, "grid": False, "tickCount": 6},
    }
    y = y_linear("y", y_name)
    headings = {"x": x_name, "y": y_name}
    dots = [
        {
            "data": {"name": "points"},
            "transform": [{"filter": f"{'' if hollow else '!'}datum.held"}],
            "mark": {"type": "point", "filled": not hollow, "color": "@ink", "opacity": 0.75, "strokeWidth": "@px 1.8"}
            | {"size": {"expr": "45 * scale * scale"}},
            "encoding": {"x": x, "y": y, "tooltip": exact_tooltip(headings)},
        }
        for hollow in (False, True)
    ]
    line = {
        "data": {"name": "now"},
        "mark": {"type": "line", "color": "@forward", "strokeWidth": "@px 4", "clip": True},
        "encoding": {"x": x, "y": y},
    }
    broken = {
        "data": {"name": "remark"},
        "transform": [{"filter": "datum.broken || datum.outside"}],
        "mark": {
            "type": "text",
            "color": "@bad",
            "fontWeight": 700,
            "text": {"expr": "datum.broken ? names[3] : names[4]"},
            "fontSize": "@px 18",
        },
        "encoding": {"x": {"value": {"expr": "width / 2"}}, "y": {"value": {"expr": "height / 2"}}},
    }
    names = [text(language, f"figures.fit.{name}") for name in ("training", "held_out", "network")]
    key = legend("'● ' + names[0] + '     ○ ' + names[1] + '     ━ ' + names[2]")
    signals = ["x_range", "y_domain", "names"]
    curve = np.asarray(curve_outputs, float)[:, points]
    low, high = linear_range(near, zero=False, margin=0.08)
    broken_at = np.asarray(~np.isfinite(curve)).any(axis=1).reshape(-1, 1)
    seen = np.asarray((curve >= low) & (curve <= high)).any(axis=1).reshape(-1, 1)
    return Picture(
        title=text(language, "figures.fit.title"),
        alt=text(
            language,
            "figures.fit.alt",
            total=len(inputs),
            low=number_text(float(np.min(inputs))),
            high=number_text(float(np.max(inputs))),
        ),
        step=frames.step,
        specs={"fit": chart([*dots, line, broken, key], signals)},
        signals={
            "x_range": [float(np.min(curve_inputs)), float(np.max(curve_inputs))],
            "y_domain": [low, high],
            "names": [*names, text(language, "figures.not_finite"), text(language, "figures.fit.outside")],
        },
        tables={"points": {"x": inputs[rows], "y": targets[rows], "held": held[rows]}},
        frames={
            "now": {"x": curve_inputs[points], "y": curve},
            "remark": {"broken": broken_at, "outside": np.logical_not(broken_at | seen)},
        },
        reading=Reading("now", headings),
    )


def near_values(targets: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return targets and the outputs near them: an axis that held a diverged output would show nothing else.

    >>> near_values(np.array([0.0, 1.0]), np.array([1.5, 1e20]))
    array([0. , 1. , 1.5])
    """
    spread = float(np.ptp(targets)) or 1.0
    outputs = np.ravel(outputs)
    return np.concatenate([targets, outputs[np.abs(outputs - targets.mean()) < 2 * spread]])


def exact_tooltip(headings: dict[str, str], *texts: str) -> list[dict[str, Any]]:
    """Return tooltip fields with exact numbers; ``texts`` names the fields that are no numbers."""
    return [
        {"field": field, "type": "nominal", "title": heading}
        if field in texts
        else {"field": field, "type": "quantitative", "title": heading, "format": ".8~g"}
        for field, heading in headings.items()
    ]


def legend(expression: str) -> dict[str, Any]:
    """Return a line of text above the plot."""
    return {
        "data": {"values": [{}]},
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "text": {"expr": expression}},
        "encoding": {"x": {"value": 0}, "y": {"value": {"expr": "-9 * scale"}}},
    }
