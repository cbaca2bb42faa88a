"""The confusion matrix at a step."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.records import Frames
from simulator.drawing.annotations import tooltip
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import px
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
    right, total = float(np.trace(counts[-1])), float(counts[-1].sum())
    return Picture(
        title=text(language, "figures.confusion.title"),
        alt=text(language, "figures.confusion.alt", classes=num_classes, right=int(right), total=int(total)),
        step=frames.step,
        specs={"confusion": _confusion_spec(language)},
        frames={
            "now": {
                "true": [name for name in names for _ in names],
                "predicted": names * num_classes,
                "correct": np.eye(num_classes, dtype=bool).ravel(),
                "count": counts.reshape(len(counts), -1).astype(np.int32),
                "share": shares.reshape(len(counts), -1),
            }
        },
        reading=Reading("now", _headings(language)),
    )


def _headings(language: str) -> dict[str, str]:
    return {
        "true": text(language, "figures.confusion.true"),
        "predicted": text(language, "figures.confusion.predicted"),
        "count": text(language, "figures.histogram.count"),
    }


_LETTERS = "min(17 * scale, bandwidth('y') * 0.8, bandwidth('x') * 1.3 / length(toString(datum.count)))"
"""Size of a count: a long one is smaller, so that it stays in its cell; a bold digit is 0.7 of its height wide."""


@cache
def _confusion_spec(language: str) -> dict[str, Any]:
    headings = _headings(language)
    y = alt.Y("true:N", sort=None).scale(padding=0.04).axis(title=headings["true"], ticks=False, domain=False)
    room = alt.expr("bandwidth('x') * 1.05")
    above = alt.Axis(
        title=headings["predicted"], orient="top", labelAngle=0, ticks=False, domain=False, labelLimit=room
    )
    x = alt.X("predicted:N", sort=None, axis=above).scale(padding=0.04)
    share = alt.Color("share:Q", legend=None).scale(scheme="cividis", domain=[0, 1])
    cells = over("now").mark_rect(strokeWidth=px("datum.correct ? 3 : 0"), stroke="@ink")
    cells = cells.encode(
        x,
        y,
        color=alt.when("datum.count === 0").then(alt.value("@track")).otherwise(share),
        tooltip=tooltip(headings, *headings),
    )
    ink = alt.when("datum.count === 0").then(alt.value("@muted"))
    ink = ink.when("datum.count > 0 && datum.share <= 0.55").then(alt.value("#FFFFFF"))
    counts = over("now").mark_text(fontWeight=600, baseline="middle", fontSize=alt.expr(_LETTERS))
    counts = counts.encode(x, y, text=alt.Text("count:Q", format="d"), color=ink.otherwise(alt.value("#000000")))
    return chart([cells, counts], right=4)
