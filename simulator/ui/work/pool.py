"""Long work off the pages' threads: shared by those who wait for it, ended when nobody does, short before long."""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from simulator.errors import InputError
from simulator.ui.work.job import Cancelled, Job, Lost, Progress, Waiter

GRACE_SECONDS = 4.0
"""A reader who is gone for so long has left: a connection that breaks for a moment loses nothing."""
LOOK_SECONDS = 1.0
"""How often it is looked who is still there."""
TURN_SECONDS = 2.0
"""A long run has a worker for so long before it gives way, and gives way for so long: nobody waits for ever."""
_LOG = logging.getLogger("simulator")


class Outlook(NamedTuple):
    """What a reader who waits can expect."""

    ahead: int  # pieces of work that come first
    seconds: float  # until the work begins, about


class Jobs:
    """A few workers, and who waits for what.

    Work for the same key is done once, while it lasts and for everyone who asks. It ends when the last one who waits
    for it leaves. Of each reader one piece of work is under way at a time; the others wait.

    What was asked for early and what is short goes first: the order is that of ``asked + seconds``, so that short work
    overtakes long work, and long work is overtaken for as long as it takes itself. A long run under way gives way to
    short work at its next report.

    Args:
      num_workers: pieces of work at a time.
      is_there: whether a reader is still there; asked from another thread.
    """

    def __init__(self, *, num_workers: int, is_there: Callable[[str], bool] = lambda _reader: True):
        self._num_workers, self._is_there = num_workers, is_there
        self._changed = threading.Condition(threading.RLock())
        self._open: dict[Hashable, Job] = {}  # those that somebody waits for, by key
        self._waiting: list[Job] = []
        self._running: list[Job] = []
        self._paused: list[Job] = []
        self._given_up: list[Job] = []  # nobody waits, but they have not noticed: a compilation cannot be interrupted
        self._watcher: threading.Thread | None = None
        self._closed = False

    def ask(self, waiter: Waiter, key: Hashable, work: Callable[[Progress], Any], seconds: float) -> Job:
        """Return the job of ``key`` that is under way, or a new one.

        Args:
          waiter: who waits for it from now on.
          key: what the result depends on. Equal keys must mean equal results.
          work: called with a ``Progress``.
          seconds: that it takes, about.
        """
        with self._changed:
            if self._watcher is None:
                watcher = threading.Thread(target=self._watch, name="job-watcher", daemon=True)
                watcher.start()
                self._watcher = watcher
            job = self._open.get(key)
            if job is None:
                job = Job(key, work, seconds, self._give_way)
                self._open[key] = job
                self._waiting.append(job)
            job.waiters.add(waiter)
            if self._closed:
                self._end(job)
            self._start_more()
            self._changed.notify_all()
        return job

    def leave(self, waiter: Waiter, job: Job) -> None:
        """Wait for a job no longer; it ends where nobody else waits for it, and the reader's next one can begin."""
        with self._changed:
            job.waiters.discard(waiter)
            if not job.waiters and not job.finished:
                self._end(job)
            self._start_more()

    def stop(self, waiter: Waiter, job: Job) -> bool:
        """End a job early; return whether what it has until then will come, as its result.

        Nothing comes where it has not begun or is still preparing, and where others wait for the whole: the reader
        is free at once then.
        """
        with self._changed:
            if job.finished:
                return True
            if job in self._waiting or job.preparing or job.waiters != {waiter}:
                self.leave(waiter, job)
                return False
            self._open.pop(job.key, None)
            job.cancel()
            if job in self._paused:
                self._go_on(job)
            return True

    def outlook(self, job: Job) -> Outlook:
        """Return what comes before a job that waits."""
        with self._changed:
            under_way = [one for one in self._running if job.long or not one.long]
            before = [one for one in self._waiting if one.turn < job.turn and one is not job]
            if job.long:
                under_way += self._paused
            seconds = sum(one.seconds_left for one in (*under_way, *before)) / self._num_workers
            return Outlook(len(under_way) + len(before), seconds)

    def shutdown(self, wait: float | int = 0.0) -> bool:
        """End everything and begin nothing more.

        Args:
          wait: seconds to wait for what is under way; runs end at their next step, compilations cannot.

        Returns:
          Whether nothing is under way any more. What still is holds no process: the threads are daemons.
        """
        with self._changed:
            self._closed = True
            for job in (*self._waiting, *self._running, *self._paused):
                job.waiters.clear()
                self._end(job)
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._given_up, wait)

    def _end(self, job: Job) -> None:
        if self._open.get(job.key) is job:
            del self._open[job.key]
        job.cancel()
        if job in self._waiting:
            self._waiting.remove(job)
            job.finish(error=Cancelled())
            return
        for under_way in (self._running, self._paused):
            if job in under_way:
                under_way.remove(job)
                self._given_up.append(job)
        self._changed.notify_all()

    def _start_more(self) -> None:
        """Give free workers to the next ones. Jobs given up that still compute cost nobody a turn, up to a number."""
        while not self._closed:
            taken = len(self._running) + max(0, len(self._given_up) - self._num_workers)
            job = self._next() if taken < self._num_workers else None
            if job is None:
                return
            if job in self._paused:
                self._go_on(job)
            else:
                self._begin(job)

    def _begin(self, job: Job) -> None:
        self._waiting.remove(job)
        self._running.append(job)
        job.begin()
        try:
            threading.Thread(target=self._run, args=(job,), name="job", daemon=True).start()
        except RuntimeError as error:  # the system has no thread left
            self._finish(job, None, error)

    def _next(self) -> Job | None:
        ready = [job for job in self._waiting if self._may_start(job)]
        if self._paused:
            short = [job for job in ready if not job.long]
            if not short or self._paused[0].in_state_for >= TURN_SECONDS:
                return self._paused[0]
            ready = short
        return min(ready, key=lambda job: job.turn, default=None)

    def _may_start(self, job: Job) -> bool:
        busy = {waiter.reader for one in (*self._running, *self._paused) for waiter in one.waiters}
        return any(waiter.reader not in busy for waiter in job.waiters)

    def _run(self, job: Job) -> None:
        result, error = None, None
        try:
            result = _tried(job)
        except Exception as raised:
            error = raised
        except BaseException as raised:  # it ends the work, and neither its place nor those who wait for it
            error = RuntimeError(f"the work ended with {raised!r}")
        with self._changed:
            self._finish(job, result, error)
            self._start_more()

    def _finish(self, job: Job, result: Any, error: Exception | None) -> None:
        for jobs in (self._running, self._paused, self._given_up):
            if job in jobs:
                jobs.remove(job)
        if self._open.get(job.key) is job:
            del self._open[job.key]
        job.finish(result, error)
        self._changed.notify_all()

    def _give_way(self, job: Job) -> None:
        """Hold up a long run while short work waits; called from its thread, between two of its steps."""
        if not job.long:
            return
        with self._changed:
            if job not in self._running or job.in_state_for < TURN_SECONDS or job.cancelled:
                return
            if not any(self._may_start(one) for one in self._waiting if not one.long):
                return
            self._running.remove(job)
            self._paused.append(job)
            job.pause()
            self._start_more()
            while job in self._paused:
                self._changed.wait()

    def _go_on(self, job: Job) -> None:
        self._paused.remove(job)
        self._running.append(job)
        job.go_on()
        self._changed.notify_all()

    def _watch(self) -> None:
        """Let those leave who are gone."""
        missing: dict[str, float] = {}
        while True:
            with self._changed:
                while not self._open and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                waiters = {(waiter, job) for job in self._open.values() for waiter in job.waiters}
            now = time.monotonic()
            gone = {waiter.reader for waiter, _ in waiters if self._has_gone(waiter.reader)}
            missing = {reader: missing.get(reader, now) for reader in gone}
            for waiter, job in waiters:
                if now - missing.get(waiter.reader, now) >= GRACE_SECONDS:
                    self.leave(waiter, job)
            time.sleep(LOOK_SECONDS)

    def _has_gone(self, reader: str) -> bool:
        try:
            return not self._is_there(reader)
        except Exception:  # asked while the server ends, for example; this watch has to go on
            _LOG.exception("It is not known who is still there")
            return False


def _tried(job: Job) -> Any:
    """Do the work; once more where the process that did it ended. Raises ``InputError`` where that ended, too."""
    try:
        return job.work(job.report)
    except Lost:
        job.begin_again()
    try:
        return job.work(job.report)
    except Lost as error:
        raise InputError("worker_lost") from error
