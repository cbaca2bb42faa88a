"""Which sentence on a computation graph is said on either side of each border, and with which numbers."""

import math
import re

import numpy as np
import pytest

from simulator.graph import backward, trace
from simulator.graph.chain import MAX_PATHS, chain
from simulator.graph.nudge import nudge
from simulator.scenes.computation_graph import chain as chains
from simulator.scenes.computation_graph import nudge_pictures, steps, words
from simulator.scenes.computation_graph.names import value_words
from simulator.scenes.computation_graph.nudge import Nudged
from simulator.scenes.nudging import Subject
from simulator.texts.numbers import lowered
from tests.scenes.claims import entries_of


def nudged(source: str, deltas: tuple[float, ...], entry: tuple[int, ...] = (), **inputs: object) -> Nudged:
    """Return an expression whose first input is nudged."""
    graph = trace(source, **inputs)
    name = graph.inputs[0]
    found = nudge(graph, name, entry, deltas)
    output = found.moves[graph.output]
    return Nudged(graph, found, Subject(name, found.value, graph.output, output, found.deltas, 0, str))


def first_bent(found: Nudged, stop: int) -> str:
    return nudge_pictures._first_bent(found, stop, found.graph.view(), "en")


def first_lost(found: Nudged, stop: int) -> str:
    return nudge_pictures._first_lost(found, stop, found.graph.view(), "en")


def test_the_first_node_that_bends_is_named():
    """Of u² the line misses the share Δu/(2u + Δu) of the true change; u = 2x = 6 itself is a straight line."""
    found = nudged("(2*x)**2 + 1", (-0.6, -0.5, 0.6, 0.7), x=3.0)
    assert [first_bent(found, stop).partition(" ")[0] for stop in range(4)] == ["v2", "", "", "v2"]
    found = nudged("((2*x)**2)**2", (0.2, 0.22, 0.6, 0.7), x=3.0)
    assert [first_bent(found, stop).partition(" ")[0] for stop in range(4)] == ["", "L", "L", "v2"]


def test_the_first_node_that_is_lost_is_named_with_its_value(monkeypatch):
    found = nudged("3*log(2*x)", (-0.75, -0.5, 0.5), x=0.5)
    said = entries_of(monkeypatch, nudge_pictures)
    for stop in range(3):
        first_lost(found, stop)
    lost = [one.values["after"] for one in said if one.name == "lost_node"]
    assert lost == ["NaN", "−∞"]
    named = [one.values["node"] for one in said if one.name == "node"]
    assert {found.graph[name].operation for name in named} == {"log"}


def test_an_array_that_is_lost_is_named_by_its_norm_where_it_is_long(monkeypatch):
    said = entries_of(monkeypatch, nudge_pictures)
    for size, after in ((4, "(−∞, 0, 0, 0)"), (5, "computation_graph.array")):
        found = nudged("sum(log(x))", (-1.0,), (0,), x=np.ones(size))
        first_lost(found, 0)
        assert next(one for one in reversed(said) if one.name == "lost_node").values["after"] == after
    assert [one.values for one in said if one.name == "array"] == [{"norm": "∞"}]


def step_of(result, node: str, operand: str):
    return next(step for step in result.steps if (step.node, step.operand) == (node, operand))


def test_a_product_is_written_out_only_where_each_factor_is_one_number(monkeypatch):
    said = entries_of(monkeypatch, words)
    result = backward(trace("sum(w*x)", w=3.0, x=np.array([2.0])))
    words._backward_sentence(step_of(result, "v1", "w"), "en")
    assert said.pop().values == {"node": "v1", "operand": "w", "upstream": "1", "local": "2", "contribution": "2"}
    result = backward(trace("sum(w*x)", w=3.0, x=np.array([2.0, 5.0])))
    words._backward_sentence(step_of(result, "v1", "w"), "en")  # one number comes of two
    words._backward_sentence(step_of(result, "L", "v1"), "en")  # one number becomes two
    assert [one.name for one in said] == ["step.backward_array"] * 2
    assert [one.values["contribution"] for one in said] == ["7", "(1, 1)"]


