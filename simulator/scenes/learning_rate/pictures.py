"""The surface with the paths on it, and the rate slider that redraws the moved one: a drawing of our own."""

from typing import Any

import numpy as np

from simulator.core.trajectories.paths import Path
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.learning_rate.formulas import all_lines, arrows
from simulator.scenes.learning_rate.numbers import Field, Found, robust_ends
from simulator.scenes.learning_rate.settings import LearningRate
from simulator.scenes.learning_rate.words import mark_text, rate_texts, run_title, surface_text, sweep_sentences
from simulator.texts import templates, text
from simulator.texts.numbers import number_text

KIND = "trajectory"
DECADES_BELOW, DECADES_ABOVE = 5, 1
FAR = 1e30
"""Numbers beyond this are drawn as if they were it: float32, in which they travel, ends at 3.4e38."""
AWAY = ("grows", "leaves", "undefined")
MOST_STARS = 24


def trajectory_picture(found: Found, settings: LearningRate, language: str) -> Picture:
    """Draw the loss as contours, or as a curve of one parameter, with every run's path and its loss beside it.

    Args:
      found: the paths, also of every rate of the slider.
      settings: of the scene.
      language: of the words.
    """
    shown, moved = settings.place, found.runs[settings.moved - 1]
    one = shown.one_dimensional
    sweep = found.sweep
    content: dict[str, Any] = {
        "box": list(shown.box),
        "one_dimensional": one,
        "field": bounded(found.field.loss[0]) if one else contour_levels(found.field),
        "heights": heights(found),
        "axes": list(settings.names),
        "minima": [list(place) for place in shown.minima[:MOST_STARS]],
        "num_global": shown.num_global,
        "start": list(settings.origin),
        "moved": settings.moved - 1,
        "runs": [
            {"title": run_title(language, run.settings), "letter": run.settings.letter.upper(), **_points(run.path)}
            for run in found.runs
        ],
        "sweep": {"theta": bounded(sweep.theta), "loss": bounded(sweep.loss)},
        "rates": [float(rate) for rate in sweep.rates],
        "rate_texts": rate_texts(language, settings, found),
        "away": np.array([one.kind in AWAY for one in found.outcomes]),
        "marks": [
            {"name": name, "index": index, "text": mark_text(language, settings, name)}
            for name, index in found.marks.items()
        ],
        "chosen": found.chosen,
        "adds_up": moved.settings.optimizer in ("sgd", "momentum", "nesterov"),
        "arrows": {name: bounded(part) for name, part in arrows(moved.path, moved.settings, moved.rates).items()},
        "formulas": all_lines(moved.path, moved.settings, moved.rates, one_dimensional=one),
        "log": found.log,
        "loss_ends": loss_ends(float(moved.path.loss[0])) if found.log else found.ends,
    }
    finite = np.isfinite(moved.path.loss)
    return Picture(
        kind=KIND,
        title=text(language, "learning_rate.path.title"),
        alt=text(
            language,
            "learning_rate.path.alt",
            surface=surface_text(language, settings),
            runs="; ".join(run_title(language, run.settings) for run in found.runs),
            start=", ".join(number_text(value) for value in settings.origin[: 1 if one else 2]),
            steps=settings.steps,
            loss=number_text(float(moved.path.loss[finite][-1])),
        ),
        step=np.arange(settings.steps + 1),
        content=content,
        words=templates(language, "learning_rate.component"),
        tables={"path": _table(moved.path, one)},
        reading=Reading("path", headings(language, settings)),
        sentences=sweep_sentences(language, settings, found),
    )


def contour_levels(field: Field) -> np.ndarray:
    """Return the field as numbers from 0 to 1 whose even steps are good contours.

    The root of the share of the picture that lies lower: circles around a minimum come out evenly spaced, and neither
    steep walls nor plains take all the lines. NaN where the surface has no finite value.
    """
    finite = np.isfinite(field.loss)
    ranked = np.sort(field.loss[finite])
    levels = np.sqrt(np.interp(field.loss, ranked, np.linspace(0.0, 1.0, ranked.size)))
    return np.where(finite, levels, np.nan)


def heights(found: Found) -> list[float]:
    """Return the ends of the axis of the loss over one parameter."""
    low, high = robust_ends(found.field.loss)
    low, high = min(low, 0.0) if found.log else low, max(high, float(found.runs[0].path.loss[0]))
    room = (high - low) or 1.0
    return [float(end) for end in bounded(np.array([low - 0.06 * room, high + 0.04 * room]))]


def loss_ends(first: float) -> list[float]:
    """Return the powers of ten at the ends of the loss axis, fixed by the loss at the start."""
    power = np.ceil(np.log10(first)) if first > 0 else 0.0
    return [float(power) - DECADES_BELOW, float(power) + DECADES_ABOVE]


def headings(language: str, settings: LearningRate) -> dict[str, str]:
    """Return the headings of the numbers of a path."""
    names = dict(zip(("first", "second"), settings.names, strict=False))
    step, loss = (text(language, f"learning_rate.table.{name}") for name in ("step", "loss"))
    return {"step": step, **names, "loss": loss}


def _table(path: Path, one_dimensional: bool) -> dict[str, Any]:
    columns = {"step": np.arange(len(path.theta)), "first": path.theta[:, 0], "loss": path.loss}
    return columns if one_dimensional else {**columns, "second": path.theta[:, 1]}


def _points(path: Path) -> dict[str, np.ndarray]:
    return {"theta": bounded(path.theta), "loss": bounded(path.loss)}


def bounded(values: np.ndarray) -> np.ndarray:
    """Return numbers that float32 can hold; what is not finite stays as it is."""
    return np.where(np.isfinite(values), np.clip(values, -FAR, FAR), values)
