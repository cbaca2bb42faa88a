"""A run and its fork beside each other: the loss over the steps, and one number a layer at the player's step."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.records import Frames, Records
from simulator.drawing.annotations import cursor, events, live, tooltip
from simulator.drawing.axes import layer_names, linear_range, log_range, x_log, x_steps, y_numbers
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, number, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import MAX_ROWS, thin
from simulator.scenes.loss_curves import EXPLODED, LOG_RATIO
from simulator.scenes.training.pictures.quantities import QUANTITIES
from simulator.scenes.training.words.common import layer_name
from simulator.texts import text
from simulator.texts.numbers import number_text

NAMES = ("run", "fork")


def forked_loss(run: Records, fork: Records, frames: Frames, step: int, language: str) -> Picture:
    """Draw the losses of a run and of its fork over the steps, with a mark where they part.

    Args:
      run, fork: records with the same steps until the fork.
      frames: of the fork, for the player.
      step: of the fork.
      language: of the words.

    Returns:
      A picture with a linear and a logarithmic axis to choose from, the one first that shows both.
    """
    highest = _highest(run, fork)
    both = np.concatenate([run.loss, fork.loss])
    shown = both[np.isfinite(both) & (both <= highest)]
    log_domain, log_ticks = log_range(shown)
    specs = {text(language, f"figures.{axis}"): _loss_spec(language, log=axis == "log") for axis in ("linear", "log")}
    positive = shown[shown > 0]
    if len(positive) and positive.max() > LOG_RATIO * positive.min():
        specs = dict(reversed(specs.items()))
    last = max(int(run.step[-1]), int(fork.step[-1]), 1)
    marked = [(step, text(language, "fork.loss.mark", step=step))]
    for name, records in zip(NAMES, (run, fork), strict=True):
        out = records.step[~(records.loss <= highest)]  # NaN is not below, either
        if len(out):
            marked.append((int(out[0]), text(language, f"fork.loss.leaves.{name}", step=int(out[0]))))
    columns = [_rows(records) for records in (run, fork)]
    names = _names(language)
    longer = max(run, fork, key=lambda records: len(records.step))
    hover = {"step": longer.step} | {
        name: _padded(records.loss, len(longer.step)) for name, records in zip(NAMES, (run, fork), strict=True)
    }
    headings = {"step": text(language, "figures.axis.step"), "run": names[0], "fork": names[1]}
    at = np.array([np.searchsorted(longer.step, now) for now in frames.step])
    return Picture(
        title=text(language, "fork.loss.title"),
        alt=text(
            language,
            "fork.loss.alt",
            step=step,
            steps=last,
            run=number_text(float(run.loss[-1])),
            fork=number_text(float(fork.loss[-1])),
        ),
        step=frames.step,
        specs=specs,
        signals={
            "x_domain": [0, last],
            "y_domain": linear_range(shown),
            "log_domain": log_domain,
            "log_ticks": log_ticks,
            "names": names,
        },
        tables={
            "run": columns[0],
            "fork": columns[1],
            "events": {
                "step": [at for at, _ in marked],
                "label": [label for _, label in marked],
                "line": list(range(len(marked))),
                "side": ["left" if at < last / 2 else "right" for at, _ in marked],
            },
            "hover": hover,
        },
        frames={
            "now": {"step": frames.step[:, None]} | {name: np.asarray(hover[name])[at][:, None] for name in NAMES},
        },
        reading=Reading("now", headings),
        hover=Reading("hover", headings),
    )


def _highest(run: Records, fork: Records) -> float:
    """Return the loss above which a line leaves the picture: the calmer of the two runs sets the scale."""
    calm = min(float(np.max(np.where(np.isfinite(one.loss), one.loss, np.inf))) for one in (run, fork))
    start = float(run.loss[0])
    largest = max((value for value in (calm, start) if np.isfinite(value)), default=1.0)
    return EXPLODED * largest


def _names(language: str) -> list[str]:
    return [text(language, f"fork.name.{name}") for name in NAMES]


def _rows(records: Records) -> dict[str, Any]:
    rows = thin(records.loss, MAX_ROWS // 2)
    return {"step": records.step[rows], "loss": records.loss[rows]}


def _padded(values: np.ndarray, length: int) -> np.ndarray:
    return np.concatenate([values, np.full(length - len(values), np.nan, np.float32)])


@cache
def _loss_spec(language: str, *, log: bool) -> dict[str, Any]:
    title = text(language, "figures.loss.axis")
    y = y_numbers("loss", title, log=log)
    drawable = "datum.loss === null || datum.loss > 0" if log else "true"
    lines = []
    for name, width, color in (("run", 7, "@muted"), ("fork", 2.5, "@forward")):
        line = over(name).transform_filter(drawable)
        line = line.mark_line(color=color, strokeWidth=px(width), opacity=0.55 if name == "run" else 1, clip=True)
        lines.append(line.encode(x_steps(language), y))
    layers = [*lines, cursor(), *events()]
    places = (("run", "■", "@ink", "square", "@muted"), ("fork", "●", "@forward_text", "circle", "@forward"))
    for place, (name, symbol, written, shape, color) in enumerate(places):
        shown = f"isValid(datum.{name})" + (f" && datum.{name} > 0" if log else "")
        dot = over("now").mark_point(shape=shape, filled=True, color=color, size=area(110), opacity=1)
        layers.append(dot.transform_filter(shown).encode(x="step:Q", y=f"{name}:Q"))
        value = f"isValid(datum.{name}) ? {number(f'datum.{name}')} : datum.{name}_note"
        said = f"'{symbol} ' + names[{place}] + '  ' + ({value})"
        style = {"align": "right"} if place else {"height": "width < 400 * scale ? -27 : -9"}
        layers.append(live(str(place), said, written, **style))
    return chart(layers, ["x_domain", "y_domain", "log_domain", "log_ticks", "names"])


def forked_norms(run: Records, fork: Records, frames: Frames, quantity: str, language: str) -> Picture:
    """Draw a norm of every layer at the player's step, of the run above that of its fork.

    Args:
      run, fork: records; where the run is shorter, it stands still at its end.
      frames: of the fork, for the player.
      quantity: a norm, one of ``QUANTITIES`` that is drawn on a log axis.
      language: of the words.
    """
    rows = [np.minimum(np.searchsorted(records.step, frames.step), len(records.step) - 1) for records in (run, fork)]
    values = np.stack(
        [np.asarray(getattr(one, quantity), float)[row, ::-1] for one, row in zip((run, fork), rows, strict=True)],
        axis=2,
    )  # (frames, layers, 2)
    num_frames, num_layers, _ = values.shape
    names, whose = layer_names(language, num_layers)[::-1], _names(language)
    log_domain, log_ticks = log_range(values, decades=2)
    headings = _norm_headings(language, quantity)
    return Picture(
        title=text(language, "fork.norms.title"),
        alt=text(language, "fork.norms.alt", quantity=headings["value"], layers=num_layers, step=int(frames.step[-1])),
        step=frames.step,
        specs={headings["value"]: _norms_spec(language, quantity)},
        signals={"log_domain": log_domain, "log_ticks": log_ticks, "names": whose},
        frames={
            "now": {
                "step": np.broadcast_to(frames.step[:, None], (num_frames, 2 * num_layers)),
                "name": [name for name in names for _ in whose],
                "whose": whose * num_layers,
                "value": values.reshape(num_frames, -1),
            }
        },
        reading=Reading("now", headings),
        sentences=[
            text(
                language,
                "fork.norms.said",
                step=int(now),
                layer=layer_name(language, 0, num_layers),
                run=number_text(float(pair[0])),
                fork=number_text(float(pair[1])),
            )
            for now, pair in zip(frames.step, values[:, -1], strict=True)
        ],
    )


def _norm_headings(language: str, quantity: str) -> dict[str, str]:
    return {
        "name": text(language, "figures.axis.layer"),
        "whose": text(language, "fork.whose"),
        "value": text(language, f"figures.quantity.{quantity}"),
    }


@cache
def _norms_spec(language: str, quantity: str) -> dict[str, Any]:
    headings, whose = _norm_headings(language, quantity), _names(language)
    color = QUANTITIES[quantity].color
    y = alt.Y("name:N", sort=None).scale(paddingInner=0.25, paddingOuter=0.1)
    y = y.axis(title=text(language, "figures.axis.back"), labelOverlap=True, ticks=False)
    side = alt.YOffset("whose:N", sort=whose)
    x = x_log("value", headings["value"], "log_domain", "log_ticks")
    opacity = alt.Opacity("whose:N", legend=None).scale(domain=whose, range=[0.45, 1])
    drawable = "isValid(datum.value) && datum.value > 0"
    floor = alt.datum(alt.expr("log_domain[0]"))
    bars = over("now").transform_filter(drawable).mark_bar(color=f"@{color}")
    value = f"({drawable}) ? {number('datum.value')} : isValid(datum.value) ? '○ 0' : '✕ ' + datum.value_note"
    said = over("now").transform_calculate(written=f"datum.whose + '  ' + ({value})")
    said = said.mark_text(align="left", baseline="middle", dx=px(6), fontWeight=600, color="@ink")
    return chart(
        [
            bars.encode(x, y, side, opacity, x2=floor, tooltip=tooltip(headings, "name", "whose")),
            said.encode(y, side, x=alt.value(0), text="written:N"),
        ],
        ["log_domain", "log_ticks", "names"],
        right=20,
    )