def test_where_paths_meet_the_last_completes_the_sum(monkeypatch):
    said = entries_of(monkeypatch, words)
    result = backward(trace("2*x + 3*x + 4*x", x=1.0))
    ways = [step for step in result.steps if step.operand == "x"]
    totals = np.cumsum([step.contribution for step in ways])
    for step in ways:
        words._backward_sentence(step, "en")
    more = said[1::2]
    assert [one.name for one in more] == ["step.so_far", "step.so_far", "step.complete"]
    assert [one.values["total"] for one in more] == [words.number_text(total) for total in totals]
    assert more[-1].values["total"] == "9"
    said.clear()
    words._backward_sentence(step_of(backward(trace("2*x", x=1.0)), "L", "x"), "en")
    assert [one.name for one in said] == ["step.backward"]


def test_so_many_inputs_are_listed():
    for count in (words.MAX_LISTED_INPUTS, words.MAX_LISTED_INPUTS + 1):
        names = [f"x{place}" for place in range(1, count + 1)]
        graph = trace(" + ".join(names), **{name: 0.5 * place for place, name in enumerate(names)})
        told = words.inputs_words(graph, "en")
        assert len(told.lines) == words.MAX_LISTED_INPUTS == 12
        assert told.lines[2].latex.endswith(r"\htmlClass{forward}{1}") and f"x{lowered(count)}" in told.sentence


def test_eight_gradients_are_read_aloud(monkeypatch):
    said = entries_of(monkeypatch, words)
    names = [f"x{place}" for place in range(1, 11)]
    graph = trace(" + ".join(f"{place}*{name}" for place, name in enumerate(names, 1)), **dict.fromkeys(names, 1.0))
    result = backward(graph)
    words.graph_alt(graph, result, "en")
    words.graph_alt(graph, result, "en", gradients=False)
    assert said[0].values["gradients"] == ", ".join(f"x{place} {place}" for place in range(1, 9))
    assert [one.name for one in said] == ["alt", "alt_asked"] and said[0].values["value"] == "55"
    # ten inputs, ten products but that by 1, and nine sums; numbers that are written are no nodes
    assert said[0].values["count"] == len(graph.view().nodes)
    graph = trace("x*2", x=1.0)
    nothing = backward(graph)
    nothing.totals.pop("x")
    words.graph_alt(graph, nothing, "en")
    assert said[2].values["gradients"] == "–" and said[2].values["count"] == 2


@pytest.mark.parametrize(
    ("shape", "entry", "drawn"),
    [
        ((), (), "B"),
        ((1, 1), (0, 0), "B"),
        ((2,), (1,), r". & B"),
        ((2, 3), (1, 0), r". & . & . \\ B & . & ."),
        ((3, 1), (2, 0), r". \\ . \\ B"),
        ((2, 1, 2), (0, 0, 1), "B"),
        ((37,), (5,), "B"),
        ((2, 18), (0, 1), r" & ".join([".", "B", *"." * 16]) + r" \\ " + " & ".join("." * 18)),
    ],
)
def test_the_box_stands_where_the_asked_entry_does(shape, entry, drawn):
    latex = words._asked_matrix(shape, entry).replace(r"\boxed{?}", "B").replace(r"\cdot", ".")
    body = re.fullmatch(r"\\begin\{bmatrix\}(.*)\\end\{bmatrix\}", latex)
    assert (body.group(1) if body else latex) == drawn


def test_operands_are_given_as_long_as_they_can_be_read():
    for size, listed in ((36, True), (37, False)):
        result = backward(trace("sum(w*x)", w=2.0, x=np.ones(size)))
        told = words.hidden_words(result, step_of(result, "v1", "w"), "en")
        assert (r"x = \htmlClass{forward}" in told.lines[0].latex) == listed
        assert r"w = \htmlClass{forward}{2}" in told.lines[0].latex


def test_a_slope_without_a_formula_is_given_and_one_with_a_formula_is_not():
    given = []
    for source in ("erf(x)*2", "exp(x)*2"):
        result = backward(trace(source, x=0.5))
        step = next(step for step in result.steps if step.operand == "x")
        told = words.hidden_words(result, step, "en").lines[0].latex
        slope = {"erf(x)*2": 2 / math.sqrt(math.pi) * math.exp(-0.25), "exp(x)*2": math.exp(0.5)}[source]
        assert step.local_derivative.value == pytest.approx(slope, rel=1e-5)
        given.append((step.local_derivative.in_table, f"{slope:.3g}" in told))
    assert all(in_table != shown for in_table, shown in given)


