"""The controls of the computation-graph page: what cannot be shown is said in a sentence, and changes nothing."""

import re
from dataclasses import replace

import numpy as np
import streamlit as st

from simulator.errors import InputError
from simulator.graph.functions import FUNCTIONS
from simulator.graph.presets import PRESETS, preset_title
from simulator.graph.syntax import MAX_LENGTH
from simulator.scenes.computation_graph.settings import (
    LINK_NAMES,
    GraphSettings,
    default_text,
    input_names,
    input_text,
    is_editable,
    levels,
    read_value,
    run_pass,
    toggled,
    value_text,
    with_input,
)
from simulator.texts import text
from simulator.ui import link

PAGE = "graph"
_SETTINGS, _MENDED, _REVISION, _ERRORS = "graph:settings", "graph:mended", "graph:revision", "graph:errors"
_EXPRESSION, _PRESET = "graph_expression", "graph_preset"
_PREDICT, _PREDICT_STEP = "graph_predict", "graph_predict_step"
SLIDER_REACH = 5.0
_MARKDOWN = re.compile(r"([\\`*_\[\]|~$<>:#])")


def settle(language: str) -> GraphSettings:
    """Take over what the link says where the reader has just arrived; return the settings that are shown.

    Sentences about a link that could not be followed stand at the top of the page.
    """
    memory = st.session_state
    arrived = link.arrived_with(PAGE, LINK_NAMES)
    if arrived is not None or _SETTINGS not in memory:
        settings, mended = GraphSettings.from_link(arrived or {})
        _show(settings)
        memory[_MENDED] = mended
    for error in memory.get(_MENDED, ()):
        st.warning(plain(error.in_language(language)))
    return memory[_SETTINGS]


def publish(settings: GraphSettings) -> None:
    """Write the settings into the link."""
    link.publish(PAGE, LINK_NAMES, settings.to_link())


def revision() -> int:
    """Return a number that grows when the browser must go to the step that is asked about."""
    return st.session_state.get(_REVISION, 0)


def toggle(name: str) -> None:
    """Open or close a node, from the callback of the component."""
    settings = st.session_state[_SETTINGS]
    opened = toggled(run_pass(settings).graph, settings.open_calls, name)
    _keep(replace(settings, opened=opened, predict=0))


def zoom(name: str) -> None:
    """Open what a zoom level opens, from the callback of the component."""
    settings = st.session_state[_SETTINGS]
    found = {level.name: level.opened for level in levels(run_pass(settings).graph)}
    if name in found:
        _keep(replace(settings, opened=found[name], predict=0))


def draw_source(settings: GraphSettings, language: str) -> None:
    """Draw the list of examples and the box for an expression."""
    memory = st.session_state
    memory[_PRESET] = None if settings.expression else settings.preset
    st.selectbox(
        text(language, "graph_page.preset"),
        list(PRESETS),
        index=None,
        key=_PRESET,
        format_func=lambda name: preset_title(language, name),
        placeholder=text(language, "graph_page.preset_own"),
        on_change=_choose_preset,
    )
    memory.setdefault(_EXPRESSION, settings.typed)
    st.text_input(
        text(language, "graph_page.expression"),
        key=_EXPRESSION,
        max_chars=MAX_LENGTH,
        on_change=_type_expression,
        help=text(language, "graph_page.expression_help", functions=", ".join(FUNCTIONS)),
        placeholder="(w*x + b - t)**2",
    )
    if not settings.typed:
        st.caption(text(language, "graph_page.expression_fixed"))
    _draw_error(_EXPRESSION, language)


def draw_inputs(settings: GraphSettings, language: str) -> None:
    """Draw a box for every input that can be typed, and a slider beside those that are one number."""
    names = input_names(settings)
    for name in names:
        if is_editable(settings, name):
            _draw_input(settings, name, language)
    fixed = [name for name in names if not is_editable(settings, name)]
    if fixed:
        st.caption(text(language, "graph_page.large", names=", ".join(fixed)))


def draw_predict(settings: GraphSettings, step_names: list[str], language: str) -> None:
    """Draw the switch of the prediction mode and the list of steps."""
    memory = st.session_state
    memory[_PREDICT] = bool(settings.predict)
    st.toggle(text(language, "graph_page.predict_toggle"), key=_PREDICT, on_change=_predict)
    if not settings.predict:
        return
    memory[_PREDICT_STEP] = settings.predict
    st.selectbox(
        text(language, "graph_page.predict_step"),
        list(range(1, len(step_names) + 1)),
        key=_PREDICT_STEP,
        format_func=lambda step: f"{step}. {step_names[step - 1]}" if step <= len(step_names) else str(step),
        on_change=_predict,
    )


def draw_next(settings: GraphSettings, language: str) -> None:
    """Offer to predict the step after this one, where there is one."""
    last = len(run_pass(settings).backward.steps)
    if settings.predict < last:
        label = text(language, "graph_page.predict_next")
        st.button(label, key="graph_predict_next", on_click=_predict_step, args=(settings.predict + 1,))


