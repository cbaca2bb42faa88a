"""What a teacher's lock makes of controls: a fixed one is read, not moved; and the sentence that says so."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from simulator.scenes.kinds import Choice, Flag, Number, Several
from simulator.scenes.written import option_entry
from simulator.texts import text
from simulator.ui.controls.bound import label
from simulator.ui.controls.session import Controls
from simulator.ui.plain import plain


def draw_fixed(controls: Controls[Any], name: str) -> None:
    """Write a control that cannot be moved: its name and its value; there is no widget that could be asked."""
    with st.container(key=f"fixed_{name}"):
        st.markdown(f"{label(controls, name)}  \n:material/lock: **{plain(value_words(controls, name))}**")


def value_words(controls: Controls[Any], name: str) -> str:
    """Return the value of a control as a reader sees it."""
    kind, value, language = controls.settings.kind(name), controls.settings.shown(name), controls.language
    if isinstance(kind, Flag):
        return text(language, "share.on" if value else "share.off")
    if isinstance(kind, Several):
        return ", ".join(_word(kind, code, language) for code in value)
    if isinstance(kind, Choice):
        return _word(kind, value, language)
    if isinstance(kind, Number):
        return _number(controls, name, value, kind.percent)
    return getattr(kind, "show", kind.write)(value).replace("\n", "; ")


def _word(kind: Choice | Several, code: Any, language: str) -> str:
    return text(language, option_entry(kind.words, code)) if kind.words else str(code)


def _number(controls: Controls[Any], name: str, value: float | None, percent: bool) -> str:
    if value is None:
        return text(controls.language, f"{controls.scene.settings.texts}.off.{name}")
    if percent:
        return f"{100 * value:.6g}%"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def draw_lock_words(controls: Controls[Any], shown: Iterable[str]) -> None:
    """Say what a teacher has settled here, where anything is.

    Args:
      controls: of the page.
      shown: controls that the page would have here without the lock.
    """
    sentence = lock_words(controls, shown)
    if sentence:
        st.info(plain(sentence), icon=":material/lock:")


def lock_words(controls: Controls[Any], shown: Iterable[str]) -> str:
    """Return what a teacher has settled, in sentences; empty where nothing is. Hidden controls are only counted."""
    lock, language = controls.lock, controls.language
    fixed = [label(controls, name) for name in lock.fixed]
    said = []
    if fixed:
        said.append(text(language, "share.fixed_words", names=", ".join(fixed)))
    if lock.hidden:
        said.append(text(language, "share.hidden_words", count=len(lock.hidden)))
    if lock.values:
        free = [name for name in shown if name not in lock.values]
        said.append(text(language, "share.rest_free" if free else "share.nothing_free"))
    if lock.hides_answers:
        said.append(text(language, "share.answers_words"))
    if lock.panel and not said:
        said.append(text(language, "share.panel_words"))
    return " ".join(said)
