"""Spread of the activations of every layer over the steps: one strip a layer."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.records import Frames, Records
from simulator.drawing.annotations import cursor
from simulator.drawing.axes import x_steps
from simulator.drawing.chart import ONCE, chart, over
from simulator.drawing.expressions import area, number, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import MAX_ROWS, evenly
from simulator.scenes.training.pictures.strips import FILL, MAX_STRIPS, strip_name, y_strip
from simulator.texts import text
from simulator.texts.numbers import number_text


def activation_bands(records: Records, frames: Frames, language: str) -> Picture:
    """Draw mean ± standard deviation of every layer's activations over the steps, one strip a layer.

    All strips share one scale, fixed over the run: half a strip is the largest |mean| + standard deviation. With more
    than ``MAX_STRIPS`` layers some are left out, evenly.
    """
    mean, std = np.asarray(records.activation_mean, float), np.asarray(records.activation_std, float)
    num_layers = mean.shape[1]
    shown = evenly(num_layers, MAX_STRIPS)
    names = [strip_name(language, num_layers, layer) for layer in shown]
    with np.errstate(invalid="ignore", over="ignore"):
        reach = np.abs(mean[:, shown]) + std[:, shown]
    finite = reach[np.isfinite(reach)]
    limit = float(finite.max()) if len(finite) and finite.max() > 0 else 1.0
    rows = evenly(len(mean), max(MAX_ROWS // len(shown), 2))
    strip = np.repeat(np.arange(len(shown)), len(rows))
    line = np.ravel(mean[np.ix_(rows, shown)].T)
    width = np.ravel(std[np.ix_(rows, shown)].T)
    with np.errstate(invalid="ignore", over="ignore"):
        place, low, high = (strip + 0.5 - 0.5 * FILL * edge / limit for edge in (line, line - width, line + width))
    at_mean, at_std = mean[frames.record][:, shown], std[frames.record][:, shown]
    label = text(language, "figures.axis.layer")
    return Picture(
        title=text(language, "figures.bands.title"),
        alt=text(
            language,
            "figures.bands.alt",
            layers=num_layers,
            steps=int(records.step[-1]),
            first=number_text(float(std[-1, 0])),
        ),
        step=frames.step,
        specs={"bands": _bands_spec(language)},
        signals={
            "x_domain": [0, max(int(records.step[-1]), 1)],
            "strips": [len(shown), 0],
            "middles": (np.arange(len(shown)) + 0.5).tolist(),
            "names": names,
            "reach": text(language, "figures.bands.scale", limit=number_text(limit)),
        },
        tables={
            "curve": {"step": np.tile(records.step[rows], len(shown)), "strip": strip, "place": place}
            | {"low": low, "high": high},
            "zero": {"place": np.arange(len(shown)) + 0.5},
        },
        frames={
            "now": {
                "step": np.broadcast_to(frames.step[:, None], at_mean.shape),
                "name": names,
                "place": np.arange(len(shown)) + 0.5 - 0.5 * FILL * np.nan_to_num(at_mean / limit, posinf=0, neginf=0),
                "strip": np.arange(len(shown)) + 0.5,
                "mean": at_mean,
                "std": at_std,
            }
        },
        reading=Reading(
            "now",
            {"name": label, "mean": text(language, "figures.quantity.activation_mean")}
            | {"std": text(language, "figures.quantity.activation_std")},
        ),
    )


@cache
def _bands_spec(language: str) -> dict[str, Any]:
    x, y = x_steps(language), y_strip("place")
    value = (
        f"(isValid(datum.mean) ? {number('datum.mean')} : datum.mean_note) + ' ± ' + "
        f"(isValid(datum.std) ? {number('datum.std')} : datum.std_note)"
    )
    written = over("now").transform_calculate(written=value)
    written = written.mark_text(align="left", baseline="middle", color="@forward_text", dx=8)
    scale = alt.Chart(ONCE).mark_text(align="left", baseline="bottom", color="@muted", text=alt.expr("reach"))
    layers = [
        over("zero").mark_rule(color="@grid", strokeWidth=px(1.5)).encode(y),
        over("curve").mark_area(color="@forward_soft", line=False).encode(x, y="low:Q", y2="high", detail="strip:N"),
        over("curve").mark_line(color="@forward").encode(x="step:Q", y="place:Q", detail="strip:N"),
        cursor(),
        over("now").mark_point(filled=True, color="@forward", size=area(60), opacity=1).encode(x="step:Q", y="place:Q"),
        written.encode(x=alt.value("width"), y="strip:Q", text="written:N"),
        scale.encode(x=alt.value(0), y=alt.value(px(-8))),
    ]
    return chart(layers, ["x_domain", "strips", "middles", "names", "reach"], right=30)
