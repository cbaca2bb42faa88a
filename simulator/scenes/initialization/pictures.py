"""The pictures of the page on initialization."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.propagation.microscope import Profile
from simulator.drawing.annotations import tooltip
from simulator.drawing.chart import ONCE, chart, over
from simulator.drawing.panels import GAP, Panel, panel_signals, panel_tables, panels_picture
from simulator.drawing.panels_spec import Line, panel_axis, panel_frames, panel_titles
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.steps import Curve, steps_picture
from simulator.scenes.initialization.numbers import Histograms, Symmetry
from simulator.texts import text
from simulator.texts.numbers import number_text

FORWARD = {
    "title": "initialization.forward_title",
    "alt": "initialization.forward_alt",
    "axis": "initialization.forward_axis",
    "line": "initialization.forward_line",
}
BACKWARD = {
    "title": "initialization.backward_title",
    "alt": "initialization.backward_alt",
    "axis": "initialization.backward_axis",
    "line": "initialization.backward_line",
}
"""Entries of the catalogue for each way through the network."""
BARE = {"title": None, "grid": False, "ticks": False, "domain": False}
FILL = 0.86
"""Share of its strip that the fullest bin of a histogram takes."""


def signal_picture(profiles: Sequence[tuple[str, Profile]], language: str, *, backward: bool) -> Picture:
    """Draw the standard deviation of the activations (forward) or the gradient norm (backward) of every layer."""
    words = BACKWARD if backward else FORWARD
    color = "gradient" if backward else "forward"
    line = Line(name="measured", label=text(language, words["line"]), color=color)
    panels = [
        Panel(
            title=title,
            values={"measured": profile.drawn},
            low=profile.low,
            high=profile.high,
            last_is_output=backward,
        )
        for title, profile in profiles
    ]
    at = 0 if backward else -1
    ends = "; ".join(
        text(
            language,
            "gradient_decay.decay.alt_end",
            name=panel.title,
            first=number_text(float(panel.values["measured"][at])),
        )
        for panel in panels
    )
    return panels_picture(
        language,
        panels,
        [line],
        title=text(language, words["title"]),
        alt=text(language, words["alt"], networks=len(panels), ends=ends),
        axis=text(language, words["axis"]),
        band=color,
        zero=text(language, "figures.exactly_zero"),
    )


def histograms_picture(spreads: Sequence[tuple[str, Histograms]], language: str) -> Picture:
    """Draw histograms of activations: a column for each initializer, a row for each of a few layers, one axis."""
    layers = spreads[0][1].layers
    edges = spreads[0][1].edges
    low, high = float(edges[0]), float(edges[-1])
    scaled = (edges - low) / (high - low)
    names = ("panel", "layer", "from", "to", "left", "right", "top", "base", "count")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for k, (title, spread) in enumerate(spreads):
        offset = k * (1 + GAP)
        for row, (layer, counts) in enumerate(zip(spread.layers, spread.counts, strict=True)):
            for at in np.flatnonzero(counts):
                columns["panel"].append(title)
                columns["layer"].append(str(layer + 1))
                columns["from"].append(float(edges[at]))
                columns["to"].append(float(edges[at + 1]))
                columns["left"].append(offset + scaled[at])
                columns["right"].append(offset + scaled[at + 1])
                columns["base"].append(row + 1)
                columns["top"].append(row + 1 - FILL * counts[at] / counts.max())
                columns["count"].append(int(counts[at]))
    places = [(k * (1 + GAP) + 0.5, (low + high) / 2) for k in range(len(spreads))]
    if len(spreads) < 4:
        for k in range(len(spreads)):
            places += [(k * (1 + GAP) + 0.02, low), (k * (1 + GAP) + 0.98, high)]
    axis = text(language, "initialization.histogram_axis", reach=number_text(high))
    return Picture(
        title=text(language, "initialization.histogram_title"),
        alt=text(
            language,
            "initialization.histogram_alt",
            networks=len(spreads),
            layers=", ".join(str(layer + 1) for layer in layers),
            names=", ".join(title for title, _ in spreads),
        ),
        specs={"histograms": _histogram_spec(language)},
        signals={
            **panel_signals([place for place, _ in places], [number_text(value) for _, value in places], len(spreads)),
            "axis_title": axis,
            "strips": [len(layers), 0],
            "middles": (np.arange(len(layers)) + 0.5).tolist(),
            "names": [text(language, "figures.layer.hidden", number=layer + 1) for layer in layers],
        },
        tables={"bars": columns, **panel_tables([title for title, _ in spreads])},
        reading=Reading("bars", _histogram_headings(language)),
    )


def symmetry_picture(found: Symmetry, language: str, *, equal: bool) -> Picture:
    """Draw the weight from the first input into each node over training: equal nodes lie on one line."""
    curves = [
        Curve(
            title=text(language, "initialization.node", number=node + 1),
            step=found.step,
            values=found.weight[:, 0, node],
        )
        for node in range(found.weight.shape[2])
    ]
    entry = "equal" if equal else "random"
    return steps_picture(
        language,
        curves,
        title=text(language, f"initialization.symmetry_{entry}"),
        alt=text(
            language,
            "initialization.symmetry_alt",
            nodes=len(curves),
            steps=int(found.step[-1]),
            difference=number_text(found.largest_difference),
        ),
        axis=text(language, "initialization.symmetry_axis"),
        color="forward",
        nested=True,
    )


def _histogram_headings(language: str) -> dict[str, str]:
    headings = {"panel": text(language, "initialization.column"), "layer": text(language, "figures.axis.layer")}
    return headings | {name: text(language, f"figures.histogram.{name}") for name in ("from", "to", "count")}


@cache
def _histogram_spec(language: str) -> dict[str, Any]:
    y = (
        alt.Y("top:Q")
        .scale(domain=alt.expr("strips"), nice=False, zero=False)
        .axis(values=alt.expr("middles"), labelExpr="names[floor(datum.value)]", tickCount=100, **BARE)
    )
    bars = over("bars").mark_rect(color="@forward", clip=True)
    shown = tooltip(_histogram_headings(language), "panel", "layer", digits=4)
    bars = bars.encode(alt.X("left:Q"), alt.X2("right"), y, alt.Y2("base"), tooltip=shown)
    # The title of the axis names a number of these networks: as a parameter, it leaves the specification alone.
    title = alt.Chart(ONCE).mark_text(text=alt.expr("axis_title"), baseline="top")
    title = title.encode(alt.XValue(alt.expr("width / 2")), alt.YValue(alt.expr("height + 33 * scale")))
    parameters = ["x_domain", "strips", "middles", "names", "x_ticks", "x_names", "axis_title"]
    return chart([panel_frames(panel_axis(None)), bars, *panel_titles(), title], parameters, right=16)
