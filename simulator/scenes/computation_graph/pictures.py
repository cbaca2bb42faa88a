"""One graph, one view, one language → everything the browser needs to step through it without the server."""

import hashlib
from typing import Any

import numpy as np

from simulator.core.kept import kept
from simulator.drawing.letters import widest
from simulator.drawing.picture import Picture, Reading
from simulator.graph import Backward, BackwardStep, Graph, View
from simulator.scenes.computation_graph.layout import Room, lay_out, node_id
from simulator.scenes.computation_graph.names import call_name, pretty_name
from simulator.scenes.computation_graph.passes import levels
from simulator.scenes.computation_graph.settings import OF_PANELS, ComputationGraph, run_pass
from simulator.scenes.computation_graph.steps import (
    DECADE,
    WIDEST,
    backward_step,
    forward_lines,
    magnitude,
    node_values,
    output_node,
    shown,
    sizes,
)
from simulator.scenes.computation_graph.svg import graph_svg
from simulator.scenes.computation_graph.words import (
    StepWords,
    backward_words,
    forward_words,
    graph_alt,
    hidden_words,
    inputs_words,
    seed_words,
)
from simulator.texts import catalogue, text

KIND = "graph"
_LABELS = "computation_graph.component."
_COLUMNS = ("node", "operation", "shape", "value", "gradient")


def graph_picture(
    settings: ComputationGraph,
    language: str,
    *,
    answered: bool = False,
    entry: tuple[int, ...] | None = None,
    fitted: bool = False,
) -> Picture:
    """Return the drawing and the steps of what the settings say; equal arguments share one picture.

    Args:
      settings: what is shown.
      language: of the reader.
      answered: while False and a step is to be predicted, the steps end there, and no gradient that comes later is in
        the picture.
      entry: which entry of that step's gradient is asked for; None where nothing or something else is.
      fitted: give every node the width that its numbers need, for the stage, where none may be written smaller;
        without, no node moves when an input does.
    """
    shown, answered = settings.change(**OF_PANELS), answered or not settings.predict
    entry = None if answered else entry
    key = (__name__, shown, language, answered, entry, fitted)
    return kept().of(key, lambda: _graph_picture(shown, language, answered, entry, fitted))


def _graph_picture(
    settings: ComputationGraph, language: str, answered: bool, entry: tuple[int, ...] | None, fitted: bool
) -> Picture:
    graph, backward = run_pass(settings)
    view = graph.view(settings.open_calls)
    returning = backward.steps_of(view)
    asked = 0 if answered else settings.predict
    largest = sizes(graph, view, returning[: asked - 1] if asked else returning)
    told = [_given(graph, view, language), *_forward(graph, view, language), _seed(graph, backward, view, language)]
    first = len(told)
    for step in returning[: asked or None]:
        hidden = step.index + 1 == asked
        words = (
            hidden_words(backward, step, language, entry)
            if hidden
            else backward_words(backward, step, returning, language)
        )
        drawn = _hidden(graph, step, entry) if hidden else backward_step(graph, step, largest.gradient.finite)
        told.append((words, drawn | _moment(f"b{step.index}", "backward")))
    values = node_values(graph, view)
    room = _room(values, [moment for _, moment in told[first - 1 :]]) if fitted else None
    svg = graph_svg(graph, view, lay_out(graph, view, room), language)
    offered = () if settings.predict else levels(graph)
    opened = set(settings.open_calls)
    content = {
        "graph": settings.expression or settings.example,
        "structure": hashlib.blake2b(svg.encode(), digest_size=10).hexdigest(),
        "svg": svg,
        "values": values,
        "lines": forward_lines(graph, view, largest.value.finite),
        "steps": [moment | _card(words) for words, moment in told],
        "returns": first,
        "asked": first + settings.predict - 1 if settings.predict else None,
        "names": {node_id(graph, name): pretty_name(name) for name in view.nodes},
        "levels": [level.name for level in offered],
        "level": next((level.name for level in offered if set(level.opened) == opened), None),
        "output": node_id(graph, output_node(graph, view)),
        "largest": {"value": largest.value.words, "gradient": "?" if asked else largest.gradient.words},
        "scale": {"widest": WIDEST, "decade": DECADE},
    }
    return Picture(
        kind=KIND,
        title=text(language, f"{_LABELS}question"),
        alt=graph_alt(graph, backward, language, gradients=not asked),
        step=np.arange(len(told), dtype=np.int32),
        content=content,
        words=_words(language),
        sentences=tuple(words.sentence for words, _ in told),
        tables={"nodes": _numbers(graph, backward, view, language, gradients=not asked)},
        reading=Reading("nodes", {name: text(language, f"computation_graph.table.{name}") for name in _COLUMNS}),
    )


