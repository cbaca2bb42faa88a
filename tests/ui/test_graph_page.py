"""The computation-graph page without a browser: presets, typed text, values, zoom levels, prediction, the link."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from simulator.errors import InputError
from simulator.graph.expression import parse
from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.settings import GraphSettings, levels, run_pass
from simulator.texts import text
from simulator.ui.components.graph.component import formulas_file
from simulator.ui.components.graph.controls import plain
from simulator.ui.components.graph.payload import graph_payload

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
    "[1, 2] * x",
    "",
)


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
    assert app.title[0].value == text(language, "graph_page.title")
    assert app.query_params["preset"] == preset


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_cannot_be_read_gets_a_sentence_and_the_graph_stays(root, typed):
    app = opened(root, preset="used_twice")
    app.text_input(key="graph_expression").set_value(typed).run()
    assert not app.exception
    assert len(app.warning) == 1
    assert text("en", "graph_page.kept") in app.warning[0].value
    assert app.query_params["preset"] == "used_twice" and "expr" not in app.query_params
    assert app.text_input(key="graph_expression").value == typed
    app.text_input(key="graph_expression").set_value("x*x").run()
    assert not app.warning and app.query_params["expr"] == "x*x"


def test_the_sentence_is_in_the_readers_language(root):
    app = opened(root, lang="ko")
    app.text_input(key="graph_expression").set_value("2x").run()
    with pytest.raises(InputError) as caught:
        parse("2x")
    assert app.warning[0].value.startswith(plain(caught.value.in_language("ko")))
    assert r"\*" in app.warning[0].value  # not the beginning of something in italics


def test_a_typed_expression_keeps_the_values_it_shares(root):
    app = opened(root)
    app.text_input(key="graph_input_w").set_value("-3").run()
    app.text_input(key="graph_expression").set_value("tanh(w*x)**2").run()
    assert app.text_input(key="graph_input_w").value == "-3"
    assert app.slider(key="graph_slider_w").value == -3.0
    assert app.query_params["expr"] == "tanh(w*x)**2" and "w=-3" in app.query_params["inputs"]
    assert app.selectbox(key="graph_preset").value is None


def test_a_slider_and_its_box_agree(root):
    app = opened(root)
    app.slider(key="graph_slider_w").set_value(-1.4).run()
    assert app.text_input(key="graph_input_w").value == "-1.4"
    assert app.query_params["inputs"] == "w=-1.4"
    app.text_input(key="graph_input_w").set_value("40").run()
    assert app.slider(key="graph_slider_w").value == 40.0 and app.slider(key="graph_slider_w").max >= 40.0
    app.text_input(key="graph_input_w").set_value("2").run()
    assert "inputs" not in app.query_params


@pytest.mark.parametrize("typed", ["two", "1e99", "1/0", "[[1, 2], [3]]", "[1, 2]", "x", ""])
def test_a_bad_value_keeps_the_last_good_one(root, typed):
    app = opened(root, lang="ko")
    app.text_input(key="graph_input_w").set_value(typed).run()
    assert not app.exception and len(app.warning) == 1
    assert app.text_input(key="graph_input_w").value == typed
    assert "inputs" not in app.query_params
    app.text_input(key="graph_input_w").set_value("0,5").run()
    assert not app.warning and app.query_params["inputs"] == "w=0,5"


def test_a_matrix_may_be_typed_where_a_number_was(root):
    app = opened(root, expr="sum((W @ x - t)**2)", inputs="W=[[1, 2], [3, 4]];x=[1, 1];t=[0, 0]")
    assert not app.exception and not app.warning
    assert app.text_input(key="graph_input_W").value == "[[1, 2], [3, 4]]"
    app.text_input(key="graph_input_x").set_value("[1, 1, 1]").run()
    assert len(app.warning) == 1 and "(2, 2)" in app.warning[0].value


def test_another_example_fills_the_boxes_anew(root):
    app = opened(root, inputs="w=7")
    app.selectbox(key="graph_preset").set_value("tangle").run()
    assert app.text_input(key="graph_expression").value == PRESETS["tangle"].source
    assert app.text_input(key="graph_input_a").value == "0.5"
    assert "inputs" not in app.query_params


def test_zoom_levels_are_offered_but_not_while_predicting():
    graph = run_pass(GraphSettings(preset="food")).graph
    payload = graph_payload(GraphSettings(preset="food"), "en")
    assert payload["levels"] == [[level.name, text("en", f"graph_page.level.{level.name}")] for level in levels(graph)]
    assert payload["level"] == "layers"
    assert graph_payload(GraphSettings(preset="food", opened=graph.calls), "en")["level"] == "inside"
    assert graph_payload(GraphSettings(preset="food", opened=("z3", "a1")), "en")["level"] is None
    assert graph_payload(GraphSettings(preset="food", predict=1), "en")["levels"] == []


def test_the_link_opens_single_nodes(root):
    app = opened(root, preset="food", open="z3,a1")
    assert not app.exception and not app.warning
    assert app.query_params["open"] == "z3,a1"


def test_prediction_holds_the_numbers_back(root):
    app = opened(root, preset="neuron_mse", predict="4")
    assert not app.exception
    assert app.selectbox(key="graph_predict_step").value == 4
    hidden = graph_payload(GraphSettings(preset="neuron_mse", predict=4), "en", answered=False)
    shown = graph_payload(GraphSettings(preset="neuron_mse", predict=4), "en", answered=True)
    asked = hidden["asked"]
    assert len(hidden["steps"]) == asked + 1 < len(shown["steps"])
    step = run_pass(GraphSettings(preset="neuron_mse")).backward.steps[3]
    secret = f"{float(step.contribution):.3g}"
    assert secret in json.dumps(shown["steps"][asked], ensure_ascii=False)
    assert secret not in json.dumps(hidden["steps"][asked:], ensure_ascii=False)
    assert hidden["steps"][asked]["gradient"]["texts"] == ["?"]


def test_the_prediction_can_be_switched_on_and_off(root):
    app = opened(root, preset="neuron_mse")
    app.toggle(key="graph_predict").set_value(True).run()
    assert not app.exception and app.query_params["predict"] == "1"
    app.selectbox(key="graph_predict_step").set_value(3).run()
    assert app.query_params["predict"] == "3"
    app.toggle(key="graph_predict").set_value(False).run()
    assert "predict" not in app.query_params


def test_the_chain_rule_can_be_copied(root):
    app = opened(root, preset="squared_error")
    assert r"\frac{\partial L}{\partial w}" in app.code[0].value
    app.selectbox(key="graph_chain").set_value("b").run()
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
    app.selectbox(key="graph_preset").set_value("tangle").run()
    assert not app.warning


def test_the_browser_gets_every_step_and_no_array():
    for name in PRESETS:
        settings = GraphSettings(preset=name)
        payload = graph_payload(settings, "ko")
        view = run_pass(settings).graph.view(settings.open_calls)
        returning = run_pass(settings).backward.steps_of(view)
        assert len(payload["steps"]) == payload["returns"] + len(returning)
        json.dumps(payload, allow_nan=False)


def test_streamlit_still_brings_the_module_for_formulas():
    """Formulas in the component are drawn by Streamlit's own module; an upgrade must not lose it silently."""
    file = formulas_file()
    assert file is not None
    module = file.read_text(encoding="utf-8")
    assert "export{" in module and "as default" in module and "math-inline" in module
