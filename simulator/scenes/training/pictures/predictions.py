"""What the network says about a few examples at a step."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.records import Frames
from simulator.drawing.annotations import tooltip
from simulator.drawing.axes import linear_range, x_linear
from simulator.drawing.chart import ONCE, chart, over
from simulator.drawing.expressions import NUMBER, area, number, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.pixels import SIDES, image_address
from simulator.scenes.training.pictures.fit import legend, near_values
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
    right = int((answer[-1] == truth).sum())
    finite = np.isfinite(output).all(2)
    is_probability = bool(np.allclose(output.sum(2)[finite], 1.0, atol=1e-3) and (output[finite] >= 0).all())
    meaning = "output" if is_probability else "value"
    return Picture(
        title=text(language, "figures.predictions.title"),
        alt=text(language, "figures.predictions.alt", right=right, total=num_examples),
        step=frames.step,
        specs={"predictions": _predictions_spec(language, meaning, pictures)},
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
        reading=Reading("now", _headings(language, meaning)),
    )


def _headings(language: str, output: str) -> dict[str, str]:
    return {
        "example": text(language, "figures.predictions.example"),
        "class": text(language, "figures.axis.class"),
        "output": text(language, f"figures.predictions.{output}"),
        "true": text(language, "figures.predictions.true"),
    }


@cache
def _predictions_spec(language: str, output: str, pictures: bool) -> dict[str, Any]:
    """Return the specification.

    Args:
      language: of the words.
      output: what an output is called: ``output`` for a probability, else ``value``.
      pictures: whether the examples have pictures.
    """
    headings = _headings(language, output)
    x = alt.X("start:Q", axis=None).scale(domain=alt.expr("x_range"), nice=False)
    y = alt.Y("class:N", sort=None).scale(paddingInner=0.3, paddingOuter=0.1)
    y = y.axis(title=None, ticks=False, domain=False, labelLimit=px(150))
    exact = [
        alt.Tooltip("example:Q", title=headings["example"]),
        alt.Tooltip("class:N", title=headings["class"]),
        alt.Tooltip("output:Q", title=headings["output"], format=".8~g"),
    ]
    tracks = over("frame_of_bars").mark_bar(color="@track").encode(x, y, x2="end")
    bars = over("now").mark_bar(color="@forward", opacity=alt.expr("datum.chosen ? 1 : 0.45"))
    truth = over("frame_of_bars").transform_filter("datum.truth")
    truth = truth.mark_bar(fill="transparent", stroke="@ink", strokeWidth=px(2.5))
    key = alt.Chart(ONCE).mark_text(align="left", baseline="top", color="@muted", text=alt.expr("'▭ ' + true_word"))
    layers = [
        tracks,
        bars.encode(x, y, x2="end", tooltip=exact),
        truth.encode(x, y, x2="end"),
        _verdict(),
        key.encode(x=alt.value(0), y=alt.value(alt.expr("height + 4 * scale"))),
    ]
    if pictures:
        drawn = over("picture").mark_image(width=px(52), height=px(52), baseline="bottom", align="center")
        layers.append(drawn.encode(x="column:Q", y=alt.value(px(-24)), url="address:N"))
    return chart(layers, ["x_range", "true_word", "is_probability"])


def _verdict() -> alt.Chart:
    """Return right or wrong, and how sure as far as there is room for it, above every example."""
    sure = _where_there_is_room({82: ".3p", 64: ".0%"})
    value = _where_there_is_room({74: ".3~r", 58: ".1~r"})
    said = f"datum.broken ? 'NaN' : (datum.right ? '✓' : '✕') + (is_probability ? {sure} : {value})"
    verdict = over("verdict").transform_calculate(written=said)
    color = alt.when("datum.right").then(alt.value("@good")).otherwise(alt.value("@bad"))
    verdict = verdict.mark_text(align="left", baseline="bottom", fontWeight=700)
    return verdict.encode(x="column:Q", y=alt.value(px(-4)), text="written:N", color=color)


def _where_there_is_room(shapes: dict[int, str]) -> str:
    """Return an expression for the number of an answer: how it is written in columns of at least so many pixels."""
    written = "''"
    for least, shape in sorted(shapes.items()):
        written = f"width >= {least} * scale * x_range[1] ? ' ' + format(datum.confidence, '{shape}') : ({written})"
    return f"({written})"


def _outputs(frames: Frames, language: str) -> Picture:
    """Draw output and target of a few examples with one number each; an output far off stands as a number."""
    output = np.asarray(frames.output, float)[:, :MAX_EXAMPLES, 0]
    target = np.asarray(frames.example_target, float)[:MAX_EXAMPLES, 0]
    names = [str(index + 1) for index in range(len(target))]
    headings = _output_headings(language)
    low, high = linear_range(near_values(target, output), zero=False, margin=0.08)
    return Picture(
        title=text(language, "figures.predictions.title"),
        alt=text(language, "figures.fit.examples_alt", total=len(target)),
        step=frames.step,
        specs={"outputs": _outputs_spec(language)},
        signals={"x_range": [low, high], "names": [headings["target"], headings["output"]]},
        frames={"now": {"name": names, "target": target, "output": output}},
        reading=Reading("now", headings),
    )


def _output_headings(language: str) -> dict[str, str]:
    return {
        "name": text(language, "figures.predictions.example"),
        "target": text(language, "figures.fit.target"),
        "output": text(language, "figures.fit.output"),
    }


@cache
def _outputs_spec(language: str) -> dict[str, Any]:
    headings = _output_headings(language)
    x = x_linear("output", headings["output"], "x_range", tickCount=6, labelExpr=NUMBER)
    y = alt.Y("name:N", sort=None).axis(title=headings["name"], ticks=False)
    gap = over("now").transform_filter("isValid(datum.output)")
    gap = gap.mark_rule(color="@muted", strokeWidth=px(2), clip=True).encode(x, y, x2="target")
    target, output = (
        over("now")
        .transform_filter(f"isValid(datum.{field}) && inrange(datum.{field}, x_range)")
        .mark_point(shape=shape, filled=filled, color=color, opacity=1, size=area(170), strokeWidth=px(2.5))
        .encode(x=f"{field}:Q", y="name:N", tooltip=tooltip(headings, "name"))
        for field, shape, filled, color in (
            ("target", "diamond", False, "@ink"),
            ("output", "circle", True, "@forward"),
        )
    )
    far = over("now").transform_filter("!isValid(datum.output) || !inrange(datum.output, x_range)")
    far = far.transform_calculate(value=f"isValid(datum.output) ? {number('datum.output')} : datum.output_note")
    far = far.transform_calculate(written="datum.output < x_range[0] ? '◂ ' + datum.value : datum.value + ' ▸'")
    far = far.mark_text(align="right", baseline="middle", color="@bad", fontWeight=700)
    far = far.encode(x=alt.value("width"), y="name:N", text="written:N")
    key = legend("'◇ ' + names[0]", "'● ' + names[1]")
    return chart([gap, target, output, far, *key], ["x_range", "names"])
