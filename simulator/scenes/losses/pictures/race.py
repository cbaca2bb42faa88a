"""Two runs of one network from the same start, with squared error and with cross-entropy."""

from collections.abc import Sequence

import numpy as np

from simulator.core.records import Records
from simulator.drawing.layers import ROOM_FOR_HEADINGS, axis, heading, layer
from simulator.drawing.marks import chart, log_encoding, log_range
from simulator.drawing.picture import Picture, Reading
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

_NAMES = ("mse_batch_mean", "cross_entropy")


def accuracy_race(runs: Sequence[Records], language: str) -> Picture:
    """Draw the validation accuracy of both runs over the epochs.

    Args:
      runs: records of squared error, then of cross-entropy.
      language: of the words.
    """
    rows = [np.flatnonzero(np.asarray(run.evaluated)) for run in runs]
    values = [np.asarray(run.validation_accuracy)[chosen] for run, chosen in zip(runs, rows, strict=True)]
    y = axis("value", text(language, "losses.digits.accuracy"), "y_domain", axis={"format": ".0%"})
    last = {name: percent_text(float(value[-1])) for name, value in zip(("squared", "cross"), values, strict=True)}
    return _race("accuracy", runs, rows, values, y, "@forward", {"y_domain": [0.0, 1.05]}, last, language)


def gradient_race(runs: Sequence[Records], language: str) -> Picture:
    """Draw the gradient norm of all parameters, its mean over each epoch, on a log axis. Args as for accuracy."""
    rows, values = zip(*(_epoch_means(run) for run in runs), strict=True)
    domain, marks = log_range(*values)
    y = log_encoding("value", text(language, "losses.digits.norm"))
    first = {name: number_text(float(value[0])) for name, value in zip(("squared", "cross"), values, strict=True)}
    signals = {"log_domain": domain, "log_ticks": marks}
    return _race("gradient", runs, rows, values, y, "@gradient", signals, first, language)


def _epoch_means(run: Records) -> tuple[np.ndarray, np.ndarray]:
    """Return the first row of every epoch and the mean gradient norm over that epoch."""
    epoch, first = np.unique(np.floor(np.asarray(run.epoch, float) + 1e-6).astype(int), return_index=True)
    norms = np.split(np.asarray(run.grad_norm, float), first[1:])
    # The end of training is a row of its own: it belongs to the last epoch, or is an epoch of one row.
    return first, np.array([part.mean() for part in norms[: len(epoch)]])


def _race(kind, runs, rows, values, y, color, signals, said, language) -> Picture:
    names = [text(language, f"losses.name.{name}") for name in _NAMES]
    epochs = [np.asarray(run.epoch, float)[chosen] for run, chosen in zip(runs, rows, strict=True)]
    x = axis("epoch", text(language, "losses.digits.epoch"), "x_domain", axis={"grid": False})
    thin, thick = ({"type": "line", "color": color, "strokeWidth": f"@px {width}"} for width in (2, 5))
    dots = {"type": "point", "filled": True, "size": 60, "color": color, "opacity": 1}
    every = [max(1, len(epoch) // 15) for epoch in epochs]
    layers = [
        layer("cross", thick, x=x, y=y),
        layer("squared", thin, x=x, y=y),
        layer("dots", dots, x=x, y=y),
        heading("headings", "cross", 1),
        heading("headings", "squared", 0),
    ]
    headings = {"epoch": text(language, "losses.digits.epoch"), "loss": text(language, "losses.axis.which")}
    return Picture(
        title=text(language, f"losses.digits.{kind}_title"),
        alt=text(language, f"losses.digits.{kind}_alt", **said),
        specs={kind: chart(layers, ["x_domain", *signals], padding=ROOM_FOR_HEADINGS)},
        signals={"x_domain": [0.0, float(max(epoch[-1] for epoch in epochs))], **signals},
        tables={
            "squared": {"epoch": epochs[0], "value": values[0]},
            "cross": {"epoch": epochs[1], "value": values[1]},
            "dots": {"epoch": epochs[0][:: every[0]], "value": values[0][:: every[0]]},
            "headings": {"kind": ["squared", "cross"], "name": [f"●─ {names[0]}", f"━ {names[1]}"]},
            "rows": {
                "epoch": np.concatenate(epochs),
                "loss": np.repeat(names, [len(epoch) for epoch in epochs]),
                "value": np.concatenate(values),
            },
        },
        reading=Reading("rows", headings | {"value": y["axis"]["title"]}),
    )
