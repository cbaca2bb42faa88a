"""One explicit generator for each use of a seed."""

import numpy as np

STREAMS = {"split": 0, "draw": 1}
"""Streams of the data under a seed; those of training go on from 2 (``simulator.core.training.STREAMS``)."""


def generator(seed: int, stream: str) -> np.random.Generator:
    """Return the generator of ``stream``, independent of every other stream under the same seed.

    >>> bool(generator(0, "split").integers(100) == generator(0, "split").integers(100))
    True
    """
    return np.random.Generator(np.random.Philox(key=np.array([seed, STREAMS[stream]], dtype=np.uint64)))
