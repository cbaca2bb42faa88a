"""The pictures of the page on initialization."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.core.propagation.microscope import Profile
from simulator.drawing.marks import chart
from simulator.drawing.panels import GAP, Panel, panels_picture
from simulator.drawing.panels_spec import Line
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.steps import Curve, steps_picture
from simulator.scenes.initialization.settings import Histograms, Symmetry
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
        text(language, "depth.decay.alt_end", name=panel.title, first=number_text(float(panel.values["measured"][at])))
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
    headings = {"panel": text(language, "initialization.column"), "layer": text(language, "figures.axis.layer")}
    headings |= {name: text(language, f"figures.histogram.{name}") for name in ("from", "to", "count")}
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
        specs={"histograms": _histogram_spec(headings, axis)},
        signals={
            "x_domain": [0.0, len(spreads) * (1 + GAP) - GAP],
            "strips": [len(layers), 0],
            "middles": (np.arange(len(layers)) + 0.5).tolist(),
            "names": [text(language, "figures.layer.hidden", number=layer + 1) for layer in layers],
            "x_ticks": [place for place, _ in places],
            "x_names": {f"{place:.6f}": number_text(float(value)) for place, value in places},
        },
        tables={
            "bars": columns,
            "titles": {"place": [k * (1 + GAP) for k in range(len(spreads))], "name": [title for title, _ in spreads]},
            "frame": {
                "left": [k * (1 + GAP) for k in range(len(spreads))],
                "right": [k * (1 + GAP) + 1 for k in range(len(spreads))],
            },
        },
        reading=Reading("bars", headings),
    )


def symmetry_picture(found: Symmetry, language: str, *, equal: bool) -> Picture:
    """Draw the weight from the first input into each node over training: equal nodes lie on one line."""
    curves = [
        Curve(
            title=text(language, "initialization.node", number=node + 1),
            step=found.step,
            values=found.weight[:, 0, node],
            color="forward",
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
        nested=True,
    )


def _histogram_spec(headings: dict[str, str], axis: str) -> dict[str, Any]:
    x = {
        "field": "left",
        "type": "quantitative",
        "scale": {"domain": {"expr": "x_domain"}, "nice": False, "zero": False},
        "axis": {
            "title": axis,
            "values": {"expr": "x_ticks"},
            "labelExpr": "x_names[format(datum.value, '.6f')]",
            "labelOverlap": "greedy",
            "grid": False,
            "domain": False,
        },
    }
    y = {
        "type": "quantitative",
        "scale": {"domain": {"expr": "strips"}, "nice": False, "zero": False},
        "axis": {
            "title": None,
            "values": {"expr": "middles"},
            "labelExpr": "names[floor(datum.value)]",
            "grid": False,
            "ticks": False,
            "domain": False,
        },
    }
    frame = {
        "data": {"name": "frame"},
        "mark": {"type": "rect", "stroke": "@grid", "fill": None, "strokeWidth": "@px 1.5"},
        "encoding": {"x": x, "x2": {"field": "right"}},
    }
    bars = {
        "data": {"name": "bars"},
        "mark": {"type": "rect", "color": "@forward", "clip": True},
        "encoding": {
            "x": x,
            "x2": {"field": "right"},
            "y": y | {"field": "top"},
            "y2": {"field": "base"},
            "tooltip": [
                {"field": name, "type": "nominal" if name in ("panel", "layer") else "quantitative", "title": heading}
                | ({} if name in ("panel", "layer") else {"format": ".4~g"})
                for name, heading in headings.items()
            ],
        },
    }
    titles = {
        "data": {"name": "titles"},
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "fontWeight": 700}
        | {"fontSize": {"expr": "(length(data('titles')) > 3 ? 14 : 17) * scale"}},
        "encoding": {
            "x": x | {"field": "place"},
            "y": {"value": {"expr": "-6 * scale"}},
            "text": {"field": "name", "type": "nominal"},
        },
    }
    signals = ["x_domain", "strips", "middles", "names", "x_ticks", "x_names"]
    return chart([frame, bars, titles], signals, padding={"left": 4, "right": "@px 16", "top": "@px 4", "bottom": 4})
