"""A network at a step of training with dropout: the nodes that are out, and the lines that are left."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import tooltip, words
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.panels import GAP, panel_signals, panel_tables
from simulator.drawing.panels_spec import panel_axis, panel_frames
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.generalization.dropout import NUM_EXAMPLES, WIDTH, Dropped
from simulator.scenes.generalization.settings import Generalization
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

COLUMNS = (0.06, 0.35, 0.65, 0.94)
"""Where the layers stand in a panel: the input, two hidden layers, the output."""
NUM_HIDDEN = len(COLUMNS) - 2


def dropped_picture(found: Dropped, settings: Generalization, language: str) -> Picture:
    """Draw the network of a few examples at the player's step: nodes that are out are hollow and crossed."""
    masks, steps = np.stack(found.masks, axis=2), len(found.steps)  # (steps, examples, layers, nodes)
    out = (~masks).sum(axis=(2, 3))
    places = np.arange(NUM_EXAMPLES) * (1 + GAP)
    middle, heights = (WIDTH / 2,), np.arange(WIDTH) + 0.5
    layers = [middle, *[heights] * NUM_HIDDEN, middle]
    ticks = [float(place + column) for place in places for column in COLUMNS]
    titles = [text(language, "generalization.dropped.example", number=k + 1) for k in range(NUM_EXAMPLES)]
    rows = [(k, layer, node) for k in range(NUM_EXAMPLES) for layer in range(NUM_HIDDEN) for node in range(WIDTH)]
    kept = masks.reshape(steps, -1)
    return Picture(
        title=text(language, "generalization.dropped.title"),
        alt=text(
            language,
            "generalization.dropped.alt",
            examples=NUM_EXAMPLES,
            layers=NUM_HIDDEN,
            nodes=WIDTH,
            share=percent_text(settings.dropout),
        ),
        step=found.steps,
        specs={"dropped": _dropped_spec(language)},
        signals={
            **panel_signals(ticks, _layer_names(language) * NUM_EXAMPLES, NUM_EXAMPLES),
            "y_domain": [float(WIDTH), 0.0],
            "count_words": text(language, "generalization.dropped.count", out="#", nodes=NUM_HIDDEN * WIDTH),
        },
        tables={
            "ends": {
                "place": [float(place + COLUMNS[end]) for place in places for end in (0, -1)],
                "height": [WIDTH / 2] * (2 * NUM_EXAMPLES),
            },
            **panel_tables(titles),
        },
        frames={
            "lines": _lines(masks, places, layers),
            "nodes": {
                "example": [k + 1 for k, _, _ in rows],
                "layer": [layer + 1 for _, layer, _ in rows],
                "node": [node + 1 for _, _, node in rows],
                "place": [float(places[k] + COLUMNS[layer + 1]) for k, layer, _ in rows],
                "height": [node + 0.5 for _, _, node in rows],
                "factor": np.where(kept, 1.0 / (1.0 - settings.dropout), 0.0),
            },
            "counts": {"place": places, "out": out},
        },
        reading=Reading("nodes", _headings(language)),
        sentences=[_said(language, found, index) for index in range(steps)],
    )


