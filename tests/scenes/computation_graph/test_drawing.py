"""The drawing of a computation graph: laid out by structure alone, complete, valid, with what stops marked."""

import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pygraphviz
import pytest

from simulator.graph import backward, trace
from simulator.graph.describe import describe
from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.layout import dot_source, lay_out
from simulator.scenes.computation_graph.passes import levels
from simulator.scenes.computation_graph.pictures import graph_picture
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass, with_input
from simulator.scenes.computation_graph.steps import (
    backward_step,
    forward_lines,
    line,
    node_values,
    shown,
    sizes,
    width,
)
from simulator.scenes.computation_graph.svg import graph_svg

VIEWS = [(name, level.opened) for name in PRESETS for level in levels(run_pass(ComputationGraph(example=name)).graph)]


@pytest.mark.parametrize(("name", "opened"), VIEWS)
def test_every_view_is_drawn_whole(name, opened):
    graph = run_pass(ComputationGraph(example=name)).graph
    view = graph.view(opened)
    described = describe(graph, view, "en")
    layout = lay_out(graph, view)
    assert set(layout.boxes) == {node["id"] for node in described["nodes"]}
    assert set(layout.routes) == {edge["id"] for edge in described["edges"]}
    assert set(layout.frames) == set(described["opened"])
    for language in ("ko", "en"):
        drawing = ElementTree.fromstring(graph_svg(graph, view, layout, language))
        parts = [part.attrib for part in drawing.iter()]
        assert {part["data-node"] for part in parts if "data-node" in part} == set(layout.boxes)
        assert {part["data-edge"] for part in parts if "data-edge" in part} == set(layout.routes)
        assert all(part.get("aria-label") for part in parts if part.get("role") == "button")


@pytest.mark.parametrize(("name", "opened"), VIEWS)
def test_boxes_lie_inside_and_apart(name, opened):
    graph = run_pass(ComputationGraph(example=name)).graph
    layout = lay_out(graph, graph.view(opened))
    boxes = list(layout.boxes.values())
    for place, box in enumerate(boxes):
        assert box.width / 2 <= box.x <= layout.width - box.width / 2
        assert box.height / 2 <= box.y <= layout.height - box.height / 2
        for other in boxes[:place]:
            apart_x = abs(box.x - other.x) >= (box.width + other.width) / 2
            assert apart_x or abs(box.y - other.y) >= (box.height + other.height) / 2


def test_values_do_not_move_anything():
    before = ComputationGraph(example="tangle")
    after = with_input(with_input(before, "a", "-123.456"), "b", "1e-7")
    graphs = [run_pass(settings).graph for settings in (before, after)]
    assert graphs[0].value != graphs[1].value
    layouts = [lay_out(graph, graph.view()) for graph in graphs]
    assert layouts[0] is layouts[1]
    drawn = [graph_svg(graph, graph.view(), lay_out(graph, graph.view()), "ko") for graph in graphs]
    assert drawn[0] == drawn[1]


def test_every_arrow_ends_at_the_box_it_points_to():
    graph = run_pass(ComputationGraph(example="tangle")).graph
    layout = lay_out(graph, graph.view())
    for edge in describe(graph, graph.view(), "en")["edges"]:
        route = layout.routes[edge["id"]]
        for arrow, end in ((route.forward, "target"), (route.back, "source")):
            (x, y), box = arrow.head[0], layout.boxes[edge[end]]
            assert abs(x - box.x) <= box.width / 2 + 8 and abs(y - box.y) <= box.height / 2 + 8


def test_two_edges_between_the_same_nodes_lie_apart():
    graph = run_pass(ComputationGraph(example="used_twice")).graph
    layout = lay_out(graph, graph.view())
    pair = [e["id"] for e in describe(graph, graph.view(), "en")["edges"] if (e["source"], e["target"]) == ("n0", "n1")]
    assert len(pair) == 2
    heights = [layout.routes[name].forward.middle[1] for name in pair]
    assert abs(heights[0] - heights[1]) > 20


def test_the_dot_file_says_what_the_graph_holds():
    graph = trace("mean((W @ x - t)**2)", W=np.ones((2, 3)), x=np.ones(3), t=np.zeros(2))
    written = dot_source(graph, graph.view(), labelled=True)
    read = pygraphviz.AGraph(string=written)
    nodes: list[Any] = read.nodes()
    labels = " ".join(node.attr["label"] for node in nodes)
    assert len(read.nodes()) == len(graph.view().nodes) and len(read.edges()) == len(graph.view().edges)
    assert "2×3" in labels and "@" in labels and "W" in labels


def test_strange_names_cannot_break_the_drawing():
    graph = trace(lambda a: a["</svg><script>"] ** 2, {"</svg><script>": 1.0})
    drawn = graph_svg(graph, graph.view(), lay_out(graph, graph.view()), "en")
    ElementTree.fromstring(drawn)
    assert "<script" not in drawn


