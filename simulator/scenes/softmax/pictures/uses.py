"""What temperature is used for: drawing words, soft targets for a smaller network, and an honest confidence."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.axes import x_category, y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.softmax.numbers import Drawn, Softened
from simulator.scenes.softmax.pictures.labels import outlined
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_LABELLED = 4
"""Classes up to which every bar carries its number; beyond, only the table does."""


def draw_counts(found: Drawn, language: str) -> Picture:
    """Draw how often each class was drawn, with a tick where its probability puts it."""
    classes, num = len(found.probabilities), len(found.draws)
    counts = np.bincount(found.draws, minlength=classes)
    names = [str(k + 1) for k in range(classes)]
    headings = {
        "class": text(language, "softmax.axis.class"),
        "count": text(language, "softmax.draws.count"),
        "expected": text(language, "softmax.draws.expected"),
    }
    return Picture(
        title=text(language, "softmax.draws.title"),
        alt=text(
            language,
            "softmax.draws.alt",
            num=num,
            temperature=number_text(found.temperature),
            counts=", ".join(map(str, counts)),
        ),
        specs={"draws": _draws_spec(language)},
        signals={"y_domain": [0.0, 1.12 * num], "names": names},
        tables={
            "bars": {
                "class": names,
                "count": counts,
                "expected": num * found.probabilities,
                "written": [str(count) for count in counts],
            }
        },
        reading=Reading("bars", headings),
    )


def soft_targets(found: Softened, language: str) -> Picture:
    """Draw the same logits at T = 1 and at T = 4: what a large network teaches a small one beside the answer."""
    temperature = number_text(found.temperature)
    values = {"temperature": temperature, "sharp": _list(found.plain), "soft": _list(found.soft)}
    title, alternative = text(language, "softmax.soft.title"), text(language, "softmax.soft.alt", **values)
    return _both(found, language, title, alternative, ["T = 1", f"T = {temperature}"])


def calibrated(found: Softened, language: str) -> Picture:
    """Draw the probabilities as the network gives them, and as the temperature makes them."""
    temperature = number_text(found.temperature)
    labels = [
        text(language, "softmax.calibration.plain"),
        text(language, "softmax.calibration.scaled", temperature=temperature),
    ]
    title = text(language, "softmax.calibration.title")
    values = {"temperature": temperature, "plain": _list(found.plain), "scaled": _list(found.soft)}
    return _both(found, language, title, text(language, "softmax.calibration.alt", **values), labels)


def _list(probabilities: np.ndarray) -> str:
    return ", ".join(number_text(p) for p in probabilities)


def _both(found: Softened, language: str, title: str, alternative: str, labels: list[str]) -> Picture:
    """Draw probabilities at two temperatures side by side, class by class."""
    classes = len(found.plain)
    names = [str(k + 1) for k in range(classes)]
    values = np.concatenate([found.plain, found.soft])
    headings = {
        "class": text(language, "softmax.axis.class"),
        "at": text(language, "softmax.axis.temperature"),
        "probability": text(language, "softmax.axis.probability"),
    }
    return Picture(
        title=title,
        alt=alternative,
        specs={"both": _both_spec(language)},
        signals={"y_domain": [0.0, 1.12], "names": names, "labels": labels},
        tables={
            "bars": {
                "class": names * 2,
                "at": np.repeat(labels, classes),
                "probability": values,
                "written": [number_text(float(p), 2) if classes <= MAX_LABELLED else "" for p in values],
            }
        },
        reading=Reading("bars", headings),
    )


@cache
def _draws_spec(language: str) -> dict[str, Any]:
    x = x_category("class", text(language, "softmax.axis.class"), "names")
    y = y_linear("count", text(language, "softmax.draws.count"))
    promised = over("bars").mark_rule(color="@ink", strokeWidth=px(4))
    return chart(
        [
            over("bars").mark_bar(color="@forward", width={"band": 0.6}).encode(x, y),
            promised.encode(x=alt.X("class:N", bandPosition=0.1), x2=alt.X2("class", bandPosition=0.9), y="expected:Q"),
            *(label.encode(x="class:N", y="count:Q") for label in outlined("bars", "written", dy=-10, fontWeight=600)),
        ],
        ["y_domain", "names"],
        height=260,
    )


@cache
def _both_spec(language: str) -> dict[str, Any]:
    x = x_category("class", text(language, "softmax.axis.class"), "names")
    y = y_linear("probability", text(language, "softmax.axis.probability"))
    order = alt.expr("labels")
    offset = alt.XOffset("at:N").scale(domain=order)
    opacity = alt.Opacity("at:N").scale(domain=order, range=[0.45, 1]).legend(title=None, orient="top")
    here = {"x": "class:N", "y": "probability:Q", "xOffset": offset}
    labels = [label.encode(**here) for label in outlined("bars", "written", dy=-10)]
    bar = over("bars").mark_bar(color="@forward").encode(x, y, offset, opacity)
    return chart([bar, *labels], ["y_domain", "names", "labels"], height=260)
