"""The computation graph in the browser: stepping, playing and zooming there; Python hears of opened nodes only."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.scenes.computation_graph.steps import DECADE, WIDEST
from simulator.ui.components.assets import read_assets
from simulator.ui.components.softmax.component import words
from simulator.ui.frame.shell import base_path

SCRIPTS = (
    *("shared/bus.js", "shared/keys.js"),
    *("graph/formulas.js", "graph/drawing.js", "graph/timeline.js", "graph/view.js"),
)


def graph_view(
    payload: dict[str, Any],
    language: str,
    *,
    revision: int,
    on_toggle: Callable[[str], None],
    on_zoom: Callable[[str], None],
    key: str,
) -> None:
    """Mount a graph.

    Args:
      payload: of ``simulator.ui.components.graph.payload.graph_payload``.
      language: of the words.
      revision: a number that changes when the browser must go to the step that is asked about.
      on_toggle: called with the name of a node that the reader opens or closes, before the page runs again.
      on_zoom: called with the name of the zoom level that the reader chooses.
      key: of the component in this session.
    """

    def told(trigger: str, act: Callable[[str], None]) -> Callable[[], None]:
        def tell() -> None:
            name = st.session_state[key].get(trigger)
            if isinstance(name, str):
                act(name)

        return tell

    _component()(
        data={
            **payload,
            "revision": revision,
            "words": words(language, lambda name: f"graph_page.component.{name}"),
            "formulas": formulas_url(),
            "scale": {"widest": WIDEST, "decade": DECADE},
        },
        key=key,
        on_toggle_change=told("toggle", on_toggle),
        on_level_change=told("level", on_zoom),
    )


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
def _component() -> Any:
    return component("simulator_graph", js=read_assets(*SCRIPTS), css=read_assets("graph/graph.css"))
