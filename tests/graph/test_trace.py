"""A function becomes nodes with readable names; calls open and close; the graph can be stored."""

import operator
import pickle
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.errors import InputError
from simulator.graph import backward, trace
from simulator.graph.build import _worth_opening
from simulator.graph.describe import describe
from simulator.graph.operations import ATOMIC, OPERATIONS
from simulator.graph.program import Block, Equation


def test_values_and_names_of_a_neuron():
    graph = trace("(sigmoid(w*x + b) - t)**2", w=2.0, x=-1.0, b=0.5, t=1.0)
    assert graph.inputs == ("w", "x", "b", "t")
    assert [node.name for node in graph.nodes] == ["w", "x", "b", "t", "v1", "z1", "a1", "v2", "L"]
    assert float(graph["z1"].value) == -1.5
    assert float(graph["a1"].value) == pytest.approx(1 / (1 + np.exp(1.5)), rel=1e-6)
    assert graph["z1"].shape == () and graph["z1"].dtype == np.float32


def test_names_do_not_clash_with_the_inputs():
    graph = trace("sigmoid(z1 + a1)", z1=0.5, a1=0.25)
    names = [node.name for node in graph.nodes]
    assert len(set(names)) == len(names) and names[:2] == ["z1", "a1"]


def test_positional_arguments_and_pytrees():
    def loss(params, x):
        return jnp.sum((x @ params[0]["weight"] + params[0]["bias"][None]) ** 2)

    graph = trace(loss, [{"weight": np.ones((2, 3), np.float32), "bias": np.zeros(3, np.float32)}], np.ones((4, 2)))
    assert graph.inputs == ("b1", "W1", "x")
    gradients = backward(graph).gradients
    assert gradients["params"][0]["weight"].shape == (2, 3) and gradients["x"].shape == (4, 2)


def test_leaves_are_counted_from_one_and_equal_names_get_a_number():
    one = np.float32(1.0)
    graph = trace(lambda net, x: x * sum(jax.tree.leaves(net)), {"a": [one, one], "b": [{"bias": one}, one]}, one)
    assert graph.inputs == ("a1", "a2", "b1", "b2", "x")
    graph = trace(lambda net: sum(jax.tree.leaves(net)), {"p": {"bias": one}, "q": {"bias": one}, "r": {"bias": one}})
    assert graph.inputs == ("b", "b_2", "b_3")
    graph = trace(lambda pair: pair[0][1] * pair[1], ((one, one), one))
    assert graph.inputs == ("pair1_1", "pair1_2", "pair2")


def test_equal_functions_get_a_number_that_cannot_be_read_as_part_of_their_name():
    """The second ``stage`` is stage2; the second ``stage2`` of another graph is stage2_2, not stage22."""

    @jax.jit
    def stage(x):
        return jnp.sin(x) * x

    @jax.jit
    def stage2(x):
        return jnp.sin(x) * x

    def calls(function) -> list[str]:
        return [
            node.name for node in trace(lambda x: function(function(x) + 1.0) * 2.0, 0.5).nodes if node.kind == "call"
        ]

    assert calls(stage) == ["stage", "stage2"]
    assert calls(stage2) == ["stage2", "stage2_2"]


def test_constants_are_not_drawn_but_their_values_are_there():
    graph = trace("0.5*x + 2", x=3.0)
    assert graph.view().nodes == ("x", "v1", "L")
    assert float(graph["v1"].operands[0].value) == 0.5


def test_closed_over_data_is_a_constant():
    data = np.arange(6, dtype=np.float32).reshape(3, 2)
    graph = trace(lambda w: jnp.sum(data @ w), np.ones(2, np.float32))
    (constant,) = [node for node in graph.nodes if node.kind == "constant"]
    assert constant.name in graph.view().nodes and not constant.active


@jax.jit
def layer(x, w):
    return jnp.tanh(x @ w) * 2.0


def test_calls_open_and_close():
    x, w = np.ones((2, 3), np.float32), np.ones((3, 3), np.float32)

    def network(x, w):
        return jnp.sum(layer(layer(x, w), w))

    graph = trace(network, x, w)
    closed = graph.view()
    assert graph.calls == ("layer", "layer2") and closed.nodes == ("x", "w", "layer", "layer2", "L")
    opened = graph.view({"layer"})
    assert "layer" not in opened.nodes and "layer2" in opened.nodes
    assert {graph[name].operation for name in opened.opened["layer"]} == {"dot_general", "tanh", "mul"}
    # the closed call reads from the inside of the open one
    (edge,) = [edge for edge in opened.edges if edge.target == "layer2" and edge.operand == 0]
    assert edge.source == "layer~"
    everything = graph.view("all")
    assert not set(graph.calls) & set(everything.nodes)
    assert graph.view(()) == closed


