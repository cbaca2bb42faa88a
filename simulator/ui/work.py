"""The numbers of panels: at once where they are quick; where they are not, off the page's thread with a way to stop."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import streamlit as st

from simulator.errors import InputError
from simulator.scenes.scene import Numbers, Scene
from simulator.texts import text
from simulator.ui.jobs import CancelledBeforeStart, Job, jobs
from simulator.ui.plain import plain

PATIENCE_SECONDS = 0.6
"""Work that is done by then appears without a progress bar."""
POLL_SECONDS = 0.25


class Ready(NamedTuple):
    """Numbers, and the settings that they belong to: those asked for, or the ones before while these are computed."""

    numbers: Any
    settings: Any


def numbers_of(
    scene: Scene[Any], panels: Iterable[str], settings: Any, language: str, *, place: str = ""
) -> Mapping[Numbers[Any], Ready]:
    """Return the numbers of some panels; draws progress, a way to stop, and sentences where there is nothing to show.

    Args:
      scene: whose panels they are.
      panels: their names.
      settings: of the scene.
      language: of the reader.
      place: where they are shown: a new request from a place stops its old one.

    Returns:
      What there is, by how it is computed; a panel whose numbers are not there is not drawn.
    """
    ready = {}
    for numbers in dict.fromkeys(scene.view(panel).numbers for panel in panels):
        if numbers.long:
            found = _long(scene, numbers, settings, language, place or scene.name)
        else:
            found = _short(numbers, settings, language)
        if found is not None:
            ready[numbers] = found
    return ready


def latest(scene: Scene[Any], numbers: Numbers[Any], *, place: str = "") -> Ready | None:
    """Return what a place shows of long work, without asking for anything; ``None`` for nothing."""
    name = _name(numbers, place or scene.name)
    _, job = st.session_state.get(name, (None, None))
    failed = job is not None and job.finished and isinstance(job.error, InputError)
    return None if failed else st.session_state.get(f"{name}:last")


def _name(numbers: Numbers[Any], place: str) -> str:
    return f"work:{place}:{numbers.compute.__qualname__}"


def _short(numbers: Numbers[Any], settings: Any, language: str) -> Ready | None:
    try:
        return Ready(numbers.of(settings), settings)
    except InputError as error:
        st.error(plain(error.in_language(language)))
        return None


def _long(scene: Scene[Any], numbers: Numbers[Any], settings: Any, language: str, place: str) -> Ready | None:
    name = _name(numbers, place)
    job = _job(name, numbers, settings)
    if not job.wait(PATIENCE_SECONDS):
        _progress(name, language)
    before: Ready | None = st.session_state.get(f"{name}:last")
    if not job.finished:
        if before is not None:
            st.caption(text(language, "frame.work.older"))
        return before
    if isinstance(job.error, InputError):
        st.error(plain(job.error.in_language(language)))
        st.button(text(language, "frame.work.again"), key=f"{name}:again", on_click=_forget, args=(name,))
        return None
    if job.error is not None and not isinstance(job.error, CancelledBeforeStart):
        raise job.error
    if job.cancelled:
        left, right = st.columns([1, 4], vertical_alignment="center")
        left.button(text(language, "frame.work.again"), key=f"{name}:again", on_click=_forget, args=(name,))
        right.info(text(language, "frame.work.stopped"))
    if job.result is None:
        return before
    found = Ready(job.result, settings)
    st.session_state[f"{name}:last"] = found
    return found


def _job(name: str, numbers: Numbers[Any], settings: Any) -> Job:
    """Return the job of these settings; another one of this place that is still running is stopped."""
    wanted = numbers.key(settings)
    known, job = st.session_state.get(name, (None, None))
    if known == wanted and job is not None:
        return job
    if job is not None and not job.finished:
        job.cancel()
    job = jobs().submit(wanted, lambda progress: numbers.of(settings, progress))
    st.session_state[name] = (wanted, job)
    return job


def _forget(name: str) -> None:
    st.session_state.pop(name, None)


def _progress(name: str, language: str) -> None:
    """Draw a bar that follows the work by itself and reruns the page when the work is done."""

    @st.fragment(run_every=POLL_SECONDS)
    def bar() -> None:
        _, job = st.session_state.get(name, (None, None))
        if job is None or job.finished:
            st.rerun()
            return
        preparing = job.total_steps == 0
        percent = f"{job.fraction:.0%}"
        sentence = text(language, "frame.work.preparing" if preparing else "frame.work.running", percent=percent)
        left, right = st.columns([1, 4], vertical_alignment="bottom")  # the right corner lies under Streamlit's menu
        left.button(text(language, "frame.work.stop"), key=f"{name}:stop", on_click=job.cancel, disabled=preparing)
        right.progress(job.fraction, sentence)

    bar()
