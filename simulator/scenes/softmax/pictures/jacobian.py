"""The Jacobian of softmax as a map: which probability pays when one logit grows."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import words
from simulator.drawing.axes import x_category, y_category
from simulator.drawing.chart import chart, over
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.theme import palette
from simulator.scenes.softmax.numbers import Responses
from simulator.scenes.softmax.pictures.labels import outlined
from simulator.texts import text
from simulator.texts.numbers import lowered, number_text

LARGEST_ENTRY = 0.25
"""Of p(1 − p): no entry is larger, at T = 1."""


def jacobian_map(found: Responses, language: str) -> Picture:
    """Draw ∂p/∂z = (diag(p) − p pᵀ)/T with the sums of its rows and columns, which are 0.

    The colour scale reaches ±1/(4T), the largest entry that softmax can have at this temperature.
    """
    matrix = found.matrix
    classes = len(matrix)
    rows = [f"p{lowered(k + 1)}" for k in range(classes)]
    columns = [f"z{lowered(k + 1)}" for k in range(classes)]
    row_sum, column_sum = (text(language, f"softmax.jacobian.{name}") for name in ("row_sum", "column_sum"))
    limit = LARGEST_ENTRY / found.temperature
    sums = np.concatenate([matrix.sum(axis=1), matrix.sum(axis=0)])
    # Rounding leaves −1e-17 behind; a sum that is 0 to 12 digits of the entries is 0.
    sums = np.where(np.abs(sums) < 1e-12 * limit, 0.0, sums)
    values = matrix.ravel()
    headings = {name: text(language, f"softmax.jacobian.{name}") for name in ("row", "column", "value")}
    return Picture(
        title=text(language, "softmax.jacobian.title"),
        alt=text(
            language,
            "softmax.jacobian.alt",
            classes=classes,
            largest=number_text(float(np.abs(values).max())),
            rank=classes - 1,
        ),
        specs={"jacobian": _spec(language)},
        signals={
            "rows": [*rows, column_sum],
            "columns": [*columns, row_sum],
            "color_domain": [-limit, 0.0, limit],
        },
        tables={
            "cells": {
                "row": np.repeat(rows, classes),
                "column": columns * classes,
                "value": values,
                "written": [_short(float(value), classes) for value in values],
            },
            "sums": {
                "row": [*rows, *[column_sum] * classes],
                "column": [*[row_sum] * classes, *columns],
                "value": sums,
                "written": [f"Σ = {number_text(float(s), 2)}" for s in sums],
            },
        },
        reading=Reading("cells", headings),
    )


def _short(value: float, classes: int) -> str:
    """Write an entry so that it fits its cell; the table holds the exact value."""
    if classes <= 4:
        return number_text(value, 2)
    return "≈0" if abs(value) < 0.005 else f"{value:.2f}".replace("-", "−")


@cache
def _spec(language: str) -> dict[str, Any]:
    plain = {"labelAngle": 0, "grid": False, "domain": False, "ticks": False}
    x = x_category("column", None, "columns").axis(
        title=text(language, "softmax.jacobian.column"), orient="top", **plain
    )
    y = y_category("row", None, "rows").axis(title=text(language, "softmax.jacobian.row"), **plain)
    legend = alt.Legend(title="∂p/∂z", tickCount=3, format=".2~g", gradientLength=alt.expr("height"))
    color = alt.Color("value:Q", legend=legend).scale(domain=alt.expr("color_domain"), range=palette("diverging"))
    here = {"x": "column:N", "y": "row:N"}
    return chart(
        [
            over("cells").mark_rect(stroke="@surface", strokeWidth=2).encode(x, y, color),
            *(label.encode(**here) for label in outlined("cells", "written", fontWeight=600)),
            words("sums", "written", fontWeight=600).encode(**here),
        ],
        ["rows", "columns", "color_domain"],
        height=340,
    )
