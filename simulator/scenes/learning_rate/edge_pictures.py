"""The sharpness of a real network beside 2/η over its training, and its loss under it."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import rule, tooltip, words
from simulator.drawing.axes import log_range, x_steps, y_linear, y_log
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import NUMBER, area, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import thin
from simulator.scenes.learning_rate.edge import NEAR, Edge, edge_words, how, loss_words, measured_how
from simulator.scenes.learning_rate.settings import LearningRate
from simulator.scenes.panel import Panel
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_POINTS = 900
HIGHEST = 2.5
"""The axis of the sharpness ends at most at so many times 2/η; what jumps higher leaves the picture."""
TALLEST = 100.0
"""The line of the loss ends at so many times its first value."""


def sharpness_panel(found: Edge, settings: LearningRate, language: str) -> Panel:
    """Draw the sharpness over the steps beside 2/η."""
    said = edge_words(found, language)
    picture = _sharpness_picture(found, said, language)
    notes = (how(settings, language), measured_how(settings, language))
    return Panel(question=picture.title, pictures=(picture,), sentences=said, notes=notes)


def loss_panel(found: Edge, settings: LearningRate, language: str) -> Panel:
    """Draw the loss over the same steps."""
    said = loss_words(found, language)
    picture = _loss_picture(found, said, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=(said,), notes=(how(settings, language),))


def _sharpness_picture(found: Edge, said: tuple[str, ...], language: str) -> Picture:
    limit = found.limit
    finite = found.sharpness[np.isfinite(found.sharpness)]
    top = 1.15 * max(limit, min(float(finite.max()), HIGHEST * limit))
    bottom = min(0.0, 1.15 * float(finite.min()))
    begun = [] if found.reached is None else [int(found.step[found.reached])]
    heads = {"step": text(language, "figures.axis.step"), "value": text(language, "learning_rate.sharpness.axis")}
    return Picture(
        title=text(language, "learning_rate.sharpness.title"),
        alt=" ".join((text(language, "learning_rate.sharpness.alt", limit=number_text(limit)), *said)),
        specs={"sharpness": _sharpness_spec(language)},
        signals={"x_domain": _ends(found), "y_domain": [bottom, top]},
        tables={
            "curve": {"step": found.step, "value": found.sharpness},
            "edge": {"value": [limit], "name": [f"2/η = {number_text(limit)}"]},
            "band": {
                "from": begun,
                "to": [int(found.step[-1]) for _ in begun],
                "low": [(1.0 - NEAR) * limit for _ in begun],
                "high": [(1.0 + NEAR) * limit for _ in begun],
            },
            "reached": _reached(found, language),
        },
        reading=Reading("curve", heads),
    )


def _loss_picture(found: Edge, said: str, language: str) -> Picture:
    with np.errstate(invalid="ignore"):
        loss = np.where(found.loss <= TALLEST * found.loss[0], found.loss, np.nan)
    kept = thin(loss, MAX_POINTS)
    ends, ticks = log_range(loss)
    heads = {"step": text(language, "figures.axis.step"), "value": text(language, "learning_rate.loss.axis")}
    return Picture(
        title=text(language, "learning_rate.network_loss.title"),
        alt=f"{text(language, 'learning_rate.network_loss.alt')} {said}",
        specs={"loss": _loss_spec(language)},
        signals={"x_domain": _ends(found), "log_domain": ends, "log_ticks": ticks},
        tables={
            "curve": {"step": kept, "value": loss[kept]},
            "reached": _reached(found, language),
            "away": {"step": [] if found.diverged is None else [found.diverged]},
        },
        reading=Reading("curve", heads),
    )


def _ends(found: Edge) -> list[int]:
    return [0, len(found.loss) - 1]


def _reached(found: Edge, language: str) -> dict[str, list[Any]]:
    """Return where the sharpness first reaches 2/η on its way up, with its name and on which side that has room."""
    if not found.reached:
        return {"step": [], "name": [], "side": []}
    step = int(found.step[found.reached])
    side = "left" if step < 0.6 * found.step[-1] else "right"
    return {"step": [step], "name": [text(language, "learning_rate.sharpness.there", step=step)], "side": [side]}


def _lines(y: alt.Y, language: str, axis: str) -> list[alt.Chart]:
    """Return the line over the steps, its exact values and the step at which 2/η is reached."""
    x = x_steps(language)
    heads = {"step": text(language, "figures.axis.step"), "value": axis}
    points = over("curve").transform_filter("isValid(datum.value)").mark_point(opacity=0, size=area(80), clip=True)
    names = [
        words("reached", "name", dx=dx, dy=-8, align=side, baseline="bottom", fontWeight=600)
        .transform_filter(f"datum.side === '{side}'")
        .encode(alt.X("step:Q"), alt.YValue(0))
        for side, dx in (("left", 0), ("right", 0))
    ]
    return [
        rule("reached", thin=True, color="@muted").encode(x="step:Q"),
        over("curve")
        .mark_line(strokeWidth=px(3), color="@forward", clip=True, invalid="break-paths-show-domains")
        .encode(x, y),
        points.encode(alt.X("step:Q"), alt.Y("value:Q"), tooltip=tooltip(heads)),
        *names,
    ]


@cache
def _sharpness_spec(language: str) -> dict[str, Any]:
    axis = text(language, "learning_rate.sharpness.axis")
    y = y_linear("value", axis, labelExpr=NUMBER)
    band = over("band").mark_rect(color="@good", opacity=0.14, clip=True)
    layers = [
        band.encode(alt.X("from:Q"), alt.X2("to"), alt.Y("low:Q"), alt.Y2("high")),
        rule("edge", thin=True, color="@bad").encode(y="value:Q"),
        *_lines(y, language, axis),
        words("edge", "name", dx=-4, dy=-8, align="right", baseline="bottom", color="@bad", fontWeight=600).encode(
            alt.XValue("width"), alt.Y("value:Q")
        ),
    ]
    return chart(layers, ["x_domain", "y_domain"], right=16, top=28)


@cache
def _loss_spec(language: str) -> dict[str, Any]:
    axis = text(language, "learning_rate.loss.axis")
    lost = over("away").mark_point(shape="cross", angle=45, color="@bad", size=area(160), filled=True)
    layers = [
        *_lines(y_log("value", axis), language, axis),
        lost.encode(alt.X("step:Q"), alt.YValue(px(10))),
    ]
    return chart(layers, ["x_domain", "log_domain", "log_ticks"], right=16, top=28)
