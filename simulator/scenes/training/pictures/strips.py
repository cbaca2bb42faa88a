"""Strips above each other on a shared axis, one a layer: what their pictures share."""

import altair as alt
import numpy as np

from simulator.drawing.axes import layer_names
from simulator.texts import text

MAX_STRIPS = 10
FILL = 0.88
"""Share of its strip that the largest value takes."""


def strip_name(language: str, num_layers: int, layer: int | np.integer) -> str:
    """Return what readers call the layer of a strip."""
    names = layer_names(language, num_layers)
    last = layer == num_layers - 1
    return names[layer] if last else text(language, "figures.layer.hidden", number=layer + 1)


def y_strip(field: str) -> alt.Y:
    """Return the vertical axis of strips; ``strips`` (its ends), ``middles`` and ``names`` are parameters."""
    names = alt.Axis(
        title=None,
        values=alt.expr("middles"),
        labelExpr="names[floor(datum.value)]",
        grid=False,
        ticks=False,
        domain=False,
        tickCount=100,
    )
    ends = alt.Scale(domain=alt.expr("strips"), nice=False, zero=False)
    return alt.Y(field, type="quantitative", scale=ends, axis=names)
