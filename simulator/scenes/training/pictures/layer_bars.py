"""One number a layer at one step: a bar for each, from the output back to the input."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.records import Frames, Records
from simulator.drawing.annotations import tooltip
from simulator.drawing.axes import layer_names, log_range, x_log
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import number, px
from simulator.drawing.letters import low_title
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.training.pictures.quantities import QUANTITIES, described
from simulator.texts import text

MAX_WRITTEN = 16
"""Layers whose bars have their numbers beside them."""


def layer_bars(records: Records, frames: Frames, quantity: str, language: str) -> Picture:
    """Draw the norms at the player's step, one bar a layer, from the output back to the input.

    The log axis is fixed over the run. A norm of exactly 0 and one that is not finite have no bar; they stand as words.

    Args:
      quantity: one of ``QUANTITIES`` that is drawn on a log axis.
    """
    drawn = QUANTITIES[quantity]
    values = np.asarray(getattr(records, quantity), float)[:, ::-1]
    num_layers = values.shape[1]
    names = layer_names(language, num_layers)[::-1]
    log_domain, log_ticks = log_range(values, decades=2)
    name = text(language, f"figures.quantity.{quantity}")
    return Picture(
        title=text(language, f"figures.bars.{drawn.color}"),
        alt=described(language, "figures.bars.alt", name, records.step[-1], values[-1, ::-1]),
        step=frames.step,
        specs={name: _bars_spec(language, quantity)},
        signals={
            "log_domain": log_domain,
            "log_ticks": log_ticks,
            "write": num_layers <= MAX_WRITTEN,
            "zero": text(language, "figures.exactly_zero"),
            "broken": text(language, "figures.not_finite"),
        },
        frames={
            "now": {
                "step": np.broadcast_to(frames.step[:, None], (len(frames.step), num_layers)),
                "name": names,
                "value": values[frames.record],
            },
            "summary": {
                "zeros": (values[frames.record] == 0).sum(1)[:, None],
                "broken": (~np.isfinite(values[frames.record])).sum(1)[:, None],
            },
        },
        reading=Reading("now", _headings(language, quantity)),
    )


def _headings(language: str, quantity: str) -> dict[str, str]:
    return {"name": text(language, "figures.axis.layer"), "value": text(language, f"figures.quantity.{quantity}")}


@cache
def _bars_spec(language: str, quantity: str) -> dict[str, Any]:
    headings = _headings(language, quantity)
    y = alt.Y("name:N", sort=None).scale(paddingInner=0.25, paddingOuter=0.1)
    y = y.axis(title=low_title(text(language, "figures.axis.back")), labelOverlap=True, ticks=False)
    x = x_log("value", headings["value"], "log_domain", "log_ticks")
    drawable = "isValid(datum.value) && datum.value > 0"
    bars = over("now").transform_filter(drawable).mark_bar(color=f"@{QUANTITIES[quantity].color}")
    floor = alt.datum(alt.expr("log_domain[0]"))
    layers = [
        bars.encode(x, y, x2=floor, tooltip=tooltip(headings, "name")),
        _values(drawable).encode(x, y),
        _words().encode(y),
        _summary(),
    ]
    return chart(layers, ["log_domain", "log_ticks", "write", "zero", "broken"], right=20)


def _values(drawable: str) -> alt.Chart:
    """Return the numbers at the ends of the bars: inside a long one, beside a short one."""
    share = "log(datum.value / log_domain[0]) / log(log_domain[1] / log_domain[0])"
    values = over("now").transform_filter(f"write && {drawable}")
    values = values.transform_calculate(written=number("datum.value")).transform_calculate(inside=f"{share} > 0.75")
    side, gap = alt.expr("datum.inside ? 'right' : 'left'"), px("datum.inside ? -6 : 6")
    values = values.mark_text(baseline="middle", align=side, dx=gap, fontWeight=600)
    color = alt.when("datum.inside").then(alt.value("@surface")).otherwise(alt.value("@ink"))
    return values.encode(text="written:N", color=color)


def _words() -> alt.Chart:
    """Return words in the place of bars that a log axis does not have: exact zeros, and what is not finite."""
    said = (
        "(isValid(datum.value) ? '○ ' : '✕ ') + (!write ? '' : isValid(datum.value) ? zero"
        " : broken + ' (' + datum.value_note + ')')"
    )
    missing = over("now").transform_filter("!isValid(datum.value) || datum.value <= 0")
    missing = missing.transform_calculate(written=said)
    missing = missing.mark_text(align="left", baseline="middle", color="@bad", dx=4, fontWeight=600)
    return missing.encode(x=alt.value(0), text="written:N", size=alt.value(px("write ? 15 : 10")))


def _summary() -> alt.Chart:
    """Return how many layers have no bar, where there is no room to say it at each."""
    said = (
        "(datum.zeros ? '○ ' + zero + ': ' + datum.zeros + '   ' : '')"
        " + (datum.broken ? '✕ ' + broken + ': ' + datum.broken : '')"
    )
    counted = over("summary").transform_filter("!write && (datum.zeros > 0 || datum.broken > 0)")
    counted = counted.transform_calculate(written=said)
    counted = counted.mark_text(align="right", baseline="top", color="@bad", fontWeight=700)
    return counted.encode(x=alt.value("width"), y=alt.value(px(4)), text="written:N")
