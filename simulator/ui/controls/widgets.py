"""One way to draw any control: the kind that its field declares decides which widget it is."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from simulator.scenes.kinds import OFF, Choice, Flag, Number, Numbers, Several, Text, Whole
from simulator.scenes.written import option_entry
from simulator.texts import text
from simulator.ui.components.chain.typed import draw_examples, draw_network
from simulator.ui.components.distribution.component import draw_distribution
from simulator.ui.components.gradient_decay.factor_table import draw_factors
from simulator.ui.components.graph.controls import draw_calls, draw_formula, draw_inputs, draw_variable
from simulator.ui.components.training.controls import draw_data_set, draw_fork_weight, draw_widths
from simulator.ui.controls.bound import bound, errors_of, label, typed
from simulator.ui.controls.fixed import draw_fixed
from simulator.ui.controls.session import Controls
from simulator.ui.plain import plain

Draw = Callable[[Controls[Any], str, Any], None]


def draw_controls(controls: Controls[Any], names: Iterable[str]) -> None:
    """Draw some controls, one below the other."""
    for name in names:
        draw_control(controls, name)


def draw_control(controls: Controls[Any], name: str) -> None:
    """Draw one control; of one that a teacher has fixed its value, of one that is hidden nothing."""
    lock = controls.lock
    if name in lock.hidden:
        return
    if name in lock.fixed or (name in lock.asking and getattr(controls.settings, name)):
        draw_fixed(controls, name)
        return
    kind = controls.settings.kind(name)
    draw = DRAWERS.get(type(kind).__name__)
    if draw is None:
        raise TypeError(f"no widget for {type(kind).__name__}")
    draw(controls, name, kind)
    error = errors_of(controls).get(name)
    if error is not None:
        st.warning(plain(f"{error.in_language(controls.language)} {text(controls.language, 'frame.kept')}"))


def option_words(controls: Controls[Any], kind: Choice | Several) -> Callable[[Any], str]:
    """Return the function from a code to its word."""
    return lambda code: text(controls.language, option_entry(kind.words, code)) if kind.words else str(code)


def _choice(controls: Controls[Any], name: str, kind: Choice) -> None:
    value = getattr(controls.settings, name)
    options = list(kind.choices) if value in kind.choices else [*kind.choices, value]
    words = option_words(controls, kind)
    if kind.look == "buttons":
        bound(st.segmented_control, controls, name, options, shown=value, format_func=words, required=True, wrap=True)
    else:
        bound(st.selectbox, controls, name, options, shown=value, format_func=words)


def _several(controls: Controls[Any], name: str, kind: Several) -> None:
    value = getattr(controls.settings, name)
    words = option_words(controls, kind)
    if kind.look == "switches":
        _switches(controls, name, kind, words)
        return
    if kind.look == "buttons":
        bound(
            st.pills,
            controls,
            name,
            list(kind.choices),
            shown=list(value),
            meant=lambda chosen: tuple(code for code in kind.choices if code in chosen),
            format_func=words,
            selection_mode="multi",
            wrap=True,
        )
        return
    bound(
        st.multiselect,
        controls,
        name,
        list(kind.choices),
        shown=list(value),
        meant=tuple,
        format_func=words,
        max_selections=kind.most,
    )


def _switches(controls: Controls[Any], name: str, kind: Several, words: Callable[[str], str]) -> None:
    st.markdown(label(controls, name))
    value = getattr(controls.settings, name)
    for code in kind.choices:
        controls.show(name, code in value, code)

        def switched(chosen: bool, code: str = code) -> None:
            now = getattr(controls.settings, name)
            on = {one for one in kind.choices if (chosen if one == code else one in now)}
            controls.change(**{name: tuple(one for one in kind.choices if one in on)})

        def moved(code: str = code, switched: Callable[[bool], None] = switched) -> None:
            controls.hear(name, switched, code)

        st.toggle(words(code), key=controls.key(name, code), on_change=moved)


def _number(controls: Controls[Any], name: str, kind: Number) -> None:
    value = controls.settings.shown(name)
    stops = kind.stops or (_decades(kind) if kind.log else ())
    if stops or kind.optional:
        _stops(controls, name, kind, stops)
        return
    whole = isinstance(kind, Whole)
    cast = int if whole else float
    step = cast(kind.step) if kind.step is not None else (1 if whole else None)
    widget = st.number_input if kind.look == "box" else st.slider
    shape = None if whole else "%g" if kind.look == "box" else _format(kind.step)
    low, high = cast(kind.minimum), cast(kind.maximum)
    bound(widget, controls, name, low, high, shown=cast(value), step=step, format=shape)


def _format(step: float | None) -> str:
    """Return the format with as many decimals as the step has."""
    return "%.2f" if step is None else f"%.{len(f'{step:.10f}'.rstrip('0').partition('.')[2])}f"


def _stops(controls: Controls[Any], name: str, kind: Number, stops: tuple[float | None, ...]) -> None:
    """Draw a slider over stops; a value that is none becomes one, in its place. The ends that are off stay ends."""
    value = getattr(controls.settings, name)
    numbers = sorted({*(stop for stop in stops if stop is not None), *(() if value is None else (value,))})
    first, last = stops[:1] == (None,) or not stops, stops[-1:] == (None,) and len(stops) > 1
    options = [*([None] if kind.optional and (first or not last) else []), *numbers, *([None] if last else [])]
    codes = {kind.write(option): option for option in options}
    off = f"{controls.scene.settings.texts}.off.{name}"

    def word(code: str) -> str:
        return text(controls.language, off) if code == OFF else _short(codes[code], kind.percent)

    bound(
        st.select_slider,
        controls,
        name,
        list(codes),
        shown=kind.write(value),
        meant=lambda code: codes.get(code, value),
        format_func=word,
    )


def _short(number: float, percent: bool) -> str:
    if percent:
        return f"{100 * number:.6g}%"
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def _decades(kind: Number) -> tuple[float, ...]:
    low, high = math.floor(math.log10(kind.minimum)), math.ceil(math.log10(kind.maximum))
    found = [float(f"{digit}e{power}") for power in range(low, high + 1) for digit in (1, 2, 5)]
    return tuple(stop for stop in found if kind.minimum <= stop <= kind.maximum)


def _text(controls: Controls[Any], name: str, kind: Text) -> None:
    value = getattr(controls.settings, name)
    typed(controls, name, kind, value, widget=st.text_area if kind.lines > 1 else st.text_input, max_chars=kind.most)


def _numbers(controls: Controls[Any], name: str, kind: Numbers) -> None:
    typed(controls, name, kind, kind.write(getattr(controls.settings, name)), max_chars=4000)


def _flag(controls: Controls[Any], name: str, kind: Flag) -> None:
    del kind
    bound(st.toggle, controls, name, shown=getattr(controls.settings, name))


DRAWERS: dict[str, Draw] = {
    "Choice": _choice,
    "Several": _several,
    "Number": _number,
    "Whole": _number,
    "Numbers": _numbers,
    "Flag": _flag,
    "Text": _text,
    "Factors": draw_factors,
    "Formula": draw_formula,
    "InputTexts": draw_inputs,
    "Calls": draw_calls,
    "Variable": draw_variable,
    "DataSet": draw_data_set,
    "Widths": draw_widths,
    "ForkWeight": draw_fork_weight,
    "Network": draw_network,
    "OwnExamples": draw_examples,
    "WeightName": _numbers,
    "Entry": _numbers,
    "Distribution": draw_distribution,
}
"""Name of a kind → how it is drawn. A scene with a kind of its own has its drawer among the components."""
