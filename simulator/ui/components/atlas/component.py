"""The map of training runs: pixels on a canvas; a reader drags a rectangle to zoom in, or chooses a pixel."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.drawing.picture import Picture, pack
from simulator.drawing.theme import THEMES
from simulator.ui.components.assets import read_assets
from simulator.ui.place import Place

SCRIPTS = ("shared/drawing.js", "shared/letters.js", "atlas/pixels.js", "atlas/view.js")
HEIGHT = 440
"""Of the map in pixels at 1080p."""


def mount(shown: Picture, place: Place) -> None:
    """Mount the map; what a reader does in it moves the controls of the scene."""
    controls = place.controls
    revision = 0 if controls is None else controls.revision
    content = {
        **shown.content,
        "alt": shown.alt,
        "words": dict(shown.words),
        "height": place.height or HEIGHT,
        "fill": place.fill,
        "still": controls is None,
        "revision": revision,
        "themes": {name: {"bad": theme["bad"]} for name, theme in THEMES.items()},
    }

    def acted() -> None:
        act = st.session_state[place.key].get("act")
        if controls is not None and controls.current(act):
            asked = followed(controls.settings, act)
            if asked is not None:
                controls.set(asked)

    height = "stretch" if place.fill else "content"
    _component()(data=pack(content, identified=True), key=place.key, height=height, on_act_change=acted)


def followed(settings: Any, act: Mapping[str, Any]) -> Any:
    """Return the settings that the browser asks for, or ``None`` for what comes from a map that is no longer ours."""
    box, pixel = _numbers(act.get("box"), 4), _numbers(act.get("pixel"), 2)
    if act.get("drawn") != settings.drawn:
        return None
    if box:
        return settings.zoomed(*box)
    if act.get("whole") is True:
        return settings.whole()
    values = [settings.values(axis) for axis in "xy"]
    if not pixel or not all(0 <= int(index) < len(there) for index, there in zip(pixel, values, strict=True)):
        return None
    x, y = (float(there[int(index)]) for index, there in zip(pixel, values, strict=True))
    return settings.change(at_x=x, at_y=y)


def _numbers(found: Any, count: int) -> list[float]:
    """Return so many numbers of a size that a map can have, or none."""
    if not isinstance(found, list) or len(found) != count:
        return []
    fits = all(isinstance(one, int | float) and -2 <= one <= 1000 for one in found)
    return found if fits else []


@cache
def _component() -> Any:
    return component(
        "simulator_atlas",
        html='<div class="atlas"></div>\n',
        css=read_assets("atlas/atlas.css"),
        js=read_assets(*SCRIPTS),
    )
