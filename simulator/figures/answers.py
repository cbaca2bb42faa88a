"""What the network answers at a step: confusion matrix, a few predictions, a fitted curve."""

from typing import Any

import numpy as np

from simulator.figures.marks import chart, linear_range, number, y_linear
from simulator.figures.picture import Picture, Reading
from simulator.figures.pixels import SIDES, image_address
from simulator.figures.thinning import MAX_ROWS, evenly
from simulator.numbers_text import number_text
from simulator.records import Frames
from simulator.texts import text

MAX_EXAMPLES = 8
MAX_POINTS = 600


def confusion_matrix(frames: Frames, class_names: tuple[str, ...], language: str) -> Picture:
    """Draw how often each class was taken for each class at the player's step; rows are the true classes.

    Colour is the share of the row, so that small classes are seen; the number in a cell is the count.
    """
    counts = np.asarray(frames.confusion, float)
    num_classes = counts.shape[-1]
    shares = counts / np.maximum(counts.sum(2, keepdims=True), 1)
    names = list(class_names)
    headings = {"true": text(language, "figures.confusion.true"), "predicted": text(language, "figures.confusion.predicted")}
    headings |= {"count": text(language, "figures.histogram.count")}
    right, total = float(np.trace(counts[-1])), float(counts[-1].sum())
    return Picture(
        title=text(language, "figures.confusion.title"),
        alt=text(language, "figures.confusion.alt", classes=num_classes, right=int(right), total=int(total)),
        step=frames.step,
        specs={"confusion": _confusion_spec(headings)},
        frames={
            "now": {
                "true": [name for name in names for _ in names],
                "predicted": names * num_classes,
                "correct": np.eye(num_classes, dtype=bool).ravel(),
                "count": counts.reshape(len(counts), -1).astype(np.int32),
                "share": shares.reshape(len(counts), -1),
            }
        },
        reading=Reading("now", headings),
    )


def _confusion_spec(headings: dict[str, str]) -> dict[str, Any]:
    shared = {"type": "nominal", "sort": None, "scale": {"padding": 0.04}}
    y = shared | {"field": "true", "axis": {"title": headings["true"], "ticks": False, "domain": False}}
    x_axis = {"title": headings["predicted"], "orient": "top", "labelAngle": 0, "ticks": False, "domain": False}
    x = shared | {"field": "predicted", "axis": x_axis | {"labelLimit": {"expr": "bandwidth('x') * 1.05"}}}
    color = {"field": "share", "type": "quantitative", "legend": None, "scale": {"scheme": "cividis", "domain": [0, 1]}}
    tooltip = [{"field": field, "type": "nominal", "title": heading} for field, heading in headings.items()]
    cell = {
        "data": {"name": "now"},
        "mark": {"type": "rect", "strokeWidth": {"expr": "datum.correct ? 3 * scale : 0"}, "stroke": "@ink"},
        "encoding": {
            "x": x,
            "y": y,
            "color": {"condition": {"test": "datum.count === 0", "value": "@track"}, **color},
            "tooltip": tooltip,
        },
    }
    dark = {"test": "datum.count > 0 && datum.share <= 0.55", "value": "#FFFFFF"}
    empty = {"test": "datum.count === 0", "value": "@muted"}
    count = {
        "data": {"name": "now"},
        "mark": {"type": "text", "fontWeight": 600, "baseline": "middle", "fontSize": "@px 17"},
        "encoding": {
            "x": x,
            "y": y,
            "text": {"field": "count", "type": "quantitative", "format": "d"},
            "color": {"condition": [empty, dark], "value": "#000000"},
        },
    }
    return chart([cell, count], [], padding=4)


