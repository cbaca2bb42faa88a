"""Logits to drag, with everything that follows from them drawn in the browser; Python hears of it once they rest."""

from functools import cache
from typing import Any

import numpy as np
from streamlit.components.v2 import component

from simulator.figures.theme import THEMES
from simulator.softmax import MAX_TEMPERATURE, MIN_TEMPERATURE
from simulator.softmax_state import LARGEST_LOGIT, LOGIT_PRESETS, MAX_LOGITS, MIN_LOGITS, SoftmaxState
from simulator.texts import catalogue
from simulator.ui.player import read_assets

SCRIPTS = ("softmax_common.js", "softmax_numbers.js", "softmax_view.js")
WORDS = "softmax.component."
"""Entries of the catalogue that the browser needs; their placeholders are filled there."""

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
      theme: name of the colours, one of ``simulator.figures.theme.THEMES``.
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
        "words": words(WORDS, language),
        "colours": THEMES[theme]["classes"][:MAX_LOGITS],
    }
    result = _component()(data=data, key=key, on_state_change=lambda: None)
    sent = result.get("state")
    return SoftmaxState.from_browser(sent["state"]) or state if _is_of(sent, revision) else state


def words(prefix: str, language: str) -> dict[str, str]:
    """Return the entries of the catalogue under ``prefix`` as templates for the browser."""
    return {
        entry.removeprefix(prefix): template
        for entry, template in catalogue(language).items()
        if entry.startswith(prefix)
    }


@cache
def _component() -> Any:
    return component(
        "simulator_softmax",
        html='<div class="softmax"></div>\n',
        css=read_assets("softmax.css"),
        js=read_assets(*SCRIPTS),
    )


def _is_of(sent: Any, revision: int) -> bool:
    return isinstance(sent, dict) and sent.get("revision") == revision
