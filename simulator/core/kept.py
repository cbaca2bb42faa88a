"""Results kept for readers who ask again: one limit in bytes for all of them; the least used go first."""

import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import jax
import numpy as np

MEMORY_VARIABLE = "BACKPROP_SIMULATOR_MEMORY"
"""Environment variable: megabytes that kept results may take; a quarter of the machine's memory without it."""
MAX_MADE = 24
"""Things made of one value: the panels of a training run in one of its views are six, in two languages."""
_SHARE = 4
_ASSUMED_MEMORY = 8 * 2**30
_NOTHING = object()
_WEIGHTLESS = (type, FunctionType, BuiltinFunctionType, MethodType, ModuleType)


def size_in_bytes(value: Any) -> int:
    """Return about how many bytes would be free again without ``value``.

    Arrays count with the whole buffer that they are a view of, and what is reached twice counts once. Of containers,
    dataclasses and other objects everything they hold counts; functions and classes, which are shared, do not.

    >>> size_in_bytes((np.zeros(1000, np.float32),)) // 4000
    1
    """
    total, seen, left = 0, set(), [value]
    while left:
        one = left.pop()
        if isinstance(one, np.ndarray):
            while isinstance(one.base, np.ndarray):
                one = one.base
        if id(one) in seen or isinstance(one, _WEIGHTLESS):
            continue
        seen.add(id(one))
        if isinstance(one, (np.ndarray, jax.Array)):
            total += one.nbytes
            if one.dtype == object:
                left += np.asarray(one).ravel().tolist()
            continue
        total += sys.getsizeof(one)
        if isinstance(one, Mapping):
            left += [*one.keys(), *one.values()]
        elif isinstance(one, (list, tuple, set, frozenset)):
            left += one
        left += getattr(one, "__dict__", {}).values()
        left += [getattr(one, name, None) for kind in type(one).__mro__ for name in _slots(kind)]
    return total


@cache
def _slots(kind: type) -> tuple[str, ...]:
    names = vars(kind).get("__slots__", ())
    return (names,) if isinstance(names, str) else tuple(names)


@dataclass
class _Entry:
    value: Any
    size: int
    made: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)  # of the value, the latest used last


class Kept:
    """Values by key, at most ``max_bytes`` of them; the latest is kept whatever its size. For any thread."""

    def __init__(self, max_bytes: int):
        self.max_bytes = max_bytes
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._bytes = 0
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def num_bytes(self) -> int:
        """Bytes of all values."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return a value and count it as used; ``default`` where it is not kept (any more)."""
        with self._lock:
            if key not in self._entries:
                return default
            self._entries.move_to_end(key)
            return self._entries[key].value

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value; what was used longest ago makes room for it."""
        entry = _Entry(value, size_in_bytes(value))
        with self._lock:
            self._drop(key)
            self._entries[key] = entry
            self._bytes += entry.size
            self._make_room()

    def of(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """Return the value of a key, computed where it is not kept; those who ask at the same time share the work."""
        found = self.get(key, _NOTHING)
        if found is not _NOTHING:
            return found
        with self._lock:
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            found = self.get(key, _NOTHING)
            if found is _NOTHING:
                try:
                    found = compute()
                    self.put(key, found)
                finally:
                    with self._lock:
                        self._making.pop(key, None)
        return found

    def made_of(self, key: Hashable, value: Any, name: Hashable, make: Callable[[], Any]) -> Any:
        """Return what is made of a kept value; it is kept with it, goes with it, and counts in the limit.

        Args:
          key: of the value.
          value: that it is made of; where this is not what is kept, it is made anew each time.
          name: which of the things that are made of it.
          make: makes it; called twice, where two ask at the same time.
        """
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.value is value and name in entry.made:
                entry.made.move_to_end(name)
                return entry.made[name]
        found = make()
        if entry is not None and entry.value is value:
            self._keep_with(key, entry, name, found)
        return found

    def _keep_with(self, key: Hashable, entry: _Entry, name: Hashable, found: Any) -> None:
        with self._lock:
            made = OrderedDict([*entry.made.items(), (name, found)][-MAX_MADE:])
        size = size_in_bytes((entry.value, made))  # together: what is drawn has arrays of what it is drawn from
        with self._lock:
            if self._entries.get(key) is entry:
                self._bytes += size - entry.size
                entry.made, entry.size = made, size
                self._make_room()

    def forget(self, key: Hashable) -> None:
        """Drop a value, so that it is computed anew."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def _make_room(self) -> None:
        while self._bytes > self.max_bytes and len(self._entries) > 1:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= entry.size


@cache
def kept() -> Kept:
    """Return what this process keeps: one for graphs, runs and everything else, so that one limit holds for the sum."""
    return Kept(allowed_bytes())


def allowed_bytes() -> int:
    """Return the bytes that kept results may take: as ``MEMORY_VARIABLE`` says, or a share of the memory there is.

    Raises:
      ValueError: for a value of the variable that is no number of megabytes.
    """
    said = os.environ.get(MEMORY_VARIABLE, "").strip()
    if not said:
        return memory_in_bytes() // _SHARE
    if not said.isdecimal() or int(said) < 1:
        raise ValueError(f"{MEMORY_VARIABLE} must be a whole number of megabytes, at least 1. Got {said!r}.")
    return int(said) * 2**20


def memory_in_bytes() -> int:
    """Return the memory of the machine, or what is assumed where the system does not say."""
    return known_memory() or _ASSUMED_MEMORY


def known_memory() -> int | None:
    """Return the bytes of memory of the machine, or of the container that this runs in where that has less."""
    sizes = []
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:  # Windows has none
        sizes.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            written = Path(name).read_text().strip()
        except OSError:
            continue
        if written.isdecimal():  # "max" where there is no limit
            sizes.append(int(written))
    return min(sizes, default=None)
