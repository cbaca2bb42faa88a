"""The pictures of a computation graph: every step, the zoom levels, no answer to a prediction; the chain rule."""

import json
import re
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import simulator as sim
from simulator.graph.cards import card
from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.chain import chain_of, chain_picture
from simulator.scenes.computation_graph.passes import levels
from simulator.scenes.computation_graph.pictures import graph_picture
from simulator.scenes.computation_graph.scene import SCENE
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from simulator.scenes.computation_graph.steps import WIDEST
from simulator.texts import text
from simulator.texts.numbers import number_text


def test_the_browser_gets_every_step_and_no_array():
    for name in PRESETS:
        settings = ComputationGraph(example=name)
        picture = graph_picture(settings, "ko")
        view = run_pass(settings).graph.view(settings.open_calls)
        returning = run_pass(settings).backward.steps_of(view)
        assert len(picture.content["steps"]) == picture.content["returns"] + len(returning)
        assert len(picture.sentences) == len(picture.step) == len(picture.content["steps"])
        json.dumps(dict(picture.content), allow_nan=False)


def test_zoom_levels_are_offered_but_not_while_predicting():
    food = ComputationGraph(example="food")
    graph, content = run_pass(food).graph, graph_picture(food, "en").content
    assert content["levels"] == [level.name for level in levels(graph)] and content["level"] == "layers"
    for language in ("ko", "en"):
        words = graph_picture(food, language).words
        expected = [text(language, f"computation_graph.level.{name}") for name in content["levels"]]
        assert [words[f"level_{name}"] for name in content["levels"]] == expected
    assert graph_picture(ComputationGraph(example="food", opened=("all",)), "en").content["level"] == "inside"
    assert graph_picture(ComputationGraph(example="food", opened=("z3", "a1")), "en").content["level"] is None
    assert graph_picture(ComputationGraph(example="food", predict=1), "en").content["levels"] == []


def everything(picture) -> str:
    """Return all that a reader of a picture could find in it."""
    plain = {name: [str(value) for value in column] for name, column in picture.tables["nodes"].items()}
    parts = [dict(picture.content), dict(picture.words), list(picture.sentences), picture.alt, plain]
    return json.dumps(parts, ensure_ascii=False).replace("−", "-")


def written(entry) -> str:
    return number_text(float(entry)).replace("−", "-")


@pytest.mark.parametrize("preset", ["neuron_mse", "tangle", "network_2_2_1"])
def test_a_prediction_holds_the_numbers_back(preset):
    settings = ComputationGraph(example=preset, predict=4)
    backward = run_pass(settings).backward
    hidden, shown = graph_picture(settings, "en"), graph_picture(settings, "en", answered=True)
    asked = hidden.content["asked"]
    assert len(hidden.content["steps"]) == asked + 1 < len(shown.content["steps"])
    assert hidden.content["steps"][asked]["gradient"]["texts"][0] == "?"
    assert hidden.content["largest"]["gradient"] == "?"
    known = {written(entry) for step in backward.steps[:3] for entry in np.ravel(step.contribution)}
    known |= {written(entry) for node in backward.graph.nodes for entry in np.ravel(node.value)}
    checked = 0
    for step in backward.steps[3:]:
        for entry in np.ravel(step.contribution):
            secret = written(entry)
            if len(secret) < 5 or secret in known or secret.removeprefix("-") in str(known):
                continue  # too short to be sure that it is the same number, or rightly there for another reason
            checked += 1
            assert secret in everything(shown)
            assert secret not in everything(hidden), (step.node, step.operand)
    assert checked
    assert np.all(np.isnan(hidden.tables["nodes"]["gradient"]))
    assert np.all(np.isfinite(shown.tables["nodes"]["gradient"]))


@pytest.mark.parametrize("preset", PRESETS)
def test_no_rule_and_no_shape_is_told_before_it_is_found(preset):
    """Whatever is asked, nothing that the browser gets holds the step's rule, its result or their shapes."""
    whole = ComputationGraph(example=preset)
    backward = run_pass(whole).backward
    for step in backward.steps:
        words = card(backward, step, "en")
        rule = words.symbols.split("=", 1)[1].strip()
        entry = (0,) * step.contribution.ndim
        for asked in (None, entry):
            picture = graph_picture(whole.change(predict=step.index + 1), "en", entry=asked)
            last = picture.content["steps"][-1]
            assert last["hidden"] and last["factor"] in ("", "×?") and last["gradient"]["exact"] == "?"
            assert {kind for kind, _ in last["formulas"]} <= {"known", "asked"} and not last["notes"]
            told = " ".join(latex for _, latex in last["formulas"])
            handed_on = step.local_derivative.kind in ("move", "reduce")  # the rule is what arrives, and that is known
            assert handed_on or len(rule) < 8 or rule not in told.replace(r"\htmlClass{gradient}", "")
            assert (r"\boxed{?}" in told) == (asked is not None)
    by_size = graph_picture(whole.change(predict=1), "en").content["largest"]["gradient"]
    assert by_size == "?"


