"""How many programs were compiled, and warming up before anyone waits."""

from functools import cache

import jax

_EVENT = "/jax/core/compile/backend_compile_duration"


class _Counter:
    """Counts what JAX reports; there is one in a process."""

    def __init__(self):
        self.count = 0
        jax.monitoring.register_event_duration_secs_listener(self._listen)

    def _listen(self, event: str, duration_secs: float, **kwargs: str | int) -> None:
        del duration_secs, kwargs
        self.count += event == _EVENT


@cache
def _counter() -> _Counter:
    return _Counter()


def num_compilations() -> int:
    """Return the programs compiled since this was first called in this process."""
    return _counter().count
