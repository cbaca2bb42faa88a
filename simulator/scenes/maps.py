"""A map of training runs as a picture, for every scene that has one: pixels, axes, and what a reader may do in it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from simulator.core.sweep.map import Map
from simulator.drawing.picture import Picture, Reading
from simulator.texts import text
from simulator.texts.numbers import number_text

UNKNOWN, CONVERGED, LEFT, BROKEN = range(4)
"""What is drawn of a pixel: nothing yet, its loss, a hatch, a hatch for a loss that is not even a number."""
COLOR_RATIO = 1e4
"""The largest loss with a colour of its own by the smallest: below, a loss is as good as 0."""
WORDS = ("diverged", "loss", "own", "out", "whole", "drag", "not_yet", "left", "keys")


class MapAxis(NamedTuple):
    """An axis as the browser draws it."""

    title: str
    symbol: str  # empty for an axis that has none
    values: Sequence[str]  # what the pixels stand for
    marks: Sequence[tuple[float, str]]  # (share of its length, what is written there)
    own: float | None  # share at which the reader's own run stands; ``None`` where it is not on the map

    @property
    def content(self) -> dict[str, Any]:
        """What is sent to the browser."""
        return {**self._asdict(), "marks": [{"at": share, "text": written} for share, written in self.marks]}


def map_picture(
    found: Map, x: MapAxis, y: MapAxis, language: str, *, title: str, alt: str, names: Mapping[str, str], drawn: Any
) -> Picture:
    """Draw a map of final losses, what diverged hatched; a reader drags a rectangle in it, or chooses a pixel.

    Args:
      found: the map; its first axis runs to the right.
      x, y: its axes.
      language: of the words.
      title, alt: of the picture.
      names: headings of ``x`` and ``y`` in the table of its numbers.
      drawn: what tells this map from another one in the browser.
    """
    filled = _filled(found)
    state = np.where(filled.converged, CONVERGED, np.where(np.isfinite(filled.final_loss), LEFT, BROKEN))
    state[~filled.known] = UNKNOWN
    low, high = loss_range(found)
    columns, rows = np.meshgrid(*found.axes.values(), indexing="ij")
    known = found.known
    with np.errstate(over="ignore"):  # no loss beyond float32's has a colour
        shown = filled.final_loss.T.astype(np.float32)
    headings = {"loss": text(language, "atlas.words.loss"), "left": text(language, "atlas.words.left_column")}
    return Picture(
        title=title,
        alt=alt,
        kind="atlas",
        tables={
            "runs": {
                "x": columns[known],
                "y": rows[known],
                "loss": found.final_loss[known].astype(float),
                "left": found.left_step[known],
            }
        },
        reading=Reading("runs", {"x": names["x"], "y": names["y"], **headings}),
        content={
            "loss": shown,
            "left": filled.left_step.T.astype(np.int32),
            "state": state.T.astype(np.uint8),
            "drawn": drawn,
            "range": [low, high],
            "ends": [f"≤ {number_text(low)}", f"≥ {number_text(high)}"],
            "x": x.content,
            "y": y.content,
        },
        words={name: text(language, f"atlas.words.{name}", step="{step}") for name in WORDS},
    )


def loss_range(found: Map) -> tuple[float, float]:
    """Return the losses at the two ends of the colours: of nearly all runs that converge, without the few extremes."""
    losses = found.final_loss[found.converged]
    if not len(losses):
        return 0.1, 1.0
    low, high = (float(value) for value in np.quantile(losses, (0.02, 0.98)))
    high = max(high, 1e-12)
    return max(low, high / COLOR_RATIO), high * 1.01


def mark_text(value: float, low: float, high: float) -> str:
    """Write a value on an axis with as many digits as tell it from the next one.

    >>> mark_text(1e6, 1.0, 1e6), mark_text(2.5, 1.0, 10.0), mark_text(2.50004, 2.5, 2.5001)
    ('10⁶', '2.5', '2.50004')
    """
    digits = 3 if value == 0 else max(3, int(np.ceil(np.log10(abs(value) / (high - low)))) + 3)
    return number_text(value, digits).removeprefix("1×")


def _filled(found: Map) -> Map:
    """Return a map whose missing pixels show the nearest coarse one before them."""
    names = ("start_loss", "final_loss", "left_step")
    return replace(found, **{name: coarse(getattr(found, name), found.known, found.stride) for name in names})


def coarse(values: np.ndarray, known: np.ndarray, stride: int) -> np.ndarray:
    """Return the values of a map in which missing pixels have that of the nearest coarse one before them."""
    if stride == 1 or not known[::stride, ::stride].all():
        return values
    place = np.ix_(*(np.arange(count) // stride * stride for count in known.shape))
    return np.where(known, values, values[place])
