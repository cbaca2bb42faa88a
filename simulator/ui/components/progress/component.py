"""Progress in the reader's own browser: what is read from its storage, and what is written into it."""

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.ui.components.assets import read_assets

KEY = "progress"


def keep(text: str | None, base: str, place: str, verdict: tuple[str, int], read: Callable[[str], None]) -> None:
    """Mount what keeps progress in the browser.

    Args:
      text: what is to be kept; ``None`` as long as nothing has been read from the browser.
      base: what was read last.
      place: name of what is on the page; a page of another name begins at its top.
      verdict: key of the container with the last verdict, and its number; a new one is brought into sight.
      read: called with what the browser has kept, also when another tab has changed it.
    """

    def stored() -> None:
        found = st.session_state[KEY].get("stored")
        if isinstance(found, str):
            read(found)

    data = {"text": text, "base": base, "place": place, "verdict": verdict}
    _component()(data=data, key=KEY, height=1, on_stored_change=stored)


@cache
def _component() -> Any:
    return component("simulator_progress", js=read_assets("progress/progress.js"))
