"""Sigmoid is softmax of two: one curve over the difference of the two logits."""

import numpy as np

from simulator.core.softmax import sigmoid, softmax
from simulator.drawing.layers import axis, layer, rule, words
from simulator.drawing.marks import chart
from simulator.drawing.picture import Picture, Reading
from simulator.texts import text
from simulator.texts.numbers import number_text

REACH = 8.0


def pair_curve(first: float, second: float, temperature: float, language: str) -> Picture:
    """Draw σ over (z₁ − z₂)/T and put softmax's own answer for the pair on it.

    Args:
      first, second: the two logits.
      temperature: T.
      language: of the words.
    """
    difference = (first - second) / temperature
    probability = float(softmax(np.array([first, second]), temperature)[0])
    places = np.linspace(-REACH, REACH, 161)
    x = axis("difference", "(z₁ − z₂)/T", "x_domain", axis={"grid": False})
    y = axis("probability", text(language, "softmax.axis.probability"), "y_domain", axis={"values": [0, 0.5, 1]})
    point = {"type": "point", "filled": True, "size": 170, "color": "@forward", "opacity": 1}
    side = "right" if difference > 0 else "left"
    spec = chart(
        [
            layer("curve", {"type": "line", "color": "@forward", "strokeWidth": "@px 4"}, x=x, y=y),
            rule("now", x=x, dash=True, color="@muted"),
            layer("now", point, x=x, y=y),
            words("now", "name", x=x, y=y, dx={"right": -14, "left": 14}[side], dy=-14, align=side, fontWeight=600),
        ],
        ["x_domain", "y_domain"],
        height=280,
    )
    shown = number_text(probability)
    return Picture(
        title=text(language, "softmax.pair.title"),
        alt=text(language, "softmax.pair.alt", difference=number_text(difference), probability=shown),
        specs={f"pair_{side}": spec},
        signals={"x_domain": [-REACH, REACH], "y_domain": [0.0, 1.0]},
        tables={
            "curve": {"difference": places, "probability": sigmoid(places)},
            "now": {
                "difference": np.array([np.clip(difference, -REACH, REACH)]),
                "probability": np.array([probability]),
                "name": [f"p₁ = {shown}"],
            },
        },
        reading=Reading(
            "curve", {"difference": "(z₁ − z₂)/T", "probability": text(language, "softmax.axis.probability")}
        ),
    )
