"""One number of several networks over the steps of their training, told apart by symbols and names, not only colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import tooltip, words
from simulator.drawing.axes import linear_range, log_range, x_steps, y_numbers
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.panels_spec import BREAK
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.symbols import shape, symbol_table, symbols
from simulator.drawing.theme import palette
from simulator.drawing.thinning import evenly, spread, thin
from simulator.texts import text

MAX_POINTS = 1900


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One network's line: its name, the steps and the values (NaN and infinity break it).

    ``seeds``: the same of each seed, where the line is their middle; drawn thin behind it.
    """

    title: str
    step: np.ndarray
    values: np.ndarray
    seeds: tuple[np.ndarray, ...] = ()


def steps_picture(
    language: str,
    curves: Sequence[Curve],
    *,
    color: str = "",
    colors: tuple[str, ...] = (),
    title: str,
    alt: str,
    axis: str,
    log: bool = False,
    domain: list[float] | None = None,
    percent: bool = False,
    nested: bool = False,
) -> Picture:
    """Draw lines over the steps of training, each named at its end; a cross stands where a line breaks for good.

    Args:
      color: name of the colour of all lines; by default each has its own.
      colors: names of the colours of the lines, in order, in place of their own.
      percent: write the axis in percent.
      nested: draw earlier lines wider and paler, so that lines which coincide are seen inside each other.
    """
    values = [np.asarray(curve.values, float) for curve in curves]
    everything = [*values, *(np.asarray(one, float) for curve in curves for one in curve.seeds)]
    log_domain, log_ticks = log_range(*everything) if domain is None else log_range(np.asarray(domain))
    y_domain = domain or (log_domain if log else linear_range(*everything))
    rows = [thin(value, max(MAX_POINTS // len(curves), 8)) for value in values]
    last_step = max((int(curve.step[-1]) for curve in curves), default=1)
    drawn = [np.where((value > 0) | (not log), value, np.nan) for value in values]
    table_rows = evenly(max(map(len, values)), 400)
    longest = max(range(len(curves)), key=lambda index: len(values[index]))
    reading = {"step": np.asarray(curves[longest].step)[table_rows]} | {
        f"curve_{k}": np.array([value[row] if row < len(value) else np.nan for row in table_rows])
        for k, value in enumerate(values)
    }
    headings = {"step": text(language, "figures.axis.step")} | {
        f"curve_{k}": curve.title for k, curve in enumerate(curves)
    }
    return Picture(
        title=title,
        alt=alt,
        specs={"steps": _steps_spec(language, axis, color, colors, log, percent, nested)},
        signals={
            "x_domain": [0, max(last_step, 1)],
            "y_domain": y_domain,
            "log_domain": y_domain,
            "log_ticks": log_ticks,
            "count": len(curves),
        },
        tables={
            "curve": {
                "series": np.repeat(np.arange(len(curves)), [len(index) for index in rows]),
                "name": [curve.title for curve, index in zip(curves, rows, strict=True) for _ in index],
                "step": np.concatenate([np.asarray(c.step)[i] for c, i in zip(curves, rows, strict=True)]),
                "value": np.concatenate([value[index] for value, index in zip(drawn, rows, strict=True)]),
            },
            "seeds": _seeds(curves, log),
            "labels": _labels(curves, drawn, log, y_domain),
            "symbols": _symbols(curves, drawn),
            "breaks": _breaks(curves, values),
            "reading": reading,
        },
        reading=Reading("reading", headings),
    )


def _labels(curves: Sequence[Curve], values: list[np.ndarray], log: bool, domain: list[float]) -> dict[str, Any]:
    places, names, series = [], [], []
    for k, (curve, value) in enumerate(zip(curves, values, strict=True)):
        finite = np.flatnonzero(np.isfinite(value))
        if len(finite):
            places.append(float(np.clip(value[finite[-1]], domain[0], domain[1])))
            names.append(curve.title)
            series.append(k)
    low, high = (np.log10(domain[0]), np.log10(domain[1])) if log else domain
    at = np.log10(places) if log else np.asarray(places, float)
    at = spread(np.asarray(at, float), low, high, (high - low) * 0.085)
    return {"series": series, "name": names, "place": 10.0**at if log else at}


def _seeds(curves: Sequence[Curve], log: bool) -> dict[str, Any]:
    """Return the lines of the seeds behind each middle: together no more points than the lines themselves."""
    points = max(MAX_POINTS // max(sum(len(curve.seeds) for curve in curves), 1), 8)
    columns: dict[str, list[np.ndarray]] = {name: [np.empty(0)] for name in ("series", "seed", "step", "value")}
    for series, curve in enumerate(curves):
        for seed, values in enumerate(curve.seeds):
            rows = thin(values, points)
            columns["series"].append(np.full(len(rows), series))
            columns["seed"].append(np.full(len(rows), seed))
            columns["step"].append(np.asarray(curve.step)[rows])
            columns["value"].append(np.where((values > 0) | (not log), values, np.nan)[rows])
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def _symbols(curves: Sequence[Curve], values: list[np.ndarray]) -> dict[str, Any]:
    """Return the places along each line that carry its symbol, evenly over the steps that it has."""
    finite = [np.isfinite(value) for value in values]
    lines = zip(curves, values, finite, strict=True)
    return symbol_table([{"step": np.asarray(curve.step)[at], "value": value[at]} for curve, value, at in lines])


def _breaks(curves: Sequence[Curve], values: list[np.ndarray]) -> dict[str, Any]:
    """Return the first step from which nothing finite follows."""
    steps = []
    for curve, value in zip(curves, values, strict=True):
        finite = np.flatnonzero(np.isfinite(value))
        first_lost = int(finite[-1]) + 1 if len(finite) else 0
        if first_lost < len(value):
            steps.append(int(np.asarray(curve.step)[first_lost]))
    return {"step": steps}


@cache
def _steps_spec(
    language: str, axis: str, color: str, colors: tuple[str, ...], log: bool, percent: bool, nested: bool
) -> dict[str, Any]:
    """Return the specification; the lines, however many, are data."""
    x = x_steps(language)
    y = y_numbers("value", axis, log=log, percent=percent)
    shades = [f"@{name}" for name in colors] or palette("classes")
    classes = list(range(len(shades)))
    which = alt.Color("series:O", legend=None).scale(domain=classes, range=shades)
    shown_as = alt.ColorValue(f"@{color}") if color else which
    line = over("curve").mark_line(clip=True, invalid=BREAK, strokeWidth=px(3))
    if nested:
        line = line.transform_calculate(
            width="(3 + 4 * (count - 1 - datum.series)) * scale",
            opacity="0.35 + 0.65 * datum.series / max(count - 1, 1)",
        ).encode(alt.Size("width:Q", scale=None), alt.Opacity("opacity:Q", scale=None))
    seeds = over("seeds").mark_line(clip=True, invalid=BREAK, strokeWidth=px(1.5), opacity=0.6)
    headings = {
        "name": text(language, "gradient_decay.table.network"),
        "step": text(language, "figures.axis.step"),
        "value": axis,
    }
    points = over("curve").transform_filter("isValid(datum.value)").mark_point(opacity=0, size=area(80), clip=True)
    which_symbol = shape("series:O", classes)
    marked = symbols("symbols", clip=True).encode(alt.X("step:Q"), alt.Y("value:Q"), shown_as, which_symbol)
    key = symbols("labels").encode(alt.XValue(alt.expr("width + 13 * scale")), alt.Y("place:Q"), shown_as, which_symbol)
    names = words("labels", "name", dx=8 if nested else 23, align="left", baseline="middle", fontWeight=600)
    breaks = over("breaks").mark_point(shape="cross", angle=45, color="@bad", size=area(160), filled=True)
    layers = [
        seeds.encode(x, y, shown_as, alt.Detail("seed:N")),
        line.encode(alt.X("step:Q"), alt.Y("value:Q"), shown_as),
        *([] if nested else [marked, key]),
        points.encode(alt.X("step:Q"), alt.Y("value:Q"), tooltip=tooltip(headings, "name")),
        names.encode(alt.XValue("width"), alt.Y("place:Q"), shown_as),
        breaks.encode(alt.X("step:Q"), alt.YValue(px(10))),
    ]
    return chart(layers, ["x_domain", "y_domain", "log_domain", "log_ticks", "count"], right=12, top=12)
