"""The nudge of a weight, drawn: the nodes that it reaches, from its own layer to the loss."""

import math
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from simulator.drawing.letters import widest
from simulator.drawing.picture import Picture
from simulator.graph.nudge import Move
from simulator.scenes.chain_rule.nudge import Column, NetworkNudge
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.scenes.chain_rule.words import raised
from simulator.scenes.nudging import Subject
from simulator.scenes.nudging.pictures import drawn, nudge_picture
from simulator.scenes.nudging.words import stop_sentence
from simulator.texts import text
from simulator.texts.numbers import lowered, number_text

_NARROWEST, _HEIGHT, _APART, _DOWN, _MARGIN = 80, 86, 44, 102, 18
_NUMBER = 22
"""Font size of the numbers; a column of nodes is as wide as they need."""


class Node(NamedTuple):
    """One node of the drawing."""

    name: str
    column: int
    y: float  # of the upper side
    move: Move | None  # None where it does not move
    rule: str  # how it comes from the nodes before it, a code
    x: float = 0.0  # of the left side
    width: float = 0.0


def subject_of(found: NetworkNudge, settings: ChainRule) -> Subject:
    """Return the nudge in short."""
    return Subject(weight_name(settings), found.value, "L", found.output, found.deltas, found.at, _unbroken)


def _unbroken(sentence: str) -> str:
    """Return a sentence in which no line ends inside a name: a browser breaks after a raised parenthesis."""
    return sentence.replace("⁾", "⁾\u2060")


def weight_name(settings: ChainRule) -> str:
    """Return the name of the chosen weight."""
    layer, source, unit = settings.weight
    return f"W{raised(layer)}[{source},{unit}]"


def network_nudge(found: NetworkNudge, settings: ChainRule, language: str) -> Picture:
    """Return the part of the network that the weight reaches, with both changes at every node."""
    subject, (nodes, edges) = subject_of(found, settings), _linked(found, settings)
    moving = {place: node for place, node in enumerate(nodes) if node.move is not None}
    numbers = {place: _drawn(node, found) for place, node in moving.items()}
    content = {
        "svg": _svg(_set_apart(nodes, numbers), edges),
        "nodes": {f"n{place}": shown for place, shown in numbers.items()},
        "names": {f"n{place}": node.name for place, node in enumerate(nodes)},
        "inputs": {"n0": str(settings.weight[0])},
        "offered": [[str(layer), f"W{raised(layer)}"] for layer in range(1, len(settings.sizes))],
        "input": str(settings.weight[0]),
        "entry": list(settings.weight[1:]),
        "shape": [settings.sizes[settings.weight[0] - 1], settings.sizes[settings.weight[0]]],
    }
    later = [node for place, node in moving.items() if place]
    moves = {
        "node": [node.name for node in later],
        "operation": [_rule(node, settings, language) for node in later],
        "move": [node.move for node in later],
    }
    said = tuple(_sentence(subject, stop, later, settings, language) for stop in range(len(found.deltas)))
    source = text(language, "chain_rule.nudge.source", net="-".join(map(str, settings.sizes)), example=settings.example)
    return nudge_picture(subject, source, said, content, moves, language)


def _drawn(node: Node, found: NetworkNudge) -> dict[str, Any]:
    assert node.move is not None
    return drawn(node.move, found.deltas, node.move.before.size == 1)


def _linked(found: NetworkNudge, settings: ChainRule) -> tuple[list[Node], list[tuple[int, int]]]:
    """Return the nodes, the weight first, column by column, and the edges between them as pairs of places."""
    layer, source, unit = settings.weight
    tallest = max(2, *(len(column.moves) for column in found.columns))
    feeding = f"a{raised(layer - 1)}{lowered(source)}" if layer > 1 else f"x{lowered(source)}"
    nodes = [
        Node(f"w{raised(layer)}", 0, _top(0, 2, tallest), _itself(found), ""),
        Node(feeding, 0, _top(1, 2, tallest), None, ""),
    ]
    edges, before = [], [0, 1]
    for number, column in enumerate(found.columns, 1):
        count = len(column.moves)
        here = list(range(len(nodes), len(nodes) + count))
        for row, move in enumerate(column.moves):
            still = number <= 2 and count > 1 and row != unit - 1  # only one unit of its layer has the weight
            name = _node_name(column, row, len(settings.sizes) - 1)
            nodes.append(
                Node(name, number, _top(row, count, tallest), None if still else move, _code(column, settings))
            )
        edges += _pairs(before, here, column, number, unit, settings)
        before = here
    return nodes, edges


def _set_apart(nodes: list[Node], numbers: dict[int, dict[str, Any]]) -> list[Node]:
    """Return the nodes with their places from left to right: a column is as wide as its names and numbers need."""
    widths: dict[int, float] = {}
    for place, node in enumerate(nodes):
        shown = numbers.get(place, {"true": [], "line": []})
        needed = _NUMBER * max(widest(texts) for texts in (*shown["true"], *shown["line"], [node.name])) + 20
        widths[node.column] = max(widths.get(node.column, _NARROWEST), math.ceil(needed))
    lefts = [_MARGIN, *(_MARGIN + left + _APART * (at + 1) for at, left in enumerate(accumulate(widths.values())))]
    return [node._replace(x=lefts[node.column], width=widths[node.column]) for node in nodes]