def test_numbers_are_plugged_in_of_the_entry_of_which_most_gets_through():
    result = backward(trace("sum(x**2*c)", x=np.array([3.0, -1.0, 0.5]), c=np.array([1.0, -8.0, 4.0])))
    step = next(step for step in result.steps if step.operand == "x")
    assert words.shown_entry(step) == (1,)  # |2·3·1|, |2·(−1)·(−8)|, |2·0.5·4|
    one = backward(trace("sum(x**2)", x=np.array([3.0])))
    assert words.shown_entry(next(step for step in one.steps if step.operand == "x")) is None
    unknown = backward(trace("sum(x**2*c)", x=np.array([3.0, 2.0]), c=np.array([np.nan, -1.0])))
    assert words.shown_entry(next(step for step in unknown.steps if step.operand == "x")) == (1,)


def test_a_vector_is_written_out_up_to_four_entries():
    assert value_words(np.array([1.0, 2.0, 2.0, 4.0]), "en") == "(1, 2, 2, 4)"
    assert value_words(np.array([1.0, 2.0, 2.0, 4.0, 0.0]), "en") == "an array of norm 5"
    assert value_words(np.array([[3.0, 4.0]]), "en") == "an array of norm 5"
    assert value_words(np.array([[7.0]]), "en") == "7" and value_words(np.array([3j, 4.0]), "en") == "(0 + 3i, 4 + 0i)"
    assert value_words(np.array([[3j, 4.0]]), "en") == "an array of norm 5"


def test_how_many_paths_there_are(monkeypatch):
    said = entries_of(monkeypatch, chains)
    for ways, entry, count in (
        (1, "one", 1),
        (2, "many", 2),
        (MAX_PATHS, "many", MAX_PATHS),
        (MAX_PATHS + 1, "many", "24+"),
    ):
        result = backward(trace(" + ".join(["sin(x)"] * ways), x=0.0))
        chains.chain_sentence(result.graph, chain(result, "x"), "en")
        assert said[-1].name == f"chain.{entry}" and said[-1].values["count"] == count
        assert said[-1].values["total"] == str(ways)  # cos 0 on every path


@pytest.mark.parametrize(
    ("size", "largest", "width"),
    [
        (5.0, 5.0, 8.0),
        (0.5, 5.0, 6.4),
        (5e-4, 5.0, 1.6),
        (5e-5, 5.0, 1.6),
        (5.1e-4, 5.0, 1.61),
        (0.0, 5.0, 1.6),
        (1.0, 0.0, 1.6),
        (math.inf, 5.0, 8.0),
        (math.inf, 0.0, 8.0),
        (math.nan, 5.0, 1.6),
    ],
)
def test_a_tenth_is_thinner_by_a_step(size, largest, width):
    assert steps.width(size, largest) == width


@pytest.mark.parametrize(
    ("entries", "negative", "zero"),
    [([-1.0], True, False), ([-1.0, 0.0], True, False), ([-1.0, 1e-3], False, False), ([0.0, 0.0], False, True)],
)
def test_a_line_is_negative_where_no_entry_is_positive(entries, negative, zero):
    found = steps.line(np.array(entries), 1.0)
    assert (found["negative"], found["zero"]) == (negative, zero)
    assert not steps.line(np.array([-1j]), 1.0)["negative"] and not steps.line(np.zeros(0), 1.0)["negative"]


def test_what_the_widest_line_stands_for():
    graph = trace("2*x + y", x=-3.0, y=np.inf)
    found = steps.sizes(graph, graph.view(), backward(graph).steps)
    assert found.value.words == "6, ∞" and found.gradient.words == "2"
    assert steps._largest([0.5, math.nan]) == steps.Size(0.5, False)
    assert steps._largest([math.inf]).words == "∞" and steps._largest([]).words == "0"
