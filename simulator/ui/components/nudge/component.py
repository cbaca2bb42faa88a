"""A nudge in the browser: the handle is dragged there over stops that are computed; Python hears where it was left."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.drawing.picture import Picture
from simulator.scenes.nudging import MAX_NUDGE
from simulator.texts import text
from simulator.ui.components.assets import read_assets
from simulator.ui.controls.session import Controls
from simulator.ui.place import Place

SCRIPTS = (
    *("shared/bus.js", "graph/overview.js", "graph/drawing.js"),
    *("nudge/handle.js", "nudge/drawing.js", "nudge/view.js"),
)


def mount(picture: Picture, place: Place) -> None:
    """Mount a graph whose nodes show two changes, with the handle that nudges an input."""
    controls = place.controls

    def moved() -> None:
        if controls is not None:
            take(controls, st.session_state[place.key].get("moved"))

    def chosen() -> None:
        if controls is not None:
            choose(controls, st.session_state[place.key].get("chosen"))

    _component()(
        data={
            **picture.content,
            "title": picture.title,
            "alt": picture.alt,
            "at": picture.opens,
            "sentences": list(picture.sentences),
            "words": dict(picture.words),
            "group": place.group,
            "fill": place.fill,
            "moves": controls is not None,
            "revision": 0 if controls is None else controls.revision,
            "stage": text(place.language, "frame.stage.open") if place.leads_to_stage else "",
        },
        key=place.key,
        height="stretch" if place.fill else "content",
        on_moved_change=moved,
        on_chosen_change=chosen,
    )


def take(controls: Controls[Any], sent: object) -> None:
    """Move Δ to what the browser sent: a stop that it shows already, or a typed number that has to be computed."""
    if not controls.current(sent):
        return
    delta = sent.get("delta")
    if isinstance(delta, int | float) and not isinstance(delta, bool) and abs(delta) <= MAX_NUDGE:
        move = controls.take if sent.get("shown") else controls.change
        move(delta=float(delta))


def choose(controls: Controls[Any], sent: object) -> None:
    """Nudge another input, or another entry of it; what is not there is dropped."""
    if not isinstance(sent, Mapping):
        return
    name, entry = sent.get("input"), sent.get("entry")
    if isinstance(name, str) and isinstance(entry, list | tuple) and all(type(place) is int for place in entry):
        for control, value in controls.settings.nudging(name, tuple(entry)).items():
            controls.change(**{control: value})  # one after the other: an entry is one of the new input


@cache
def _component() -> Any:
    return component("simulator_nudge", js=read_assets(*SCRIPTS), css=read_assets("graph/graph.css", "nudge/nudge.css"))
