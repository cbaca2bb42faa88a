"""The nudge of a computation graph, drawn: every node's true change beside the straight line's."""

from typing import Any

from simulator.drawing.letters import widest
from simulator.drawing.picture import Picture
from simulator.graph import View
from simulator.graph.model import shown_source
from simulator.graph.nudge import Move
from simulator.scenes.computation_graph.layout import Room, is_short_vector, lay_out, node_id
from simulator.scenes.computation_graph.names import call_name, pretty_name, shown_name, value_words
from simulator.scenes.computation_graph.nudge import Nudged
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from simulator.scenes.computation_graph.svg import graph_svg
from simulator.scenes.nudging.pictures import drawn, nudge_picture
from simulator.scenes.nudging.words import stop_sentence
from simulator.texts import text
from simulator.texts.numbers import number_text


def graph_nudge(found: Nudged, settings: ComputationGraph, language: str) -> Picture:
    """Return the graph with both changes at every node, for every stop of the handle."""
    graph, nudge = found.graph, found.nudge
    view = graph.view(settings.open_calls)
    moving = [name for name in view.nodes if name in nudge.moves]
    offered = run_pass(settings).variables
    nodes = {node_id(graph, name): _drawn(found, name) for name in moving}
    true, line = ({name: _widest(node[kind]) for name, node in nodes.items()} for kind in ("true", "line"))
    content = {
        "svg": graph_svg(graph, view, lay_out(graph, view, Room(true, line)), language),
        "nodes": nodes,
        "names": {node_id(graph, name): pretty_name(name) for name in view.nodes},
        "inputs": {node_id(graph, name): name for name in offered if name in view.nodes},
        "offered": [[name, pretty_name(name)] for name in offered],
        "input": nudge.name,
        "entry": [place + 1 for place in nudge.entry],
        "shape": list(graph[nudge.name].shape),
    }
    moves = {
        "node": [pretty_name(name) for name in moving],
        "operation": [_operation(found, name, language) for name in moving],
        "move": [nudge.moves[name] for name in moving],
    }
    source = text(language, "computation_graph.nudged", source=graph.source)
    return nudge_picture(found.subject, source, _sentences(found, view, language), content, moves, language)


def _drawn(found: Nudged, name: str) -> dict[str, Any]:
    move, shape = found.nudge.moves[name], found.graph[name].shape
    return drawn(move, found.nudge.deltas, move.before.size == 1 or is_short_vector(shape))


def _widest(stops: list[list[str]]) -> float:
    return max(map(widest, stops))


def _sentences(found: Nudged, view: View, language: str) -> tuple[str, ...]:
    """Return what is said at every stop."""
    return tuple(
        stop_sentence(
            found.subject,
            stop,
            language,
            first=_first_bent(found, stop, view, language),
            lost=_first_lost(found, stop, view, language),
        )
        for stop in range(len(found.nudge.deltas))
    )


def _first_bent(found: Nudged, stop: int, view: View, language: str) -> str:
    """Name the first node of the view at which the line is too far off; empty for none."""
    moves = found.nudge.moves
    first = next((name for name in view.nodes if name in moves and moves[name].bent[stop]), "")
    return _named(found, first, language) if first else ""


def _first_lost(found: Nudged, stop: int, view: View, language: str) -> str:
    """Name the first node of the view whose value is no finite number, and that value; empty for none."""
    moves, output = found.nudge.moves, shown_source(found.graph, frozenset(view.opened), found.graph.output)
    if not found.subject.move.lost[stop]:
        return ""
    first = next((name for name in view.nodes if name in moves and moves[name].lost[stop]), output)
    values = {"node": _named(found, first, language), "after": _after(moves[first], stop, language)}
    return text(language, "nudge.lost_node", **values)


def _after(move: Move, stop: int, language: str) -> str:
    if not move.few:
        return text(language, "computation_graph.array", norm=number_text(move.size[stop]))
    return value_words(move.after[stop], language)


def _named(found: Nudged, name: str, language: str) -> str:
    operation = _operation(found, name, language)
    return text(language, "nudge.node", node=shown_name(name), operation=operation) if operation else shown_name(name)


def _operation(found: Nudged, name: str, language: str) -> str:
    node = found.graph[name]
    return call_name(language, node.operation) if node.operands else ""
