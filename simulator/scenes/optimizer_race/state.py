"""One weight opened: what the optimizer remembers of its gradients, and the steps that come of it."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.opened import ADAPTIVE, Opened, opened_state
from simulator.drawing.annotations import cursor, words
from simulator.drawing.axes import linear_range, x_steps, y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import NUMBER, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import spread
from simulator.scenes.optimizer_race.formulas import Line, update_lines
from simulator.scenes.optimizer_race.numbers import Race
from simulator.scenes.optimizer_race.settings import OptimizerRace
from simulator.scenes.optimizer_race.words import keeps_velocity, name_of, update_words, weight_name
from simulator.texts import text
from simulator.texts.numbers import number_text

LINE_HEIGHT = 24
"""Of the formula, in pixels at 1080p."""
COLORS = {"gradient": "@gradient", "remembered": "@update", "step": "@forward", "plain": "@gradient"}
WIDTHS = (1.5, 3.5, 3.5, 1.5)
"""Of the lines: those of gradients jump, and what comes of them lies over them."""
ROLES = {"gradient": "@gradient_text", "update": "@update", "forward": "@forward_text"}
"""Of the lines of the formula."""


def opened_of(found: Race, settings: OptimizerRace) -> Opened:
    """Open the chosen weight of the chosen optimizer."""
    steps, at = found.racer(settings.optimizer).history, settings.parameter
    return opened_state(settings.training(settings.optimizer), *(part[:, at] for part in steps))


def memory_picture(opened: Opened, settings: OptimizerRace, language: str) -> Picture:
    """Draw the gradients of the weight and what is remembered of them, under the formula of the player's step."""
    updates, training = numbers_of(opened), settings.training(settings.optimizer)
    lines = {"gradient": opened.gradient}
    if keeps_velocity(settings.optimizer):
        lines["remembered"] = opened.first_corrected
    root = np.sqrt(opened.second_corrected) if has_band(settings) else None
    names = _names(settings, language)
    domain = linear_range(*lines.values(), *(() if root is None else (root, -root)), zero=False)
    title = text(
        language,
        "optimizer_race.state.title",
        name=name_of(language, settings.optimizer),
        weight=weight_name(language, settings),
    )
    columns = {"step": updates, **lines, **({} if root is None else {"root": root})}
    return Picture(
        title=title,
        alt=text(
            language,
            "optimizer_race.state.alt",
            title=title,
            total=len(updates),
            gradient=number_text(float(np.abs(opened.gradient).max())),
            change=number_text(float(np.abs(opened.change).max())),
        ),
        step=updates,
        specs={"memory": _spec(language, text(language, "optimizer_race.state.axis"), formula=True)},
        signals=_signals(domain, updates),
        tables={
            **_line_tables(updates, lines, names, domain),
            "spread": {"step": updates, "low": -root, "high": root}
            if root is not None
            else {"step": [], "low": [], "high": []},
            "level": {"value": []},
            "formula": _formula_table(updates, [update_lines(training, opened, at) for at in range(len(updates))]),
            "reading": columns,
        },
        frames={"now": {"step": updates[:, None]}},
        reading=Reading("reading", {"step": text(language, "optimizer_race.state.update")} | _readings(columns, names)),
        sentences=[update_words(language, settings, opened, at) for at in range(len(updates))],
    )


def steps_of_weight_picture(opened: Opened, settings: OptimizerRace, language: str) -> Picture:
    """Draw the steps that the weight takes, beside those of plain gradient descent with the same gradients."""
    updates = numbers_of(opened)
    lines = {"step": opened.change, "plain": -settings.rate * opened.gradient}
    names = {name: text(language, f"optimizer_race.steps.{name}") for name in lines}
    levels = [settings.rate, -settings.rate] if settings.optimizer in ADAPTIVE else []
    domain = linear_range(*lines.values(), np.array(levels), zero=False)
    largest = {name: number_text(float(np.abs(values).max())) for name, values in lines.items()}
    return Picture(
        title=text(language, "optimizer_race.steps.title"),
        alt=text(language, "optimizer_race.steps.alt", total=len(updates), **largest),
        step=updates,
        specs={"steps": _spec(language, text(language, "optimizer_race.steps.axis"), formula=False)},
        signals=_signals(domain, updates),
        tables={
            **_line_tables(updates, lines, names, domain),
            "spread": {"step": [], "low": [], "high": []},
            "level": {"value": levels},
            "formula": _formula_table(updates[:0], []),
            "reading": {"step": updates, "taken": lines["step"], "plain": lines["plain"]},
        },
        frames={"now": {"step": updates[:, None]}},
        reading=Reading(
            "reading",
            {
                "step": text(language, "optimizer_race.state.update"),
                "taken": names["step"],
                "plain": names["plain"],
            },
        ),
    )


