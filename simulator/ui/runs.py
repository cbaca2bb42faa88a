"""Training a few networks off the page's thread, with progress and a way to stop; numbers of random starts, kept."""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import NamedTuple

import streamlit as st

from simulator.core.datasets import load_dataset
from simulator.core.network import NetworkConfig
from simulator.core.propagation.batch import Batch, first_batch
from simulator.core.propagation.microscope import Microscope, microscope
from simulator.core.propagation.padding import width_bucket
from simulator.core.propagation.signal import Signal, start_signal
from simulator.core.run import Run, train
from simulator.core.training import TrainingConfig
from simulator.errors import InputError
from simulator.texts import text
from simulator.ui.jobs import CancelledBeforeStart, Job, Progress, jobs

SEED_CHOICES = (64, 32, 16, 8)
MOST_WORK = 64 * 64 * 100 * 64
"""Hidden layers times padded width squared times seeds that are computed at once, in half a second."""
PATIENCE_SECONDS = 0.5
POLL_SECONDS = 0.25


class Training(NamedTuple):
    """One network to be trained."""

    network: NetworkConfig
    training: TrainingConfig
    data: str


class Start(NamedTuple):
    """The numbers of a network's random starts."""

    signal: Signal
    microscope: Microscope
    num_seeds: int


def affordable_seeds(network: NetworkConfig, asked: int) -> int:
    """Return as many random starts as can be computed while the reader waits: ``asked``, or fewer."""
    work = network.num_hidden_layers * width_bucket(network.layer_sizes[1]) ** 2
    return min(asked, next((count for count in SEED_CHOICES if work * count <= MOST_WORK), SEED_CHOICES[-1]))


@lru_cache(maxsize=8)
def _batch(network: NetworkConfig, training: TrainingConfig, data: str) -> Batch:
    return first_batch(network, training, load_dataset(data))


def batch_of(entry: Training) -> Batch:
    """Return the first mini-batch; networks on the same data share it."""
    sizes = (entry.network.layer_sizes[0], entry.network.layer_sizes[-1])
    shared = TrainingConfig(batch_size=32, scaling=entry.training.scaling, seed=entry.training.seed)
    return _batch(NetworkConfig(layer_sizes=sizes), shared, entry.data)


@lru_cache(maxsize=64)
def start_of(entry: Training, asked_seeds: int) -> Start:
    """Return the numbers of a network's random starts; the first seed is that of the training."""
    num_seeds = affordable_seeds(entry.network, asked_seeds)
    first = entry.training.seed
    batch = batch_of(entry)
    signal = start_signal(entry.network, batch, range(first, first + num_seeds))
    return Start(signal, microscope(entry.network, batch, signal), num_seeds)


def runs_of(page: str, entries: Sequence[Training], language: str) -> list[Run] | None:
    """Return finished runs, or ``None`` while they are being made; draws the progress and the way to stop.

    Args:
      page: whose work this is: a new request stops the page's old one.
      entries: networks to train, one after the other.
      language: of the words.
    """
    job = _job(page, tuple(entries), lambda progress: _train_all(entries, progress))
    if not job.wait(PATIENCE_SECONDS):
        _progress(page, language)
    if not job.finished:
        return None
    if isinstance(job.error, InputError):
        st.error(job.error.in_language(language))
    elif job.error is not None and not isinstance(job.error, CancelledBeforeStart):
        raise job.error
    runs: list[Run] = job.result or []
    if len(runs) < len(entries) or any(run.cancelled for run in runs):
        st.button(text(language, "depth.again"), on_click=lambda: st.session_state.pop(f"{page}:job", None))
    return runs if len(runs) == len(entries) else None


def _train_all(entries: Sequence[Training], progress: Progress) -> list[Run]:
    runs: list[Run] = []
    for number, entry in enumerate(entries):

        def report(done: int, total: int, number: int = number) -> bool:
            return progress(number * total + done, len(entries) * total)

        runs.append(train(entry.network, entry.training, load_dataset(entry.data), progress=report))
        if runs[-1].cancelled:
            break
    return runs


def _job(page: str, wanted: Hashable, work: Callable[[Progress], list[Run]]) -> Job:
    known, job = st.session_state.get(f"{page}:job", (None, None))
    if known == wanted and job is not None:
        return job
    if job is not None and not job.finished:
        job.cancel()
    job = jobs().submit((page, wanted), work)
    st.session_state[f"{page}:job"] = (wanted, job)
    return job


def _progress(page: str, language: str) -> None:
    """Draw a bar that follows the work by itself and reruns the page when the work is done."""

    @st.fragment(run_every=POLL_SECONDS)
    def bar() -> None:
        _, job = st.session_state[f"{page}:job"]
        if job.finished:
            st.rerun()
        if job.total_steps == 0:
            sentence = text(language, "depth.preparing")
        else:
            sentence = text(language, "depth.training_now", percent=f"{job.fraction:.0%}")
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        left.progress(job.fraction, sentence)
        right.button(text(language, "depth.stop"), on_click=job.cancel)

    bar()
