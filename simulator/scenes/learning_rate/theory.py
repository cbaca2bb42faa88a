"""Over all rates of the slider: what theory predicts for each step, what was measured, and how low each rate gets."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.trajectories import quadratic
from simulator.core.trajectories.outcome import Outcome
from simulator.drawing.annotations import rule, tooltip, words
from simulator.drawing.axes import linear_range, log_range, x_linear, x_log, y_linear, y_numbers
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.learning_rate.numbers import Found
from simulator.scenes.learning_rate.settings import LearningRate
from simulator.scenes.learning_rate.words import mark_text, run_title
from simulator.texts import text
from simulator.texts.numbers import number_text

MOST = 1.6
"""Upper end of the axis of factors."""
NUM_MEASURED = 40
"""So many measured rates are drawn, so that the line under them is seen."""
EVERY = 4
"""One rate that leaves the picture in so many is marked."""


def has_theory(settings: LearningRate) -> bool:
    """Say whether theory predicts a factor per step: on a quadratic without noise, for a linear optimizer."""
    return bool(settings.marks(settings.moved_run.letter)) and not settings.place.noisy


def predicted(settings: LearningRate, rates: np.ndarray) -> np.ndarray:
    """Return the factor per step that theory predicts for the moved run at each rate."""
    run, curvatures = settings.moved_run, settings.curvatures()
    assert curvatures is not None
    return quadratic.contraction(run.optimizer, curvatures, rates, run.momentum)


def theory_picture(found: Found, settings: LearningRate, language: str) -> Picture:
    """Draw the factor per step over the rate: predicted as a line, measured as points, the run's own rate on it."""
    rates = found.sweep.rates
    line = predicted(settings, rates)
    measured = np.array([one.factor for one in found.outcomes])
    kept = np.unique(np.searchsorted(rates, np.linspace(rates[0], rates[-1], NUM_MEASURED)))
    kept = kept[np.isfinite(measured[kept]) & (measured[kept] <= MOST)]
    own = float(line[found.chosen])
    return Picture(
        title=text(language, "learning_rate.theory.title"),
        alt=text(
            language,
            "learning_rate.theory.alt",
            low=number_text(float(rates[0])),
            high=number_text(float(rates[-1])),
            rate=number_text(settings.moved_run.rate),
            factor=number_text(own),
        ),
        specs={"theory": _theory_spec(language)},
        signals={"x_domain": [0.0, float(rates[-1])], "y_domain": [0.0, MOST]},
        tables={
            "curve": {"rate": rates, "factor": np.where(line <= MOST, line, np.nan)},
            "measured": {"rate": rates[kept], "factor": measured[kept]},
            "now": {"rate": [settings.moved_run.rate], "factor": [min(own, MOST)]},
            "edge": {"factor": [1.0], "name": [text(language, "learning_rate.theory.edge")]},
            "marks": _marks(found, settings, language),
            "reading": {"rate": rates, "predicted": line, "measured": measured},
        },
        reading=Reading(
            "reading",
            {name: text(language, f"learning_rate.theory.{name}") for name in ("rate", "predicted", "measured")},
        ),
    )


def theory_words(found: Found, settings: LearningRate, language: str) -> tuple[str, ...]:
    """Say where the bound and the best rate are, what is predicted for the run's own rate and what was measured."""
    run, curvatures, marks = settings.moved_run, settings.curvatures(), settings.marks(settings.moved_run.letter)
    assert curvatures is not None
    own, best = predicted(settings, np.array([run.rate, marks["best"]]))
    optimum = quadratic.best_momentum(curvatures)
    first = text(
        language,
        "learning_rate.theory.say",
        bound=_named(language, settings, "bound"),
        best=_named(language, settings, "best"),
        factor=number_text(float(best)),
    )
    second = text(
        language,
        "learning_rate.theory.own",
        rate=number_text(run.rate),
        predicted=number_text(float(own)),
        measured=number_text(found.outcomes[found.chosen].factor),
    )
    if len(curvatures) == 1 or curvatures[0] == curvatures[1]:
        return first, second
    third = text(
        language,
        "learning_rate.theory.momentum",
        ratio=number_text(curvatures[1] / curvatures[0]),
        alpha=number_text(optimum.momentum),
        rate=number_text(optimum.rate),
        factor=number_text(optimum.factor),
        plain=number_text(
            float(quadratic.contraction("sgd", curvatures, np.array([quadratic.best_rate("sgd", curvatures)]))[0])
        ),
    )
    return first, second, third


def scan_picture(found: Found, settings: LearningRate, language: str) -> Picture:
    """Draw the loss after the last step over the rate; what left the picture stands as crosses at the top."""
    rates = found.sweep.rates
    loss, first = np.array([one.last_loss for one in found.outcomes]), found.outcomes[0].first_loss
    away = np.array([one.left is not None and not loss[index] < first for index, one in enumerate(found.outcomes)])
    away |= np.array([one.kind == "undefined" for one in found.outcomes])
    shown = np.where(away, np.nan, loss)
    ends, ticks = log_range(np.clip(shown, 1e-12 * first, None), np.array([first]))
    if not found.log:
        ends = linear_range(shown, np.array([first]), zero=False)
    best = best_of_scan(found)
    own = float(shown[found.chosen])
    alt_values = {"run": run_title(language, settings.moved_run), "steps": settings.steps}
    return Picture(
        title=text(language, "learning_rate.scan.title", steps=settings.steps),
        alt=text(language, "learning_rate.scan.alt_none", **alt_values)
        if best is None
        else text(
            language,
            "learning_rate.scan.alt",
            best=number_text(float(rates[best])),
            loss=number_text(float(loss[best])),
            **alt_values,
        ),
        specs={"scan": _scan_spec(language, found.log)},
        signals=rate_ends(rates) | {"log_domain": ends, "log_ticks": ticks, "y_domain": ends},
        tables={
            "curve": {"rate": rates, "loss": np.maximum(shown, ends[0])},
            "away": {"rate": rates[away][::EVERY]},
            "now": {"rate": [settings.moved_run.rate], "loss": [max(own, ends[0])]},
            "marks": _marks(found, settings, language),
            "reading": {"rate": rates, "loss": loss},
        },
        reading=Reading(
            "reading",
            {"rate": text(language, "learning_rate.theory.rate"), "loss": text(language, "learning_rate.scan.axis")},
        ),
    )


