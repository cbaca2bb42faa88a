"""Distributions to load by hand: bars that are dragged and keep the sum 1, with their entropy, cross-entropy and KL."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from streamlit.components.v2 import component

from simulator.errors import InputError
from simulator.scenes.losses.entropy import check_distribution
from simulator.ui.components.assets import read_assets
from simulator.ui.components.softmax.component import words

SCRIPTS = ("shared/draggable.js", "distribution/numbers.js", "distribution/view.js")
Rows = tuple[tuple[float, ...], ...]


def distribution_bars(
    rows: Rows,
    names: Sequence[str],
    presets: Mapping[str, Rows],
    language: str,
    *,
    bits: bool,
    resizable: bool,
    words_from: Callable[[str], str],
    revision: int,
    key: str,
) -> Rows:
    """Draw one or two distributions whose bars can be dragged.

    Args:
      rows: P, and Q where there are two; shown where ``revision`` is new to the browser.
      names: of the outcomes; with ``resizable`` there may be more names than outcomes.
      presets: name → rows; its button's words are the entry ``preset_<name>``.
      language: of the words.
      bits: whether entropies are in bits, else nats.
      resizable: whether the reader may change the number of outcomes.
      words_from: full name of an entry of the catalogue from its name.
      revision: a number that changes when the browser must take ``rows`` over from Python.
      key: of the component in this session.

    Returns:
      What the reader last left, or ``rows`` before that.
    """
    data = {
        "rows": [list(row) for row in rows],
        "revision": revision,
        "names": list(names),
        "presets": {name: [list(row) for row in preset] for name, preset in presets.items()},
        "base": 2.0 if bits else math.e,
        "resizable": resizable,
        "words": words(language, lambda name: f"losses.component.{name}") | words(language, words_from),
    }
    sent = _component()(data=data, key=key, on_state_change=lambda: None).get("state")
    if not isinstance(sent, dict) or sent.get("revision") != revision:
        return rows
    return read_rows(sent.get("rows"), len(rows), len(names), exact_length=not resizable) or rows


def read_rows(value: Any, num_rows: int, num_names: int, *, exact_length: bool) -> Rows | None:
    """Read distributions that the browser sent, or return ``None`` where they are none."""
    try:
        read = tuple(tuple(float(p) for p in row) for row in value)
        for row in read:
            check_distribution("probabilities", np.array(row))
    except (TypeError, ValueError, InputError):
        return None
    lengths = {len(row) for row in read}
    fits = len(read) == num_rows and len(lengths) == 1 and max(lengths) <= num_names
    return read if fits and (not exact_length or lengths == {num_names}) else None


@cache
def _component() -> Any:
    return component(
        "simulator_distribution",
        html='<div class="softmax losses"></div>\n',
        css=read_assets("softmax/softmax.css", "distribution/distribution.css"),
        js=read_assets(*SCRIPTS),
    )
