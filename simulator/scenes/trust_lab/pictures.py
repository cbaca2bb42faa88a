"""Pictures of the trust lab: three ways to a gradient, the step size of a difference, and the time each way takes."""

import numpy as np

from simulator.core.checks import Comparison, PassCount, Sweep, best_step
from simulator.drawing.layers import layer, rule, words
from simulator.drawing.marks import POWER_OF_TEN, chart, linear_range, log_encoding, log_range, number
from simulator.drawing.picture import Picture, Reading
from simulator.texts import text
from simulator.texts.numbers import number_text

WAYS = ("by_hand", "autodiff", "finite")
SHAPES = {"by_hand": "circle", "autodiff": "square", "finite": "cross"}
METHODS = (
    ("one_sided32", "float32", False),
    ("central32", "float32", True),
    ("one_sided64", "float64", False),
    ("central64", "float64", True),
)
SMALLEST_SHOWN = 1e-17
"""Errors under it are drawn here: 0 has no place on a log axis, and float64 keeps no smaller ones apart."""


def entry_names(shape: tuple[int, ...]) -> list[str]:
    """Return the names of an array's entries, counted from 1.

    >>> entry_names((2, 2))
    ['1,1', '1,2', '2,1', '2,2']
    """
    return [",".join(str(place + 1) for place in entry) for entry in np.ndindex(shape)]


def three_ways(comparison: Comparison, language: str) -> Picture:
    """Draw every entry of a gradient as found by hand, by autodiff and by finite differences."""
    names = entry_names(comparison.autodiff.shape)
    arrays = [np.ravel(getattr(comparison, way)) for way in WAYS]
    y = {
        "field": "gradient",
        "type": "quantitative",
        "scale": {"domain": {"expr": "y_domain"}, "nice": False},
        "axis": {"title": text(language, "trust.axis.gradient"), "tickCount": 5, "labelExpr": number("datum.value")},
    }
    x = {
        "field": "entry",
        "type": "nominal",
        "scale": {"domain": {"expr": "entries"}},
        "axis": {"title": text(language, "trust.axis.entry"), "labelAngle": 0, "grid": True},
    }
    shape = {
        "field": "way",
        "type": "nominal",
        "scale": {"domain": {"expr": "ways"}, "range": [SHAPES[way] for way in WAYS]},
    }
    size = {
        "field": "way",
        "type": "nominal",
        "scale": {"domain": {"expr": "ways"}, "range": [60, 420, 170]},
    }
    color = {
        "field": "way",
        "type": "nominal",
        "scale": {"domain": {"expr": "ways"}, "range": ["@gradient", "@muted", "@ink"]},
        "legend": {"title": None, "orient": "top", "labelLimit": 400},
    }
    spec = chart(
        [
            rule("zero", y={"datum": 0}, color="@muted"),
            layer(
                "entries_found",
                {"type": "point", "filled": False, "strokeWidth": "@px 2.5", "opacity": 1},
                x=x,
                y=y,
                shape=shape,
                size=size,
                color=color,
            ),
        ],
        ["y_domain", "entries", "ways"],
    )
    labels = [text(language, f"trust.way.{way}") for way in WAYS]
    headings = {name: text(language, f"trust.axis.{name}") for name in ("entry", "way", "gradient")}
    return Picture(
        title=text(language, "trust.three_ways.title"),
        alt=text(
            language,
            "trust.three_ways.alt",
            count=len(names),
            hand=number_text(comparison.hand_error),
            finite=number_text(comparison.finite_error),
        ),
        specs={"ways": spec},
        signals={"y_domain": linear_range(*arrays, margin=0.1), "entries": names, "ways": labels},
        tables={
            "entries_found": {
                "entry": names * len(WAYS),
                "way": np.repeat(labels, len(names)).tolist(),
                "gradient": np.concatenate(arrays),
            },
            "zero": {"gradient": np.array([0.0])},
        },
        reading=Reading("entries_found", headings),
    )


