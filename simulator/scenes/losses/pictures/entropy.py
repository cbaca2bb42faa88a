"""Surprise, the cost of a wrong belief, and two losses that are both called cross-entropy."""

import math
from functools import cache
from typing import Any, Literal

import altair as alt
import numpy as np

from simulator.drawing.annotations import rule, tooltip, words
from simulator.drawing.axes import x_category, x_linear, y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.losses.entropy import surprise
from simulator.scenes.losses.numbers import Belief, Terms
from simulator.texts import text
from simulator.texts.numbers import number_text

_SMALLEST = 0.005
GAP = 3
TERM_LABELS: tuple[tuple[str, Literal["left", "center", "right"], int], ...] = (
    ("left", "right", 1),
    ("middle", "center", 0),
    ("right", "left", -1),
)
"""Side of a number above a bar, how it is aligned, and by how many half bars it is moved."""
MANY_CLASSES = 5
"""More classes than this have no room for a number above every bar."""
_DEAREST = 4.0
"""Bits at the upper end of the axis of costs."""


def surprise_curve(probability: float, language: str) -> Picture:
    """Draw −ln p over p, with one probability marked.

    Args:
      probability: p of what happened, above 0.
      language: of the words.
    """
    places = np.concatenate([np.geomspace(_SMALLEST, 0.1, 40), np.linspace(0.1, 1.0, 91)[1:]])
    value = surprise(probability)
    written = {"p": number_text(probability), "value": number_text(value)}
    # Beside the point where the curve is steep, high above it where it is flat.
    side, dx, dy = ("right", -8, -44) if probability > 0.6 else ("left", 12, -16)
    return Picture(
        title=text(language, "losses.surprise.title"),
        alt=text(language, "losses.surprise.alt", **written),
        specs={"surprise": _surprise_spec(language)},
        signals={
            "x_domain": [0.0, 1.0],
            "y_domain": [0.0, -math.log(_SMALLEST)],
            "side": side,
            "label_x": dx,
            "label_y": dy,
        },
        tables={
            "curve": {"probability": places, "surprise": -np.log(places)},
            "now": {
                "probability": np.array([probability]),
                "surprise": np.array([value]),
                "name": [text(language, "losses.surprise.mark", **written)],
            },
        },
        reading=Reading("curve", _surprise_headings(language)),
    )


def _surprise_headings(language: str) -> dict[str, str]:
    return {"probability": text(language, "losses.surprise.x"), "surprise": text(language, "losses.surprise.y")}


@cache
def _surprise_spec(language: str) -> dict[str, Any]:
    titles = _surprise_headings(language)
    x, y = x_linear("probability", titles["probability"], grid=False), y_linear("surprise", titles["surprise"])
    at = {"x": "probability:Q", "y": "surprise:Q"}
    name = over("now").mark_text(align=alt.expr("side"), dx=px("label_x"), dy=px("label_y"), fontWeight=600)
    return chart(
        [
            over("curve").mark_line(color="@forward", strokeWidth=px(4)).encode(x, y),
            rule("now", thin=True, color="@muted").encode(x="probability:Q"),
            over("now").mark_point(filled=True, size=area(170), color="@forward", opacity=1).encode(**at),
            name.encode(text="name:N", **at),
        ],
        ["x_domain", "y_domain", "side", "label_x", "label_y"],
    )


def gibbs_curve(found: Belief, language: str) -> Picture:
    """Draw H(P, Q) of two outcomes over the belief q; the gap above H(P) is KL."""
    floor, cost, gap = found.measured.entropy, found.measured.cross_entropy, found.measured.kl
    written = {name: number_text(value) for name, value in (("cost", cost), ("floor", floor), ("gap", gap))}
    right = found.q > 0.5
    return Picture(
        title=text(language, "losses.gibbs.title"),
        alt=text(language, "losses.gibbs.alt", p=number_text(found.p), q=number_text(found.q), **written),
        specs={"gibbs": _gibbs_spec(language)},
        signals={
            "x_domain": [0.0, 1.0],
            "y_domain": [0.0, _DEAREST],
            "side": "right" if right else "left",
            "gap": -12 if right else 12,
        },
        tables={
            "curve": {"belief": found.beliefs, "cost": found.costs},
            "floor": {"cost": np.array([floor]), "name": [f"H(P) = {written['floor']}"]},
            "now": {
                "belief": np.array([found.q]),
                "cost": np.array([min(cost, _DEAREST)]),
                "floor": np.array([floor]),
                "name": [f"H(P, Q) = {written['cost']}, KL = {written['gap']}"],
            },
        },
        reading=Reading("curve", _gibbs_headings(language)),
    )


