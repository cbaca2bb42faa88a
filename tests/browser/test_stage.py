"""The ways onto the stage, along it and off it, in a real browser."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from simulator.drawing.theme import THEMES
from simulator.texts import LANGUAGES, text
from tests.browser.patience import PATIENT
from tests.browser.stage_steps import CANVAS, DECAY, expect_staged, open_stage, question, settle
from tests.browser.test_frame import CONTRASTS, LEAST_CONTRAST

PAINTED = f"""() => {{
  const canvas = {CANVAS}
  const {{ data }} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  const colours = new Set()
  for (let at = 0; at < data.length; at += 4) {{
    const parts = [0, 1, 2].map((part) => data[at + part].toString(16).padStart(2, '0'))
    if (data[at + 3] === 255) colours.add('#' + parts.join('').toUpperCase())
  }}
  return [...colours]
}}"""


def test_f_takes_the_picture_under_the_pointer_and_escape_keeps_everything(stage, app_url):
    page = stage
    page.goto(f"{app_url}/{DECAY}&view=learning&values=tanh.relu")
    pictures = page.locator("figure.picture")
    expect(pictures).to_have_count(3, timeout=PATIENT)
    expect(page.locator("figure.picture canvas")).to_have_count(3)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    step = page.locator(".player .position").inner_text()
    pictures.nth(1).hover()
    page.keyboard.press("f")
    expect(question(page)).to_have_text(text("en", "gradient_decay.training.title"))
    expect_staged(page, "training")
    expect(page.locator(".player")).to_have_count(1)
    expect(page.locator(".player .position")).to_have_text(step)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".player .position")).not_to_have_text(step)
    later = page.locator(".player .position").inner_text()
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-stage")).to_have_count(0)
    expect(page.locator("figure.picture")).to_have_count(3)
    query = parse_qs(urlsplit(page.url).query)
    assert query["view"] == ["learning"] and query["depth"] == ["6"] and query["values"] == ["tanh.relu"]
    assert "stage" not in query
    expect(page.locator(".player .position")).to_have_text(later)
    expect(pictures.nth(1)).to_be_in_viewport()


def test_the_button_of_a_picture_and_the_cross_lead_on_and_off(stage, app_url):
    page = stage
    page.goto(f"{app_url}/{DECAY}")
    page.get_by_role("button", name=text("en", "frame.stage.open")).first.click()
    expect(question(page)).to_have_text(text("en", "gradient_decay.decay.title"))
    page.get_by_role("button", name=text("en", "frame.stage.back")).click()
    expect(page.locator("[data-testid=stSidebar]")).to_be_visible()
    expect(page.locator("figure.picture h3")).to_have_text(text("en", "gradient_decay.decay.title"))


def test_the_clicker_walks_through_steps_and_panels_and_no_press_is_lost(stage, app_url):
    page = stage
    open_stage(page, f"{app_url}/{DECAY}&stage=networks")
    expect(page.get_by_role("button", name=text("en", "frame.stage.previous"))).to_be_disabled()
    page.keyboard.press("PageUp")
    expect_staged(page, "networks")
    page.keyboard.press("PageDown")  # the light runs back from the loss
    expect(page.locator(".networks.running")).to_have_count(1)
    page.keyboard.press("PageDown")  # and is there at once
    expect(page.locator(".networks.running")).to_have_count(0)
    expect_staged(page, "networks")
    for _ in range(4):
        page.keyboard.press("PageDown")  # faster than any server
    expect(page.locator(".player")).to_have_count(1, timeout=PATIENT)
    expect_staged(page, "learning")
    first, last = (
        text("en", "player.position_no_epoch", step=0, total=40),
        text("en", "player.position_no_epoch", step=40, total=40),
    )
    position = page.locator(".player .position")
    expect(position).to_have_text(first)
    page.keyboard.press("ArrowRight")
    expect(position).not_to_have_text(first)
    page.keyboard.press("End")
    expect(position).to_have_text(last)
    page.keyboard.press("ArrowRight")
    expect(question(page)).to_have_text(text("en", "gradient_decay.training.title"))
    expect(position).to_have_text(first)
    page.keyboard.press("ArrowLeft")
    expect(question(page)).to_have_text(text("en", "gradient_decay.learning.title"))
    expect(position).to_have_text(last)
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-stage")).to_have_count(0)
    expect(page).to_have_url(re.compile("view=learning"))


def test_a_picture_that_leaves_the_stage_takes_its_sentence_with_it(stage, app_url):
    open_stage(stage, f"{app_url}/training?stage=accuracy&lang=en&step=0")
    said = stage.locator(".st-key-stage_words p", has_text="accuracy of the mini-batch")
    expect(said).to_be_visible()
    stage.locator(".bar .next").click()
    expect_staged(stage, "learning_rate")
    expect(question(stage)).to_have_text(text("en", "figures.learning_rate.title"))
    settle(stage, PATIENT)
    expect(said).to_have_count(0)


def test_a_control_in_the_drawer_moves_and_the_stage_stays(stage, app_url):
    page = stage
    open_stage(page, f"{app_url}/{DECAY}&stage=decay")
    drawer = page.locator(".st-key-stage_drawer")
    slider = drawer.get_by_role("slider", name=text("en", "gradient_decay.control.depth"))
    expect(drawer).to_be_hidden()
    expect(slider).to_be_hidden()
    page.keyboard.press("s")
    expect(slider).to_be_visible()
    said = page.locator(".st-key-stage_words p").first.inner_text()
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("depth=7"))
    expect(page.locator(".st-key-stage_words p").first).not_to_have_text(said)
    expect(slider).to_be_visible()
    expect_staged(page, "decay")
    page.keyboard.press("PageDown")  # a clicker, while the slider still has the focus
    expect(question(page)).to_have_text(text("en", "gradient_decay.split.title"))
    page.get_by_role("button", name=text("en", "frame.stage.controls")).click()
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect_staged(page, "split")
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-stage")).to_have_count(0)
    expect(page).to_have_url(re.compile("depth=7"))


def test_an_open_list_keeps_its_own_escape_and_its_letters(stage, app_url):
    page = stage
    open_stage(page, f"{app_url}/{DECAY}&stage=decay")
    page.keyboard.press("s")
    box = page.locator(".st-key-stage_drawer").get_by_role("combobox", name=text("en", "frame.preset"))
    box.click()
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.type("fs")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_be_visible()
    expect_staged(page, "decay")


def test_a_dark_stage_over_a_light_page(stage, app_url, settled):
    page = stage
    open_stage(page, f"{app_url}/{DECAY}&stage=decay")
    surface = "getComputedStyle(document.querySelector('.st-key-stage')).backgroundColor"
    page.wait_for_function(f"light => {surface} === light", arg=css(THEMES["light"]["surface"]))
    page.keyboard.press("s")
    page.get_by_role("switch", name=text("en", "frame.stage.dark")).press("Space")
    page.wait_for_function(f"dark => {surface} === dark", arg=css(THEMES["dark"]["surface"]))
    expect(page).to_have_url(re.compile("stage_theme=dark"))
    settle(page)
    assert THEMES["dark"]["gradient"] in page.evaluate(PAINTED)
    words = page.evaluate(CONTRASTS)
    assert len(words) > 8
    assert not [word for word in words if word[0] < LEAST_CONTRAST["normal"]]
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_selector(".st-key-stage")
    page.wait_for_function(f"dark => {surface} === dark", arg=css(THEMES["dark"]["surface"]))
    settle(page, PATIENT)
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-stage")).to_have_count(0)
    settled(page)
    body = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    assert page.evaluate(body) == css(THEMES["light"]["surface"])


def css(colour: str) -> str:
    """Return ``#rrggbb`` as a browser writes it."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_switch_in_the_sidebar_opens_the_first_panel(stage, app_url, language):
    page = stage
    page.goto(f"{app_url}/gradient_decay?depth=6&width=4&view=remedies&lang={language}")
    page.get_by_test_id("stSidebar").get_by_role("button", name=text(language, "frame.hall")).click()
    expect(question(page)).to_have_text(text(language, "gradient_decay.networks.title"))
    expect_staged(page, "networks")
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_an_old_link_of_the_lecture_hall_opens_the_first_panel(stage, app_url):
    page = stage
    open_stage(page, f"{app_url}/gradient_decay?depth=6&width=4&size=hall&lang=ko")
    expect(question(page)).to_have_text(text("ko", "gradient_decay.networks.title"))
    expect_staged(page, "networks")
    assert "size=" not in page.url
    page.keyboard.press("Escape")
    expect(page.locator("figure.picture h3")).to_have_text(text("ko", "gradient_decay.decay.title"))


