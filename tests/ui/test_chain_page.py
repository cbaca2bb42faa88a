"""The chain-rule page: every view in both languages, mended links, controls that reach the numbers, prediction."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from simulator.scenes.chain_rule.content import chain_content, hidden_steps
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.scene import SCENE
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.scenes.chain_rule.tables import moves_table
from simulator.texts import text
from simulator.ui.components.chain import component, predictions
from simulator.ui.components.chain.component import mount, read_state
from simulator.ui.components.chain.predictions import asked_of, hidden_from
from simulator.ui.frame.theme import Display
from simulator.ui.place import Place


def chained(**values: Any) -> ChainRule:
    """Return a network of two inputs with two examples, by default."""
    return ChainRule(**{"net": "2-3-2-2", "rows": 2, **values})


VIEWS = ("pass", "weight", "matrices", "update")


def opened(root, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(root / "pages" / "chain_rule.py"), default_timeout=60)
    small = {} if "preset" in parameters else {"net": "2-3-2-2", "rows": "2"}
    for name, value in {"lang": "en", **small, **parameters}.items():
        app.query_params[name] = value
    return app.run()


def key(name: str, language: str = "en") -> str:
    return f"controls:chain_rule:{name}:{language}"


def link(app: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("preset", ["default", "neuron", "relu", "food"])
def test_every_view_draws(root, view, language, preset):
    app = opened(root, lang=language, view=view, preset=preset)
    assert not app.exception and not app.warning
    assert app.title[0].value == text(language, "chain_rule.title")
    said = SCENE.panel(view, SCENE.presets[preset].settings, language).sentences
    assert any(said[0] in mark.value for mark in app.markdown)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_bad_link_gets_a_sentence_each_and_a_page(root, language):
    app = opened(root, lang=language, net="2-99", loss="hinge", rate="fast", weight="7.7.7", data="1|2", preset="x")
    assert not app.exception
    assert len(app.warning) == 6
    for name in ("net", "loss", "rate", "data", "preset"):
        assert name not in app.query_params
    assert link(app)["weight"] == "2.2.4"


def test_controls_reach_the_link_and_the_link_the_controls(root):
    app = opened(root)
    app.selectbox(key=key("activation")).set_value("tanh").run()
    app.selectbox(key=key("loss")).set_value("mse_mean").run()
    app.selectbox(key=key("output")).set_value("tanh").run()
    app.slider(key=key("rows")).set_value(4).run()
    assert link(app) == {
        **{"lang": "en", "net": "2-3-2-2", "rows": "4"},
        **{"activation": "tanh", "loss": "mse_mean", "output": "tanh"},
    }
    again = opened(root, **link(app))
    assert again.selectbox(key=key("output")).value == "tanh"
    assert again.slider(key=key("rows")).value == 4


def test_a_network_with_one_output_changes_the_loss(root):
    app = opened(root)
    app.selectbox(key=key("net")).set_value("2-2-1").run()
    assert not app.exception and not app.warning
    assert app.selectbox(key=key("loss")).value == "binary_cross_entropy"
    words = text("en", "chain_rule.loss.cross_entropy")
    assert words not in app.selectbox(key=key("loss")).options
    assert words in opened(root).selectbox(key=key("loss")).options


def test_own_examples_count_once_they_can_be_read(root):
    app = opened(root)
    area = app.text_area(key=key("data"))
    assert area.value is not None and "|" in area.value
    area.set_value("0.5, 1 | 1").run()
    assert "Line 1 must have 2 inputs" in app.warning[0].value
    assert app.text_area(key=key("data")).value == "0.5, 1 | 1"
    assert "data" not in app.query_params
    app.text_area(key=key("data")).set_value("0.5, 1 | 1, 0\n\n0, -2 | 0, 1").run()
    assert not app.warning
    assert link(app)["data"] == "0.5, 1 | 1, 0;0, -2 | 0, 1"
    assert not [one for one in app.slider if one.key == key("rows")]
    app.text_area(key=key("data")).set_value("").run()
    assert "data" not in app.query_params
    assert app.slider(key=key("rows")).value == 2
    assert "|" in (app.text_area(key=key("data")).value or "")


def test_presets_leave_view_and_learning_rate(root):
    app = opened(root, view="update", rate="2")
    app.selectbox(key=key("preset")).set_value("relu").run()
    assert (link(app)["view"], link(app)["rate"]) == ("update", "2")
    assert app.selectbox(key=key("activation")).value == "relu"
    assert app.selectbox(key=key("preset")).value == "relu"


def press(app: AppTest, entry: str) -> AppTest:
    return next(button for button in app.button if button.label == text("en", f"prediction.{entry}")).click().run()


def test_prediction_is_offered_at_backward_steps(root):
    app = opened(root, ask="1", step="1")
    assert text("en", "chain_rule.predict.nothing") in [info.value for info in app.info]
    app = opened(root, ask="1", step="5")
    app.radio[0].set_value(r"\frac{1}{N}\,(T - Y)")
    press(app, "check")
    assert text("en", "misconceptions.names.targets_swapped") in app.warning[0].value
    app.radio[0].set_value(r"\frac{1}{N}\,(Y - T)")
    press(app, "check")
    press(app, "next")
    made = pass_of(chained())
    at = np.unravel_index(np.argmax(np.abs(made.loss.grad_logits)), made.loss.grad_logits.shape)
    app.text_input[0].set_value(f"{made.loss.grad_logits[at]:.4f}")
    press(app, "check")
    assert app.success and any("2 of 2 found by yourself" in caption.value for caption in app.caption)
    assert not [box for box in opened(root, step="5").text_input if box.label == text("en", "prediction.label.number")]


def test_the_prediction_stands_on_the_stage_too(root):
    app = opened(root, ask="1", step="5", stage="pass")
    assert not app.exception and len(app.radio) == 1
    press(app, "show")
    press(app, "next")
    assert [box.label for box in app.text_input if box.label == text("en", "prediction.label.number")]


class Mounted:
    """Stands for the component in the browser: keeps what it was sent."""

    def __init__(self):
        self.sent: dict[str, Any] = {}

    def __call__(self, **sent: Any) -> None:
        self.sent = sent


@pytest.fixture
def mounted(monkeypatch) -> Mounted:
    found = Mounted()
    monkeypatch.setattr(component, "_component", lambda: found)
    return found


def placed(settings: ChainRule, revision: int = 0, **more: Any) -> Place:
    """Return a place whose controls have these settings and keep what they take."""
    taken: dict[str, Any] = {}
    scene = SimpleNamespace(name="here")
    controls = SimpleNamespace(
        scene=scene,
        settings=settings,
        revision=revision,
        place="",
        taken=taken,
        take=taken.update,
        current=lambda sent: isinstance(sent, dict) and sent.get("revision") == revision,
    )
    return Place("here", Display("en", "light", "normal"), cast(Any, controls), **more)


def sent_bytes(mounted: Mounted, settings: ChainRule, **more: Any) -> bytes:
    (picture,) = SCENE.panel("pass", settings, "en").pictures
    mount(picture, placed(settings, **more))
    return mounted.sent["data"]


def test_what_is_to_be_predicted_does_not_travel(mounted):
    """Neither where the reader asks for it nor where the place does; in any other panel and without asking it does."""
    asking = chained(ask=True, step=6)
    made = pass_of(asking)
    answers = [np.ascontiguousarray(gradient, "<f4").tobytes() for gradient in (*made.grad_weight, *made.grad_bias)]
    assert not any(answer in sent_bytes(mounted, asking) for answer in answers)
    assert not any(answer in sent_bytes(mounted, replace(asking, ask=False), hidden=True) for answer in answers)
    open_to_all = sent_bytes(mounted, replace(asking, ask=False))
    assert all(answer in open_to_all for answer in answers)


def answer(monkeypatch, *done: str) -> None:
    """Let the session remember that the questions about these have been answered."""
    monkeypatch.setattr(predictions, "has_begun", lambda key: True)
    monkeypatch.setattr(predictions, "is_done", lambda key, question: question.about in done)
    monkeypatch.setattr(predictions, "answered", lambda key, questions: all(one.about in done for one in questions))
    waiting = lambda questions: [one for one in questions if one.about not in done]  # noqa: E731
    monkeypatch.setattr(predictions, "current", lambda key, questions: (waiting(questions) or questions)[0])


def test_what_has_been_answered_is_sent(monkeypatch):
    settings = chained(ask=True, step=6, weight=(3, 1, 2))
    content = chain_content(settings, pass_of(settings), "pass")
    assert hidden_from(content, placed(settings)) == hidden_steps(content) == tuple(range(4, 12))
    answer(monkeypatch, "rule", "shape", "weight", "bias", "receivers")
    assert hidden_from(content, placed(settings)) == (4, 6, 7, 9, 10)
    assert hidden_from(content, placed(settings, hidden=True)) == hidden_steps(content)
    assert asked_of(content, placed(settings)) is None


def test_the_drawing_learns_what_is_asked_and_nothing_more(monkeypatch, mounted):
    """The entry of the open question is the marked one; rule and shape are not sent before they are found."""
    settings = chained(ask=True, step=9, weight=(2, 3, 1))  # the step of W⁽²⁾, 3×2
    content = chain_content(settings, pass_of(settings), "pass")
    answer(monkeypatch)
    asked = {"step": 8, "about": "rule", "entry": None, "rule": True, "shape": True}
    assert asked_of(content, placed(settings)) == asked
    data = sent_bytes(mounted, settings)
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    assert header["grad_weight"][1] == {"held_back": None} and header["asked"] == asked
    answer(monkeypatch, "rule")
    assert asked_of(content, placed(settings)) == asked | {"about": "shape", "rule": False}
    answer(monkeypatch, "rule", "shape")
    asked = {"step": 8, "about": "weight", "entry": [2, 0], "rule": False, "shape": False}
    assert asked_of(content, placed(settings)) == asked
    data = sent_bytes(mounted, settings)
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    assert header["grad_weight"][1] == {"held_back": [3, 2]}
    made = pass_of(settings)
    for secret in (made.grad_weight[1], made.grad_bias[1], made.grad_weight[0]):
        assert np.ascontiguousarray(secret, "<f4").tobytes() not in data
    largest = np.unravel_index(np.argmax(np.abs(made.grad_bias[1])), made.grad_bias[1].shape)
    answer(monkeypatch, "rule", "shape", "weight")
    assert (asked_of(content, placed(settings)) or {})["entry"] == list(map(int, largest))


def test_a_place_without_controls_is_only_looked_at(mounted):
    (picture,) = SCENE.panel("weight", chained(), "en").pictures
    mount(picture, Place("here", Display("en", "light", "normal")))
    assert b'"moves":""' in mounted.sent["data"] and b'"revision":0' in mounted.sent["data"]
    mount(picture, placed(chained(), revision=3))
    assert b'"moves":"here"' in mounted.sent["data"] and b'"revision":3' in mounted.sent["data"]
    assert mounted.sent["height"] == "content"
    mount(picture, placed(chained(), fill=True))
    assert mounted.sent["height"] == "stretch" and b'"fill":true' in mounted.sent["data"]


def test_a_step_sends_nothing_of_the_network_again(mounted, monkeypatch):
    """What the browser gets is the same, byte for byte, until the controls are moved from outside."""
    monkeypatch.setattr(component.st, "session_state", {})

    def sent(settings: ChainRule, revision: int) -> bytes:
        (picture,) = SCENE.panel("pass", settings, "en").pictures
        mount(picture, placed(settings, revision=revision))
        return mounted.sent["data"]

    first = sent(chained(step=3), 1)
    assert sent(chained(step=7, weight=(2, 1, 2), example=2, look="shapes"), 1) == first
    assert b'"step":2' in first
    moved = sent(chained(step=7, weight=(2, 1, 2)), 2)
    assert b'"step":6' in moved and b'"weight":[2,1,2]' in moved


def test_only_a_state_of_the_same_revision_moves_the_controls(mounted, monkeypatch):
    (picture,) = SCENE.panel("pass", chained(), "en").pictures
    state = {"step": 4, "look": "shapes", "weight": [2, 3, 1], "example": 1, "stage": 2}
    for revision, moved in ((7, True), (6, False)):
        here = placed(chained(), revision=7)
        mount(picture, here)
        monkeypatch.setattr(component.st, "session_state", {"here": {"state": state | {"revision": revision}}})
        mounted.sent["on_state_change"]()
        taken = cast(Any, here.controls).taken
        assert taken == ({**state, "step": 5, "example": 2, "weight": (2, 3, 1)} if moved else {})


def test_what_the_browser_sends_is_checked():
    settings = chained()
    state = {"step": 4, "look": "shapes", "weight": [2, 3, 1], "example": 1, "stage": 2}
    assert read_state(state, settings) == {**state, "step": 5, "example": 2, "weight": (2, 3, 1)}
    assert read_state(state | {"step": 19, "weight": [9, 9, 9]}, settings)["weight"] == (3, 2, 2)
    wrongs = ({"look": "words"}, {"weight": [1]}, {"step": None}, {"stage": 9}, {"example": "x"}, {"step": 10**9})
    for wrong in wrongs:
        assert read_state(state | wrong, settings) == {}
    assert read_state({}, settings) == {}


def test_the_table_of_the_update():
    settings = replace(SCENE.presets["food"].settings, rate=0.1)
    made = pass_of(settings)
    table = moves_table("en", made, 0.1)
    assert len(table) == 10
    sizes = [abs(float(value.replace("−", "-"))) for value in table["g"]]
    assert sizes == sorted(sizes, reverse=True)
    largest = max(np.abs(gradient).max() for gradient in (*made.grad_weight, *made.grad_bias))
    assert sizes[0] == pytest.approx(largest, rel=1e-2)
