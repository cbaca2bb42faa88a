"""The trust lab in both languages: every view draws, links are mended, and the hunt can be won, lost and shown."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator.core.checks import RULES, layers_of, planted_bug
from simulator.core.checks.bugs import BUG_KINDS, HINT_COST, MAX_POINTS
from simulator.scenes.trust_lab.scene import SCENE
from simulator.scenes.trust_lab.settings import PARAMETERS
from simulator.texts import LANGUAGES, text

VIEWS = ("rules", "step_size", "passes", "hunt")


def opened(root, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(root / "pages" / "trust_lab.py"), default_timeout=60)
    for name, value in {"lang": "en", **parameters}.items():
        app.query_params[name] = value
    return app.run()


def key(name: str, language: str = "en") -> str:
    return f"controls:trust_lab:{name}:{language}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_draws(root, view, language):
    app = opened(root, view=view, lang=language)
    assert not app.exception and not app.warning
    assert app.title[0].value == text(language, "trust_lab.title")


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_passes_its_check_on_the_page(root, rule):
    app = opened(root, rule=rule)
    assert not app.exception
    table = app.table[0].value
    assert list(table.iloc[:, -1]) == [text("en", "trust_lab.verdict.agrees")] * len(RULES[rule].operands)


@pytest.mark.parametrize("preset", SCENE.presets)
def test_presets_open_from_a_link(root, preset):
    app = opened(root, preset=preset)
    assert not app.exception and not app.warning
    view = SCENE.presets[preset].panel
    assert app.query_params.get("view", ["rules"]) in (view, [view])
    assert app.selectbox(key=key("preset")).value == preset


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_link_gets_sentences(root, language):
    app = opened(root, view="step_size", rule="nothing", exponent="big", seed="-1", lang=language)
    assert not app.exception
    assert len(app.warning) == 3


def test_changing_the_rule_keeps_an_operand_that_exists_and_a_link_without_a_warning(root):
    app = opened(root, rule="affine", operand="weight")
    app.selectbox(key=key("rule")).select("relu").run()
    assert not app.exception
    assert app.selectbox(key=key("operand")).value == "x"
    link = {name: str(value[0] if isinstance(value, list) else value) for name, value in app.query_params.items()}
    assert link["rule"] == "relu"
    again = opened(root, **link)
    assert not again.warning and again.selectbox(key=key("rule")).value == "relu"


def test_another_seed_keeps_the_rule_and_the_views_keep_both(root):
    app = opened(root, rule="tanh")
    app.number_input(key=key("seed")).set_value(5).run()
    app.segmented_control(key=key("view")).set_value("step_size").run()
    assert not app.exception
    assert app.selectbox(key=key("rule")).value == "tanh"
    assert app.number_input(key=key("seed")).value == 5


def test_a_network_is_measured_again(root):
    app = opened(root, view="passes", width="3")
    before = app.table[0].value
    app.button(key="trust_again").click().run()
    assert not app.exception
    assert list(app.table[0].value.iloc[:, 1]) == list(before.iloc[:, 1])


def hunt(root, **parameters) -> AppTest:
    return opened(root, view="hunt", **parameters)


def name_it(app: AppTest, kind: str, layer: int, *, seed: int = 0, language: str = "en") -> AppTest:
    app.selectbox(key=f"hunt_kind:{seed}:1:{language}").select(kind).run()
    app.segmented_control(key=f"hunt_layer:{seed}:1:{language}").set_value(layer).run()
    return app.button(key="hunt_submit").click().run()


def said(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_checks_are_made_one_at_a_time_and_stand_in_the_link(root, language):
    app = hunt(root, lang=language)
    assert text(language, "trust_lab.checked.none") in said(app)
    assert not any(element.key == key("parameter", language) for element in app.segmented_control)
    app.pills(key=key("checks", language)).set_value(["b1"]).run()
    assert not app.exception
    assert text(language, "trust_lab.checked.fail", failing="b1", passing="") in said(app)
    assert app.query_params["checks"] in ("b1", ["b1"])
    assert app.segmented_control(key=key("parameter", language)).value == "b1"
    app.pills(key=key("checks", language)).set_value(["b1", "W3"]).run()
    assert text(language, "trust_lab.checked.both", failing="b1", passing="W3") in said(app)
    assert app.segmented_control(key=key("parameter", language)).options == ["b1", "W3"]


def test_the_hunt_is_won_with_all_points(root):
    bug = planted_bug(0, 0)
    app = hunt(root)
    app.button(key="hunt_check_all").click().run()
    assert app.pills(key=key("checks")).value == list(PARAMETERS)
    assert text("en", "trust_lab.checked.both", failing="b1", passing="W1, W2, b2, W3, b3") in said(app)
    app = name_it(app, bug.kind, bug.layer)
    assert not app.exception
    assert f"+{MAX_POINTS} points" in app.success[0].value
    assert text("en", "trust_lab.hunt.points", points=MAX_POINTS, rounds=1) in said(app)
    app.button(key="hunt_next").click().run()
    assert not app.exception
    assert app.query_params["round"] in ("2", ["2"])
    assert not app.success and "checks" not in app.query_params
    assert text("en", "trust_lab.hunt.points", points=MAX_POINTS, rounds=1) in said(app)


def test_hints_and_wrong_guesses_cost_points(root):
    bug = planted_bug(3, 0)
    app = hunt(root, seed="3")
    app.button(key="hunt_hint").click().run()
    assert len(app.info) >= 1
    wrong = next(kind for kind in BUG_KINDS if kind != bug.kind and 3 in layers_of(kind))
    app = name_it(app, wrong, 3, seed=3)
    assert app.warning and not app.success
    worth = MAX_POINTS - HINT_COST - 1
    assert text("en", "trust_lab.hunt.worth", points=worth) in said(app)
    app = name_it(app, bug.kind, bug.layer, seed=3)
    assert f"+{worth} points" in app.success[0].value


def test_guessing_nothing_asks_for_a_kind(root):
    app = hunt(root)
    app.button(key="hunt_submit").click().run()
    assert app.warning[0].value == text("en", "trust_lab.hunt.choose")


def test_the_answer_can_be_shown_for_no_points(root):
    app = hunt(root, lang="ko")
    app.button(key="hunt_show").click().run()
    assert not app.exception and not app.success
    assert any("정답" in shown.value for shown in app.info)
    assert text("ko", "trust_lab.hunt.points", points=0, rounds=0) in said(app)


def test_a_named_mistake_survives_a_change_of_the_language(root):
    """The session keeps codes: a widget of another language reads nothing back."""
    bug = planted_bug(0, 0)
    app = hunt(root)
    app.selectbox(key="hunt_kind:0:1:en").select(bug.kind).run()
    app.segmented_control(key="hunt_layer:0:1:en").set_value(bug.layer).run()
    app.session_state["link:lang"] = "ko"
    app.run()
    assert not app.exception
    assert app.selectbox(key="hunt_kind:0:1:ko").value == bug.kind
    app.button(key="hunt_submit").click().run()
    assert app.success and f"+{MAX_POINTS}점" in app.success[0].value


def test_every_puzzle_has_its_own_hints(root):
    app = hunt(root)
    app.button(key="hunt_hint").click().run()
    hints = text("en", "trust_lab.hunt.hints_used")
    assert f"{hints}: 1 / 3" in said(app)
    app.number_input(key=key("round")).set_value(2).run()
    assert f"{hints}: 0 / 3" in said(app)
    app.number_input(key=key("round")).set_value(1).run()
    assert f"{hints}: 1 / 3" in said(app)
