"""Compiled programs: those of the latest shapes are kept, and all are given back well below the system's limit.

Each program keeps some hundred memory mappings, and Linux ends a process that has 65,530. What was given back is loaded
from disk when it is needed again, in about a tenth of the time that compiling took. Programs are bounded in bytes, too:
of all that grew in a soak of random settings, they were nine tenths.
"""

import gc
import logging
import math
import threading
import time
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import jax

from simulator.core.engine.compilation import add_waiting
from simulator.core.engine.resident import give_back_freed, resident_bytes
from simulator.core.engine.shapes import Shape
from simulator.core.kept import allowed_bytes

MAX_SHAPES = 16
"""Shapes whose programs stay: training, evaluation and frames of one have about 1,300 mappings."""
LOOK_SECONDS = 5.0
"""How often mappings are counted: 5 ms for 10,000 of them."""
OWN_BYTES = 2048 * 2**20
"""What this process may have beside kept results: 0.8 GB for libraries and texts, and programs, 65 KB a mapping."""
ROOM_BYTES = 512 * 2**20
"""More than this is added before programs are given back again."""
TRIM_BYTES = 128 * 2**20
"""Freed memory goes back whenever so much was added; of 2.1 GB that a soak had taken, 0.8 GB was free."""
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
    """Gives all programs back when they take half of the mappings that this process may have, or too much memory.

    Args:
      limit: of mappings.
      prepare: called afterwards, in a thread of its own, since it takes long and the guard goes on looking: what most
        readers need is loaded before they ask for it.
      max_bytes: of resident memory, above which programs are given back; compiled ones are most of what grows.
    """

    def __init__(self, limit: int, prepare: Callable[[], object] = lambda: None, *, max_bytes: float = math.inf):
        self._limit, self._prepare, self._max_bytes = limit, prepare, max_bytes
        self._give_back_at = limit // 2
        self._trimmed = 0  # bytes that were left when freed memory went back last
        self._least = -math.inf  # bytes that there were at least since programs were given back, if they were
        self._stopped = threading.Event()
        self._preparing: threading.Thread | None = None

    def start(self) -> None:
        """Look from now on, in a thread that never holds up the process."""
        threading.Thread(target=self._run, name="mappings", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def look(self) -> bool:
        """Give programs back if there are too many; return whether that was so. Runs under way go on."""
        before = num_mappings() or 0
        if before < self._give_back_at and self._memory_suffices():
            return False
        jax.clear_caches()
        gc.collect()  # traces hold each other
        give_back_freed()
        after, self._trimmed = num_mappings() or 0, resident_bytes()
        self._least = self._trimmed
        # Where others hold the mappings or the memory, giving back again and again would only cost time.
        self._give_back_at = max(self._limit // 2, after + self._limit // 4)
        _LOG.warning(
            "Compiled programs were given back: %d memory mappings of %d, now %d, and %d MB of memory",
            before, self._limit, after, self._trimmed // 2**20,
        )  # fmt: skip
        return True

    def _memory_suffices(self) -> bool:
        """Let freed memory go back to the system where much was added; return whether what is left is little enough."""
        now, most = resident_bytes(), max(self._max_bytes, self._least + ROOM_BYTES)
        if now > min(self._trimmed + TRIM_BYTES, most):
            give_back_freed()
            now = self._trimmed = resident_bytes()
        self._least = min(self._least, now)  # runs that were under way had held more
        return now <= most

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                if self.look() and (self._preparing is None or not self._preparing.is_alive()):
                    self._preparing = threading.Thread(target=self._prepare, name="prepare", daemon=True)
                    self._preparing.start()
            except Exception:
                _LOG.exception("Compiled programs could not be given back")


def start_guard(prepare: Callable[[], object]) -> None:
    """Start a guard where the system limits mappings."""
    limit = max_mappings()
    if limit is not None and num_mappings() is not None:
        Guard(limit, prepare, max_bytes=OWN_BYTES + allowed_bytes()).start()
