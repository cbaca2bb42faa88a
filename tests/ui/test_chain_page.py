"""The chain-rule page: every section in both languages, mended links, controls that reach the numbers, prediction."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from simulator.drawing.picture import pack
from simulator.scenes.chain_rule.settings import PRESETS, SECTIONS, ChainSettings
from simulator.texts import catalogue, text
from simulator.ui.components.chain.component import chain_content, read_state
from simulator.ui.components.chain.sections import parameter_rows


def opened(root, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(root / "pages" / "chain_rule.py"), default_timeout=60)
    for name, value in {"lang": "en", **parameters}.items():
        app.query_params[name] = value
    return app.run()


def link(app: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("preset", ["default", "neuron", "relu", "food"])
def test_every_section_draws(root, section, language, preset):
    app = opened(root, lang=language, section=section, preset=preset)
    assert not app.exception and not app.warning
    assert app.title[0].value == text(language, "chain_rule.title")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_bad_link_gets_a_sentence_each_and_a_page(root, language):
    app = opened(root, lang=language, net="2-99", loss="hinge", rate="fast", weight="7.7.7", data="1|2", preset="x")
    assert not app.exception
    assert len(app.warning) == 6
    for name in ("net", "loss", "rate", "data", "preset"):
        assert name not in app.query_params
    assert link(app)["weight"] == "3.2.2"


def test_controls_reach_the_link_and_the_link_the_controls(root):
    app = opened(root)
    app.selectbox(key="chain_rule_activation").set_value("tanh").run()
    app.selectbox(key="chain_rule_loss").set_value("mse_mean").run()
    app.selectbox(key="chain_rule_output").set_value("tanh").run()
    app.slider(key="chain_rule_rows").set_value(5).run()
    assert link(app) == {"lang": "en", "activation": "tanh", "loss": "mse_mean", "output": "tanh", "rows": "5"}
    again = opened(root, **link(app))
    assert again.selectbox(key="chain_rule_output").value == "tanh"
    assert again.slider(key="chain_rule_rows").value == 5


def test_a_network_with_one_output_changes_the_loss(root):
    app = opened(root)
    app.selectbox(key="chain_rule_net").set_value("2-2-1").run()
    assert not app.exception and not app.warning
    assert app.selectbox(key="chain_rule_loss").value == "binary_cross_entropy"
    assert "cross_entropy" not in app.selectbox(key="chain_rule_loss").options


def test_own_examples_count_once_they_can_be_read(root):
    app = opened(root)
    area = app.text_area(key="chain_rule_typed")
    assert area.value is not None and "|" in area.value
    area.set_value("0.5, 1 | 1").run()
    assert "Line 1 must have 2 inputs" in app.warning[0].value
    assert "data" not in app.query_params
    app.text_area(key="chain_rule_typed").set_value("0.5, 1 | 1, 0\n\n0, -2 | 0, 1").run()
    assert not app.warning
    assert link(app)["data"] == "0.5, 1 | 1, 0;0, -2 | 0, 1"
    assert not [one for one in app.slider if one.key == "chain_rule_rows"]
    app.text_area(key="chain_rule_typed").set_value("").run()
    assert "data" not in app.query_params
    assert app.slider(key="chain_rule_rows").value == 2


def test_presets_leave_section_and_learning_rate(root):
    app = opened(root, section="update", rate="2")
    app.selectbox(key="chain_rule_preset").set_value("relu").run()
    assert (link(app)["section"], link(app)["rate"]) == ("update", "2")
    assert app.selectbox(key="chain_rule_activation").value == "relu"


def test_prediction_is_offered_at_backward_steps(root):
    app = opened(root, ask="1", step="1")
    assert text("en", "chain_rule.predict.nothing") in [info.value for info in app.info]
    app = opened(root, ask="1", step="5")
    assert any(text("en", "chain_rule.predict.hidden") in mark.value for mark in app.markdown)
    made = ChainSettings().network_pass
    at = np.unravel_index(np.argmax(np.abs(made.loss.grad_logits)), made.loss.grad_logits.shape)
    app.text_input[0].set_value(f"{made.loss.grad_logits[at]:.4f}")
    next(button for button in app.button if button.label == "Check").click().run()
    assert app.success
    next(button for button in app.button if button.label == "Next question").click().run()
    app.text_input[0].set_value("2x2")
    next(button for button in app.button if button.label == "Check").click().run()
    assert any(text("en", "chain_rule.predict.revealed") in mark.value for mark in app.markdown)
    assert not opened(root, step="5").text_input


@pytest.mark.parametrize("name", PRESETS)
def test_the_component_gets_every_number_and_word(name):
    settings = PRESETS[name]
    content = chain_content(settings, "ko", [5], 3)
    assert len(pack(content)) < 250_000
    made = settings.network_pass
    np.testing.assert_array_equal(content["grad_weight"][0], made.grad_weight[0])
    assert content["hidden"] == [5] and content["revision"] == 3
    assert set(content["words"]) == {
        entry.removeprefix("chain_rule.component.")
        for entry in catalogue("en")
        if entry.startswith("chain_rule.component.")
    }


def test_the_scale_of_the_first_gradient():
    for loss in ("cross_entropy", "binary_cross_entropy", "mse_half_sum", "mse_mean", "mse_batch_mean"):
        settings = ChainSettings(loss=loss, output="tanh", rows=3)
        made = settings.network_pass
        content = chain_content(settings, "en", [], 0)
        first = made.loss.grad_logits if made.loss.grad_output is None else made.loss.grad_output
        np.testing.assert_allclose(content["gradient_scale"] * (made.loss.output - made.targets), first)


def test_what_the_browser_sends_is_checked():
    settings = ChainSettings()
    state = {"step": 4, "look": "shapes", "weight": [2, 3, 1], "example": 1, "stage": 2}
    assert read_state(state, settings) == state | {"weight": (2, 3, 1)}
    assert read_state(state | {"step": 99, "weight": [9, 9, 9]}, settings)["weight"] == (3, 2, 2)
    for wrong in ({"look": "words"}, {"weight": [1]}, {"step": None}, {"stage": 9}, {"example": "x"}):
        assert read_state(state | wrong, settings) == {}
    assert read_state({}, settings) == {}


def test_the_table_of_the_update():
    settings = replace(PRESETS["food"], rate=0.1)
    made = settings.network_pass
    rows = parameter_rows(made, 0.1, "en")
    assert len(rows) == 10
    sizes = [abs(float(row["g"].replace("−", "-"))) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    largest = max(np.abs(gradient).max() for gradient in (*made.grad_weight, *made.grad_bias))
    assert sizes[0] == pytest.approx(largest, rel=1e-2)
