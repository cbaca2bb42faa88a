"""Compiled programs: those of the latest shapes are kept, and all are given back well below the system's limit.

Each program keeps some hundred memory mappings, and Linux ends a process that has 65,530. What was given back is loaded
from disk when it is needed again, in about a tenth of the time that compiling took.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import jax

from simulator.core.engine.compilation import add_waiting
from simulator.core.engine.shapes import Shape

MAX_SHAPES = 16
"""Shapes whose programs stay: training, evaluation and frames of one have about 1,300 mappings."""
LOOK_SECONDS = 5.0
"""How often mappings are counted: 5 ms for 10,000 of them."""
_LOG = logging.getLogger("simulator")


class Programs:
    """A function compiled for each of the latest shapes; compiled once, whoever asks at the same time.

    Args:
      function: called with a ``Shape`` as its keyword argument ``shape``.
      options: for ``jax.jit``, which may depend on the shape.
    """

    def __init__(self, function: Callable[..., Any], options: Callable[[Shape], dict[str, Any]] = lambda _shape: {}):
        self._function, self._options = function, options
        self._of = lru_cache(maxsize=MAX_SHAPES)(self._make)
        self._lock = threading.Lock()

    def __call__(self, *arguments: Any, shape: Shape) -> Any:
        """Run the program of a shape."""
        with self._lock:
            program = self._of(shape)
        if program.used:
            return program.run(*arguments)
        began, known = time.perf_counter(), program.used
        with program.first:
            if program.used and not known:
                add_waiting(time.perf_counter() - began)
            found = program.run(*arguments)
            program.used = True
            return found

    def _make(self, shape: Shape) -> "_Program":
        return _Program(jax.jit(partial(self._function, shape=shape), **self._options(shape)))


class _Program:
    def __init__(self, run: Callable[..., Any]):
        self.run, self.first, self.used = run, threading.Lock(), False


def num_mappings() -> int | None:
    """Return the memory mappings of this process; ``None`` where the system does not say."""
    try:
        with open("/proc/self/maps", "rb") as lines:
            return sum(block.count(b"\n") for block in iter(partial(lines.read, 2**20), b""))
    except OSError:
        return None


def max_mappings() -> int | None:
    """Return how many mappings a process may have; ``None`` where the system does not say."""
    try:
        return int(Path("/proc/sys/vm/max_map_count").read_text())
    except (OSError, ValueError):
        return None


class Guard:
    """Gives all programs back when they take half of the mappings that this process may have.

    Args:
      limit: of mappings.
      prepare: called afterwards, in the guard's thread: what most readers need is loaded before they ask for it.
    """

    def __init__(self, limit: int, prepare: Callable[[], object] = lambda: None):
        self._limit, self._prepare = limit, prepare
        self._give_back_at = limit // 2
        self._stopped = threading.Event()

    def start(self) -> None:
        """Look from now on, in a thread that never holds up the process."""
        threading.Thread(target=self._run, name="mappings", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def look(self) -> bool:
        """Give programs back if there are too many; return whether that was so. Runs under way go on."""
        before = num_mappings() or 0
        if before < self._give_back_at:
            return False
        jax.clear_caches()
        after = num_mappings() or 0
        # Where others hold the mappings, giving back again and again would only cost time.
        self._give_back_at = max(self._limit // 2, after + self._limit // 4)
        _LOG.warning("Compiled programs were given back: %d memory mappings of %d, now %d", before, self._limit, after)
        return True

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                if self.look():
                    self._prepare()
            except Exception:
                _LOG.exception("Compiled programs could not be given back")


def start_guard(prepare: Callable[[], object]) -> None:
    """Start a guard where the system limits mappings."""
    limit = max_mappings()
    if limit is not None and num_mappings() is not None:
        Guard(limit, prepare).start()