def test_widths_follow_powers_of_ten():
    assert width(1e-9, 1.0) == width(0.0, 1.0) == 1.6
    assert [width(10.0**-power, 1.0) for power in range(4)] == [8.0, 6.4, 4.8, 3.2]
    assert width(float("inf"), 1.0) == 8.0 and width(float("nan"), 1.0) == 1.6


def test_signs_and_zeros_of_lines():
    assert line(np.array(-2.0), 2.0) == {"width": 8.0, "negative": True, "zero": False}
    assert line(np.array([-1.0, 1.0]), 2.0)["negative"] is False
    assert line(np.array([-1.0, 0.0]), 2.0)["negative"] is True
    assert line(np.zeros(3), 2.0) == {"width": 1.6, "negative": False, "zero": True}


def test_texts_of_values():
    assert shown(np.array(0.123456))["texts"] == ["0.123"]
    assert shown(np.array(0.123456))["exact"] == "0.123456"
    assert shown(np.array([1.0, 2.0, 3.0, 4.0]))["texts"] == ["1", "2", "3", "4"]
    assert shown(np.full((2, 8), 0.5))["texts"] == ["‖·‖ 2"]


def test_a_closed_gate_stops_the_gradient_in_the_drawing():
    graph, result = run_pass(ComputationGraph(example="closed_gate"))
    largest = sizes(graph, graph.view(), result.steps)
    drawn = {f"{s.node}→{s.operand}": backward_step(graph, s, largest.gradient.finite) for s in result.steps}
    assert drawn["a1→z1"]["stop"] == "all" and drawn["a1→z1"]["factor"] == "×0"
    assert drawn["v2→a1"]["stop"] == "" and drawn["v2→a1"]["line"]["negative"]
    assert drawn["v1→w"]["line"]["zero"]


@pytest.mark.parametrize(("expression", "value", "gradient"), [("x/y", "∞", "∞"), ("x*y + z/y", "∞", "1, ∞")])
def test_the_legend_tells_of_infinite_lines(expression, value, gradient):
    """An infinite gradient has the widest line: the legend must not call it 0."""
    written = (("x", "1"), ("y", "0"), *((("z", "1"),) if "z" in expression else ()))
    settings = ComputationGraph(expression=expression, inputs=written)
    largest = graph_picture(settings, "en").content["largest"]
    assert largest["gradient"] == gradient and largest["value"].endswith(value)


def test_the_first_graph_shows_no_number_twice():
    """v = 2 makes 2v = v² = L = 4: a learner could not tell which is which."""
    graph, result = run_pass(ComputationGraph())
    values = [abs(float(graph[name].value)) for name in graph.view().nodes]
    gradients = {abs(float(step.total)) for step in result.steps}
    assert len(set(values)) == len(values)
    assert not gradients & set(values)
    assert len(gradients) == 3  # 2v, 2v·x and 2v·w; a sum hands its gradient on as it is


def test_a_saturated_sigmoid_chokes_the_gradient():
    settings = with_input(ComputationGraph(example="neuron_mse"), "x", "-5")
    graph, result = run_pass(settings)
    drawn = [backward_step(graph, step, 1.0) for step in result.steps if step.operand == "z1"]
    assert drawn[0]["stop"] == "part"


def test_a_stopped_gradient_has_a_step_even_behind_a_change_of_shape():
    graph = trace("sum(softmax(z) * t)", z=np.array([1.0, 2.0]), t=np.array([1.0, 0.0]))
    result = backward(graph)
    steps = result.steps_of(graph.view("all"))
    stopped = [step for step in steps if step.stop is not None and step.stop.kind == "stop_gradient"]
    assert len(stopped) == 1
    assert not np.any(stopped[0].contribution)
    assert stopped[0].contribution.shape == graph[stopped[0].operand].shape


def test_putting_numbers_side_by_side_stops_nothing():
    result = backward(trace("sum([x, y, x]) + sum(concat([x, y], 2*x))", x=1.0, y=2.0))
    assert {step.stop for step in result.steps_of(result.graph.view("all"))} == {None}


def test_many_edges_between_two_nodes_stay_in_the_drawing():
    graph = trace("sum([x, x, x, x, x, x, x, x])", x=1.0)
    layout = lay_out(graph, graph.view())
    for route in layout.routes.values():
        assert all(0 <= y <= layout.height for _, y in (*route.forward.line, *route.back.line))


def test_every_node_and_edge_gets_its_numbers():
    graph = run_pass(ComputationGraph(example="residual")).graph
    view = graph.view("all")
    drawing = graph_svg(graph, view, lay_out(graph, view), "en")
    assert set(re.findall(r'data-node="(\w+)"', drawing)) == set(node_values(graph, view))
    assert set(re.findall(r'data-edge="(\w+)"', drawing)) == set(forward_lines(graph, view, 1.0))
