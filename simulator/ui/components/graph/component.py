"""The computation graph in the browser: stepping, playing and zooming there; Python hears of opened nodes only."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.drawing.picture import Picture
from simulator.scenes.computation_graph.passes import levels, toggled
from simulator.scenes.computation_graph.pictures import graph_picture
from simulator.scenes.computation_graph.settings import run_pass
from simulator.texts import text
from simulator.ui.components.assets import read_assets
from simulator.ui.components.graph.prediction import asked_entry, is_answered
from simulator.ui.controls.session import Controls
from simulator.ui.frame.shell import base_path
from simulator.ui.place import Place

SCRIPTS = (
    *("shared/bus.js", "shared/keys.js", "shared/link.js", "shared/letters.js"),
    *("graph/formulas.js", "graph/overview.js", "graph/drawing.js", "graph/timeline.js", "graph/view.js"),
)
FORMULA_SCRIPTS = ("shared/bus.js", "graph/formulas.js", "graph/chain.js")


def mount(picture: Picture, place: Place) -> None:
    """Mount a graph with its timeline and the card of the step.

    A picture of settings that ask for a prediction ends at the step that is asked about, and marks the entry that the
    question over it asks for. The whole one takes its place where the reader has answered. On the stage all numbers
    are of one size.
    """
    controls = place.controls
    asks = controls is not None and picture.content["asked"] is not None and not place.hidden
    if controls is not None and (asks or place.fill):
        done = asks and is_answered(controls)
        entry = asked_entry(controls) if asks and not done else None
        picture = graph_picture(controls.settings, place.language, answered=done, entry=entry, fitted=place.fill)
    _graph()(
        data={
            **picture.content,
            "alt": picture.alt,
            "sentences": list(picture.sentences),
            "words": dict(picture.words),
            "formulas": formulas_url(),
            "fill": place.fill,
            "asking": controls is not None and picture.content["steps"][-1].get("hidden", False),
            "moves": controls is not None,
            "linked": controls is not None and not controls.place,
            "stage": text(place.language, "frame.stage.open") if place.leads_to_stage else "",
        },
        key=place.key,
        height="stretch" if place.fill else "content",
        on_toggle_change=_told(place.key, "toggle", lambda name: _toggle(controls, name)),
        on_level_change=_told(place.key, "level", lambda name: _zoom(controls, name)),
    )


def mount_formulas(picture: Picture, place: Place) -> None:
    """Mount labelled formulas, one below the other."""
    _formulas()(
        data={
            "alt": picture.alt,
            "lines": picture.content["formulas"],
            "formulas": formulas_url(),
            "fill": place.fill,
        },
        key=place.key,
        height="stretch" if place.fill else "content",
    )


def _told(key: str, trigger: str, act: Callable[[str], None]) -> Callable[[], None]:
    def tell() -> None:
        name = st.session_state[key].get(trigger)
        if isinstance(name, str):
            act(name)

    return tell


def _toggle(controls: Controls[Any] | None, name: str) -> None:
    """Open or close a node."""
    if controls is not None:
        settings = controls.settings
        opened = toggled(run_pass(settings).graph, settings.open_calls, name)
        controls.change(opened=opened, predict=0)


def _zoom(controls: Controls[Any] | None, name: str) -> None:
    """Open what a zoom level opens."""
    if controls is not None:
        found = {level.name: level.opened for level in levels(run_pass(controls.settings).graph)}
        if name in found:
            controls.change(opened=found[name], predict=0)


@cache
def formulas_url() -> str:
    """Return the address of the module that Streamlit draws formulas with and serves; empty where it has none."""
    found = formulas_file()
    return f"{base_path()}/static/js/{found.name}" if found else ""


@cache
def formulas_file() -> Path | None:
    """Return the file of that module among Streamlit's own."""
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return next(iter(sorted(folder.glob("rehype-katex.*.js"))), None)


@cache
def _graph() -> Any:
    return component(
        "simulator_graph", js=read_assets(*SCRIPTS), css=read_assets("graph/formulas.css", "graph/graph.css")
    )


@cache
def _formulas() -> Any:
    return component(
        "simulator_formulas",
        js=read_assets(*FORMULA_SCRIPTS),
        css=read_assets("graph/formulas.css", "graph/chain.css"),
    )
