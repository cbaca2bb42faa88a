"""One number a layer: over the steps, and at one step from the output back to the input."""

from typing import Any, NamedTuple

import numpy as np

from simulator.core.records import Frames, Records
from simulator.drawing.marks import (
    chart,
    cursor,
    events,
    layer_names,
    linear_range,
    log_encoding,
    log_range,
    number,
    x_steps,
    y_linear,
)
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import MAX_ROWS, evenly, spread, thin
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_LABELLED = 12
"""Layers whose lines each get a label; above, colour runs through cividis and a few lines are labelled."""
MAX_LINES = 24
MAX_HOVER_NUMBERS = 60_000


class Quantity(NamedTuple):
    """A per-layer field of ``Records`` and how it is drawn."""

    color: str  # "gradient", "forward" or "update"
    log: bool


QUANTITIES = {
    "pre_activation_grad_norm": Quantity("gradient", True),
    "activation_grad_norm": Quantity("gradient", True),
    "weight_grad_norm": Quantity("gradient", True),
    "bias_grad_norm": Quantity("gradient", True),
    "update_ratio": Quantity("update", True),
    "weight_norm": Quantity("forward", True),
    "activation_std": Quantity("forward", True),
    "activation_mean": Quantity("forward", False),
    "zero_fraction": Quantity("forward", False),
    "saturated_fraction": Quantity("forward", False),
    "dead_fraction": Quantity("forward", False),
}
LABEL_GAP = 0.085
"""Least distance of two labels, as a share of the axis."""
SHARES = ("zero_fraction", "saturated_fraction", "dead_fraction")


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
        alt=_alt(language, "figures.layers.alt", name, records.step[-1], values[-1]),
        step=frames.step,
        specs={name: _curves_spec(language, drawn, name, quantity in SHARES, num_layers > MAX_LABELLED)},
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


def layer_bars(records: Records, frames: Frames, quantity: str, language: str) -> Picture:
    """Draw the norms at the player's step, one bar a layer, from the output back to the input.

    The log axis is fixed over the run. A norm of exactly 0 and one that is not finite have no bar; they stand as words.

    Args:
      quantity: one of ``QUANTITIES`` that is drawn on a log axis.
    """
    drawn = QUANTITIES[quantity]
    values = np.asarray(getattr(records, quantity), float)[:, ::-1]
    num_layers = values.shape[1]
    names = layer_names(language, num_layers)[::-1]
    log_domain, log_ticks = log_range(values, decades=2)
    name = text(language, f"figures.quantity.{quantity}")
    return Picture(
        title=text(language, f"figures.bars.{drawn.color}"),
        alt=_alt(language, "figures.bars.alt", name, records.step[-1], values[-1, ::-1]),
        step=frames.step,
        specs={name: _bars_spec(language, drawn, name)},
        signals={
            "log_domain": log_domain,
            "log_ticks": log_ticks,
            "write": num_layers <= 16,
            "zero": text(language, "figures.exactly_zero"),
            "broken": text(language, "figures.not_finite"),
        },
        frames={
            "now": {
                "step": np.broadcast_to(frames.step[:, None], (len(frames.step), num_layers)),
                "name": names,
                "value": values[frames.record],
            },
            "summary": {
                "zeros": (values[frames.record] == 0).sum(1)[:, None],
                "broken": (~np.isfinite(values[frames.record])).sum(1)[:, None],
            },
        },
        reading=Reading("now", {"name": text(language, "figures.axis.layer"), "value": name}),
    )


