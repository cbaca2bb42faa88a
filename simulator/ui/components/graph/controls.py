"""The drawers of a computation graph's controls: what cannot be used stays as it is typed, with a sentence."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from simulator.errors import InputError
from simulator.graph import parse
from simulator.graph.functions import FUNCTIONS
from simulator.graph.syntax import MAX_LENGTH
from simulator.scenes.computation_graph.inputs import Source, read_value, shape_text, value_text
from simulator.scenes.computation_graph.settings import ComputationGraph, input_text, typed, with_input
from simulator.texts import text
from simulator.ui.controls.bound import bound
from simulator.ui.controls.session import Controls
from simulator.ui.plain import plain

SLIDER_REACH = 5.0
_FIRST_ENTRY = re.compile(r"pick\(.*(, 0)+\)")


class _Slip(NamedTuple):
    """Text that could not be used. It belongs to the graph that was shown then, and goes with it."""

    written: str
    error: InputError
    source: Source
    inputs: Mapping[str, str]  # typed with an expression that could not be used


def draw_formula(controls: Controls[Any], name: str, _kind: Any) -> None:
    """Draw the box for an expression."""
    settings: ComputationGraph = controls.settings
    language, slip = controls.language, _slip(controls, name)
    controls.show(name, slip.written if slip else settings.source.text)

    def moved(written: str) -> None:
        before: ComputationGraph = controls.settings
        if written.strip() == before.source.text:
            _slips(controls).pop(name, None)
        else:
            _try(controls, name, written, lambda: typed(before, written.strip()))

    st.text_input(
        text(language, f"computation_graph.control.{name}"),
        key=controls.key(name),
        max_chars=MAX_LENGTH,
        on_change=controls.hear,
        args=(name, moved),
        help=plain(text(language, "computation_graph.expression_help", functions=", ".join(FUNCTIONS))),
        placeholder="(w*x + b - t)**2",
    )
    if not settings.source.text:
        st.caption(text(language, "computation_graph.expression_fixed"))
    if _FIRST_ENTRY.fullmatch(settings.expression):
        st.caption(text(language, "computation_graph.first_entry"))
    _say(controls, name)
    if slip is not None:
        _draw_draft(controls, name, slip)


def _draw_draft(controls: Controls[Any], name: str, slip: _Slip) -> None:
    """Draw a box for each input of an expression that can be read, but not be computed with the shapes tried."""
    draft = _readable(slip.written)
    if draft is None or not draft.names:
        return
    st.caption(text(controls.language, "computation_graph.draft"))
    settings: ComputationGraph = controls.settings
    stays = {one: input_text(settings, one) for one in settings.source.names if settings.source.is_editable(one)}
    written = {one: slip.inputs.get(one) or stays.get(one) or draft.default(one) for one in draft.names}
    for one in draft.names:
        place = f"draft:{one}"
        controls.show(place, written[one])

        def moved(typed_in: str, one: str = one) -> None:
            given = {**written, one: typed_in}
            change = partial(typed, controls.settings, draft.expression, tuple(given.items()))
            _try(controls, name, slip.written, change, given)

        st.text_input(
            _label(one, written[one]),
            key=controls.key(place),
            max_chars=MAX_LENGTH,
            on_change=controls.hear,
            args=(place, moved),
        )


def _readable(written: str) -> Source | None:
    """Return what was typed, if it is an expression."""
    try:
        parse(written.strip())
    except InputError:
        return None
    return Source("", written.strip())


def _label(name: str, written: str) -> str:
    """Return the name of an input with its shape."""
    try:
        shape = shape_text(read_value(name, written))
    except InputError:
        shape = ""
    return plain(f"{name} ({shape})" if shape else name)


def draw_inputs(controls: Controls[Any], name: str, _kind: Any) -> None:
    """Draw a box for every input that can be typed, and a slider beside those that are one number."""
    settings: ComputationGraph = controls.settings
    language, source = controls.language, settings.source
    st.markdown(f"**{text(language, f'computation_graph.control.{name}')}**")
    for one in source.names:
        if source.is_editable(one):
            _draw_input(controls, one)
    large = [one for one in source.names if not source.is_editable(one)]
    if large:
        st.caption(plain(text(language, "computation_graph.large", names=", ".join(large))))


def draw_variable(controls: Controls[Any], name: str, kind: Any) -> None:
    """Draw the list of inputs with a gradient."""
    bound(st.selectbox, controls, name, kind.choices, shown=controls.settings.shown_variable)


def draw_calls(controls: Controls[Any], name: str, kind: Any) -> None:
    """Draw the list of nodes that can be opened, where they are not opened in the picture."""
    bound(st.multiselect, controls, name, kind.choices, shown=list(controls.settings.open_calls), meant=tuple)


def _draw_input(controls: Controls[Any], name: str) -> None:
    settings, slip = controls.settings, _slip(controls, name)
    box, slider = f"inputs:{name}", f"inputs:{name}:slider"
    written = input_text(settings, name)
    controls.show(box, slip.written if slip else written)
    value = read_value(name, written)

    def change(asked: str) -> None:
        _try(controls, name, asked, lambda: with_input(controls.settings, name, asked.strip()))

    typing: dict[str, Any] = {
        "key": controls.key(box),
        "max_chars": MAX_LENGTH,
        "on_change": controls.hear,
        "args": (box, change),
    }
    if isinstance(value, float):
        left, right = st.columns([0.36, 0.64], vertical_alignment="bottom")
        with left:
            st.text_input(plain(name), **typing)
        with right:
            reach = _reach(value, settings.source.default(name))
            controls.show(slider, value)
            st.slider(
                plain(text(controls.language, "computation_graph.slider", name=name)),
                -reach,
                reach,
                step=reach / 50,
                key=controls.key(slider),
                label_visibility="collapsed",
                format="%.4g",
                on_change=controls.hear,
                args=(slider, lambda moved: change(value_text(moved))),
            )
    else:
        st.text_input(_label(name, written), **typing)
    _say(controls, name)


def _reach(value: float, default: str) -> float:
    """Return how far a slider goes: 5, or the next power of ten that holds the value."""
    largest = max(abs(value), abs(float(np.max(read_value("x", default)))))
    return SLIDER_REACH if largest <= SLIDER_REACH else 10.0 ** np.ceil(np.log10(largest)).item()


def _try(
    controls: Controls[Any],
    name: str,
    written: str,
    change: Callable[[], ComputationGraph],
    inputs: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Move the controls, or remember what was typed and what is wrong with it."""
    slips = _slips(controls)
    slips.pop(name, None)
    try:
        controls.set(change())
    except InputError as error:
        slips[name] = _Slip(written, error, controls.settings.source, inputs)


def _slip(controls: Controls[Any], name: str) -> _Slip | None:
    slip = _slips(controls).get(name)
    return slip if slip is not None and slip.source == controls.settings.source else None


def _say(controls: Controls[Any], name: str) -> None:
    slip, language = _slip(controls, name), controls.language
    if slip is not None:
        st.warning(plain(f"{slip.error.in_language(language)} {text(language, 'computation_graph.kept')}"))


def _slips(controls: Controls[Any]) -> dict[str, _Slip]:
    return st.session_state.setdefault(f"slips:{controls.place or controls.scene.name}", {})
