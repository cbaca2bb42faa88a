"""How far apart the ways to a gradient are, on an axis that says what a distance means."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.checks import AGREEMENTS, Comparison
from simulator.drawing.annotations import rule, words
from simulator.drawing.axes import x_log
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.trust_lab.pictures.step_size import SMALLEST_SHOWN
from simulator.scenes.trust_lab.pictures.ways import MARKS
from simulator.texts import text
from simulator.texts.numbers import number_text

WAYS = {"by_hand": "hand_error", "finite": "finite_error"}
"""Way → its error in a comparison; both are measured against autodiff."""
DOMAIN = [SMALLEST_SHOWN, 1.0]
TICKS = [1e-16, 1e-12, 1e-6, 1e-2, 1.0]


def distances(comparisons: Sequence[Comparison], language: str) -> Picture:
    """Draw the relative error of every operand's gradient, by hand and by finite differences."""
    operands = [text(language, f"trust_lab.operand.{check.operand}") for check in comparisons]
    labels = [text(language, f"trust_lab.way.{way}") for way in WAYS]
    errors = np.array([[getattr(check, error) for check in comparisons] for error in WAYS.values()])
    headings = {name: text(language, f"trust_lab.axis.{name}") for name in ("operand", "way", "error")}
    return Picture(
        title=text(language, "trust_lab.errors.title"),
        alt=text(language, "trust_lab.errors.alt", values="; ".join(_told(check, language) for check in comparisons)),
        specs={"errors": _distances_spec(language)},
        signals={"x_domain": DOMAIN, "x_ticks": TICKS, "operands": operands, "ways": labels},
        tables={
            "errors": {
                "operand": operands * len(WAYS),
                "way": np.repeat(labels, len(operands)).tolist(),
                "error": errors.ravel(),
                "shown": np.maximum(errors, SMALLEST_SHOWN).ravel(),
                "written": [number_text(error) for error in errors.ravel()],
            },
            "bounds": {"shown": np.array(list(AGREEMENTS.values()))},
            "zones": {
                "shown": np.array([SMALLEST_SHOWN, *AGREEMENTS.values()]),
                "name": [text(language, f"trust_lab.zone.{zone}") for zone in (*AGREEMENTS, "wrong")],
            },
        },
        reading=Reading("errors", headings),
    )


def _told(check: Comparison, language: str) -> str:
    return text(
        language,
        "trust_lab.errors.alt_one",
        operand=text(language, f"trust_lab.operand.{check.operand}"),
        hand=number_text(check.hand_error),
        finite=number_text(check.finite_error),
    )


@cache
def _distances_spec(language: str) -> dict[str, Any]:
    title = f"{text(language, 'trust_lab.axis.error')} {text(language, 'trust_lab.axis.error_formula')}"
    x = x_log("shown", title, grid=False)
    y = alt.Y("operand:N", scale=alt.Scale(domain=alt.expr("operands")), axis=alt.Axis(title=None, labelLimit=300))
    marks, domain = [MARKS[way] for way in WAYS], alt.expr("ways")
    color = alt.Color("way:N").scale(domain=domain, range=[mark.color for mark in marks])
    shape = alt.Shape("way:N").scale(domain=domain, range=[mark.shape for mark in marks])
    # The two ways of one operand stand one above the other, so that neither hides the other's number.
    lane = alt.YOffset("way:N").scale(domain=domain)
    at = {"x": "shown:Q", "y": "operand:N", "yOffset": "way:N"}
    points = over("errors").mark_point(filled=False, size=area(200), strokeWidth=px(2.5), opacity=1)
    layers = [
        rule("bounds", thin=True, color="@muted").encode(x),
        words("zones", "name", dx=4, dy=-10, align="left", color="@muted").encode(x="shown:Q", y=alt.value(0)),
        points.encode(
            y,
            lane,
            shape,
            color.legend(title=None, orient="bottom", labelLimit=400),
            x="shown:Q",
        ),
        words("errors", "written", dx=14, align="left").encode(**at),
    ]
    return chart(layers, ["x_domain", "x_ticks", "operands", "ways"], top=30, right=40)
