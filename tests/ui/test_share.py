"""Shared links and teachers' locks on the page, without a browser: what is sent, what cannot be moved, what is said."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from simulator.scenes.lock import covered, read_lock
from simulator.scenes.registry import scene_named
from simulator.texts import LANGUAGES, templates, text
from simulator.ui.components.share.component import told_view
from simulator.ui.share.address import code_image, code_of, shared_address

SMALL = {"depth": "5", "width": "8", "seeds": "8", "lang": "en"}
DEPTH = "controls:gradient_decay:depth:en"


def opened(root, page: str = "gradient_decay", **parameters: str) -> AppTest:
    app = AppTest.from_file(str(root / "pages" / f"{page}.py"), default_timeout=120)
    for name, value in ((SMALL if page == "gradient_decay" else {"lang": "en"}) | parameters).items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def linked(app: AppTest, name: str) -> str | None:
    value = app.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def widgets(app: AppTest) -> set[str]:
    """Return the keys of everything that a reader could move."""
    kinds = ("slider", "select_slider", "selectbox", "multiselect", "toggle", "number_input", "text_input", "text_area")
    found: list[Any] = [one for kind in kinds for one in app.get(kind)]
    return {str(one.key) for one in [*found, *app.get("button_group")]}


def said(app: AppTest) -> str:
    return " ".join(one.value for one in [*app.markdown, *app.info, *app.caption, *app.title])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fixed_control_is_read_a_hidden_one_is_not_sent_and_the_page_says_so(root, language):
    hidden = {"width": "8"}
    app = opened(root, view="microscope", fix="depth", hide=covered(hidden), lang=language)
    controls = {key.split(":")[2] for key in widgets(app) if key.startswith("controls:gradient_decay:")}
    assert "seeds" in controls and not {"depth", "width", "preset"} & controls
    words = said(app)
    assert text(language, "share.fixed_words", names=text(language, "gradient_decay.control.depth")) in words
    assert text(language, "share.hidden_words", count=1) in words and text(language, "share.rest_free") in words
    assert f"{text(language, 'gradient_decay.control.depth')}  \n:material/lock: **5**" in words
    assert text(language, "gradient_decay.control.width") not in words
    assert linked(app, "fix") == "depth" and linked(app, "hide") == covered(hidden)
    assert linked(app, "width") is None, "the address must not tell what the page hides"


def test_nothing_that_the_browser_sends_moves_a_locked_control(root):
    free, app = opened(root, stage="decay"), opened(root, stage="decay", fix="depth")
    slider = free.slider(key=DEPTH).set_value(12)
    for session in (free, app):
        message = session._tree.get_widget_states()
        if session is app:  # the message of a page without the lock, in a session with it
            message.widgets.append(slider._widget_state)
        session._run(message)
    assert (linked(free, "depth"), linked(app, "depth")) == ("12", "5")
    for name, value in (("depth", "12"), ("width", "9")):  # and another link in the same session
        app.query_params[name] = value
    del app.query_params["fix"]
    app.run()
    assert (linked(app, "depth"), linked(app, "width"), linked(app, "fix")) == ("5", "9", "depth")


def held_page():
    import streamlit as st

    from simulator.scenes.registry import scene_named
    from simulator.ui.controls.session import Controls

    controls = Controls(scene_named("gradient_decay"), "en")
    scene = controls.scene
    for preset in scene.presets:
        st.button(preset, key=preset, on_click=controls.choose, args=(preset,))
    st.button("change", key="change", on_click=controls.change, kwargs={"depth": 40, "width": 16})
    st.button("take", key="take", on_click=controls.take, kwargs={"depth": 40})
    st.button("set", key="set", on_click=lambda: controls.set(scene.settings(depth=40)))
    st.button("turn", key="turn", on_click=controls.turn, kwargs={"stage": "split", "view": "loss"})
    st.json({"depth": controls.settings.depth, "width": controls.settings.width, "revision": controls.revision})
    st.text(controls.page("stage"))
    controls.publish()


def test_presets_pictures_and_other_controls_leave_what_is_locked():
    app = AppTest.from_function(held_page)
    for name, value in {"depth": "7", "fix": "depth", "only": "decay"}.items():
        app.query_params[name] = value
    app.run()
    for key in (*scene_named("gradient_decay").presets, "change", "take", "set", "turn"):
        revision = app.json[0].value.split('"revision": ')[1]
        app.button(key=key).click().run()
        assert '"depth": 7' in app.json[0].value, key
        assert app.text[0].value == "" and "stage" not in app.query_params
        if key == "take":
            assert app.json[0].value.split('"revision": ')[1] != revision, "the picture must go back"
    app.button(key="change").click().run()
    assert '"width": 16' in app.json[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_are_held_back(root, language):
    open_app, held = opened(root, lang=language), opened(root, lang=language, answers="0")
    scene = scene_named("gradient_decay")
    settings = scene.read({name: value for name, value in SMALL.items() if name != "lang"}).settings
    sentences = [sentence for panel in ("decay",) for sentence in scene.panel(panel, settings, language).sentences]
    assert sentences and all(sentence[-20:] in said(open_app) for sentence in sentences)
    assert not any(sentence[-20:] in said(held) for sentence in sentences)
    assert text(language, "share.answers_words") in said(held)


def test_a_question_comes_without_the_button_that_answers_it(root):
    asked = {"step": "5", "ask": "1"}
    free, held = opened(root, "chain_rule", **asked), opened(root, "chain_rule", **asked, answers="0")
    shows = text("en", "prediction.show")
    assert shows in [button.label for button in free.button]
    labels = [button.label for button in held.button]
    assert shows not in labels and text("en", "prediction.check") in labels
    assert "controls:chain_rule:ask:en" in widgets(free) and "controls:chain_rule:ask:en" not in widgets(held)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_panel_alone_has_no_way_to_the_page(root, language):
    app = opened(root, only="split", lang=language)
    assert app.title[0].value == text(language, "gradient_decay.split.title")
    assert text(language, "share.panel_words") in said(app)
    assert linked(app, "only") == "split" and "stage" not in app.query_params
    assert text(language, "share.open") not in [button.label for button in app.button]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_damaged_lock_is_said_and_the_page_is_there(root, language):
    app = opened(root, fix="depth.nothing", only="nowhere", hide="%%", lang=language)
    assert app.title[0].value == text(language, "gradient_decay.title")
    assert len(app.warning) == 3 and "nothing" in "".join(one.value for one in app.warning)


def dialog_page():
    import streamlit as st

    from simulator.scenes.registry import scene_named
    from simulator.ui.controls.session import Controls
    from simulator.ui.share.dialog import _draw_dialog

    controls = Controls(scene_named("gradient_decay"), "en")
    _draw_dialog(controls, {"networks": "Which?", "decay": "Who?"})
    st.button("nothing")


def shared(app: AppTest) -> dict[str, str]:
    """Return what the address in the dialog says, and see that its code is that of the address."""
    data = json.loads(app.get("bidi_component")[0].proto.json)
    assert data["code"] == code_image(data["address"])
    return dict(parse_qsl(urlsplit(data["address"]).query))


def choose(app: AppTest, name: str, *chosen: str) -> AppTest:
    pills: Any = next(one for one in app.get("button_group") if one.key == f"share:{name}:en")
    pills.set_value(list(chosen))
    return app.run()


def test_the_dialog_makes_a_short_link_that_locks():
    app = AppTest.from_function(dialog_page)
    for name, value in {"depth": "7", "seeds": "32", "values": "tanh.relu"}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    plain = {"lang": "en", "depth": "7", "values": "tanh.relu"}
    assert shared(app) == plain, "defaults are left out"
    choose(app, "fix", "depth", "values")
    assert shared(app) == plain | {"fix": "depth.values"}
    choose(app, "hide", "values")
    assert shared(app) == {
        "lang": "en",
        "depth": "7",
        "fix": "depth",
        "hide": covered({"values": "tanh.relu"}),
    }
    choose(app, "fix", "depth", "values")
    assert shared(app) == plain | {"fix": "depth.values"}, "a control is fixed or hidden"
    app.toggle(key="share:answers").set_value(True).run()
    app.selectbox(key="share:only:en").set_value("decay").run()
    assert shared(app) == plain | {"fix": "depth.values", "answers": "0", "only": "decay"}
    assert 'title="Who?"' in app.code[0].value
    lock, known, errors = read_lock(scene_named("gradient_decay"), shared(app))
    assert errors == () and lock.fixed == ("depth", "values") and lock.panel == "decay" and lock.hides_answers
    assert known["depth"] == "7"


def test_of_what_the_browser_tells_only_what_a_page_writes_goes_into_the_link(monkeypatch):
    told = {"step": "12", "node": "2.3", "lines": "gradient", "example": "4"}
    hostile = {"step": "１２", "node": "abc", "lines": "weight&fix=rate", "example": None, "other": "1"}
    for sent, wanted in ((told, told), (told | {"node": "2.3.4"}, told.keys() - {"node"}), (hostile, {}), ("12", {})):
        monkeypatch.setattr("streamlit.session_state", {"a": {"shown": sent}})
        assert told_view("a") == {name: told[name] for name in wanted}
    assert told_view("b") == {}


def test_the_address_is_short_and_on_the_host_of_the_browser(monkeypatch):
    class Context:
        url = "https://sim.course.example/net/gradient_decay?old=1"

    monkeypatch.setattr("streamlit.context", Context())
    made = shared_address({"lang": "ko", "values": "tanh.relu", "expr": "a&b=c d"})
    assert made == "https://sim.course.example/net/gradient_decay?lang=ko&values=tanh.relu&expr=a%26b%3Dc%20d"
    assert shared_address({}) == "https://sim.course.example/net/gradient_decay"


def test_a_link_that_is_too_long_has_no_code():
    assert code_image("https://sim.example/" + "x" * 3000) == "" and code_of("x" * 2953) is not None
    image = code_image("https://sim.example/")
    assert image.startswith("data:image/svg+xml") and "%23fff" in image and "%23000" in image


def test_a_drawing_that_writes_its_own_sentence_holds_it_back(root):
    free, held = (opened(root, "softmax", **lock) for lock in ({}, {"answers": "0"}))
    sentences = [words for name, words in templates("en", "softmax.component").items() if name.startswith("narration")]
    assert sentences
    for app, there in ((free, True), (held, False)):
        sent = " ".join(one.proto.json for one in app.get("bidi_component"))
        assert all((json.dumps(words)[1:-1] in sent) is there for words in sentences)
