"""Processes for long work: what ends one of them, or makes it too large or too slow, leaves the pages as they are.

Each is a pool of one worker by Pebble (spawned, replaced after some tasks, ended when its time is over). They share
nothing: one that is killed while it holds a lock cannot hold up another. Work goes over a connection of its own, so
that records of many megabytes pass in one go and progress is told as within this process.

Measured on two cores: a worker is ready after 2.5 s, which happens once, and has 330 MB; a run of 25 MB comes back in
0.05 s, comparisons of 380 MB in 0.8 s; a step told and answered takes 0.07 ms, ten times a second.
"""

import logging
import math
import threading
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import jax

from simulator.core.kept import memory_in_bytes
from simulator.errors import InputError
from simulator.scenes.scene import Numbers
from simulator.scenes.worker import Task
from simulator.ui.work.job import Cancelled, Progress
from simulator.ui.work.talk import END_SECONDS, NoProcesses, Talk, Worker

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
IDLE_SECONDS = 120.0
"""After which a worker that nobody needs ends; it has some hundred megabytes."""
_LOG = logging.getLogger("simulator")


def belongs_here(numbers: Numbers[Any], settings: Any) -> bool:
    """Return whether work can do no harm in the process that serves pages."""
    return numbers.seconds(settings) <= INSIDE_SECONDS and numbers.megabytes(settings) <= INSIDE_MEGABYTES


def outside(numbers: Numbers[Any], settings: Any) -> Callable[..., Any] | None:
    """Return what computes numbers in a worker; ``None`` where the work can stay in this process."""
    if belongs_here(numbers, settings):
        return None
    return partial(workers().compute, numbers.compute, numbers.seconds(settings))


class Workers:
    """Worker processes, begun when they are first needed; as many as there is work at a time.

    Args:
      max_bytes: resident memory at which a worker is killed; watched where the system has /proc.
      idle_seconds: after which one that is not needed ends.
    """

    def __init__(self, *, max_bytes: int, idle_seconds: float = IDLE_SECONDS):
        self._max_bytes, self._idle_seconds = max_bytes, idle_seconds
        self._all: set[Worker] = set()
        self._free: list[Worker] = []
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
        task = Task(function, settings, settings.tables(), bool(show))
        talk = Talk(worker, task, progress, show, self._max_bytes)
        try:
            return talk.result(limit)
        except NoProcesses:
            _LOG.exception("A worker process could not be begun; the work is done in the process that serves pages")
        except TimeoutError as error:
            raise InputError("worker_time", minutes=math.ceil(limit / 60)) from error
        finally:
            if talk.ended:
                self._give(worker)
            else:
                self._end(worker)
        return function(settings, progress, *show)

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

    def _take(self) -> Worker:
        while True:
            with self._lock:
                if self._closed:
                    raise Cancelled
                if not self._free:
                    worker = Worker()
                    self._all.add(worker)
                    return worker
                worker = self._free.pop()
            worker.clock.cancel()
            if worker.pool.active:
                return worker
            self._end(worker)  # it died while it waited

    def _give(self, worker: Worker) -> None:
        worker.clock = threading.Timer(self._idle_seconds, self._end_idle, [worker])
        worker.clock.daemon = True
        with self._lock:
            if worker in self._all:
                self._free.append(worker)
                worker.clock.start()

    def _end_idle(self, worker: Worker) -> None:
        with self._lock:
            if worker not in self._free:
                return
            self._free.remove(worker)
        self._end(worker)

    def _end(self, worker: Worker) -> None:
        with self._lock:
            self._all.discard(worker)
        worker.end()


@cache
def workers() -> Workers:
    """Return the worker processes of this process."""
    return Workers(max_bytes=memory_in_bytes() // MEMORY_SHARE)
