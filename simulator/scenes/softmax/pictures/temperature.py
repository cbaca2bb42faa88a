"""Probabilities and entropy of the same logits over the temperature."""

import numpy as np
from jaxtyping import Float

from simulator.core.softmax import MAX_TEMPERATURE, MIN_TEMPERATURE, examine, sweep
from simulator.drawing.layers import axis, layer, rule, temperature_axis, words
from simulator.drawing.marks import chart
from simulator.drawing.picture import Picture, Reading
from simulator.texts import text
from simulator.texts.numbers import number_text

Logits = Float[np.ndarray, " classes"]
_SIGNALS = {"x_domain": [MIN_TEMPERATURE, MAX_TEMPERATURE]}


def probability_sweep(logits: Logits, temperature: float, language: str) -> Picture:
    """Draw every class's probability over the temperature, with the current temperature marked.

    Args:
      logits: z.
      temperature: T to mark.
      language: of the words.
    """
    curve = sweep(logits)
    now = examine(logits, temperature, 0)
    points, classes = curve.probabilities.shape
    names = [text(language, "softmax.class", number=k + 1) for k in range(classes)]
    x, y = temperature_axis(text(language, "softmax.axis.temperature")), _probability(language)
    color = {
        "field": "class",
        "type": "nominal",
        "scale": {"domain": {"expr": "names"}, "range": "@classes"},
        "legend": None,
    }
    dash = {"field": "class", "type": "nominal", "scale": {"domain": {"expr": "names"}}, "legend": None}
    spec = chart(
        [
            layer("curve", {"type": "line", "strokeWidth": "@px 3"}, x=x, y=y, color=color, strokeDash=dash),
            rule("now", x=x),
            layer("points", {"type": "point", "filled": True, "size": 110, "opacity": 1}, x=x, y=y, color=color),
            words("points", "class", x=x, y=y, dx=9, dy=-9, align="left", fontWeight=600),
        ],
        ["x_domain", "y_domain", "names"],
    )
    headings = {name: text(language, f"softmax.axis.{name}") for name in ("temperature", "class", "probability")}
    return Picture(
        title=text(language, "softmax.sweep.title"),
        alt=text(
            language,
            "softmax.sweep.alt",
            classes=classes,
            temperature=number_text(temperature),
            values=", ".join(number_text(p) for p in now.probabilities),
        ),
        specs={"sweep": spec},
        signals=_SIGNALS | {"y_domain": [0.0, 1.0], "names": names},
        tables={
            "curve": {
                "temperature": np.repeat(curve.temperature, classes),
                "class": names * points,
                "probability": curve.probabilities.ravel(),
            },
            "now": {"temperature": np.array([temperature])},
            "points": {
                "temperature": np.full(classes, temperature),
                "class": names,
                "probability": now.probabilities,
            },
        },
        reading=Reading("curve", headings),
    )


def entropy_sweep(logits: Logits, temperature: float, language: str) -> Picture:
    """Draw the entropy over the temperature between its limits: 0 for one sure class, ln n for all equal."""
    curve = sweep(logits)
    now = examine(logits, temperature, 0)
    most = float(np.log(len(logits)))
    x = temperature_axis(text(language, "softmax.axis.temperature"))
    y = axis("entropy", text(language, "softmax.axis.entropy"), "y_domain")
    spec = chart(
        [
            rule("limits", y=y, dash=True, color="@muted"),
            words("limits", "name", y=y, x={"value": {"expr": "width"}}, dy=-11, align="right"),
            layer("curve", {"type": "line", "color": "@forward", "strokeWidth": "@px 4"}, x=x, y=y),
            rule("now", x=x),
            layer("now", {"type": "point", "filled": True, "size": 150, "color": "@forward", "opacity": 1}, x=x, y=y),
            words("now", "name", x=x, y=y, dx=10, dy=18, align="left", fontWeight=600),
        ],
        ["x_domain", "y_domain"],
    )
    headings = {name: text(language, f"softmax.axis.{name}") for name in ("temperature", "entropy")}
    return Picture(
        title=text(language, "softmax.entropy.title"),
        alt=text(
            language,
            "softmax.entropy.alt",
            temperature=number_text(temperature),
            entropy=number_text(now.entropy),
            most=number_text(most),
        ),
        specs={"entropy": spec},
        signals=_SIGNALS | {"y_domain": [0.0, 1.15 * most]},
        tables={
            "curve": {"temperature": curve.temperature, "entropy": curve.entropy},
            "limits": {
                "entropy": np.array([0.0, most]),
                "name": [
                    text(language, "softmax.entropy.argmax"),
                    text(language, "softmax.entropy.uniform", most=number_text(most)),
                ],
            },
            "now": {
                "temperature": np.array([temperature]),
                "entropy": np.array([now.entropy]),
                "name": [number_text(now.entropy)],
            },
        },
        reading=Reading("curve", headings),
    )


def _probability(language: str):
    return axis("probability", text(language, "softmax.axis.probability"), "y_domain", axis={"values": [0, 0.5, 1]})
