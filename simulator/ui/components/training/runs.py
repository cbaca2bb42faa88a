"""From an experiment to a finished run: trained off the page's thread, shown as soon as it is there."""

import hashlib

import streamlit as st

from simulator.core.datasets import Dataset
from simulator.core.run import Run, train
from simulator.errors import InputError
from simulator.scenes.training.settings import UPLOADED, Experiment
from simulator.texts import text
from simulator.ui.jobs import CancelledBeforeStart, Job, Progress, jobs

PATIENCE_SECONDS = 0.7
"""A run that is done by then appears without a progress bar."""
POLL_SECONDS = 0.25

_JOB = "train_job"
_LAST_RUN = "train_last_run"


def compute(experiment: Experiment, uploaded: Dataset | None, progress: Progress | None = None) -> Run:
    """Train the experiment and compute its frames, so that drawing it costs nothing more."""
    dataset = experiment.dataset() if uploaded is None or experiment.data != UPLOADED else uploaded
    run = train(experiment.network(dataset), experiment.training(), dataset, progress=progress)
    run.frames  # noqa: B018 – computed here, kept by the run
    return run


def run_of(experiment: Experiment, uploaded: Dataset | None, language: str) -> Run | None:
    """Return the run to show: the experiment's own, or while that is being made the one before.

    Draws the progress and the way to stop while the work goes on, and a sentence where it cannot be done.
    """
    job = _job(experiment, uploaded)
    if not job.wait(PATIENCE_SECONDS):
        _progress(language)
    last: Run | None = st.session_state.get(_LAST_RUN)
    if not job.finished:
        if last is not None:
            st.caption(text(language, "training.older_run"))
        return last
    if isinstance(job.error, InputError):
        st.error(job.error.in_language(language))
        st.button(text(language, "training.again"), on_click=_again)
        return None
    if job.error is not None and not isinstance(job.error, CancelledBeforeStart):
        raise job.error
    run: Run | None = job.result
    if run is not None and run.cancelled:
        left, right = st.columns([1, 4], vertical_alignment="center")
        left.button(text(language, "training.again"), on_click=_again)
        right.info(text(language, "training.stopped_by_you", step=f"{run.num_steps:,}"))
    st.session_state[_LAST_RUN] = run or last
    return run or last


def _job(experiment: Experiment, uploaded: Dataset | None) -> Job:
    """Return the job of this experiment; another one of this reader's that is still running is stopped."""
    dataset = uploaded if experiment.data == UPLOADED else None
    wanted = (experiment, _fingerprint(dataset))
    key, job = st.session_state.get(_JOB, (None, None))
    if key == wanted:
        return job
    if job is not None and not job.finished:
        job.cancel()
    job = jobs().submit(wanted, lambda progress: compute(experiment, dataset, progress))
    st.session_state[_JOB] = (wanted, job)
    return job


def _again() -> None:
    st.session_state.pop(_JOB, None)


def _fingerprint(dataset: Dataset | None) -> str:
    """Return a name for a reader's own data that no other data has: finished runs are shared between readers."""
    if dataset is None:
        return ""
    content = hashlib.sha256(repr((dataset.name, dataset.feature_names, dataset.class_names)).encode())
    for array in (dataset.inputs, dataset.labels, dataset.targets):
        content.update(b"none" if array is None else array.tobytes())
    return content.hexdigest()


def _progress(language: str) -> None:
    """Draw a bar that follows the work by itself and reruns the page when the work is done."""

    @st.fragment(run_every=POLL_SECONDS)
    def bar() -> None:
        _, job = st.session_state[_JOB]
        if job.finished:
            st.rerun()
        preparing = job.total_steps == 0
        percent = f"{job.fraction:.0%}"
        sentence = (
            text(language, "training.preparing")
            if preparing
            else text(language, "training.training_now", percent=percent)
        )
        left, right = st.columns([1, 4], vertical_alignment="bottom")  # the right corner lies under Streamlit's menu
        left.button(text(language, "training.stop"), on_click=job.cancel, disabled=preparing)
        right.progress(job.fraction, sentence)

    bar()
