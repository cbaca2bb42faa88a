"""What the fractal says, from the numbers that are drawn."""

import numpy as np

from simulator.core.sweep.boxes import Boxes
from simulator.core.sweep.map import STAYED, Map, verdict
from simulator.core.sweep.two_rates import LAST_STEPS, Rounding, outcome
from simulator.scenes.fractal.axes import symbol
from simulator.scenes.fractal.settings import FIRST, Fractal
from simulator.scenes.maps import mark_text
from simulator.texts import text
from simulator.texts.numbers import number_text

PAPER = {"tanh": "1.66", "low": "1.17", "high": "1.98"}
"""Sohl-Dickstein 2024, table 1: the median over zooms and scales for tanh and all examples; the range over its six
settings."""


def zoom_words(language: str, settings: Fractal) -> str:
    """Say how much of the first map is shown."""
    lengths = {axis: np.log1p((high - low) / low) for axis, (low, high) in _ends(settings).items()}
    whole = {axis: np.log(high / low) for axis, (low, high) in FIRST.items()}
    times = {axis: float(whole[axis] / lengths[axis]) for axis in "xy"}
    if max(times.values()) < 1.5:
        return text(language, "fractal.says.whole")
    widths = {axis: number_text(high - low) for axis, (low, high) in _ends(settings).items()}
    return text(language, "fractal.says.zoom", times=number_text(float(np.sqrt(times["x"] * times["y"])), 2), **widths)


def dimension_words(language: str, found: Map, boxes: Boxes | None) -> str:
    """Say the dimension of the edge, what it rests on, and what the paper found."""
    if boxes is None:
        return text(language, "fractal.says.later")
    if np.isnan(boxes.dimension):
        return text(language, "fractal.says.no_edge")
    values = {"dimension": f"{boxes.dimension:.2f}", "largest": int(boxes.sizes[-1]), "pixels": found.known.size}
    return text(language, "fractal.says.dimension", **values, places=int(boxes.counts[0]), **PAPER)


def rounding_words(language: str, found: Rounding | None) -> list[str]:
    """Say how many runs end in another way when their sums are added up in another order."""
    if found is None:
        return []
    return [text(language, f"fractal.says.rounding{'' if found.changed else '_none'}", **found._asdict())]


def boxes_words(language: str, boxes: Boxes | None) -> str:
    """Say how many boxes of each size hold a piece of the edge."""
    if boxes is None:
        return text(language, "fractal.says.later")
    if np.isnan(boxes.dimension):
        return text(language, "fractal.says.no_edge")
    counted = ", ".join(str(count) for count in boxes.counts)
    sizes = ", ".join(str(size) for size in boxes.sizes)
    slope = {"times": number_text(float(2**boxes.dimension)), "dimension": f"{boxes.dimension:.2f}"}
    return text(language, "fractal.says.boxes", sizes=sizes, counts=counted, **slope)


def own_words(language: str, losses: np.ndarray, settings: Fractal) -> str:
    """Say what became of the reader's own run, by the rule of the map."""
    found = outcome(losses[None])
    left = int(verdict(*found)[0])
    where = {axis: f"{symbol(axis)} = {mark_text(settings.own(axis), *settings.ends(axis))}" for axis in "xy"}
    numbers = {"start": number_text(float(found.start[0])), "end": number_text(float(found.final[0]))}
    if left == STAYED:
        return text(language, "fractal.says.own_converged", **where, **numbers, last=LAST_STEPS)
    if np.isfinite(found.final[0]):
        return text(language, "fractal.says.own_left", **where, **numbers, last=LAST_STEPS, step=left)
    return text(language, "fractal.says.own_broke", **where, **numbers, step=left)


def _ends(settings: Fractal) -> dict[str, tuple[float, float]]:
    return {axis: settings.ends(axis) for axis in "xy"}
