"""Activation functions with a point to move: drawn in the browser, which tells Python where the point came to rest."""

from functools import cache
from typing import Any

import numpy as np
from streamlit.components.v2 import component

from simulator.core.activations import ACTIVATIONS_TABLE, SATURATED_BELOW
from simulator.scenes.activations.settings import REACH, STEPS_PER_UNIT, ActivationSettings, Spread, curve, grid
from simulator.texts import text
from simulator.ui.components.assets import read_assets

SCRIPTS = ("shared/draggable.js", "activations/curves.js")
HEIGHTS = {1: 330, 2: 230, 3: 180}


def activation_curves(
    settings: ActivationSettings, spreads: dict[str, Spread], language: str, *, revision: int, key: str
) -> float:
    """Draw functions and derivatives side by side.

    Args:
      settings: which functions, the slope, and where the point stands where ``revision`` is new to the browser.
      spreads: pre-activations to draw under a function, by its name.
      language: of the words.
      revision: changes when the browser must take the point over from Python.
      key: of the component.

    Returns:
      Where the point came to rest.
    """
    data = {
        "functions": [_entry(name, settings.slope, spreads.get(name), language) for name in settings.functions],
        "z": settings.z,
        "reach": REACH,
        "per_unit": STEPS_PER_UNIT,
        "height": HEIGHTS[len(settings.functions)],
        "revision": revision,
        "words": {
            "point": text(language, "activations_page.point"),
            "value": text(language, "activations_page.plot_value", name="{name}"),
            "derivative": text(language, "activations_page.plot_derivative", name="{name}"),
        },
    }
    sent = _component()(data=data, key=key, on_point_change=lambda: None).get("point")
    if not isinstance(sent, dict) or sent.get("revision") != revision:
        return settings.z
    z = sent.get("z")
    return float(z) if isinstance(z, int | float) and -REACH <= z <= REACH else settings.z


def _entry(name: str, slope: float, spread: Spread | None, language: str) -> dict[str, Any]:
    drawn = curve(name, slope)
    low, high = min(float(drawn.value.min()), 0.0), float(drawn.value.max())
    if high > 2.0:  # functions without a ceiling: the part around 0 is what tells them apart
        low, high = max(low, -2.0), 4.0
    entry: dict[str, Any] = {
        "title": text(language, f"training.option.activation.{name}"),
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


@cache
def _component() -> Any:
    return component(
        "simulator_activation_curves",
        html='<div class="curves"></div>\n',
        css=read_assets("activations/curves.css"),
        js=read_assets(*SCRIPTS),
    )
