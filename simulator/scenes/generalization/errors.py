"""Training and test error over one quantity: the median of many sets of points, a band, and the set that is shown."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import rule, tooltip, words
from simulator.drawing.axes import log_range, x_linear, x_log, y_log
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import spread
from simulator.scenes.generalization.numbers import EXACT, Scan, floored
from simulator.scenes.generalization.words import error_text
from simulator.texts import text
from simulator.texts.numbers import number_text

ABOVE, BELOW = 90.0, 10.0
"""The axis reaches from the lowest median of the test error this factor down, and so much further up: a degree that is
far off would otherwise press everything else into a line."""
PARTS = ("train", "test")
SHADES = {"train": "@forward", "test": "@ink", "noise": "@muted"}


@dataclass(frozen=True, kw_only=True)
class Words:
    """What one picture of errors says.

    Args:
      title: the question.
      alt: what it shows.
      axis: title of the horizontal axis.
      best: name of the mark at the smallest test error; empty for no mark.
      left, right: names of what lies on either side of it; empty for none.
      noise: name of the line at the noise; empty for no line.
    """

    title: str
    alt: str
    axis: str
    best: str = ""
    left: str = ""
    right: str = ""
    noise: str = ""


def errors_picture(
    scan: Scan,
    now: float | None,
    noise: float,
    said: Words,
    language: str,
    *,
    log: bool = False,
    ticks: tuple[float, ...] = (),
    powers: bool = False,
) -> Picture:
    """Draw both errors over degrees, numbers of points or strengths.

    Args:
      scan: the errors.
      now: where the reader's own model stands; ``None`` for nowhere.
      noise: standard deviation of the noise; the line stands at its square.
      said: words.
      language: of the axes.
      log: whether the horizontal axis is logarithmic.
      ticks: of the horizontal axis; 1 to 20 by default.
      powers: whether they are written as powers of ten.
    """
    at = scan.at.astype(float)
    middles = {part: floored(scan.middle(part)) for part in PARTS}
    domain, marks = error_ends(middles["test"], middles["train"])
    bands = {part: [np.clip(end, domain[0] / 10, domain[1] * 10) for end in scan.band(part)] for part in PARTS}
    own = {part: floored(getattr(scan, part)[0]) for part in PARTS}
    best = float(at[scan.best])
    zones = [(said.left, at[0], "left"), (said.right, at[-1], "right")]
    return Picture(
        title=said.title,
        alt=said.alt,
        specs={"errors": _errors_spec(language, said.axis, log, powers)},
        signals={
            "x_domain": [float(at[0]), float(at[-1])],
            "x_ticks": list(ticks) or [1, *range(5, int(at[-1]) + 1, 5)],
            "log_domain": domain,
            "log_ticks": marks,
        },
        tables={
            "curve": {
                "part": [part for part in PARTS for _ in at],
                "at": np.tile(at, len(PARTS)),
                "low": np.concatenate([bands[part][0] for part in PARTS]),
                "high": np.concatenate([bands[part][1] for part in PARTS]),
                "middle": np.concatenate([middles[part] for part in PARTS]),
            },
            "own": {
                "part": [part for part in PARTS for _ in at],
                "at": np.tile(at, len(PARTS)),
                "value": np.concatenate([own[part] for part in PARTS]),
            },
            "labels": _labels(middles, domain, noise**2 if said.noise else 0.0, said.noise, language),
            "best": {"at": [best] if said.best else [], "name": [said.best] if said.best else []},
            "zones": {
                "at": [place for name, place, _ in zones if name],
                "name": [name for name, _, _ in zones if name],
                "side": [side for name, _, side in zones if name],
            },
            "noise": {"value": [noise**2] if said.noise else []},
            "now": {"at": [] if now is None else [now]},
            "reading": {"at": scan.at, **{part: scan.middle(part) for part in PARTS}}
            | {f"own_{part}": getattr(scan, part)[0] for part in PARTS},
        },
        reading=Reading("reading", _headings(language, said.axis)),
    )


def errors_alt(language: str, scan: Scan, entry: str) -> str:
    """Describe a picture of errors: both ends, and the place of the smallest test error."""
    test, train = scan.middle("test"), scan.middle("train")
    ends = {"train_first": train[0], "train_last": train[-1], "test_first": test[0], "test_last": test[-1]}
    written = {name: error_text(value) for name, value in ends.items()} | {"lowest": error_text(test[scan.best])}
    places = {"first": scan.at[0], "last": scan.at[-1], "best": scan.at[scan.best]}
    return text(language, f"generalization.{entry}.alt", **{n: number_text(p) for n, p in places.items()}, **written)


def noise_line(language: str, noise: float) -> str:
    """Return the name of the line at the noise; empty without noise."""
    return text(language, "generalization.errors.noise", noise=number_text(noise**2)) if noise else ""


def error_ends(test: np.ndarray, train: np.ndarray) -> tuple[list[float], list[float]]:
    """Return ends and marks of the axis of errors: it holds the lowest test error, and what is not far off."""
    low, top = float(test.min()), float(test.max())
    shown = np.clip(np.concatenate([test, train]), max(low / BELOW, EXACT), min(top, ABOVE * low))
    return log_range(shown)


def _labels(
    middles: dict[str, np.ndarray], domain: list[float], noise: float, named: str, language: str
) -> dict[str, Any]:
    """Return the names of the lines at their right ends, apart from each other."""
    low, high = np.log10(domain)
    ends = [float(middles[part][-1]) for part in PARTS]
    names = [text(language, f"generalization.errors.{part}_short") for part in PARTS]
    lines = [*PARTS]
    if domain[0] <= noise <= domain[1]:
        ends, names, lines = [*ends, noise], [*names, named], [*lines, "noise"]
    places = spread(np.clip(np.log10(ends), low, high), low, high, 0.09 * (high - low))
    return {"part": lines, "place": 10.0**places, "name": names}


def _headings(language: str, axis: str) -> dict[str, str]:
    heads = {"at": axis}
    for part in PARTS:
        heads[part] = text(language, f"generalization.errors.{part}_middle")
    for part in PARTS:
        heads[f"own_{part}"] = text(language, f"generalization.errors.{part}_own")
    return heads


@cache
def _errors_spec(language: str, axis: str, log: bool, powers: bool) -> dict[str, Any]:
    written = {} if powers else {"labelExpr": "format(datum.value, '~g')"}
    marks = {"values": alt.expr("x_ticks"), "grid": False, **written}
    x = x_log("at", axis, **marks) if log else x_linear("at", axis, **marks)
    y = y_log("middle", text(language, "generalization.errors.axis"))
    shade = alt.Color("part:N", legend=None).scale(domain=list(SHADES), range=list(SHADES.values()))
    shape = alt.Shape("part:N", legend=None).scale(domain=list(PARTS), range=["circle", "diamond"])
    band = over("curve").mark_area(opacity=0.16, clip=True)
    line = over("curve").mark_line(strokeWidth=px(3.5), clip=True)
    own = over("own").mark_point(filled=True, opacity=0.9, size=area(45), clip=True)
    away = over("own").transform_filter("datum.value > log_domain[1]")
    away = away.mark_point(shape="triangle-up", filled=True, opacity=0.9, size=area(70))
    sunk = over("own").transform_filter("datum.value < log_domain[0]")
    sunk = sunk.mark_point(shape="triangle-down", filled=True, opacity=0.9, size=area(70))
    exact = tooltip({"at": axis, "value": text(language, "generalization.errors.axis")}, digits=4)
    best = words("best", "name", dy=-30, align="center", baseline="bottom", fontWeight=600)
    names = words("labels", "name", dx=8, align="left", baseline="middle", fontWeight=600)
    layers = [
        band.encode(alt.X("at:Q"), alt.Y("low:Q"), alt.Y2("high"), shade),
        rule("noise", thin=True, color="@muted")
        .transform_filter("datum.value >= log_domain[0] && datum.value <= log_domain[1]")
        .encode(y="value:Q"),
        rule("now", color="@muted").encode(x="at:Q"),
        rule("best", thin=True).encode(x="at:Q"),
        line.encode(x, y, shade),
        own.encode(alt.X("at:Q"), alt.Y("value:Q"), shade, shape, tooltip=exact),
        away.encode(alt.X("at:Q"), alt.YValue(px(6)), shade, tooltip=exact),
        sunk.encode(alt.X("at:Q"), alt.YValue(alt.expr("height - 6 * scale")), shade, tooltip=exact),
        best.encode(alt.X("at:Q"), alt.YValue(0)),
        names.encode(alt.XValue("width"), alt.Y("place:Q"), shade),
        *(
            words("zones", "name", dy=-8, align=side, baseline="bottom", color="@bad", fontWeight=600)
            .transform_filter(f"datum.side === '{side}'")
            .encode(alt.X("at:Q"), alt.YValue(0))
            for side in ("left", "right")
        ),
    ]
    return chart(layers, ["x_domain", "x_ticks", "log_domain", "log_ticks"], right=16, top=12)
