"""Logits to drag, with everything that follows from them drawn in the browser; Python hears of it once they rest."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeGuard

import streamlit as st
from streamlit.components.v2 import component

from simulator.drawing.picture import Picture
from simulator.drawing.theme import THEMES
from simulator.scenes.softmax.settings import MAX_LOGITS
from simulator.ui.components.assets import read_assets
from simulator.ui.controls.session import Controls
from simulator.ui.place import Place

SCRIPTS = ("shared/draggable.js", "softmax/numbers.js", "softmax/drawing.js", "softmax/build.js", "softmax/view.js")


def mount(shown: Picture, place: Place) -> None:
    """Mount the draggable logits; where they come to rest, temperature and right class too, the controls follow."""
    controls = place.controls
    data = {
        **shown.content,
        "revision": 0 if controls is None else controls.revision,
        "moves": place.moves("logits", "temperature", "target"),
        "warms": place.moves("temperature"),
        "title": shown.title,
        "fill": place.fill,
        "words": place.said(shown.words),
        "colours": THEMES[place.display.theme]["classes"][:MAX_LOGITS],
    }

    def rested() -> None:
        if controls is not None:
            take(controls, st.session_state[place.key].get("state"))

    height = "stretch" if place.fill else "content"
    _component()(data=data, key=place.key, height=height, on_state_change=rested)


def take(controls: Controls[Any], sent: object) -> None:
    """Move the controls to what the browser sent; what no control can hold is dropped.

    A state that the browser sent before the controls were moved from elsewhere is dropped as a whole.
    """
    if not controls.current(sent):
        return
    state = read_state(sent.get("state"))
    if "logits" in state:
        controls.take(logits=state.pop("logits"))  # first: the right class must be one of the classes
    if state:
        controls.take(**state)


def read_state(sent: object) -> dict[str, Any]:
    """Return what the browser sent as values of the controls; what is no number is left out."""
    if not isinstance(sent, Mapping):
        return {}
    state: dict[str, Any] = {}
    logits, temperature, target = (sent.get(name) for name in ("logits", "temperature", "target"))
    if isinstance(logits, list | tuple):
        numbers = tuple(float(logit) for logit in logits if _is_number(logit))
        if len(numbers) == len(logits):
            state["logits"] = numbers
    if _is_number(temperature):
        state["temperature"] = float(temperature)
    if isinstance(target, int) and _is_number(target):
        state["target"] = target + 1  # readers count from 1
    return state


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


@cache
def _component() -> Any:
    return component(
        "simulator_softmax",
        html='<div class="softmax board"></div>\n',
        css=read_assets("softmax/softmax.css", "softmax/board.css"),
        js=read_assets(*SCRIPTS),
    )