def _draw_input(settings: GraphSettings, name: str, language: str) -> None:
    memory, box, slider = st.session_state, _box(name), _slider(name)
    written = input_text(settings, name)
    memory.setdefault(box, written)
    value = read_value(name, written)
    if not isinstance(value, float):
        st.text_input(name, key=box, max_chars=MAX_LENGTH, on_change=_type_input, args=(name,))
        _draw_error(box, language)
        return
    left, right = st.columns([0.36, 0.64], vertical_alignment="bottom")
    with left:
        st.text_input(name, key=box, max_chars=MAX_LENGTH, on_change=_type_input, args=(name,))
    with right:
        reach = _reach(value, default_text(settings, name))
        memory[slider] = value
        st.slider(
            text(language, "graph_page.slider", name=name),
            -reach,
            reach,
            step=reach / 50,
            key=slider,
            label_visibility="collapsed",
            format="%.4g",
            on_change=_slide,
            args=(name,),
        )
    _draw_error(box, language)


def _reach(value: float, default: str) -> float:
    """Return how far a slider goes: 5, or the next power of ten that holds the value."""
    largest = max(abs(value), abs(float(np.max(read_value("x", default)))))
    return SLIDER_REACH if largest <= SLIDER_REACH else 10.0 ** np.ceil(np.log10(largest)).item()


def _draw_error(key: str, language: str) -> None:
    error: InputError | None = st.session_state.get(_ERRORS, {}).get(key)
    if error is not None:
        st.warning(plain(f"{error.in_language(language)} {text(language, 'graph_page.kept')}"))


def plain(sentence: str) -> str:
    """Return a sentence that shows as it is: what a person typed is no Markdown.

    >>> plain("write ** here")
    'write \\\\*\\\\* here'
    """
    return _MARKDOWN.sub(r"\\\1", sentence)


def _choose_preset() -> None:
    chosen = st.session_state[_PRESET]
    if chosen is not None:
        _show(GraphSettings(preset=chosen))


def _type_expression() -> None:
    written = st.session_state[_EXPRESSION].strip()
    before: GraphSettings = st.session_state[_SETTINGS]
    if written == before.typed:
        _errors().pop(_EXPRESSION, None)
        return
    known = next((name for name, preset in PRESETS.items() if preset.source == written), None)
    if known:
        _show(GraphSettings(preset=known))
        return
    attempt = GraphSettings(expression=written)
    try:
        if not written:
            run_pass(replace(attempt, expression=" "))
        for name in input_names(attempt):  # an input that stays keeps its value
            if name in input_names(before) and is_editable(before, name):
                attempt = with_input(attempt, name, input_text(before, name))
        run_pass(attempt)
    except InputError as error:
        _errors()[_EXPRESSION] = error
        return
    typed = st.session_state[_EXPRESSION]
    _show(attempt)
    st.session_state[_EXPRESSION] = typed


def _type_input(name: str) -> None:
    _change_input(name, st.session_state[_box(name)].strip())


def _slide(name: str) -> None:
    written = value_text(st.session_state[_slider(name)])
    st.session_state[_box(name)] = written
    _change_input(name, written)


def _change_input(name: str, written: str) -> None:
    settings: GraphSettings = st.session_state[_SETTINGS]
    try:
        read_value(name, written)
        attempt = with_input(settings, name, written)
        run_pass(attempt)
    except InputError as error:
        _errors()[_box(name)] = error
        return
    _errors().pop(_box(name), None)
    _keep(attempt)


def _predict() -> None:
    memory = st.session_state
    step = memory.get(_PREDICT_STEP, 1) if memory[_PREDICT] else 0
    _predict_step(max(step or 1, 1) if memory[_PREDICT] else 0)


def _predict_step(step: int) -> None:
    memory = st.session_state
    settings: GraphSettings = memory[_SETTINGS]
    memory[_REVISION] = revision() + 1
    _keep(replace(settings, predict=min(step, len(run_pass(settings).backward.steps))))


def _keep(settings: GraphSettings) -> None:
    st.session_state[_SETTINGS] = settings
    st.session_state[_MENDED] = ()


def _show(settings: GraphSettings) -> None:
    """Take over settings with another graph: the boxes must be filled anew."""
    memory = st.session_state
    _keep(settings)
    memory[_REVISION] = revision() + 1
    memory[_ERRORS] = {}
    for key in [str(key) for key in memory]:
        if key == _EXPRESSION or key.startswith(("graph_input_", "graph_slider_")):
            del memory[key]


def _errors() -> dict[str, InputError]:
    return st.session_state.setdefault(_ERRORS, {})


def _box(name: str) -> str:
    return f"graph_input_{name}"


def _slider(name: str) -> str:
    return f"graph_slider_{name}"
