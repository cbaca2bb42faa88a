"""The controls of the page of losses and entropy: one state, in the session and in the link."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from simulator.scenes.losses.settings import CONTROLS, LossesState
from simulator.texts import text
from simulator.ui import link

PAGE = "losses"
_STATE = "losses.state"


def arrive(language: str) -> None:
    """Read the link where the reader has just arrived with one, and say what could not be read."""
    memory = st.session_state
    arrived = link.arrived_with(PAGE, CONTROLS)
    if arrived is not None or _STATE not in memory:
        memory[_STATE], memory["losses.mended"] = LossesState.from_link(arrived or {})
        memory["losses.revision"] = memory.get("losses.revision", 0) + 1
        memory["losses.arrived"] = memory[_STATE]
    if memory["losses.arrived"] != state():
        memory["losses.mended"] = ()
    for error in memory["losses.mended"]:
        st.warning(error.in_language(language))


def depart() -> None:
    """Write the controls into the link."""
    link.publish(PAGE, CONTROLS, state().to_link())


def state() -> LossesState:
    """Return what the controls say."""
    return st.session_state[_STATE]


def change(**values: Any) -> None:
    """Change controls."""
    st.session_state[_STATE] = replace(state(), **values)


def bound(widget: Callable[..., Any], name: str, language: str, *args: Any, label: str = "", **more: Any) -> Any:
    """Draw a widget for one control; the page's state is what it shows and where its value goes."""
    key = f"losses.control.{name}"
    st.session_state[key] = getattr(state(), name)
    label = label or text(language, f"losses.control.{name}")

    def keep() -> None:
        change(**{name: st.session_state[key]})

    return widget(label, *args, key=key, on_change=keep, **more)
