"""Processes for long work: what ends one of them, or makes it too large or too slow, leaves the pages as they are.

Each is a pool of one worker by Pebble (spawned, replaced after some tasks, ended when its time is over). They share
nothing: one that is killed while it holds a lock cannot hold up another. Work goes over a connection of its own, so
that records of many megabytes pass in one go and progress is told as within this process.

Measured on two cores: a worker is ready after 2.5 s, which happens once, and has 330 MB; a run of 25 MB comes back in
0.05 s, comparisons of 380 MB in 0.8 s; a step told and answered takes 0.07 ms, ten times a second.
"""

import errno
import logging
import math
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import jax
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from simulator.core.engine.parcel import pack_parcel, unpack_parcel
from simulator.core.kept import memory_in_bytes
from simulator.errors import InputError
from simulator.scenes.scene import Numbers
from simulator.scenes.worker import Part, Result, Steps, Task, serve
from simulator.ui.work.job import Cancelled, Lost, Progress

INSIDE_SECONDS = 20.0
"""Work that is estimated shorter stays in this process: it is ended soon whatever happens, and a tenth of its time is
what starting a worker takes. All that opens by itself, presets and lessons too, is shorter."""
INSIDE_MEGABYTES = 100.0
"""Work that is estimated to need more memory does not stay either: a system that runs out of it kills the largest
process. Compilation is not in the estimate: 30 layers of 1,024 nodes, estimated at 940 MB, had 4.2 GB at their peak."""
FIRST_SECONDS = 300.0
"""Of the time limit, for what is not in the estimate: the programs of a large shape and of its pictures."""
TIMES = 10.0
"""The rest of it, in estimates: they hold within a factor of two on a core of one's own, which a full server lacks."""
MEMORY_SHARE = 2
"""One worker may take a half of the machine's memory."""
MAX_TASKS = 10
"""After which a worker is replaced: programs of as many shapes stay far from the limit of mappings."""
IDLE_SECONDS = 120.0
"""After which a worker that nobody needs ends; it has some hundred megabytes."""
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


def belongs_here(numbers: Numbers[Any], settings: Any) -> bool:
    """Return whether work can do no harm in the process that serves pages."""
    return numbers.seconds(settings) <= INSIDE_SECONDS and numbers.megabytes(settings) <= INSIDE_MEGABYTES


class Workers:
    """Worker processes, begun when they are first needed; as many as there is work at a time.

    Args:
      max_bytes: resident memory at which a worker is killed; watched where the system has /proc.
      idle_seconds: after which one that is not needed ends.
    """

    def __init__(self, *, max_bytes: int, idle_seconds: float = IDLE_SECONDS):
        self._max_bytes, self._idle_seconds = max_bytes, idle_seconds
        self._all: set[_Worker] = set()
        self._free: list[_Worker] = []
        self._lock = threading.Lock()
        self._closed = False

    def compute(
        self,
        function: Callable[..., Any],
        seconds: float,
        settings: Any,
        progress: Progress,
        *show: Callable[[Any], None],
    ) -> Any:
        """Compute numbers in a worker; in this process where none can be begun, and on a GPU, which one can use.

        Args:
          function: ``compute`` of a ``Numbers``.
          seconds: that it takes, about.
          settings, progress, show: its arguments.

        Raises:
          Lost: when the worker ended before it had a result.
          Cancelled: when the work was stopped and did not end by itself.
          InputError: when it took more memory or time than it may; and what the function raises.
        """
        if jax.default_backend() != "cpu":
            return function(settings, progress, *show)
        worker, limit = self._take(), FIRST_SECONDS + TIMES * seconds
        try:
            begun = worker.begin(limit)
        except Lost:
            self._end(worker)
            raise
        if begun is None:
            self._end(worker)
            return function(settings, progress, *show)
        task = Task(function, settings, settings.tables(), bool(show))
        talk = _Talk(*begun, task, progress, show, self._max_bytes)
        try:
            return talk.result()
        except TimeoutError as error:
            raise InputError("worker_time", minutes=math.ceil(limit / 60)) from error
        finally:
            if talk.ended:
                self._give(worker)
            else:
                self._end(worker)

    def shutdown(self) -> None:
        """End all, whatever they do, and begin no more."""
        with self._lock:
            self._closed = True
            ending = [threading.Thread(target=worker.end, daemon=True) for worker in self._all]
            self._all.clear()
            self._free.clear()
        for thread in ending:
            thread.start()
        for thread in ending:
            thread.join(END_SECONDS)

    def _take(self) -> "_Worker":
        while True:
            with self._lock:
                if self._closed:
                    raise Cancelled
                if not self._free:
                    worker = _Worker()
                    self._all.add(worker)
                    return worker
                worker = self._free.pop()
            worker.clock.cancel()
            if worker.pool.active:
                return worker
            self._end(worker)  # it died while it waited

    def _give(self, worker: "_Worker") -> None:
        worker.clock = threading.Timer(self._idle_seconds, self._end_idle, [worker])
        worker.clock.daemon = True
        with self._lock:
            if worker in self._all:
                self._free.append(worker)
                worker.clock.start()

    def _end_idle(self, worker: "_Worker") -> None:
        with self._lock:
            if worker not in self._free:
                return
            self._free.remove(worker)
        self._end(worker)

    def _end(self, worker: "_Worker") -> None:
        with self._lock:
            self._all.discard(worker)
        worker.end()


class _Worker:
    """One process, and the next in its place."""

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

    def begin(self, seconds: float) -> "tuple[ProcessFuture, Connection, Connection] | None":
        """Return a future with both ends of its connection; ``None`` where this system begins no processes.

        Raises:
          Lost: when the process was there once, or there is no room for it now.
        """
        wires: tuple[Connection, ...] = ()
        try:
            ours, theirs = wires = multiprocessing.Pipe()
            begun = self.pool.schedule(serve, args=(theirs,), timeout=seconds), ours, theirs
        except (OSError, RuntimeError) as error:
            for wire in wires:
                wire.close()
            cause = error.__cause__ or error
            if self._used or getattr(cause, "errno", None) in SHORTAGES:
                raise Lost from error
            _LOG.exception("A worker process could not be begun; the work is done in the process that serves pages")
            return None
        self._used = True
        return begun

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.clock.cancel()
        if self._ending.acquire(blocking=False):  # once
            self.pool.stop()
            self.pool.join()


class _Talk:
    """One task's conversation with its worker."""

    def __init__(
        self,
        future: ProcessFuture,
        ours: Connection,
        theirs: Connection,
        task: Task,
        progress: Progress,
        show: tuple[Callable[[Any], None], ...],
        max_bytes: int,
    ):
        self._future, self._ours, self._theirs, self._task = future, ours, theirs, task
        self._progress, self._show, self._max_bytes = progress, show, max_bytes
        self._steps, self._process, self._began = Steps(0, 0), 0, time.monotonic()
        self._asked_to_stop: float | None = None
        self._heard = self._unwanted = False
        self.ended = False  # the worker has done with the task, and is free for another

    def result(self) -> Any:
        """Answer the worker until it has the result."""
        with self._ours, self._theirs:
            while True:
                if not self._ours.poll(LOOK_SECONDS):
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
        late = not self._process and time.monotonic() - self._began > BEGIN_SECONDS
        if late or (self._future.done() and not self._ours.poll()):
            self._failure()
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


def resident_bytes(process: int) -> int:
    """Return the memory that a process has; 0 where the system does not say."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@cache
def workers() -> Workers:
    """Return the worker processes of this process."""
    return Workers(max_bytes=memory_in_bytes() // MEMORY_SHARE)
