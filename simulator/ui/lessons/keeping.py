"""A learner's progress in this session: read from the browser, changed by answers, kept in the browser again."""

import secrets
from typing import NamedTuple

import streamlit as st

from simulator.course.loader import Lesson
from simulator.course.progress import MAX_LETTERS, Answered, Progress, load, merged, record
from simulator.texts import text
from simulator.ui.components.progress.component import keep
from simulator.ui.lessons.classroom import class_store, keep_in_class, note_answer

_MEMORY, _SAID = "lessons:progress", "lessons:progress:said"
_FILE = "lessons:progress:file"
_VERDICT = "lessons:verdict"


class _Memory(NamedTuple):
    progress: Progress
    base: str | None = None  # what the browser had kept when it was read; None before that


def progress() -> Progress:
    """Return this learner's progress."""
    return _memory().progress


def answered(lesson: Lesson, name: str) -> Answered:
    """Return what became of a checkpoint."""
    return progress().of(lesson.name).checkpoints.get(name, Answered())


def set_answered(lesson: Lesson, name: str, entry: Answered) -> None:
    """Change what became of a checkpoint."""
    progress().of(lesson.name).checkpoints[name] = entry


def attempt(lesson: Lesson, name: str, *, right: bool, wrong: str) -> None:
    """Note one more answer; ``wrong`` is the name of the wrong answer that was recognised."""
    note_answer(progress().learner, lesson.name, name, right=right, wrong=wrong)
    set_answered(lesson, name, record(answered(lesson, name), right, wrong))


def show_verdict(box: str) -> None:
    """Have the verdict in the container with this key brought into sight."""
    _, number = st.session_state.get(_VERDICT, ("", 0))
    st.session_state[_VERDICT] = (box, number + 1)


def draw_keeper(lesson: str = "", part: str = "", *, page: str = "lesson") -> None:
    """Keep progress in the browser, and with a class in its store.

    Args:
      lesson: that is on the page; empty for none.
      part: of it.
      page: what else is on it.
    """
    memory, place = _memory(), f"{lesson or page}/{part}"
    if memory.base is not None:
        keep_in_class(memory.progress, (lesson, part))
    kept = None if memory.base is None else memory.progress.text()
    keep(kept, memory.base or "", place, st.session_state.get(_VERDICT, ("", 0)), _arrived)


def _memory() -> _Memory:
    return st.session_state.setdefault(_MEMORY, _Memory(Progress()))


def _arrived(stored: str) -> None:
    """Take over what the browser had kept; a damaged part of it is left out, and said."""
    found = load(stored)
    if stored and not found.whole:
        st.session_state[_SAID] = "damaged"
    memory = _memory()
    together = merged(memory.progress, found.progress)
    if class_store() is not None and not together.learner:
        together.learner = secrets.token_urlsafe(16)
    st.session_state[_MEMORY] = _Memory(together, stored)


def draw_progress(language: str) -> None:
    """Offer progress as a file, and a new beginning; say what was left out of what was read."""
    said = st.session_state.pop(_SAID, "")
    if said:
        sentences = {
            "damaged": "lessons.progress.damaged",
            "partly": "lessons.progress.partly",
            "nothing": "lessons.progress.nothing",
            "loaded": "lessons.progress.loaded",
        }
        (st.success if said == "loaded" else st.warning)(text(language, sentences[said]))
    with st.expander(text(language, "lessons.progress.title")):
        st.download_button(
            text(language, "lessons.progress.save"),
            progress().text(),
            file_name="backprop-progress.json",
            mime="application/json",
            on_click="ignore",
        )
        label = text(language, "lessons.progress.load")
        st.file_uploader(label, type="json", key=_FILE, max_upload_size=1, on_change=_load_file)
        with st.popover(text(language, "lessons.progress.forget")):
            st.button(text(language, "lessons.progress.forget_sure"), key="lessons:forget", on_click=_forget)


def _load_file() -> None:
    file = st.session_state.get(_FILE)
    if file is None:
        return
    found = load(file.getvalue()[: MAX_LETTERS + 1].decode("utf-8", errors="replace"))
    memory = _memory()
    st.session_state[_MEMORY] = memory._replace(progress=merged(memory.progress, found.progress))
    st.session_state[_SAID] = (
        "loaded" if found.whole else "partly" if found.progress.lessons or found.progress.practice else "nothing"
    )


def _forget() -> None:
    st.session_state[_MEMORY] = _memory()._replace(progress=Progress(learner=progress().learner))
