"""Pictures in the browser: one function that mounts any ``Picture`` and lets it follow a player."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.drawing.picture import Picture, pack
from simulator.drawing.theme import THEMES, vega_config
from simulator.texts import text
from simulator.ui.components.assets import read_assets
from simulator.ui.components.player.player import GROUP
from simulator.ui.frame.vega_bundle import vega_asset_url
from simulator.ui.place import Place

_COMMON = ("shared/bus.js", "shared/drawing.js", "picture/shell.js")
SCRIPTS = {
    "vega": (*_COMMON, "picture/vega.js"),
    "network": (
        *(*_COMMON, "picture/formula.js", "picture/backward.js", "picture/painted.js"),
        *("picture/network_paint.js", "picture/network.js"),
    ),
    "map": (*_COMMON, "picture/plane.js", "picture/painted.js", "picture/map_paint.js", "picture/map.js"),
}
"""Files of each kind of picture; together they are one module."""

MENU_WORDS = ("svg", "png", "data", "hide", "axis", "loading", "failed")
HEIGHTS = {"vega": 320, "network": 460, "map": 420}
LEAST_HEIGHTS = {"map": 396}
"""Whatever the panel's height: less would leave the map itself under 320 pixels."""


def picture(
    shown: Picture,
    *,
    key: str,
    language: str,
    height: int | None = None,
    group: str = GROUP,
    sentences: Sequence[str] | Mapping[str, Sequence[str]] = (),
    fill: bool = False,
    on_stage: bool = False,
    by_hand: Callable[[Any], None] | None = None,
) -> None:
    """Mount a picture; it shows the step of the player of its group, or its last step where there is none.

    The picture is resent only when something in it has changed, and then patched: a rerun of the page with the same
    picture costs the browser nothing. Its menu saves it as SVG or PNG as the reader sees it, and shows its numbers.

    Args:
      key: name of this picture on the page, also the name of saved files.
      language: of the menu.
      height: of the drawing in pixels at 1080p, without the title.
      group: the player that it follows.
      sentences: what the picture shows, one for each of its steps: written under it, and part of its description.
        Of a drawing with a choice, by the name of what is chosen. Those of the picture itself by default.
      fill: take all the height there is, without a title.
      on_stage: offer a button that puts the panel on the stage.
      by_hand: called with the weight of the network and the step at which the reader wants to set it by hand.
    """
    data = packed(
        shown,
        key=key,
        language=language,
        height=height,
        group=group,
        sentences=sentences,
        fill=fill,
        on_stage=on_stage,
        more={"by_hand": by_hand is not None},
    )

    def told() -> None:
        if by_hand is not None:
            by_hand(st.session_state[key].get("by_hand"))

    _component(shown.kind)(data=data, key=key, on_by_hand_change=told)


def packed(
    shown: Picture,
    *,
    key: str,
    language: str,
    height: int | None = None,
    group: str = GROUP,
    sentences: Sequence[str] | Mapping[str, Sequence[str]] = (),
    fill: bool = False,
    on_stage: bool = False,
    more: Mapping[str, Any] | None = None,
) -> bytes:
    """Return everything that the browser needs of a picture; arguments as for ``picture``, ``more`` is sent with it."""
    sentences = sentences or shown.sentences
    words = {name: text(language, f"figures.menu.{name}") for name in MENU_WORDS}
    words["open"] = text(language, "figures.menu.open", title="{title}")
    words["stage"] = text(language, "frame.stage.open")
    content = {
        "title": shown.title,
        "alt": shown.alt,
        "height": height or HEIGHTS[shown.kind],
        "file": re.sub(r"[^\w-]+", "_", key),
        "group": group,
        "fill": fill,
        "on_stage": on_stage,
        "step": [int(step) for step in shown.step],
        "opens": shown.opens % max(len(shown.step), 1),
        "sentences": {name: list(said) for name, said in sentences.items()}
        if isinstance(sentences, Mapping)
        else list(sentences),
        "words": {**words, **shown.words},
        "themes": THEMES,
        "tables": shown.tables,
        "frames": shown.frames,
        **(more or {}),
    }
    if shown.kind == "vega":
        content |= {
            "vega": vega_asset_url(),
            "config": vega_config(),
            "specs": shown.specs,
            "signals": shown.signals,
            "reading": shown.reading and shown.reading._asdict(),
            "hover": shown.hover and shown.hover._asdict(),
        }
    else:
        content["content"] = shown.content
    return pack(content, identified=True)


def mount(shown: Picture, place: Place) -> None:
    """Mount a picture at a place."""
    picture(
        shown,
        key=place.key,
        language=place.language,
        height=max(place.height, LEAST_HEIGHTS.get(shown.kind, 0)) if place.height else None,
        group=place.group,
        fill=place.fill,
        on_stage=place.leads_to_stage,
        by_hand=_by_hand(place) if shown.kind == "network" else None,
    )


def _by_hand(place: Place) -> Callable[[Any], None] | None:
    """Return what forks a run with one weight set by hand, on the page of a scene whose runs fork."""
    controls = place.controls
    if controls is None or not place.leads_to_stage or not controls.branches:
        return None

    def fork(asked: Any) -> None:
        if isinstance(asked, Mapping):
            weight = tuple(asked.get(name) for name in ("layer", "source", "unit"))
            controls.branch_at(asked.get("step"), **controls.settings.by_hand(weight, asked.get("value")))

    return fork


@cache
def _component(kind: str):
    return component(
        f"simulator_picture_{kind}", js=read_assets(*SCRIPTS[kind]), css=read_assets("picture/picture.css")
    )
