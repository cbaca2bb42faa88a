"""Scalars over the steps of a run: loss, accuracy, learning rate."""

from typing import Any

import numpy as np

from simulator.core.records import Frames, Records
from simulator.drawing.marks import (
    chart,
    cursor,
    events,
    linear_range,
    live,
    log_encoding,
    log_range,
    number,
    x_steps,
    y_linear,
)
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import MAX_ROWS, thin
from simulator.texts import text
from simulator.texts.numbers import number_text

MOST_LINEAR = 1e4
"""Largest loss over the first or the median one from which a linear axis would show nothing but one spike."""


def loss_curve(
    records: Records,
    frames: Frames,
    language: str,
    *,
    best_step: int | None = None,
    stopped_early: bool = False,
    nonfinite_step: int | None = None,
) -> Picture:
    """Draw the loss of the mini-batches and of the validation set over the steps.

    Rows are thinned so that every spike stays (``thin``). Where the loss is not finite the line breaks, and a mark
    says from which step on.

    Args:
      best_step: step with the lowest validation loss, marked when given.
      stopped_early: whether the run ended before its last epoch.
      nonfinite_step: first step with a value that is not finite anywhere in the network.

    Returns:
      A picture with a linear and a logarithmic axis to choose from.
    """
    title = text(language, "figures.loss.axis")
    both = np.concatenate([records.loss, records.validation_loss])
    finite = both[np.isfinite(both)]
    log_domain, log_ticks = log_range(both)
    marked = _events(language, records, best_step, stopped_early, nonfinite_step)
    specs = {
        text(language, "figures.linear"): _curve(language, y_linear("train", title)),
        text(language, "figures.log"): _curve(language, log_encoding("train", title), positive=True),
    }
    if len(finite) and finite.max() > MOST_LINEAR * max(min(finite[0], np.median(finite)), 1e-30):
        specs = dict(reversed(specs.items()))
    return _picture(
        records,
        frames,
        language,
        name="loss",
        train=records.loss,
        validation=records.validation_loss,
        specs=specs,
        marked=marked,
        signals={"y_domain": linear_range(both), "log_domain": log_domain, "log_ticks": log_ticks},
    )


def accuracy_curve(
    records: Records,
    frames: Frames,
    language: str,
    *,
    best_step: int | None = None,
    stopped_early: bool = False,
    nonfinite_step: int | None = None,
) -> Picture:
    """Draw the share of right answers over the steps, of the mini-batches and of the validation set.

    Args: as for ``loss_curve``. Meaningless for regression, whose accuracies are NaN: nothing is drawn then.
    """
    axis = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
    encoding = y_linear("train", text(language, "figures.accuracy.axis"), axis=axis)
    return _picture(
        records,
        frames,
        language,
        name="accuracy",
        train=records.accuracy,
        validation=records.validation_accuracy,
        specs={text(language, "figures.linear"): _curve(language, encoding, written="format({value}, '.1%')")},
        marked=_events(language, records, best_step, stopped_early, nonfinite_step),
        signals={"y_domain": [0.0, 1.02]},
    )


def learning_rate_curve(records: Records, frames: Frames, language: str) -> Picture:
    """Draw the schedule of the learning rate over the steps."""
    rate = records.learning_rate
    rows = thin(rate, MAX_ROWS)
    encoding = y_linear("rate", text(language, "figures.learning_rate.axis"))
    line = {
        "data": {"name": "curve"},
        "mark": {"type": "line", "color": "@ink", "strokeWidth": "@px 3", "interpolate": "step-after"},
        "encoding": {"x": x_steps(language), "y": encoding},
    }
    dot = {"data": {"name": "now"}, "mark": _dot("circle", "@ink"), "encoding": {"x": x_steps(language), "y": encoding}}
    label = live("0", f"names[0] + '  ' + ({number('datum.rate')})", "@ink")
    title, name = text(language, "figures.learning_rate.title"), text(language, "figures.learning_rate.axis")
    headings = {"step": text(language, "figures.axis.step"), "rate": name}
    alt = text(
        language,
        "figures.learning_rate.alt",
        steps=int(records.step[-1]),
        first=number_text(float(rate[0])),
        last=number_text(float(rate[-1])),
    )
    return Picture(
        title=title,
        alt=alt,
        step=frames.step,
        specs={name: chart([line, cursor(), dot, label], ["x_domain", "y_domain", "names"])},
        signals={"x_domain": _step_range(records), "y_domain": linear_range(rate, margin=0.1), "names": ["η"]},
        tables={
            "curve": {"step": records.step[rows], "rate": rate[rows]},
            "hover": {"step": records.step, "rate": rate},
        },
        frames={"now": {"step": frames.step[:, None], "rate": rate[frames.record][:, None]}},
        reading=Reading("now", headings),
        hover=Reading("hover", headings),
    )


def _step_range(records: Records) -> list[int]:
    return [0, max(int(records.step[-1]), 1)]


def _dot(shape: str, color: str) -> dict[str, Any]:
    size = {"expr": "110 * scale * scale"}
    return {"type": "point", "shape": shape, "filled": True, "color": color, "size": size, "opacity": 1}


