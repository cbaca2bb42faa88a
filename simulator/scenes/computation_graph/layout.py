"""Where nodes and arrows of a computation graph stand: laid out once for a structure, whatever the numbers are."""

import math
import threading
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import graphviz
import pygraphviz

from simulator.graph import Graph, View
from simulator.graph.operations import operation_symbol
from simulator.scenes.computation_graph.routes import Point, Route, bowed, middle_height, read_point, route, sampled

POINTS_PER_INCH = 72.0
NODE_HEIGHT = 86
NODE_WIDTH = 112
VECTOR_WIDTH = 204
NARROWEST = 80
"""Width of a node that is fitted to its numbers, if they are short."""
NUMBER_SIZE = 22
"""Font size of the numbers in a node and on an edge."""
VALUE_SHARE = 0.48
"""Part of a vector's width that its values usually take; its gradients take the rest."""
COLUMNS_APART, COLUMNS_LEAST_APART = 75.6, 58.0
FACTOR_OVER = 10.0
"""How much wider than the way between two columns a number on an edge may be."""
TITLE_HEIGHT = 34
ENTRY_HEIGHT = 25
LETTER_WIDTH = 13.0
SHORT_VECTOR = 4
"""A vector of at most so many entries is written out, one entry below the other."""
APART = 38.0
"""Distance between edges that join the same two nodes."""
MOST_BOWED = 3
"""More edges than that between two nodes stay where Graphviz puts them."""
MARGIN = 14.0
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOCK = threading.Lock()  # Graphviz keeps state of its own and is not made for threads


class Box(NamedTuple):
    """A rectangle by its middle and its size, y downwards."""

    x: float
    y: float
    width: float
    height: float


class Layout(NamedTuple):
    """Everything a drawing needs to know about places; the same for every value of the inputs."""

    width: float
    height: float
    boxes: dict[str, Box]  # node id → its box
    routes: dict[str, Route]  # edge id → its way
    frames: dict[str, Box]  # call id → the frame around its inside
    columns: Mapping[str, float] = MappingProxyType({})  # id of a vector → where its values end, if not as usual


class Room(NamedTuple):
    """What the numbers of a drawing need, in font sizes."""

    values: dict[str, float]  # node id → its widest value
    gradients: dict[str, float]
    factor: float = 0.0  # the widest number on an edge


def node_id(graph: Graph, name: str) -> str:
    """Return a node's identifier, the one ``simulator.graph.describe`` gives it."""
    return f"n{graph[name].index}"


def lay_out(graph: Graph, view: View, room: Room | None = None) -> Layout:
    """Return the places of a view's nodes and edges.

    Args:
      graph: a traced computation.
      view: what is open.
      room: what its numbers need, where none may be written smaller than the others; without, views of the same
        structure share one layout whatever their numbers are.
    """
    found = _lay_out(dot_source(graph, view, room=room))
    if room is None:
        return found
    vectors = [name for name in view.nodes if is_short_vector(graph[name].shape)]
    return found._replace(columns={node_id(graph, name): _values_end(room, node_id(graph, name)) for name in vectors})


def dot_source(graph: Graph, view: View, *, labelled: bool = False, room: Room | None = None) -> str:
    """Return the DOT source of a view.

    Args:
      graph: a traced computation.
      view: what is open.
      labelled: write names and shapes into the nodes, for a file that others draw; without, nodes are empty boxes of
        the size that the page needs.
      room: what the numbers need, where no number may be written smaller than the others.

    >>> from simulator.graph import trace
    >>> graph = trace("x*y", x=2.0, y=3.0)
    >>> "n0 -> n2" in dot_source(graph, graph.view(), labelled=True)
    True
    """
    dot = graphviz.Digraph("computation")
    apart = COLUMNS_APART if room is None else max(COLUMNS_LEAST_APART, NUMBER_SIZE * room.factor - FACTOR_OVER)
    ranksep = f"{apart / POINTS_PER_INCH:.2f}"
    dot.attr(rankdir="LR", nodesep="0.22", ranksep=ranksep, margin="0", splines="true")
    dot.attr("node", shape="box", fixedsize="false" if labelled else "true", style="rounded")
    for name in view.nodes:
        if graph[name].parent not in view.opened:
            _add_node(dot, graph, name, labelled, room)
    for call in view.opened:
        if graph[call].parent not in view.opened:
            _add_call(dot, graph, view, call, labelled, room)
    for edge in view.edges:
        attributes = {} if labelled else {"key": edge_id(graph, edge.source, edge.target, edge.operand)}
        if not edge.active:
            attributes["style"] = "dotted"
        dot.edge(node_id(graph, edge.source), node_id(graph, edge.target), **attributes)
    return dot.source


def edge_id(graph: Graph, source: str, target: str, operand: int) -> str:
    """Return an edge's identifier, the one ``simulator.graph.describe`` gives it."""
    return f"e{graph[source].index}_{graph[target].index}_{operand}"


