"""The curve that a network with one input draws over the data points."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.datasets import apply_scaler
from simulator.core.engine.evaluation import evaluate
from simulator.core.records import Frames
from simulator.core.run import Run, kept_with_run
from simulator.drawing.annotations import tooltip
from simulator.drawing.axes import linear_range, x_linear, y_linear
from simulator.drawing.chart import ONCE, chart, over
from simulator.drawing.expressions import NUMBER, area, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import MAX_ROWS, evenly
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_POINTS = 600
CURVE_POINTS = 160
LEGEND_WIDTH = 320
"""Pixels at 1080p that its two parts need on one line."""


def fitted_curve(
    frames: Frames,
    inputs: np.ndarray,
    targets: np.ndarray,
    curve_inputs: np.ndarray,
    curve_outputs: np.ndarray,
    language: str,
    *,
    held_out: np.ndarray | None = None,
) -> Picture:
    """Draw what the network computes over one input, at the player's step, over the data points.

    Args:
      inputs: (n,) in the data's own units.
      targets: (n,)
      curve_inputs: (points,) increasing, in the data's own units.
      curve_outputs: (frames, points) of the network.
      held_out: (n,) bool, examples that are not trained on; they are drawn hollow.

    Returns:
      A picture of at most ``MAX_POINTS`` data points, evenly chosen.
    """
    held = np.zeros(len(inputs), bool) if held_out is None else np.asarray(held_out, bool)
    rows = evenly(len(inputs), MAX_POINTS)
    points = evenly(len(curve_inputs), MAX_ROWS - len(rows))
    near = near_values(np.asarray(targets, float), np.asarray(curve_outputs, float)[-1:])
    names = [text(language, f"figures.fit.{name}") for name in ("training", "held_out", "network")]
    curve = np.asarray(curve_outputs, float)[:, points]
    low, high = linear_range(near, zero=False, margin=0.08)
    broken_at = np.asarray(~np.isfinite(curve)).any(axis=1).reshape(-1, 1)
    seen = np.asarray((curve >= low) & (curve <= high)).any(axis=1).reshape(-1, 1)
    return Picture(
        title=text(language, "figures.fit.title"),
        alt=text(
            language,
            "figures.fit.alt",
            total=len(inputs),
            low=number_text(float(np.min(inputs))),
            high=number_text(float(np.max(inputs))),
        ),
        step=frames.step,
        specs={"fit": _fit_spec(language)},
        signals={
            "x_range": [float(np.min(curve_inputs)), float(np.max(curve_inputs))],
            "y_domain": [low, high],
            "names": [*names, text(language, "figures.not_finite"), text(language, "figures.fit.outside")],
        },
        tables={"points": {"x": inputs[rows], "y": targets[rows], "held": held[rows]}},
        frames={
            "now": {"x": curve_inputs[points], "y": curve},
            "remark": {"broken": broken_at, "outside": np.logical_not(broken_at | seen)},
        },
        reading=Reading("now", _headings(language)),
    )


@kept_with_run
def curve_of(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs a little beyond the data, and the network's output there at every frame; the run keeps them.

    Returns:
      (points,) in the data's own units and (frames, points).
    """
    inputs = run.dataset.inputs[:, 0]
    margin = 0.05 * float(np.ptp(inputs) or 1.0)
    points = np.linspace(inputs.min() - margin, inputs.max() + margin, CURVE_POINTS).astype(np.float32)
    scaled = apply_scaler(run.scaler, points[:, None])
    nothing = np.zeros((CURVE_POINTS, run.network.layer_sizes[-1]), np.float32)
    steps = run.frames.step.tolist()
    return points, np.stack([evaluate(run.execution, step, scaled, nothing).outputs[:, 0] for step in steps])


def _headings(language: str) -> dict[str, str]:
    return {"x": text(language, "figures.fit.input"), "y": text(language, "figures.fit.output")}


@cache
def _fit_spec(language: str) -> dict[str, Any]:
    headings = _headings(language)
    x = x_linear("x", headings["x"], "x_range", grid=False, tickCount=6)
    y = y_linear("y", headings["y"], labelExpr=NUMBER)
    trained, held_out = (
        over("points")
        .transform_filter(f"{'' if hollow else '!'}datum.held")
        .mark_point(filled=not hollow, color="@ink", opacity=0.75, strokeWidth=px(1.8), size=area(45))
        .encode(x, y, tooltip=tooltip(headings))
        for hollow in (False, True)
    )
    line = over("now").mark_line(color="@forward", strokeWidth=px(4), clip=True).encode(x="x:Q", y="y:Q")
    remark = alt.expr("datum.broken ? names[3] : names[4]")
    broken = over("remark").transform_filter("datum.broken || datum.outside")
    broken = broken.mark_text(color="@bad", fontWeight=700, text=remark, lineBreak="\n")
    broken = broken.encode(x=alt.value(alt.expr("width / 2")), y=alt.value(alt.expr("height / 2")))
    key = legend("'● ' + names[0] + '     ○ ' + names[1]", "'━ ' + names[2]")
    return chart([trained, held_out, line, broken, *key], ["x_range", "y_domain", "names"])


def near_values(targets: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return targets and the outputs near them: an axis that held a diverged output would show nothing else.

    >>> near_values(np.array([0.0, 1.0]), np.array([1.5, 1e20]))
    array([0. , 1. , 1.5])
    """
    spread = float(np.ptp(targets)) or 1.0
    outputs = np.ravel(outputs)
    return np.concatenate([targets, outputs[np.abs(outputs - targets.mean()) < 2 * spread]])


def legend(first: str, second: str) -> list[alt.Chart]:
    """Return a line of text above the plot, or two where it is narrow; both are expressions."""
    narrow = f"width < {LEGEND_WIDTH} * scale"
    lines = {
        f"{narrow} ? {first} : {first} + '     ' + {second}": f"{narrow} ? -29 * scale : -9 * scale",
        f"{narrow} ? {second} : ''": "-9 * scale",
    }
    return [
        alt.Chart(ONCE)
        .mark_text(align="left", baseline="bottom", text=alt.expr(written))
        .encode(x=alt.value(0), y=alt.value(alt.expr(height)))
        for written, height in lines.items()
    ]
