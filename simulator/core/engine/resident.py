"""The memory that a process has of the system, and how what it has freed goes back there."""

import ctypes
import os
from functools import cache
from pathlib import Path


def resident_bytes(process: int | str = "self") -> int:
    """Return the memory that a process has; 0 where the system does not say."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def give_back_freed() -> None:
    """Let the allocator give back what is free: glibc's keeps freed blocks below the last one in use for good."""
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim():
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # Windows, macOS, musl
        return None
