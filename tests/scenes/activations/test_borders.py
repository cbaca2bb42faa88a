"""What is said of spreads, paths and dead nodes whose numbers are written down."""

from typing import Any

import numpy as np
import pytest

from simulator.scenes.activations import words
from simulator.scenes.activations.dead import Dead
from simulator.scenes.activations.numbers import Spread, Zero
from simulator.scenes.activations.zigzag import Path
from simulator.texts import LANGUAGES, text
from tests.scenes.claims import entries_of


@pytest.fixture
def said(monkeypatch):
    monkeypatch.setattr(words, "function_title", lambda language, name: name)
    return entries_of(monkeypatch, words)


def test_the_part_beyond_the_axis(said):
    shown = Spread(np.arange(4.0), np.array([10, 20, 60]), 30, 0.25, 0.5, 1.5)
    words.spread_words("en", "tanh", shown, 4)
    words.spread_words("en", "tanh", shown._replace(outside=0), 4)
    assert words.spread_words("en", "tanh", None, 4) == []
    first = {"name": "tanh", "layer": 4, "std": "1.5", "saturated": "25%"}
    assert [one.values for one in said] == [first, {"name": "tanh", "share": "25%"}, first]


def test_what_programs_take_at_the_corner(said):
    words.zero_words("en", Zero({"jax.nn.relu": 0.0, "simulator": 0.25, "jnp.maximum": 0.5}, 0.125))
    assert [one.values for one in said] == [{"relu": "0", "own": "0.25", "maximum": "0.5"}, {"share": "12.5%"}]


@pytest.mark.parametrize(("arrived", "entry"), [(None, "not_arrived"), (0, "arrived"), (7, "arrived")])
@pytest.mark.parametrize("positive", [True, False])
def test_how_straight_a_way_is(said, arrived, entry, positive):
    words.path_words("en", Path(np.zeros((11, 2)), 0.75, arrived, 3.0, 2.0), positive=positive)
    arrival, whole = said
    assert (arrival.name, arrival.values) == (entry, {"steps": 10} if arrived is None else {"step": arrived})
    assert whole.name == ("zigzag_positive_says" if positive else "zigzag_centred_says")
    numbers = {"share": "75%", "length": "3", "straight": "2", "arrival": f"activations.{entry}"}
    assert whole.values == numbers


@pytest.mark.parametrize(("last", "layers"), [((1.0, 0.5, 1.0), "1, 3"), ((0.75, 0.99, 0.75), None)])
def test_how_many_nodes_are_dead(said, last, layers):
    share = np.array([[0.0, 0.25, 0.5], [1.0, 1.0, 1.0], last])
    found: Any = Dead("relu", 40, np.arange(3), share, 0.625)
    words.dead_words("en", found)
    whole, *lost = said
    numbers = {"name": "relu", "rows": 40, "start": "25%", "most": "100%", "accuracy": "62.5%"}
    assert {name: whole.values[name] for name in numbers} == numbers
    assert whole.values["share"] == words.percent_text(sum(last) / 3)
    assert [one.values for one in lost] == ([{"layers": layers}] if layers else [])


def test_a_point_is_told_with_its_value_and_slope(said):
    drawn = words.curve("tanh", 0.0)
    words.point_words("en", "tanh", drawn, -1.5)
    slope = 1 - np.tanh(-1.5) ** 2
    assert said[0].values["z"] == "−1.5" and said[0].values["derivative"] == words.number_text(slope)
    assert float(said[0].values["value"].replace("−", "-")) == pytest.approx(np.tanh(-1.5), abs=1e-3)


def test_the_numbers_that_correct_a_source(said):
    """1 − tanh² and σ(1 − σ), written out far enough to tell them from the source's."""
    words.erratum_words("en")
    sigmoid = 1 / (1 + np.exp(-5.0))
    exact = {
        "tanh_five": 1 / np.cosh(5.0) ** 2,
        "tanh_eight": 1 / np.cosh(8.0) ** 2,
        "sigmoid_five": sigmoid * (1 - sigmoid),
    }
    digits = {"tanh_five": 5, "tanh_eight": 4, "sigmoid_five": 4}
    assert said[0].values == {name: words.number_text(value, digits[name]) for name, value in exact.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_holds_the_derivatives_at_its_points(language):
    drawn = {name: words.curve(name, 0.0) for name in ("tanh", "sigmoid", "relu")}
    table = words.numbers_words(language, drawn).split("\n")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    assert cells[1] == ["---"] * 4 and {len(line) for line in cells} == {4}
    assert cells[0] == [text(language, "activations.function"), "tanh", cells[0][2], "ReLU"]
    assert all(cell.startswith("$") and cell.endswith("$") for line in cells[2:4] for cell in line[1:])
    points = (-8.0, -5.0, -1.0, 0.0, 1.0, 5.0, 8.0)
    assert [line[0] for line in cells[5:]] == [
        text(language, "activations.at", z=words.number_text(point)) for point in points
    ]
    for column, largest, slope in (
        (1, "1", lambda z: 1 / np.cosh(z) ** 2),
        (2, "0.25", lambda z: 1 / (2 + 2 * np.cosh(z))),
        (3, "1", lambda z: float(z > 0)),
    ):
        assert [line[column] for line in cells[4:]] == [largest, *(words.number_text(slope(z)) for z in points)]
