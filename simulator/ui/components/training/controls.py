"""The controls that only training has: the data set, the widths of the hidden layers, the weight of a fork."""

from typing import Any

import streamlit as st

from simulator.core.network import MAX_HIDDEN_LAYERS, MAX_WIDTH
from simulator.scenes.training.fitting import UPLOADED
from simulator.scenes.training.fork_weight import ForkWeight
from simulator.scenes.training.settings import DataSet
from simulator.scenes.training.uploads import find
from simulator.scenes.training.widths import Widths, typed_widths
from simulator.scenes.training.words.common import capitalised, layer_name
from simulator.scenes.written import option_entry
from simulator.texts import text
from simulator.ui.controls.bound import bound, errors_of, label, typed
from simulator.ui.controls.session import Controls
from simulator.ui.plain import plain

_MAX_WRITTEN = 600
_FIRST_WIDTH = 8


def draw_data_set(controls: Controls[Any], name: str, kind: DataSet) -> None:
    """Draw the list of data sets and, under it, what the chosen one is."""
    language, settings = controls.language, controls.settings
    chosen = getattr(settings, name)

    def word(code: str) -> str:
        return text(language, option_entry(kind.words, code))

    bound(st.selectbox, controls, name, list(kind.choices), shown=chosen, format_func=word)
    if chosen != UPLOADED:
        st.caption(text(language, f"datasets.{chosen}.description"))
    elif (table := find(settings.table)) is not None:
        counts = {"rows": table.num_rows, "features": table.num_features, "classes": table.num_classes}
        st.caption(plain(text(language, "training.uploaded", name=table.name, **counts)))


def draw_widths(controls: Controls[Any], name: str, kind: Widths) -> None:
    """Draw two counters for equal widths and a line for widths of one's own; each follows the other."""
    language = controls.language
    hidden: tuple[int, ...] = getattr(controls.settings, name)
    layers, width = controls.key(name, "layers"), controls.key(name, "width")
    before = st.session_state.get(width, _FIRST_WIDTH)  # a network without hidden layers remembers its width
    controls.show(name, len(hidden), "layers")
    controls.show(name, hidden[0] if hidden else before, "width")

    def counted(_number: int) -> None:
        errors_of(controls).pop(name, None)
        controls.change(**{name: (int(st.session_state[width]),) * int(st.session_state[layers])})

    for place, counter, low, high in zip(
        st.columns(2), ("layers", "width"), (0, 1), (MAX_HIDDEN_LAYERS, MAX_WIDTH), strict=True
    ):
        place.number_input(
            text(language, f"training.counter.{counter}"),
            low,
            high,
            key=controls.key(name, counter),
            on_change=controls.hear,
            args=(name, counted, counter),
        )
    typed(controls, name, kind, typed_widths(hidden), max_chars=_MAX_WRITTEN)


def draw_fork_weight(controls: Controls[Any], name: str, kind: ForkWeight) -> None:
    """Draw three lists for the weight that a fork sets by hand: its layer, and the nodes that it joins."""
    language, sizes = controls.language, kind.sizes
    place: tuple[int, ...] = getattr(controls.settings, name)
    parts = ("layer", "from", "to")
    keys = [controls.key(name, part) for part in parts]
    for part, number in zip(parts, place or (0, 1, 1), strict=True):
        controls.show(name, number, part)

    def moved(_number: int) -> None:
        layer, source, unit = (int(st.session_state.get(key, 1)) for key in keys)
        controls.change(**{name: (layer, source, unit) if layer else ()})

    def layer_words(layer: int) -> str:
        if not layer:
            return text(language, f"training.off.{name}")
        return capitalised(layer_name(language, layer - 1, len(sizes) - 1))

    def node_words(node: int) -> str:
        return str(node) if node else text(language, "training.by_hand.bias")

    layers = range(max(len(sizes), 1))
    st.selectbox(
        label(controls, name),
        layers,
        key=keys[0],
        format_func=layer_words,
        on_change=controls.hear,
        args=(name, moved, "layer"),
    )
    if place:
        ends = (("from", range(sizes[place[0] - 1] + 1)), ("to", range(1, sizes[place[0]] + 1)))
        for column, (end, nodes), key in zip(st.columns(2), ends, keys[1:], strict=True):
            words = text(language, f"training.by_hand.{end}")
            heard = {"on_change": controls.hear, "args": (name, moved, end)}
            column.selectbox(words, nodes, key=key, format_func=node_words, **heard)
