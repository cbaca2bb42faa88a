"""What the network says about a few examples at a step."""

from typing import Any

import numpy as np

from simulator.core.records import Frames
from simulator.drawing.marks import chart, linear_range, number
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.pixels import SIDES, image_address
from simulator.scenes.training.pictures.fit import exact_tooltip, legend, near_values
from simulator.texts import text

MAX_EXAMPLES = 6


def predictions(
    frames: Frames, class_names: tuple[str, ...], language: str, *, images: np.ndarray | None = None
) -> Picture:
    """Draw the answers for a few examples: one column an example, one bar a class, the true class marked.

    Right and wrong are symbols as well as colours. For one output, its value stands beside the target.

    Args:
      images: (examples, 64 or 784) pixels of the same examples, drawn above their columns.
    """
    target = np.asarray(frames.example_target, float)
    if target.shape[1] != len(class_names) or len(class_names) < 2:
        return _outputs(frames, language)
    output = np.asarray(frames.output, float)[:, :MAX_EXAMPLES]
    target = target[:MAX_EXAMPLES]
    num_frames, num_examples, num_classes = output.shape
    answer = np.where(np.isfinite(output).all(2), np.argmax(np.nan_to_num(output), 2), -1)
    truth = target.argmax(1)
    column = np.repeat(np.arange(num_examples), num_classes)
    names = list(class_names)
    share = np.clip(np.nan_to_num(output.reshape(num_frames, -1)), 0, 1)
    confidence = np.take_along_axis(output, np.maximum(answer, 0)[:, :, None], 2)[:, :, 0]
    pictures = images is not None and images.shape[1] in SIDES
    addresses = [image_address(image) for image in images[:num_examples]] if images is not None and pictures else []
    headings = {"example": text(language, "figures.predictions.example"), "class": text(language, "figures.axis.class")}
    headings |= {
        "output": text(language, "figures.predictions.output"),
        "true": text(language, "figures.predictions.true"),
    }
    right = int((answer[-1] == truth).sum())
    finite = np.isfinite(output).all(2)
    is_probability = bool(np.allclose(output.sum(2)[finite], 1.0, atol=1e-3) and (output[finite] >= 0).all())
    if not is_probability:
        headings["output"] = text(language, "figures.predictions.value")
    return Picture(
        title=text(language, "figures.predictions.title"),
        alt=text(language, "figures.predictions.alt", right=right, total=num_examples),
        step=frames.step,
        specs={"predictions": _predictions_spec(headings, pictures)},
        signals={
            "x_range": [0, num_examples],
            "true_word": text(language, "figures.predictions.true"),
            "is_probability": is_probability,
        },
        tables={
            "picture": {
                "column": np.arange(len(addresses)) + 0.45,
                "address": addresses,
            },
            "frame_of_bars": {"start": column, "end": column + 0.9, "class": names * num_examples}
            | {"truth": (truth[column] == np.tile(np.arange(num_classes), num_examples))},
        },
        frames={
            "now": {
                "example": column + 1,
                "class": names * num_examples,
                "true": (truth[column] == np.tile(np.arange(num_classes), num_examples)),
                "start": column,
                "end": column[None] + 0.9 * share,
                "chosen": answer[:, column] == np.tile(np.arange(num_classes), num_examples)[None],
                "output": output.reshape(num_frames, -1),
            },
            "verdict": {
                "column": np.arange(num_examples),
                "right": answer == truth[None],
                "broken": answer < 0,
                "confidence": confidence,
            },
        },
        reading=Reading("now", headings),
    )


