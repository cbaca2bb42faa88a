"""Paths on a surface in the browser: the rate slider redraws one from what Python sent, and Python hears of the end."""

from functools import cache
from typing import Any, TypeGuard

import streamlit as st
from streamlit.components.v2 import component

from simulator.drawing.picture import Picture
from simulator.ui.components.assets import read_assets
from simulator.ui.components.picture.picture import packed
from simulator.ui.controls.session import Controls
from simulator.ui.place import Place

SCRIPTS = (
    *("shared/bus.js", "shared/drawing.js", "picture/shell.js", "picture/plane.js", "picture/painted.js"),
    *("trajectory/geometry.js", "trajectory/paint.js", "trajectory/view.js"),
)
HEIGHT = 420


def mount(shown: Picture, place: Place) -> None:
    """Mount a surface with paths; rate, start and moved run follow what the reader drags there."""
    controls = place.controls
    control = shown.content.get("control", "")
    moved_here = (control,) if control else ("start", "rate", "rate_b", "rate_c", "rate_d")
    content = {"revision": 0 if controls is None else controls.revision, "moves": place.moves(*moved_here)}
    data = packed(
        shown,
        key=place.key,
        language=place.language,
        height=place.height or HEIGHT,
        group=place.group,
        fill=place.fill,
        on_stage=place.leads_to_stage,
        more=content,
    )

    def moved() -> None:
        if controls is not None:
            take(controls, st.session_state[place.key].get("moved"), control)

    _component()(data=data, key=place.key, on_moved_change=moved)


def take(controls: Controls[Any], sent: object, control: str = "") -> None:
    """Move the controls to what the browser sent; what no control can hold is dropped, and so is what came too late.

    Args:
      controls: of the scene.
      sent: by the browser.
      control: that the slider moves, where there is nothing else to move; by default the rate of the moved run.
    """
    if not controls.current(sent):
        return
    rate, start, moved = (sent.get(name) for name in ("rate", "start", "moved"))
    if control:
        if _is_number(rate):
            controls.take(**{control: float(rate)})
        return
    if _is_number(rate):
        run = controls.settings.moved_run.letter
        controls.take(**{"rate" if run == "a" else f"rate_{run}": float(rate)})
    if isinstance(start, list | tuple) and all(_is_number(value) for value in start):
        controls.take(start=tuple(float(value) for value in start))
    if isinstance(moved, int) and not isinstance(moved, bool):
        controls.take(moved=moved)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


@cache
def _component() -> Any:
    return component(
        "simulator_trajectory",
        js=read_assets(*SCRIPTS),
        css=read_assets("picture/picture.css", "trajectory/trajectory.css"),
    )
