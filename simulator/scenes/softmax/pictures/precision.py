"""Where softmax in few digits still gives the right probabilities, and where it breaks."""

from itertools import groupby

import numpy as np
from jaxtyping import Float

from simulator.drawing.layers import axis, category, layer, rule, words
from simulator.drawing.marks import chart
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.softmax.precision import METHODS, OUTCOMES, PRECISIONS, scan_shifts
from simulator.texts import text
from simulator.texts.numbers import number_text

REACH = 150
"""Largest logit from −150 to 150: float32's exp overflows at 88.7 and underflows at −104."""
POINTS = 601
_COLORS = ["@good", "@muted", "@ink", "@bad", "@bad"]
_ROOM = 30
"""Units of the axis that a name needs; a narrower stretch goes without."""


def precision_strips(logits: Float[np.ndarray, " classes"], language: str) -> Picture:
    """Draw one strip for each precision and method over the size of the logits.

    Args:
      logits: z; their differences stay, the largest one moves along the axis.
      language: of the words.
    """
    places = np.linspace(-REACH, REACH, POINTS)
    scan = scan_shifts(logits, places - logits.max())
    half = REACH / (POINTS - 1)
    kinds = [(precision, method) for method in METHODS for precision in PRECISIONS]
    names = [text(language, f"softmax.precision.{method}", precision=precision) for precision, method in kinds]
    table: dict[str, list] = {name: [] for name in ("strip", "low", "high", "outcome", "meaning", "label")}
    for kind, name in zip(kinds, names, strict=True):
        first = 0
        for outcome, run in groupby(scan.outcome[kind]):
            end = first + len(list(run))
            low, high = float(places[first]) - half, float(places[end - 1]) + half
            meaning = text(language, f"softmax.outcome.{outcome}")
            row = (name, low, high, outcome, meaning, meaning if high - low > _ROOM else "")
            for column, value in zip(table.values(), row, strict=True):
                column.append(value)
            first = end
    x = axis("low", text(language, "softmax.precision.axis"), "x_domain", axis={"grid": False, "tickCount": 9})
    y = category("strip", None, "names")
    y["axis"] |= {"domain": False, "ticks": False, "labelLimit": 400}
    color = {
        "field": "outcome",
        "type": "nominal",
        "scale": {"domain": list(OUTCOMES), "range": _COLORS},
        "legend": None,
    }
    bar = {"type": "bar", "stroke": "@surface", "strokeWidth": 1, "opacity": 1, "height": {"band": 0.72}}
    start = {"field": "low", "type": "quantitative"}
    here = {"field": "place", "type": "quantitative"}
    spec = chart(
        [
            layer("strips", bar, x=x, x2={"field": "high"}, y=y, color=color),
            rule("now", x=here),
            words("strips", "label", x=start, y=y, color={"value": "@surface"}, fontWeight=600, align="left", dx=8),
        ],
        ["x_domain", "names"],
        height=260,
    )
    broken = [
        places[i]
        for i, outcome in enumerate(scan.outcome["float32", "naive"])
        if places[i] > 0 and outcome == "overflow"
    ]
    largest = float(logits.max())
    return Picture(
        title=text(language, "softmax.precision.title"),
        alt=text(language, "softmax.precision.alt", bound=number_text(float(broken[0])) if broken else "∞"),
        specs={"precision": spec},
        signals={"x_domain": [-REACH, REACH], "names": names},
        tables={"strips": table, "now": {"place": np.array([largest] if abs(largest) <= REACH else [])}},
        reading=Reading(
            "strips",
            {name: text(language, f"softmax.precision.{name}") for name in ("strip", "low", "high", "meaning")},
        ),
    )
