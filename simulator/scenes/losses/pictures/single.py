"""A squared error and cross-entropy over one logit: what they cost and how hard they pull."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import heading, rule, words
from simulator.drawing.axes import x_linear, y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.losses.numbers import POINTS, Single
from simulator.scenes.losses.settings import REACH
from simulator.texts import text
from simulator.texts.numbers import number_text

COLORS = {"loss": "@forward", "gradient": "@gradient"}
EVERY = 4
"""Of the points drawn, one in so many is in the table."""


def loss_comparison(found: Single, language: str) -> Picture:
    """Draw both losses over the logit, and both at the marked logit."""
    return _comparison("loss", found, language)


def gradient_comparison(found: Single, language: str) -> Picture:
    """Draw the size of both gradients over the logit, with the unfair stretch shaded.

    Unfair: a larger error has a smaller gradient.
    """
    return _comparison("gradient", found, language)


def _comparison(quantity: str, found: Single, language: str) -> Picture:
    kinds = (found.squared, "cross_entropy")
    logits = found.curves["cross_entropy"].logit
    values = {kind: np.abs(getattr(found.curves[kind], quantity)) for kind in kinds}
    marked = {kind: float(abs(getattr(found.now[kind], quantity)[0])) for kind in kinds}
    names = {kind: text(language, f"losses.name.{kind}") for kind in kinds}
    dotted, listed = slice(0, POINTS, 12), slice(0, POINTS, EVERY)
    low, high = found.band
    headings = {"logit": text(language, "losses.axis.logit"), "value": text(language, f"losses.axis.{quantity}")}
    return Picture(
        title=text(language, f"losses.{quantity}.title"),
        alt=text(
            language,
            f"losses.{quantity}.alt",
            squared=names[found.squared],
            logit=number_text(found.logit),
            squared_value=number_text(marked[found.squared]),
            cross_value=number_text(marked["cross_entropy"]),
            low=number_text(low),
            high=number_text(high),
        ),
        specs={quantity: _comparison_spec(quantity, language)},
        signals={
            "x_domain": [-REACH, REACH],
            "y_domain": [0.0, 1.08 * max(float(value.max()) for value in values.values())],
        },
        tables={
            "cross": {"logit": logits, "value": values["cross_entropy"]},
            "squared": {"logit": logits, "value": values[found.squared]},
            "squared_dots": {"logit": logits[dotted], "value": values[found.squared][dotted]},
            "mark": {"logit": np.full(2, found.logit), "value": np.array([marked[kind] for kind in kinds])},
            "unfair": {
                "logit": np.array([(low + high) / 2]),
                "from": np.array([low]),
                "to": np.array([high]),
                "name": [text(language, "losses.unfair")],
            },
            "headings": {
                "kind": ["cross", "squared"],
                "name": [
                    f"━ {names['cross_entropy']}: {number_text(marked['cross_entropy'])}",
                    f"●─ {names[found.squared]}: {number_text(marked[found.squared])}",
                ],
            },
            "rows": {
                "logit": np.tile(logits[listed], 2),
                "loss": np.repeat([names[kind] for kind in kinds], len(logits[listed])),
                "value": np.concatenate([values[kind][listed] for kind in kinds]),
            },
        },
        reading=Reading("rows", headings | {"loss": text(language, "losses.axis.which")}),
    )


@cache
def _comparison_spec(quantity: str, language: str) -> dict[str, Any]:
    color = COLORS[quantity]
    x = x_linear("logit", text(language, "losses.axis.logit"), grid=False)
    y = y_linear("value", text(language, f"losses.axis.{quantity}"))
    # Squared error has a thin line with dots, not a dashed one: dashes mean a negative number.
    layers = [
        over("cross").mark_line(color=color, strokeWidth=px(5)).encode(x, y),
        over("squared").mark_line(color=color, strokeWidth=px(2.5)).encode(x="logit:Q", y="value:Q"),
        _dots("squared_dots", color, 60).encode(x="logit:Q", y="value:Q"),
        rule("mark").encode(x="logit:Q"),
        _dots("mark", color, 170).encode(x="logit:Q", y="value:Q"),
        heading("headings", "cross", 1),
        heading("headings", "squared", 0),
    ]
    if quantity == "gradient":
        middle = {"x": alt.X("logit:Q"), "y": alt.value(alt.expr("height / 2"))}
        style = {"lineBreak": "\n", "fontWeight": 600}
        layers.insert(0, over("unfair").mark_rect(color="@grid", opacity=0.75).encode(x="from:Q", x2="to:Q"))
        layers.append(words("unfair", "name", **style, stroke="@grid", strokeWidth=px(6)).encode(**middle))
        layers.append(words("unfair", "name", **style).encode(**middle))
    return chart(layers, ["x_domain", "y_domain"], right=16)


def _dots(table: str, color: str, size: float) -> alt.Chart:
    return over(table).mark_point(filled=True, size=area(size), color=color, opacity=1)