def _lines(masks: np.ndarray, places: np.ndarray, layers: list) -> dict[str, Any]:
    """Return every line of the networks, and at each step whether both of its nodes take part."""
    steps = len(masks)
    there = np.ones((steps, NUM_EXAMPLES, 1), bool)
    taking = [there, *(masks[:, :, layer] for layer in range(NUM_HIDDEN)), there]
    columns: dict[str, list[Any]] = {name: [] for name in ("left", "right", "from", "to", "on")}
    for layer in range(NUM_HIDDEN + 1):
        below, above = layers[layer], layers[layer + 1]
        each = NUM_EXAMPLES * len(below) * len(above)
        for name, column in (("left", COLUMNS[layer]), ("right", COLUMNS[layer + 1])):
            columns[name].append(np.repeat(places + column, each // NUM_EXAMPLES))
        columns["from"].append(np.tile(np.repeat(below, len(above)), NUM_EXAMPLES))
        columns["to"].append(np.tile(above, NUM_EXAMPLES * len(below)))
        on = taking[layer][..., :, None] & taking[layer + 1][..., None, :]
        columns["on"].append(on.reshape(steps, each))
    return {name: np.concatenate(parts, axis=-1) for name, parts in columns.items()}


def _layer_names(language: str) -> list[str]:
    hidden = [text(language, "figures.layer.hidden", number=layer + 1) for layer in range(NUM_HIDDEN)]
    return [text(language, "figures.layer.input"), *hidden, text(language, "figures.layer.output")]


def _headings(language: str) -> dict[str, str]:
    names = ("layer", "node", "factor")
    example = {"example": text(language, "generalization.dropped.example_number")}
    return example | {name: text(language, f"generalization.dropped.{name}") for name in names}


def _said(language: str, found: Dropped, index: int) -> str:
    """Say how many nodes are out at a step."""
    first, *others = (np.array([np.sum(~mask[index, k]) for mask in found.masks]) for k in range(NUM_EXAMPLES))
    step, total = int(found.steps[index]), NUM_HIDDEN * WIDTH
    counts = {"first": int(first[0]), "second": int(first[1]), "out": int(first.sum()), "other": int(others[0].sum())}
    return text(language, "generalization.dropped.now", step=step, nodes=WIDTH, total=total, **counts)


def dropped_words(language: str, found: Dropped, settings: Generalization) -> tuple[str, ...]:
    """Say what dropout does to each node, and how many were out in the steps that can be drawn."""
    keep = 1.0 - settings.dropout
    values = {"p": number_text(settings.dropout), "keep": number_text(keep), "factor": number_text(1.0 / keep)}
    share = 1.0 - float(np.mean(np.stack(found.masks)))
    drawn = int(np.prod(np.stack(found.masks).shape))
    return (
        text(language, "generalization.dropped.rule", **values),
        text(
            language,
            "generalization.dropped.share",
            share=percent_text(share),
            count=drawn,
            p=percent_text(settings.dropout),
        ),
    )


@cache
def _dropped_spec(language: str) -> dict[str, Any]:
    y = alt.Y("height:Q").scale(domain=alt.expr("y_domain"), nice=False, zero=False).axis(None)
    exact = tooltip(_headings(language), digits=4)
    room = alt.expr("width / length(data('titles')) - 6 * scale")
    style = {"align": "left", "baseline": "bottom", "limit": room}
    place = {"x": alt.X("place:Q"), "y": alt.Y("height:Q", axis=None)}
    lines = over("lines").transform_filter("datum.on").mark_rule(color="@forward", opacity=0.45, strokeWidth=px(1.2))
    out = over("nodes").transform_filter("datum.factor === 0")
    taking = over("nodes").transform_filter("datum.factor > 0").mark_point(filled=True, color="@forward")
    ring = out.mark_point(shape="circle", filled=False, color="@muted", strokeWidth=px(1.5), size=area(150))
    cross = out.mark_point(shape="cross", angle=45, filled=True, color="@bad", opacity=1, size=area(70))
    count = words("counts", "name", dy=-6, **style).transform_calculate(name="replace(count_words, '#', datum.out)")
    layers = [
        panel_frames(panel_axis(None)),
        lines.encode(alt.X("left:Q"), alt.X2("right"), alt.Y("from:Q", axis=None), alt.Y2("to")),
        over("ends").mark_point(shape="square", filled=True, opacity=1, color="@ink", size=area(150)).encode(**place),
        taking.encode(alt.X("place:Q"), y, alt.SizeValue(area(150)), alt.OpacityValue(1), tooltip=exact),
        ring.encode(**place, tooltip=exact),
        cross.encode(**place),
        words("titles", "name", dy=-26, fontWeight=700, fontSize=px(17), **style).encode(
            alt.X("place:Q"), alt.YValue(0)
        ),
        count.encode(alt.X("place:Q"), alt.YValue(0)),
    ]
    return chart(layers, ["x_domain", "x_ticks", "x_names", "y_domain", "count_words"], right=16)
