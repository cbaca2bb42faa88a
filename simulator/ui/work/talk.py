"""One worker process, and one task's conversation with it."""

import errno
import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from simulator.core.engine.parcel import pack_parcel, unpack_parcel
from simulator.core.engine.resident import resident_bytes
from simulator.errors import InputError
from simulator.scenes.worker import Part, Result, Steps, Task, serve
from simulator.ui.work.job import Cancelled, Lost, Progress

MAX_TASKS = 20
"""After which a worker is replaced, two for each piece of work: programs of ten shapes stay far from the limit of
mappings."""
LOOK_SECONDS = 0.25
"""How often a worker's memory is looked at, and whether its work is still wanted."""
BEGIN_SECONDS = 120.0
"""For a worker to be there: fifty times what its imports take."""
STOP_SECONDS = 4.0
"""For work to hear that it shall stop: a compilation hears nothing, and is killed then."""
PART_SECONDS = 60.0
"""For work that has heard it to bring what it has: pictures of a part may have to be compiled."""
END_SECONDS = 5.0
"""For the pool to notice that a worker has ended."""
SHORTAGES = (errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE)
"""Reasons for which a process cannot be begun now: nor is there room then for its work in this one."""
_LOG = logging.getLogger("simulator")


class NoProcesses(Exception):
    """This system begins no processes, or has no locks for them."""


class Worker:
    """One process, and after some tasks another in its place."""

    def __init__(self):
        # What it imports is named, not given: the process would import it before Ctrl-C is for its parent alone.
        self.pool = ProcessPool(
            max_workers=1,
            max_tasks=MAX_TASKS,
            initializer=import_module,
            initargs=("simulator.scenes.worker",),
            context=multiprocessing.get_context("spawn"),
        )
        self.clock = threading.Timer(0.0, self.end)  # begun when it is idle
        self._ending = threading.Lock()
        self._used = False

    def schedule(self, function: Callable[..., Any], *arguments: Any, seconds: float | None = None) -> ProcessFuture:
        """Let the process do something.

        Raises:
          NoProcesses: when this system begins none.
          Lost: when the process was there once, or there is no room for it now.
        """
        try:
            future = self.pool.schedule(function, args=arguments, timeout=seconds)
        except (OSError, RuntimeError) as error:
            cause = error.__cause__ or error
            if self._used or getattr(cause, "errno", None) in SHORTAGES:
                raise Lost from error
            raise NoProcesses from error
        self._used = True
        return future

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.clock.cancel()
        if self._ending.acquire(blocking=False):  # once
            self.pool.stop()
            self.pool.join()


class Talk:
    """One task's conversation with its worker."""

    def __init__(
        self,
        worker: Worker,
        task: Task,
        progress: Progress,
        show: tuple[Callable[[Any], None], ...],
        max_bytes: int,
    ):
        self._worker, self._task = worker, task
        self._progress, self._show, self._max_bytes = progress, show, max_bytes
        self._steps, self._process = Steps(0, 0), 0
        self._asked_to_stop: float | None = None
        self._heard = self._unwanted = False
        self.ended = False  # the worker has done with the task, and is free for another

    def result(self, seconds: float) -> Any:
        """Give the worker its task and answer it until it has the result."""
        self._wait_until_there()
        try:
            self._ours, self._theirs = multiprocessing.Pipe()
        except OSError as error:  # no files are left
            raise Lost from error
        with self._ours, self._theirs:
            self._future = self._worker.schedule(serve, self._theirs, seconds=seconds)
            while True:
                if not self._ours.poll(LOOK_SECONDS):
                    if self._future.done() and not self._ours.poll():
                        break
                    self._look()
                    continue
                try:
                    said = unpack_parcel(self._ours.recv_bytes())
                    if isinstance(said, Result):
                        self.ended = True
                        return said.value
                    self._hear(said)
                except (EOFError, OSError):  # the worker closed its end, or is gone
                    break
                self._look_at_memory()
        return self._failure()

    def _wait_until_there(self) -> None:
        """Wait for the process, since a file that is sent to one that never comes stays open."""
        began = time.monotonic()
        self._future = self._worker.schedule(os.getpid)
        while not wait([self._future], LOOK_SECONDS).done:
            if time.monotonic() - began > BEGIN_SECONDS:
                self._failure()
            self._look()
        if self._future.exception() is not None:
            self._failure()
        if self._unwanted:
            self.ended = True  # it has begun nothing
            raise Cancelled

    def _hear(self, said: Any) -> None:
        if isinstance(said, Steps):
            self._steps = said
            answer = self._ask()
            self._heard |= not answer
            self._ours.send_bytes(pack_parcel(answer))
        elif isinstance(said, Part):
            for show in self._show:
                show(said.value)
        else:
            self._process = said
            self._theirs.close()  # from now on, its death ends the connection
            self._ours.send_bytes(pack_parcel(self._task))

    def _look(self) -> None:
        """Notice what a worker that says nothing has come to."""
        self._look_at_memory()
        self._ask()
        if self._asked_to_stop is not None:
            patience = PART_SECONDS if self._heard and not self._unwanted else STOP_SECONDS
            if time.monotonic() - self._asked_to_stop > patience:
                raise Cancelled

    def _ask(self) -> bool | None:
        """Return whether the work shall go on; ``None`` where nobody waits for it."""
        goes_on: bool | None = None
        if not self._unwanted:
            try:
                goes_on = self._progress(*self._steps) is not False
            except Cancelled:
                self._unwanted = True
        if not goes_on and self._asked_to_stop is None:
            self._asked_to_stop = time.monotonic()
        return goes_on

    def _look_at_memory(self) -> None:
        if resident_bytes(self._process) > self._max_bytes:
            raise InputError("worker_memory", maximum=self._max_bytes // 2**20)

    def _failure(self) -> Any:
        """Raise why there is no result."""
        try:
            error = self._future.exception(END_SECONDS)
        except TimeoutError:
            error = None
        died = error is None or isinstance(error, ProcessExpired | BrokenProcessPool)
        self.ended = not died and not isinstance(error, TimeoutError)
        self._ask()
        if self._unwanted or (died and self._asked_to_stop is not None):
            raise Cancelled
        if died:
            _LOG.warning("A worker process ended before it had a result: %s", error)
            raise Lost
        assert error is not None
        raise error
