"""The settings of a computation graph: links, typed values, zoom levels, and what is said of bad ones."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.inputs import Source, read_value, value_text
from simulator.scenes.computation_graph.passes import levels, pass_of, toggled
from simulator.scenes.computation_graph.scene import SCENE
from simulator.scenes.computation_graph.settings import (
    ComputationGraph,
    input_text,
    run_pass,
    typed,
    with_input,
)


@pytest.mark.parametrize("name", PRESETS)
def test_every_example_survives_its_link(name):
    chosen = ComputationGraph(example=name)
    assert ComputationGraph.read(chosen.to_link()) == (chosen, ())
    assert SCENE.read({"preset": name}) == (chosen, ())
    assert len(chosen.to_text()) <= 40


def test_everything_is_in_the_link():
    typed_in = ComputationGraph(
        expression="sum(W @ x)",
        inputs=(("W", "[[1, 2], [3, 4]]"), ("x", "[1, 0.5]")),
        opened=(),
        predict=2,
        variable="x",
    )
    assert ComputationGraph.read(typed_in.to_link()) == (typed_in, ())
    food = ComputationGraph(example="food", opened=("z3", "a1"))
    assert ComputationGraph.read(food.to_link()) == (food, ())
    assert food.to_link() == {"example": "food", "open": "z3,a1"}


@pytest.mark.parametrize(
    ("link", "shown", "codes"),
    [
        ({"preset": "nothing"}, {}, ["scene:preset"]),
        ({"example": "nothing"}, {}, ["scene:replaced"]),
        ({"preset": "tangle", "expr": "x +"}, {"example": "tangle"}, ["graph:syntax"]),
        ({"expr": "__import__('os')"}, {}, ["graph:character"]),
        (
            {"expr": "x*y", "inputs": "x=2;z=1"},
            {"expression": "x*y", "inputs": (("x", "2"),)},
            ["computation_graph:no_input"],
        ),
        ({"preset": "used_twice", "inputs": "x=two"}, {"example": "used_twice"}, ["computation_graph:value"]),
        ({"inputs": "w"}, {}, ["computation_graph:value"]),
        ({"inputs": f"w={'1' * 3000}"}, {}, ["computation_graph:inputs_long"]),
        ({"expr": "x*y", "inputs": "x=[1,2]"}, {"expression": "x*y"}, ["graph:not_scalar"]),
        ({"expr": "[x, y]", "inputs": "x=2"}, {}, ["graph:not_scalar"]),
        ({"expr": "[x, y]", "inputs": "x=two"}, {}, ["computation_graph:value", "graph:not_scalar"]),
        ({"preset": "food", "open": "z3,nothing"}, {"example": "food", "opened": ("z3",)}, ["scene:replaced"]),
        ({"preset": "food", "open": "nothing"}, {"example": "food"}, ["scene:replaced"]),
        ({"predict": "99"}, {"predict": 7}, ["scene:replaced"]),
        ({"predict": "-1"}, {}, ["scene:replaced"]),
        ({"variable": "q"}, {}, ["scene:replaced"]),
    ],
)
def test_a_bad_link_is_mended_with_a_sentence(link, shown, codes):
    found, errors = SCENE.read(link)
    assert found == ComputationGraph(**shown)
    assert [error.code for error in errors] == codes
    for error in errors:
        assert error.in_language("ko") != error.in_language("en")


@given(
    st.dictionaries(
        st.sampled_from(["preset", "example", "expr", "inputs", "open", "predict", "variable"]),
        st.text(max_size=40)
        | st.sampled_from(["tangle", "x*y", "x=1;y=[1", "all", "none", "3", "x@", "=;=;=", "[x, y]", "w=[1, 2]", "w"]),
    )
)
@settings(deadline=None)
def test_no_link_gets_more_than_sentences(link):
    found, errors = SCENE.read(link)
    assert run_pass(found).graph.value.size == 1
    assert SCENE.read(found.to_link()) == (found, ())
    assert all(isinstance(error, InputError) for error in errors)


@pytest.mark.parametrize(
    "wrong",
    [
        {"example": "nothing"},
        {"expression": "x +"},
        {"expression": "[x, y]"},
        {"inputs": (("w", "two"),)},
        {"inputs": (("q", "1"),)},
        {"inputs": (("w", "[1, 2]"),)},
        {"opened": ("w",)},
        {"predict": 8},
        {"variable": "q"},
    ],
)
def test_settings_that_cannot_be_shown_cannot_be_made(wrong):
    with pytest.raises(InputError):
        ComputationGraph(**wrong)
    (name,) = wrong
    if ComputationGraph.controls()[name].kind.holds(wrong[name]):  # a control that moves takes the others along
        assert run_pass(ComputationGraph().change(**wrong)).graph.value.size == 1


def test_what_does_not_fit_another_graph_goes():
    before = ComputationGraph(inputs=(("w", "3"),), predict=7, variable="b")
    after = before.change(example="used_twice")
    assert after == ComputationGraph(example="used_twice", predict=5)
    assert ComputationGraph(example="food", opened=("z3", "a1")).change(example="tangle").opened is None


def test_no_pass_is_computed_for_an_example_as_it_is(monkeypatch):
    def refuse(*_):
        raise AssertionError("computed")

    monkeypatch.setattr("simulator.scenes.computation_graph.settings.pass_of", refuse)
    for name in PRESETS:
        assert ComputationGraph(example=name) == SCENE.presets[name].settings
        assert ComputationGraph().change(example=name).example == name


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("softmax(z)", "pick(softmax(z), 0)"),
        ("mean((W@x-t)**2)", "mean((W@x-t)**2)"),
        ("x@W + b", "pick(x@W + b, 0)"),
        ("outer(a, b)", "pick(outer(a, b), 0, 0)"),
        ("cross_entropy(X@W, T)", "cross_entropy(X@W, T)"),
    ],
)
def test_matrices_and_vectors_can_be_typed_from_scratch(expression, shown):
    """From the first example, whose inputs are numbers called like some of these."""
    for before in (ComputationGraph(), ComputationGraph(example="network_2_2_1")):
        settings = typed(before, expression)
        assert settings.expression == shown
        assert run_pass(settings).graph.value.size == 1 and run_pass(settings).variables
        assert ComputationGraph.read(settings.to_link()) == (settings, ())


def test_inputs_typed_with_an_expression_count():
    given = (("W", "[[1, 2, 3, 4]]"), ("x", "[1, 0, 0, 2]"))
    settings = typed(ComputationGraph(), "W@x", given)
    assert (settings.expression, settings.inputs) == ("W@x", given)  # one entry is one number
    assert run_pass(settings).graph.value.item() == 9.0
    with pytest.raises(InputError, match="do not fit"):
        typed(ComputationGraph(), "W@x", (("W", "[[1, 2], [3, 4]]"), ("x", "[1, 2, 3]")))


def test_an_input_that_stays_keeps_its_value_when_another_expression_is_typed():
    before = ComputationGraph(inputs=(("w", "-3"),))
    assert typed(before, "tanh(w*x)**2") == ComputationGraph(
        expression="tanh(w*x)**2", inputs=(("w", "-3"), ("x", "4"))
    )
    assert typed(before, PRESETS["tangle"].source) == ComputationGraph(example="tangle")  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match="empty"):
        typed(before, "")
    matrices = ComputationGraph(expression="sum(W @ x)", inputs=(("W", "[[1, 2], [3, 4]]"), ("x", "[1, 0.5]")))
    assert typed(matrices, "W @ x") == matrices.change(expression="pick(W @ x, 0)")


def test_a_value_that_does_not_fit_throws_nothing_else_away():
    before = ComputationGraph(expression="sum(W @ x)", inputs=(("W", "[[1, 2], [3, 4]]"), ("x", "[1, 1]")))
    with pytest.raises(InputError, match=r"\(2, 2\)"):
        with_input(before, "x", "[1, 1, 1]")  # nor can the expression be computed with the usual numbers


def test_the_input_whose_chain_rule_is_shown():
    assert ComputationGraph().shown_variable == "w"
    assert ComputationGraph(variable="b").shown_variable == "b"
    assert ComputationGraph(example="three_layers").shown_variable == "theta1"
    assert ComputationGraph(expression="y*x").shown_variable == "y"


def test_all_calls_may_be_open_by_one_word():
    food = ComputationGraph(example="food", opened=("all",))
    assert food.open_calls == run_pass(food).graph.calls
    assert food.to_link() == {"example": "food", "open": "all"}
    assert ComputationGraph.read({"example": "food", "open": "first"}) == (ComputationGraph(example="food"), ())


@pytest.mark.parametrize(
    ("written", "value"),
    [("2", 2.0), ("-1/4", -0.25), ("−0.5", -0.5), ("0,25", 0.25), ("1e-3", 0.001), ("[1, -2]", [1, -2])],
)
def test_typed_values(written, value):
    np.testing.assert_allclose(read_value("x", written), value)


@pytest.mark.parametrize(
    ("written", "code", "column"),
    [
        ("", "value", 1),
        ("two", "value", 1),
        ("1 + y", "value", 5),
        ("[[1, 2], [3]]", "value_ragged", 1),
        ("1e99", "value_large", 1),
        ("1/0", "value_finite", None),
        ("9**9**9", "value", 4),
        ("().__class__", "value", 1),
    ],
)
def test_a_bad_value_is_placed(written, code, column):
    with pytest.raises(InputError, match="Input w") as caught:
        read_value("w", written)
    assert caught.value.code == f"computation_graph:{code}"
    if column is not None and code == "value_ragged":
        assert caught.value.details["column"] == column


@given(
    st.recursive(st.floats(-1e6, 1e6, width=32), lambda inner: st.lists(inner, min_size=2, max_size=2), max_leaves=4)
)
@settings(deadline=None)
def test_values_are_written_as_they_are_read(value):
    try:
        array = np.asarray(value, np.float32)
    except ValueError:
        return  # rows of different depth
    np.testing.assert_allclose(read_value("x", value_text(array)), array, rtol=1e-5, atol=1e-30)


def test_inputs_of_a_preset_can_be_moved_and_moved_back():
    moved = with_input(ComputationGraph(), "w", "-1.5")
    assert moved.inputs == (("w", "-1.5"),)
    x, b, t = 4.0, 5.0, 7.0
    gradient = jax.grad(lambda w: (w * x + b - t) ** 2)(jnp.float32(-1.5))
    np.testing.assert_allclose(run_pass(moved).backward.gradients["w"], gradient, rtol=1e-6)
    assert with_input(moved, "w", input_text(ComputationGraph(), "w")) == ComputationGraph()


def test_large_inputs_are_not_typed():
    food = Source("food")
    assert [name for name in food.names if food.is_editable(name)] == ["x", "b3", "t"]


def test_the_food_network_has_four_zoom_levels():
    graph = run_pass(ComputationGraph(example="food")).graph
    sizes = {level.name: len(graph.view(level.opened).nodes) for level in levels(graph)}
    assert list(sizes) == ["network", "layers", "operations", "inside"]
    assert sorted(sizes.values()) == list(sizes.values())
    assert ComputationGraph(example="food").open_calls == dict(levels(graph))["layers"]


def test_closing_a_node_closes_what_is_inside_it():
    graph = run_pass(ComputationGraph(example="food")).graph
    assert toggled(graph, ("z3", "a1"), "z3") == ()
    assert toggled(graph, ("z3",), "a1") == ("z3", "a1")
    assert toggled(graph, ("z3",), "x") == ("z3",)


def test_nothing_is_open_while_a_step_is_predicted():
    assert ComputationGraph(example="food", opened=("z3",), predict=1).open_calls == ()


def test_equal_settings_share_one_pass():
    assert run_pass(ComputationGraph(example="tangle")) is run_pass(ComputationGraph(example="tangle", opened=()))
    assert run_pass(ComputationGraph(expression="x*y")) is run_pass(ComputationGraph(example="food", expression="x*y"))
    assert pass_of(Source("tangle"), ()) is run_pass(ComputationGraph(example="tangle"))


@pytest.mark.parametrize(
    ("expression", "inputs", "refused"),
    [
        ("argmax(x)", (("x", "[1, 2]"),), "graph:not_floating"),
        ("x > 1", (), "graph:not_floating"),
        ("log_softmax(x)", (("x", "[1, 2]"),), "graph:not_scalar"),
    ],
)
def test_what_has_no_gradient_is_refused_before_anything_is_computed(monkeypatch, expression, inputs, refused):
    monkeypatch.setattr("simulator.scenes.computation_graph.passes.trace", lambda *_, **__: pytest.fail("computed"))
    with pytest.raises(InputError) as said:
        pass_of(Source("", expression), inputs)
    assert said.value.code == refused
