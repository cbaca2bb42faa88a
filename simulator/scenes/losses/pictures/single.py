"""A squared error and cross-entropy over one logit: what they cost and how hard they pull."""

import numpy as np

from simulator.drawing.layers import ROOM_FOR_HEADINGS, axis, heading, layer, rule, words
from simulator.drawing.marks import chart
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.losses.single import loss_curve, unfair_points
from simulator.texts import text
from simulator.texts.numbers import number_text

REACH = 10.0
POINTS = 241


def loss_comparison(squared: str, output: str, target: int, logit: float, num_classes: int, language: str) -> Picture:
    """Draw both losses over the logit, and both at the marked logit.

    Args:
      squared: which scaling, one of ``simulator.scenes.losses.single.SQUARED_ERRORS``.
      output: ``sigmoid`` or ``softmax``.
      target: 0 or 1.
      logit: z to mark.
      num_classes: behind the softmax.
      language: of the words.
    """
    return _comparison("loss", squared, output, target, logit, num_classes, language)


def gradient_comparison(
    squared: str, output: str, target: int, logit: float, num_classes: int, language: str
) -> Picture:
    """Draw the size of both gradients over the logit, with the unfair stretch shaded.

    Unfair: a larger error has a smaller gradient. Args as for ``loss_comparison``.
    """
    return _comparison("gradient", squared, output, target, logit, num_classes, language)


def _comparison(
    quantity: str, squared: str, output: str, target: int, logit: float, num_classes: int, language: str
) -> Picture:
    places = np.linspace(-REACH, REACH, POINTS)
    kinds = (squared, "cross_entropy")
    curves = {kind: loss_curve(kind, output, target, places, num_classes=num_classes) for kind in kinds}
    now = {kind: loss_curve(kind, output, target, np.array([logit]), num_classes=num_classes) for kind in kinds}
    values = {kind: np.abs(getattr(curve, quantity)) for kind, curve in curves.items()}
    marked = {kind: float(abs(getattr(curve, quantity)[0])) for kind, curve in now.items()}
    names = {kind: text(language, f"losses.name.{kind}") for kind in kinds}
    color = "@forward" if quantity == "loss" else "@gradient"
    x = axis("logit", text(language, "losses.axis.logit"), "x_domain", axis={"grid": False})
    y = axis("value", text(language, f"losses.axis.{quantity}"), "y_domain")
    cross = {"type": "line", "color": color, "strokeWidth": "@px 5"}
    # Squared error has a thin line with dots, not a dashed one: dashes mean a negative number.
    thin = {"type": "line", "color": color, "strokeWidth": "@px 2.5"}
    dots = {"type": "point", "filled": True, "size": 60, "color": color, "opacity": 1}
    layers = [
        layer("cross", cross, x=x, y=y),
        layer("squared", thin, x=x, y=y),
        layer("squared_dots", dots, x=x, y=y),
        rule("mark", x=x),
        layer("mark", dots | {"size": 170}, x=x, y=y),
        heading("headings", "cross", 1),
        heading("headings", "squared", 0),
    ]
    if quantity == "gradient":
        layers.insert(0, _shade(x))
        middle = {"x": x, "y": {"value": {"expr": "height / 2"}}, "lineBreak": "\n", "fontWeight": 600}
        layers.append(words("unfair", "name", **middle, stroke="@grid", strokeWidth=6))
        layers.append(words("unfair", "name", **middle))
    unfair = unfair_points(curves[squared])
    dotted = slice(0, POINTS, 12)
    headings = {"logit": text(language, "losses.axis.logit"), "value": text(language, f"losses.axis.{quantity}")}
    most = max(float(value.max()) for value in values.values())
    rows = {
        "logit": np.tile(places[::4], 2),
        "loss": np.repeat([names[kind] for kind in kinds], len(places[::4])),
        "value": np.concatenate([values[kind][::4] for kind in kinds]),
    }
    low, high = (float(places[unfair][0]), float(places[unfair][-1])) if unfair.any() else (0.0, 0.0)
    band = [low, high] if unfair.any() else []
    return Picture(
        title=text(language, f"losses.{quantity}.title"),
        alt=text(
            language,
            f"losses.{quantity}.alt",
            squared=names[squared],
            logit=number_text(logit),
            squared_value=number_text(marked[squared]),
            cross_value=number_text(marked["cross_entropy"]),
            low=number_text(low),
            high=number_text(high),
        ),
        specs={quantity: chart(layers, ["x_domain", "y_domain"], padding=ROOM_FOR_HEADINGS)},
        signals={"x_domain": [-REACH, REACH], "y_domain": [0.0, 1.08 * most]},
        tables={
            "cross": {"logit": places, "value": values["cross_entropy"]},
            "squared": {"logit": places, "value": values[squared]},
            "squared_dots": {"logit": places[dotted], "value": values[squared][dotted]},
            "mark": {
                "logit": np.full(2, logit),
                "value": np.array([marked[kind] for kind in kinds]),
            },
            "unfair": {
                "logit": np.array([sum(band) / 2] if band else []),
                "from": np.array(band[:1]),
                "to": np.array(band[1:]),
                "name": [text(language, "losses.unfair")] if band else [],
            },
            "headings": {
                "kind": ["cross", "squared"],
                "name": [
                    f"━ {names['cross_entropy']}: {number_text(marked['cross_entropy'])}",
                    f"●─ {names[squared]}: {number_text(marked[squared])}",
                ],
            },
            "rows": rows,
        },
        reading=Reading("rows", headings | {"loss": text(language, "losses.axis.which")}),
    )


def _shade(x: dict) -> dict:
    """Return the shaded stretch."""
    mark = {"type": "rect", "color": "@grid", "opacity": 0.75}
    start = {"field": "from", "type": "quantitative"}
    return layer("unfair", mark, x=x | start, x2={"field": "to"})
