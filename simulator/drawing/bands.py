"""Medians over several seeds as lines, each with a symbol and a name at its end, in a band that holds every seed."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import rule, words
from simulator.drawing.chart import over
from simulator.drawing.expressions import area, px
from simulator.drawing.symbols import shape, symbol_table, symbols
from simulator.drawing.thinning import spread


def series_channels(colors: Sequence[str]) -> tuple[alt.Color, alt.Shape]:
    """Return the channels that give each series, by its number, its colour and its symbol.

    Args:
      colors: names of the theme's colours.
    """
    series = list(range(len(colors)))
    shade = alt.Color("series:O", legend=None).scale(domain=series, range=[f"@{name}" for name in colors])
    return shade, shape("series:O", series)


def band_tables(
    at: np.ndarray, names: Sequence[str], values: Sequence[np.ndarray], ends: Sequence[float], *, log: bool, gap: float
) -> dict[str, dict[str, Any]]:
    """Return the data sets ``band``, ``symbols`` and ``labels`` of ``band_layers``.

    Args:
      at: (places,) on the horizontal axis.
      names: of the series.
      values: (seeds, places) of each series, finite.
      ends: of the vertical axis.
      log: whether that is logarithmic.
      gap: between two names at the ends of the lines, as a share of the height.
    """
    count, places = len(names), np.asarray(at, float)
    middles = [np.median(one, axis=0) for one in values]
    low, high = np.log10(ends) if log else ends
    last = np.array([middle[-1] for middle in middles])
    named = spread(np.clip(np.log10(last) if log else last, low, high), low, high, gap * (high - low))
    return {
        "band": {
            "series": np.repeat(np.arange(count), len(places)),
            "name": [name for name in names for _ in places],
            "at": np.tile(places, count),
            "low": np.concatenate([one.min(axis=0) for one in values]),
            "high": np.concatenate([one.max(axis=0) for one in values]),
            "middle": np.concatenate(middles),
        },
        "symbols": symbol_table([{"at": places, "middle": middle} for middle in middles]),
        "labels": {"series": np.arange(count), "name": list(names), "place": 10.0**named if log else named},
    }


def band_layers(
    x: alt.X,
    y: alt.Y,
    colors: Sequence[str],
    exact: list[alt.Tooltip],
    *,
    opacity: float,
    banded: str = "",
    behind: Sequence[alt.Chart] = (),
) -> list[alt.Chart]:
    """Return lines within bands, with what is named on the horizontal axis (``mark``: at, name) behind them.

    Args:
      x, y: axes of the fields ``at`` and ``middle``.
      colors: names of the theme's colours, one a series.
      exact: what the pointer shows at a place of a line.
      opacity: of the bands.
      banded: condition for a row of ``band`` to have a band; all have one without it.
      behind: further layers below the lines.
    """
    shade, symbol = series_channels(colors)
    place = {"x": alt.X("at:Q"), "y": alt.Y("middle:Q")}
    band = over("band").transform_filter(banded) if banded else over("band")
    points = over("band").mark_point(opacity=0, size=area(80), clip=True)
    named = words("mark", "name", dy=-6, align="center", baseline="bottom", fontWeight=600)
    ends = words("labels", "name", dx=23, align="left", baseline="middle", fontWeight=600)
    return [
        band.mark_area(opacity=opacity, clip=True).encode(alt.X("at:Q"), alt.Y("low:Q"), alt.Y2("high"), shade),
        rule("mark", thin=True).encode(x="at:Q"),
        *behind,
        named.encode(alt.X("at:Q"), alt.YValue(0)),
        over("band").mark_line(strokeWidth=px(3), clip=True).encode(x, y, shade),
        symbols("symbols", clip=True).encode(**place, color=shade, shape=symbol),
        points.encode(**place, tooltip=exact),
        symbols("labels").encode(alt.XValue(alt.expr("width + 13 * scale")), alt.Y("place:Q"), shade, symbol),
        ends.encode(alt.XValue("width"), alt.Y("place:Q"), shade),
    ]
