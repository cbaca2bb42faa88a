"""How far a piece of work is, in a bar that follows it by itself."""

from collections.abc import Callable

import streamlit as st

from simulator.texts import text
from simulator.ui.work.job import Job
from simulator.ui.work.pool import Jobs

POLL_SECONDS = 0.25
SLOW_POLL_SECONDS = 1.0
"""For work that takes long: a hall full of waiting readers would keep the server busy with their bars."""
_SOON_SECONDS = 5.0
_MINUTE = 90


def draw_progress(
    jobs: Jobs,
    current: Callable[[], Job | None],
    stop: Callable[[], None],
    name: str,
    language: str,
    *,
    grown: Callable[[], bool] = lambda: False,
) -> None:
    """Draw the bar, and reruns the page when the work is done.

    Args:
      jobs: the workers.
      current: returns the work that the place waits for now.
      stop: called by the button.
      name: of the place, once on a page.
      language: of the reader.
      grown: whether there is more to show than the page shows.
    """
    job = current()
    soon = job is None or job.seconds_left < _SOON_SECONDS

    @st.fragment(run_every=POLL_SECONDS if soon else SLOW_POLL_SECONDS)
    def bar() -> None:
        job = current()
        if job is None or job.finished or grown():
            st.rerun()
            return
        left, right = st.columns([1, 4], vertical_alignment="bottom")  # the right corner lies under Streamlit's menu
        left.button(text(language, "frame.work.stop"), key=f"{name}:stop", on_click=stop)
        right.progress(job.fraction, sentence(jobs, job, language))

    bar()


def sentence(jobs: Jobs, job: Job, language: str) -> str:
    """Say how far a job is, or how many come before it and how long that takes."""
    said = _state(jobs, job, language)
    return text(language, "frame.work.again_from_start", sentence=said) if job.again else said


def _state(jobs: Jobs, job: Job, language: str) -> str:
    if job.state == "waiting":
        ahead, seconds = jobs.outlook(job)
        return text(language, "frame.work.waiting", ahead=ahead, time=duration(seconds, language))
    if job.preparing:
        return text(language, "frame.work.preparing")
    percent = f"{job.fraction:.0%}"
    if job.state == "paused":
        return text(language, "frame.work.paused", percent=percent)
    return text(language, "frame.work.running", percent=percent)


def duration(seconds: float, language: str) -> str:
    """Say a time roughly: in steps of five seconds, or in minutes.

    >>> duration(3, "en"), duration(41, "en"), duration(170, "en")
    ('5 s', '45 s', '3 min')
    """
    if seconds < _MINUTE:
        return text(language, "frame.work.seconds", count=max(5, -(-round(seconds) // 5) * 5))
    return text(language, "frame.work.minutes", count=-(-round(seconds) // 60))
