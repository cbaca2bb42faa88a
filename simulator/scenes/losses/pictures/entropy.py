"""Surprise, the cost of a wrong belief, and two losses that are both called cross-entropy."""

import math

import numpy as np
from jaxtyping import Float

from simulator.drawing.layers import axis, category, layer, rule, words
from simulator.drawing.marks import chart
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.losses.entropy import binary_terms, categorical_terms, cross_entropy, entropy, surprise
from simulator.texts import text
from simulator.texts.numbers import number_text

Probabilities = Float[np.ndarray, " outcomes"]
_SMALLEST = 0.005


def surprise_curve(probability: float, language: str) -> Picture:
    """Draw −ln p over p, with one probability marked.

    Args:
      probability: p of what happened, above 0.
      language: of the words.
    """
    places = np.concatenate([np.geomspace(_SMALLEST, 0.1, 40), np.linspace(0.1, 1.0, 91)[1:]])
    value = surprise(probability)
    x = axis("probability", text(language, "losses.surprise.x"), "x_domain", axis={"grid": False})
    y = axis("surprise", text(language, "losses.surprise.y"), "y_domain")
    point = {"type": "point", "filled": True, "size": 170, "color": "@forward", "opacity": 1}
    # Beside the point where the curve is steep, high above it where it is flat.
    align, dx, dy = ("right", -8, -44) if probability > 0.6 else ("left", 12, -16)
    spec = chart(
        [
            layer("curve", {"type": "line", "color": "@forward", "strokeWidth": "@px 4"}, x=x, y=y),
            rule("now", x=x, dash=True, color="@muted"),
            layer("now", point, x=x, y=y),
            words("now", "name", x=x, y=y, dx=dx, dy=dy, align=align, fontWeight=600),
        ],
        ["x_domain", "y_domain"],
    )
    headings = {"probability": text(language, "losses.surprise.x"), "surprise": text(language, "losses.surprise.y")}
    shown = text(language, "losses.surprise.mark", p=number_text(probability), value=number_text(value))
    return Picture(
        title=text(language, "losses.surprise.title"),
        alt=text(language, "losses.surprise.alt", p=number_text(probability), value=number_text(value)),
        specs={f"surprise_{align}": spec},
        signals={"x_domain": [0.0, 1.0], "y_domain": [0.0, -math.log(_SMALLEST)]},
        tables={
            "curve": {"probability": places, "surprise": -np.log(places)},
            "now": {"probability": np.array([probability]), "surprise": np.array([value]), "name": [shown]},
        },
        reading=Reading("curve", headings),
    )


def gibbs_curve(probability: float, belief: float, language: str) -> Picture:
    """Draw H(P, Q) of two outcomes over the belief q; the gap above H(P) is KL.

    Args:
      probability: p of the first outcome, what happens.
      belief: q of the first outcome, above 0 and below 1.
      language: of the words.
    """
    p = np.array([probability, 1.0 - probability])
    places = np.linspace(0.01, 0.99, 99)
    costs = np.array([cross_entropy(p, np.array([q, 1.0 - q]), base=2) for q in places])
    floor, cost = entropy(p, base=2), cross_entropy(p, np.array([belief, 1.0 - belief]), base=2)
    x = axis("belief", text(language, "losses.gibbs.x"), "x_domain", axis={"grid": False})
    y = axis("cost", text(language, "losses.gibbs.y"), "y_domain", axis={"grid": False})
    gap = {"type": "rule", "color": "@ink", "strokeWidth": "@px 5"}
    point = {"type": "point", "filled": True, "size": 150, "color": "@forward", "opacity": 1}
    align = "right" if belief > 0.5 else "left"
    dx = {"left": 12, "right": -12}[align]
    spec = chart(
        [
            layer("curve", {"type": "line", "color": "@forward", "strokeWidth": "@px 4", "clip": True}, x=x, y=y),
            rule("floor", y=y, dash=True, color="@muted"),
            words("floor", "name", y=y, x={"value": {"expr": "width"}}, dy=16, align="right"),
            layer("now", gap, x=x, y=y, y2={"field": "floor"}),
            layer("now", point, x=x, y=y),
            words("now", "name", x=x, y=y, dx=dx, dy=-14, align=align, fontWeight=600),
        ],
        ["x_domain", "y_domain"],
    )
    words_ = {"p": number_text(probability), "q": number_text(belief), "cost": number_text(cost)}
    words_ |= {"floor": number_text(floor), "gap": number_text(cost - floor)}
    headings = {"belief": text(language, "losses.gibbs.x"), "cost": text(language, "losses.gibbs.y")}
    return Picture(
        title=text(language, "losses.gibbs.title"),
        alt=text(language, "losses.gibbs.alt", **words_),
        specs={f"gibbs_{align}": spec},
        signals={"x_domain": [0.0, 1.0], "y_domain": [0.0, 4.0]},
        tables={
            "curve": {"belief": places, "cost": costs},
            "floor": {"cost": np.array([floor]), "name": [f"H(P) = {number_text(floor)}"]},
            "now": {
                "belief": np.array([belief]),
                "cost": np.array([min(cost, 4.0)]),
                "floor": np.array([floor]),
                "name": [f"H(P, Q) = {number_text(cost)}, KL = {number_text(cost - floor)}"],
            },
        },
        reading=Reading("curve", headings),
    )


def loss_terms(outputs: Probabilities, target: int, language: str) -> Picture:
    """Draw what each class adds to the categorical and to the sum of binary cross-entropies.

    Args:
      outputs: y of every class, each above 0 and below 1.
      target: index of the right class.
      language: of the words.
    """
    classes = len(outputs)
    one_hot = np.zeros(classes)
    one_hot[target] = 1.0
    terms = np.concatenate([categorical_terms(one_hot, outputs), binary_terms(one_hot, outputs)])
    kinds = [text(language, f"losses.terms.{kind}") for kind in ("categorical", "binary")]
    names = [str(k + 1) for k in range(classes)]
    sums = [float(terms[:classes].sum()), float(terms[classes:].sum())]
    x = category("class", text(language, "softmax.axis.class"), "names")
    y = axis("term", text(language, "losses.terms.y"), "y_domain")
    offset = {"field": "kind", "type": "nominal", "scale": {"domain": {"expr": "kinds"}}}
    opacity = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": {"expr": "kinds"}, "range": [1, 0.45]},
        "legend": {"title": None, "orient": "top", "labelLimit": 500},
    }
    bar = layer("bars", {"type": "bar", "color": "@forward"}, x=x, y=y, xOffset=offset, opacity=opacity)
    label = words("bars", "written", x=x, y=y, dy=-10)
    label["encoding"]["xOffset"] = offset
    return Picture(
        title=text(language, "losses.terms.title"),
        alt=text(
            language,
            "losses.terms.alt",
            categorical=number_text(sums[0]),
            binary=number_text(sums[1]),
            number=target + 1,
        ),
        specs={"terms": chart([bar, label], ["y_domain", "names", "kinds"])},
        signals={"y_domain": [0.0, max(1.0, 1.15 * float(terms.max()))], "names": names, "kinds": kinds},
        tables={
            "bars": {
                "class": names * 2,
                "kind": np.repeat(kinds, classes),
                "term": terms,
                "written": [number_text(float(term)) for term in terms],
            }
        },
        reading=Reading(
            "bars",
            {
                "class": text(language, "softmax.axis.class"),
                "kind": text(language, "losses.axis.which"),
                "term": text(language, "losses.terms.y"),
            },
        ),
    )