def _pairs(
    before: list[int], here: list[int], column: Column, number: int, unit: int, settings: ChainRule
) -> list[tuple[int, int]]:
    if number == 1:  # the weight and what it multiplies
        target = here[unit - 1] if len(here) > 1 else here[0]
        return [(one, target) for one in before]
    mixed = column.letter != "a" or (column.layer == len(settings.sizes) - 1 and settings.loss == "cross_entropy")
    if mixed or len(before) != len(here):
        return [(one, other) for one in before for other in here]
    return list(zip(before, here, strict=True))


def _itself(found: NetworkNudge) -> Move:
    """Return how the weight moves: by Δ, in truth and on the line."""
    size, nothing = np.abs(found.deltas), np.zeros(len(found.deltas))
    after = found.value + found.deltas[:, None]
    return Move(np.ones(1), np.array([found.value]), after, size, size, nothing, nothing)


def _top(row: int, count: int, tallest: int) -> float:
    return _MARGIN + (row + (tallest - count) / 2) * _DOWN


def _node_name(column: Column, row: int, last: int) -> str:
    if column.letter == "L":
        return "L"
    letter = "y" if column.letter == "a" and column.layer == last else f"{column.letter}{raised(column.layer)}"
    if len(column.moves) < column.count:
        return letter
    return f"{letter}{lowered(row + 1)}"


def _code(column: Column, settings: ChainRule) -> str:
    """Return how a node is computed: an activation, a weighted sum or the loss."""
    if column.letter != "a":
        return {"z": "sum", "L": "loss"}[column.letter]
    return settings.activation if column.layer < len(settings.sizes) - 1 else settings.output_activation


def _rule(node: Node, settings: ChainRule, language: str) -> str:
    if node.rule == "sum":
        return text(language, "chain_rule.nudge.sum")
    if node.rule == "loss":
        return text(language, f"chain_rule.loss.{settings.loss}")
    entry = "graph.operations.softmax" if node.rule == "softmax" else f"training.option.activation.{node.rule}"
    return text(language, entry)


def _sentence(subject: Subject, stop: int, nodes: list[Node], settings: ChainRule, language: str) -> str:
    def named(node: Node) -> str:
        return text(language, "nudge.node", node=node.name, operation=_rule(node, settings, language))

    bent = next((node for node in nodes if node.move is not None and node.move.bent[stop]), None)
    lost = next((node for node in nodes if node.move is not None and node.move.lost[stop]), None)
    gone = ""
    if lost is not None and lost.move is not None:
        after = number_text(lost.move.after[stop, 0]) if lost.move.few else number_text(lost.move.size[stop])
        gone = text(language, "nudge.lost_node", node=named(lost), after=after)
    return stop_sentence(subject, stop, language, first=named(bent) if bent else "", lost=gone)


def _svg(nodes: list[Node], edges: list[tuple[int, int]]) -> str:
    """Return the drawing with the classes and identifiers of a computation graph's, without numbers."""
    width = max(node.x + node.width for node in nodes) + _MARGIN
    height = max(node.y for node in nodes) + _HEIGHT + _MARGIN
    lines = "".join(_edge(nodes[start], nodes[end], f"e{start}_{end}_0") for start, end in edges)
    boxes = "".join(_box(node, f"n{place}", place) for place, node in enumerate(nodes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="group" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'data-width="{width:.0f}" data-height="{height:.0f}"><g class="edges">{lines}</g>'
        f'<g class="nodes">{boxes}</g></svg>'
    )


def _edge(start: Node, end: Node, name: str) -> str:
    x, y = start.x + start.width, start.y + _HEIGHT / 2
    to_x, to_y = end.x, end.y + _HEIGHT / 2
    length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
    across, down = (to_x - x) / length, (to_y - y) / length
    base_x, base_y = to_x - 13 * across, to_y - 13 * down
    head = f"M{to_x:.1f} {to_y:.1f}L{base_x - 5 * down:.1f} {base_y + 5 * across:.1f}"
    head += f"L{base_x + 5 * down:.1f} {base_y - 5 * across:.1f}Z"
    return (
        f'<g class="edge" data-edge="{name}"><g class="forward"><path class="line" '
        f'd="M{x:.1f} {y:.1f}L{base_x:.1f} {base_y:.1f}"/><path class="head" d="{head}"/></g></g>'
    )


def _box(node: Node, name: str, place: int) -> str:
    kinds = "node input" if place < 2 else "node output" if node.name == "L" else "node"
    right = node.x + node.width - 10
    numbers = "".join(
        f'<text class="{kind}" x="{right:.0f}" y="{node.y + down:.0f}" data-room="{node.width - 18:.0f}"></text>'
        for kind, down in (("value", 52), ("gradient", 77))
    )
    return (
        f'<g class="{kinds}" data-node="{name}" tabindex="0" aria-label="{node.name}"><title></title>'
        f'<rect class="box" x="{node.x:.0f}" y="{node.y}" width="{node.width:.0f}" height="{_HEIGHT}" rx="10"/>'
        f'<text class="title" x="{node.x + 11:.0f}" y="{node.y + 25}"><tspan class="name">{node.name}</tspan></text>'
        f"{numbers}</g>"
    )
