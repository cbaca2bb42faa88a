"""Lines over steps or learning rates: each the median of several seeds, within a band that holds all of them."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from simulator.drawing.annotations import cursor, rule, tooltip, words
from simulator.drawing.axes import linear_range, log_range, x_log, x_steps, y_linear, y_log
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import NUMBER, area, px
from simulator.drawing.picture import NO_STEPS, Picture, Reading
from simulator.drawing.symbols import shape, symbol_table, symbols
from simulator.drawing.thinning import spread
from simulator.texts import text

GAP = 0.1
"""Between two names at the ends of the lines, as a share of the height."""

ABOVE = 2.0
"""A linear axis ends at most so many times above the highest median: a band that is far off is cut."""


class Line(NamedTuple):
    """One quantity of the runs with all seeds."""

    name: str
    color: str  # name of the theme's colour
    values: np.ndarray  # (seeds, places)
    banded: bool = True


class Mark(NamedTuple):
    """A place of the horizontal axis that has a name."""

    at: float
    name: str


def bands_picture(
    language: str,
    at: np.ndarray,
    lines: Sequence[Line],
    *,
    title: str,
    alt: str,
    axis: str,
    over_rates: bool = False,
    log: bool = True,
    mark: Mark | None = None,
    step: np.ndarray = NO_STEPS,
) -> Picture:
    """Draw the median of every line and its band.

    Args:
      language: of the words.
      at: (places,) steps, or learning rates.
      lines: finite values.
      title, alt, axis: words of the picture; ``axis`` is the vertical one.
      over_rates: whether the horizontal axis is the learning rate, on a log scale.
      log: whether the vertical axis is logarithmic; otherwise it holds 0.
      mark: the reader's own place.
      step: (frames,) of the player, whose step is marked.
    """
    middles = [np.median(line.values, axis=0) for line in lines]
    domain, marks = log_range(*(line.values for line in lines))
    if not log:
        domain = _linear_ends(lines, middles)
    low, high = np.log10(domain) if log else domain
    ends = np.array([middle[-1] for middle in middles])
    named = spread(np.clip(np.log10(ends) if log else ends, low, high), low, high, GAP * (high - low))
    count, places = len(lines), np.asarray(at, float)
    x_domain = [float(places[0]), float(places[-1])]
    headings = {"at": _x_title(language, over_rates)} | {f"line_{k}": line.name for k, line in enumerate(lines)}
    return Picture(
        title=title,
        alt=alt,
        step=step,
        specs={"bands": _bands_spec(language, axis, tuple(line.color for line in lines), over_rates, log)},
        signals={
            "x_domain": x_domain,
            "x_ticks": log_range(places)[1] if over_rates else [],
            "y_domain": domain,
            "log_domain": domain,
            "log_ticks": marks,
        },
        tables={
            "band": {
                "series": np.repeat(np.arange(count), len(places)),
                "name": [line.name for line in lines for _ in places],
                "at": np.tile(places, count),
                "banded": [line.banded for line in lines for _ in places],
                "low": np.concatenate([line.values.min(axis=0) for line in lines]),
                "high": np.concatenate([line.values.max(axis=0) for line in lines]),
                "middle": np.concatenate(middles),
            },
            "symbols": symbol_table([{"at": places, "middle": middle} for middle in middles]),
            "labels": {
                "series": np.arange(count),
                "name": [line.name for line in lines],
                "place": 10.0**named if log else named,
            },
            "mark": {"at": [] if mark is None else [mark.at], "name": [] if mark is None else [mark.name]},
            "reading": {"at": at} | {f"line_{k}": middle for k, middle in enumerate(middles)},
            **({} if len(step) else {"now": {"step": []}}),
        },
        frames={"now": {"step": step[:, None]}} if len(step) else {},
        reading=Reading("reading", headings),
    )


def _linear_ends(lines: Sequence[Line], middles: Sequence[np.ndarray]) -> list[float]:
    shown = [line.values if line.banded else middle for line, middle in zip(lines, middles, strict=True)]
    low, high = linear_range(*shown)
    return [low, min(high, ABOVE * max(float(middle.max()) for middle in middles))]


def _x_title(language: str, over_rates: bool) -> str:
    return text(language, "generalization.rates.axis" if over_rates else "figures.axis.step")


def _exact(language: str, title: str) -> dict[str, str]:
    parts = {name: text(language, f"generalization.seeds.{name}") for name in ("middle", "low", "high")}
    return {"name": text(language, "generalization.seeds.line"), "at": title, **parts}


@cache
def _bands_spec(language: str, axis: str, colors: tuple[str, ...], over_rates: bool, log: bool) -> dict[str, Any]:
    title = _x_title(language, over_rates)
    x = x_log("at", title, grid=False) if over_rates else x_steps(language, "at")
    y = y_log("middle", axis) if log else y_linear("middle", axis, labelExpr=NUMBER)
    series = list(range(len(colors)))
    shade = alt.Color("series:O", legend=None).scale(domain=series, range=[f"@{name}" for name in colors])
    symbol = shape("series:O", series)
    place = {"x": alt.X("at:Q"), "y": alt.Y("middle:Q")}
    exact = tooltip(_exact(language, title), "name", digits=3)
    band = over("band").transform_filter("datum.banded")
    points = over("band").mark_point(opacity=0, size=area(80), clip=True)
    layers = [
        band.mark_area(opacity=0.16, clip=True).encode(alt.X("at:Q"), alt.Y("low:Q"), alt.Y2("high"), shade),
        rule("mark", thin=True).encode(x="at:Q"),
        cursor(),
        words("mark", "name", dy=-6, align="center", baseline="bottom", fontWeight=600).encode(
            alt.X("at:Q"), alt.YValue(0)
        ),
        over("band").mark_line(strokeWidth=px(3), clip=True).encode(x, y, shade),
        symbols("symbols", clip=True).encode(**place, color=shade, shape=symbol),
        points.encode(**place, tooltip=exact),
        symbols("labels").encode(alt.XValue(alt.expr("width + 13 * scale")), alt.Y("place:Q"), shade, symbol),
        words("labels", "name", dx=23, align="left", baseline="middle", fontWeight=600).encode(
            alt.XValue("width"), alt.Y("place:Q"), shade
        ),
    ]
    return chart(layers, ["x_domain", "x_ticks", "y_domain", "log_domain", "log_ticks"], right=16, top=12)
