"""Activation functions with a point to move: drawn in the browser, which tells Python where the point came to rest."""

from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.drawing.picture import Picture
from simulator.ui.components.assets import read_assets
from simulator.ui.place import Place

SCRIPTS = ("shared/draggable.js", "shared/letters.js", "activations/curves.js")
HEIGHTS = {1: 330, 2: 230, 3: 180}
"""Of one row of plots in pixels at 1080p, by the number of rows."""


def mount(shown: Picture, place: Place) -> None:
    """Mount the curves; where the point comes to rest becomes the control ``z``."""
    controls = place.controls
    revision = 0 if controls is None else controls.revision
    data = {
        **shown.content,
        "height": HEIGHTS[len(shown.content["functions"])],
        "fill": place.fill,
        "alt": shown.alt,
        "revision": revision,
        "words": dict(shown.words),
    }

    def rested() -> None:
        sent = st.session_state[place.key].get("point")
        if controls is not None and controls.current(sent):
            z = sent.get("z")
            if isinstance(z, int | float):
                controls.take(z=float(z))

    height = "stretch" if place.fill else "content"
    _component()(data=data, key=place.key, height=height, on_point_change=rested)


@cache
def _component() -> Any:
    return component(
        "simulator_activation_curves",
        html='<div class="curves"></div>\n',
        css=read_assets("activations/curves.css"),
        js=read_assets(*SCRIPTS),
    )
