"""How many learners this machine can serve: files, memory and cores, each with what one learner needs of it."""

import logging
import os
from contextlib import suppress
from typing import NamedTuple

from simulator.core.engine.programs import OWN_BYTES
from simulator.core.kept import known_memory

try:
    import resource
except ModuleNotFoundError:  # Windows sets no such limit
    resource = None

LEARNER_FILES = 13
"""Descriptors a learner: 4 of an open session (its connection and an event loop of three), 3 of the session that a
reload leaves behind for two minutes, 6 connections with which a browser loads a page. Counted in /proc: 4.0 each with
10 to 40 sessions on all pages, of which 3 stay after closing."""
OWN_FILES = 100
"""Of the process itself: 49 with every page computed once, and as much again for work in between."""
LEARNER_MEBIBYTES = 32
"""A learner: the resident size grew by 4 MiB a session in which a usual network was trained with a rate and seed of its
own, and by 25 MiB with varied data sets and widths; rounded up from the latter."""
OWN_MEBIBYTES = OWN_BYTES // 2**20
"""The process itself: beyond it, compiled programs are given back."""
PROCESS_LEARNERS = 70
"""That one process answers in a second: 60 to 85 in the load test (100 ms of Python an interaction, one every ten
seconds). Python runs on one core at a time; a further core serves a further process behind a proxy."""
ASSUMED_FILES = 10_240
"""Asked for where the system names no upper limit but has one (macOS)."""
MEBIBYTE = 2**20
_LOG = logging.getLogger("simulator")


class Capacity(NamedTuple):
    """What there is, and how many learners that is enough for."""

    files: int | None  # open at once; None: the system sets no limit
    mebibytes: int | None  # of memory; None: unknown
    cores: int

    @property
    def in_process(self) -> int:
        """Learners that one process serves."""
        return min(PROCESS_LEARNERS, self._by_files, self._by_memory(1))

    @property
    def on_machine(self) -> int:
        """Learners that one process a core serves."""
        return min(self.cores * min(PROCESS_LEARNERS, self._by_files), self._by_memory(self.cores))

    @property
    def _by_files(self) -> int:
        return PROCESS_LEARNERS if self.files is None else max((self.files - OWN_FILES) // LEARNER_FILES, 1)

    def _by_memory(self, processes: int) -> int:
        if self.mebibytes is None:
            return processes * PROCESS_LEARNERS
        return max((self.mebibytes - processes * OWN_MEBIBYTES) // LEARNER_MEBIBYTES, 1)

    def sentence(self) -> str:
        """Return one line for the log.

        >>> Capacity(files=1_048_576, mebibytes=24 * 1024, cores=2).sentence()
        'Up to 70 learners in this process, 140 on this machine in 2 processes: 1,048,576 files, 24 GB, 2 cores.'
        """
        files = "any number of files" if self.files is None else f"{self.files:,} files"
        memory = "unknown memory" if self.mebibytes is None else f"{self.mebibytes / 1024:.0f} GB"
        cores = "1 core" if self.cores == 1 else f"{self.cores} cores"
        more = "" if self.cores == 1 else f", {self.on_machine} on this machine in {self.cores} processes"
        return f"Up to {self.in_process} learners in this process{more}: {files}, {memory}, {cores}."


def raise_file_limit() -> int | None:
    """Raise the limit of open files as far as this process may; return what it is then, ``None`` for no limit."""
    if resource is None:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (hard, max(soft, ASSUMED_FILES)):
        with suppress(OSError, ValueError):  # a "hard" limit above what the kernel allows
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            break
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft


def usable_cores() -> int:
    """Return the cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def announce_capacity() -> Capacity:
    """Raise the limit of open files, say in one line of the log what this machine can serve, and return it."""
    memory = known_memory()
    found = Capacity(raise_file_limit(), None if memory is None else memory // MEBIBYTE, usable_cores())
    _LOG.info(found.sentence())
    return found
