"""The axes of the map as a reader sees them: how far they reach, how they are divided, what stands at their marks."""

import math
from typing import NamedTuple

import numpy as np


class Scale(NamedTuple):
    """One axis that can be chosen."""

    core: str  # its name in ``simulator.core.sweep``
    minimum: float
    maximum: float
    low: float  # where it begins at first
    high: float
    log: bool
    whole: bool = False
    symbol: str = ""


SCALES: dict[str, Scale] = {
    "rate": Scale("learning_rate", 1e-6, 1e3, 0.01, 100.0, log=True, symbol="η"),
    "momentum": Scale("momentum", 0.0, 0.999, 0.0, 0.99, log=False, symbol="α"),
    "std": Scale("initializer_std", 1e-4, 10.0, 0.01, 10.0, log=True, symbol="σ"),
    "bias": Scale("bias_std", 0.0, 10.0, 0.0, 2.0, log=False, symbol="σ_b"),
    "l2": Scale("l2", 1e-6, 10.0, 1e-5, 1.0, log=True, symbol="λ"),
    "depth": Scale("depth", 1, 10, 1, 6, log=False, whole=True),
    "width": Scale("width", 1, 32, 1, 32, log=True, whole=True),
}
MIN_RATIO, MIN_SPAN = 1.0001, 1e-4
"""The deepest zoom of a log and of a linear axis: below it, float32 can hardly tell the pixels apart."""
TICKS = 5


def bounds(name: str, low: float, high: float) -> tuple[float, float]:
    """Return the nearest bounds that an axis can have; its first ones where they are the wrong way round."""
    scale = SCALES[name]
    low, high = (min(max(value, scale.minimum), scale.maximum) for value in (low, high))
    if scale.whole:
        low, high = float(round(low)), float(round(high))
        wide_enough = high > low
    else:
        wide_enough = high >= low * MIN_RATIO if scale.log else high >= low + MIN_SPAN
    return (low, high) if wide_enough else (scale.low, scale.high)


def values(name: str, low: float, high: float, side: int) -> tuple[float | int, ...]:
    """Return what the pixels of an axis stand for: the middle of each; each whole number once.

    >>> values("rate", 0.01, 100.0, 2), values("depth", 1, 6, 16)
    ((0.1, 10.0), (1, 2, 3, 4, 5, 6))
    """
    scale = SCALES[name]
    if scale.whole:
        count = min(side, int(high) - int(low) + 1)
        spread = np.geomspace(low, high, count) if scale.log else np.linspace(low, high, count)
        return tuple(sorted({round(value) for value in spread.tolist()}))
    return tuple(rounded(at(name, low, high, (index + 0.5) / side), name, low, high) for index in range(side))


def at(name: str, low: float, high: float, share: float) -> float:
    """Return the value at a share of the length of an axis.

    >>> at("rate", 0.01, 100.0, 0.5), at("momentum", 0.0, 0.8, 0.25)
    (1.0, 0.2)
    """
    if SCALES[name].log:
        return float(f"{low * (high / low) ** share:.12g}")
    return float(f"{low + (high - low) * share:.12g}")


def rounded(value: float, name: str, low: float, high: float) -> float:
    """Return a value with no more digits than tell a thousandth of the axis apart: links stay short."""
    scale = SCALES[name]
    spacing = value * math.log(high / low) / 1000 if scale.log else (high - low) / 1000
    return float(np.clip(round(value, max(0, math.ceil(-math.log10(spacing)))), low, high))


def share_of(name: str, low: float, high: float, value: float) -> float:
    """Return where a value stands on an axis: 0 at its beginning, 1 at its end."""
    if SCALES[name].log:
        return math.log(value / low) / math.log(high / low)
    return (value - low) / (high - low)


def ticks(name: str, low: float, high: float) -> list[tuple[float, float]]:
    """Return the marks of a continuous axis: (share of its length, value), powers of ten where there are enough.

    >>> ticks("rate", 0.01, 100.0)
    [(0.0, 0.01), (0.25, 0.1), (0.5, 1.0), (0.75, 10.0), (1.0, 100.0)]
    >>> [mark for _, mark in ticks("rate", 3.0, 60.0)]
    [5.0, 10.0, 20.0, 50.0]
    """
    marks: list[float] = []
    if SCALES[name].log:
        powers = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
        marks = [float(f"1e{power}") for power in powers]
        if len(marks) < 3:
            decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
            marks = [float(f"{digit}e{power}") for power in decades for digit in (1, 2, 5)]
            marks = [mark for mark in marks if low <= mark <= high]
    if len(marks) < 3:
        step = 10.0 ** math.floor(math.log10((high - low) / TICKS))
        step = next(step * factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= TICKS)
        marks = [
            float(f"{step * count:.12g}") for count in range(math.ceil(low / step - 1e-9), int(high / step + 1e-9) + 1)
        ]
    found = [(share_of(name, low, high, mark), mark) for mark in marks if mark > 0 or not SCALES[name].log]
    return [(round(share, 9), mark) for share, mark in found if -1e-9 <= share <= 1 + 1e-9]