def has_band(settings: OptimizerRace) -> bool:
    """Say whether the size of the gradients is drawn as a band: Adagrad's sum soon leaves the picture."""
    return settings.optimizer in ADAPTIVE and settings.optimizer != "adagrad"


def numbers_of(opened: Opened) -> np.ndarray:
    """Return the numbers of the updates: 1, 2, …, as in the correction of the bias."""
    return np.arange(1, len(opened.weight) + 1)


def _formula_table(updates: np.ndarray, written: list[list[Line]]) -> dict[str, Any]:
    rows = [
        (int(update), at, len(lines), role, words)
        for update, lines in zip(updates, written, strict=True)
        for at, (role, words) in enumerate(lines)
    ]
    return {name: [row[at] for row in rows] for at, name in enumerate(("step", "line", "lines", "role", "written"))}


def _names(settings: OptimizerRace, language: str) -> dict[str, str]:
    remembered = "mean" if settings.optimizer in ("adam", "adamw") else "velocity"
    spread_name = "root_corrected" if settings.optimizer in ("adam", "adamw") else "root"
    return {
        "gradient": text(language, "optimizer_race.state.gradient"),
        "remembered": text(language, f"optimizer_race.state.{remembered}"),
        "root": text(language, f"optimizer_race.state.{spread_name}"),
    }


def _readings(columns: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    return {name: names[name] for name in columns if name != "step"}


def _signals(domain: list[float], updates: np.ndarray) -> dict[str, Any]:
    return {"x_domain": [1, max(int(updates[-1]), 2)], "y_domain": domain}


def _line_tables(
    updates: np.ndarray, lines: dict[str, np.ndarray], names: dict[str, str], domain: list[float]
) -> dict[str, Any]:
    low, high = domain
    ends = np.array([values[-1] for values in lines.values()])
    return {
        "curve": {
            "part": [name for name in lines for _ in updates],
            "step": np.tile(updates, len(lines)),
            "value": np.concatenate(list(lines.values())),
        },
        "labels": {
            "part": list(lines),
            "name": [names[name] for name in lines],
            "place": spread(ends, low, high, 0.12 * (high - low)),
        },
    }


@cache
def _spec(language: str, axis: str, *, formula: bool) -> dict[str, Any]:
    x, y = x_steps(language), y_linear("value", axis, labelExpr=NUMBER)
    shade = alt.Color("part:N", legend=None).scale(domain=list(COLORS), range=list(COLORS.values()))
    line = over("curve").mark_line(clip=True, strokeJoin="round")
    thick = alt.StrokeWidth("part:N", legend=None).scale(domain=list(COLORS), range=list(WIDTHS))
    written = [
        words("formula", "written", align="left", baseline="top", fontWeight=600, fontSize=px(15.5), color=color)
        .transform_filter(f"datum.step === step && datum.role === '{role}'")
        .transform_calculate(height=f"({LINE_HEIGHT} * (datum.line - datum.lines) - 10) * scale")
        .encode(alt.XValue(0), alt.Y("height:Q", scale=None))
        for role, color in ROLES.items()
    ]
    layers = [
        over("spread").mark_area(color="@muted", opacity=0.2, clip=True)
        .encode(alt.X("step:Q"), alt.Y("low:Q"), alt.Y2("high")),
        over("level").mark_rule(color="@muted", strokeWidth=px(1.5)).encode(alt.Y("value:Q")),
        line.encode(x, y, shade, thick),
        cursor(),
        words("labels", "name", dx=8, align="left", baseline="middle", fontWeight=600)
        .encode(alt.XValue("width"), alt.Y("place:Q"), shade),
        *(written if formula else []),
    ]  # fmt: skip
    return chart(layers, ["x_domain", "y_domain"], right=16, top=12)
