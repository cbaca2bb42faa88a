"""What temperature is used for: drawing words, and soft targets for a smaller network."""

import numpy as np
from jaxtyping import Float, Int

from simulator.core.softmax import softmax
from simulator.drawing.layers import axis, category, layer, words
from simulator.drawing.marks import chart
from simulator.drawing.picture import Picture, Reading
from simulator.texts import text
from simulator.texts.numbers import number_text

DISTILLATION_TEMPERATURE = 4.0
MAX_LABELLED = 4
"""Classes up to which every bar carries its number; beyond, only the table does."""


def draw_counts(
    draws: Int[np.ndarray, " draws"], probabilities: Float[np.ndarray, " classes"], temperature: float, language: str
) -> Picture:
    """Draw how often each class was drawn, with a tick where its probability puts it.

    Args:
      draws: class indices, as ``draw_classes`` returns them.
      probabilities: they were drawn with.
      temperature: T behind the probabilities.
      language: of the words.
    """
    classes = len(probabilities)
    counts = np.bincount(draws, minlength=classes)
    expected = len(draws) * probabilities
    names = [str(k + 1) for k in range(classes)]
    x = category("class", text(language, "softmax.axis.class"), "names")
    y = axis("count", text(language, "softmax.draws.count"), "y_domain")
    tick = {"type": "tick", "color": "@ink", "thickness": "@px 4", "opacity": 1, "width": {"band": 0.8}}
    spec = chart(
        [
            layer("bars", {"type": "bar", "color": "@forward", "width": {"band": 0.6}}, x=x, y=y),
            layer("bars", tick, x=x, y=axis("expected", text(language, "softmax.draws.count"), "y_domain")),
            words("bars", "written", x=x, y=y, dy=-10, fontWeight=600, stroke="@surface", strokeWidth=4),
            words("bars", "written", x=x, y=y, dy=-10, fontWeight=600),
        ],
        ["y_domain", "names"],
        height=260,
    )
    most = int(counts.argmax())
    return Picture(
        title=text(language, "softmax.draws.title"),
        alt=text(
            language,
            "softmax.draws.alt",
            num=len(draws),
            temperature=number_text(temperature),
            counts=", ".join(map(str, counts)),
            number=most + 1,
        ),
        specs={"draws": spec},
        signals={"y_domain": [0.0, 1.12 * len(draws)], "names": names},
        tables={
            "bars": {"class": names, "count": counts, "expected": expected, "written": [str(count) for count in counts]}
        },
        reading=Reading(
            "bars",
            {
                "class": text(language, "softmax.axis.class"),
                "count": text(language, "softmax.draws.count"),
                "expected": text(language, "softmax.draws.expected"),
            },
        ),
    )


def soft_targets(logits: Float[np.ndarray, " classes"], language: str) -> Picture:
    """Draw the same logits at T = 1 and at T = 4: what a large network teaches a small one beside the answer."""
    classes = len(logits)
    temperatures = (1.0, DISTILLATION_TEMPERATURE)
    names = [str(k + 1) for k in range(classes)]
    labels = [f"T = {number_text(temperature)}" for temperature in temperatures]
    values = np.concatenate([softmax(logits, temperature) for temperature in temperatures])
    x, y = (
        category("class", text(language, "softmax.axis.class"), "names"),
        axis("probability", text(language, "softmax.axis.probability"), "y_domain"),
    )
    offset = {"field": "at", "type": "nominal", "scale": {"domain": {"expr": "labels"}}}
    opacity = {
        "field": "at",
        "type": "nominal",
        "scale": {"domain": {"expr": "labels"}, "range": [0.45, 1]},
        "legend": {"title": None, "orient": "top"},
    }
    bar = layer("bars", {"type": "bar", "color": "@forward"}, x=x, y=y, xOffset=offset, opacity=opacity)
    label = words("bars", "written", x=x, y=y, dy=-10)
    label["encoding"]["xOffset"] = offset
    return Picture(
        title=text(language, "softmax.soft.title"),
        alt=text(
            language,
            "softmax.soft.alt",
            sharp=", ".join(number_text(p) for p in values[:classes]),
            soft=", ".join(number_text(p) for p in values[classes:]),
        ),
        specs={"soft": chart([bar, label], ["y_domain", "names", "labels"], height=260)},
        signals={"y_domain": [0.0, 1.12], "names": names, "labels": labels},
        tables={
            "bars": {
                "class": names * 2,
                "at": np.repeat(labels, classes),
                "probability": values,
                "written": [number_text(float(p), 2) if classes <= MAX_LABELLED else "" for p in values],
            }
        },
        reading=Reading(
            "bars",
            {
                "class": text(language, "softmax.axis.class"),
                "at": text(language, "softmax.axis.temperature"),
                "probability": text(language, "softmax.axis.probability"),
            },
        ),
    )
