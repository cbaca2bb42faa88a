"""A computation graph as SVG with a class or an identifier on every part; the browser only switches classes.

Numbers are not in it: it stays the same while inputs move. ``g.edge`` holds the way forward and the way back, and
``g.node`` the places where numbers are written.
"""

import re
from xml.sax.saxutils import escape, quoteattr

from simulator.graph import Graph, View
from simulator.scenes.computation_graph.layout import (
    ENTRY_HEIGHT,
    TITLE_HEIGHT,
    VALUE_SHARE,
    Box,
    Layout,
    edge_id,
    is_short_vector,
    node_id,
    node_symbol,
)
from simulator.scenes.computation_graph.names import GREEK_LETTERS, call_name, pretty_name
from simulator.scenes.computation_graph.routes import Arrow, Point, Route
from simulator.texts import text


def graph_svg(graph: Graph, view: View, layout: Layout, language: str) -> str:
    """Return the SVG of a view, without numbers.

    Args:
      graph: a traced computation; only its structure is drawn.
      view: what is open.
      layout: of ``lay_out(graph, view)``.
      language: of the labels that a screen reader reads.
    """
    frames = "".join(
        _frame(graph, call, layout.frames[node_id(graph, call)], language)
        for call in view.opened
        if node_id(graph, call) in layout.frames
    )
    routes = [(edge, edge_id(graph, edge.source, edge.target, edge.operand)) for edge in view.edges]
    edges = "".join(_edge(name, layout.routes[name], edge.active) for edge, name in routes)
    nodes = "".join(_node(graph, name, layout, language) for name in view.nodes)
    labels = "".join(
        f'<text class="factor" data-factor="{name}" data-room="{_label_room(layout.routes[name]):.0f}" '
        f"{_at(_label_place(layout.routes[name]))}></text>"
        for _, name in routes
    )
    size = f'viewBox="0 0 {layout.width:.1f} {layout.height:.1f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="group" {size} data-width="{layout.width:.1f}" '
        f'data-height="{layout.height:.1f}"><g class="frames">{frames}</g><g class="edges">{edges}</g>'
        f'<g class="nodes">{nodes}</g><g class="labels">{labels}</g></svg>'
    )


def _frame(graph: Graph, call: str, box: Box, language: str) -> str:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    title = f"{pretty_name(call)} = {call_name(language, graph[call].operation)}"
    closing = text(language, "computation_graph.close_node", node=call.rstrip("~"))
    return (
        f'<g class="frame" data-call="{node_id(graph, call)}" data-name={quoteattr(call)}>'
        f'<rect class="outline" {_box(box)} rx="12"/>'
        f'<g class="toggle" role="button" tabindex="0" aria-label={quoteattr(closing)}>'
        f'<rect x="{left + 6:.1f}" y="{top + 5:.1f}" width="26" height="26" rx="6"/>'
        f'<path d="M{left + 13:.1f} {top + 18:.1f}h12"/></g>'
        f'<text class="call" x="{left + 40:.1f}" y="{top + 24:.1f}">{escape(title)}</text></g>'
    )


def _box(box: Box) -> str:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    return f'x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'


def _edge(name: str, route: Route, active: bool) -> str:
    state = "edge" if active else "edge inactive"
    return (
        f'<g class="{state}" data-edge="{name}">'
        f'<g class="forward">{_arrow(route.forward)}</g>'
        f'<g class="back">{_arrow(route.back)}</g>'
        f'<g class="stop"><path class="line" d="{_path(route.stub)}"/>'
        f'<path class="bar" d="{_path(route.bar)}"/></g></g>'
    )


def _arrow(arrow: Arrow) -> str:
    return f'<path class="line" d="{_path(arrow.line)}"/><path class="head" d="{_path(arrow.head)}Z"/>'


