"""The last loss over the rate, the loss over the steps at the best rates, and who is right at the end."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.training import OPTIMIZERS
from simulator.drawing.annotations import tooltip
from simulator.drawing.axes import log_range, x_linear, x_log, x_steps, y_category, y_log
from simulator.drawing.bands import band_layers, band_tables, series_channels
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.optimizer_race.curves import COLORS
from simulator.scenes.optimizer_race.fair import Best, Fair
from simulator.scenes.optimizer_race.fair_words import best_rates_text, medians_text
from simulator.scenes.optimizer_race.words import name_of
from simulator.texts import text

TOP = 3.0
"""A loss above this many times ln 10, that of guessing, lies on the upper edge."""
GAP = 0.085
"""Between two names beside the lines, as a share of the height."""
WHERE = ("shared", "best")


def rates_picture(found: Fair, language: str) -> Picture:
    """Draw the last loss of every optimizer over the rate: the median of the seeds, and a band from least to most."""
    best, top = found.best, TOP * np.log(10.0)
    values = np.minimum(np.nan_to_num(best.final_loss, nan=np.inf, posinf=np.inf), top)
    columns = _banded(best.rates, values, language)
    lowest = np.minimum(best.middle, top)
    chosen = best.best_rates
    return Picture(
        title=text(language, "optimizer_race.rates.title"),
        alt=text(language, "optimizer_race.rates.alt", seeds=values.shape[1], rates=best_rates_text(language, best)),
        specs={"rates": _spec(language, over_rates=True)},
        signals=_log_rates(best.rates, found.shared_rate) | _log_losses(values),
        tables={
            **columns,
            "best": {
                "series": np.arange(len(OPTIMIZERS)),
                "name": [name_of(language, one) for one in OPTIMIZERS],
                "at": chosen,
                "middle": lowest.min(axis=1),
            },
            "mark": {
                "at": [found.shared_rate],
                "name": [text(language, "optimizer_race.rates.shared")],
            },
        },
        reading=Reading("band", _headings(language, text(language, "optimizer_race.rates.axis"))),
    )


def best_picture(best: Best, language: str) -> Picture:
    """Draw the loss over the steps, each optimizer at its best rate: median and band of the seeds."""
    return Picture(
        title=text(language, "optimizer_race.best.title"),
        alt=text(
            language,
            "optimizer_race.best.alt",
            steps=int(best.marks[-1]),
            ends=medians_text(language, best.loss[..., -1]),
        ),
        specs={"best": _spec(language, over_rates=False)},
        signals={"x_domain": [0, int(best.marks[-1])], "x_ticks": []} | _log_losses(best.loss),
        tables={
            **_banded(best.marks, best.loss, language),
            "best": {"series": [], "name": [], "at": [], "middle": []},
            "mark": {"at": [], "name": []},
        },
        reading=Reading("band", _headings(language, text(language, "figures.axis.step"))),
    )


def finish_picture(found: Fair, language: str) -> Picture:
    """Draw the test accuracy of every run at its end: hollow at the shared rate, filled at the best."""
    order = [name_of(language, one) for one in OPTIMIZERS]
    both = {"shared": found.shared_accuracy, "best": found.best.accuracy}
    seeds = found.best.accuracy.shape[1]
    headings = {
        "name": text(language, "optimizer_race.plane.optimizer"),
        "accuracy": text(language, "optimizer_race.finish.axis"),
    }
    rows = [(where, k, seed) for where in WHERE for k in range(len(order)) for seed in range(seeds)]
    return Picture(
        title=text(language, "optimizer_race.finish.title"),
        alt=text(
            language,
            "optimizer_race.finish.alt",
            shared=medians_text(language, found.shared_accuracy, percent=True),
            best=medians_text(language, found.best.accuracy, percent=True),
        ),
        specs={"finish": _finish_spec(language)},
        signals={"x_domain": [0.0, 1.0], "order": order},
        tables={
            "runs": {
                "where": [where for where, _, _ in rows],
                "series": [k for _, k, _ in rows],
                "name": [order[k] for _, k, _ in rows],
                "accuracy": [float(both[where][k, seed]) for where, k, seed in rows],
            },
            "range": {
                "where": [where for where in WHERE for _ in order],
                "series": [k for _ in WHERE for k in range(len(order))],
                "name": order * len(WHERE),
                "low": np.concatenate([both[where].min(axis=1) for where in WHERE]),
                "high": np.concatenate([both[where].max(axis=1) for where in WHERE]),
            },
            "reading": {
                "name": order,
                **{where: np.median(both[where], axis=1) for where in WHERE},
            },
        },
        reading=Reading(
            "reading",
            {"name": headings["name"]} | {where: text(language, f"optimizer_race.finish.{where}") for where in WHERE},
        ),
    )


def _banded(at: np.ndarray, values: np.ndarray, language: str) -> dict[str, Any]:
    """Return lines, bands and the names at their right ends; values are (optimizers, seeds, places)."""
    names = [name_of(language, one) for one in OPTIMIZERS]
    return band_tables(at, names, list(values), _log_losses(values)["log_domain"], log=True, gap=GAP)


def _log_losses(values: np.ndarray) -> dict[str, Any]:
    domain, marks = log_range(values)
    return {"log_domain": domain, "log_ticks": marks}


def _log_rates(rates: np.ndarray, shared: float) -> dict[str, Any]:
    _, marks = log_range(rates)
    return {"x_domain": [min(float(rates[0]), shared), max(float(rates[-1]), shared)], "x_ticks": marks}


def _headings(language: str, at: str) -> dict[str, str]:
    parts = {name: text(language, f"optimizer_race.rates.{name}") for name in ("middle", "low", "high")}
    return {"name": text(language, "optimizer_race.plane.optimizer"), "at": at, **parts}


@cache
def _spec(language: str, *, over_rates: bool) -> dict[str, Any]:
    title = text(language, "optimizer_race.rates.axis" if over_rates else "figures.axis.step")
    x = x_log("at", title, grid=False) if over_rates else x_steps(language, "at")
    y = y_log("middle", text(language, f"optimizer_race.{'rates.loss' if over_rates else 'loss.axis'}"))
    exact = tooltip(_headings(language, title), "name", digits=3)
    best = over("best").mark_point(shape="diamond", filled=True, opacity=1, size=area(190), stroke="@surface")
    layers = [
        *band_layers(x, y, COLORS, exact, opacity=0.13),
        best.encode(alt.X("at:Q"), alt.Y("middle:Q"), series_channels(COLORS)[0]),
    ]
    return chart(layers, ["x_domain", "x_ticks", "log_domain", "log_ticks"], right=16, top=12)


@cache
def _finish_spec(language: str) -> dict[str, Any]:
    x = x_linear("accuracy", text(language, "optimizer_race.finish.axis"), format=".0%")
    y = y_category("name", None, "order")
    shade, _ = series_channels(COLORS)
    exact = tooltip({"accuracy": text(language, "optimizer_race.finish.axis")}, digits=3)
    ends = {"x": alt.X("low:Q"), "x2": alt.X2("high"), "y": alt.Y("name:N")}

    def at(where: str, table: str) -> alt.Chart:
        return over(table).transform_filter(f"datum.where === '{where}'")

    up, down = px(-7), px(7)
    shared = at("shared", "runs").mark_point(filled=False, yOffset=up, size=area(70), strokeWidth=px(2), opacity=1)
    best = at("best", "runs").mark_point(filled=True, shape="diamond", yOffset=down, size=area(90), opacity=1)
    layers = [
        at("shared", "range").mark_rule(color="@muted", strokeWidth=px(2), yOffset=up).encode(**ends),
        at("best", "range").mark_rule(strokeWidth=px(4), yOffset=down).encode(**ends, color=shade),
        shared.encode(x, y, color=alt.value("@muted"), tooltip=exact),
        best.encode(alt.X("accuracy:Q"), alt.Y("name:N"), shade, tooltip=exact),
    ]
    return chart(layers, ["x_domain", "order"], right=20, top=6)
