"""Digits learned twice, with squared error and with cross-entropy, off the page's thread."""

import streamlit as st

from simulator.scenes.losses.pictures.race import accuracy_race, gradient_race
from simulator.scenes.losses.race import LEARNING_RATE, race
from simulator.scenes.losses.settings import STARTS
from simulator.scenes.losses.words import narrate_race
from simulator.texts import text
from simulator.texts.numbers import number_text
from simulator.ui.components.losses.controls import bound, state
from simulator.ui.components.picture.picture import picture
from simulator.ui.jobs import Job, jobs

POLL_SECONDS = 0.25
PATIENCE_SECONDS = 0.7
_JOB = "losses.job"


def draw_race(language: str) -> None:
    """Draw the choice of the start, and both runs once they are there."""
    st.write(text(language, "losses.digits.intro", rate=number_text(LEARNING_RATE)))
    bound(
        st.segmented_control,
        "start",
        language,
        STARTS,
        format_func=lambda name: text(language, f"losses.option.{name}"),
        required=True,
    )
    job = _job(state().start)
    if not job.wait(PATIENCE_SECONDS):
        _progress(language)
        return
    if job.cancelled or job.result is None:
        if job.error is not None and not job.cancelled:
            raise job.error
        st.info(text(language, "losses.digits.stopped"))
        st.button(text(language, "losses.digits.again"), on_click=lambda: st.session_state.pop(_JOB, None))
        return
    squared, cross = (run.records for run in job.result)
    left, right = st.columns(2)
    with left:
        picture(accuracy_race((squared, cross), language), key="losses_accuracy", language=language)
    with right:
        picture(gradient_race((squared, cross), language), key="losses_race_gradient", language=language)
    st.write(narrate_race(language, squared, cross))
    st.caption(text(language, "losses.digits.note"))


def _job(start: str) -> Job:
    """Return the job of this start; finished ones are shared between readers."""
    wanted, job = st.session_state.get(_JOB, (None, None))
    if wanted != start or job is None:
        if job is not None and not job.finished:
            job.cancel()
        job = jobs().submit(("losses.race", start), lambda progress: race(start, progress))
        st.session_state[_JOB] = (start, job)
    return job


def _progress(language: str) -> None:
    """Draw a bar that follows the work by itself and reruns the page when the work is done."""

    @st.fragment(run_every=POLL_SECONDS)
    def bar() -> None:
        _, job = st.session_state[_JOB]
        if job.finished:
            st.rerun()
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        left.progress(job.fraction, text(language, "losses.digits.training", percent=f"{job.fraction:.0%}"))
        right.button(text(language, "losses.digits.stop"), on_click=job.cancel)

    bar()
