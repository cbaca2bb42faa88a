"""Runs on their way to another process: JAX's arrays go as NumPy arrays and come back onto the device they were on.

JAX itself would put them on its default device, where a program for one core would be compiled once more for them.
"""

import io
import pickle
from typing import Any

import jax
import numpy as np

from simulator.core.engine.devices import single_core_device


def pack_parcel(value: Any) -> bytes:
    """Return a value with all it holds as bytes; what is reached twice is written once."""
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def unpack_parcel(parcel: bytes) -> Any:
    """Return the value of ``pack_parcel``. Only for bytes of this application's own processes."""
    return pickle.loads(parcel)


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        """Say how JAX's arrays and devices are written; everything else as usual."""
        if isinstance(obj, jax.Device):
            return _device, (_on_one_core(obj),)
        if isinstance(obj, jax.Array):
            return _placed, (np.asarray(obj), _on_one_core(*obj.devices()), obj.committed)
        return NotImplemented


def _on_one_core(device: Any) -> bool:
    return device == single_core_device()


def _device(on_one_core: bool) -> Any:
    return single_core_device() if on_one_core else jax.devices()[0]


def _placed(array: np.ndarray, on_one_core: bool, committed: bool) -> jax.Array:
    return jax.device_put(array, _device(on_one_core) if on_one_core or committed else None)