def test_opened_steps_carry_the_same_gradient():
    graph = trace("sum(softmax(z)*t)", z=np.array([0.1, 0.9, -0.5], np.float32), t=np.array([0, 1, 0], np.float32))
    result = backward(graph)
    assert graph.calls == ("p1",)
    last = [step for step in result.steps_of(graph.view("all")) if step.operand == "z"][-1]
    np.testing.assert_allclose(last.total, result.gradients["z"], rtol=1e-5, atol=1e-7)


def test_named_scopes_are_groups():
    def loss(x, w):
        with jax.named_scope("block"):
            with jax.named_scope("inner"):
                a = jnp.tanh(x * w)
            b = a * a + x
        return b * 2.0

    graph = trace(loss, 0.5, 2.0)
    assert [graph[name].operation for name in graph.calls] == ["block", "inner"]
    assert len(graph.view().nodes) == 4
    assert graph.ancestors(graph.calls[1]) == (graph.calls[0],)


def test_a_learners_own_function_is_not_taken_for_jax_s():
    @jax.jit
    def relu(x):
        return jnp.maximum(x, 0.1 * x)

    graph = trace(lambda x: relu(x), -1.0)
    assert graph[graph.output].operation == "relu()"


def test_graph_can_be_pickled_but_not_differentiated_then():
    graph = pickle.loads(pickle.dumps(trace("x*x", x=2.0)))
    assert float(graph.value) == 4.0 and graph.view().nodes == ("x", "L")
    with pytest.raises(InputError, match="Trace it again"):
        backward(graph)


def test_description_is_plain_and_stable():
    first, second = (trace("relu(w*x) + w", w=w, x=3.0) for w in (2.0, -2.0))
    views = [describe(graph, graph.view(), "en", backward(graph)) for graph in (first, second)]
    assert [n["id"] for n in views[0]["nodes"]] == [n["id"] for n in views[1]["nodes"]]
    assert [(e["id"], e["order"]) for e in views[0]["edges"]] == [(e["id"], e["order"]) for e in views[1]["edges"]]
    assert [edge["stop"] for edge in views[1]["edges"] if edge["stop"]] == ["closed"]
    assert views[0]["nodes"][-1]["gradient"] == 1.0 and views[0]["nodes"][-1]["output"]


@pytest.mark.parametrize(
    ("source", "args", "inputs", "message"),
    [
        (3, (), {}, "typed expression or a function"),
        ("x", (1.0,), {}, "by name"),
        (lambda x: x, (), {}, "missing a required argument"),
        (lambda x: x, ("text",), {}, "input x must be a real number"),
        (lambda x: x, (1j,), {}, "input x must be a real number"),
        (lambda x: (x, x), (1.0,), {}, "one array"),
        (lambda x: float(x), (1.0,), {}, "JAX cannot trace"),
        (lambda x: 1 / 0, (1.0,), {}, "ZeroDivisionError"),
    ],
)
def test_bad_sources(source, args, inputs, message):
    with pytest.raises(InputError, match=message) as caught:
        trace(source, *args, **inputs)
    assert caught.value.in_language("ko") != str(caught.value)


def test_a_function_may_have_as_many_operations_as_the_limit_says(monkeypatch):
    def function(x):
        for _ in range(10):
            x = x * 0.5
        return x

    steps = sys.modules["simulator.graph.trace"]
    for limit, fits in ((9, False), (10, True), (11, True)):
        monkeypatch.setattr(steps, "MAX_EQUATIONS", limit)
        if fits:
            assert float(trace(lambda x, n=limit: function(x), 1024.0).value) == 1.0
        else:
            with pytest.raises(InputError, match="9"):
                trace(lambda x, n=limit: function(x), 1024.0)


def test_a_call_is_opened_where_its_inside_shows_more_than_its_name():
    """Nothing, or what is not drawn; one known operation under a name of its own; two operations."""
    known, atomic = "tanh", "relu"
    assert known in OPERATIONS and atomic in ATOMIC
    quiet, drawn = (Equation(name, lambda *_: [], (), (), {}, ()) for name in ("reshape", known))
    for name, items, expected in (
        ("mine", [], False),
        ("mine", [quiet], False),
        ("mine", [drawn], True),
        (known, [drawn], False),
        (known, [quiet, drawn], False),
        (known, [drawn, drawn], True),
        (atomic, [drawn, drawn], False),
    ):
        assert _worth_opening(name, Block((), (), {}, tuple(items))) == expected, (name, items)


def test_arguments_without_names_are_numbered():
    """A function that does not say what it takes: one argument is x, several are x1, x2, …"""
    assert trace(operator.methodcaller("sum"), np.ones(3)).inputs == ("x",)
    assert trace(lambda *values: values[0] * values[1], 2.0, 3.0).inputs == ("x1", "x2")
