"""Controls for what the network is."""

import streamlit as st

from simulator.core.network import ACTIVATIONS, INITIALIZERS, MAX_HIDDEN_LAYERS, MAX_WIDTH, NORMALIZATIONS
from simulator.errors import InputError
from simulator.scenes.training.settings import parse_widths
from simulator.texts import text
from simulator.ui.components.training import state
from simulator.ui.components.training.widgets import number, select, slider, toggle

_MAX_WRITTEN = 600
_FIRST_WIDTH = 8


def network_controls(language: str) -> None:
    """Draw layers and widths, activation, initialization, and what may stand in a hidden layer."""
    values = state.values()
    _width_controls(language)
    select("activation", ACTIVATIONS, language)
    if values["activation"] in ("leaky_relu", "prelu"):
        slider("slope", language, -0.5, 1.0, 0.01)
    select("initializer", INITIALIZERS, language)
    if values["initializer"] == "normal":
        number("init_std", language, 0.005)
    if values["initializer"] == "constant":
        number("init_value", language, 0.05)
    select("normalization", NORMALIZATIONS, language)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        slider("dropout", language, 0.0, 0.9, 0.05)
    with right:
        toggle("residual", language)


def _width_controls(language: str) -> None:
    """Draw two counters for equal widths and a line for widths of one's own; each follows the other."""
    hidden = state.values()["hidden"]
    st.session_state.setdefault(state.key("layers"), len(hidden))
    st.session_state.setdefault(state.key("width"), hidden[0] if hidden else _FIRST_WIDTH)
    st.session_state.setdefault(state.key("hidden"), ", ".join(map(str, hidden)))
    left, right = st.columns(2)
    for place, name, low, high in ((left, "layers", 0, MAX_HIDDEN_LAYERS), (right, "width", 1, MAX_WIDTH)):
        label = text(language, f"training.control.{name}")
        place.number_input(label, low, high, key=state.key(name), on_change=_counted)
    written = st.text_input(
        text(language, "training.control.hidden"),
        key=state.key("hidden"),
        help=text(language, "training.hidden_help"),
        max_chars=_MAX_WRITTEN,
        on_change=_written,
    )
    try:
        state.values()["hidden"] = parse_widths(written)
    except InputError as error:
        st.error(error.in_language(language))


def _counted() -> None:
    widths = (st.session_state[state.key("width")],) * st.session_state[state.key("layers")]
    st.session_state[state.key("hidden")] = ", ".join(map(str, widths))


def _written() -> None:
    try:
        widths = parse_widths(st.session_state[state.key("hidden")])
    except InputError:
        return
    st.session_state[state.key("layers")] = len(widths)
    if widths:
        st.session_state[state.key("width")] = widths[0]
