"""The settings of the computation-graph page: links, typed values, zoom levels, and what is said of bad ones."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.settings import (
    GraphSettings,
    input_names,
    input_text,
    is_editable,
    levels,
    read_value,
    run_pass,
    toggled,
    value_text,
    with_input,
)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_survives_its_link(name):
    settings = GraphSettings(preset=name)
    assert GraphSettings.from_link(settings.to_link()) == (settings, ())


def test_everything_is_in_the_link():
    settings = GraphSettings(expression="sum(W @ x)", inputs=(("W", "[[1, 2], [3, 4]]"), ("x", "[1, 0.5]")), opened=())
    settings = GraphSettings(**{**settings.__dict__, "predict": 2})
    assert GraphSettings.from_link(settings.to_link()) == (settings, ())
    food = GraphSettings(preset="food", opened=("z3", "a1"))
    assert GraphSettings.from_link(food.to_link()) == (food, ())


@pytest.mark.parametrize(
    ("link", "shown", "codes"),
    [
        ({"preset": "nothing"}, GraphSettings(), ["graph:no_preset"]),
        ({"preset": "tangle", "expr": "x +"}, GraphSettings(preset="tangle"), ["graph:syntax"]),
        ({"expr": "__import__('os')"}, GraphSettings(), ["graph:character"]),
        ({"expr": "x*y", "inputs": "x=2;z=1"}, GraphSettings(expression="x*y"), ["graph_page:no_input"]),
        ({"preset": "used_twice", "inputs": "x=two"}, GraphSettings(preset="used_twice"), ["graph_page:value"]),
        ({"expr": "x*y", "inputs": "x=[1,2]"}, GraphSettings(expression="x*y"), ["graph:not_scalar"]),
        ({"preset": "food", "open": "z3,nothing"}, GraphSettings(preset="food", opened=("z3",)), ["graph_page:open"]),
        ({"predict": "99"}, GraphSettings(predict=7), ["graph_page:predict"]),
        ({"predict": "-1"}, GraphSettings(), ["graph_page:predict"]),
    ],
)
def test_a_bad_link_is_mended_with_a_sentence(link, shown, codes):
    settings, errors = GraphSettings.from_link(link)
    kept = {"inputs": (("x", "2"),)} if link.get("inputs") == "x=2;z=1" else {}
    assert settings == GraphSettings(**{**shown.__dict__, **kept})
    assert [error.code for error in errors] == codes
    for error in errors:
        assert error.in_language("ko") != error.in_language("en")


@given(
    st.dictionaries(
        st.sampled_from(["preset", "expr", "inputs", "open", "predict"]),
        st.text(max_size=40) | st.sampled_from(["tangle", "x*y", "x=1;y=[1", "all", "3", "x@", "=;=;="]),
    )
)
def test_no_link_gets_more_than_sentences(link):
    settings, errors = GraphSettings.from_link(link)
    assert run_pass(settings).graph.value.size == 1
    assert GraphSettings.from_link(settings.to_link()) == (settings, ())
    assert all(isinstance(error, InputError) for error in errors)


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
    assert caught.value.code == f"graph_page:{code}"
    if column is not None and code == "value_ragged":
        assert caught.value.details["column"] == column


@given(
    st.recursive(st.floats(-1e6, 1e6, width=32), lambda inner: st.lists(inner, min_size=2, max_size=2), max_leaves=4)
)
def test_values_are_written_as_they_are_read(value):
    try:
        array = np.asarray(value, np.float32)
    except ValueError:
        return  # rows of different depth
    np.testing.assert_allclose(read_value("x", value_text(array)), array, rtol=1e-5, atol=1e-30)


def test_inputs_of_a_preset_can_be_moved_and_moved_back():
    settings = with_input(GraphSettings(), "w", "-1.5")
    assert settings.inputs == (("w", "-1.5"),)
    x, b, t = 3.0, 1.0, 5.0
    gradient = jax.grad(lambda w: (w * x + b - t) ** 2)(jnp.float32(-1.5))
    np.testing.assert_allclose(run_pass(settings).backward.gradients["w"], gradient, rtol=1e-6)
    assert with_input(settings, "w", input_text(GraphSettings(), "w")) == GraphSettings()


def test_large_inputs_are_not_typed():
    food = GraphSettings(preset="food")
    assert [name for name in input_names(food) if is_editable(food, name)] == ["x", "b3", "t"]


def test_the_food_network_has_four_zoom_levels():
    graph = run_pass(GraphSettings(preset="food")).graph
    sizes = {level.name: len(graph.view(level.opened).nodes) for level in levels(graph)}
    assert list(sizes) == ["network", "layers", "operations", "inside"]
    assert sorted(sizes.values()) == list(sizes.values())
    assert GraphSettings(preset="food").open_calls == dict(levels(graph))["layers"]


def test_closing_a_node_closes_what_is_inside_it():
    graph = run_pass(GraphSettings(preset="food")).graph
    assert toggled(graph, ("z3", "a1"), "z3") == ()
    assert toggled(graph, ("z3",), "a1") == ("z3", "a1")
    assert toggled(graph, ("z3",), "x") == ("z3",)


def test_nothing_is_open_while_a_step_is_predicted():
    assert GraphSettings(preset="food", opened=("z3",), predict=1).open_calls == ()


def test_equal_settings_share_one_pass():
    assert run_pass(GraphSettings(preset="tangle")) is run_pass(GraphSettings(preset="tangle", opened=()))
