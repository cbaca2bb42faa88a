"""What a reader sees when the server is gone."""

import re

import pytest
from playwright.sync_api import expect

from simulator.texts import LANGUAGES, text
from tests.browser.patience import PATIENT
from tests.server.live import serving

SHOWN = "element => getComputedStyle(element, '::after').content"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lost_connection_is_said_in_the_readers_language(browser, tmp_path, language):
    other = next(code for code in LANGUAGES if code != language)
    page = browser.new_page(locale=other)  # the document came in the other language
    with serving(tmp_path / "log.txt") as server:
        page.goto(f"{server.url}/softmax")
        page.get_by_test_id("stSidebar").get_by_role("radio").nth(LANGUAGES.index(language)).click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_test_id("stConnectionStatus")).to_have_count(0)
    dialog = page.get_by_test_id("stDialog")
    title = dialog.locator("h2")
    expect(title).to_be_visible()
    assert title.evaluate(SHOWN) == f'"{text(language, "frame.connection.title")}"'
    assert title.evaluate("element => getComputedStyle(element).fontSize") == "0px"
    body = dialog.locator("h2 + div")
    assert body.evaluate(SHOWN) == f'"{text(language, "frame.connection.sentence")}"'
    expect(body.locator("> *")).to_be_hidden()
    label = page.get_by_test_id("stConnectionStatus").locator("label")
    assert label.evaluate(SHOWN) == f'"{text(language, "frame.connection.status")}"'
    page.close()


def test_pages_go_on_when_their_server_was_killed_and_another_takes_its_place(browser, settled, tmp_path):
    """What readers moved before is there, and so is their first move afterwards: in a drawing and in a slider."""
    context = browser.new_context(locale="en-US")
    bars, single = context.new_page(), context.new_page()
    temperature, logit = (
        bars.locator("[data-name=T]"),
        single.get_by_role("slider", name=text("en", "losses.control.logit")),
    )
    with serving(tmp_path / "first.txt") as first:
        bars.goto(f"{first.url}/softmax?lang=en&T=0.37")
        single.goto(f"{first.url}/losses?lang=en&logit=2")
        settled(bars)
        expect(temperature).to_have_value("0.37")
        temperature.fill("0.41")
        temperature.press("Enter")
        expect(bars).to_have_url(re.compile("T=0.41"))  # the reader's own move is in the address
        settled(single)
        logit.press("ArrowRight")
        expect(single).to_have_url(re.compile("logit=2.1"))
        settled(single)
        first.process.kill()
        expect(bars.get_by_test_id("stConnectionStatus")).to_be_visible()
    with serving(tmp_path / "second.txt", port=first.port) as second:
        for page in (bars, single):
            expect(page.get_by_test_id("stConnectionStatus")).to_have_count(0, timeout=PATIENT)
            expect(page.get_by_test_id("stDialog")).to_have_count(0)
        bars.locator("[data-name=z0]").fill("2.5")
        bars.locator("[data-name=z0]").press("Enter")
        expect(bars).to_have_url(re.compile(r"logits=2.5.*T=0.41|T=0.41.*logits=2.5"))
        expect(temperature).to_have_value("0.41")
        logit.press("ArrowRight")
        expect(single).to_have_url(re.compile("logit=2.2"))
        assert second.process.poll() is None
    context.close()