def _room(values: dict[str, dict[str, Any]], moments: list[dict[str, Any]]) -> Room:
    """Return what the numbers of all nodes, and of the steps back, need."""
    gradients: dict[str, float] = {}
    for moment in moments:
        name = moment["operand"]
        gradients[name] = max(gradients.get(name, 0.0), widest(moment["gradient"]["texts"]))
    return Room(
        values={name: widest(value["texts"]) for name, value in values.items()},
        gradients=gradients,
        factor=widest(moment.get("factor", "") for moment in moments),
    )


def _words(language: str) -> dict[str, str]:
    """Return the labels of the drawing as templates; the browser fills their placeholders."""
    entries = catalogue(language)
    labels = {name.removeprefix(_LABELS): entries[name] for name in entries if name.startswith(_LABELS)}
    prefix = "computation_graph.level."
    return labels | {f"level_{name.removeprefix(prefix)}": entries[name] for name in entries if name.startswith(prefix)}


def _given(graph: Graph, view: View, language: str) -> tuple[StepWords, dict[str, Any]]:
    nodes = [node_id(graph, name) for name in view.nodes if not graph[name].operands]
    return inputs_words(graph, language), {"nodes": nodes} | _moment("given", "forward")


def _forward(graph: Graph, view: View, language: str) -> list[tuple[StepWords, dict[str, Any]]]:
    return [
        (
            forward_words(graph, name, language),
            {"nodes": [node_id(graph, name)]} | _moment(f"f{graph[name].index}", "forward"),
        )
        for name in view.nodes
        if graph[name].operands
    ]


def _seed(graph: Graph, backward: Backward, view: View, language: str) -> tuple[StepWords, dict[str, Any]]:
    drawn = {
        "operand": node_id(graph, output_node(graph, view)),
        "gradient": shown(backward.totals[graph.output]),
        "complete": True,
    }
    return seed_words(graph, language), drawn | _moment("seed", "backward")


def _hidden(graph: Graph, step: BackwardStep, entry: tuple[int, ...] | None) -> dict[str, Any]:
    """Draw a step without its results: a question mark where the number is asked for."""
    drawn = backward_step(graph, step, 0.0)
    texts = ["?"] * len(drawn["gradient"]["texts"])
    if entry and len(texts) > 1:
        texts = ["?" if place == entry[-1] else "·" for place in range(len(texts))]
    return drawn | {
        "gradient": {"texts": texts, "exact": "?"},
        "factor": "×?" if drawn["factor"] else "",
        "stop": "",
        "complete": False,
        "hidden": True,
        "line": {"width": 3.0, "negative": False, "zero": False},
    }


def _moment(name: str, phase: str) -> dict[str, Any]:
    return {"id": name, "phase": phase}


def _card(words: StepWords) -> dict[str, Any]:
    formulas = [[line.kind, line.latex] for line in words.lines]
    return {"name": words.name, "title": words.title, "formulas": formulas, "notes": list(words.notes)}


def _numbers(
    graph: Graph, backward: Backward, view: View, language: str, *, gradients: bool
) -> dict[str, list[str] | np.ndarray]:
    """Return name, operation, shape, value and gradient of every node that is seen; norms of arrays."""
    nodes = [graph[name] for name in view.nodes]
    known = backward.totals if gradients else {}
    return {
        "node": [pretty_name(node.name) for node in nodes],
        "operation": [call_name(language, node.operation) if node.operands else "" for node in nodes],
        "shape": ["×".join(map(str, node.shape)) for node in nodes],
        "value": np.array([_size(node.value) for node in nodes]),
        "gradient": np.array([_size(known[node.name]) if node.name in known else np.nan for node in nodes]),
    }


def _size(value: np.ndarray) -> float:
    array = np.asarray(value)
    return float(array.item()) if array.size == 1 and not np.iscomplexobj(array) else magnitude(array)
