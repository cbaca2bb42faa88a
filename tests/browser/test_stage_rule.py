"""The rule of the stage, measured by boxes in a real browser: every panel at four sizes, and the measure itself."""

import re

import pytest
from playwright.sync_api import Page

from simulator.scenes.registry import SCENES, scene_named
from simulator.texts import LANGUAGES
from tests.browser.conftest import ROOT
from tests.browser.patience import PATIENT
from tests.browser.stage_steps import CANVAS, DECAY, MEASURE, open_stage, settle, staged

SIZES = ((1024, 768), (1366, 768), (1920, 1080), (3840, 2160))
NARROW = (
    ("training", "food", "network_and_map"),
    ("training", "digits_tanh_mse", "network_and_map"),
    ("training", "diverging_rate", "network_and_map"),
    ("training", "diverging_rate", "norm_curves"),
    ("training", "diverging_rate", "fork_maps"),
    ("gradient_decay", "xavier_he", "networks"),
    ("gradient_decay", "xavier_he", "decay"),
    ("chain_rule", "three_layers", "pass"),
    ("chain_rule", "relu", "weight"),
)
"""Pages, presets and panels with the least room."""
RULE = {"pictureShare": 0.6, "bodyShare": 1 / 28, "labelShare": 1 / 36}


def page_of(scene: str) -> str:
    """Return the page that shows a scene."""
    pages = (ROOT / "pages").glob("*.py")
    return next(
        page.stem for page in pages if re.search(rf'scene_page\(\s*"{scene}"', page.read_text(encoding="utf-8"))
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCENES)
def test_every_panel_keeps_the_rule_at_every_size(new_context, app_url, name, language):
    context = new_context(viewport={"width": 1024, "height": 768})
    context.add_init_script(path=MEASURE)
    page = context.new_page()
    scene = scene_named(name)
    left = [panel for panel, view in scene.views.items() if view.stage]
    faults: list[str] = []
    while left:
        open_stage(page, f"{app_url}/{page_of(name)}?{link_to(scene, left[0])}&lang={language}")
        while (panel := staged(page)) in left:
            faults += measured(page, panel)
            left.remove(panel)
            if not left or page.locator(".bar .next").is_disabled():
                break
            page.locator(".bar .next").click()
            page.wait_for_url(lambda url, panel=panel: f"stage={panel}&" not in f"{url}&")
            settle(page, PATIENT)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_many_networks_and_what_diverged_keep_the_rule(new_context, app_url, language):
    context = new_context(viewport={"width": 1024, "height": 768})
    context.add_init_script(path=MEASURE)
    page = context.new_page()
    faults = []
    for name, preset, panel in NARROW:
        open_stage(page, f"{app_url}/{name}?preset={preset}&stage={panel}&lang={language}")
        faults += [f"{preset} {panel}: {fault}" for fault in _lasting(page)]
    assert not faults, "\n".join(faults)


def link_to(scene, panel: str) -> str:
    """Return the query that puts a panel on the stage, with settings that have it."""
    view = scene.views[panel]
    wanted = [scene.presets[view.opens_with].settings] if view.opens_with else []
    starts = [*wanted, scene.settings(), *(preset.settings for preset in scene.presets.values())]
    settings = next(start for start in starts if view.exists(start))
    return f"{settings.to_text()}&stage={panel}".removeprefix("&")


def measured(page: Page, panel: str) -> list[str]:
    """Return in which ways a panel breaks the rule, at each size."""
    faults = []
    there = page.viewport_size == {"width": SIZES[-1][0], "height": SIZES[-1][1]}
    for width, height in reversed(SIZES) if there else SIZES:  # and the next panel the other way round
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        faults += [f"{panel} {width}x{height}: {fault}" for fault in _lasting(page)]
    return faults


def _lasting(page: Page) -> list[str]:
    """Return the faults that stay: a busy machine draws a new size late."""
    faults: list[str] = []
    for _ in range(4):
        faults = page.evaluate("rule => stageFaults(rule)", RULE)
        if not faults:
            break
        page.wait_for_timeout(750)
    return faults


def test_the_measure_finds_what_breaks_the_rule(stage, app_url):
    open_stage(stage, f"{app_url}/{DECAY}&stage=decay")
    assert stage.evaluate("rule => stageFaults(rule)", RULE) == []
    broken = {
        ".st-key-stage_pictures { max-height: 300px }": "of the height",
        ".st-key-stage_words p { font-size: 20px !important }": "body text",
        ".st-key-stage_head { padding-left: 5000px !important; flex: none !important }": "is cut",
        ".st-key-stage_body { min-height: 2000px !important }": "scrolls",
        ":root:root [data-testid=stSidebar] { display: block !important }": "stSidebar is visible",
    }
    for style, words in broken.items():
        added = stage.add_style_tag(content=style)
        assert any(words in fault for fault in stage.evaluate("rule => stageFaults(rule)", RULE)), style
        added.evaluate("style => style.remove()")
    too_large = {**RULE, "labelShare": 1 / 20}
    assert any("label" in fault for fault in stage.evaluate("rule => stageFaults(rule)", too_large))
    stage.evaluate(f"""() => {{
      const pen = {CANVAS}.getContext('2d')
      pen.fillText('one over the other', 200, 200)
      pen.fillText('the other', 210, 202)
    }}""")
    assert any("lies over" in fault for fault in stage.evaluate("rule => stageFaults(rule)", RULE))
