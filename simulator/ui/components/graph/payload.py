"""One graph, one view, one language → everything the browser needs to step through it without the server."""

import hashlib
from functools import lru_cache
from typing import Any

from simulator.graph import BackwardStep, View
from simulator.scenes.computation_graph.layout import lay_out, node_id
from simulator.scenes.computation_graph.settings import GraphSettings, Pass, levels, run_pass
from simulator.scenes.computation_graph.steps import (
    Sizes,
    backward_step,
    forward_lines,
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
    inputs_words,
    pretty_name,
    seed_words,
)
from simulator.texts import text
from simulator.texts.numbers import number_text


@lru_cache(maxsize=48)
def graph_payload(settings: GraphSettings, language: str, *, answered: bool = True) -> dict[str, Any]:
    """Return the drawing and the steps of what the settings say.

    Args:
      settings: for which ``run_pass`` succeeds.
      language: of the reader.
      answered: while False and a step is to be predicted, the steps end there, and its numbers are not sent.
    """
    found = run_pass(settings)
    graph, backward = found
    view = graph.view(settings.open_calls)
    largest = sizes(graph, view, backward)
    steps = [_given(found, view, language), *_forward(found, view, language)]
    returning = backward.steps_of(view)
    asked = settings.predict if settings.predict and not answered else 0
    steps.append(_seed(found, view, language))
    first = len(steps)
    for step in returning[: asked or None]:
        hidden = step.index + 1 == asked
        words = backward_words(backward, step, returning, language, hidden=hidden)
        steps.append(_words(f"b{step.index}", "backward", words) | _drawn(found, step, largest, hidden))
    svg = graph_svg(graph, view, lay_out(graph, view), language)
    return {
        "graph": settings.expression or settings.preset,
        "structure": hashlib.blake2b(svg.encode(), digest_size=10).hexdigest(),
        "svg": svg,
        "alt": graph_alt(graph, backward, language),
        "values": node_values(graph, view),
        "lines": forward_lines(graph, view, largest.value),
        "steps": steps,
        "returns": first,
        "asked": first + settings.predict - 1 if settings.predict else None,
        "names": {node_id(graph, name): pretty_name(name) for name in view.nodes},
        **_levels(settings, found, language),
        "output": node_id(graph, output_node(graph, view)),
        "largest": {"value": number_text(largest.value), "gradient": "?" if asked else number_text(largest.gradient)},
    }


def _levels(settings: GraphSettings, found: Pass, language: str) -> dict[str, Any]:
    """Return the zoom levels to choose from, none while a step is predicted, and the one that is shown."""
    offered = () if settings.predict else levels(found.graph)
    shown_now = [level.name for level in offered if set(level.opened) == set(settings.open_calls)]
    return {
        "levels": [[level.name, text(language, f"graph_page.level.{level.name}")] for level in offered],
        "level": shown_now[0] if shown_now else None,
    }


def _given(found: Pass, view: View, language: str) -> dict[str, Any]:
    graph = found.graph
    nodes = [node_id(graph, name) for name in view.nodes if not graph[name].operands]
    return _words("given", "forward", inputs_words(graph, language)) | {"nodes": nodes}


def _forward(found: Pass, view: View, language: str) -> list[dict[str, Any]]:
    graph = found.graph
    return [
        _words(f"f{graph[name].index}", "forward", forward_words(graph, name, language))
        | {"nodes": [node_id(graph, name)]}
        for name in view.nodes
        if graph[name].operands
    ]


def _seed(found: Pass, view: View, language: str) -> dict[str, Any]:
    graph = found.graph
    output = output_node(graph, view)
    return _words("seed", "backward", seed_words(graph, language)) | {
        "operand": node_id(graph, output),
        "gradient": shown(found.backward.totals[graph.output]),
        "complete": True,
    }


def _drawn(found: Pass, step: BackwardStep, largest: Sizes, hidden: bool) -> dict[str, Any]:
    drawn = backward_step(found.graph, step, largest.gradient)
    if hidden:
        unknown = {"texts": ["?"] * len(drawn["gradient"]["texts"]), "exact": "?"}
        drawn |= {"gradient": unknown, "factor": "", "stop": "", "complete": False, "hidden": True}
        drawn["line"] = {"width": 3.0, "negative": False, "zero": False}
    return drawn


def _words(name: str, phase: str, words: StepWords) -> dict[str, Any]:
    return {
        "id": name,
        "phase": phase,
        "name": words.name,
        "title": words.title,
        "formulas": [[line.kind, line.latex] for line in words.lines],
        "notes": list(words.notes),
        "sentence": words.sentence,
    }
