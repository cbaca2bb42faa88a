"""Why squared error pulls as it does: the error and the slope at one logit, and the constant of each scaling."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import heading, words
from simulator.drawing.axes import log_range, x_linear, x_log, y_category, y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.losses.numbers import POINTS, Single
from simulator.scenes.losses.pictures.single import EVERY
from simulator.scenes.losses.settings import REACH
from simulator.texts import text
from simulator.texts.numbers import number_text

TANGENT = 2.5
"""Half the width of the tangent, in logits."""


def worked_picture(found: Single, language: str) -> Picture:
    """Draw the output over the logit, with the error and the slope at the marked logit."""
    example, curve = found.example, found.curves[found.squared]
    run = np.array([-TANGENT, TANGENT])
    values = {name: number_text(getattr(example, name)) for name in ("logit", "output", "error", "derivative")}
    listed = slice(0, POINTS, EVERY)
    right = example.logit > 0
    return Picture(
        title=text(language, "losses.worked.title"),
        alt=text(language, "losses.worked.alt", target=found.target, **values),
        specs={"worked": _worked_spec(language)},
        signals={
            "x_domain": [-REACH, REACH],
            "y_domain": [-0.1, 1.1],
            "side": "right" if right else "left",
            "gap": -10 if right else 10,
        },
        tables={
            "output": {"logit": curve.logit, "output": curve.output},
            "tangent": {"logit": example.logit + run, "output": example.output + example.derivative * run},
            "now": {
                "logit": np.array([example.logit]),
                "output": np.array([example.output]),
                "target": np.array([float(found.target)]),
                "middle": np.array([(example.output + found.target) / 2]),
                "name": [text(language, "losses.worked.error", **values)],
            },
            "headings": {
                "kind": ["output", "slope"],
                "name": [
                    f"━ {text(language, 'losses.worked.output', **values)}",
                    f"╱ {text(language, 'losses.worked.slope', **values)}",
                ],
            },
            "rows": {"logit": curve.logit[listed], "output": curve.output[listed]},
        },
        reading=Reading("rows", _worked_headings(language)),
    )


def _worked_headings(language: str) -> dict[str, str]:
    return {"logit": text(language, "losses.axis.logit"), "output": text(language, "losses.axis.output")}


@cache
def _worked_spec(language: str) -> dict[str, Any]:
    titles = _worked_headings(language)
    x, y = x_linear("logit", titles["logit"], grid=False), y_linear("output", titles["output"])
    at = {"x": "logit:Q", "y": "output:Q"}
    # The error is the gradient of cross-entropy: it has the gradient's colour.
    error = over("now").mark_rule(color="@gradient", strokeWidth=px(5)).encode(x="logit:Q", y="output:Q", y2="target:Q")
    label = {"align": alt.expr("side"), "dx": px("gap"), "fontWeight": 600}
    place = {"x": "logit:Q", "y": "middle:Q", "text": "name:N"}
    layers = [
        over("output").mark_line(color="@forward", strokeWidth=px(4)).encode(x, y),
        over("now").mark_rule(color="@muted", strokeWidth=px(2)).encode(y="target:Q"),
        error,
        over("tangent").mark_line(color="@ink", strokeWidth=px(4), clip=True).encode(**at),
        over("now").mark_point(filled=True, size=area(170), color="@ink", opacity=1).encode(**at),
        over("now").mark_text(**label, stroke="@surface", strokeWidth=px(6)).encode(**place),
        over("now").mark_text(**label).encode(**place),
        heading("headings", "output", 1),
        heading("headings", "slope", 0),
    ]
    return chart(layers, ["x_domain", "y_domain", "side", "gap"], right=16)


def scalings_picture(factors: Mapping[str, float], squared: str, language: str) -> Picture:
    """Draw the constant c in ∂L/∂y = c·(y − t) of every scaling of squared error, on a log axis.

    Args:
      factors: c by the name of the scaling.
      squared: the scaling that the other pictures show.
      language: of the words.
    """
    names = [text(language, f"losses.scalings.formula_{loss}") for loss in factors]
    domain, marks = log_range(np.array(list(factors.values())))
    listed = ", ".join(f"{name}: {number_text(factor)}" for name, factor in zip(names, factors.values(), strict=True))
    return Picture(
        title=text(language, "losses.scalings.title"),
        alt=text(language, "losses.scalings.alt", factors=listed),
        specs={"scalings": _scalings_spec(language)},
        signals={"names": names, "x_domain": [domain[0], 2 * domain[1]], "x_ticks": marks},
        tables={
            "factors": {
                "name": names,
                "factor": list(factors.values()),
                "start": [domain[0]] * len(names),
                "written": [number_text(factor) for factor in factors.values()],
                "chosen": [float(loss == squared) for loss in factors],
            }
        },
        reading=Reading("factors", _scalings_headings(language)),
    )


def _scalings_headings(language: str) -> dict[str, str]:
    return {"name": text(language, "losses.scalings.formula"), "factor": text(language, "losses.scalings.factor")}


@cache
def _scalings_spec(language: str) -> dict[str, Any]:
    y = y_category("name", None, "names")
    x = x_log("factor", text(language, "losses.scalings.axis"))
    at = {"x": "factor:Q", "y": "name:N"}
    ring = over("factors").mark_point(size=area(620), color="@ink", strokeWidth=px(3.5)).encode(**at)
    return chart(
        [
            over("factors").mark_rule(color="@gradient", strokeWidth=px(3)).encode(x, y, x2="start:Q"),
            over("factors").mark_point(filled=True, size=area(260), color="@gradient", opacity=1).encode(**at),
            ring.transform_filter("datum.chosen === 1"),
            words("factors", "written", dy=-22, fontWeight=600).encode(**at),
        ],
        ["names", "x_domain", "x_ticks"],
    )
