"""The controls of the surface: one with a name, or the reader's own expression and the window that it is drawn in."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.core.trajectories.hollows import nearest_finite, typed_place
from simulator.core.trajectories.surfaces import SURFACES, Surface
from simulator.core.trajectories.typed import TypedSurface, typed_surface
from simulator.errors import InputError
from simulator.graph.syntax import MAX_LENGTH
from simulator.scenes.kinds import Choice, Numbers, Text
from simulator.scenes.settings import Settings, control, replaced
from simulator.texts.numbers import number_text

OWN = "own"
"""Name of the surface that is typed."""
FIRST = "x**2 + 3*sin(3*x)"
FARTHEST = 1000.0
NARROWEST = 1e-3
"""Narrowest window."""


def check_surface(written: str) -> None:
    """Raise ``InputError`` for an expression that is no surface, or has no finite value anywhere near."""
    typed_place(written)


@dataclass(frozen=True, kw_only=True)
class OwnSettings(Settings):
    """The surface, and what is typed where it is the reader's own.

    Args:
      surface: its name; ``own`` for the one that is typed.
      expression: in x, or in x and y.
      window: smallest and largest x, and y, of the picture; nothing for one that shows finite values.
    """

    surface: str = control("quadratic", Choice((*SURFACES, OWN), words="learning_rate.surface"))
    expression: str = control(FIRST, Text(MAX_LENGTH, check_surface, blank=False), link="expr")
    window: tuple[float, ...] = control((), Numbers(-FARTHEST, FARTHEST, 0, 4))

    @property
    def typed(self) -> TypedSurface:
        """The reader's own surface, compiled."""
        return typed_surface(self.expression)


def place_of(values: dict[str, Any]) -> Surface:
    """Return the surface of a scene's settings, named or typed."""
    if values["surface"] != OWN:
        return SURFACES[values["surface"]]
    return typed_place(values["expression"], values["window"])


def fit_window(values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
    """Return values whose window can be drawn: from smaller to larger numbers, with finite values in it."""
    window = values["window"]
    if values["surface"] != OWN or not window:
        return values, ()
    one = typed_surface(values["expression"]).one_dimensional
    fitted = values | {"window": ()}
    pairs = [window[at : at + 2] for at in range(0, len(window), 2)]
    if len(window) % 2 or any(high - low < NARROWEST for low, high in pairs):
        return fitted, (_about("window", "window_one" if one else "window_two", value=_written(window)),)
    if one and len(window) > 2:
        fitted["window"] = window[:2]
    try:
        place_of(values | {"window": fitted["window"] or window})
    except InputError:
        return fitted, (_about("window", "window_empty", value=_written(window)),)
    return values | {"window": fitted["window"] or window}, ()


def fit_start(cls: type[Settings], values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
    """Return values whose start lies in the picture, where the expression has a value."""
    start = values["start"]
    if not start:
        return values, ()
    shown = place_of(values)
    nearest = _in_box(start, shown)
    if nearest != start:
        return values | {"start": nearest}, (replaced(cls, "start", start, nearest, _place(shown)),)
    if values["surface"] == OWN:
        nearest = nearest_finite(values["expression"], values["window"], start)
        if nearest != start:
            error = _about("start", "start", value=_written(start), used=_written(nearest))
            return values | {"start": nearest}, (error,)
    return values, ()


def _about(name: str, code: str, **details: Any) -> InputError:
    return InputError(f"surface:{code}", field=name, **details)


def _written(numbers: tuple[float, ...]) -> str:
    return ", ".join(number_text(float(number)) for number in numbers)


def _in_box(start: tuple[float, ...], shown: Surface) -> tuple[float, ...]:
    ends = ((shown.box[0], shown.box[1]), (shown.box[2], shown.box[3]))[: 1 if shown.one_dimensional else 2]
    kept = [float(np.clip(value, low, high)) for value, (low, high) in zip(start, ends, strict=False)]
    return (*kept, *start[len(ends) :])


def _place(shown: Surface) -> Numbers:
    low, high = min(shown.box[0], shown.box[2]), max(shown.box[1], shown.box[3])
    return Numbers(low, high, 1, 1 if shown.one_dimensional else 2)
