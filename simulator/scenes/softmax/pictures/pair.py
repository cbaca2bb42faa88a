"""Sigmoid is softmax of two: one curve over the difference of the two logits."""

from functools import cache
from typing import Any, Literal

import numpy as np

from simulator.core.softmax import sigmoid
from simulator.drawing.annotations import rule
from simulator.drawing.axes import x_linear, y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.softmax.numbers import Pair
from simulator.scenes.softmax.pictures.labels import outlined
from simulator.texts import text
from simulator.texts.numbers import number_text

REACH = 8.0
DIFFERENCE = "(z₁ − z₂)/T"


def pair_curve(found: Pair, language: str) -> Picture:
    """Draw σ over (z₁ − z₂)/T and put softmax's own answer for the pair on it."""
    difference, probability = found
    places = np.linspace(-REACH, REACH, 161)
    side = "right" if difference > 0 else "left"
    shown = number_text(probability)
    return Picture(
        title=text(language, "softmax.pair.title"),
        alt=text(language, "softmax.pair.alt", difference=number_text(difference), probability=shown),
        specs={f"pair_{side}": _spec(side, language)},
        signals={"x_domain": [-REACH, REACH], "y_domain": [0.0, 1.0]},
        tables={
            "curve": {"difference": places, "probability": sigmoid(places)},
            "now": {
                "difference": np.array([np.clip(difference, -REACH, REACH)]),
                "probability": np.array([probability]),
                "name": [f"p₁ = {shown}"],
            },
        },
        reading=Reading("curve", {"difference": DIFFERENCE, "probability": text(language, "softmax.axis.probability")}),
    )


@cache
def _spec(side: Literal["left", "right"], language: str) -> dict[str, Any]:
    x = x_linear("difference", DIFFERENCE, grid=False)
    y = y_linear("probability", text(language, "softmax.axis.probability"), values=[0, 0.5, 1], format=".1f")
    here = {"x": "difference:Q", "y": "probability:Q"}
    names = outlined("now", "name", dx={"right": -14, "left": 14}[side], dy=-14, align=side, fontWeight=600)
    return chart(
        [
            over("curve").mark_line(color="@forward", strokeWidth=px(4)).encode(x, y),
            rule("now", thin=True, color="@muted").encode(x="difference:Q"),
            over("now").mark_point(filled=True, size=area(170), color="@forward", opacity=1).encode(**here),
            *(name.encode(**here) for name in names),
        ],
        ["x_domain", "y_domain"],
        height=280,
    )