def step_size_errors(sweep: Sweep, epsilon: float, language: str) -> Picture:
    """Draw the error of finite differences over the step size, with the chosen step and the best ones of theory."""
    names = {column: text(language, f"trust.method.{column}") for column, *_ in METHODS}
    errors = {column: np.maximum(getattr(sweep, column), SMALLEST_SHOWN) for column, *_ in METHODS}
    domain, ticks = log_range(*errors.values(), decades=4)
    x = log_encoding("epsilon", text(language, "trust.axis.epsilon"), domain="x_domain", ticks="x_ticks")
    x["axis"] |= {"labelExpr": POWER_OF_TEN, "labelFlush": True}
    y = log_encoding("error", text(language, "trust.axis.error"))
    classes = {"field": "method", "type": "nominal", "scale": {"domain": {"expr": "methods"}}}
    legend = {"title": None, "orient": "top", "symbolType": "stroke", "symbolSize": 900, "labelLimit": 500}
    color = classes | {"scale": {"domain": {"expr": "methods"}, "range": "@classes"}, "legend": legend}
    dash = classes | {"scale": {"domain": {"expr": "methods"}, "range": [[2, 4], [10, 4], [6, 3], [1, 0]]}}
    spec = chart(
        [
            layer("curves", {"type": "line", "strokeWidth": "@px 3.5"}, x=x, y=y, color=color, strokeDash=dash),
            rule("now", x=x),
            layer(
                "best",
                {"type": "point", "shape": "diamond", "filled": True, "size": 190, "opacity": 1},
                x=x,
                y=y,
                color=color,
            ),
            layer("points", {"type": "point", "filled": True, "size": 110, "opacity": 1}, x=x, y=y, color=color),
        ],
        ["x_domain", "x_ticks", "log_domain", "log_ticks", "methods"],
    )
    best = {column: best_step(precision, central=central) for column, precision, central in METHODS}
    headings = {name: text(language, f"trust.axis.{name}") for name in ("epsilon", "method", "error")}
    return Picture(
        title=text(language, "trust.step_size.title"),
        alt=text(
            language,
            "trust.step_size.alt",
            values="; ".join(
                text(
                    language,
                    "trust.step_size.alt_one",
                    method=names[column],
                    epsilon=number_text(float(sweep.epsilon[int(np.argmin(errors[column]))])),
                    error=number_text(float(errors[column].min())),
                )
                for column, *_ in METHODS
            ),
        ),
        specs={"errors": spec},
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


def error_at(epsilons: np.ndarray, errors: np.ndarray, epsilon: float) -> float:
    """Return the error at a step size, on the line between the measured ones (both axes logarithmic)."""
    return float(np.exp(np.interp(np.log(epsilon), np.log(epsilons), np.log(errors))))


def pass_times(counts: PassCount, language: str) -> Picture:
    """Draw the time of the three ways to the same gradient as bars on a log axis."""
    ways = ("backpropagation", "one_sided", "central")
    seconds = np.array([getattr(counts, f"{way}_seconds") for way in ways])
    domain, ticks = log_range(seconds, decades=3)
    domain[1] *= 10.0  # room for the words at the end of a bar
    x = log_encoding("seconds", text(language, "trust.axis.seconds"), domain="log_domain", ticks="log_ticks")
    y = {
        "field": "way",
        "type": "nominal",
        "scale": {"domain": {"expr": "ways"}},
        "axis": {"title": None, "labelLimit": 400},
    }
    color = {
        "field": "way",
        "type": "nominal",
        "scale": {"domain": {"expr": "ways"}, "range": ["@gradient", "@muted", "@muted"]},
        "legend": None,
    }
    labels = [text(language, f"trust.pass.{way}") for way in ways]
    spec = chart(
        [
            layer(
                "bars",
                {"type": "bar", "height": {"band": 0.55}},
                x=x | {"stack": None},
                x2={"datum": domain[0]},
                y=y,
                color=color,
            ),
            words("bars", "written", x=x, y=y, dx=8, align="left", fontWeight=600),
        ],
        ["log_domain", "log_ticks", "ways"],
    )
    headings = {name: text(language, f"trust.axis.{name}") for name in ("way", "seconds")}
    written = [time_text(float(value), language) for value in seconds]
    return Picture(
        title=text(language, "trust.passes.title"),
        alt=text(language, "trust.passes.alt", **dict(zip(ways, written, strict=True))),
        specs={"times": spec},
        signals={"log_domain": domain, "log_ticks": ticks, "ways": labels},
        tables={"bars": {"way": labels, "seconds": seconds, "written": written}},
        reading=Reading("bars", headings),
    )


UNITS = ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes"), (1.0, "seconds"), (1e-3, "milliseconds"))


def time_text(seconds: float, language: str) -> str:
    """Write a time with two significant digits in the largest unit that fits.

    >>> time_text(0.0123, "en"), time_text(7200.0, "en")
    ('12 ms', '2 hours')
    """
    size, unit = next(((size, unit) for size, unit in UNITS if seconds >= size), (1e-6, "microseconds"))
    return text(language, f"trust.unit.{unit}", number=number_text(seconds / size, 2))