def test_a_picture_that_is_not_there_is_answered_with_a_sentence(page, app_url):
    page.goto(f"{app_url}/{DECAY}&stage=nothing")
    expect(page.get_by_test_id("stAlert")).to_contain_text("nothing")
    expect(page.locator(".st-key-stage")).to_have_count(0)


def test_the_pointer_is_large_over_everything(stage, app_url):
    page = stage
    open_stage(page, f"{app_url}/{DECAY}&stage=decay")
    cursors = """() => { const places = [...document.querySelectorAll('.st-key-stage, .st-key-stage_head h1')]
      for (const host of document.querySelectorAll('.st-key-stage [data-testid=stBidiComponentIsolated]'))
        places.push(...host.shadowRoot.querySelectorAll('button, canvas'))
      return places.map(place => getComputedStyle(place).cursor) }"""
    large = """cursor => cursor.startsWith('url("data:image/svg+xml')"""
    page.wait_for_function(f"() => {{ const found = ({cursors})(); return found.length > 5 && found.every({large}) }}")
    page.set_viewport_size({"width": 3840, "height": 2160})
    assert "width%3D%22120%22" in page.evaluate(cursors)[0]


def test_sentences_without_room_are_still_read_to_those_who_do_not_see_them(stage, app_url):
    page = stage
    page.set_viewport_size({"width": 1024, "height": 768})
    open_stage(page, f"{app_url}/gradient_decay?stage=underflow&lang=en")
    places = page.locator(".st-key-stage_words > [data-testid=stElementContainer]")
    unseen = page.locator(".st-key-stage_words > [data-unseen]")
    before = unseen.count()
    assert places.count() > before > 0
    assert "gradient" in unseen.first.inner_text()
    page.set_viewport_size({"width": 1366, "height": 768})  # longer lines
    settle(page)
    assert unseen.count() < before
