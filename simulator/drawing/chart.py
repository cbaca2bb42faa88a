"""A chart as a specification: layers built with Altair over data sets that have a name, and parameters."""

from collections.abc import Iterable
from typing import Any

import altair as alt

from simulator.drawing.expressions import SUPERSCRIPT
from simulator.drawing.theme import PIXELS

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
ONCE = alt.sequence(1)
"""One row without content, for a mark that depends on parameters alone."""
ROOM_FOR_HEADINGS = {"right": 16, "top": 56}
"""Room of a chart with two headings."""


def over(table: str) -> alt.Chart:
    """Return an empty chart over a data set of the picture: its name is all that the specification knows of it."""
    return alt.Chart(alt.NamedData(table))


def chart(
    layers: Iterable[alt.Chart],
    parameters: Iterable[str] = (),
    *,
    right: float = 14,
    top: float = 4,
    **properties: Any,
) -> dict[str, Any]:
    """Return layers as one specification that fits its place, without data and without the values of its parameters.

    Altair checks it against Vega-Lite's schema, which takes 20 to 50 ms: build it once for each structure and language
    (``functools.cache``) and let everything that belongs to one run be data or a parameter. The fit makes room for
    marks outside the plot, as they are at the first step drawn; ``right`` and ``top`` are for what grows later.

    Args:
      layers: from the lowest to the uppermost.
      parameters: names of the parameters used, beside ``step``, ``frame``, ``scale`` and ``superscript``.
      right, top: room around the plot, in pixels at 1080p.
      properties: of the chart, such as ``height``.
    """
    names = dict.fromkeys(["step", "frame", *parameters])
    values = {"scale": 1, "superscript": SUPERSCRIPT} | dict.fromkeys(names)
    shape = {"width": 640, "height": 320, "autosize": alt.AutoSizeParams(type="fit", contains="padding")} | properties
    # All at once: each ``add_params`` or ``properties`` would copy every layer.
    params = [alt.VariableParameter(name=name, value=value) for name, value in values.items()]
    specification = alt.layer(*layers, params=params, **shape).to_dict()
    del specification["config"]  # Altair's own; every picture gets ``theme.vega_config`` when it is drawn
    # Sizes that are known when the picture is drawn: padding by an expression comes too late for Vega's first fit.
    padding = {"left": 4, "right": f"{PIXELS}{right:g}", "top": f"{PIXELS}{top:g}", "bottom": 4}
    return specification | {"$schema": SCHEMA, "padding": padding}
