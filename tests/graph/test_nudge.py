"""A nudge of one input: the true change of every node, and the straight line beside it."""

import sys
from collections.abc import Callable

import jax
import numpy as np
import pytest

import simulator as sim
from simulator.errors import InputError
from simulator.graph import trace
from simulator.graph.budget import MAX_ENTRIES
from simulator.graph.expression import parse
from simulator.graph.nudge import SHARE, _work, nudge, num_sides, stop_at
from simulator.graph.presets import PRESETS, preset_graph, three_layers
from tests.benchmarks.controls import counted_compilations

DELTAS = (-1.0, -0.35, -0.05, 0.05, 0.4, 1.25)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(z):
    return np.exp(z) / np.sum(np.exp(z))


def tangle(a, b, c):
    return np.tanh(a * b + c) ** 2 / (1 + (a - c) ** 2) + a * max(b - a * c, 0) - np.exp(-b * b)


def network(x, W1, b1, W2, b2, t):
    return np.sum((sigmoid(sigmoid(x @ W1 + b1) @ W2 + b2) - t) ** 2)


def layer_norm(x, gamma, beta, t):
    scaled = (x - x.mean()) / np.sqrt(np.mean((x - x.mean()) ** 2) + 1e-5)
    return np.sum((gamma * scaled + beta - t) ** 2)


BY_HAND: dict[str, Callable] = {
    "squared_error": lambda w, x, b, t: (w * x + b - t) ** 2,
    "neuron_mse": lambda w, x, b, t: (sigmoid(w * x + b) - t) ** 2,
    "used_twice": lambda x: x * x + np.sin(x),
    "softmax_cross_entropy": lambda t, z: -np.sum(t * np.log(softmax(z))),
    "network_2_2_1": network,
    "layer_norm": layer_norm,
    "tangle": tangle,
}
"""The examples written anew with NumPy."""

CASES = [(name, variable) for name in BY_HAND for variable in PRESETS[name].parameters]


def moved_inputs(preset: str, variable: str, entry: tuple[int, ...], delta: float) -> dict[str, np.ndarray]:
    inputs = {name: np.array(value, np.float64) for name, value in PRESETS[preset].inputs.items()}
    inputs[variable][entry] += delta
    return inputs


def last_entry(preset: str, variable: str) -> tuple[int, ...]:
    return tuple(size - 1 for size in np.shape(PRESETS[preset].inputs[variable]))


