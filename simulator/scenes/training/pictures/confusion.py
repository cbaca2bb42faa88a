"""The confusion matrix at a step."""

from typing import Any

import numpy as np

from simulator.core.records import Frames
from simulator.drawing.marks import chart
from simulator.drawing.picture import Picture, Reading
from simulator.texts import text


def confusion_matrix(frames: Frames, class_names: tuple[str, ...], language: str) -> Picture:
    """Draw how often each class was taken for each class at the player's step; rows are the true classes.

    Colour is the share of the row, so that small classes are seen; the number in a cell is the count.
    """
    counts = np.asarray(frames.confusion, float)
    num_classes = counts.shape[-1]
    shares = counts / np.maximum(counts.sum(2, keepdims=True), 1)
    names = list(class_names)
    headings = {
        "true": text(language, "figures.confusion.true"),
        "predicted": text(language, "figures.confusion.predicted"),
    }
    headings |= {"count": text(language, "figures.histogram.count")}
    right, total = float(np.trace(counts[-1])), float(counts[-1].sum())
    return Picture(
        title=text(language, "figures.confusion.title"),
        alt=text(language, "figures.confusion.alt", classes=num_classes, right=int(right), total=int(total)),
        step=frames.step,
        specs={"confusion": _confusion_spec(headings)},
        frames={
            "now": {
                "true": [name for name in names for _ in names],
                "predicted": names * num_classes,
                "correct": np.eye(num_classes, dtype=bool).ravel(),
                "count": counts.reshape(len(counts), -1).astype(np.int32),
                "share": shares.reshape(len(counts), -1),
            }
        },
        reading=Reading("now", headings),
    )


def _confusion_spec(headings: dict[str, str]) -> dict[str, Any]:
    shared = {"type": "nominal", "sort": None, "scale": {"padding": 0.04}}
    y = shared | {"field": "true", "axis": {"title": headings["true"], "ticks": False, "domain": False}}
    x_axis = {"title": headings["predicted"], "orient": "top", "labelAngle": 0, "ticks": False, "domain": False}
    x = shared | {"field": "predicted", "axis": x_axis | {"labelLimit": {"expr": "bandwidth('x') * 1.05"}}}
    color = {"field": "share", "type": "quantitative", "legend": None, "scale": {"scheme": "cividis", "domain": [0, 1]}}
    tooltip = [{"field": field, "type": "nominal", "title": heading} for field, heading in headings.items()]
    cell = {
        "data": {"name": "now"},
        "mark": {"type": "rect", "strokeWidth": {"expr": "datum.correct ? 3 * scale : 0"}, "stroke": "@ink"},
        "encoding": {
            "x": x,
            "y": y,
            "color": {"condition": {"test": "datum.count === 0", "value": "@track"}, **color},
            "tooltip": tooltip,
        },
    }
    dark = {"test": "datum.count > 0 && datum.share <= 0.55", "value": "#FFFFFF"}
    empty = {"test": "datum.count === 0", "value": "@muted"}
    count = {
        "data": {"name": "now"},
        "mark": {"type": "text", "fontWeight": 600, "baseline": "middle", "fontSize": "@px 17"},
        "encoding": {
            "x": x,
            "y": y,
            "text": {"field": "count", "type": "quantitative", "format": "d"},
            "color": {"condition": [empty, dark], "value": "#000000"},
        },
    }
    return chart([cell, count], [], padding=4)