def _gibbs_headings(language: str) -> dict[str, str]:
    return {"belief": text(language, "losses.gibbs.x"), "cost": text(language, "losses.gibbs.y")}


@cache
def _gibbs_spec(language: str) -> dict[str, Any]:
    titles = _gibbs_headings(language)
    x, y = x_linear("belief", titles["belief"], grid=False), y_linear("cost", titles["cost"], grid=False)
    at = {"x": "belief:Q", "y": "cost:Q"}
    name = over("now").mark_text(align=alt.expr("side"), dx=px("gap"), dy=px(-14), fontWeight=600)
    return chart(
        [
            over("curve").mark_line(color="@forward", strokeWidth=px(4), clip=True).encode(x, y),
            rule("floor", thin=True, color="@muted").encode(y="cost:Q"),
            words("floor", "name", dy=16, align="right").encode(y="cost:Q", x=alt.value("width")),
            over("now").mark_rule(color="@ink", strokeWidth=px(5)).encode(y2="floor:Q", **at),
            over("now").mark_point(filled=True, size=area(150), color="@forward", opacity=1).encode(**at),
            name.encode(text="name:N", **at),
        ],
        ["x_domain", "y_domain", "side", "gap"],
    )


def loss_terms(found: Terms, language: str) -> Picture:
    """Draw what each class adds to the categorical and to the sum of binary cross-entropies.

    A term without bound reaches the top of the picture, under the sign ∞.
    """
    classes = len(found.outputs)
    terms = np.concatenate([found.categorical, found.binary])
    finite = terms[np.isfinite(terms)]
    top = max(1.0, 1.15 * float(finite.max(initial=0.0)))
    kinds = [text(language, f"losses.terms.{kind}") for kind in ("categorical", "binary")]
    names = [str(number + 1) for number in range(classes)]
    right = np.arange(classes) == found.right
    labelled = right | (classes <= MANY_CLASSES)
    return Picture(
        title=text(language, "losses.terms.title"),
        alt=text(
            language,
            "losses.terms.alt",
            categorical=number_text(float(found.categorical.sum())),
            binary=number_text(float(found.binary.sum())),
            number=found.right + 1,
        ),
        specs={"terms": _terms_spec(language)},
        signals={"y_domain": [0.0, top], "names": names, "kinds": kinds},
        tables={
            "bars": {
                "class": names * 2,
                "kind": np.repeat(kinds, classes),
                "term": terms,
                "height": np.minimum(terms, top),
                "written": [
                    number_text(float(term)) if term and shown else ""
                    for term, shown in zip(terms, np.tile(labelled, 2), strict=True)
                ],
                # Where both losses have a bar, their numbers stand apart.
                "side": ["left" if one else "middle" for one in right]
                + ["right" if one else "middle" for one in right],
            }
        },
        reading=Reading("bars", {"kind": text(language, "losses.axis.which"), **_terms_headings(language)}),
    )


def _terms_headings(language: str) -> dict[str, str]:
    return {"class": text(language, "losses.axis.class"), "term": text(language, "losses.terms.y")}


@cache
def _terms_spec(language: str) -> dict[str, Any]:
    titles = _terms_headings(language)
    x, y = x_category("class", titles["class"], "names"), y_linear("height", titles["term"])
    offset = alt.XOffset("kind:N", scale=alt.Scale(domain=alt.expr("kinds")))
    legend = alt.Legend(title=None, orient="top", labelLimit=500)
    opacity = alt.Opacity("kind:N", scale=alt.Scale(domain=alt.expr("kinds"), range=[1, 0.45]), legend=legend)
    shown = tooltip({"kind": text(language, "losses.axis.which"), **titles}, "kind", "class")
    bars = over("bars").mark_bar(color="@forward").encode(x, y, offset, opacity, tooltip=shown)
    return chart([bars, *(_term_label(*one, offset) for one in TERM_LABELS)], ["y_domain", "names", "kinds"])


def _term_label(side: str, align: Literal["left", "center", "right"], edges: int, offset: alt.XOffset) -> alt.Chart:
    """Return the numbers above the bars of one side; between two bars of a class there is a gap."""
    label = over("bars").transform_filter(f"datum.side === '{side}'")
    label = label.mark_text(
        align=align, dx=alt.expr(f"{edges} * (bandwidth('xOffset') / 2 - {GAP} * scale)"), dy=px(-10)
    )
    return label.encode(x="class:N", y="height:Q", xOffset=offset, text="written:N")