def _add_node(dot: graphviz.Digraph, graph: Graph, name: str, labelled: bool, room: Room | None) -> None:
    width, height = box_size(graph, name, room)
    attributes = {"width": f"{width / POINTS_PER_INCH:.4f}", "height": f"{height / POINTS_PER_INCH:.4f}"}
    if labelled:
        node = graph[name]
        shape = f"\\n{'×'.join(map(str, node.shape))}" if node.shape else ""
        sign = f" = {node_symbol(graph, name)}" if node.operands else ""
        attributes = {"label": f"{graphviz.escape(name + sign)}{shape}"}
    dot.node(node_id(graph, name), **({"label": ""} | attributes))


def _add_call(dot: graphviz.Digraph, graph: Graph, view: View, call: str, labelled: bool, room: Room | None) -> None:
    inside = graphviz.Digraph(f"cluster_{node_id(graph, call)}")
    table = '<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="96" HEIGHT="26"><TR><TD></TD></TR></TABLE>>'
    title = graphviz.escape(f"{call} = {graph[call].operation}") if labelled else table
    inside.attr(label=title, margin="12", labeljust="l", style="rounded")
    for name in view.opened[call]:
        _add_node(inside, graph, name, labelled, room)
    for child in view.opened:
        if graph[child].parent == call:
            _add_call(inside, graph, view, child, labelled, room)
    dot.subgraph(inside)


def node_symbol(graph: Graph, name: str) -> str:
    """Return the sign drawn in a node, empty for inputs and constants."""
    node = graph[name]
    symbol = operation_symbol(node.operation) if node.operands else ""
    exponent = node.params.get("y")
    if node.operation == "integer_pow" and isinstance(exponent, int):
        symbol = f"x{str(exponent).translate(_SUPERSCRIPTS)}"
    if symbol == name:  # JAX's own call, known by its name
        return ""
    return symbol if len(symbol) <= 14 else f"{symbol[:13]}…"


def is_short_vector(shape: tuple[int, ...]) -> bool:
    """Say whether a value of this shape is written out in its node."""
    return len(shape) == 1 and 2 <= shape[0] <= SHORT_VECTOR


def box_size(graph: Graph, name: str, room: Room | None = None) -> tuple[int, int]:
    """Return width and height of a node: room for its name, its sign, and its numbers, usually of three digits."""
    node = graph[name]
    vector = is_short_vector(node.shape)
    shape = "" if vector else "×".join(map(str, node.shape))
    title = LETTER_WIDTH * (len(node_symbol(graph, name)) + len(name) + len(shape)) + 44
    height = TITLE_HEIGHT + ENTRY_HEIGHT * node.shape[0] + 8 if vector else NODE_HEIGHT
    usual = VECTOR_WIDTH if vector else NODE_WIDTH
    widest = max(usual if room is None else _fitted(room, node_id(graph, name), vector), title)
    return math.ceil(widest / 4) * 4, height


def _fitted(room: Room, name: str, vector: bool) -> float:
    """Return the width of a node in which its numbers have room."""
    value, gradient = (NUMBER_SIZE * widths.get(name, 0.0) for widths in (room.values, room.gradients))
    if vector:
        return max(NARROWEST, _values_end(room, name) + gradient + 19)
    return max(NARROWEST, max(value, gradient) + 18)


def _values_end(room: Room, name: str) -> float:
    """Return where the values of a vector end, from its left side."""
    return max(0.5 * NARROWEST, NUMBER_SIZE * room.values.get(name, 0.0) + 18)


@lru_cache(maxsize=256)
def _lay_out(source: str) -> Layout:
    with _LOCK:
        drawing = pygraphviz.AGraph(string=source)
        drawing.layout(prog="dot")
    _, _, width, height = (float(number) for number in drawing.graph_attr["bb"].split(","))

    def place(x: float, y: float) -> Point:
        return x + MARGIN, height - y + MARGIN

    boxes = {}
    nodes: list[Any] = drawing.nodes()
    for node in nodes:
        x, y = place(*read_point(node.attr["pos"]))
        size = (float(node.attr[side]) * POINTS_PER_INCH for side in ("width", "height"))
        boxes[str(node)] = Box(x, y, *size)
    routes = {}
    together: dict[tuple[str, str], list[str]] = {}
    for source_id, target_id, key in drawing.edges(keys=True):
        together.setdefault((source_id, target_id), []).append(key)
    for (source_id, target_id), keys in together.items():
        lines, apart = {}, APART if len(keys) <= MOST_BOWED else 0.0
        for key in sorted(keys):
            edge: Any = drawing.get_edge(source_id, target_id, key)
            lines[key] = [place(*point) for point in sampled(edge.attr["pos"])]
        for number, (key, points) in enumerate(sorted(lines.items(), key=lambda item: middle_height(item[1]))):
            routes[key] = route(bowed(points, apart * (number - (len(keys) - 1) / 2)))
    frames = {}
    for cluster in _clusters(drawing):
        left, bottom, right, top = (float(number) for number in cluster.graph_attr["bb"].split(","))
        x, y = place((left + right) / 2, (bottom + top) / 2)
        frames[cluster.name.removeprefix("cluster_")] = Box(x, y, right - left, top - bottom)
    return Layout(width + 2 * MARGIN, height + 2 * MARGIN, boxes, routes, frames)


def _clusters(drawing: pygraphviz.AGraph) -> list[pygraphviz.AGraph]:
    found = []
    for cluster in drawing.subgraphs():
        found.extend([cluster, *_clusters(cluster)])
    return found
