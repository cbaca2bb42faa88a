"""A nudge as pictures: what a node shows at every stop, and the output's curve with its tangent."""

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
from simulator.scenes.nudging import GROUP, Subject, good_stops, nearest_stop
from simulator.scenes.nudging.words import alternative, question, range_sentence, signed_text
from simulator.scenes.panel import Panel
from simulator.texts import catalogue, text
from simulator.texts.numbers import number_text, percent_text

KIND = "nudge"
_LABELS = "nudge.component."
_COLUMNS = ("node", "operation", "change", "line", "miss")


def nudge_picture(
    subject: Subject, source: str, said: tuple[str, ...], content: dict[str, Any], moves: dict[str, Any], language: str
) -> Picture:
    """Return a drawing whose nodes show both changes at every stop of the handle.

    Args:
      subject: what is nudged.
      source: what is drawn, for the alternative text.
      said: a sentence for every stop.
      content: the drawing: ``svg``; ``nodes``, by ``drawn``; their ``names``; what can be nudged.
      moves: (name, operation, Move) of every node that moves, by the columns ``node``, ``operation`` and ``move``.
      language: of the reader.
    """
    deltas, found = subject.deltas, moves["move"]
    handle = {
        "stops": [float(delta) for delta in deltas],
        "written": [signed_text(float(delta)) for delta in deltas],
        "values": [number_text(float(subject.value + delta)) for delta in deltas],
        "zero": nearest_stop(deltas, 0.0),
    }
    numbers = {
        "node": moves["node"],
        "operation": moves["operation"],
        "change": np.stack([_signed(move.size, move.change) for move in found], axis=1),
        "line": np.stack([_signed(move.line, np.outer(deltas, move.slope)) for move in found], axis=1),
        "miss": np.stack([move.miss for move in found], axis=1),
    }
    return Picture(
        kind=KIND,
        title=question(subject, language),
        alt=alternative(subject, source, said[subject.at], language),
        step=np.arange(len(deltas), dtype=np.int32),
        opens=subject.at,
        content=handle | content,
        words=_words(language, subject.pretty(subject.name)),
        sentences=said,
        frames={"nodes": numbers},
        reading=Reading("nodes", {column: text(language, f"nudge.table.{column}") for column in _COLUMNS}),
    )


def _words(language: str, name: str) -> dict[str, str]:
    entries = catalogue(language)
    labels = {entry.removeprefix(_LABELS): entries[entry] for entry in entries if entry.startswith(_LABELS)}
    share = percent_text(SHARE)  # the browser fills the other places
    return {label: said.replace("{name}", name).replace("{share}", share) for label, said in labels.items()}


def drawn(move: Move, deltas: np.ndarray, entries: bool) -> dict[str, Any]:
    """Return what a node shows at every stop: both changes, and how they compare.

    Args:
      move: of the node.
      deltas: (stops,).
      entries: whether there is room for every entry; otherwise norms are shown.
    """
    if not (move.few and entries):
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


def _signed(sizes: np.ndarray, changes: np.ndarray) -> np.ndarray:
    """Return changes of a number with their sign, and norms of arrays."""
    return changes[:, 0] if changes.shape[1] == 1 else sizes


def tangent_panel(subject: Subject, language: str) -> Panel:
    """Show the output over Δ with its tangent, and say how far that is good."""
    sentence = range_sentence(subject, language)
    picture = tangent_picture(subject, sentence, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=(sentence,), group=GROUP)


def tangent_picture(subject: Subject, sentence: str, language: str) -> Picture:
    """Draw the output over Δ, with the straight line that touches it at 0 and the stops at which that line is good."""
    deltas, move, slope = subject.deltas, subject.move, subject.slope
    before = float(np.ravel(move.before)[0])
    true, line = move.after[:, 0], before + slope * deltas
    low, high = good_stops(move, deltas)
    said = {"output": subject.output, "name": subject.name, "share": percent_text(SHARE)}
    said |= {"slope": number_text(slope), "low": number_text(deltas[0]), "high": number_text(deltas[-1])}

    def write(entry: str, **more: str) -> str:
        return subject.pretty(text(language, f"nudge.tangent.{entry}", **said | more))

    return Picture(
        title=write("question"),
        alt=write("alt", sentence=sentence),
        step=np.arange(len(deltas), dtype=np.int32),
        opens=subject.at,
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
    x = x_linear("delta", text(language, "nudge.tangent.axis"))
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
        words(table, "name", dy=-30, align=side, color=color, fontWeight=600)
        .encode(alt.XValue(place), alt.YValue(0))
        .transform_filter(first)
        for table, color, side, place in (
            ("true", "@forward", "left", 0),
            ("line", "@gradient", "right", alt.expr("width")),
        )
    ]
    named = words("good", "name", dy=-11, color="@good", fontWeight=600).encode(alt.X("middle:Q"), alt.YValue(0))
    layers = [good, line, true, gap, *dots, *names, named]
    return chart(layers, ["x_domain", "y_domain"], top=42)
