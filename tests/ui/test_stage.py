"""The stage, without a browser: which panel is on it, what is drawn, and where it leads."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from simulator.drawing.theme import THEMES
from simulator.scenes.panel import Panel
from simulator.scenes.registry import SCENES, scene_named
from simulator.scenes.scene import View
from simulator.texts import LANGUAGES, text
from simulator.ui.frame.theme import Display
from simulator.ui.plain import plain
from simulator.ui.stage import stage_style
from simulator.ui.views import staged_panels, view_of

SMALL = {"depth": "5", "width": "8", "seeds": "8", "lang": "en"}


def opened(root, page: str = "gradient_decay", **parameters: str) -> AppTest:
    app = AppTest.from_file(str(root / "pages" / f"{page}.py"), default_timeout=120)
    for name, value in (SMALL | parameters).items():
        app.query_params[name] = value
    return app.run()


def linked(app: AppTest, name: str) -> str | None:
    value = app.query_params.get(name)
    return value[0] if isinstance(value, list) else value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_link_puts_a_panel_on_the_stage(root, language):
    app = opened(root, stage="split", lang=language)
    assert not app.exception
    assert app.title[0].value == plain(text(language, "gradient_decay.split.title"))
    assert len(app.markdown) >= 2  # a sentence for each network
    assert app.selectbox(key=f"controls:gradient_decay:preset:{language}").value is None
    assert app.slider(key=f"controls:gradient_decay:depth:{language}").value == 5


def test_a_control_of_the_drawer_keeps_the_stage(root):
    app = opened(root, stage="decay")
    before = [sentence.value for sentence in app.markdown]
    app.slider(key="controls:gradient_decay:depth:en").set_value(12).run()
    assert app.title[0].value == text("en", "gradient_decay.decay.title")
    assert linked(app, "stage") == "decay" and linked(app, "depth") == "12"
    assert [sentence.value for sentence in app.markdown] != before


def test_a_preset_of_the_drawer_keeps_the_stage(root):
    app = opened(root, stage="decay")
    app.selectbox(key="controls:gradient_decay:preset:en").set_value("narrow").run()
    assert app.title[0].value == text("en", "gradient_decay.decay.title")
    assert linked(app, "stage") == "decay"


def test_dark_is_remembered_and_in_the_link(root):
    app = opened(root, stage="decay")
    assert THEMES["light"]["surface"] in styles(app)
    app.toggle(key="frame.stage_theme").set_value(True).run()
    assert linked(app, "stage_theme") == "dark"
    assert f"--sim-surface: {THEMES['dark']['surface']};" in styles(app)
    app.toggle(key="frame.stage_theme").set_value(False).run()
    assert "stage_theme" not in app.query_params


def styles(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def test_a_link_of_the_lecture_hall_opens_the_first_panel(root):
    app = opened(root, size="hall", view="remedies")
    assert app.title[0].value == text("en", "gradient_decay.networks.title")
    assert linked(app, "stage") == "networks" and "size" not in app.query_params


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", ["nothing", "decay.split", "✗" * 500])
def test_a_panel_that_is_not_there_gets_a_sentence_and_the_page(root, language, asked):
    app = opened(root, stage=asked, lang=language)
    assert not app.exception
    assert app.title[0].value == text(language, "gradient_decay.title")
    assert len(app.warning) == 1 and asked[:20] in app.warning[0].value
    assert "stage" not in app.query_params


def test_settings_without_the_panel_say_so_on_the_stage(root):
    app = opened(root, "training", stage="map", data="digits", lang="ko")
    assert not app.exception
    assert app.info[0].value == text("ko", "frame.stage.gone")
    assert linked(app, "stage") == "map"


@pytest.mark.parametrize("name", SCENES)
def test_every_panel_on_the_stage_has_a_picture(name):
    scene = scene_named(name)
    quick = {panel: view for panel, view in scene.views.items() if view.stage and not view.numbers.long}
    assert any(view.stage for view in scene.views.values())
    for panel, view in quick.items():  # the browser's walk sees the others, too
        starts = [scene.settings(), *(preset.settings for preset in scene.presets.values())]
        settings = next(start for start in starts if view.exists(start))
        assert scene.panel(panel, settings, "en").pictures, panel


def test_the_style_holds_layout_pointer_and_colours():
    css = stage_style(Display("ko", "dark", "normal", repainted=True))
    assert "CURSOR_" not in css and css.count("data:image/svg+xml,%3Csvg") == 3
    assert ".st-key-stage_pictures" in css and f"--sim-surface: {THEMES['dark']['surface']};" in css


def test_panels_without_a_picture_are_left_out_and_views_are_found():
    views = {"first": (("a", "b"),), "second": (("c",),)}
    shown = {name: View(draw=no_panel, stage=name != "b") for name in "abc"}
    scene = replace(scene_named("softmax"), views=shown)
    assert staged_panels(scene, views) == ("a", "c")
    assert [view_of(views, panel) for panel in ("b", "c", "nowhere")] == ["first", "second", "first"]


def no_panel(_numbers, _settings, _language) -> Panel:
    return Panel(question="")
