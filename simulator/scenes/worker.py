"""What a worker process does: it computes the numbers of a scene for the process that serves pages.

Over a connection of its own go, in this order: the worker's number; the ``Task``; of the work, any number of its
``Steps``, each answered, and ``Part``s; the ``Result``. An exception goes the way of the pool.
"""

import os
import signal
import threading
from collections.abc import Callable
from functools import cache
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from simulator.core.datasets import Dataset
from simulator.core.engine.parcel import pack_parcel, unpack_parcel
from simulator.core.kept import kept
from simulator.scenes.training.uploads import keep
from simulator.scenes.warmup import keep_programs


class Task(NamedTuple):
    """What is computed."""

    compute: Callable[..., Any]  # of a ``Numbers``
    settings: Any
    tables: tuple[Dataset, ...]  # uploaded ones that the settings name
    early: bool  # whether parts are shown


class Steps(NamedTuple):
    """How far the work is; the answer says whether to go on, ``None`` where nobody wants even a part of it."""

    done: int
    total: int


class Part(NamedTuple):
    """What there is to show already."""

    value: Any


class Result(NamedTuple):
    """The numbers."""

    value: Any


class Unwanted(Exception):
    """Nobody waits for the work any more."""


def serve(wire: Connection) -> None:
    """Do one task, in a process of its own."""
    _begin()
    with wire:
        _send(wire, os.getpid())
        task: Task = unpack_parcel(wire.recv_bytes())
        for table in task.tables:
            keep(table)
        show = (lambda value: _send(wire, Part(value)),) if task.early else ()
        try:
            result = task.compute(task.settings, lambda done, total: _goes_on(wire, done, total), *show)
            _send(wire, Result(result))
        finally:
            kept().clear()  # nobody asks this process again for what it has computed


def _send(wire: Connection, value: Any) -> None:
    wire.send_bytes(pack_parcel(value))


def _goes_on(wire: Connection, done: int, total: int) -> bool:
    _send(wire, Steps(done, total))
    answer = unpack_parcel(wire.recv_bytes())
    if answer is None:
        raise Unwanted
    return answer


@cache
def _begin() -> None:
    """Set the process up, once."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # at once, whatever native code is doing; there is nothing to save
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    keep_programs()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
