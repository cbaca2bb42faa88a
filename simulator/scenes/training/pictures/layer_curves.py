"""One number a layer over the steps: a line for each."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.records import Frames, Records
from simulator.drawing.annotations import cursor, events
from simulator.drawing.axes import layer_names, linear_range, log_range, x_steps, y_numbers
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.letters import low_title
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.theme import palette
from simulator.drawing.thinning import MAX_ROWS, evenly, spread, thin
from simulator.scenes.training.pictures.quantities import QUANTITIES, SHARES, described
from simulator.texts import text

MAX_LABELLED = 12
"""Layers whose lines each get a label; above, colour runs through cividis and a few lines are labelled."""
MAX_LINES = 24
MAX_HOVER_NUMBERS = 60_000
MAX_ZEROS = 24
LABEL_GAP = 0.12
"""Least distance of two labels, as a share of the axis."""


def layer_curves(
    records: Records, frames: Frames, quantity: str, language: str, *, nonfinite_step: int | None = None
) -> Picture:
    """Draw one line a layer over the steps; norms on a log axis.

    At most ``MAX_LINES`` layers are drawn, evenly chosen with the first and the last. Rows are thinned so that every
    spike stays. A zero has no place on a log axis: it stands as "0" on the lower edge; where a value is not finite
    the line breaks.

    Args:
      quantity: one of ``QUANTITIES``.
      nonfinite_step: first step with a value that is not finite, marked when given.
    """
    drawn = QUANTITIES[quantity]
    values = np.asarray(getattr(records, quantity), float)
    num_layers = values.shape[1]
    shown = evenly(num_layers, MAX_LINES)
    names = layer_names(language, num_layers)
    log_domain, log_ticks = log_range(values)
    y_domain = [0.0, 1.02] if quantity in SHARES else linear_range(values)
    name = text(language, f"figures.quantity.{quantity}")
    return Picture(
        title=text(language, f"figures.question.{quantity}"),
        alt=described(language, "figures.layers.alt", name, records.step[-1], values[-1]),
        step=frames.step,
        specs={name: _curves_spec(language, quantity, num_layers > MAX_LABELLED)},
        signals={
            "x_domain": [0, max(int(records.step[-1]), 1)],
            "y_domain": y_domain,
            "log_domain": log_domain,
            "log_ticks": log_ticks,
            "layer_stops": [0, (num_layers - 1) / 2, num_layers - 1] if num_layers > 1 else [-1, 0, 1],
            "many": num_layers > MAX_LABELLED,
        },
        tables={
            "curve": _line_rows(records.step, values, shown, drawn.log),
            "zeros": _zero_rows(records.step, values, shown, drawn.log),
            "labels": _labels(values, names, shown, drawn.log, log_domain if drawn.log else y_domain, language),
            "events": _nonfinite_event(language, records, nonfinite_step),
            "hover": _hover_table(records, values, names),
        },
        frames={
            "now": {
                "step": np.broadcast_to(frames.step[:, None], (len(frames.step), num_layers)),
                "layer": np.arange(num_layers),
                "name": names,
                "value": values[frames.record],
            }
        },
        reading=Reading("now", {"name": text(language, "figures.axis.layer"), "value": name}),
        hover=Reading(
            "hover",
            {"step": text(language, "figures.axis.step")}
            | {f"layer_{layer}": _layer_label(language, names, layer) for layer in evenly(num_layers, MAX_LABELLED)},
        ),
    )


@cache
def _curves_spec(language: str, quantity: str, many: bool) -> dict[str, Any]:
    drawn = QUANTITIES[quantity]
    name = text(language, f"figures.quantity.{quantity}")
    x = x_steps(language)
    y = y_numbers("value", low_title(name), log=drawn.log, percent=quantity in SHARES)
    # Three stops; "many" is cividis without the end that would vanish on this theme's background.
    ramp = palette(f"ramp_{'many' if many else drawn.color}")
    color = alt.Color("layer:Q", legend=None).scale(domain=alt.expr("layer_stops"), range=ramp)
    lines = over("curve").mark_line(strokeWidth=px(2 if many else 2.5)).encode(x, y, color=color, detail="layer:N")
    zeros = over("zeros").mark_text(text="0", fontWeight=700, baseline="bottom", dy=-1)
    dots = over("now").transform_filter("isValid(datum.value)" + (" && datum.value > 0" if drawn.log else ""))
    dots = dots.mark_point(filled=True, size=area(60), opacity=1)
    keys = over("labels").mark_point(shape="square", filled=True, opacity=1, size=area(110))
    # In ink, because the ends of the ramp would be hard to read as text.
    labels = over("labels").mark_text(align="left", baseline="middle")
    layers = [
        lines,
        zeros.encode(x="step:Q", y=alt.value("height"), color=color),
        cursor(),
        *events(),
        dots.encode(x="step:Q", y="value:Q", color=color),
        keys.encode(x=alt.value(alt.expr("width + 12 * scale")), y="place:Q", color=color),
        labels.encode(x=alt.value(alt.expr("width + 22 * scale")), y="place:Q", text="name:N"),
    ]
    parameters = ["x_domain", "y_domain", "log_domain", "log_ticks", "layer_stops", "many"]
    return chart(layers, parameters, right=4, top=8)


def _line_rows(step: np.ndarray, values: np.ndarray, shown: np.ndarray, log: bool) -> dict[str, Any]:
    most = max(MAX_ROWS // len(shown), 8)
    rows = [thin(values[:, layer], most) for layer in shown]
    drawn = [values[index, layer] for index, layer in zip(rows, shown, strict=True)]
    if log:
        drawn = [np.where(value > 0, value, np.nan) for value in drawn]
    return {
        "step": np.concatenate([step[index] for index in rows]),
        "layer": np.repeat(shown, [len(index) for index in rows]),
        "value": np.concatenate(drawn),
    }


def _zero_rows(step: np.ndarray, values: np.ndarray, shown: np.ndarray, log: bool) -> dict[str, Any]:
    """Return where exact zeros stand on the lower edge: a few marks, apart from each other, of each layer in turn."""
    places: list[tuple[int, int]] = []
    marks = np.zeros(len(shown), int)  # of each layer
    least = max(int(step[-1]), 1) / MAX_ZEROS
    for index in np.flatnonzero((values[:, shown] == 0).any(axis=1)) if log else ():
        if places and step[index] - places[-1][0] < least:
            continue
        chosen = int(np.argmin(np.where(values[index, shown] == 0, marks, len(values))))
        marks[chosen] += 1
        places.append((int(step[index]), int(shown[chosen])))
    return {"step": [at for at, _ in places], "layer": [layer for _, layer in places]}


def _labels(
    values: np.ndarray, names: list[str], shown: np.ndarray, log: bool, domain: list[float], language: str
) -> dict[str, Any]:
    """Place each label at its line's last finite value, moved apart where lines meet."""
    labelled = shown if len(names) <= MAX_LABELLED else shown[evenly(len(shown), 5)]
    drawable = np.isfinite(values) & ((values > 0) | (not log))
    places: list[float] = []
    kept: list[int] = []
    for layer in labelled:
        where = np.flatnonzero(drawable[:, layer])
        if len(where):
            places.append(float(values[where[-1], layer]))
            kept.append(int(layer))
    low, high = domain
    at = np.log10(places) if log else np.asarray(places)
    low, high = (np.log10(low), np.log10(high)) if log else (low, high)
    at = spread(np.asarray(at, float), low, high, (high - low) * LABEL_GAP)
    return {
        "layer": kept,
        "name": [_layer_label(language, names, layer) for layer in kept],
        "place": 10.0**at if log else at,
    }


def _layer_label(language: str, names: list[str], layer: int | np.integer) -> str:
    last = layer == len(names) - 1
    return names[layer] if last else text(language, "figures.layer.hidden", number=layer + 1)


def _nonfinite_event(language: str, records: Records, step: int | None) -> dict[str, Any]:
    if step is None:
        return {"step": [], "label": [], "line": [], "side": []}
    side = "left" if step < 0.5 * float(records.step[-1]) else "right"
    label = text(language, "figures.event.nonfinite", step=step)
    return {"step": [step], "label": [label], "line": [0], "side": [side]}


def _hover_table(records: Records, values: np.ndarray, names: list[str]) -> dict[str, Any]:
    layers = evenly(len(names), MAX_LABELLED)
    rows = evenly(len(values), max(MAX_HOVER_NUMBERS // len(layers), 2))
    return {"step": records.step[rows]} | {f"layer_{layer}": values[rows, layer] for layer in layers}