def _curve(
    language: str, encoding: dict[str, Any], *, positive: bool = False, written: str | None = None
) -> dict[str, Any]:
    """Return the specification of two lines with their values at the cursor written above them."""
    x = x_steps(language)
    layers: list[dict[str, Any]] = []
    series = (("train", "circle", "@forward", "0", "●"), ("validation", "diamond", "@ink", "1", "◆"))
    for field, _, color, _, _ in series:
        y = encoding | {"field": field}
        width = "@px 2" if field == "train" else "@px 3"
        mark = {"type": "line", "color": color, "strokeWidth": width, "clip": True}
        keep = f"datum.{field} === null || datum.{field} > 0" if positive else "true"
        if field == "validation":
            keep = f"datum.evaluated && ({keep})"
        layers.append(
            {
                "data": {"name": "curve"},
                "transform": [{"filter": keep}],
                "mark": mark,
                "encoding": {"x": x, "y": y},
            }
        )
    layers += [cursor(), *events()]
    for index, (field, shape, color, place, symbol) in enumerate(series):
        measured = "step" if field == "train" else "measured"
        shown = f"isValid(datum.{field})" + (f" && datum.{field} > 0" if positive else "")
        layers.append(
            {
                "data": {"name": "now"},
                "transform": [{"filter": shown}],
                "mark": _dot(shape, color),
                "encoding": {"x": x | {"field": measured}, "y": encoding | {"field": field}},
            }
        )
        value = written.format(value=f"datum.{field}") if written else number(f"datum.{field}")
        name = f"'{symbol} ' + names[{index}] + '  '"
        # A validation loss that was never measured is NaN, too: it stays unwritten.
        unmeasured = f"datum.{field}_note === 'NaN' && {index} === 1"
        written_value = f"isValid(datum.{field}) ? {name} + ({value}) : {unmeasured} ? '' : {name} + datum.{field}_note"
        color = "@forward_text" if field == "train" else "@ink"
        # In a narrow picture the two values stand above each other.
        row = {"align": "left", "height": "width < 330 * scale ? -27 : -9"} if field == "train" else {"align": "right"}
        layers.append(live(place, written_value, color, **row))
    return chart(layers, ["x_domain", "y_domain", "log_domain", "log_ticks", "names"])


def _picture(
    records: Records,
    frames: Frames,
    language: str,
    *,
    name: str,
    train: np.ndarray,
    validation: np.ndarray,
    specs: dict[str, Any],
    marked: dict[str, Any],
    signals: dict[str, Any],
) -> Picture:
    evaluated = records.evaluated & ~np.isnan(validation) | (records.evaluated & (records.step == records.step[-1]))
    measured = np.flatnonzero(evaluated)
    rows = thin(train, MAX_ROWS * 2 // 3)
    if len(measured):
        rows = np.union1d(rows, measured[thin(validation[measured], MAX_ROWS // 3)])
    source = np.maximum.accumulate(np.where(evaluated, np.arange(len(train)), -1))
    latest = np.where(source >= 0, validation[source], np.nan)  # the value measured last, NaN before the first
    names = [text(language, "figures.series.train"), text(language, "figures.series.validation")]
    headings = {"step": text(language, "figures.axis.step"), "epoch": text(language, "figures.axis.epoch")}
    headings |= {"train": names[0], "validation": names[1]}
    at = frames.record
    alt = text(
        language,
        f"figures.{name}.alt",
        steps=int(records.step[-1]),
        first=number_text(float(train[0])),
        last=number_text(float(train[-1])),
        validation=number_text(float(latest[-1])),
    )
    columns = {"step": records.step, "epoch": records.epoch, "train": train, "validation": validation}
    return Picture(
        title=text(language, f"figures.{name}.title"),
        alt=alt,
        step=frames.step,
        specs=specs,
        signals={"x_domain": _step_range(records), "names": names, **signals},
        tables={
            "curve": {field: column[rows] for field, column in columns.items()} | {"evaluated": evaluated[rows]},
            "events": marked,
            "hover": columns | {"validation": latest},
        },
        frames={
            "now": {
                "step": frames.step[:, None],
                "epoch": records.epoch[at][:, None],
                "train": train[at][:, None],
                "validation": latest[at][:, None],
                "measured": records.step[source[at]][:, None],
            }
        },
        reading=Reading("now", headings),
        hover=Reading("hover", headings),
    )


def _events(
    language: str, records: Records, best_step: int | None, stopped_early: bool, nonfinite_step: int | None
) -> dict[str, Any]:
    marked: list[tuple[int, str]] = []
    if best_step is not None:
        marked.append((best_step, text(language, "figures.event.best", step=best_step)))
    if stopped_early:
        last = int(records.step[-1])
        marked.append((last, text(language, "figures.event.stopped", step=last)))
    if nonfinite_step is not None:
        marked.append((nonfinite_step, text(language, "figures.event.nonfinite", step=nonfinite_step)))
    middle = 0.5 * float(records.step[-1])
    return {
        "step": [step for step, _ in marked],
        "label": [label for _, label in marked],
        "line": list(range(len(marked))),
        "side": ["left" if step < middle else "right" for step, _ in marked],
    }
