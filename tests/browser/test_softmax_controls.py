"""The controls of the softmax page move its picture, and its words follow both."""

import pytest
from playwright.sync_api import Page, expect

from simulator.scenes.softmax.scene import SCENE
from simulator.scenes.softmax.settings import Softmax
from simulator.texts import text
from tests.browser.patience import choose
from tests.browser.softmax_bars import agrees, link, logits_of


def control(page: Page, name: str, language: str = "en"):
    return page.locator(f".st-key-controls-softmax-{name}-{language}")


def test_the_control_beside_the_picture_moves_it_and_follows_it(page, app_url, settled):
    page.goto(f"{app_url}/softmax?lang=en")
    settled(page)
    slider = control(page, "temperature").get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    settled(page)
    agrees(page, 1.5, 1)
    assert link(page)["T"] == "1.5"
    field = page.locator("[data-name=T]")
    field.fill("0.35")
    field.press("Enter")
    settled(page)
    expect(control(page, "temperature")).to_contain_text("0.35")
    expect(control(page, "logits").get_by_role("textbox")).to_have_value("1.54,2.9,-0.26")
    agrees(page, 0.35, 1)
    page.get_by_role("slider", name="Logit of class 3").press("End")
    settled(page)
    expect(control(page, "logits").get_by_role("textbox")).to_have_value("1.54,2.9,4")
    # What the reader types there counts at once in the picture, and what cannot be used is said.
    box = control(page, "logits").get_by_role("textbox")
    box.fill("1; 2 3, 4")
    box.press("Enter")
    settled(page)
    assert logits_of(page) == [1, 2, 3, 4]
    box.fill("one")
    box.press("Enter")
    settled(page)
    assert page.locator("[data-testid=stAlert]").count() == 1
    assert logits_of(page) == [1, 2, 3, 4]


def test_a_preset_moves_everything(page, app_url, settled):
    page.goto(f"{app_url}/softmax?lang=en&T=5&target=1")
    settled(page)
    presets = page.locator(".st-key-controls-softmax-preset-en input")
    choose(page, presets, page.get_by_role("option", name="around 1000"))
    settled(page)
    assert logits_of(page) == [1000, 1001, 1002]
    agrees(page, 1.0, 1)
    assert link(page)["view"] == "overflow"  # the panel that it is about
    expect(page.get_by_text(text("en", "softmax.precision.title"))).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    "chosen",
    [
        Softmax(),
        Softmax(target=3, temperature=0.05),
        Softmax(logits=(1.0, 1.0), target=1),
        Softmax(logits=(0.0, 1.0, 2.0, 3.0, -4.5), temperature=20.0, target=5),
    ],
    ids=lambda chosen: chosen.to_text() or "default",
)
def test_the_browser_says_what_python_says(page, app_url, settled, chosen, language):
    page.goto(f"{app_url}/softmax?lang={language}&{chosen.to_text()}")
    settled(page)
    sentence = SCENE.panel("bars", chosen, language).pictures[0].sentence
    assert page.locator(".softmax .narration").text_content() == sentence
    expect(page.locator(".softmax .said")).to_have_text(sentence)
    waiting = page.locator("[data-testid=stMarkdown]").get_by_text(sentence)
    expect(waiting).to_have_count(0)  # a sentence of the page would lag behind a drag


def test_what_is_said_follows_every_frame_of_a_drag(page, app_url, settled):
    """A sentence that waits for the end of the drag contradicts the bars beside it."""
    page.goto(f"{app_url}/softmax?lang=en")
    settled(page)
    bar = page.locator(".softmax .bar .hit").nth(1).bounding_box()
    page.mouse.move(bar["x"] + bar["width"] * 0.42, bar["y"] + 0.3 * bar["height"])
    page.mouse.down()
    for share in (0.45, 0.6, 0.7):
        page.mouse.move(bar["x"] + bar["width"] * 0.42, bar["y"] + share * bar["height"])
        p = page.locator(".softmax dd.forward-text").nth(1).text_content()
        expect(page.locator(".softmax .said")).to_contain_text(f"p = {p}")
    page.mouse.up()
