"""Logits to drag, with everything that follows from them drawn in the browser; Python hears of it once they rest."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from streamlit.components.v2 import component

from simulator.core.softmax import MAX_TEMPERATURE, MIN_TEMPERATURE
from simulator.drawing.theme import THEMES
from simulator.scenes.softmax.settings import LARGEST_LOGIT, LOGIT_PRESETS, MAX_LOGITS, MIN_LOGITS, SoftmaxState
from simulator.texts import catalogue
from simulator.ui.components.assets import read_assets

SCRIPTS = ("shared/draggable.js", "softmax/numbers.js", "softmax/drawing.js", "softmax/view.js")
_SWEEP = [float(f"{temperature:.4g}") for temperature in np.geomspace(MIN_TEMPERATURE, MAX_TEMPERATURE, 81)]
_LIMITS = {
    "low": MIN_TEMPERATURE,
    "high": MAX_TEMPERATURE,
    "logit": LARGEST_LOGIT,
    "fewest": MIN_LOGITS,
    "most": MAX_LOGITS,
}


def softmax_bars(state: SoftmaxState, language: str, theme: str, *, revision: int, key: str) -> SoftmaxState:
    """Draw the draggable logits.

    Args:
      state: what they show where ``revision`` is new to the browser.
      language: of the words.
      theme: name of the colours, one of ``simulator.drawing.theme.THEMES``.
      revision: a number that changes when the browser must take ``state`` over from Python.
      key: of the component in this session.

    Returns:
      What the reader last left it at, or ``state`` before that.
    """
    data = {
        "state": {"logits": list(state.logits), "temperature": state.temperature, "target": state.target},
        "revision": revision,
        "presets": {name: list(logits) for name, logits in LOGIT_PRESETS.items()},
        "limits": _LIMITS,
        "sweep": _SWEEP,
        "words": words(language, lambda name: f"softmax.component.{name}"),
        "colours": THEMES[theme]["classes"][:MAX_LOGITS],
    }
    sent = _component()(data=data, key=key, on_state_change=lambda: None).get("state")
    if not isinstance(sent, dict) or sent.get("revision") != revision:
        return state
    return SoftmaxState.from_browser(sent.get("state")) or state


def words(language: str, entry: Callable[[str], str]) -> dict[str, str]:
    """Return a table of the catalogue as templates; the browser fills their placeholders.

    Args:
      language: of the words.
      entry: full name of an entry from its name in the table.
    """
    table = entry("")
    entries = catalogue(language).items()
    return {name.removeprefix(table): template for name, template in entries if name.startswith(table)}


@cache
def _component() -> Any:
    return component(
        "simulator_softmax",
        html='<div class="softmax"></div>\n',
        css=read_assets("softmax/softmax.css"),
        js=read_assets(*SCRIPTS),
    )
