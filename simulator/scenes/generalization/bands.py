"""Lines over steps or learning rates: each the median of several seeds, within a band that holds all of them."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from simulator.drawing.annotations import cursor, tooltip
from simulator.drawing.axes import linear_range, log_range, x_log, x_steps, y_numbers
from simulator.drawing.bands import band_layers, band_tables
from simulator.drawing.chart import chart
from simulator.drawing.picture import NO_STEPS, Picture, Reading
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
    tables = band_tables(at, [line.name for line in lines], [line.values for line in lines], domain, log=log, gap=GAP)
    tables["band"]["banded"] = [line.banded for line in lines for _ in at]
    places = np.asarray(at, float)
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
            **tables,
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
    y = y_numbers("middle", axis, log=log)
    exact = tooltip(_exact(language, title), "name", digits=3)
    layers = band_layers(x, y, colors, exact, opacity=0.16, banded="datum.banded", behind=[cursor()])
    return chart(layers, ["x_domain", "x_ticks", "y_domain", "log_domain", "log_ticks"], right=16, top=12)
