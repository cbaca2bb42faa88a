"""Encodings of the two axes, with ends that are parameters, and the ends that hold given values."""

import math
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.expressions import NUMBER, POWER_OF_TEN
from simulator.texts import text

Title = str | list[str] | None
"""Of an axis: one line, several, or none."""

# Axes and scales are written once, in one layer; others may name the field alone: Vega-Lite merges what is said.


def x_linear(field: str, title: str | None, ends: str = "x_domain", **axis: Any) -> alt.X:
    """Return a horizontal linear axis.

    Args:
      field: of the data.
      title: of the axis.
      ends: name of the parameter with its ends.
      axis: of ``alt.Axis``, such as ``grid`` or ``labelExpr``.
    """
    return alt.X(field, type="quantitative", scale=_linear(ends), axis=_axis(title, axis))


def y_linear(field: str, title: Title, ends: str = "y_domain", **axis: Any) -> alt.Y:
    """Return a vertical linear axis; arguments as for ``x_linear``."""
    return alt.Y(field, type="quantitative", scale=_linear(ends), axis=_axis(title, axis))


def x_log(field: str, title: str | None, ends: str = "x_domain", ticks: str = "x_ticks", **axis: Any) -> alt.X:
    """Return a horizontal log axis marked in powers of ten, whose ends and marks are parameters."""
    marks = {"values": alt.expr(ticks), "labelExpr": POWER_OF_TEN}
    return alt.X(field, type="quantitative", scale=_log(ends), axis=_axis(title, marks | axis))


def y_log(field: str, title: Title, ends: str = "log_domain", ticks: str = "log_ticks", **axis: Any) -> alt.Y:
    """Return a vertical log axis; as ``x_log``."""
    marks = {"values": alt.expr(ticks), "labelExpr": POWER_OF_TEN}
    return alt.Y(field, type="quantitative", scale=_log(ends), axis=_axis(title, marks | axis))


def y_numbers(field: str, title: Title, *, log: bool = False, percent: bool = False) -> alt.Y:
    """Return a vertical axis of numbers or shares, whose ends are ``log_domain`` or ``y_domain``."""
    if log:
        return y_log(field, title)
    if percent:
        return y_linear(field, title, format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    return y_linear(field, title, labelExpr=NUMBER)


def x_steps(language: str, field: str = "step") -> alt.X:
    """Return the horizontal axis of everything over steps."""
    return x_linear(
        field,
        text(language, "figures.axis.step"),
        grid=False,
        format="d",
        tickMinStep=1,
        tickCount=alt.expr("width / scale / 90"),
        labelFlush=True,
    )


def x_temperature(title: str) -> alt.X:
    """Return the logarithmic axis of the temperature."""
    return x_log("temperature", title, values=[0.1, 1, 10], labelExpr="datum.label", grid=False, format="~g")


def x_category(field: str, title: str | None, order: str) -> alt.X:
    """Return a horizontal axis of names in the order of the parameter ``order``."""
    axis = alt.Axis(title=title, labelAngle=0, grid=False)
    return alt.X(field, type="nominal", scale=alt.Scale(domain=alt.expr(order)), axis=axis)


def y_category(field: str, title: str | None, order: str) -> alt.Y:
    """Return a vertical axis of names in the order of the parameter ``order``."""
    axis = alt.Axis(title=title, labelAngle=0, grid=False)
    return alt.Y(field, type="nominal", scale=alt.Scale(domain=alt.expr(order)), axis=axis)


def _linear(ends: str) -> alt.Scale:
    return alt.Scale(domain=alt.expr(ends), nice=False, zero=False)


def _log(ends: str) -> alt.Scale:
    return alt.Scale(type="log", domain=alt.expr(ends), nice=False)


def _axis(title: Title, options: dict[str, Any]) -> alt.Axis:
    # Every value given has its mark: a count, such as the one that Vega-Lite adds to the other layers, thins them out.
    count = 100 if "values" in options else 5
    return alt.Axis(**{"title": title, "tickCount": count} | options)


def log_range(*values: np.ndarray, decades: int = 1) -> tuple[list[float], list[float]]:
    """Return ends and marks of a log axis that holds every positive finite value: whole powers of ten.

    The axis spans at least ``decades`` of them.

    >>> log_range(np.array([0.02, 3.0, np.nan, 0.0]))
    ([0.01, 10.0], [0.01, 0.1, 1.0, 10.0])
    """
    flat = np.concatenate([np.ravel(value).astype(float) for value in values])
    flat = flat[np.isfinite(flat) & (flat > 0)]
    low, high = (math.floor(np.log10(flat.min())), math.ceil(np.log10(flat.max()))) if len(flat) else (-3, 0)
    high = max(high, low + 1)
    low = min(low, high - decades)
    stride = max(1, -(-(high - low) // 7))
    return [10.0**low, 10.0**high], [10.0**exponent for exponent in range(low, high + 1, stride)]


def linear_range(*values: np.ndarray, zero: bool = True, margin: float = 0.04) -> list[float]:
    """Return ends of a linear axis that holds every finite value, with a little room.

    >>> linear_range(np.array([0.0, 2.0, np.inf]), margin=0.0)
    [0.0, 2.0]
    """
    flat = np.concatenate([np.ravel(value).astype(float) for value in values])
    flat = flat[np.isfinite(flat)]
    if not len(flat):
        return [0.0, 1.0]
    low, high = float(flat.min()), float(flat.max())
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = low - 0.5 * (not zero), high + (1.0 if zero else 0.5)
    room = margin * (high - low)
    return [low - (0.0 if zero and low == 0 else room), high + room]


def layer_names(language: str, num_layers: int) -> list[str]:
    """Return what readers call the layers with weights: hidden layers from 1, then the output layer."""
    return [str(layer + 1) for layer in range(num_layers - 1)] + [text(language, "figures.layer.output")]
