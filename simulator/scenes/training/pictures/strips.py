"""One strip a layer, above each other on a shared axis: spread of activations over the steps, histograms at a step."""

from typing import Any

import numpy as np

from simulator.core.records import Frames, Records
from simulator.drawing.marks import chart, cursor, layer_names, number, x_steps
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import MAX_ROWS, evenly
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_STRIPS = 10
FILL = 0.88
"""Share of its strip that the largest value takes."""


def activation_bands(records: Records, frames: Frames, language: str) -> Picture:
    """Draw mean ± standard deviation of every layer's activations over the steps, one strip a layer.

    All strips share one scale, fixed over the run: half a strip is the largest |mean| + standard deviation. With more
    than ``MAX_STRIPS`` layers some are left out, evenly.
    """
    mean, std = np.asarray(records.activation_mean, float), np.asarray(records.activation_std, float)
    num_layers = mean.shape[1]
    shown = evenly(num_layers, MAX_STRIPS)
    names = [_strip_name(language, num_layers, layer) for layer in shown]
    with np.errstate(invalid="ignore", over="ignore"):
        reach = np.abs(mean[:, shown]) + std[:, shown]
    finite = reach[np.isfinite(reach)]
    limit = float(finite.max()) if len(finite) and finite.max() > 0 else 1.0
    rows = evenly(len(mean), max(MAX_ROWS // len(shown), 2))
    strip = np.repeat(np.arange(len(shown)), len(rows))
    line = np.ravel(mean[np.ix_(rows, shown)].T)
    width = np.ravel(std[np.ix_(rows, shown)].T)
    with np.errstate(invalid="ignore", over="ignore"):
        place, low, high = (strip + 0.5 - 0.5 * FILL * edge / limit for edge in (line, line - width, line + width))
    at_mean, at_std = mean[frames.record][:, shown], std[frames.record][:, shown]
    label = text(language, "figures.axis.layer")
    alt = text(
        language,
        "figures.bands.alt",
        layers=num_layers,
        steps=int(records.step[-1]),
        first=number_text(float(std[-1, 0])),
    )
    return Picture(
        title=text(language, "figures.bands.title"),
        alt=alt,
        step=frames.step,
        specs={"bands": _bands_spec(language)},
        signals={
            "x_domain": [0, max(int(records.step[-1]), 1)],
            "strips": [len(shown), 0],
            "middles": (np.arange(len(shown)) + 0.5).tolist(),
            "names": names,
            "reach": text(language, "figures.bands.scale", limit=number_text(limit)),
        },
        tables={
            "curve": {"step": np.tile(records.step[rows], len(shown)), "strip": strip, "place": place}
            | {"low": low, "high": high},
            "zero": {"place": np.arange(len(shown)) + 0.5},
        },
        frames={
            "now": {
                "step": np.broadcast_to(frames.step[:, None], at_mean.shape),
                "name": names,
                "place": np.arange(len(shown)) + 0.5 - 0.5 * FILL * np.nan_to_num(at_mean / limit, posinf=0, neginf=0),
                "strip": np.arange(len(shown)) + 0.5,
                "mean": at_mean,
                "std": at_std,
            }
        },
        reading=Reading(
            "now",
            {"name": label, "mean": text(language, "figures.quantity.activation_mean")}
            | {"std": text(language, "figures.quantity.activation_std")},
        ),
    )


def activation_histograms(frames: Frames, language: str) -> Picture:
    """Draw how the activations of every layer are spread at the player's step; the axis is fixed over the run.

    Each strip is scaled to its own fullest bin of the whole run.
    """
    return _histograms(
        frames,
        language,
        name="activations",
        color="forward",
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
        color="gradient",
        edges=np.broadcast_to(edges, (num_layers, len(edges))),
        counts=np.asarray(frames.gradient_histogram, float),
        zeros=np.asarray(frames.gradient_zero_count, float),
    )


def _histograms(
    frames: Frames,
    language: str,
    *,
    name: str,
    color: str,
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
    names = [_strip_name(language, num_layers, layer) for layer in shown]
    heights = FILL * share / fullest[None, :, None]
    headings = {"layer": text(language, "figures.axis.layer"), "from": text(language, "figures.histogram.from")}
    headings |= {"to": text(language, "figures.histogram.to"), "count": text(language, "figures.histogram.count")}
    return Picture(
        title=text(language, f"figures.histogram.{name}.title"),
        alt=text(language, f"figures.histogram.{name}.alt", layers=num_layers),
        step=frames.step,
        specs={"histogram": _histogram_spec(language, name, color, headings, log=zeros is not None)},
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
        reading=Reading("now", headings),
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


def _strip_name(language: str, num_layers: int, layer: int | np.integer) -> str:
    names = layer_names(language, num_layers)
    last = layer == num_layers - 1
    return names[layer] if last else text(language, "figures.layer.hidden", number=layer + 1)


_STRIP_SCALE = {"domain": {"expr": "strips"}, "nice": False, "zero": False}


def _strip_axis() -> dict[str, Any]:
    return {
        "title": None,
        "values": {"expr": "middles"},
        "labelExpr": "names[floor(datum.value)]",
        "grid": False,
        "ticks": False,
        "domain": False,
    }


def _bands_spec(language: str) -> dict[str, Any]:
    x = x_steps(language)
    y = {"type": "quantitative", "scale": _STRIP_SCALE, "axis": _strip_axis()}
    zero = {
        "data": {"name": "zero"},
        "mark": {"type": "rule", "color": "@grid", "strokeWidth": "@px 1.5"},
        "encoding": {"y": y | {"field": "place"}},
    }
    band = {
        "data": {"name": "curve"},
        "mark": {"type": "area", "color": "@forward_soft", "line": False},
        "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}, "detail": {"field": "strip"}},
    }
    band["encoding"]["detail"]["type"] = "nominal"
    line = {
        "data": {"name": "curve"},
        "mark": {"type": "line", "color": "@forward"},
        "encoding": {"x": x, "y": y | {"field": "place"}, "detail": {"field": "strip", "type": "nominal"}},
    }
    dot = {
        "data": {"name": "now"},
        "mark": {"type": "point", "filled": True, "color": "@forward", "size": {"expr": "60 * scale * scale"}},
        "encoding": {"x": x, "y": y | {"field": "place"}},
    }
    dot["mark"]["opacity"] = 1
    value = (
        "(isValid(datum.mean) ? " + number("datum.mean") + " : datum.mean_note) + ' ± ' + "
        "(isValid(datum.std) ? " + number("datum.std") + " : datum.std_note)"
    )
    written = {
        "data": {"name": "now"},
        "transform": [{"calculate": value, "as": "written"}],
        "mark": {"type": "text", "align": "left", "baseline": "middle", "color": "@forward_text", "dx": 8},
        "encoding": {
            "x": {"value": "width"},
            "y": y | {"field": "strip"},
            "text": {"field": "written", "type": "nominal"},
        },
    }
    scale = {
        "data": {"values": [{}]},
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "color": "@muted", "text": {"expr": "reach"}},
        "encoding": {"x": {"value": 0}, "y": {"value": {"expr": "-8 * scale"}}},
    }
    return chart(
        [zero, band, line, cursor(), dot, written, scale],
        ["x_domain", "strips", "middles", "names", "reach"],
        padding={"left": 4, "right": "@px 30", "top": 4, "bottom": 4},
    )


def _histogram_spec(language: str, name: str, color: str, headings: dict[str, str], *, log: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {"title": text(language, f"figures.histogram.{name}.axis"), "grid": True}
    if log:
        axis |= {"values": {"expr": "x_ticks"}, "labelExpr": "'10' + superscript[toString(datum.value)]"}
    else:
        axis |= {"tickCount": 6, "labelExpr": number("datum.value")}
    x = {"type": "quantitative", "scale": {"domain": {"expr": "x_range"}, "nice": False, "zero": False}, "axis": axis}
    y = {"type": "quantitative", "scale": _STRIP_SCALE, "axis": _strip_axis()}
    bars = {
        "data": {"name": "now"},
        "transform": [{"filter": "datum.count > 0"}],
        "mark": {"type": "rect", "color": f"@{color}", "clip": True},
        "encoding": {
            "x": x | {"field": "left"},
            "x2": {"field": "right"},
            "y": y | {"field": "top"},
            "y2": {"field": "base"},
            "tooltip": [
                {"field": field, "type": "nominal" if field == "layer" else "quantitative", "title": heading}
                | ({} if field == "layer" else {"format": ".4~g"})
                for field, heading in headings.items()
            ],
        },
    }
    base = {
        "data": {"name": "base"},
        "mark": {"type": "rule", "color": "@muted", "strokeWidth": "@px 1"},
        "encoding": {"y": y | {"field": "strip"}},
    }
    layers = [base, bars]
    if log:
        layers.append(
            {
                "data": {"values": [{}]},
                "mark": {
                    "type": "text",
                    "text": "0",
                    "fontWeight": 700,
                    "baseline": "top",
                    "dy": {"expr": "6 * scale"},
                },
                "encoding": {"x": x | {"datum": {"expr": "zero_place"}}, "y": {"value": "height"}},
            }
        )
    names = ["x_range", "x_ticks", "strips", "middles", "names", "zero_place"]
    return chart(layers, names, padding={"left": 4, "right": "@px 16", "top": 4, "bottom": 4})
