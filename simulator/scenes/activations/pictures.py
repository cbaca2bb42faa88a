"""The pictures of the page on activation functions that Vega-Lite draws; the curves are a component of their own."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.drawing.marks import chart, number
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.steps import Curve, steps_picture
from simulator.scenes.activations.cost import Cost
from simulator.scenes.activations.zigzag import START, TARGET, Path
from simulator.texts import text
from simulator.texts.numbers import number_text


def zigzag_picture(path: Path, language: str, *, positive: bool) -> Picture:
    """Draw the way of two weights to their target, and the quarters of the plane an update can point into.

    Args:
      path: of the unit.
      positive: whether all inputs were positive: then two quarters are out of reach.
    """
    entry = "positive" if positive else "centred"
    steps = np.arange(len(path.weight))
    headings = {"step": text(language, "figures.axis.step"), "first": "w₁", "second": "w₂"}
    quarters = [[0, 1, 0, 1], [-1, 0, -1, 0]] if positive else []
    low, high = -1.6, 1.6
    limits = {-1: low, 0: 0.0, 1: high}
    return Picture(
        title=text(language, f"activations_page.zigzag_{entry}"),
        alt=text(
            language,
            "activations_page.zigzag_alt",
            steps=len(path.weight) - 1,
            share=f"{path.same_sign:.0%}",
            length=number_text(path.length),
            straight=number_text(path.straight),
        ),
        specs={"path": _path_spec(headings)},
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
                "name": [text(language, "activations_page.start"), text(language, "activations_page.target")],
            },
        },
        reading=Reading("path", headings),
    )


def dead_picture(curves: Sequence[tuple[str, np.ndarray, np.ndarray]], language: str) -> Picture:
    """Draw the share of dead units over training: those that are 0 for every example of the batch.

    Args:
      curves: name, steps and share of each network.
    """
    ends = "; ".join(f"{name} {float(share[-1]):.0%}" for name, _, share in curves)
    return steps_picture(
        language,
        [Curve(title=name, step=step, values=share) for name, step, share in curves],
        title=text(language, "activations_page.dead_title"),
        alt=text(language, "activations_page.dead_alt", steps=int(curves[0][1][-1]), ends=ends),
        axis=text(language, "activations_page.dead_axis"),
        domain=[0.0, 1.02],
        percent=True,
    )


def cost_picture(costs: Sequence[Cost], names: Sequence[str], language: str) -> Picture:
    """Draw what each function costs, with ReLU as the unit."""
    headings = {
        "name": text(language, "activations_page.function"),
        "ratio": text(language, "activations_page.cost_axis"),
        "milliseconds": text(language, "activations_page.cost_time"),
    }
    y = {"field": "name", "type": "nominal", "sort": None, "axis": {"title": None, "ticks": False, "labelLimit": 400}}
    x = {"field": "ratio", "type": "quantitative", "axis": {"title": headings["ratio"], "tickCount": 6}}
    bars = {
        "data": {"name": "costs"},
        "mark": {"type": "bar", "color": "@forward"},
        "encoding": {
            "y": y,
            "x": x,
            "tooltip": [
                {"field": field, "type": "nominal" if field == "name" else "quantitative", "title": title}
                | ({} if field == "name" else {"format": ".4~g"})
                for field, title in headings.items()
            ],
        },
    }
    written = {
        "data": {"name": "costs"},
        "transform": [{"calculate": number("datum.ratio") + " + '×'", "as": "written"}],
        "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 6, "fontWeight": 600},
        "encoding": {"y": y, "x": x, "text": {"field": "written", "type": "nominal"}},
    }
    rule = {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": "@ink", "strokeDash": [4, 4], "strokeWidth": "@px 2"},
        "encoding": {"x": {"datum": 1, "type": "quantitative"}},
    }
    slowest = max(costs, key=lambda cost: cost.ratio)
    return Picture(
        title=text(language, "activations_page.cost_title"),
        alt=text(
            language,
            "activations_page.cost_alt",
            name=names[list(costs).index(slowest)],
            ratio=number_text(slowest.ratio),
        ),
        specs={"cost": chart([bars, rule, written], [], padding={"left": 4, "right": "@px 40", "top": 4, "bottom": 4})},
        tables={
            "costs": {
                "name": list(names),
                "ratio": [cost.ratio for cost in costs],
                "milliseconds": [1000 * cost.seconds for cost in costs],
            }
        },
        reading=Reading("costs", headings),
    )


def _path_spec(headings: dict[str, str]) -> dict[str, Any]:
    def axis(field: str, title: str) -> dict[str, Any]:
        return {
            "field": field,
            "type": "quantitative",
            "scale": {"domain": {"expr": "domain"}, "nice": False},
            "axis": {"title": title, "tickCount": 5},
        }

    x, y = axis("first", headings["first"]), axis("second", headings["second"])
    quarters = {
        "data": {"name": "quarters"},
        "mark": {"type": "rect", "color": "@gradient", "opacity": 0.13},
        "encoding": {
            "x": x | {"field": "left"},
            "x2": {"field": "right"},
            "y": y | {"field": "bottom"},
            "y2": {"field": "top"},
        },
    }
    line = {
        "data": {"name": "path"},
        "mark": {"type": "line", "color": "@update", "strokeWidth": "@px 3", "clip": True},
        "encoding": {"x": x, "y": y, "order": {"field": "step", "type": "quantitative"}},
    }
    dots = {
        "data": {"name": "path"},
        "mark": {"type": "point", "filled": True, "color": "@update", "opacity": 1, "clip": True}
        | {"size": {"expr": "40 * scale * scale"}},
        "encoding": {
            "x": x,
            "y": y,
            "tooltip": [
                {"field": field, "type": "quantitative", "title": title, "format": ".6~g"}
                for field, title in headings.items()
            ],
        },
    }
    ends = {
        "data": {"name": "ends"},
        "mark": {"type": "point", "shape": "diamond", "filled": True, "color": "@ink", "opacity": 1}
        | {"size": {"expr": "160 * scale * scale"}},
        "encoding": {"x": x, "y": y},
    }
    names = {
        "data": {"name": "ends"},
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "fontWeight": 700}
        | {"dx": {"expr": "9 * scale"}, "dy": {"expr": "-7 * scale"}},
        "encoding": {"x": x, "y": y, "text": {"field": "name", "type": "nominal"}},
    }
    return chart(
        [quarters, line, dots, ends, names],
        ["domain"],
        padding={"left": 4, "right": "@px 16", "top": "@px 4", "bottom": 4},
    )
