"""Long work off the page's thread: a page shows progress, offers to stop, and never loses what was done."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import streamlit as st

Progress = Callable[[int, int], bool]
"""Called with the steps done and the steps in all; returns False where the work shall stop."""


class Job:
    """One piece of work; ``result`` or ``error`` is there once ``finished``."""

    def __init__(self, work: Callable[[Progress], Any]):
        self._work = work
        self._finished = threading.Event()
        self._stop = threading.Event()
        self.done_steps = 0
        self.total_steps = 0
        self.result: Any = None
        self.error: Exception | None = None

    @property
    def finished(self) -> bool:
        """Whether there is a result or an error."""
        return self._finished.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked the work to stop."""
        return self._stop.is_set()

    @property
    def fraction(self) -> float:
        """Share of the work that is done, 0 to 1; 0 until the first report."""
        return min(self.done_steps / self.total_steps, 1.0) if self.total_steps else 0.0

    def cancel(self) -> None:
        """Ask the work to stop at its next report; what it returns then is the result."""
        self._stop.set()

    def wait(self, seconds: float | int) -> bool:
        """Wait at most ``seconds``; return whether the work has finished."""
        return self._finished.wait(seconds)

    def report(self, done_steps: int, total_steps: int) -> bool:
        """Note the progress; return whether to go on."""
        self.done_steps, self.total_steps = done_steps, total_steps
        return not self._stop.is_set()

    def run(self) -> None:
        """Do the work and keep what comes of it."""
        try:
            if self.cancelled:
                raise CancelledBeforeStart
            self.result = self._work(self.report)
        except Exception as error:
            self.error = error
        finally:
            self._finished.set()


class Jobs:
    """A pool of workers with the finished results of all readers, the latest ``num_kept`` of them.

    A lecture hall that opens the same page computes it once; unfinished work belongs to the reader who asked for it.
    """

    def __init__(self, *, num_workers: int, num_kept: int):
        self._pool = ThreadPoolExecutor(num_workers, thread_name_prefix="job")
        self._kept: OrderedDict[Hashable, Job] = OrderedDict()
        self._num_kept = num_kept
        self._lock = threading.Lock()

    def submit(self, key: Hashable, work: Callable[[Progress], Any]) -> Job:
        """Return the finished job of ``key``, or start ``work``.

        Args:
          key: what the result depends on. Equal keys must mean equal results.
          work: called with a ``Progress``.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        job = Job(work)
        self._pool.submit(self._run, key, job)
        return job

    def _run(self, key: Hashable, job: Job) -> None:
        job.run()
        if job.error is None and not job.cancelled:
            with self._lock:
                self._kept[key] = job
                self._kept.move_to_end(key)
                while len(self._kept) > self._num_kept:
                    self._kept.popitem(last=False)


class CancelledBeforeStart(Exception):
    """The work was cancelled while it waited for a worker."""


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """Return the pool of this server: two workers, since one run already uses several cores; 16 results."""
    return Jobs(num_workers=2, num_kept=16)