def predictions(frames: Frames, class_names: tuple[str, ...], language: str) -> Picture:
    """Draw the answers for a few examples: one column an example, one bar a class, the true class marked.

    Right and wrong are symbols as well as colours. Where the inputs are the pixels of a square picture (64 or 784,
    all of them kept), the picture stands above its column. For one output, its value stands beside the target.
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
    inputs = np.asarray(frames.example_input)
    pictures = inputs.shape[1] in SIDES
    headings = {"example": text(language, "figures.predictions.example"), "class": text(language, "figures.axis.class")}
    headings |= {"output": text(language, "figures.predictions.output"), "true": text(language, "figures.predictions.true")}
    right = int((answer[-1] == truth).sum())
    return Picture(
        title=text(language, "figures.predictions.title"),
        alt=text(language, "figures.predictions.alt", right=right, total=num_examples),
        step=frames.step,
        specs={"predictions": _predictions_spec(headings, pictures)},
        signals={
            "x_range": [0, num_examples],
            "true_word": text(language, "figures.predictions.true"),
        },
        tables={
            "picture": {
                "column": np.arange(num_examples) + 0.45,
                "address": [image_address(inputs[index]) for index in range(num_examples)] if pictures else [""] * num_examples,
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
                "calculate": "datum.broken ? 'NaN' : (datum.right ? '✓ ' : '✕ ') + format(datum.confidence, '.3p')",
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
        "mark": {"type": "text", "align": "left", "baseline": "top", "color": "@muted", "text": {"expr": "'▭ ' + true_word"}},
        "encoding": {"x": {"value": 0}, "y": {"value": {"expr": "height + 4 * scale"}}},
    }
    layers = [track, bars, truth, verdict, key, *([picture] if pictures else [])]
    return chart(
        layers,
        ["x_range", "true_word"],
        padding={"left": 4, "right": 4, "top": "@px 82" if pictures else "@px 28", "bottom": "@px 26"},
    )


def _outputs(frames: Frames, language: str) -> Picture:
    """Draw output and target of a few examples with one number each."""
    output = np.asarray(frames.output, float)[:, :MAX_EXAMPLES, 0]
    target = np.asarray(frames.example_target, float)[:MAX_EXAMPLES, 0]
    names = [str(index + 1) for index in range(len(target))]
    headings = {"name": text(language, "figures.predictions.example"), "target": text(language, "figures.fit.target")}
    headings |= {"output": text(language, "figures.fit.output")}
    domain = linear_range(output, target, zero=False, margin=0.08)
    x = {
        "type": "quantitative",
        "scale": {"domain": {"expr": "x_range"}, "nice": False, "zero": False},
        "axis": {"title": headings["output"], "tickCount": 6},
    }
    y = {"field": "name", "type": "nominal", "sort": None, "axis": {"title": headings["name"], "ticks": False}}
    gap = {
        "data": {"name": "now"},
        "transform": [{"filter": "isValid(datum.output)"}],
        "mark": {"type": "rule", "color": "@muted", "strokeWidth": "@px 2"},
        "encoding": {"y": y, "x": x | {"field": "output"}, "x2": {"field": "target"}},
    }
    points = [
        {
            "data": {"name": "now"},
            "transform": [{"filter": f"isValid(datum.{field})"}],
            "mark": {"type": "point", "shape": shape, "filled": filled, "color": color, "opacity": 1}
            | {"size": {"expr": "170 * scale * scale"}, "strokeWidth": "@px 2.5"},
            "encoding": {"y": y, "x": x | {"field": field}, "tooltip": _exact(headings, "name")},
        }
        for field, shape, filled, color in (("target", "diamond", False, "@ink"), ("output", "circle", True, "@forward"))
    ]
    legend = _legend(f"'◇ ' + names[0] + '     ● ' + names[1]")
    return Picture(
        title=text(language, "figures.predictions.title"),
        alt=text(language, "figures.fit.examples_alt", total=len(target)),
        step=frames.step,
        specs={"outputs": chart([gap, *points, legend], ["x_range", "names"])},
        signals={"x_range": domain, "names": [headings["target"], headings["output"]]},
        frames={"now": {"name": names, "target": target, "output": output}},
        reading=Reading("now", headings),
    )


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
    x_name, y_name = text(language, "figures.fit.input"), text(language, "figures.fit.output")
    near = np.concatenate([targets, np.ravel(np.asarray(curve_outputs, float)[-1:])])
    spread = float(np.nanmax(targets) - np.nanmin(targets)) or 1.0
    near = near[np.isfinite(near) & (np.abs(near - np.nanmean(targets)) < 2 * spread)]
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": {"expr": "x_range"}, "nice": False, "zero": False},
        "axis": {"title": x_name, "grid": False, "tickCount": 6},
    }
    y = y_linear("y", y_name)
    headings = {"x": x_name, "y": y_name}
    dots = [
        {
            "data": {"name": "points"},
            "transform": [{"filter": f"{'' if hollow else '!'}datum.held"}],
            "mark": {"type": "point", "filled": not hollow, "color": "@ink", "opacity": 0.75, "strokeWidth": "@px 1.8"}
            | {"size": {"expr": "45 * scale * scale"}},
            "encoding": {"x": x, "y": y, "tooltip": _exact(headings)},
        }
        for hollow in (False, True)
    ]
    line = {
        "data": {"name": "now"},
        "mark": {"type": "line", "color": "@forward", "strokeWidth": "@px 4", "clip": True},
        "encoding": {"x": x, "y": y},
    }
    broken = {
        "data": {"name": "broken"},
        "transform": [{"filter": "datum.broken"}],
        "mark": {"type": "text", "color": "@bad", "fontWeight": 700, "text": {"expr": "names[3]"}, "fontSize": "@px 18"},
        "encoding": {"x": {"value": {"expr": "width / 2"}}, "y": {"value": {"expr": "height / 2"}}},
    }
    names = [text(language, f"figures.fit.{name}") for name in ("training", "held_out", "network")]
    legend = _legend("'● ' + names[0] + '     ○ ' + names[1] + '     ━ ' + names[2]")
    signals = ["x_range", "y_domain", "names"]
    curve = np.asarray(curve_outputs, float)[:, points]
    return Picture(
        title=text(language, "figures.fit.title"),
        alt=text(language, "figures.fit.alt", total=len(inputs), low=number_text(min(inputs)), high=number_text(max(inputs))),
        step=frames.step,
        specs={"fit": chart([*dots, line, broken, legend], signals)},
        signals={
            "x_range": [float(np.min(curve_inputs)), float(np.max(curve_inputs))],
            "y_domain": linear_range(near, zero=False, margin=0.08),
            "names": [*names, text(language, "figures.not_finite")],
        },
        tables={"points": {"x": inputs[rows], "y": targets[rows], "held": held[rows]}},
        frames={
            "now": {"x": curve_inputs[points], "y": curve},
            "broken": {"broken": ~np.isfinite(curve).any(1)[:, None]},
        },
        reading=Reading("now", headings),
    )


def _exact(headings: dict[str, str], *texts: str) -> list[dict[str, Any]]:
    return [
        {"field": field, "type": "nominal", "title": heading}
        if field in texts
        else {"field": field, "type": "quantitative", "title": heading, "format": ".8~g"}
        for field, heading in headings.items()
    ]


def _legend(expression: str) -> dict[str, Any]:
    return {
        "data": {"values": [{}]},
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "text": {"expr": expression}},
        "encoding": {"x": {"value": 0}, "y": {"value": {"expr": "-9 * scale"}}},
    }


__all__ = ["confusion_matrix", "fitted_curve", "number", "predictions"]