@pytest.mark.parametrize(("preset", "variable"), CASES)
def test_both_changes_are_those_of_the_same_function_in_float64(preset, variable):
    entry, by_hand = last_entry(preset, variable), BY_HAND[preset]
    graph = preset_graph(preset)
    output = nudge(graph, variable, entry, DELTAS).moves[graph.output]
    before = by_hand(**moved_inputs(preset, variable, entry, 0.0))
    true = np.array([by_hand(**moved_inputs(preset, variable, entry, delta)) for delta in DELTAS]) - before
    np.testing.assert_allclose(output.change[:, 0], true, rtol=1e-4, atol=1e-5 * abs(before))
    step = 1e-6
    high, low = (by_hand(**moved_inputs(preset, variable, entry, sign * step)) for sign in (1, -1))
    slope = (high - low) / (2 * step)
    np.testing.assert_allclose(output.slope, [slope], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(output.line, np.abs(slope * np.array(DELTAS)), rtol=1e-4, atol=1e-6)
    far = np.abs(true - slope * np.array(DELTAS)) / np.abs(true)
    clear = np.abs(far - SHARE) > 1e-3
    assert (output.bent == (far > SHARE))[clear].all() and clear.any()


@pytest.mark.parametrize("preset", ["tangle", "network_2_2_1", "residual", "softmax_cross_entropy"])
def test_every_node_shows_what_the_graph_shows_for_the_moved_input(preset):
    variable = PRESETS[preset].parameters[0]
    entry = last_entry(preset, variable)
    graph = preset_graph(preset)
    found = nudge(graph, variable, entry, (-0.5, 0.25))
    for place, delta in enumerate((-0.5, 0.25)):
        changed = np.array(PRESETS[preset].inputs[variable], np.float32)
        changed[entry] += np.float32(delta)
        again = preset_graph(preset, **{variable: changed})
        for node in graph.nodes:
            if node.name not in found.moves:
                np.testing.assert_array_equal(again[node.name].value, node.value)
                continue
            move, after = found.moves[node.name], again[node.name].value
            size = np.linalg.norm(np.ravel(after).astype(np.float64) - np.ravel(node.value))
            assert move.size[place] == pytest.approx(size, rel=1e-12)
            if move.few:
                np.testing.assert_array_equal(move.after[place], np.ravel(after))


@pytest.mark.parametrize("preset", ["tangle", "network_2_2_1", "residual", "food"])
def test_the_slope_of_every_node_is_its_derivative(preset):
    variable = PRESETS[preset].parameters[0]
    graph = preset_graph(preset)
    backward = sim.backward(graph)
    steepest = np.unravel_index(np.abs(backward.totals[variable]).argmax(), np.shape(backward.totals[variable]))
    entry = tuple(int(place) for place in steepest)
    found = nudge(graph, variable, entry, (-0.01, 0.01))
    np.testing.assert_allclose(found.moves[graph.output].slope, backward.totals[variable][entry], rtol=2e-5)
    for name, move in found.moves.items():
        # the shift of a stable softmax moves, but no gradient goes that way
        if move.few and (preset != "food" or name == graph.output):
            low, high = move.change
            np.testing.assert_allclose((high - low) / 0.02, move.slope, rtol=2e-3, atol=1e-4, err_msg=name)


def test_the_line_is_the_gradient_of_jax_times_delta():
    function = three_layers
    inputs = {name: np.float32(value) for name, value in PRESETS["three_layers"].inputs.items()}
    for variable in PRESETS["three_layers"].parameters:
        gradient = jax.grad(lambda value, name=variable: function(**{**inputs, name: value}))(inputs[variable])
        graph = preset_graph("three_layers")
        output = nudge(graph, variable, (), DELTAS).moves[graph.output]
        np.testing.assert_allclose(output.slope[0] * np.array(DELTAS), float(gradient) * np.array(DELTAS), rtol=1e-6)


def test_a_square_bends_where_algebra_says():
    deltas = np.linspace(-2, 2, 41)
    deltas = deltas[np.abs(deltas) > 1e-9]
    graph = trace("x**2", x=3.0)
    far = np.abs(deltas / (6 + deltas))  # (Δ²) / (6Δ + Δ²)
    np.testing.assert_array_equal(nudge(graph, "x", (), tuple(deltas.tolist())).moves[graph.output].bent, far > SHARE)


def test_a_gate_that_opens_is_found_though_the_gradient_is_zero():
    graph = preset_graph("closed_gate")  # w·x + b = −2.5 with x = −2: open from Δ = −1.25 on
    output = nudge(graph, "w", (), (-2.0, -1.3, -1.2, 1.0)).moves[graph.output]
    assert output.slope.tolist() == [0.0] and not np.signbit(output.slope[0])
    assert output.bent.tolist() == [True, True, False, False]
    assert output.exact.tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    ("source", "at", "delta", "first"),
    [("2*log(x)", 0.5, -1.0, "log"), ("exp(x)/3", 80.0, 20.0, "exp"), ("1/x + x", 0.5, -0.5, "div")],
)
def test_a_change_that_is_no_number_is_found_where_it_begins(source, at, delta, first):
    graph = trace(source, x=at)
    found = nudge(graph, "x", (), (0.01, delta))
    lost = [graph[name].operation for name, move in found.moves.items() if move.lost[1]]
    assert lost[0] == first and graph[graph.output].operation == lost[-1]
    output = found.moves[graph.output]
    assert output.lost.tolist() == [False, True] and not output.bent[1] and np.isfinite(output.line[1])


