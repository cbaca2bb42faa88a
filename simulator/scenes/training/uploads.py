"""Tables that readers brought: each by the digest of its content, so that equal settings still mean equal runs."""

import hashlib
import threading
from collections import OrderedDict

from simulator.core.datasets import Dataset

MAX_KEPT = 16
DIGITS = 64
"""Letters of a digest."""

_kept: OrderedDict[str, Dataset] = OrderedDict()
_lock = threading.Lock()


def keep(dataset: Dataset) -> str:
    """Keep a data set among the ``MAX_KEPT`` most recent ones; return the digest that names it."""
    name = digest(dataset)
    with _lock:
        _kept[name] = dataset
        _kept.move_to_end(name)
        while len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
    return name


def find(name: str) -> Dataset | None:
    """Return the data set of a digest, or ``None`` where it is not kept (any more)."""
    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
        return _kept.get(name)


def digest(dataset: Dataset) -> str:
    """Return a name for a data set that no other content has: finished runs are shared between readers."""
    content = hashlib.sha256(repr((dataset.name, dataset.feature_names, dataset.class_names)).encode())
    for array in (dataset.inputs, dataset.labels, dataset.targets):
        content.update(b"none" if array is None else array.tobytes())
    return content.hexdigest()
