"""The error of finite differences over the step size: a U, in two precisions and from one side or both."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.checks import Sweep, best_step
from simulator.drawing.annotations import rule
from simulator.drawing.axes import log_range, x_log, y_log
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.symbols import SHAPES, along, symbols
from simulator.drawing.theme import palette
from simulator.texts import text
from simulator.texts.numbers import number_text

METHODS = (
    ("one_sided32", "float32", False),
    ("central32", "float32", True),
    ("one_sided64", "float64", False),
    ("central64", "float64", True),
)
"""Columns of a sweep: name, precision, whether central."""
SMALLEST_SHOWN = 1e-17
"""Errors under it are drawn here: 0 has no place on a log axis, and float64 keeps no smaller ones apart."""


def step_size_errors(sweep: Sweep, epsilon: float, language: str) -> Picture:
    """Draw the error of finite differences over the step size, with the chosen step and the best ones of theory."""
    names = {column: text(language, f"trust_lab.method.{column}") for column, *_ in METHODS}
    errors = {column: np.maximum(getattr(sweep, column), SMALLEST_SHOWN) for column, *_ in METHODS}
    domain, ticks = log_range(*errors.values(), decades=4)
    best = {column: best_step(precision, central=central) for column, precision, central in METHODS}
    headings = {name: text(language, f"trust_lab.axis.{name}") for name in ("epsilon", "method", "error")}
    return Picture(
        title=text(language, "trust_lab.step_size.title"),
        alt=text(
            language,
            "trust_lab.step_size.alt",
            values="; ".join(
                text(
                    language,
                    "trust_lab.step_size.alt_one",
                    method=names[column],
                    epsilon=number_text(float(sweep.epsilon[int(np.argmin(errors[column]))])),
                    error=number_text(float(errors[column].min())),
                )
                for column, *_ in METHODS
            ),
        ),
        specs={"errors": _errors_spec(language)},
        signals={
            "x_domain": [1e-12, 1.0],
            "x_ticks": [10.0**exponent for exponent in range(-12, 1, 2)],
            "log_domain": domain,
            "log_ticks": ticks,
            "methods": list(names.values()),
        },
        tables={
            "curves": {
                "epsilon": np.tile(sweep.epsilon, len(METHODS)),
                "method": np.repeat(list(names.values()), len(sweep.epsilon)).tolist(),
                "error": np.concatenate(list(errors.values())),
            },
            "symbols": _symbols(sweep.epsilon, errors, names),
            "now": {"epsilon": np.array([epsilon])},
            "best": {
                "epsilon": np.array(list(best.values())),
                "method": list(names.values()),
                "error": np.array([error_at(sweep.epsilon, errors[name], best[name]) for name in errors]),
            },
            "points": {
                "epsilon": np.full(len(METHODS), epsilon),
                "method": list(names.values()),
                "error": np.array([error_at(sweep.epsilon, error, epsilon) for error in errors.values()]),
            },
        },
        reading=Reading("curves", headings),
    )


def _symbols(epsilons: np.ndarray, errors: dict[str, np.ndarray], names: dict[str, str]) -> dict[str, Any]:
    """Return the places along each method's line that carry its symbol."""
    rows = {column: along(len(epsilons), k, len(errors)) for k, column in enumerate(errors)}
    return {
        "epsilon": np.concatenate([epsilons[chosen] for chosen in rows.values()]),
        "method": [names[column] for column, chosen in rows.items() for _ in chosen],
        "error": np.concatenate([errors[column][chosen] for column, chosen in rows.items()]),
    }


@cache
def _errors_spec(language: str) -> dict[str, Any]:
    axis = ["trust_lab.axis.error", "trust_lab.axis.error_formula"]
    x = x_log("epsilon", text(language, "trust_lab.axis.epsilon"), labelFlush=True)
    y = y_log("error", [text(language, line) for line in axis])
    methods = alt.expr("methods")
    color = alt.Color("method:N").scale(domain=methods, range=palette("classes"))
    color = color.legend(
        title=None,
        orient="top",
        symbolSize=area(110),
        labelLimit=500,
        columns=2,
    )
    which = alt.Shape("method:N").scale(domain=methods, range=list(SHAPES))
    at = {"x": "epsilon:Q", "y": "error:Q", "color": color, "shape": which}
    layers = [
        over("curves").mark_line(strokeWidth=px(3.5)).encode(x, y, color),
        symbols("symbols").encode(**at),
        rule("now").encode(x="epsilon:Q"),
        symbols("best", size=area(330), stroke="@ink", strokeWidth=px(2.5)).encode(**at),
        symbols("points", size=area(150)).encode(**at),
    ]
    return chart(layers, ["x_domain", "x_ticks", "log_domain", "log_ticks", "methods"])


NOTHING = 1e-18
"""Stands for an error of 0 on a logarithmic axis: less than any rounding leaves."""


def error_at(epsilons: np.ndarray, errors: np.ndarray, epsilon: float) -> float:
    """Return the error at a step size, on the line between the measured ones (both axes logarithmic).

    >>> error_at(np.array([0.1, 1.0]), np.array([1e-4, 0.0]), 1.0)
    0.0
    """
    logs = np.log(np.maximum(errors, NOTHING))  # an error can be exactly 0
    found = float(np.exp(np.interp(np.log(epsilon), np.log(epsilons), logs)))
    return found if found > 1.001 * NOTHING else 0.0