def test_four_entries_are_kept_one_by_one_and_five_are_not():
    for size in (1, 3, 4, 5, 6):
        found = nudge(trace("sum(x**2)", x=np.ones(size)), "x", (0,), (0.5, 1.0))
        move = found.moves["x"]
        few = size <= 4
        assert move.few == few and move.after.shape == (2, size if few else 0) == move.change.shape
        np.testing.assert_allclose(move.size, [0.5, 1.0])  # one entry moves


def test_rounding_is_no_curve():
    graph = trace("(x + 3000)*2", x=0.5)
    output = nudge(graph, "x", (), (0.0003,)).moves[graph.output]
    assert output.miss[0] > SHARE * output.size[0]  # the neighbours of 3000 are 0.00024 apart
    assert output.exact[0] and not output.bent[0]


def test_what_rounding_may_make_of_a_difference():
    """Four units in the last place of both values, and of the straight line at what is moved."""
    found = stop_at([3.0, 4.0], [6.0, 8.0], [0.6, 0.8], -0.5, value=-7.0, eps=0.25)
    assert found.rounding == pytest.approx(4 * 0.25 * (5 + 10 + (7 + 0.5) * 1))
    assert (found.size, found.line, found.miss) == pytest.approx((5.0, 0.5, 5.5))


def test_a_second_nudge_compiles_nothing():
    graph = preset_graph("network_2_2_1")
    nudge(graph, "W1", (0, 1), (-1.0, 0.5))
    with counted_compilations() as programs:
        nudge(graph, "W1", (1, 0), tuple(np.linspace(-3, 3, 30).tolist()))
        nudge(preset_graph("network_2_2_1", W1=np.array([[1, 2], [3, 4]], np.float32)), "W1", (1, 1), (0.25, 2.0))
    assert programs == []
    with counted_compilations() as programs:
        jax.jit(lambda x: x * 3)(1.0)
    assert programs


def test_larger_graphs_have_fewer_stops():
    assert [num_sides(preset_graph(name)) for name in ("squared_error", "food")] == [20, 20]
    side = int(MAX_ENTRIES**0.5)
    matrix = np.eye(side, dtype=np.float32)
    large = trace("sum(A@A@A@A)", A=matrix)
    assert num_sides(large) < 20
    assert parse("sum(A@A@A@A)").names == ("A",)


def test_as_many_stops_as_fit_into_the_time(monkeypatch):
    module, graph = sys.modules["simulator.graph.nudge"], trace("x*x", x=2.0)  # two nodes, of one second each
    monkeypatch.setattr(module, "_SECONDS_A_NODE", 1.0)
    monkeypatch.setattr(module, "_SECONDS_AN_OPERATION", 0.0)
    for sides, fewer in ((20, 10), (10, 5), (5, 2), (2, 2)):
        for short, expected in ((0.0, sides), (0.01, fewer)):
            monkeypatch.setattr(module, "_SECONDS", 2.0 * (sides + 1 + sides) - short)
            assert num_sides(graph) == expected


def test_a_product_of_matrices_takes_a_multiplication_and_an_addition_for_each_term():
    graph = trace("x@W + 1", x=np.ones((2, 3)), W=np.ones((3, 4)))
    work = {node.operation: _work(graph, node.name) for node in graph.nodes if node.operands}
    assert work["dot_general"] == pytest.approx(2 * 2 * 3 * 4) and work["add"] == 2 * 4


def test_a_pickled_graph_says_what_it_lacks():
    import pickle

    graph = pickle.loads(pickle.dumps(trace("x*x", x=2.0)))
    with pytest.raises(InputError, match="without its computation"):
        nudge(graph, "x", (), (1.0,))
