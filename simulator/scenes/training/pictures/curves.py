"""Scalars over the steps of a run: loss, accuracy, learning rate."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.records import Frames, Records
from simulator.drawing.annotations import cursor, events, live
from simulator.drawing.axes import linear_range, log_range, x_steps, y_linear, y_numbers
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import NUMBER, area, number, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import MAX_ROWS, thin
from simulator.texts import text
from simulator.texts.numbers import number_text

MOST_LINEAR = 1e4
"""Largest loss over the first or the median one from which a linear axis would show nothing but one spike."""
PARAMETERS = ("x_domain", "y_domain", "log_domain", "log_ticks", "names")


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
    both = np.concatenate([records.loss, records.validation_loss])
    finite = both[np.isfinite(both)]
    log_domain, log_ticks = log_range(both)
    specs = {
        text(language, "figures.linear"): _curve_spec(language, "loss", log=False),
        text(language, "figures.log"): _curve_spec(language, "loss", log=True),
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
        marked=_events(language, records, best_step, stopped_early, nonfinite_step),
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
    return _picture(
        records,
        frames,
        language,
        name="accuracy",
        train=records.accuracy,
        validation=records.validation_accuracy,
        specs={text(language, "figures.linear"): _curve_spec(language, "accuracy", log=False)},
        marked=_events(language, records, best_step, stopped_early, nonfinite_step),
        signals={"y_domain": [0.0, 1.02]},
    )


def learning_rate_curve(records: Records, frames: Frames, language: str) -> Picture:
    """Draw the schedule of the learning rate over the steps."""
    rate = records.learning_rate
    rows = thin(rate, MAX_ROWS)
    name = text(language, "figures.learning_rate.axis")
    headings = {"step": text(language, "figures.axis.step"), "rate": name}
    return Picture(
        title=text(language, "figures.learning_rate.title"),
        alt=text(
            language,
            "figures.learning_rate.alt",
            steps=int(records.step[-1]),
            first=number_text(float(rate[0])),
            last=number_text(float(rate[-1])),
        ),
        step=frames.step,
        specs={name: _rate_spec(language)},
        signals={"x_domain": _step_range(records), "y_domain": linear_range(rate, margin=0.1), "names": ["η"]},
        tables={
            "curve": {"step": records.step[rows], "rate": rate[rows]},
            "hover": {"step": records.step, "rate": rate},
        },
        frames={"now": {"step": frames.step[:, None], "rate": rate[frames.record][:, None]}},
        reading=Reading("now", headings),
        hover=Reading("hover", headings),
    )


@cache
def _rate_spec(language: str) -> dict[str, Any]:
    x = x_steps(language)
    y = y_linear("rate", text(language, "figures.learning_rate.axis"), labelExpr=NUMBER)
    line = over("curve").mark_line(color="@ink", strokeWidth=px(3), interpolate="step-after").encode(x, y)
    label = live("0", f"names[0] + '  ' + ({number('datum.rate')})", "@ink")
    dot = _dot("circle", "@ink").encode(x="step:Q", y="rate:Q")
    return chart([line, cursor(), dot, label], ["x_domain", "y_domain", "names"])


def _step_range(records: Records) -> list[int]:
    return [0, max(int(records.step[-1]), 1)]


def _dot(shape: str, color: str) -> alt.Chart:
    return over("now").mark_point(shape=shape, filled=True, color=color, size=area(110), opacity=1)


@cache
def _curve_spec(language: str, name: str, *, log: bool) -> dict[str, Any]:
    """Return the specification of two lines with their values at the cursor written above them."""
    title = text(language, f"figures.{name}.axis")
    y = y_numbers("train", title, log=log, percent=name == "accuracy")
    drawable = "datum.{0} === null || datum.{0} > 0" if log else "true"
    train = over("curve").transform_filter(drawable.format("train"))
    train = train.mark_line(color="@forward", strokeWidth=px(2), clip=True).encode(x_steps(language), y)
    validation = over("curve").transform_filter(f"datum.evaluated && ({drawable.format('validation')})")
    validation = validation.mark_line(color="@ink", strokeWidth=px(3), clip=True).encode(x="step:Q", y="validation:Q")
    layers = [train, validation, cursor(), *events()]
    layers += [_value_dot("train", "step", "circle", "@forward", log), _written(name, 0, "●", "train", "@forward_text")]
    layers += [
        _value_dot("validation", "measured", "diamond", "@ink", log),
        _written(name, 1, "◆", "validation", "@ink"),
    ]
    return chart(layers, PARAMETERS)


def _value_dot(field: str, measured: str, shape: str, color: str, log: bool) -> alt.Chart:
    shown = f"isValid(datum.{field})" + (f" && datum.{field} > 0" if log else "")
    return _dot(shape, color).transform_filter(shown).encode(x=f"{measured}:Q", y=f"{field}:Q")


def _written(quantity: str, index: int, symbol: str, field: str, color: str) -> alt.Chart:
    """Return the value at the cursor in words: the first on the left, the second on the right."""
    value = f"format(datum.{field}, '.1%')" if quantity == "accuracy" else number(f"datum.{field}")
    name = f"'{symbol} ' + names[{index}] + '  '"
    # A validation loss that was never measured is NaN, too: it stays unwritten.
    unmeasured = f"datum.{field}_note === 'NaN' && {index} === 1"
    said = f"isValid(datum.{field}) ? {name} + ({value}) : {unmeasured} ? '' : {name} + datum.{field}_note"
    if index == 1:
        return live("1", said, color, align="right")
    # In a narrow picture the two values stand above each other.
    return live("0", said, color, height="width < 330 * scale ? -27 : -9")


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
