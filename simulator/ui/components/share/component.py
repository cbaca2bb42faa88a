"""A link to hand out: its text, a button that copies it, and its QR code, which can fill the screen of the hall."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.texts import text
from simulator.ui.components.assets import read_assets

WORDS = ("link", "copy", "copied", "code", "enlarge", "close")

IN_BROWSER = {
    "step": "[0-9]{1,9}",
    "node": r"[0-9]{1,3}\.[0-9]{1,4}",
    "lines": "gradient|update",
    "example": "[0-9]{1,4}",
}
"""What of a page the browser alone writes into its address, and how it is written."""


def link_and_code(address: str, code: str, *, language: str, key: str, shown: Mapping[str, str]) -> None:
    """Mount a link and its code.

    What of the page is known in the browser alone comes back from it, see ``told_view``.

    Args:
      address: that is shared.
      code: the address of the code's picture; empty for none.
      language: of the reader.
      key: name of the component on the page.
      shown: of ``IN_BROWSER``, what the address names.
    """
    words = {name: text(language, f"share.component.{name}") for name in WORDS}
    data = {"address": address, "code": code, "words": words, "shown": dict(shown)}
    _component()(data=data, key=key, on_shown_change=lambda: None)


def told_view(key: str) -> dict[str, str]:
    """Return what of ``IN_BROWSER`` the browser's address names, as far as it has told."""
    told = st.session_state.get(key)
    shown = told.get("shown") if isinstance(told, Mapping) else None
    found = {name: str(shown.get(name)) for name in IN_BROWSER} if isinstance(shown, Mapping) else {}
    return {name: value for name, value in found.items() if re.fullmatch(IN_BROWSER[name], value)}


@cache
def _component() -> Any:
    script = read_assets("shared/bus.js", "shared/link.js", "share/share.js")
    return component("simulator_share", js=script, css=read_assets("share/share.css"))
