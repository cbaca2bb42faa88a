"""Functions beside their derivatives with a point to move: the drawing of our own of this scene."""

from typing import Any

import numpy as np

from simulator.core.activations import ACTIVATIONS_TABLE, SATURATED_BELOW
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.activations.numbers import Curve, Curves, Spread, grid
from simulator.scenes.activations.settings import REACH, STEPS_PER_UNIT, Activations
from simulator.texts import text
from simulator.texts.numbers import number_text

NUM_READ = 41
"""Points of each function in the table of numbers."""


def function_title(language: str, name: str) -> str:
    """Return the name of an activation function for readers."""
    return text(language, f"training.option.activation.{name}")


def curves_picture(found: Curves, settings: Activations, language: str) -> Picture:
    """Draw every chosen function and its derivative; one point stands on all of them.

    Args:
      found: the functions, and pre-activations to draw under them.
      settings: where the point stands.
      language: of the words.
    """
    names = {name: function_title(language, name) for name in found.drawn}
    rows = np.linspace(0, len(grid()) - 1, NUM_READ).round().astype(int)
    columns: dict[str, Any] = {"z": grid()[rows]}
    headings = {"z": "z"}
    for name, drawn in found.drawn.items():
        columns |= {f"{name}_value": drawn.value[rows], f"{name}_derivative": drawn.derivative[rows]}
        headings[f"{name}_value"] = text(language, "activations.plot_value", name=names[name])
        headings[f"{name}_derivative"] = text(language, "activations.plot_derivative", name=names[name])
    return Picture(
        title=text(language, "activations.curves_title"),
        alt=text(language, "activations.curves_alt", names=", ".join(names.values()), z=number_text(settings.z)),
        kind="activation_curves",
        content={
            "functions": [
                _entry(drawn, name, found.spreads.get(name), names[name]) for name, drawn in found.drawn.items()
            ],
            "z": settings.z,
            "reach": REACH,
            "per_unit": STEPS_PER_UNIT,
        },
        words={
            "point": text(language, "activations.point"),
            "value": text(language, "activations.plot_value", name="{name}"),
            "derivative": text(language, "activations.plot_derivative", name="{name}"),
        },
        tables={"points": columns},
        reading=Reading("points", headings),
    )


def _entry(drawn: Curve, name: str, spread: Spread | None, title: str) -> dict[str, Any]:
    low, high = min(float(drawn.value.min()), 0.0), float(drawn.value.max())
    if high > 2.0:  # functions without a ceiling: the part around 0 is what tells them apart
        low, high = max(low, -2.0), 4.0
    entry: dict[str, Any] = {
        "title": title,
        "value": _numbers(drawn.value),
        "derivative": _numbers(drawn.derivative),
        "value_range": _widened(low, high),
        "derivative_range": _widened(min(float(drawn.derivative.min()), 0.0), max(float(drawn.derivative.max()), 0.25)),
        "saturated": _stretches(np.abs(drawn.derivative) < SATURATED_BELOW * ACTIVATIONS_TABLE[name].max_derivative),
    }
    if spread is not None:
        entry["histogram"] = {"count": spread.count.tolist()}
    return entry


def _numbers(values: np.ndarray) -> list[float]:
    return [float(f"{value:.7g}") for value in values.tolist()]


def _widened(low: float, high: float) -> list[float]:
    room = 0.08 * (high - low)
    return [low - room, high + room]


def _stretches(inside: np.ndarray) -> list[list[float]]:
    """Return where a condition holds on the grid, as stretches from z to z."""
    z = grid()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(int), [0]])))
    return [[float(z[start]), float(z[end - 1])] for start, end in edges.reshape(-1, 2)]
