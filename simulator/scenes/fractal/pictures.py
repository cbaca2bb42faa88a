"""The pictures of the fractal: the map, the boxes that its edge needs, and the losses of one run."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.sweep.boxes import Boxes
from simulator.core.sweep.map import Map
from simulator.drawing.annotations import tooltip, words
from simulator.drawing.axes import log_range, x_log, y_log
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.steps import Curve, steps_picture
from simulator.scenes.atlas.words import share_words
from simulator.scenes.fractal.axes import axis_of
from simulator.scenes.fractal.settings import Fractal
from simulator.scenes.fractal.words import boxes_words, own_words
from simulator.scenes.loss_curves import EXPLODED
from simulator.scenes.maps import map_picture
from simulator.texts import text


def fractal_picture(found: Map, settings: Fractal, language: str) -> Picture:
    """Draw the map of final losses."""
    names = {axis: text(language, f"fractal.axis.{axis}") for axis in "xy"}
    return map_picture(
        found,
        axis_of(settings, "x", language),
        axis_of(settings, "y", language),
        language,
        title=text(language, "fractal.title_map"),
        alt=text(language, "atlas.alt", x=names["x"], y=names["y"], says=share_words(language, found)),
        names=names,
        drawn=settings.drawn,
    )


def boxes_picture(boxes: Boxes | None, language: str) -> Picture:
    """Draw how many boxes of each size hold a piece of the edge, with the line whose slope is the dimension."""
    some = boxes is not None and bool(boxes.counts.all())
    sizes = boxes.sizes.astype(float) if boxes is not None else np.ones(1)
    counts = boxes.counts.astype(float) if boxes is not None and some else np.zeros(0)
    ends = np.array([sizes[0], sizes[-1]])
    line = np.exp(boxes.intercept) * ends**-boxes.dimension if boxes is not None and some else np.zeros(0)
    domain, marks = log_range(counts, line)
    headings = {name: text(language, f"fractal.boxes.{name}") for name in ("size", "count")}
    place = {"size": ends[:1], "count": line[:1]} if some else {"size": [], "count": []}
    slope = text(language, "fractal.boxes.slope", slope=f"{boxes.dimension:.2f}") if boxes is not None and some else ""
    return Picture(
        title=text(language, "fractal.boxes.title"),
        alt=text(language, "fractal.boxes.alt", says=boxes_words(language, boxes)),
        specs={"boxes": _boxes_spec(language)},
        signals={
            "x_domain": [0.8, float(sizes[-1]) * 1.25],
            "x_ticks": sizes.tolist(),
            "log_domain": domain,
            "log_ticks": marks,
        },
        tables={
            "boxes": {"size": sizes[: len(counts)], "count": counts},
            "line": {"size": ends[: len(line)], "count": line},
            "slope": {**place, "name": [slope] if some else []},
        },
        reading=Reading("boxes", headings),
    )


def own_picture(losses: np.ndarray, settings: Fractal, language: str) -> Picture:
    """Draw the loss of the reader's own run; one that explodes leaves the picture."""
    title = text(language, "atlas.title_own")
    finite = np.isfinite(losses)
    shown = losses[finite & (losses > 0) & (losses <= EXPLODED * losses[0])]
    # Far above the picture a line may be as high as float32 can say: the browser gets no more digits.
    values = np.where(finite, np.minimum(losses, np.finfo(np.float32).max), losses)
    return steps_picture(
        language,
        [Curve(title=text(language, "atlas.words.own"), step=np.arange(len(losses)), values=values)],
        title=title,
        alt=text(language, "fractal.own_alt", says=own_words(language, losses, settings)),
        axis=text(language, "fractal.loss"),
        log=True,
        domain=log_range(shown)[0],
    )


@cache
def _boxes_spec(language: str) -> dict[str, Any]:
    headings = {name: text(language, f"fractal.boxes.{name}") for name in ("size", "count")}
    x = x_log("size", headings["size"], grid=False, labelExpr="format(datum.value, 'd')")
    y = y_log("count", headings["count"])
    place = [alt.X("size:Q"), alt.Y("count:Q")]
    line = over("line").mark_line(color="@muted", strokeWidth=px(3.5))
    points = over("boxes").mark_point(filled=True, opacity=1, size=area(120), color="@ink")
    slope = words("slope", "name", dx=16, dy=-2, align="left", baseline="bottom", fontWeight=600)
    layers = [line.encode(*place), points.encode(x, y, tooltip=tooltip(headings)), slope.encode(*place)]
    return chart(layers, ["x_domain", "x_ticks", "log_domain", "log_ticks"], right=24)
