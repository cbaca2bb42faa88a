"""The map as a picture: a field of final losses, what diverged hatched, with its axes and the reader's own run."""

from dataclasses import replace

import numpy as np

from simulator.core.sweep import Sweep
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.atlas.scales import SCALES, share_of, ticks
from simulator.scenes.atlas.settings import Atlas
from simulator.scenes.atlas.words import share_words
from simulator.texts import text
from simulator.texts.numbers import number_text

UNKNOWN, CONVERGED, LEFT, BROKEN = range(4)
"""What is drawn of a pixel: nothing yet, its loss, a hatch, a hatch for a loss that is not even a number."""
MAX_TICKS = 8
COLOR_RATIO = 1e4
"""The largest loss with a colour of its own by the smallest: below, a loss is as good as 0."""
WORDS = ("diverged", "loss", "own", "out", "whole", "drag", "not_yet", "left", "keys")


def atlas_picture(found: Sweep, settings: Atlas, language: str) -> Picture:
    """Draw the map; a reader drags a rectangle in it, or chooses a pixel."""
    filled = _filled(found)
    state = np.where(filled.converged, CONVERGED, np.where(np.isfinite(filled.final_loss), LEFT, BROKEN))
    state[~filled.known] = UNKNOWN
    low, high = loss_range(found)
    xs, ys = (found.axes[SCALES[name].core] for name in (settings.x, settings.y))
    columns, rows = np.meshgrid(xs, ys, indexing="ij")
    known = found.known
    names = {axis: text(language, f"atlas.control.{getattr(settings, axis)}") for axis in "xy"}
    return Picture(
        title=text(language, "atlas.title_map"),
        alt=text(language, "atlas.alt", x=names["x"], y=names["y"], says=share_words(language, found)),
        kind="atlas",
        tables={
            "runs": {
                "x": columns[known],
                "y": rows[known],
                "loss": found.final_loss[known].astype(float),
                "left": found.left_step[known],
            }
        },
        reading=Reading(
            "runs",
            {
                "x": names["x"],
                "y": names["y"],
                "loss": text(language, "atlas.words.loss"),
                "left": text(language, "atlas.words.left_column"),
            },
        ),
        content={
            "loss": filled.final_loss.T.astype(np.float32),
            "left": filled.left_step.T.astype(np.int32),
            "state": state.T.astype(np.uint8),
            "drawn": settings.drawn,
            "range": [low, high],
            "ends": [f"≤ {number_text(low)}", f"≥ {number_text(high)}"],
            **{axis: _axis(settings, axis, names[axis]) for axis in "xy"},
        },
        words={name: text(language, f"atlas.words.{name}", step="{step}") for name in WORDS},
    )


def loss_range(found: Sweep) -> tuple[float, float]:
    """Return the losses at the two ends of the colours: of nearly all runs that converge, without the few extremes."""
    losses = found.final_loss[found.converged]
    if not len(losses):
        return 0.1, 1.0
    low, high = (float(value) for value in np.quantile(losses, (0.02, 0.98)))
    high = max(high, 1e-12)
    return max(low, high / COLOR_RATIO), high * 1.01


def _filled(found: Sweep) -> Sweep:
    """Return a map whose missing pixels show the nearest coarse one before them."""
    stride = found.stride
    if stride == 1 or not found.known[::stride, ::stride].all():
        return found
    place = np.ix_(*(np.arange(count) // stride * stride for count in found.known.shape))
    names = ("start_loss", "final_loss", "left_step")
    coarse = {name: np.where(found.known, getattr(found, name), getattr(found, name)[place]) for name in names}
    return replace(found, **coarse)


def _axis(settings: Atlas, axis: str, title: str) -> dict:
    """Return an axis as the browser draws it: title, marks as shares of its length, and the own run's place."""
    name, values = getattr(settings, axis), settings.values(axis)
    low, high = getattr(settings, f"{axis}_low"), getattr(settings, f"{axis}_high")
    own, count = settings.own(axis), len(values)
    if SCALES[name].whole:
        every = max(1, -(-count // MAX_TICKS))
        marks = [((index + 0.5) / count, number_text(int(values[index]))) for index in range(0, count, every)]
        place = (values.index(own) + 0.5) / count if own in values else None
    else:
        marks = [(share, _mark(value, low, high)) for share, value in ticks(name, low, high)]
        place = share_of(name, low, high, own) if low <= own <= high else None
    return {
        "title": title,
        "symbol": SCALES[name].symbol,
        "values": [number_text(value) for value in values],
        "marks": [{"at": share, "text": written} for share, written in marks],
        "own": place,
    }


def _mark(value: float, low: float, high: float) -> str:
    """Write a mark with as many digits as tell it from the next one."""
    digits = 3 if value == 0 else max(3, int(np.ceil(np.log10(abs(value) / (high - low)))) + 3)
    return number_text(value, digits)