def _bars_spec(language: str, drawn: Quantity, name: str) -> dict[str, Any]:
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": text(language, "figures.axis.back"), "labelOverlap": True, "ticks": False},
        "scale": {"paddingInner": 0.25, "paddingOuter": 0.1},
    }
    x = log_encoding("value", name)
    bar = {
        "data": {"name": "now"},
        "transform": [{"filter": "isValid(datum.value) && datum.value > 0"}],
        "mark": {"type": "bar", "color": f"@{drawn.color}"},
        "encoding": {
            "y": y,
            "x": x,
            "x2": {"datum": {"expr": "log_domain[0]"}},
            "tooltip": [
                {"field": "name", "type": "nominal", "title": text(language, "figures.axis.layer")},
                {"field": "value", "type": "quantitative", "title": name, "format": ".8~g"},
            ],
        },
    }
    written = {
        "data": {"name": "now"},
        "transform": [
            {"filter": "write && isValid(datum.value) && datum.value > 0"},
            {"calculate": number("datum.value"), "as": "written"},
            {
                "calculate": "log(datum.value / log_domain[0]) / log(log_domain[1] / log_domain[0]) > 0.75",
                "as": "inside",
            },
        ],
        "mark": {
            "type": "text",
            "baseline": "middle",
            "align": {"expr": "datum.inside ? 'right' : 'left'"},
            "dx": {"expr": "(datum.inside ? -6 : 6) * scale"},
            "fontWeight": 600,
        },
        "encoding": {
            "y": y,
            "x": x,
            "text": {"field": "written", "type": "nominal"},
            "color": {"condition": {"test": "datum.inside", "value": "@surface"}, "value": "@ink"},
        },
    }
    words = {
        "data": {"name": "now"},
        "transform": [
            {"filter": "!isValid(datum.value) || datum.value <= 0"},
            {
                "calculate": "(isValid(datum.value) ? '○ ' : '✕ ') + (!write ? '' : isValid(datum.value) ? zero"
                " : broken + ' (' + datum.value_note + ')')",
                "as": "written",
            },
        ],
        "mark": {"type": "text", "align": "left", "baseline": "middle", "color": "@bad", "dx": 4, "fontWeight": 600},
        "encoding": {
            "y": y,
            "x": {"value": 0},
            "text": {"field": "written", "type": "nominal"},
            "size": {"value": {"expr": "(write ? 15 : 10) * scale"}},
        },
    }
    key = {
        "data": {"name": "summary"},
        "transform": [
            {"filter": "!write && (datum.zeros > 0 || datum.broken > 0)"},
            {
                "calculate": "(datum.zeros ? '○ ' + zero + ': ' + datum.zeros + '   ' : '')"
                " + (datum.broken ? '✕ ' + broken + ': ' + datum.broken : '')",
                "as": "written",
            },
        ],
        "mark": {"type": "text", "align": "right", "baseline": "top", "color": "@bad", "fontWeight": 700},
        "encoding": {
            "x": {"value": "width"},
            "y": {"value": {"expr": "4 * scale"}},
            "text": {"field": "written", "type": "nominal"},
        },
    }
    return chart(
        [bar, written, words, key],
        ["log_domain", "log_ticks", "write", "zero", "broken"],
        padding={"left": 4, "right": "@px 20", "top": 4, "bottom": 4},
    )


def _curves_spec(language: str, drawn: Quantity, name: str, share: bool, many: bool) -> dict[str, Any]:
    axis = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]} if share else None
    y = log_encoding("value", name) if drawn.log else y_linear("value", name, axis=axis)
    # Three stops; "many" is cividis without the end that would vanish on this theme's background.
    scale = {"domain": {"expr": "layer_stops"}, "range": f"@ramp_{'many' if many else drawn.color}"}
    color = {"field": "layer", "type": "quantitative", "scale": scale, "legend": None}
    x = x_steps(language)
    lines = {
        "data": {"name": "curve"},
        "mark": {"type": "line", "strokeWidth": LINE_MANY if many else LINE_FEW},
        "encoding": {"x": x, "y": y, "color": color, "detail": {"field": "layer", "type": "nominal"}},
    }
    zeros = {
        "data": {"name": "zeros"},
        "mark": {"type": "text", "text": "0", "fontWeight": 700, "baseline": "bottom", "dy": -1},
        "encoding": {"x": x, "y": {"value": "height"}, "color": color},
    }
    dots = {
        "data": {"name": "now"},
        "transform": [{"filter": "isValid(datum.value)" + (" && datum.value > 0" if drawn.log else "")}],
        "mark": {"type": "point", "filled": True, "size": {"expr": "60 * scale * scale"}, "opacity": 1},
        "encoding": {"x": x, "y": y, "color": color},
    }
    at_label = y | {"field": "place"}
    keys = {
        "data": {"name": "labels"},
        "mark": {
            "type": "point",
            "shape": "square",
            "filled": True,
            "opacity": 1,
            "size": {"expr": "110 * scale * scale"},
        },
        "encoding": {"x": {"value": {"expr": "width + 12 * scale"}}, "y": at_label, "color": color},
    }
    labels = {  # in ink, because the ends of the ramp would be hard to read as text
        "data": {"name": "labels"},
        "mark": {"type": "text", "align": "left", "baseline": "middle"},
        "encoding": {
            "x": {"value": {"expr": "width + 22 * scale"}},
            "y": at_label,
            "text": {"field": "name", "type": "nominal"},
        },
    }
    return chart(
        [lines, zeros, cursor(), *events(), dots, keys, labels],
        ["x_domain", "y_domain", "log_domain", "log_ticks", "layer_stops", "many"],
        padding={"left": 4, "right": 4, "top": 8, "bottom": 4},
    )


LINE_FEW, LINE_MANY = "@px 2.5", "@px 2"


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
    """Return where exact zeros stand on the lower edge: a few marks a layer, not one a step."""
    places = (
        [(index, layer) for layer in shown for index in _a_few(np.flatnonzero(values[:, layer] == 0))] if log else []
    )
    return {"step": [int(step[index]) for index, _ in places], "layer": [int(layer) for _, layer in places]}


def _a_few(indices: np.ndarray, most: int = 6) -> np.ndarray:
    return indices[evenly(len(indices), most)] if len(indices) else indices


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


def _alt(language: str, entry: str, name: str, last_step: Any, values: np.ndarray) -> str:
    return text(
        language,
        entry,
        quantity=name,
        steps=int(last_step),
        layers=len(values),
        first=number_text(float(values[0])),
        last=number_text(float(values[-1])),
    )
