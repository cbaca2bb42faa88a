"""Activation functions with a point to move: drawn in the browser, which tells Python where the point came to rest."""

from functools import cache
from typing import Any

from streamlit.components.v2 import component

from simulator.drawing.picture import Picture
from simulator.ui.components.assets import read_assets
from simulator.ui.place import Place

SCRIPTS = ("shared/draggable.js", "activations/curves.js")
HEIGHTS = {1: 330, 2: 230, 3: 180}
"""Of one row of plots in pixels at 1080p, by the number of rows."""


def mount(shown: Picture, place: Place) -> None:
    """Mount the curves; where the point comes to rest becomes the control ``z``."""
    revision = place.controls.revision if place.controls is not None else 0
    data = {
        **shown.content,
        "height": HEIGHTS[len(shown.content["functions"])],
        "fill": place.fill,
        "alt": shown.alt,
        "revision": revision,
        "words": dict(shown.words),
    }
    height = "stretch" if place.fill else "content"
    sent = _component()(data=data, key=place.key, height=height, on_point_change=lambda: None).get("point")
    if place.controls is None or not isinstance(sent, dict) or sent.get("revision") != revision:
        return
    z = sent.get("z")
    if isinstance(z, int | float) and z != place.controls.settings.z:
        place.controls.take(z=float(z))


@cache
def _component() -> Any:
    return component(
        "simulator_activation_curves",
        html='<div class="curves"></div>\n',
        css=read_assets("activations/curves.css"),
        js=read_assets(*SCRIPTS),
    )
