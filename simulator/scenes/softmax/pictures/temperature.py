"""Probabilities and entropy of the same logits over the temperature."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.softmax import MAX_TEMPERATURE, MIN_TEMPERATURE
from simulator.drawing.annotations import rule
from simulator.drawing.axes import x_temperature, y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.symbols import along, shape, symbols
from simulator.drawing.theme import palette
from simulator.scenes.softmax.numbers import Swept
from simulator.scenes.softmax.pictures.labels import outlined
from simulator.scenes.softmax.words import leading
from simulator.texts import text
from simulator.texts.numbers import number_text

_ENDS = {"x_domain": [MIN_TEMPERATURE, MAX_TEMPERATURE]}


def probability_sweep(found: Swept, language: str) -> Picture:
    """Draw every class's probability over the temperature, with the current temperature marked."""
    curve, probabilities = found.curve, found.now.probabilities
    points, classes = curve.probabilities.shape
    names = [text(language, "softmax.class", number=k + 1) for k in range(classes)]
    return Picture(
        title=text(language, "softmax.sweep.title"),
        alt=text(
            language,
            "softmax.sweep.alt",
            classes=classes,
            temperature=number_text(found.temperature),
            values=", ".join(number_text(p) for p in probabilities),
        ),
        specs={"sweep": _sweep_spec(language)},
        signals=_ENDS | {"y_domain": [0.0, 1.0], "names": names},
        tables={
            "curve": {
                "temperature": np.repeat(curve.temperature, classes),
                "class": names * points,
                "probability": curve.probabilities.ravel(),
            },
            "symbols": _symbols(curve.temperature, curve.probabilities, names),
            "now": {"temperature": np.array([found.temperature])},
            "points": {
                "temperature": np.full(classes, found.temperature),
                "class": names,
                "probability": probabilities,
                "label": _labels(probabilities, language),
            },
        },
        reading=_reading(language, "class", "probability"),
    )


def _symbols(temperature: np.ndarray, probabilities: np.ndarray, names: list[str]) -> dict[str, Any]:
    """Return the places along each class's line that carry its symbol."""
    rows = [along(len(temperature), k, len(names)) for k in range(len(names))]
    return {
        "temperature": np.concatenate([temperature[chosen] for chosen in rows]),
        "class": [name for name, chosen in zip(names, rows, strict=True) for _ in chosen],
        "probability": np.concatenate([probabilities[chosen, k] for k, chosen in enumerate(rows)]),
    }


def _labels(probabilities: np.ndarray, language: str) -> list[str]:
    """Return a label for each class; classes at one place share the label of the first."""
    shared = [[k for k, p in enumerate(probabilities) if p == one] for one in probabilities]
    joined = [
        ", ".join(str(k + 1) for k in classes) if classes[0] == place else "" for place, classes in enumerate(shared)
    ]
    return [text(language, "softmax.class", number=numbers) if numbers else "" for numbers in joined]


def entropy_sweep(found: Swept, language: str) -> Picture:
    """Draw the entropy over the temperature between its limits: 0 for one sure class, ln n for all equal."""
    entropy, most = found.now.entropy, float(np.log(len(found.now.probabilities)))
    limits = [
        text(language, "softmax.entropy.argmax"),
        text(language, "softmax.entropy.uniform", most=number_text(most)),
    ]
    return Picture(
        title=text(language, "softmax.entropy.title"),
        alt=text(
            language,
            "softmax.entropy.alt",
            least=number_text(float(np.log(len(leading(found.now.probabilities))))),
            temperature=number_text(found.temperature),
            entropy=number_text(entropy),
            most=number_text(most),
        ),
        specs={"entropy": _entropy_spec(language)},
        signals=_ENDS | {"y_domain": [0.0, 1.15 * most]},
        tables={
            "curve": {"temperature": found.curve.temperature, "entropy": found.curve.entropy},
            "limits": {"entropy": np.array([0.0, most]), "name": limits},
            "now": {
                "temperature": np.array([found.temperature]),
                "entropy": np.array([entropy]),
                "name": [number_text(entropy)],
            },
        },
        reading=_reading(language, "entropy"),
    )


def _reading(language: str, *fields: str) -> Reading:
    return Reading("curve", {name: text(language, f"softmax.axis.{name}") for name in ("temperature", *fields)})


@cache
def _sweep_spec(language: str) -> dict[str, Any]:
    x = x_temperature(text(language, "softmax.axis.temperature"))
    y = y_linear("probability", text(language, "softmax.axis.probability"), values=[0, 0.5, 1], format=".1f")
    order = alt.expr("names")
    color = alt.Color("class:N", legend=None).scale(domain=order, range=palette("classes"))
    which = shape("class:N", order)
    here = {"x": "temperature:Q", "y": "probability:Q"}
    return chart(
        [
            over("curve").mark_line(strokeWidth=px(3)).encode(x, y, color),
            symbols("symbols").encode(color=color, shape=which, **here),
            rule("now").encode(x="temperature:Q"),
            symbols("points", size=area(130)).encode(color=color, shape=which, **here),
            *(label.encode(**here) for label in outlined("points", "label", dx=9, dy=-9, align="left", fontWeight=600)),
        ],
        ["x_domain", "y_domain", "names"],
    )


@cache
def _entropy_spec(language: str) -> dict[str, Any]:
    x = x_temperature(text(language, "softmax.axis.temperature"))
    y = y_linear("entropy", text(language, "softmax.axis.entropy"))
    limits = outlined("limits", "name", dy=-11, align="right")
    here = {"x": "temperature:Q", "y": "entropy:Q"}
    return chart(
        [
            rule("limits", thin=True, color="@muted").encode(y=y),
            over("curve").mark_line(color="@forward", strokeWidth=px(4)).encode(x, y),
            rule("now").encode(x="temperature:Q"),
            *(label.encode(x=alt.value(alt.expr("width")), y="entropy:Q") for label in limits),
            over("now").mark_point(filled=True, size=area(150), color="@forward", opacity=1).encode(**here),
            *(label.encode(**here) for label in outlined("now", "name", dx=10, dy=18, align="left", fontWeight=600)),
        ],
        ["x_domain", "y_domain"],
    )
