"""A class that keeps its progress together: whether there is one, and what a learner of it is told and asked."""

import logging
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import streamlit as st

from simulator.course.progress import Progress
from simulator.errors import InputError
from simulator.texts import text
from simulator.ui.frame.shell import base_path
from simulator.ui.plain import plain

if TYPE_CHECKING:
    from simulator.course.class_store import ClassStore

CLASS = "BACKPROP_SIMULATOR_CLASS"
"""Environment variable that turns the store of a class on: ``1`` for a file on this machine, or a database."""
TEACHER_PAGE = "class"
_ERROR, _NAME, _SAVED = "class:error", "class:name", "class:saved"
_MOST_LETTERS = 40
_LOG = logging.getLogger("simulator")


def database_address() -> str:
    """Return the address of the class's database, from the environment; empty where there is no class."""
    asked = os.environ.get(CLASS, "").strip()
    if asked in ("", "0", "off"):
        return ""
    if "://" in asked:
        return asked
    file = Path(platformdirs.user_data_dir("backprop-simulator", appauthor=False)) / "class.sqlite"
    return f"sqlite:///{file if asked == '1' else Path(asked).expanduser().resolve()}"


@cache
def class_store() -> "ClassStore | None":
    """Return the store of the class; ``None`` where there is none.

    Raises:
      ValueError: with a sentence, where it cannot be opened.
    """
    address = database_address()
    if not address:
        return None
    try:
        from simulator.course.class_store import ClassStore
    except ImportError as error:
        raise ValueError(f"{CLASS} needs SQLAlchemy: install backprop-simulator[class].") from error
    try:
        if address.startswith("sqlite:///"):
            Path(address.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        return ClassStore(address)
    except (InputError, OSError) as error:
        cause = getattr(error.__cause__, "orig", None) or error.__cause__ or error
        raise ValueError(f"{CLASS}: the database of the class cannot be opened: {cause}") from error


def teacher_address() -> str:
    """Return the address of the teacher's page with its key, without a host; empty where there is no class."""
    store = class_store()
    return "" if store is None else f"{base_path()}/{TEACHER_PAGE}?key={store.key()}"


def announce_class() -> None:
    """Say at the start where the teacher's page is; only who starts the program reads it."""
    if address := teacher_address():
        _LOG.info("The teacher's page of the class, for you alone: %s", address)


def note_answer(learner: str, lesson: str, checkpoint: str, *, right: bool, wrong: str) -> None:
    """Note an answer in the store of the class, before its verdict is shown; what fails is said and tried again."""
    store = class_store()
    if store is None or not learner:
        return
    st.session_state.pop(_ERROR, None)
    try:
        store.answer(learner, lesson, checkpoint, right=right, wrong=wrong)
    except InputError as error:
        st.session_state[_ERROR] = error
        st.session_state.pop(_SAVED, None)  # the next page brings everything that the browser knows


def keep_in_class(progress: Progress, place: tuple[str, str]) -> None:
    """Bring what this browser knows into the store of the class, where that is anything new."""
    store = class_store()
    known = (progress.model_dump_json(exclude={"practice"}), place)  # which stays in the browser
    if store is None or not progress.learner or st.session_state.get(_SAVED) == known:
        return
    try:
        store.save(progress.learner, progress, place)
    except InputError as error:
        st.session_state[_ERROR] = error
    else:
        st.session_state[_SAVED] = known
        st.session_state.pop(_ERROR, None)


def say_what_failed(language: str) -> None:
    """Say that the class does not know of the last answers, as long as that is so."""
    error: InputError | None = st.session_state.get(_ERROR)
    if error is not None:
        st.warning(plain(error.in_language(language)))


def draw_class(learner: str, language: str) -> None:
    """Say plainly who sees what, and ask for a name, which may be none."""
    store = class_store()
    if store is None or not learner:
        return
    with st.container(border=True, key="lesson_prose_class"):
        st.markdown(f":material/groups: {text(language, 'class.notice')}")
        if _NAME not in st.session_state:
            try:
                st.session_state[_NAME] = store.name(learner)
            except InputError as error:
                st.session_state[_ERROR], st.session_state[_NAME] = error, ""

        def named() -> None:
            try:
                store.rename(learner, str(st.session_state.get(_NAME) or ""))
            except InputError as error:
                st.session_state[_ERROR] = error

        st.text_input(
            text(language, "class.name"),
            key=_NAME,
            max_chars=_MOST_LETTERS,
            placeholder=text(language, "class.no_name"),
            on_change=named,
        )
    say_what_failed(language)
