"""The executor of this process: a thread for each processor core, or for each device where there are several."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import jax

_THREAD = threading.local()


def local_executor() -> Executor:
    """Return an executor for chunks; with several local devices, each of its threads has a device of its own."""
    devices = jax.local_devices()
    if len(devices) == 1:
        return ThreadPoolExecutor(os.cpu_count())
    return ThreadPoolExecutor(len(devices), initializer=_take, initargs=(iter(devices),))


def own_device(usual: Any | None) -> Any | None:
    """Return the device of this thread, or the usual one where it has none of its own."""
    return getattr(_THREAD, "device", usual)


def _take(devices: Iterator[Any]) -> None:
    _THREAD.device = next(devices)
