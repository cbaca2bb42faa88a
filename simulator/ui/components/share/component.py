"""A link to hand out: its text, a button that copies it, and its QR code, which can fill the screen of the hall."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.texts import text
from simulator.ui.components.assets import read_assets

WORDS = ("link", "copy", "copied", "code", "enlarge", "close")

MAX_STEP = 10**9


def link_and_code(address: str, code: str, *, language: str, key: str, step: int | None = None) -> None:
    """Mount a link and its code.

    The step of the page's player is known in the browser alone, see ``told_step``.

    Args:
      address: that is shared.
      code: the address of the code's picture; empty for none.
      language: of the reader.
      key: name of the component on the page.
      step: that the address names.
    """
    words = {name: text(language, f"share.component.{name}") for name in WORDS}
    data = {"address": address, "code": code, "words": words, "step": step}
    _component()(data=data, key=key, on_step_change=lambda: None)


def told_step(key: str) -> int | None:
    """Return the step that the browser's address names, where it has told one."""
    told = st.session_state.get(key)
    step = told.get("step") if isinstance(told, Mapping) else None
    return step if isinstance(step, int) and not isinstance(step, bool) and 0 <= step <= MAX_STEP else None


@cache
def _component() -> Any:
    script = read_assets("shared/bus.js", "shared/link.js", "share/share.js")
    return component("simulator_share", js=script, css=read_assets("share/share.css"))
