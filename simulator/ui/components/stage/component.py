"""What of the stage happens in the browser: keys and buttons on it, its sentences, and the way onto it from a page."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.texts import text
from simulator.ui.components.assets import read_assets

BAR_WORDS = ("controls", "previous", "next", "back")


def bar(
    panels: Sequence[str],
    shown: str,
    *,
    key: str,
    language: str,
    stepped: bool,
    go: Callable[[str], None],
    alone: bool = False,
) -> None:
    """Mount the buttons of the stage and listen to its keys.

    Args:
      panels: what can be on the stage, in order.
      shown: the panel that is.
      key: name of the component on the page.
      language: of the reader.
      stepped: whether the panel has a player: keys wait for it.
      go: called with the panel that the reader wants next, with ``""`` for the page.
      alone: whether there is no way to another panel or to the page.
    """
    words = {name: text(language, f"frame.stage.{name}") for name in BAR_WORDS}
    data = {"panels": list(panels), "shown": shown, "stepped": stepped, "alone": alone, "words": words}
    mount = _component("bar", "shared/bus.js", "shared/keys.js", "stage/bar.js", style="stage/bar.css")
    mount(data=data, key=key, width="content", on_go_change=_told(key, "go", go, () if alone else ("", *panels)))


def follower(*, key: str) -> None:
    """Mount what writes the sentences that follow a picture, and shows as many whole sentences as there is room for."""
    _component("words", "shared/bus.js", "stage/words.js", style="stage/words.css")(data={}, key=key)


def opener(panels: Mapping[str, str], *, last: str, key: str, go: Callable[[str], None]) -> None:
    """Mount the way from a page onto the stage: the key f, and the button of each picture.

    Args:
      panels: by the key of the container that each stands in.
      last: panel that was on the stage before; the page shows it first.
      key: name of the component on the page.
      go: called with the panel that the reader wants to see.
    """
    mount = _component("opener", "shared/bus.js", "shared/keys.js", "stage/opener.js", style="")
    data = {"panels": dict(panels), "last": last}
    mount(data=data, key=key, height=1, on_go_change=_told(key, "go", go, tuple(panels.values())))


def _told(key: str, trigger: str, act: Callable[[str], None], choices: Sequence[str]) -> Callable[[], None]:
    def tell() -> None:
        wanted = st.session_state[key].get(trigger)
        if wanted in choices:
            act(wanted)

    return tell


@cache
def _component(name: str, *scripts: str, style: str) -> Any:
    css = read_assets(style) if style else None
    return component(f"simulator_stage_{name}", js=read_assets(*scripts), css=css)
