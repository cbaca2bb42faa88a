"""The trust lab in both languages: every view draws, links are mended, and the hunt can be won, lost and shown."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator.core.checks import RULES, layers_of, planted_bug
from simulator.core.checks.bugs import BUG_KINDS, HINT_COST, MAX_POINTS
from simulator.scenes.trust_lab.settings import PRESETS, VIEWS
from simulator.texts import text


def opened(root, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(root / "pages" / "trust_lab.py"), default_timeout=60)
    for name, value in {"lang": "en", **parameters}.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_draws(root, view, language):
    app = opened(root, view=view, lang=language)
    assert not app.exception and not app.warning
    assert app.title[0].value == text(language, "trust.title")


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_passes_its_check_on_the_page(root, rule):
    app = opened(root, rule=rule)
    assert not app.exception
    table = app.table[0].value
    assert list(table.iloc[:, -1]) == [text("en", "trust.verdict.agrees")] * len(RULES[rule].operands)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_open_from_a_link(root, preset):
    app = opened(root, preset=preset)
    assert not app.exception and not app.warning


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_bad_link_gets_sentences(root, language):
    app = opened(root, view="step_size", rule="nothing", exponent="big", seed="-1", lang=language)
    assert not app.exception
    assert len(app.warning) == 3


def test_changing_the_rule_keeps_an_operand_that_exists(root):
    app = opened(root, rule="affine", operand="weight")
    app.selectbox(key="trust_lab_rule").select("relu").run()
    assert not app.exception
    assert app.selectbox(key="trust_lab_operand").value == "x"


def hunt(root, **parameters) -> AppTest:
    return opened(root, view="hunt", **parameters)


def name_it(app: AppTest, kind: str, layer: int) -> AppTest:
    app.selectbox(key="hunt_kind").select(kind)
    app.segmented_control(key="hunt_layer").set_value(layer)
    app.run()
    return app.button(key="hunt_submit").click().run()


def test_the_hunt_is_won_with_all_points(root):
    bug = planted_bug(0, 0)
    app = hunt(root)
    app.button(key="hunt_check_all").click().run()
    results = list(app.table[0].value.iloc[:, -1])
    assert set(results) <= {text("en", "trust.hunt.passes"), text("en", "trust.hunt.fails")}
    assert text("en", "trust.hunt.fails") in results
    app = name_it(app, bug.kind, bug.layer)
    assert not app.exception
    assert f"+{MAX_POINTS} points" in app.success[0].value
    app.button(key="hunt_next").click().run()
    assert not app.exception
    assert app.query_params["round"] in ("2", ["2"])
    assert not app.success


def test_hints_and_wrong_guesses_cost_points(root):
    bug = planted_bug(3, 0)
    app = hunt(root, seed="3")
    app.button(key="hunt_hint").click().run()
    assert len(app.info) >= 1
    wrong = next(kind for kind in BUG_KINDS if kind != bug.kind and 3 in layers_of(kind))
    app = name_it(app, wrong, 3)
    assert app.warning and not app.success
    app = name_it(app, bug.kind, bug.layer)
    assert f"+{MAX_POINTS - HINT_COST - 1} points" in app.success[0].value


def test_guessing_nothing_asks_for_a_kind(root):
    app = hunt(root)
    app.button(key="hunt_submit").click().run()
    assert app.warning[0].value == text("en", "trust.hunt.choose")


def test_the_answer_can_be_shown_for_no_points(root):
    app = hunt(root, lang="ko")
    app.button(key="hunt_show").click().run()
    assert not app.exception and not app.success
    assert any("정답" in shown.value for shown in app.info)
