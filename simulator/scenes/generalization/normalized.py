"""How the pre-activations of a layer are spread at a step, before and after batch normalization."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.generalization.normalization import WIDTH, normalized_batch
from simulator.drawing.annotations import tooltip, words
from simulator.drawing.axes import y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.panels import GAP, panel_signals, panel_tables
from simulator.drawing.panels_spec import panel_axis, panel_frames
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.generalization.normalizing import Normalizing
from simulator.scenes.generalization.settings import Generalization
from simulator.texts import text
from simulator.texts.numbers import number_text

BINS = 36
INSIDE = 99.5
"""Percent of all values that the axis holds; the others count in its outermost bins."""
PLACES = ("before", "after")


def normalized_picture(found: Normalizing, settings: Generalization, language: str) -> Picture:
    """Draw histograms of all values of a layer's nodes, with the mean of every node, before and after."""
    both = values_of(found, settings.layer)
    reach = float(np.ceil(np.nanpercentile(np.abs(np.stack(both)), INSIDE)))
    edges = np.linspace(-reach, reach, BINS + 1)
    shares = np.stack([[_shares(at, edges) for at in values] for values in both], axis=1)  # (steps, 2, BINS)
    means = np.stack([np.nanmean(values, axis=1) for values in both], axis=1)  # (steps, 2, nodes)
    offsets = np.arange(len(PLACES)) * (1 + GAP)
    scaled = (edges + reach) / (2 * reach)
    ticks = [(offset + (end + 1) / 2, end * reach) for offset in offsets for end in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    titles = [text(language, f"generalization.normalized.{place}") for place in PLACES]
    steps = len(found.steps)
    return Picture(
        title=text(language, "generalization.normalized.title", layer=settings.layer),
        alt=text(language, "generalization.normalized.alt", layer=settings.layer, nodes=WIDTH),
        step=found.steps,
        specs={"normalized": _normalized_spec(language)},
        signals={
            **panel_signals([place for place, _ in ticks], [number_text(value) for _, value in ticks], len(PLACES)),
            "y_domain": [0.0, 1.2 * float(shares.max())],
        },
        tables=panel_tables(titles),
        frames={
            "bars": {
                "panel": [title for title in titles for _ in range(BINS)],
                "from": np.tile(edges[:-1], len(PLACES)),
                "to": np.tile(edges[1:], len(PLACES)),
                "left": np.concatenate([offset + scaled[:-1] for offset in offsets]),
                "right": np.concatenate([offset + scaled[1:] for offset in offsets]),
                "share": shares.reshape(steps, -1),
            },
            "means": {"place": (offsets[:, None] + np.clip((means + reach) / (2 * reach), 0, 1)).reshape(steps, -1)},
        },
        reading=Reading("bars", _headings(language)),
        sentences=[
            _said(language, settings, int(step), [one[k] for one in both]) for k, step in enumerate(found.steps)
        ],
    )


def values_of(found: Normalizing, layer: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pre-activations of a layer before and after normalization: (steps, batch, nodes) each."""
    z = found.looked.pre_activation[layer - 1].astype(float)
    return z, normalized_batch(z, found.scale[layer - 1].astype(float), found.shift[layer - 1].astype(float))


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    there = np.clip(values[np.isfinite(values)], edges[0], edges[-1])
    return np.histogram(there, edges)[0] / max(len(there), 1)


def _said(language: str, settings: Generalization, step: int, both: Sequence[np.ndarray]) -> str:
    """Say where means and standard deviations of the nodes lie at a step, before and after."""
    ends: dict[str, str] = {}
    for place, values in zip(PLACES, both, strict=True):
        for name, one in (("mean", np.nanmean(values, axis=0)), ("std", np.nanstd(values, axis=0))):
            low, high = float(one.min()), float(one.max())
            ends |= {f"{place}_{name}_low": number_text(low), f"{place}_{name}_high": number_text(high)}
    here = {"step": step, "layer": settings.layer, "nodes": WIDTH}
    return text(language, "generalization.normalized.now", **here, **ends)


def _headings(language: str) -> dict[str, str]:
    names = {name: text(language, f"figures.histogram.{name}") for name in ("from", "to")}
    share = {"share": text(language, "generalization.normalized.share")}
    return {"panel": text(language, "generalization.fits.panel")} | names | share


@cache
def _normalized_spec(language: str) -> dict[str, Any]:
    y = y_linear("share", text(language, "generalization.normalized.share"), format=".0%")
    exact = tooltip(_headings(language), "panel", digits=3)
    style = {"align": "left", "baseline": "bottom", "fontWeight": 700, "fontSize": px(17)}
    layers = [
        panel_frames(panel_axis(text(language, "generalization.normalized.axis"))),
        over("bars")
        .mark_rect(color="@forward", clip=True)
        .encode(alt.X("left:Q"), alt.X2("right"), y, alt.Y2Datum(0), tooltip=exact),
        over("means")
        .mark_point(shape="diamond", filled=True, color="@ink", opacity=0.8, size=area(60))
        .encode(alt.X("place:Q"), alt.YValue(px(9))),
        words("titles", "name", dy=-6, **style).encode(alt.X("place:Q"), alt.YValue(0)),
    ]
    return chart(layers, ["x_domain", "x_ticks", "x_names", "y_domain"], right=16)
