"""A nudge as pictures: every node's true change beside the straight line's, and the output's curve with its tangent."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import words
from simulator.drawing.axes import linear_range, x_linear, y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import px
from simulator.drawing.picture import Picture, Reading
from simulator.graph.nudge import SHARE, Move
from simulator.scenes.computation_graph.layout import is_short_vector, lay_out, node_id
from simulator.scenes.computation_graph.names import call_name, pretty, pretty_name, shown_name
from simulator.scenes.computation_graph.nudge import Nudged, good_stops
from simulator.scenes.computation_graph.nudge_words import alt as picture_alt
from simulator.scenes.computation_graph.nudge_words import nudged_name, question, sentences, signed_text
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from simulator.scenes.computation_graph.svg import graph_svg
from simulator.texts import catalogue, text
from simulator.texts.numbers import number_text, percent_text

KIND = "nudge"
GROUP = "nudge"
"""Pictures of one nudge follow its handle."""
_LABELS = "computation_graph.nudge_component."
_COLUMNS = ("node", "operation", "change", "line", "miss")


def nudge_picture(found: Nudged, settings: ComputationGraph, language: str) -> Picture:
    """Return the graph with both changes at every node, for every stop of the handle."""
    graph, nudge = found.graph, found.nudge
    view = graph.view(settings.open_calls)
    said = sentences(found, view, language)
    drawn = [name for name in view.nodes if name in nudge.moves]
    svg = graph_svg(graph, view, lay_out(graph, view), language)
    values = nudge.value + nudge.deltas
    content = {
        "svg": svg,
        "stops": [float(delta) for delta in nudge.deltas],
        "written": [signed_text(delta) for delta in nudge.deltas],
        "values": [number_text(value) for value in values],
        "zero": int(np.argmin(np.abs(nudge.deltas))),
        "nodes": {node_id(graph, name): _drawn(nudge.moves[name], nudge.deltas, graph[name].shape) for name in drawn},
        "names": {node_id(graph, name): pretty_name(name) for name in view.nodes},
        "inputs": {node_id(graph, name): name for name in run_pass(settings).variables if name in view.nodes},
        "offered": [[name, pretty_name(name)] for name in run_pass(settings).variables],
        "input": nudge.name,
        "entry": [place + 1 for place in nudge.entry],
        "shape": list(graph[nudge.name].shape),
    }
    name = pretty(graph, nudged_name(found))
    return Picture(
        kind=KIND,
        title=question(found, language),
        alt=picture_alt(found, said[found.at], language),
        step=np.arange(len(nudge.deltas), dtype=np.int32),
        opens=found.at,
        content=content,
        words=_words(language, name),
        sentences=said,
        frames={"nodes": _numbers(found, drawn, language)},
        reading=Reading("nodes", {column: text(language, f"computation_graph.table.{column}") for column in _COLUMNS}),
    )


def _words(language: str, name: str) -> dict[str, str]:
    entries = catalogue(language)
    labels = {entry.removeprefix(_LABELS): entries[entry] for entry in entries if entry.startswith(_LABELS)}
    own = {"name": name, "share": percent_text(SHARE)}
    return {
        label: said.replace("{name}", own["name"]).replace("{share}", own["share"]) for label, said in labels.items()
    }


def _drawn(move: Move, deltas: np.ndarray, shape: tuple[int, ...]) -> dict[str, Any]:
    """Return what a node shows at every stop: both changes entry by entry, or as norms, and how they compare."""
    if not move.few or not (move.before.size == 1 or is_short_vector(shape)):
        true = [[f"‖·‖ {number_text(size)}"] for size in move.size]
        line = [[f"‖·‖ {number_text(size)}"] for size in move.line]
        negative = [False] * len(deltas)
    else:
        lines = np.outer(deltas, move.slope)
        true = [[signed_text(entry) for entry in row] for row in move.change]
        line = [[signed_text(entry) for entry in row] for row in lines]
        negative = [bool(np.all(row <= 0) and np.any(row < 0)) for row in move.change]
    return {
        "true": true,
        "line": line,
        "negative": negative,
        "still": [bool(size == 0) for size in move.size],
        "state": ["lost" if lost else "bent" if bent else "" for lost, bent in zip(move.lost, move.bent, strict=True)],
    }


def _numbers(found: Nudged, drawn: list[str], language: str) -> dict[str, Any]:
    """Return the sizes of both changes and of what the line misses, of every node that moves, at every stop."""
    graph, moves = found.graph, [found.nudge.moves[name] for name in drawn]
    return {
        "node": [pretty_name(name) for name in drawn],
        "operation": [call_name(language, graph[name].operation) if graph[name].operands else "" for name in drawn],
        "change": np.stack([_signed(move.size, move.change) for move in moves], axis=1),
        "line": np.stack([_signed(move.line, np.outer(found.nudge.deltas, move.slope)) for move in moves], axis=1),
        "miss": np.stack([move.miss for move in moves], axis=1),
    }


def _signed(sizes: np.ndarray, changes: np.ndarray) -> np.ndarray:
    """Return changes of a number with their sign, and norms of arrays."""
    return changes[:, 0] if changes.shape[1] == 1 else sizes


def tangent_picture(found: Nudged, sentence: str, language: str) -> Picture:
    """Draw the output over Δ, with the straight line that touches it at 0 and the stops at which that line is good."""
    nudge, output = found.nudge, found.output
    deltas, name = nudge.deltas, nudged_name(found)
    before, slope = float(output.before), float(output.slope[0])
    true, line = output.after[:, 0], before + slope * deltas
    low, high = good_stops(output, deltas)
    said = {"output": shown_name(found.graph.output), "name": name, "share": percent_text(SHARE)}
    said |= {"slope": number_text(slope), "low": number_text(deltas[0]), "high": number_text(deltas[-1])}

    def write(entry: str, **more: str) -> str:
        return pretty(found.graph, text(language, f"computation_graph.tangent.{entry}", **said | more))

    return Picture(
        title=write("question"),
        alt=write("alt", sentence=sentence),
        step=np.arange(len(deltas), dtype=np.int32),
        opens=found.at,
        specs={"tangent": _tangent_spec(language)},
        signals={
            "x_domain": [float(deltas[0]), float(deltas[-1])],
            "y_domain": _heights(true, line),
        },
        tables={
            "true": {"delta": deltas, "height": true, "name": [write("true")] * len(deltas)},
            "line": {"delta": deltas, "height": line, "name": [write("line")] * len(deltas)},
            "good": {"low": [low], "high": [high], "middle": [(low + high) / 2], "name": [write("good")]},
            "table": {"delta": deltas, "true": true, "line": line},
        },
        frames={"now": {"delta": deltas[:, None], "true": true[:, None], "line": line[:, None]}},
        reading=Reading("table", {"delta": "Δ", "true": write("true"), "line": write("line")}),
    )


def _heights(true: np.ndarray, line: np.ndarray) -> list[float]:
    """Return the ends of the vertical axis: the whole curve, and of the line what is not far away from it."""
    finite = true[np.isfinite(true)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    room = (high - low) or max(abs(high), 1.0)
    near = np.clip(line[np.isfinite(line)], low - room / 2, high + room / 2)
    return linear_range(finite, near, zero=False)


@cache
def _tangent_spec(language: str) -> dict[str, Any]:
    """Return the specification: words and numbers of one nudge are in its parameters and data."""
    x = x_linear("delta", text(language, "computation_graph.tangent.axis"))
    y = y_linear("height", None)
    good = over("good").mark_rect(color="@good", opacity=0.14).encode(alt.X("low:Q"), alt.X2("high"))
    true = over("true").mark_line(color="@forward", strokeWidth=px(3.5), clip=True).encode(x, y)
    line = over("line").mark_line(color="@gradient", strokeWidth=px(3.5), clip=True).encode(x, y)
    gap = over("now").mark_rule(color="@ink", strokeWidth=px(2.5), clip=True)
    gap = gap.encode(alt.X("delta:Q"), alt.Y("true:Q"), alt.Y2("line"))
    dots = [
        over("now")
        .mark_point(filled=True, size=170, opacity=1, color=color, clip=True)
        .encode(alt.X("delta:Q"), height)
        for color, height in (("@gradient", alt.Y("line:Q")), ("@forward", alt.Y("true:Q")))
    ]
    first = "datum.delta === domain('x')[0]"
    names = [
        words(table, "name", dy=-36, align=side, color=color, fontWeight=600)
        .encode(alt.XValue(place), alt.YValue(0))
        .transform_filter(first)
        for table, color, side, place in (
            ("true", "@forward", "left", 0),
            ("line", "@gradient", "right", alt.expr("width")),
        )
    ]
    named = words("good", "name", dy=-14, color="@good", fontWeight=600).encode(alt.X("middle:Q"), alt.YValue(0))
    layers = [good, line, true, gap, *dots, *names, named]
    return chart(layers, ["x_domain", "y_domain"], top=52)
