"""How many programs were compiled, and warming up before anyone waits."""

import threading
from functools import cache

import jax

_EVENT = "/jax/core/compile/backend_compile_duration"
_EVENTS = "/jax/core/compile/"
"""Tracing, lowering and compiling."""


class _Counter(threading.local):
    """What JAX reports of a thread: a program is compiled in the thread that first calls it."""

    seconds = 0.0


class _Listener:
    """Counts what JAX reports; there is one in a process."""

    def __init__(self):
        self.count, self.here = 0, _Counter()
        jax.monitoring.register_event_duration_secs_listener(self._listen)

    def _listen(self, event: str, duration_secs: float, **kwargs: str | int) -> None:
        del kwargs
        self.count += event == _EVENT
        self.here.seconds += duration_secs if event.startswith(_EVENTS) else 0.0


@cache
def _counter() -> _Listener:
    return _Listener()


def num_compilations() -> int:
    """Return the programs compiled since this was first called in this process."""
    return _counter().count


def compilation_seconds() -> float:
    """Return the seconds that this thread has compiled, or waited for another to compile the same, since the first."""
    return _counter().here.seconds


def add_waiting(seconds: float) -> None:
    """Count seconds in which this thread waited for a program that another one was compiling."""
    _counter().here.seconds += seconds