def _predictions_spec(headings: dict[str, str], pictures: bool) -> dict[str, Any]:
    x = {
        "type": "quantitative",
        "scale": {"domain": {"expr": "x_range"}, "nice": False},
        "axis": None,
    }
    y = {
        "field": "class",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "ticks": False, "domain": False, "labelLimit": {"expr": "150 * scale"}},
        "scale": {"paddingInner": 0.3, "paddingOuter": 0.1},
    }
    track = {
        "data": {"name": "frame_of_bars"},
        "mark": {"type": "bar", "color": "@track"},
        "encoding": {"x": x | {"field": "start"}, "x2": {"field": "end"}, "y": y},
    }
    bars = {
        "data": {"name": "now"},
        "mark": {"type": "bar", "color": "@forward", "opacity": {"expr": "datum.chosen ? 1 : 0.45"}},
        "encoding": {
            "x": x | {"field": "start"},
            "x2": {"field": "end"},
            "y": y,
            "tooltip": [
                {"field": "example", "type": "quantitative", "title": headings["example"]},
                {"field": "class", "type": "nominal", "title": headings["class"]},
                {"field": "output", "type": "quantitative", "title": headings["output"], "format": ".8~g"},
            ],
        },
    }
    truth = {
        "data": {"name": "frame_of_bars"},
        "transform": [{"filter": "datum.truth"}],
        "mark": {"type": "bar", "fill": "transparent", "stroke": "@ink", "strokeWidth": "@px 2.5"},
        "encoding": {"x": x | {"field": "start"}, "x2": {"field": "end"}, "y": y},
    }
    picture = {
        "data": {"name": "picture"},
        "mark": {"type": "image", "width": "@px 52", "height": "@px 52", "baseline": "bottom", "align": "center"},
        "encoding": {
            "x": x | {"field": "column"},
            "y": {"value": {"expr": "-24 * scale"}},
            "url": {"field": "address", "type": "nominal"},
        },
    }
    verdict = {
        "data": {"name": "verdict"},
        "transform": [
            {
                "calculate": "datum.broken ? 'NaN' : (datum.right ? '✓ ' : '✕ ') + format(datum.confidence,"
                " !is_probability ? '.3~r' : width / x_range[1] < 80 * scale ? '.0%' : '.3p')",
                "as": "written",
            }
        ],
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "fontWeight": 700},
        "encoding": {
            "x": x | {"field": "column"},
            "y": {"value": {"expr": "-4 * scale"}},
            "text": {"field": "written", "type": "nominal"},
            "color": {"condition": {"test": "datum.right", "value": "@good"}, "value": "@bad"},
        },
    }
    key = {
        "data": {"values": [{}]},
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "top",
            "color": "@muted",
            "text": {"expr": "'▭ ' + true_word"},
        },
        "encoding": {"x": {"value": 0}, "y": {"value": {"expr": "height + 4 * scale"}}},
    }
    layers = [track, bars, truth, verdict, key, *([picture] if pictures else [])]
    return chart(
        layers,
        ["x_range", "true_word", "is_probability"],
    )


def _outputs(frames: Frames, language: str) -> Picture:
    """Draw output and target of a few examples with one number each; an output far off stands as a number."""
    output = np.asarray(frames.output, float)[:, :MAX_EXAMPLES, 0]
    target = np.asarray(frames.example_target, float)[:MAX_EXAMPLES, 0]
    names = [str(index + 1) for index in range(len(target))]
    headings = {"name": text(language, "figures.predictions.example"), "target": text(language, "figures.fit.target")}
    headings |= {"output": text(language, "figures.fit.output")}
    low, high = linear_range(near_values(target, output), zero=False, margin=0.08)
    x = {
        "type": "quantitative",
        "scale": {"domain": {"expr": "x_range"}, "nice": False, "zero": False},
        "axis": {"title": headings["output"], "tickCount": 6, "labelExpr": number("datum.value")},
    }
    y = {"field": "name", "type": "nominal", "sort": None, "axis": {"title": headings["name"], "ticks": False}}
    gap = {
        "data": {"name": "now"},
        "transform": [{"filter": "isValid(datum.output)"}],
        "mark": {"type": "rule", "color": "@muted", "strokeWidth": "@px 2", "clip": True},
        "encoding": {"y": y, "x": x | {"field": "output"}, "x2": {"field": "target"}},
    }
    points = [
        {
            "data": {"name": "now"},
            "transform": [{"filter": f"isValid(datum.{field}) && inrange(datum.{field}, x_range)"}],
            "mark": {"type": "point", "shape": shape, "filled": filled, "color": color, "opacity": 1}
            | {"size": {"expr": "170 * scale * scale"}, "strokeWidth": "@px 2.5"},
            "encoding": {"y": y, "x": x | {"field": field}, "tooltip": exact_tooltip(headings, "name")},
        }
        for field, shape, filled, color in (
            ("target", "diamond", False, "@ink"),
            ("output", "circle", True, "@forward"),
        )
    ]
    far = {
        "data": {"name": "now"},
        "transform": [
            {"filter": "!isValid(datum.output) || !inrange(datum.output, x_range)"},
            {"calculate": f"isValid(datum.output) ? {number('datum.output')} : datum.output_note", "as": "value"},
            {"calculate": "datum.output < x_range[0] ? '◂ ' + datum.value : datum.value + ' ▸'", "as": "written"},
        ],
        "mark": {"type": "text", "align": "right", "baseline": "middle", "color": "@bad", "fontWeight": 700},
        "encoding": {"y": y, "x": {"value": "width"}, "text": {"field": "written", "type": "nominal"}},
    }
    key = legend("'◇ ' + names[0] + '     ● ' + names[1]")
    return Picture(
        title=text(language, "figures.predictions.title"),
        alt=text(language, "figures.fit.examples_alt", total=len(target)),
        step=frames.step,
        specs={"outputs": chart([gap, *points, far, key], ["x_range", "names"])},
        signals={"x_range": [low, high], "names": [headings["target"], headings["output"]]},
        frames={"now": {"name": names, "target": target, "output": output}},
        reading=Reading("now", headings),
    )
