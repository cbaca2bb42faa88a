"""The computation-graph page without a browser: examples, typed text, values, opened nodes, prediction, the link."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from simulator.errors import InputError
from simulator.graph.expression import parse
from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from simulator.texts import text
from simulator.ui.components.graph import component
from simulator.ui.components.graph.component import formulas_file
from simulator.ui.plain import plain

HOSTILE = (
    "__import__('os').system('true')",
    "x.__class__",
    "(lambda: x)()",
    "[x for x in y]",
    "x[0]",
    "9**9**9**9",
    "exp(" * 60 + "x" + ")" * 60,
    "x + * y",
    "2x",
    "<script>alert(1)</script>",
    "sigmoid",
    "[[1, 2], [3]] @ x",
    "",
)


def key(name: str, language: str = "en") -> str:
    return f"controls:computation_graph:{name}:{language}"


def opened(root, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(root / "pages" / "graph.py"), default_timeout=60)
    for name, value in {"lang": "en", **parameters}.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_opens(root, preset, language):
    app = opened(root, preset=preset, lang=language)
    assert not app.exception and not app.warning
    assert app.title[0].value == text(language, "computation_graph.title")
    assert "preset" not in app.query_params
    if preset == "squared_error":
        assert "example" not in app.query_params
    else:
        assert app.query_params["example"] == preset
    assert app.selectbox(key=key("preset", language)).value == preset


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_cannot_be_read_gets_a_sentence_and_the_graph_stays(root, typed):
    app = opened(root, preset="used_twice")
    app.text_input(key=key("expression")).set_value(typed).run()
    assert not app.exception
    assert len(app.warning) == 1
    assert text("en", "computation_graph.kept") in app.warning[0].value
    assert app.query_params["example"] == "used_twice" and "expr" not in app.query_params
    assert app.text_input(key=key("expression")).value == typed
    app.text_input(key=key("expression")).set_value("x*x").run()
    assert not app.warning and app.query_params["expr"] == "x*x"


def test_the_sentence_is_in_the_readers_language(root):
    app = opened(root, lang="ko")
    app.text_input(key=key("expression", "ko")).set_value("2x").run()
    with pytest.raises(InputError) as caught:
        parse("2x")
    assert app.warning[0].value.startswith(plain(caught.value.in_language("ko")))
    assert r"\*" in app.warning[0].value  # not the beginning of something in italics


def test_a_typed_expression_keeps_the_values_it_shares(root):
    app = opened(root)
    app.text_input(key=key("inputs:w")).set_value("-3").run()
    app.text_input(key=key("expression")).set_value("tanh(w*x)**2").run()
    assert app.text_input(key=key("inputs:w")).value == "-3"
    assert app.slider(key=key("inputs:w:slider")).value == -3.0
    assert app.query_params["expr"] == "tanh(w*x)**2" and "w=-3" in app.query_params["inputs"]
    assert app.selectbox(key=key("preset")).value is None


def test_a_slider_and_its_box_agree(root):
    app = opened(root)
    app.slider(key=key("inputs:w:slider")).set_value(-1.4).run()
    assert app.text_input(key=key("inputs:w")).value == "-1.4"
    assert app.query_params["inputs"] == "w=-1.4"
    app.text_input(key=key("inputs:w")).set_value("40").run()
    assert app.slider(key=key("inputs:w:slider")).value == 40.0 and app.slider(key=key("inputs:w:slider")).max >= 40.0
    app.text_input(key=key("inputs:w")).set_value("3").run()
    assert "inputs" not in app.query_params


@pytest.mark.parametrize("typed", ["two", "1e99", "1/0", "[[1, 2], [3]]", "[1, 2]", "x", ""])
def test_a_bad_value_keeps_the_last_good_one(root, typed):
    app = opened(root, lang="ko")
    app.text_input(key=key("inputs:w", "ko")).set_value(typed).run()
    assert not app.exception and len(app.warning) == 1
    assert app.text_input(key=key("inputs:w", "ko")).value == typed
    assert "inputs" not in app.query_params
    app.text_input(key=key("inputs:w", "ko")).set_value("0,5").run()
    assert not app.warning and app.query_params["inputs"] == "w=0,5"


def test_a_matrix_may_be_typed_where_a_number_was(root):
    app = opened(root, expr="sum((W @ x - t)**2)", inputs="W=[[1, 2], [3, 4]];x=[1, 1];t=[0, 0]")
    assert not app.exception and not app.warning
    assert app.text_input(key=key("inputs:W")).value == "[[1, 2], [3, 4]]"
    app.text_input(key=key("inputs:x")).set_value("[1, 1, 1]").run()
    assert len(app.warning) == 1 and "(2, 2)" in app.warning[0].value


def test_another_example_fills_the_boxes_anew(root):
    app = opened(root, inputs="w=7")
    app.selectbox(key=key("preset")).set_value("tangle").run()
    assert app.text_input(key=key("expression")).value == PRESETS["tangle"].source
    assert app.text_input(key=key("inputs:a")).value == "0.5"
    assert "inputs" not in app.query_params


def test_the_link_opens_single_nodes(root):
    app = opened(root, preset="food", open="z3,a1")
    assert not app.exception and not app.warning
    assert app.query_params["open"] == "z3,a1"


@pytest.fixture
def sent(monkeypatch) -> list[dict[str, Any]]:
    """What the browser gets of the graph, one entry a run of the page."""
    mounted: list[dict[str, Any]] = []
    monkeypatch.setattr(component, "_graph", lambda: lambda *, data, **_: mounted.append(data))
    return mounted


def test_a_prediction_is_held_back_until_it_is_answered(root, sent):
    app = opened(root, preset="neuron_mse", predict="4")
    assert not app.exception
    assert app.selectbox(key=key("predict:step")).value == 4
    step = run_pass(ComputationGraph(example="neuron_mse")).backward.steps[3]
    secret = f"{float(step.contribution):.3g}"
    for _ in range(20):
        assert sent[-1]["steps"][-1]["hidden"] and sent[-1]["asked"] == len(sent[-1]["steps"]) - 1
        assert sent[-1]["asking"] and secret not in str(sent[-1]).replace("−", "-")
        next(button for button in app.button if button.label == text("en", "prediction.show")).click().run()
        following = [button for button in app.button if button.label == text("en", "prediction.next")]
        if not following:
            break
        following[0].click().run()
    assert not sent[-1]["asking"]
    assert not any(step.get("hidden") for step in sent[-1]["steps"])
    assert len(sent[-1]["steps"]) > sent[-1]["asked"] + 1
    assert secret in str(sent[-1]).replace("−", "-")
    following = next(button for button in app.button if button.label == text("en", "computation_graph.predict_next"))
    following.click().run()
    assert app.query_params["predict"] == "5"
    assert sent[-1]["steps"][-1]["hidden"]
    app.selectbox(key=key("predict:step")).set_value(4).run()  # what was answered stays answered
    assert not any(step.get("hidden") for step in sent[-1]["steps"])
    app.selectbox(key=key("predict:step")).set_value(6).run()
    assert sent[-1]["steps"][-1]["hidden"]


def test_a_prediction_is_held_back_on_the_stage(root, sent):
    app = opened(root, preset="neuron_mse", predict="4", stage="graph")
    assert not app.exception
    assert sent[-1]["fill"] and sent[-1]["steps"][-1]["hidden"]
    assert len(app.radio) == 1  # the question, over the picture
    next(button for button in app.button if button.label == text("en", "prediction.show")).click().run()
    next(button for button in app.button if button.label == text("en", "prediction.next")).click().run()
    assert [box for box in app.text_input if box.label == text("en", "prediction.label.number")]


def test_nothing_to_copy_answers_a_prediction(root):
    app = opened(root, preset="neuron_mse", predict="4")
    assert not app.code
    assert text("en", "computation_graph.control.variable") not in [box.label for box in app.selectbox]


def elsewhere() -> None:
    from simulator.scenes.computation_graph.scene import SCENE
    from simulator.ui.controls.session import Controls
    from simulator.ui.controls.widgets import draw_controls
    from simulator.ui.show import show

    start = SCENE.presets["food"].settings
    controls = Controls(SCENE, "en", place="lesson", start=start)
    draw_controls(controls, SCENE.settings.controls())
    show(SCENE, "graph", controls.settings, controls=controls, place="lesson")
    show(SCENE, "graph", start, place="looked_at")


def test_the_graph_and_its_controls_stand_anywhere(root, sent):
    opened(root, preset="food")
    assert sent[-1]["moves"] and sent[-1]["linked"] and sent[-1]["stage"]
    app = AppTest.from_function(elsewhere, default_timeout=60).run()
    assert not app.exception
    moved, fixed = sent[-2:]
    assert moved["moves"] and not moved["linked"] and not moved["stage"]  # only the page itself writes the link
    assert not fixed["moves"] and not fixed["linked"]
    nodes = next(box for box in app.multiselect if box.label == text("en", "computation_graph.control.opened"))
    assert nodes.value == ["z3"]
    nodes.set_value(["z3", "a1"]).run()
    assert not app.exception and sent[-2]["structure"] != sent[-1]["structure"] == fixed["structure"]


def test_the_prediction_can_be_switched_on_and_off(root):
    app = opened(root, preset="neuron_mse")
    app.toggle(key=key("predict")).set_value(True).run()
    assert not app.exception and app.query_params["predict"] == "1"
    app.selectbox(key=key("predict:step")).set_value(3).run()
    assert app.query_params["predict"] == "3"
    app.toggle(key=key("predict")).set_value(False).run()
    assert "predict" not in app.query_params


def test_the_chain_rule_can_be_copied(root):
    app = opened(root, preset="squared_error")
    assert r"\frac{\partial L}{\partial w}" in app.code[0].value
    app.selectbox(key=key("variable")).set_value("b").run()
    assert r"\frac{\partial L}{\partial b}" in app.code[0].value


@pytest.mark.parametrize(
    ("link", "sentences"),
    [({"preset": "x"}, 1), ({"expr": "2x"}, 1), ({"inputs": "q=1;w=z"}, 2), ({"open": "w"}, 1), ({"predict": "x"}, 1)],
)
def test_bad_links_get_sentences_and_a_page(root, link, sentences):
    for language in ("ko", "en"):
        app = opened(root, lang=language, **link)
        assert not app.exception and len(app.warning) == sentences


def test_a_sentence_about_the_link_goes_when_the_reader_moves_on(root):
    app = opened(root, preset="nothing")
    assert len(app.warning) == 1
    app.selectbox(key=key("preset")).set_value("tangle").run()
    assert not app.warning


def test_matrices_can_be_typed_from_scratch(root):
    app = opened(root)
    app.text_input(key=key("expression")).set_value("mean((W@x-t)**2)").run()
    assert not app.exception and not app.warning
    shapes = {name: app.text_input(key=key(f"inputs:{name}")).label for name in ("W", "x", "t")}
    assert shapes == {"W": "W (2×3)", "x": "x (3)", "t": "t (2)"}
    assert app.query_params["expr"] == "mean((W@x-t)**2)"
    note = text("en", "computation_graph.first_entry")
    assert note not in [caption.value for caption in app.caption]
    app.text_input(key=key("expression")).set_value("softmax(z)").run()
    assert app.text_input(key=key("expression")).value == "pick(softmax(z), 0)"
    assert note in [caption.value for caption in app.caption]


def test_boxes_for_the_inputs_appear_even_where_no_guess_fits(root):
    app = opened(root)
    app.text_input(key=key("expression")).set_value("sum(W@[1, 2, 3, 4, 5])").run()
    assert len(app.warning) == 1 and "expr" not in app.query_params  # no usual shape has five entries
    box = app.text_input(key=key("draft:W"))
    box.set_value("[1, 2, 3]").run()
    assert len(app.warning) == 1
    assert app.text_input(key=key("draft:W")).value == "[1, 2, 3]"
    assert app.text_input(key=key("draft:W")).label == "W (3)"
    app.text_input(key=key("draft:W")).set_value("[1, 2, 3, 4, 0.5]").run()
    assert not app.warning and not app.exception
    assert app.query_params["expr"] == "sum(W@[1, 2, 3, 4, 5])"
    assert app.text_input(key=key("inputs:W")).value == "[1, 2, 3, 4, 0.5]"
    app.text_input(key=key("expression")).set_value("2x").run()  # what cannot be read has no inputs
    assert len(app.warning) == 1 and not [box for box in app.text_input if ":draft:" in str(box.key)]


def test_a_slip_goes_with_its_graph_and_survives_another_language(root):
    app = opened(root)
    app.text_input(key=key("inputs:w")).set_value("two").run()
    app.text_input(key=key("expression")).set_value("2x").run()
    assert len(app.warning) == 2
    app.query_params["lang"] = "ko"
    app.session_state["link:lang"] = "ko"
    app.run()
    assert app.text_input(key=key("expression", "ko")).value == "2x"
    assert app.text_input(key=key("inputs:w", "ko")).value == "two" and len(app.warning) == 2
    app.selectbox(key=key("preset", "ko")).set_value("tangle").run()
    assert not app.warning
    assert app.text_input(key=key("expression", "ko")).value == PRESETS["tangle"].source


def test_streamlit_still_brings_the_module_for_formulas():
    """Formulas in the component are drawn by Streamlit's own module; an upgrade must not lose it silently."""
    file = formulas_file()
    assert file is not None
    module = file.read_text(encoding="utf-8")
    assert "export{" in module and "as default" in module and "math-inline" in module
