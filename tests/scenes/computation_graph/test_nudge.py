"""The panels of a nudge: what is drawn, said and refused; every sentence is recomputed with NumPy."""

import json
import re

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.graph.nudge import SHARE
from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.layout import node_id
from simulator.scenes.computation_graph.names import pretty
from simulator.scenes.computation_graph.nudge import run_nudge
from simulator.scenes.computation_graph.nudge_pictures import graph_nudge
from simulator.scenes.computation_graph.scene import SCENE
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from simulator.scenes.nudging import stops
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import number_text

SQUARED = {"w": 3.0, "x": 4.0, "b": 5.0, "t": 7.0}


def loss(**changed: float) -> float:
    values = SQUARED | changed
    return (values["w"] * values["x"] + values["b"] - values["t"]) ** 2


def signed(value: float) -> str:
    return f"+{number_text(value)}" if value > 0 else number_text(value)


def test_the_example_of_the_first_sight():
    picture = SCENE.panel("nudge", ComputationGraph(), "en").pictures[0]
    assert picture.title == "Nudge w: how far does each node move?"
    # (3.5·4 + 5 − 7)² − 10² = 44, and 2·10·4·0.5 = 40
    assert picture.sentence == (
        "Move w by +0.5: L truly changes by +44. The straight line says 80 · 0.5 = +40. "
        "It misses by 9.09% of the true change: still good."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stop_says_the_numbers_of_the_function(language):
    picture = SCENE.panel("nudge", ComputationGraph(), language).pictures[0]
    output, sentences = picture.content["nodes"]["n7"], list(picture.sentences)
    assert len(sentences) == len(picture.content["stops"]) == len(output["true"])
    for place, delta in enumerate(picture.content["stops"]):
        true, line = loss(w=3.0 + delta) - loss(), 80.0 * delta
        assert output["true"][place] == [signed(true)] and output["line"][place] == [signed(line)]
        sentence = sentences[place]
        if delta == 0:
            assert sentence == text(language, "nudge.still")
            continue
        assert all(signed(number) in sentence for number in (delta, true, line))
        if true == 0:  # Δ = −5: the parabola is as high as at first
            assert text(language, "nudge.bent_still") in sentence
            continue
        far = abs(true - line) / abs(true)
        assert (output["state"][place] == "bent") == (far > SHARE) == ("L(" in sentence or "L (" in sentence)
        assert f"{number_text(100 * far)}%" in sentence
        assert output["negative"][place] == (true < 0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("variable", "kind"), [("w", "range"), ("b", "range")])
def test_the_range_is_where_the_line_is_good_at_every_stop(language, variable, kind):
    settings = ComputationGraph(variable=variable)
    found = run_nudge(settings)
    slope = {"w": 80.0, "b": 20.0}[variable]
    deltas = found.nudge.deltas
    true = np.array([loss(**{variable: SQUARED[variable] + delta}) for delta in deltas]) - loss()
    good = np.abs(true - slope * deltas) <= SHARE * np.abs(true)
    zero = int(np.flatnonzero(deltas == 0)[0])
    low = zero - next(step for step, one in enumerate(good[zero::-1]) if not one) + 1
    high = zero + next(step for step, one in enumerate(good[zero:]) if not one) - 1
    expected = text(
        language,
        f"nudge.{kind}",
        low=number_text(deltas[low]),
        high=number_text(deltas[high]),
        output="L",
        share="10%",
    )
    panel = SCENE.panel("tangent", settings, language)
    assert panel.sentences == (expected,) and expected in panel.pictures[0].alt


def test_the_tangent_touches_the_curve_at_zero():
    picture = SCENE.panel("tangent", ComputationGraph(variable="x", delta=-0.37), "en").pictures[0]
    table = picture.tables["table"]
    np.testing.assert_allclose(table["true"], [loss(x=4.0 + delta) for delta in table["delta"]], rtol=1e-5)
    np.testing.assert_allclose(table["line"], 100.0 + 60.0 * np.array(table["delta"]), rtol=1e-6)
    now = picture.rows("now", picture.opens)[0]
    assert now["delta"] == -0.37 and now["true"] == pytest.approx(loss(x=3.63), rel=1e-5)
    shown = picture.to_dict()
    assert shown["datasets"]["now"] == [now]


@pytest.mark.parametrize("preset", PRESETS)
def test_the_browser_gets_every_stop_of_every_node_that_moves(preset):
    settings = ComputationGraph(example=preset)
    found = run_nudge(settings)
    picture = graph_nudge(found, settings, "ko")
    view = found.graph.view(settings.open_calls)
    assert set(picture.content["nodes"]) == {
        node_id(found.graph, name) for name in view.nodes if name in found.nudge.moves
    }
    assert node_id(found.graph, found.nudge.name) in picture.content["nodes"]
    count = len(picture.content["stops"])
    for drawn in picture.content["nodes"].values():
        assert {len(column) for column in drawn.values()} == {count}
    assert len(json.dumps(dict(picture.content), allow_nan=False)) < 400_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_entry_of_a_matrix_is_nudged(language):
    steepest = ComputationGraph(example="network_2_2_1", variable="W1")
    gradient = run_pass(steepest).backward.gradients["W1"]
    assert abs(gradient[steepest.nudged_entry]) == np.abs(gradient).max() > np.abs(gradient).min()
    settings = ComputationGraph(example="network_2_2_1", variable="W1", entry=(2, 1))
    found = run_nudge(settings)
    assert found.nudge.entry == (1, 0) and found.nudge.value == pytest.approx(0.3)
    assert "W₁[2,1]" in graph_nudge(found, settings, language).title
    settings, errors = ComputationGraph.read({"example": "network_2_2_1", "variable": "W1", "entry": "3.1"})
    assert settings.entry == () and [error.details["field"] for error in errors] == ["entry"]
    assert "2.2" in errors[0].in_language(language)
    assert ComputationGraph(example="network_2_2_1", entry=(2, 1)).change(variable="b1").entry == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_number_is_explained(language):
    settings = ComputationGraph(expression="2*log(x)", inputs=(("x", "0.5"),), delta=-0.75)
    picture = SCENE.panel("nudge", settings, language).pictures[0]
    assert "NaN" in picture.sentence and "−3" in picture.sentence  # 2/0.5 · −0.75
    assert text(language, "graph.operations.log") in picture.sentence
    lost = [drawn["state"][picture.opens] for drawn in picture.content["nodes"].values()]
    assert lost == ["", "lost", "lost"]
    tangent = SCENE.panel("tangent", settings, language).pictures[0]
    assert all(np.isfinite(tangent.signals["y_domain"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_closed_gate_a_lowest_point_and_a_corner_say_why(language):
    opened = ComputationGraph(example="closed_gate", delta=-1.5)
    assert text(language, "nudge.flat_bent") in SCENE.panel("nudge", opened, language).pictures[0].sentence
    shut = ComputationGraph(example="closed_gate", delta=1.0)
    sentence = SCENE.panel("nudge", shut, language).pictures[0].sentence
    assert sentence == text(language, "nudge.flat", name="w", delta="+1", output="L")
    lowest = ComputationGraph(expression="x**2", inputs=(("x", "0"),))
    said = SCENE.panel("tangent", lowest, language).sentences
    output = run_nudge(lowest).graph.output
    assert said == (text(language, "nudge.nowhere", output=output, share="10%"),)
    corner = ComputationGraph(expression="3*relu(x)", inputs=(("x", "0"),))
    said = SCENE.panel("tangent", corner, language).sentences[0]  # the gradient is 0 there, as on the left
    assert pretty(run_nudge(corner).graph, said) == said and "−1" in said and "10%" in said


def test_a_typed_delta_is_a_stop_of_its_own():
    assert 0.123 in stops(3.0, 0.123, 20) and len(stops(3.0, 0.123, 20)) == 42
    assert len(stops(3.0, 0.5, 20)) == 41 and max(stops(3.0, 7.0, 20)) == 10.0
    assert max(stops(3.0, 1e-4, 20)) == 1e-3
    for value, delta in [(0.0, 0.0), (1e30, 0.5), (-7.0, -1e6)]:
        found = stops(value, delta, 20)
        assert list(found) == sorted(set(found)) and 0.0 in found and delta in found


def test_a_prediction_hides_the_nudge():
    for panel in ("nudge", "tangent"):
        with pytest.raises(InputError):
            SCENE.panel(panel, ComputationGraph(predict=2), "en")


def test_labels_are_filled_where_python_knows_them():
    for language in LANGUAGES:
        words = SCENE.panel("nudge", ComputationGraph(variable="b"), language).pictures[0].words
        left = {name: re.findall(r"\{\w+\}", said) for name, said in words.items()}
        assert {name: places for name, places in left.items() if places} == {
            "moved": ["{before}", "{after}"],
            "place": ["{number}"],
        }
        assert "10%" in words["bent"] and "b" in words["line"]
