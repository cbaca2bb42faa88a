"""The network to step through: one mount holds a whole pass, every step and view of it is drawn in the browser."""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.drawing.picture import Picture, pack
from simulator.drawing.theme import THEMES
from simulator.scenes.chain_rule.content import held_back
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.texts import text
from simulator.ui.components.assets import read_assets
from simulator.ui.components.chain.predictions import asked_of, hidden_from
from simulator.ui.place import Place

SCRIPTS = (
    *("shared/bus.js", "shared/keys.js", "shared/drawing.js", "shared/letters.js"),
    *("chain/numbers.js", "chain/markup.js", "chain/matrix.js", "chain/diagram.js"),
    *("chain/pass.js", "chain/weight.js", "chain/matrices.js", "chain/bars.js", "chain/fit.js", "chain/view.js"),
)


def mount(picture: Picture, place: Place) -> None:
    """Mount a network; what the reader steps to or chooses in it moves the controls, without waiting for them.

    Args:
      picture: of ``simulator.scenes.chain_rule.scene``.
      place: where it stands.
    """
    controls = place.controls
    hidden = hidden_from(picture.content, place)
    asked = asked_of(picture.content, place)
    shapeless = asked is not None and asked["shape"]
    content = {
        **held_back(picture.content, hidden, picture.content["state"]["step"], shapeless=shapeless),
        "hidden": hidden,
        "asked": asked,
        **_state_of_revision(picture, place),
        "ask": picture.content["ask"] or place.hidden,
        "alt": picture.alt,
        "revision": controls.revision if controls is not None else 0,
        "moves": _owner(place),
        "fill": place.fill,
        "words": _words(picture, place),
        "themes": THEMES,
    }

    def moved() -> None:
        sent = st.session_state[place.key].get("state")
        if controls is not None and controls.current(sent):
            controls.take(**read_state(sent, controls.settings))
            if isinstance(at := sent.get("at"), int | float):
                st.session_state[f"chain:{_owner(place)}:heard"] = at

    identity = hashlib.blake2b(pack(content), digest_size=12).hexdigest()
    height = "stretch" if place.fill else "content"
    data = pack({"id": identity, **content})
    _component()(data=data, key=place.key, height=height, on_state_change=moved)


def _owner(place: Place) -> str:
    """Return the name of the controls that the drawing moves; drawings of the same controls show the same step."""
    return "" if place.controls is None else place.controls.place or place.controls.scene.name


def _state_of_revision(picture: Picture, place: Place) -> Mapping[str, Any]:
    """Return where the reader was when the controls were last moved from outside, and the last move heard of till then.

    Where the reader has gone since then the browser knows, and what it gets stays the same, byte for byte: a step
    sends nothing of the network again.
    """
    now = picture.content["state"]
    if place.controls is None:
        return {"state": now, "heard": 0}
    heard = st.session_state.get(f"chain:{_owner(place)}:heard", 0)
    name, revision = f"chain:{_owner(place)}:state", place.controls.revision
    known = st.session_state.get(name)
    if known is None or known[0] != revision:
        st.session_state[name] = known = (revision, {"state": now, "heard": heard})
    return known[1]


def read_state(sent: Mapping[str, Any], settings: ChainRule) -> dict[str, Any]:
    """Return what the browser sent as fields of ``ChainRule``; nothing where it makes no sense.

    The browser counts steps and examples from 0, and may be ahead of a network that has just become smaller.
    """
    try:
        state = {
            "step": int(sent["step"]) + 1,
            "look": str(sent["look"]),
            "weight": tuple(int(number) for number in sent["weight"]),
            "example": int(sent["example"]) + 1,
            "stage": int(sent["stage"]),
        }
    except (KeyError, TypeError, ValueError, OverflowError):
        return {}
    known = settings.controls()
    if not all(known[name].kind.holds(value) for name, value in state.items()):
        return {}
    fitted = settings.change(**state)
    return {name: getattr(fitted, name) for name in state}


def _words(picture: Picture, place: Place) -> dict[str, str]:
    stage = {"stage": text(place.language, "frame.stage.open")} if place.leads_to_stage else {}
    return {**picture.words, **stage}


@cache
def _component() -> Any:
    return component("simulator_chain", js=read_assets(*SCRIPTS), css=read_assets("chain/chain.css", "chain/fill.css"))