def test_the_entry_that_is_asked_for_is_marked():
    settings = ComputationGraph(expression="sum((W@x)**2)", inputs=(("W", "[[1, 2], [3, 4]]"), ("x", "[1, -1]")))
    steps = run_pass(settings).backward.steps
    place = next(step.index for step in steps if step.operand == "W")
    asked = graph_picture(settings.change(predict=place + 1), "en", entry=(1, 0)).content["steps"][-1]
    (latex,) = [latex for kind, latex in asked["formulas"] if kind == "asked"]
    assert r"\begin{bmatrix}\cdot & \cdot \\ \boxed{?} & \cdot\end{bmatrix}" in latex
    vector = next(step.index for step in steps if step.operand == "x")
    asked = graph_picture(settings.change(predict=vector + 1), "en", entry=(1,)).content["steps"][-1]
    assert asked["gradient"]["texts"] == ["·", "?"]


def test_line_widths_do_not_betray_what_is_to_be_predicted():
    """The scale is that of the largest gradient shown: the largest of all may be the one that is asked for."""
    settings = ComputationGraph(example="squared_error", predict=2)
    first = graph_picture(settings, "en").content["steps"][-2]
    assert first["line"]["width"] == WIDEST


def test_every_way_to_the_panel_holds_the_numbers_back():
    asked = sim.scene("computation_graph", preset="neuron_mse", predict=4)
    assert asked.panels == ("graph",)
    panel = asked.panel("graph")
    assert panel.panel.pictures[0] is graph_picture(asked.settings, "en")
    assert panel.panel.pictures[0].content["steps"][-1]["hidden"]
    assert "?" in panel.sentences[-1]
    assert sim.scene("computation_graph", preset="neuron_mse").panels == ("graph", "chain", "nudge", "tangent")


def test_the_picture_does_not_depend_on_whose_chain_rule_is_shown():
    assert graph_picture(ComputationGraph(variable="b"), "ko") is graph_picture(ComputationGraph(), "ko")


def test_python_gets_the_values_and_gradients_of_jax():
    inputs = (("w", "0.3"), ("x", "-2"))
    shown = sim.scene("computation_graph", expression="tanh(w*x)**2", inputs=inputs)
    table = shown.panel("graph").data.set_index("Node")
    expected = jax.grad(lambda w, x: jnp.tanh(w * x) ** 2, argnums=(0, 1))(0.3, -2.0)
    column = "Gradient (norm of an array)"
    np.testing.assert_allclose(table.loc[["w", "x"], column].to_numpy(float), np.array(expected), rtol=1e-5)
    assert table.loc["L", "Value (norm of an array)"] == pytest.approx(float(jnp.tanh(-0.6) ** 2), rel=1e-5)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_chain_rule_of_every_input_is_written_out(preset):
    settings = ComputationGraph(example=preset)
    found = run_pass(settings)
    for name in found.variables:
        written = chain_of(found, settings.change(variable=name))
        for language in ("ko", "en"):
            picture = chain_picture(found.graph, written, language)
            formulas = [latex for _, latex in picture.content["formulas"]]
            assert len(formulas) == (1 if len(written.paths) == 1 else len(written.paths) + 1)
            assert all(latex.count("{") == latex.count("}") for latex in formulas)
            assert "mathrm{copies}" not in "".join(formulas)
            labels = {label for label, _ in picture.content["formulas"]} - {""}
            assert not labels or language == "en" or all(re.search("[가-힣]", label) for label in labels)
        products = np.asarray(picture.tables["paths"]["product"])
        if len(products) and np.all(np.isfinite(products)) and written.complete:
            np.testing.assert_allclose(products.sum(), written.total, rtol=1e-4, atol=1e-6)


def test_the_chain_panel_says_what_the_paths_come_to():
    used_twice = sim.scene("computation_graph", preset="used_twice").panel("chain", "en")
    assert used_twice.sentences == (
        "3 paths lead from L back to x. The product along each path, summed over the paths, is the gradient: 3.07.",
    )
    line = sim.scene("computation_graph", variable="b").panel("chain", "ko")
    assert line.question == "b는 어떤 경로로 L에 영향을 줄까요?"
    assert line.sentences[0].endswith("20입니다.") and "하나" in line.sentences[0]
    assert list(line.data.iloc[0]) == ["L ← v₃ ← v₂ ← b", 20.0]
    ((label, latex),) = line.panel.pictures[0].content["formulas"]
    assert label == "" and latex.endswith(r"&= \htmlClass{gradient}{20}\end{aligned}")


def test_many_paths_are_not_all_written_out():
    wide = "+".join(f"tanh({place}*x)" for place in range(1, 31))
    panel = sim.scene("computation_graph", expression=wide).panel("chain", "ko").panel
    assert panel.notes and "24" in panel.notes[0] and panel.sentences[0].startswith("L에서 x로")
    assert "24+" in panel.sentences[0]


def test_the_scene_is_made_without_any_computation():
    assert {name: preset.settings for name, preset in SCENE.presets.items()} == {
        name: replace(ComputationGraph(), example=name) for name in PRESETS
    }
