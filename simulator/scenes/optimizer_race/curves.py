"""Loss and accuracy of all optimizers over the steps, and their paths in one plane."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import tooltip
from simulator.drawing.axes import x_linear, y_linear
from simulator.drawing.bands import series_channels
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import NUMBER, area, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.steps import Curve, steps_picture
from simulator.drawing.symbols import symbol_table, symbols
from simulator.drawing.thinning import spread
from simulator.scenes.optimizer_race.numbers import Race
from simulator.scenes.optimizer_race.words import name_of, ranking
from simulator.texts import text
from simulator.texts.numbers import percent_text

COLORS = ("ink", "classes.0", "classes.1", "classes.2", "classes.3", "forward", "classes.5")
"""Of the optimizers, in their order, in all pictures."""
LOG_BELOW = 0.1
"""Share of the highest last loss below which the lowest one calls for a log axis."""
GAP = 0.07
"""Between two names beside the plane, as a share of its height."""
BANDS = 12
"""Shades of the loss in the plane."""


def loss_picture(found: Race, language: str) -> Picture:
    """Draw the loss of all training examples over the steps; on a log axis where they end far apart."""
    ends = [float(one.loss[-1]) for one in found.racers]
    return _curves(found, "loss", language, log=min(ends) < LOG_BELOW * max(ends))


def accuracy_picture(found: Race, language: str) -> Picture:
    """Draw the share of right answers on the validation examples."""
    return _curves(found, "accuracy", language, domain=[0.0, 1.0], percent=True)


def _curves(found: Race, quantity: str, language: str, **how: Any) -> Picture:
    curves = [
        Curve(title=name_of(language, one.optimizer), step=found.marks, values=getattr(one, quantity))
        for one in found.racers
    ]
    return steps_picture(
        language,
        curves,
        title=text(language, f"optimizer_race.{quantity}.title"),
        alt=text(
            language, f"optimizer_race.{quantity}.alt", steps=found.num_steps, ends=ranking(language, found, quantity)
        ),
        axis=text(language, f"optimizer_race.{quantity}.axis"),
        colors=COLORS,
        **how,
    )


def plane_picture(found: Race, language: str) -> Picture:
    """Draw the paths in their plane over the loss there; a mark on each shows where it is at the player's step."""
    count, marks = len(found.racers), len(found.marks)
    names = [name_of(language, one.optimizer) for one in found.racers]
    field = found.field
    half = [(grid[1] - grid[0]) / 2 for grid in (field.first, field.second)]
    columns, rows = (part.ravel() for part in np.meshgrid(field.first, field.second))
    series = np.repeat(np.arange(count), marks)
    now = found.paths.transpose(1, 0, 2)
    bottom, top = float(field.second[0]), float(field.second[-1])
    headings = {"name": text(language, "optimizer_race.plane.optimizer")} | {
        axis: text(language, f"optimizer_race.plane.{axis}") for axis in ("first", "second")
    }
    return Picture(
        title=text(language, "optimizer_race.plane.title"),
        alt=text(
            language,
            "optimizer_race.plane.alt",
            steps=found.num_steps,
            share=percent_text(found.plane.share),
            lengths="; ".join(
                f"{name} {found_length:.3g}" for name, found_length in zip(names, path_lengths(found), strict=True)
            ),
        ),
        step=found.marks,
        specs={"plane": _plane_spec(language)},
        signals={
            "x_domain": [float(field.first[0] - half[0]), float(field.first[-1] + half[0])],
            "y_domain": [float(field.second[0] - half[1]), float(field.second[-1] + half[1])],
        },
        tables={
            "field": {
                "left": columns - half[0],
                "right": columns + half[0],
                "low": rows - half[1],
                "high": rows + half[1],
                "shade": shades(field.loss).ravel(),
            },
            "path": {
                "series": series,
                "step": np.tile(found.marks, count),
                "first": found.paths[..., 0].ravel(),
                "second": found.paths[..., 1].ravel(),
            },
            "marks": symbol_table([{"first": path[:, 0], "second": path[:, 1]} for path in found.paths]),
            "start": {"first": [found.paths[0, 0, 0]], "second": [found.paths[0, 0, 1]]},
        },
        frames={
            "now": {
                "series": np.arange(count),
                "name": names,
                "first": np.ascontiguousarray(now[..., 0]),
                "second": np.ascontiguousarray(now[..., 1]),
                "label": np.stack([spread(places, bottom, top, GAP * (top - bottom)) for places in now[..., 1]]),
            }
        },
        reading=Reading("now", headings),
    )


def path_lengths(found: Race) -> list[float]:
    """Return how far each path ends from the start, in all dimensions."""
    return [float(np.linalg.norm(one.history.theta[-1] - one.history.theta[0])) for one in found.racers]


def shades(loss: np.ndarray) -> np.ndarray:
    """Return losses as shares from 0 to 1 in steps: equal steps of their order, so that valleys are seen as well."""
    ranked = np.sort(np.nan_to_num(loss, nan=np.inf), axis=None)
    share = np.interp(np.nan_to_num(loss, nan=ranked[-1]), ranked, np.linspace(0.0, 1.0, ranked.size))
    return np.floor(np.minimum(share, 0.999) * BANDS) / (BANDS - 1)


@cache
def _plane_spec(language: str) -> dict[str, Any]:
    titles = {axis: text(language, f"optimizer_race.plane.{axis}") for axis in ("first", "second")}
    x = x_linear("first", titles["first"], grid=False, labelExpr=NUMBER)
    y = y_linear("second", titles["second"], grid=False, labelExpr=NUMBER)
    title = text(language, "optimizer_race.plane.optimizer")
    shade, symbol = series_channels(COLORS)
    field = over("field").mark_rect(color="@muted", clip=True, stroke=None)
    line = over("path").mark_line(strokeWidth=px(3), clip=True)
    dots = over("now").mark_point(filled=True, opacity=1, size=area(150), stroke="@surface", strokeWidth=px(1))
    keys = over("now").mark_point(filled=True, opacity=1, size=area(110), xOffset=px(12))
    names = over("now").mark_text(dx=px(24), align="left", baseline="middle", fontWeight=600)
    layers = [
        field.encode(
            alt.X("left:Q"), alt.X2("right"), alt.Y("low:Q"), alt.Y2("high"),
            alt.Opacity("shade:Q", legend=None).scale(domain=[0, 1], range=[0, 0.42]),
        ),
        line.encode(x, y, shade, alt.Detail("series:O"), alt.Order("step:Q")),
        symbols("marks").encode(alt.X("first:Q"), alt.Y("second:Q"), shade, symbol),
        over("start").mark_point(shape="circle", filled=False, color="@ink", size=area(260), strokeWidth=px(2.5))
        .encode(alt.X("first:Q"), alt.Y("second:Q")),
        dots.encode(
            alt.X("first:Q"), alt.Y("second:Q"), shade, symbol, tooltip=tooltip({"name": title, **titles}, "name")
        ),
        keys.encode(alt.XValue("width"), alt.Y("label:Q"), shade, symbol),
        names.encode(alt.XValue("width"), alt.Y("label:Q"), alt.Text("name:N"), shade),
    ]  # fmt: skip
    return chart(layers, ["x_domain", "y_domain"], right=16)
