"""Networks lit by the gradient that arrives: the light runs and the depth is dragged in the browser."""

from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.drawing.picture import Picture, pack
from simulator.ui.components.assets import read_assets
from simulator.ui.place import Place

SCRIPTS = (
    "shared/bus.js",
    "shared/keys.js",
    "shared/drawing.js",
    "shared/letters.js",
    "networks/paint.js",
    "networks/view.js",
)


def mount(picture: Picture, place: Place) -> None:
    """Mount networks; the depth at which the reader lets go of the slider becomes the control ``depth``.

    Args:
      picture: of ``simulator.scenes.gradient_decay.networks``.
      place: where it stands.
    """
    controls = place.controls
    content = {
        **picture.content,
        "sentences": picture.content["sentences"] if place.tells else [""] * len(picture.content["sentences"]),
        "alt": picture.alt,
        "words": picture.words,
        "fill": place.fill,
        "moves": controls is not None,
        "fixed": controls is not None and not place.moves("depth"),
        "revision": 0 if controls is None else controls.revision,
    }

    def rested() -> None:
        sent = st.session_state[place.key].get("depth")
        if controls is not None and controls.current(sent):
            depth = sent.get("depth")
            if isinstance(depth, int) and not isinstance(depth, bool):
                controls.take(depth=depth)

    height = "stretch" if place.fill else "content"
    _component()(data=pack(content), key=place.key, height=height, on_depth_change=rested)


@cache
def _component() -> Any:
    return component(
        "simulator_networks",
        css=read_assets("networks/networks.css"),
        js=read_assets(*SCRIPTS),
    )