def _path(points: tuple[Point, ...]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _label_place(route: Route) -> Point:
    x, y = route.back.middle
    return x, y + 19


def _label_room(route: Route) -> float:
    """Return how wide a label may be that must not lie on the boxes at the ends of its edge."""
    across = [x for x, _ in (*route.back.line, *route.back.head)]
    return max(across) - min(across) + 14


def _at(point: Point) -> str:
    return f'x="{point[0]:.1f}" y="{point[1]:.1f}"'


def _node(graph: Graph, name: str, layout: Layout, language: str) -> str:
    node, box = graph[name], layout.boxes[node_id(graph, name)]
    left, top = box.x - box.width / 2, box.y - box.height / 2
    kinds = ["node", node.kind]
    kinds += ["opens"] if node.children else []
    kinds += ["output"] if name == graph.output else []
    kinds += ["constant"] if not node.active else []
    operation = (
        call_name(language, node.operation)
        if node.operands
        else text(language, "computation_graph.component.line_given")
    )
    label = f"{name.rstrip('~')}: {operation}"
    parts = [
        f'<rect class="box" {_box(box)} rx="10"/>',
        _title(graph, name, left + 11, top + 25),
    ]
    vector = is_short_vector(node.shape)
    if node.shape and not vector:
        shape = "×".join(map(str, node.shape))
        parts.append(f'<text class="shape" x="{left + box.width - 10:.1f}" y="{top + 24:.1f}">{shape}</text>')
    if vector:
        middle = layout.columns.get(node_id(graph, name), VALUE_SHARE * box.width)
        for row in range(node.shape[0]):
            y = top + TITLE_HEIGHT + ENTRY_HEIGHT * row + 18
            parts.append(_number("value", left + middle, y, middle - 8))
            parts.append(_number("gradient", left + box.width - 9, y, box.width - middle - 18))
    else:
        right, room = left + box.width - 10, box.width - 18
        parts.append(_number("value", right, top + 52, room))
        parts.append(_number("gradient", right, top + 77, room))
    if node.children:
        opening = text(language, "computation_graph.open_node", node=name.rstrip("~"))
        x, y = left + box.width - 13, top - 13
        parts.append(
            f'<g class="toggle" role="button" tabindex="0" aria-label={quoteattr(opening)}>'
            f'<rect x="{x:.1f}" y="{y:.1f}" width="26" height="26" rx="6"/>'
            f'<path d="M{x + 7:.1f} {y + 13:.1f}h12M{x + 13:.1f} {y + 7:.1f}v12"/></g>'
        )
    return (
        f'<g class="{" ".join(kinds)}" data-node="{node_id(graph, name)}" data-name={quoteattr(name)} role="button" '
        f'tabindex="0" aria-label={quoteattr(label)}><title></title>{"".join(parts)}</g>'
    )


def _number(kind: str, right: float, y: float, room: float) -> str:
    """Return the place for a number; one that needs more room is written smaller."""
    return f'<text class="{kind}" x="{right:.1f}" y="{y:.1f}" data-room="{room:.0f}"></text>'


def _title(graph: Graph, name: str, x: float, y: float) -> str:
    stem, index = _split(name.rstrip("~"))
    lower = f'<tspan class="index" dy="5">{escape(index)}</tspan>' if index else ""
    symbol = node_symbol(graph, name)
    rise = ' dy="-5"' if index else ""
    sign = f'<tspan class="symbol"{rise} dx="7">{escape(symbol)}</tspan>' if symbol else ""
    return f'<text class="title" x="{x:.1f}" y="{y:.1f}"><tspan class="name">{escape(stem)}</tspan>{lower}{sign}</text>'


_INDEXED = re.compile(r"([^\W\d_]+?)_?(\d+(?:_\d+)*)")
_LETTER = re.compile(r"([^\W\d_])_([^\W_]+)")


def _split(name: str) -> tuple[str, str]:
    """Return a name's letters and its index.

    >>> _split("theta1"), _split("w_f1"), _split("xhat")
    (('θ', '1'), ('w', 'f1'), ('x̂', ''))
    """
    match = _LETTER.fullmatch(name) or _INDEXED.fullmatch(name)
    stem, index = match.groups() if match else (name, "")
    return GREEK_LETTERS.get(stem, stem), index.replace("_", ",")
