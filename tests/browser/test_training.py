"""Journeys through the training page: the reader's own table from upload to download, presets, links, stopping."""

import re

import pytest
from playwright.sync_api import expect

from simulator.texts import text
from tests.browser.patience import PATIENT
from tests.browser.training_page import RESULT, choose, unfold, wait_for_run


def test_a_link_in_korean_opens_the_same_experiment_in_english(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=ko&preset=vanishing_sigmoid")
    wait_for_run(page, showing="activation=sigmoid")
    settled(page)
    expect(page.get_by_text(text("ko", "diagnosis.vanishing_gradient.title")).first).to_be_visible()
    page.goto(page.url.replace("lang=ko", "lang=en"))
    wait_for_run(page, showing="activation=sigmoid")
    expect(page.get_by_text(text("en", "diagnosis.vanishing_gradient.title")).first).to_be_visible()


def test_a_broken_link_says_what_was_mended(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=en&rate=-3&activation=swish&hidden=8-8")
    wait_for_run(page, showing="rate=1e-06")
    alerts = page.get_by_test_id("stAlert")
    expect(alerts.filter(has_text="swish")).to_be_visible()
    expect(alerts.filter(has_text="-3")).to_be_visible()


def test_a_long_run_can_be_stopped_and_keeps_what_is_done(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=en&data=digits&hidden=512-512&batch=32&epochs=5000&scaling=max")
    stop = page.get_by_role("button", name=text("en", "frame.work.stop"), exact=True)  # ours is the only one
    running = text("en", "frame.work.running", percent="%").split("%")[0]
    progress = page.get_by_test_id("stProgress")
    expect(progress).to_contain_text(running, timeout=PATIENT)  # before that there is nothing to keep
    stop.click()
    expect(page.get_by_role("button", name=text("en", "frame.work.again"))).to_be_visible(timeout=PATIENT)
    expect(page.locator(".player .position")).to_be_visible(timeout=PATIENT)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_sentences_and_descriptions_follow_the_player(page, app_url, settled, language):
    page.goto(f"{app_url}/training?lang={language}")
    wait_for_run(page, showing=f"lang={language}")
    settled(page)
    word = {"ko": "스텝", "en": "step"}[language]
    said, described = page.locator(".picture .sentence:visible"), page.locator(".picture .place[role=img]")
    last = said.all_inner_texts()
    assert len(last) >= 4
    page.locator(".player .position").click()
    page.keyboard.press("Home")
    for place in range(4):
        expect(said.nth(place)).to_contain_text(re.compile(rf"{word} 0\b|{word} 0에"))
        expect(said.nth(place)).not_to_have_text(last[place])
    expect(described.first).to_have_attribute("aria-label", re.compile(rf"{word} 0\b|{word} 0에"))
    page.keyboard.press("End")
    for place in range(4):
        expect(said.nth(place)).to_have_text(last[place])


def test_the_diagram_says_what_its_lines_stand_for(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=en")
    wait_for_run(page, showing="lang=en")
    settled(page)
    said = page.locator(".picture .sentence:visible").first
    expect(said).to_contain_text("largest weight is")
    page.get_by_role("button", name="gradient", exact=True).click()
    expect(said).to_contain_text("largest gradient of a weight is")
    page.get_by_role("button", name="update", exact=True).click()
    expect(said).to_contain_text("largest update of a weight is")


@pytest.mark.parametrize(("first", "then"), [("ko", "English"), ("en", "한국어")])
def test_after_a_language_switch_every_control_still_means_what_it_says(page, app_url, settled, first, then):
    """A list sends back the word that it had in the language before: it must not be read as a code."""
    second = {"ko": "en", "en": "ko"}[first]
    page.goto(f"{app_url}/training?lang={first}&rows=60&epochs=5")
    wait_for_run(page, showing=f"lang={first}")
    settled(page)
    page.get_by_role("radio", name=then).or_(page.get_by_role("button", name=then)).first.click()
    wait_for_run(page, showing=f"lang={second}")
    settled(page)
    choose(page, text(second, "training.control.data"), text(second, "datasets.circles.name"))
    wait_for_run(page, showing="data=circles")
    choose(page, text(second, "training.control.activation"), text(second, "training.option.activation.tanh"))
    wait_for_run(page, showing="activation=tanh")
    page.get_by_role("slider", name=text(second, "training.control.rate")).press("ArrowRight")
    wait_for_run(page, showing="rate=0.15")
    expect(page.get_by_role("heading", level=1)).to_have_text(text(second, "training.title"))
    expect(page.get_by_text(text(second, "frame.failure.reset"))).to_have_count(0)


def test_after_a_preset_the_reader_stays_where_the_controls_are(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=en")
    wait_for_run(page, showing="lang=en")
    settled(page)
    choose(page, text("en", "frame.preset"), text("en", "training.preset.xor_with_hidden"))
    wait_for_run(page, showing="data=xor")
    expect(page.get_by_text(text("en", "training.look.xor_with_hidden"))).to_be_visible()
    settled(page)
    for name in ("data", "hidden", "activation", "initializer", "rate", "batch", "epochs"):
        expect(page.locator(f".st-key-controls-training-{name}-en")).to_be_visible()
    page.get_by_role("slider", name=text("en", "training.control.rate")).press("ArrowRight")
    wait_for_run(page, showing="rate=0.5")
    settled(page)
    for name in ("data", "hidden", "activation", "initializer", "rate", "batch", "epochs"):
        expect(page.locator(f".st-key-controls-training-{name}-en")).to_be_visible()
    expect(page.get_by_text(text("en", "training.look.xor_with_hidden"))).to_have_count(0)
    unfold(page, "frame.more", "en")
    expect(page.locator(".st-key-controls-training-validation-en")).to_contain_text("10%")
    expect(page.locator(".st-key-controls-training-rows-en input")).to_have_value("300")


def test_counters_and_the_line_of_widths_follow_each_other(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=en&rows=60&epochs=2")
    wait_for_run(page, showing="lang=en")
    settled(page)
    layers = page.get_by_role("spinbutton", name=text("en", "training.counter.layers"))
    width = page.get_by_role("spinbutton", name=text("en", "training.counter.width"))
    line = page.get_by_role("textbox", name=text("en", "training.control.hidden"))
    expect(line).to_have_value("8, 8")
    layers.fill("3")
    layers.press("Enter")
    expect(page).to_have_url(re.compile("hidden=8-8-8"))
    expect(line).to_have_value("8, 8, 8")
    line.fill("2x16, 4")
    line.press("Enter")
    expect(page).to_have_url(re.compile("hidden=16-16-4"))
    expect(line).to_have_value("16, 16, 4")
    expect(layers).to_have_value("3")
    expect(width).to_have_value("16")
    line.fill("32, many")
    line.press("Enter")
    expect(page.get_by_test_id("stAlert").filter(has_text="many")).to_be_visible()
    expect(page).to_have_url(re.compile("hidden=16-16-4"))
    line.fill("")
    line.press("Enter")
    expect(page).to_have_url(re.compile("hidden=off"))
    expect(page.get_by_test_id("stAlert").filter(has_text="many")).to_have_count(0)
    expect(layers).to_have_value("0")


def test_the_first_screen_holds_player_card_and_all_five_pictures(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=ko")
    wait_for_run(page, showing="lang=ko")
    settled(page)
    expect(page.locator(".picture .place")).to_have_count(5)
    for place in [
        page.locator(".player"),
        page.locator(RESULT.format("train_loss")),
        *page.locator(".picture .place").all(),
    ]:
        box = place.bounding_box()
        assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 1080
    card, network, answer = (
        page.locator(found).bounding_box()
        for found in (
            ".st-key-training_what_happened_card",
            *(f".st-key-training_network_and_map_{n} .place" for n in "12"),
        )
    )
    assert card and network and answer
    assert network["y"] + network["height"] <= card["y"] and card["x"] + card["width"] <= answer["x"]
