"""One line a control: each widget reads its label from the catalogue and its value from the page's state."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from simulator.scenes.training.settings import CONTROLS
from simulator.texts import text
from simulator.ui.components.training.state import key, values


def select(name: str, options: tuple, language: str, show: Callable[[Any], str] | None = None, **more: Any) -> None:
    """Draw a list of choices. A value that is no choice any more becomes the first one."""
    if values()[name] not in options:
        values()[name] = options[0]
    if st.session_state.get(key(name), options[0]) not in options:
        st.session_state.pop(key(name))
    label = show or (lambda option: text(language, f"training.option.{name}.{option}"))
    values()[name] = st.selectbox(_label(language, name), options, key=_seed(name), format_func=label, **more)


def stops(name: str, options: tuple, language: str, show: Callable[[Any], str]) -> None:
    """Draw a slider over fixed stops; a value from a link that is no stop becomes one, in its place."""
    current = values()[name]
    if current not in options:
        numbers = sorted([*(option for option in options if option is not None), current])
        first, last = options[:1] == (None,), options[-1:] == (None,)
        options = (*((None,) if first else ()), *numbers, *((None,) if last else ()))
    values()[name] = st.select_slider(_label(language, name), options, key=_seed(name), format_func=show)


def slider(name: str, language: str, low: float, high: float, step: float) -> None:
    """Draw a linear slider."""
    values()[name] = st.slider(_label(language, name), low, high, step=step, key=_seed(name))


def number(name: str, language: str, step: float) -> None:
    """Draw a box for a number within the control's bounds."""
    control = CONTROLS[name]
    low, high = float(control.minimum), float(control.maximum)
    values()[name] = st.number_input(_label(language, name), low, high, step=step, key=_seed(name), format="%g")


def integer(name: str, language: str, low: int | None = None, high: int | None = None) -> None:
    """Draw a box for a whole number within the control's bounds, or narrower ones."""
    control = CONTROLS[name]
    low, high = int(control.minimum) if low is None else low, int(control.maximum) if high is None else high
    values()[name] = st.number_input(_label(language, name), low, high, key=_seed(name))


def toggle(name: str, language: str) -> None:
    """Draw a switch."""
    values()[name] = st.toggle(_label(language, name), key=_seed(name))


def _label(language: str, name: str) -> str:
    return text(language, f"training.control.{name}")


def _seed(name: str) -> str:
    """Give a widget its value where it has none yet; return its key."""
    if key(name) not in st.session_state:
        st.session_state[key(name)] = values()[name]
    return key(name)