def stays(one: Outcome) -> bool:
    """Say whether a path stays in the picture, where the surface has values."""
    return one.left is None and one.lost is None


def best_of_scan(found: Found) -> int | None:
    """Return the index of the rate with the lowest last loss; ``None`` where no path stays."""
    best = int(np.argmin([one.last_loss if stays(one) else np.inf for one in found.outcomes]))
    return best if stays(found.outcomes[best]) else None


def scan_words(found: Found, settings: LearningRate, language: str) -> tuple[str, ...]:
    """Say which rate gets lowest, and from which on no path stays."""
    rates, best, said = found.sweep.rates, best_of_scan(found), []
    if best is not None:
        values = {"steps": settings.steps, "best": number_text(float(rates[best]))}
        said.append(
            text(language, "learning_rate.scan.say", loss=number_text(found.outcomes[best].last_loss), **values)
        )
    first = len(rates)
    while first and not stays(found.outcomes[first - 1]):
        first -= 1
    if first < len(rates):
        entry = "ends" if any(one.kind == "undefined" for one in found.outcomes[first:]) else "left"
        said.append(text(language, f"learning_rate.scan.{entry}", rate=number_text(float(rates[first]))))
    return tuple(said)


def _named(language: str, settings: LearningRate, name: str) -> str:
    """Return a rate of theory with its formula."""
    value = number_text(settings.marks(settings.moved_run.letter)[name])
    return f"{mark_text(language, settings, name)} = {value}" if settings.moved_run.optimizer == "sgd" else value


def _marks(found: Found, settings: LearningRate, language: str) -> dict[str, Any]:
    names = list(found.marks)
    return {
        "rate": [float(found.sweep.rates[index]) for index in found.marks.values()],
        "name": [mark_text(language, settings, name) for name in names],
        "kind": names,
    }


def rate_ends(rates: np.ndarray) -> dict[str, Any]:
    """Return the parameters of the axis of rates."""
    low, high = float(rates[0]), float(rates[-1])
    powers = range(int(np.ceil(np.log10(low))), int(np.floor(np.log10(high))) + 1)
    return {"x_domain": [low, high], "x_ticks": [10.0**power for power in powers]}


def _mark_layers(*, below: bool = False) -> list[alt.Chart]:
    """Return the rates that theory names: the best one's name at its left, the bound's at its right."""
    lines = rule("marks", thin=True, color="@muted").encode(x="rate:Q")
    names = [
        words("marks", "name", dx=dx, dy=-8 if below else 10, align=side, baseline="bottom" if below else "top")
        .transform_filter(f"datum.kind === '{kind}'")
        .encode(alt.X("rate:Q"), alt.YValue("height" if below else 0))
        for kind, side, dx in (("best", "right", -6), ("bound", "left", 6))
    ]
    return [lines, *names]


@cache
def _theory_spec(language: str) -> dict[str, Any]:
    x = x_linear("rate", text(language, "learning_rate.theory.rate"), grid=False)
    y = y_linear("factor", text(language, "learning_rate.theory.axis"), values=[0, 0.5, 1, 1.5], format=".1f")
    here = {"x": "rate:Q", "y": "factor:Q"}
    heads = {
        name: text(language, f"learning_rate.theory.{key}") for name, key in (("rate", "rate"), ("factor", "measured"))
    }
    layers = [
        rule("edge", color="@bad").encode(y=y),
        words("edge", "name", dx=6, dy=-12, align="left", color="@bad").encode(alt.XValue(0), alt.Y("factor:Q")),
        over("curve").mark_line(strokeWidth=px(4), color="@forward").encode(x, y),
        *_mark_layers(below=True),
        over("measured")
        .mark_point(filled=True, size=area(60), color="@ink", opacity=1)
        .encode(tooltip=tooltip(heads), **here),
        over("now").mark_point(filled=True, size=area(220), color="@update", opacity=1, stroke="@ink").encode(**here),
    ]
    return chart(layers, ["x_domain", "y_domain"])


@cache
def _scan_spec(language: str, log: bool) -> dict[str, Any]:
    x = x_log("rate", text(language, "learning_rate.theory.rate"), grid=False)
    axis = text(language, "learning_rate.scan.axis")
    y = y_numbers("loss", axis, log=log)
    here = {"x": "rate:Q", "y": "loss:Q"}
    layers = [
        over("curve").mark_line(strokeWidth=px(4), color="@forward", invalid="break-paths-show-domains").encode(x, y),
        *_mark_layers(),
        over("away")
        .mark_point(shape="cross", angle=45, color="@bad", size=area(90), filled=True)
        .encode(alt.X("rate:Q"), alt.YValue(px(40))),
        over("now").mark_point(filled=True, size=area(220), color="@update", opacity=1, stroke="@ink").encode(**here),
    ]
    return chart(layers, ["x_domain", "x_ticks", "log_domain", "log_ticks", "y_domain"])
