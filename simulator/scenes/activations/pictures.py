"""The pictures of the page on activation functions that Vega-Lite draws; the curves are a component of their own."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import tooltip, words
from simulator.drawing.axes import x_linear, y_linear
from simulator.drawing.chart import ONCE, chart, over
from simulator.drawing.expressions import area, number, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.steps import Curve, steps_picture
from simulator.scenes.activations.cost import Cost
from simulator.scenes.activations.curves import function_title
from simulator.scenes.activations.dead import Dead
from simulator.scenes.activations.zigzag import START, TARGET, Path
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


def zigzag_picture(path: Path, language: str, *, positive: bool) -> Picture:
    """Draw the way of two weights to their target, and the quarters of the plane an update can point into.

    Args:
      path: of the unit.
      positive: whether all inputs were positive: then two quarters are out of reach.
    """
    entry = "positive" if positive else "centred"
    steps = np.arange(len(path.weight))
    quarters = [[0, 1, 0, 1], [-1, 0, -1, 0]] if positive else []
    low, high = -1.6, 1.6
    limits = {-1: low, 0: 0.0, 1: high}
    return Picture(
        title=text(language, f"activations.zigzag_{entry}"),
        alt=text(
            language,
            "activations.zigzag_alt",
            steps=len(path.weight) - 1,
            share=percent_text(path.same_sign),
            length=number_text(path.length),
            straight=number_text(path.straight),
        ),
        specs={"path": _path_spec(language)},
        signals={"domain": [low, high]},
        tables={
            "path": {"step": steps, "first": path.weight[:, 0], "second": path.weight[:, 1]},
            "quarters": {
                "left": [limits[quarter[0]] for quarter in quarters],
                "right": [limits[quarter[1]] for quarter in quarters],
                "bottom": [limits[quarter[2]] for quarter in quarters],
                "top": [limits[quarter[3]] for quarter in quarters],
            },
            "ends": {
                "first": [START[0], TARGET[0]],
                "second": [START[1], TARGET[1]],
                "name": [text(language, "activations.start"), text(language, "activations.target")],
            },
        },
        reading=Reading("path", _path_headings(language)),
    )


def dead_picture(found: Sequence[Dead], language: str) -> Picture:
    """Draw the share of dead nodes over training: those that are 0 for every training example."""
    names = [function_title(language, one.activation) for one in found]
    ends = "; ".join(f"{name} {percent_text(one.whole[-1])}" for name, one in zip(names, found, strict=True))
    return steps_picture(
        language,
        [Curve(title=name, step=one.step, values=one.whole) for name, one in zip(names, found, strict=True)],
        title=text(language, "activations.dead_title"),
        alt=text(language, "activations.dead_alt", steps=int(found[0].step[-1]), ends=ends),
        axis=text(language, "activations.dead_axis"),
        domain=[0.0, 1.02],
        percent=True,
    )


def cost_picture(costs: Sequence[Cost], names: Sequence[str], language: str) -> Picture:
    """Draw what each function costs, with ReLU as the unit."""
    slowest = max(costs, key=lambda cost: cost.ratio)
    return Picture(
        title=text(language, "activations.cost_title"),
        alt=text(
            language,
            "activations.cost_alt",
            name=names[list(costs).index(slowest)],
            ratio=number_text(slowest.ratio),
        ),
        specs={"cost": _cost_spec(language)},
        tables={
            "costs": {
                "name": list(names),
                "ratio": [cost.ratio for cost in costs],
                "milliseconds": [1000 * cost.seconds for cost in costs],
            }
        },
        reading=Reading("costs", _cost_headings(language)),
    )


def _path_headings(language: str) -> dict[str, str]:
    return {"step": text(language, "figures.axis.step"), "first": "w₁", "second": "w₂"}


@cache
def _path_spec(language: str) -> dict[str, Any]:
    x, y = x_linear("first", "w₁", "domain"), y_linear("second", "w₂", "domain")
    quarters = over("quarters").mark_rect(color="@gradient", opacity=0.13)
    quarters = quarters.encode(alt.X("left:Q"), alt.X2("right"), alt.Y("bottom:Q"), alt.Y2("top"))
    line = over("path").mark_line(color="@update", strokeWidth=px(3), clip=True).encode(x, y, alt.Order("step:Q"))
    dots = over("path").mark_point(filled=True, color="@update", opacity=1, clip=True, size=area(40))
    dots = dots.encode(x, y, tooltip=tooltip(_path_headings(language), digits=6))
    ends = over("ends").mark_point(shape="diamond", filled=True, color="@ink", opacity=1, size=area(160)).encode(x, y)
    names = words("ends", "name", dx=9, dy=-7, align="left", baseline="bottom", fontWeight=700).encode(x, y)
    return chart([quarters, line, dots, ends, names], ["domain"], right=16)


def _cost_headings(language: str) -> dict[str, str]:
    return {
        "name": text(language, "activations.function"),
        "ratio": text(language, "activations.cost_axis"),
        "milliseconds": text(language, "activations.cost_time"),
    }


@cache
def _cost_spec(language: str) -> dict[str, Any]:
    headings = _cost_headings(language)
    x = alt.X("ratio:Q").axis(title=headings["ratio"], tickCount=6)
    y = alt.Y("name:N", sort=None).axis(title=None, ticks=False, labelLimit=400)
    bars = over("costs").mark_bar(color="@forward").encode(x, y, tooltip=tooltip(headings, "name", digits=4))
    once = alt.Chart(ONCE).mark_rule(color="@ink", strokeWidth=px(1.5))
    written = over("costs").transform_calculate(written=f"{number('datum.ratio')} + '×'")
    written = written.mark_text(align="left", baseline="middle", dx=6, fontWeight=600).encode(
        x, y, alt.Text("written:N")
    )
    return chart([bars, once.encode(alt.XDatum(1, type="quantitative")), written], right=40)
