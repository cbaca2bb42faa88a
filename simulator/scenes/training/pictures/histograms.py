"""How the numbers of every layer are spread at a step: one strip a layer, on an axis fixed over the run."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.records import Frames
from simulator.drawing.axes import x_linear
from simulator.drawing.chart import ONCE, chart, over
from simulator.drawing.expressions import NUMBER, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import MAX_ROWS, evenly
from simulator.scenes.training.pictures.strips import FILL, MAX_STRIPS, strip_name, y_strip
from simulator.texts import text

COLORS = {"activations": "forward", "gradients": "gradient"}


def activation_histograms(frames: Frames, language: str) -> Picture:
    """Draw how the activations of every layer are spread at the player's step; the axis is fixed over the run.

    Each strip is scaled to its own fullest bin of the whole run.
    """
    return _histograms(
        frames,
        language,
        name="activations",
        edges=np.asarray(frames.histogram_edges, float),
        counts=np.asarray(frames.activation_histogram, float),
        zeros=None,
    )


def gradient_histograms(frames: Frames, language: str) -> Picture:
    """Draw how the sizes of ∂L/∂z of every layer are spread at the player's step, on a log axis fixed over the run.

    Exact zeros have no logarithm: they stand in a bin of their own, left of the axis.
    """
    edges = np.asarray(frames.gradient_histogram_edges, float)
    num_layers = np.shape(frames.gradient_histogram)[1]
    return _histograms(
        frames,
        language,
        name="gradients",
        edges=np.broadcast_to(edges, (num_layers, len(edges))),
        counts=np.asarray(frames.gradient_histogram, float),
        zeros=np.asarray(frames.gradient_zero_count, float),
    )


def _histograms(
    frames: Frames,
    language: str,
    *,
    name: str,
    edges: np.ndarray,
    counts: np.ndarray,
    zeros: np.ndarray | None,
) -> Picture:
    num_layers, num_bins = counts.shape[1:]
    extra = int(zeros is not None)
    shown = evenly(num_layers, min(MAX_STRIPS, max(MAX_ROWS // (num_bins + extra), 1)))
    edges, counts = edges[shown], counts[:, shown]
    total = counts.sum(2)
    left, right = edges[:, :-1], edges[:, 1:]
    low, high = _used_range(edges, counts)
    ticks = _decades(low, high) if zeros is not None else None
    if zeros is not None:
        zeros = zeros[:, shown]
        total = total + zeros
        gap = 0.035 * (high - low)
        counts = np.concatenate([zeros[:, :, None], counts], axis=2)
        left = np.concatenate([np.full((len(shown), 1), low - 2.2 * gap), left], axis=1)
        right = np.concatenate([np.full((len(shown), 1), low - 1.2 * gap), right], axis=1)
        low -= 2.6 * gap
    share = counts / np.maximum(total, 1)[:, :, None]
    fullest = np.maximum(share.max((0, 2)), 1e-12)
    strip = np.repeat(np.arange(len(shown)), left.shape[1])
    names = [strip_name(language, num_layers, layer) for layer in shown]
    heights = FILL * share / fullest[None, :, None]
    return Picture(
        title=text(language, f"figures.histogram.{name}.title"),
        alt=text(language, f"figures.histogram.{name}.alt", layers=num_layers),
        step=frames.step,
        specs={"histogram": _histogram_spec(language, name)},
        signals={
            "x_range": [low, high],
            "x_ticks": ticks,
            "strips": [len(shown), 0],
            "middles": (np.arange(len(shown)) + 0.5).tolist(),
            "names": names,
            "zero_place": float(0.5 * (left[0, 0] + right[0, 0])),
        },
        tables={"base": {"strip": np.arange(len(shown)) + 1}},
        frames={
            "now": {
                "layer": [names[index] for index in strip],
                "base": strip + 1,
                "left": np.ravel(left),
                "right": np.ravel(right),
                "from": np.ravel(_sizes(left) if zeros is not None else left),
                "to": np.ravel(_sizes(right) if zeros is not None else right),
                "top": (strip + 1)[None] - heights.reshape(len(counts), -1),
                "count": counts.reshape(len(counts), -1).astype(np.int32),
            }
        },
        reading=Reading("now", _headings(language)),
    )


def _sizes(exponents: np.ndarray) -> np.ndarray:
    """Return the sizes at edges of log bins, whose first bin is that of exact zeros."""
    sizes = 10.0**exponents
    sizes[:, 0] = 0.0
    return sizes


def _used_range(edges: np.ndarray, counts: np.ndarray) -> tuple[float, float]:
    """Return ends of the axis that hold every bin which is ever used."""
    used = counts.sum(0) > 0
    if not used.any():
        return float(edges.min()), float(max(edges.max(), edges.min() + 1e-6))
    low, high = edges[:, :-1][used].min(), edges[:, 1:][used].max()
    return float(low), float(max(high, low + 1e-6))


def _decades(low: float, high: float) -> list[int]:
    whole = np.arange(np.ceil(low), np.floor(high) + 1).astype(int)
    return whole[:: max(1, -(-len(whole) // 8))].tolist()


def _headings(language: str) -> dict[str, str]:
    return {
        "layer": text(language, "figures.axis.layer"),
        "from": text(language, "figures.histogram.from"),
        "to": text(language, "figures.histogram.to"),
        "count": text(language, "figures.histogram.count"),
    }


@cache
def _histogram_spec(language: str, name: str) -> dict[str, Any]:
    """Return the specification; sizes of gradients stand on a log axis, with exact zeros left of it."""
    log = name == "gradients"
    marks: dict[str, Any] = {"tickCount": 6, "labelExpr": NUMBER}
    if log:
        marks = {"values": alt.expr("x_ticks"), "labelExpr": "'10' + superscript[toString(datum.value)]"}
    x = x_linear("left", text(language, f"figures.histogram.{name}.axis"), "x_range", grid=True, **marks)
    exact = [
        alt.Tooltip(field, type="nominal", title=heading)
        if field == "layer"
        else alt.Tooltip(field, type="quantitative", title=heading, format=".4~g")
        for field, heading in _headings(language).items()
    ]
    base = over("base").mark_rule(color="@muted", strokeWidth=px(1)).encode(y="strip:Q")
    bars = over("now").transform_filter("datum.count > 0").mark_rect(color=f"@{COLORS[name]}", clip=True)
    layers = [base, bars.encode(x, y_strip("top"), x2="right", y2="base", tooltip=exact)]
    if log:
        zero = alt.Chart(ONCE).mark_text(text="0", fontWeight=700, baseline="top", dy=px(6))
        place = alt.datum(alt.expr("zero_place"), type="quantitative")
        layers.append(zero.encode(x=place, y=alt.value("height")))
    return chart(layers, ["x_range", "x_ticks", "strips", "middles", "names", "zero_place"], right=16)
