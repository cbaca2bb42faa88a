"""Two runs of one network from the same start, with squared error and with cross-entropy."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from simulator.core.records import Records
from simulator.drawing.annotations import heading
from simulator.drawing.axes import log_range, x_linear, y_linear, y_log
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

LOSSES = {"squared": "mse_batch_mean", "cross": "cross_entropy"}
"""Line of the picture → the loss that was trained."""
COLORS = {"accuracy": "@forward", "gradient": "@gradient"}
DOTS = 15
"""Dots on the line of squared error, about."""


class Line(NamedTuple):
    """One run's line: an epoch and a value for every point."""

    epoch: np.ndarray  # (points,)
    value: np.ndarray  # (points,)


def accuracy_line(run: Records) -> Line:
    """Return the validation accuracy wherever it was measured."""
    rows = np.flatnonzero(np.asarray(run.evaluated))
    return Line(np.asarray(run.epoch, float)[rows], np.asarray(run.validation_accuracy, float)[rows])


def gradient_line(run: Records) -> Line:
    """Return the mean gradient norm of all parameters over each epoch."""
    epoch, first = np.unique(np.floor(np.asarray(run.epoch, float) + 1e-6).astype(int), return_index=True)
    norms = np.split(np.asarray(run.grad_norm, float), first[1:])
    # The end of training is a row of its own: it belongs to the last epoch, or is an epoch of one row.
    return Line(np.asarray(run.epoch, float)[first], np.array([part.mean() for part in norms[: len(epoch)]]))


def accuracy_race(squared: Records, cross: Records, language: str) -> Picture:
    """Draw the validation accuracy of both runs over the epochs."""
    lines = {"squared": accuracy_line(squared), "cross": accuracy_line(cross)}
    last = {name: percent_text(line.value[-1]) for name, line in lines.items()}
    return _race("accuracy", lines, {"y_domain": [0.0, 1.05]}, last, language)


def gradient_race(squared: Records, cross: Records, language: str) -> Picture:
    """Draw the gradient norm of all parameters, its mean over each epoch, on a log axis."""
    lines = {"squared": gradient_line(squared), "cross": gradient_line(cross)}
    domain, marks = log_range(*(line.value for line in lines.values()))
    first = {name: number_text(line.value[0]) for name, line in lines.items()}
    return _race("gradient", lines, {"log_domain": domain, "log_ticks": marks}, first, language)


def _race(kind: str, lines: dict[str, Line], ends: dict[str, list[float]], said: dict[str, str], language) -> Picture:
    names = {line: text(language, f"losses.name.{loss}") for line, loss in LOSSES.items()}
    every = max(1, len(lines["squared"].epoch) // DOTS)
    return Picture(
        title=text(language, f"losses.digits.{kind}_title"),
        alt=text(language, f"losses.digits.{kind}_alt", **said),
        specs={kind: _race_spec(kind, language)},
        signals={"x_domain": [0.0, max(float(line.epoch[-1]) for line in lines.values())], **ends},
        tables={
            **{name: line._asdict() for name, line in lines.items()},
            "dots": {name: values[::every] for name, values in lines["squared"]._asdict().items()},
            "headings": {"kind": list(names), "name": [f"●─ {names['squared']}", f"━ {names['cross']}"]},
            "rows": {
                "epoch": np.concatenate([line.epoch for line in lines.values()]),
                "loss": np.repeat(list(names.values()), [len(line.epoch) for line in lines.values()]),
                "value": np.concatenate([line.value for line in lines.values()]),
            },
        },
        reading=Reading("rows", {"loss": text(language, "losses.axis.which"), **_race_headings(kind, language)}),
    )


def _race_headings(kind: str, language: str) -> dict[str, str]:
    value = {"accuracy": "losses.digits.accuracy", "gradient": "losses.digits.norm"}[kind]
    return {"epoch": text(language, "losses.digits.epoch"), "value": text(language, value)}


@cache
def _race_spec(kind: str, language: str) -> dict[str, Any]:
    titles, color = _race_headings(kind, language), COLORS[kind]
    x = x_linear("epoch", titles["epoch"], grid=False)
    logarithmic = kind == "gradient"
    y = y_log("value", titles["value"]) if logarithmic else y_linear("value", titles["value"], format=".0%")
    at = {"x": "epoch:Q", "y": "value:Q"}
    layers = [
        over("cross").mark_line(color=color, strokeWidth=px(5)).encode(x, y),
        over("squared").mark_line(color=color, strokeWidth=px(2)).encode(**at),
        over("dots").mark_point(filled=True, size=area(60), color=color, opacity=1).encode(**at),
        heading("headings", "cross", 1),
        heading("headings", "squared", 0),
    ]
    ends = ("log_domain", "log_ticks") if logarithmic else ("y_domain",)
    return chart(layers, ["x_domain", *ends], right=16)
