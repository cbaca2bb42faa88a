"""Ask for the numbers of panels, and show what there is of them until they are complete."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import streamlit as st

from simulator.core.kept import kept
from simulator.errors import InputError
from simulator.scenes.scene import Numbers, Scene
from simulator.texts import text
from simulator.ui.plain import plain
from simulator.ui.work.job import Cancelled, Job, Waiter
from simulator.ui.work.pool import Jobs
from simulator.ui.work.progress import draw_progress
from simulator.ui.work.sessions import is_there, this_session
from simulator.ui.work.workers import outside, workers

PATIENCE_SECONDS = 0.6
"""Work that is done by then appears without a progress bar."""
_WORK = "work:"
_PLACES = f"{_WORK}places"


class Ready(NamedTuple):
    """Numbers, and the settings that they belong to: those asked for, or the ones before while these are computed."""

    numbers: Any
    settings: Any


@dataclass
class _Asked:
    """What a place on a reader's pages asked for."""

    key: Hashable
    job: Job | None = None  # while it is waited for, or where it failed
    stopped: bool = False  # by the reader


class _Shown(NamedTuple):
    """What a place showed last: where it is kept, and of which settings it is."""

    key: Hashable
    settings: Any


@cache
def jobs() -> Jobs:
    """Return the workers of this process: two, since one run already uses several cores."""
    return Jobs(num_workers=2, is_there=is_there)


def end_work() -> None:
    """End all work of this process and its workers, and begin no more."""
    jobs().shutdown()
    workers().shutdown()


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
        try:
            if numbers.long:
                found = _long(numbers, settings, language, _name(numbers, place or scene.name))
            else:
                found = Ready(numbers.of(settings), settings)
        except InputError as error:
            st.error(plain(error.in_language(language)))
            continue
        if found is not None:
            ready[numbers] = found
    return ready


def latest(scene: Scene[Any], numbers: Numbers[Any], *, place: str = "") -> Ready | None:
    """Return what a place shows of long work, without asking for anything; ``None`` for nothing."""
    name = _name(numbers, place or scene.name)
    asked: _Asked | None = st.session_state.get(name)
    failed = asked is not None and asked.job is not None and asked.job.error is not None
    return None if failed else _before(name)


@contextmanager
def only_this_page() -> Iterator[None]:
    """Run a page; then end what this reader waits for elsewhere: the page has asked for all that it shows.

    A page that fails asks for nothing more either. One that is interrupted, by the reader's next click, runs again.
    """
    st.session_state[_PLACES] = set()
    try:
        yield
    except Exception:
        _leave_other_places()
        raise
    _leave_other_places()


def _leave_other_places() -> None:
    here = st.session_state.pop(_PLACES, set())
    # Names alone: Streamlit gathers everything that a session holds each time that one of its values is gone through.
    for name in [str(name) for name in st.session_state if str(name).startswith(_WORK)]:
        if name not in here and isinstance(st.session_state.get(name), _Asked):
            _leave(name)


def _name(numbers: Numbers[Any], place: str) -> str:
    return f"{_WORK}{place}:{numbers.compute.__qualname__}"


def _long(numbers: Numbers[Any], settings: Any, language: str, name: str) -> Ready | None:
    st.session_state.setdefault(_PLACES, set()).add(name)
    key = numbers.key(settings)
    asked: _Asked | None = st.session_state.get(name)
    if asked is None or asked.key != key:
        _leave(name)
        asked = st.session_state[name] = _Asked(key)
    found = numbers.known(settings)
    if found is not None:
        asked.stopped = False
    elif not asked.stopped:
        asked.job = _job(asked, numbers, settings, name)
    if found is None and asked.job is not None:
        if not asked.job.wait(PATIENCE_SECONDS):
            part = numbers.part(settings)
            grown = lambda: numbers.part(settings) is not part  # noqa: E731
            draw_progress(jobs(), lambda: _job_of(name), lambda: _stop(name), name, language, grown=grown)
            if part is not None:
                return Ready(part, settings)
            if _before(name) is not None:
                st.caption(text(language, "frame.work.older"))
            return _before(name)
        error = asked.job.error
        if isinstance(error, InputError):
            st.error(plain(error.in_language(language)))
            _draw_again(name, language)
            return None
        if error is not None and not isinstance(error, Cancelled):
            raise error
        found = asked.job.result
    if asked.stopped:
        left, right = st.columns([1, 4], vertical_alignment="center")
        with left:
            _draw_again(name, language)
        partly = found is not None or _shows(name, _own(asked, name))
        right.info(text(language, "frame.work.stopped" if partly else "frame.work.stopped_before"))
    if found is None:
        return _before(name)
    asked.job = None
    st.session_state[f"{name}:last"] = _Shown(_kept_as(asked, found, name), settings)
    return Ready(found, settings)


def _job(asked: _Asked, numbers: Numbers[Any], settings: Any, name: str) -> Job:
    """Return the job that a place waits for: the one it has, or another where that was given up meanwhile."""
    waiter, job = Waiter(this_session(), name), asked.job
    given_up = job is None or (job.cancelled if job.finished else waiter not in job.waiters)
    if job is not None and not given_up:
        return job
    seconds, compute = numbers.seconds(settings), outside(numbers, settings)
    return jobs().ask(waiter, asked.key, lambda progress: numbers.of(settings, progress, compute), seconds)


def _draw_again(name: str, language: str) -> None:
    st.button(text(language, "frame.work.again"), key=f"{name}:again", on_click=_leave, args=(name,))


def _kept_as(asked: _Asked, found: Any, name: str) -> Hashable:
    """Return the key under which what is shown is kept: a run that was stopped is this reader's own."""
    if not asked.stopped:
        return asked.key
    own = _own(asked, name)
    kept().put(own, found)
    return own


def _own(asked: _Asked, name: str) -> Hashable:
    return (this_session(), name, asked.key)


def _shows(name: str, key: Hashable) -> bool:
    shown: _Shown | None = st.session_state.get(f"{name}:last")
    return shown is not None and shown.key == key


def _before(name: str) -> Ready | None:
    """Return what a place showed last, if it is still kept."""
    shown: _Shown | None = st.session_state.get(f"{name}:last")
    found = kept().get(shown.key) if shown is not None else None
    return None if shown is None or found is None else Ready(found, shown.settings)


def _job_of(name: str) -> Job | None:
    asked: _Asked | None = st.session_state.get(name)
    return asked.job if asked is not None else None


def _stop(name: str) -> None:
    asked: _Asked | None = st.session_state.get(name)
    if asked is None or asked.job is None or asked.job.finished:
        return
    asked.stopped = True
    if not jobs().stop(Waiter(this_session(), name), asked.job):
        asked.job = None


def _leave(name: str) -> None:
    asked: _Asked | None = st.session_state.pop(name, None)
    if asked is not None and asked.job is not None:
        jobs().leave(Waiter(this_session(), name), asked.job)
