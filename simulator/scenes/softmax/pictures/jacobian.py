"""The Jacobian of softmax as a map: which probability pays when one logit grows."""

import numpy as np
from jaxtyping import Float

from simulator.core.softmax import jacobian
from simulator.drawing.layers import layer, words
from simulator.drawing.marks import chart
from simulator.drawing.picture import Picture, Reading
from simulator.texts import text
from simulator.texts.numbers import number_text

LARGEST_ENTRY = 0.25
"""Of p(1 − p): no entry is larger, at T = 1."""


def jacobian_map(logits: Float[np.ndarray, " classes"], temperature: float, language: str) -> Picture:
    """Draw ∂p/∂z = (diag(p) − p pᵀ)/T with its row sums, which are 0.

    The colour scale reaches ±1/(4T), the largest entry that softmax can have at this temperature.

    Args:
      logits: z.
      temperature: T.
      language: of the words.
    """
    matrix = jacobian(logits, temperature)
    classes = len(logits)
    rows = [f"p{_subscript(k)}" for k in range(classes)]
    columns = [f"z{_subscript(k)}" for k in range(classes)]
    total = text(language, "softmax.jacobian.sum")
    limit = LARGEST_ENTRY / temperature
    # Rounding leaves −1e-17 behind; a sum that is 0 to 12 digits of the entries is 0.
    sums = np.where(np.abs(matrix.sum(axis=1)) < 1e-12 * limit, 0.0, matrix.sum(axis=1))
    x = _place("column", text(language, "softmax.jacobian.column"), "columns", orient="top")
    y = _place("row", text(language, "softmax.jacobian.row"), "rows")
    color = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": {"expr": "color_domain"}, "range": "@diverging"},
        "legend": {"title": "∂p/∂z", "tickCount": 3, "format": ".2~g", "gradientLength": {"expr": "height"}},
    }
    spec = chart(
        [
            layer("cells", {"type": "rect", "stroke": "@surface", "strokeWidth": 2}, x=x, y=y, color=color),
            words("cells", "written", x=x, y=y, fontWeight=600, stroke="@surface", strokeWidth=4, strokeJoin="round"),
            words("cells", "written", x=x, y=y, fontWeight=600),
            words("sums", "written", x=x, y=y, fontWeight=600),
        ],
        ["rows", "columns", "color_domain"],
        height=340,
    )
    values = matrix.ravel()
    return Picture(
        title=text(language, "softmax.jacobian.title"),
        alt=text(
            language,
            "softmax.jacobian.alt",
            classes=classes,
            largest=number_text(float(np.abs(values).max())),
            rank=classes - 1,
        ),
        specs={"jacobian": spec},
        signals={"rows": rows, "columns": [*columns, total], "color_domain": [-limit, 0.0, limit]},
        tables={
            "cells": {
                "row": np.repeat(rows, classes),
                "column": columns * classes,
                "value": values,
                "written": [_short(float(value), classes) for value in values],
            },
            "sums": {
                "row": rows,
                "column": [total] * classes,
                "value": sums,
                "written": [f"Σ = {s:.0f}" for s in sums],
            },
        },
        reading=Reading(
            "cells", {name: text(language, f"softmax.jacobian.{name}") for name in ("row", "column", "value")}
        ),
    )


def _place(field: str, title: str, order: str, **axis_more):
    shown = {"title": title, "labelAngle": 0, "grid": False, "domain": False, "ticks": False} | axis_more
    return {"field": field, "type": "nominal", "scale": {"domain": {"expr": order}}, "axis": shown}


def _short(value: float, classes: int) -> str:
    """Write an entry so that it fits its cell; the table holds the exact value."""
    if classes <= 4:
        return number_text(value, 2)
    return "≈0" if abs(value) < 0.005 else f"{value:.2f}".replace("-", "−")


def _subscript(index: int) -> str:
    return str(index + 1).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
