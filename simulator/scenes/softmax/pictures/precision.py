"""Where softmax in few digits still gives the right probabilities, and where it breaks."""

from functools import cache
from itertools import groupby
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import rule, words
from simulator.drawing.axes import x_linear, y_category
from simulator.drawing.chart import chart, over
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.softmax.numbers import REACH, Precise
from simulator.scenes.softmax.pictures.labels import label_width
from simulator.scenes.softmax.precision import OUTCOMES
from simulator.texts import text
from simulator.texts.numbers import number_text

_COLORS = ["@good", "@muted", "@ink", "@bad", "@bad"]
_FITS = "(datum.high - datum.low) / (x_domain[1] - x_domain[0]) * width > datum.room * scale"
"""Whether a stretch is long enough for its name."""


def precision_strips(found: Precise, language: str) -> Picture:
    """Draw one strip for each precision and method over the size of the logits.

    The differences of the logits stay; the largest one moves along the axis.
    """
    places, outcomes = found.places, found.scan.outcome
    half = float(places[1] - places[0]) / 2
    names = {
        (precision, method): text(language, f"softmax.precision.{method}", precision=precision)
        for precision, method in found.computed
    }
    table: dict[str, list] = {name: [] for name in ("strip", "low", "high", "outcome", "meaning", "room")}
    for kind, name in names.items():
        first = 0
        for outcome, run in groupby(outcomes[kind]):
            end = first + len(list(run))
            low, high = float(places[first]) - half, float(places[end - 1]) + half
            meaning = text(language, f"softmax.outcome.{outcome}")
            row = (name, low, high, outcome, meaning, label_width(meaning))
            for column, value in zip(table.values(), row, strict=True):
                column.append(value)
            first = end
    headings = {name: text(language, f"softmax.precision.{name}") for name in ("strip", "low", "high", "meaning")}
    return Picture(
        title=text(language, "softmax.precision.title"),
        alt=text(language, "softmax.precision.alt", bound=_overflow(places, outcomes["float32", "naive"])),
        specs={"precision": _spec(language)},
        signals={"x_domain": [-REACH, REACH], "names": list(names.values())},
        tables={"strips": table, "now": {"place": np.array([found.largest] if abs(found.largest) <= REACH else [])}},
        reading=Reading("strips", headings),
    )


def _overflow(places: np.ndarray, outcomes: tuple[str, ...]) -> str:
    """Return the smallest positive logit that overflows."""
    broken = [place for place, outcome in zip(places, outcomes, strict=True) if place > 0 and outcome == "overflow"]
    return number_text(float(broken[0])) if broken else "∞"


@cache
def _spec(language: str) -> dict[str, Any]:
    x = x_linear("low", text(language, "softmax.precision.axis"), grid=False, tickCount=9)
    y = y_category("strip", None, "names")
    y = y.axis(title=None, labelAngle=0, grid=False, domain=False, ticks=False, labelLimit=400)
    color = alt.Color("outcome:N", legend=None).scale(domain=list(OUTCOMES), range=_COLORS)
    bar = over("strips").mark_bar(stroke="@surface", strokeWidth=1, opacity=1, height={"band": 0.72})
    label = words("strips", "meaning", dx=8, fontWeight=600, align="left", color="@surface")
    return chart(
        [
            bar.encode(x, y, color, x2="high:Q"),
            rule("now").encode(x="place:Q"),
            label.encode(x="low:Q", y="strip:N").transform_filter(_FITS),
        ],
        ["x_domain", "names"],
        height=260,
    )
