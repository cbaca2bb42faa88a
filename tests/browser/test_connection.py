"""What a reader sees when the server is gone."""

import re

import pytest
from playwright.sync_api import expect

from simulator.texts import LANGUAGES, text
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


def test_a_page_goes_on_when_its_server_was_killed_and_another_takes_its_place(browser, settled, tmp_path):
    page = browser.new_page(locale="en-US")
    with serving(tmp_path / "first.txt") as first:
        page.goto(f"{first.url}/softmax?lang=en&T=0.37")
        temperature = page.locator("[data-name=T]")
        settled(page)
        expect(temperature).to_have_value("0.37")
        temperature.fill("0.41")
        temperature.press("Enter")
        expect(page).to_have_url(re.compile("T=0.41"))  # the reader's own move is in the address
        first.process.kill()
        expect(page.get_by_test_id("stConnectionStatus")).to_be_visible()
    with serving(tmp_path / "second.txt", port=first.port) as second:
        expect(page.get_by_test_id("stConnectionStatus")).to_have_count(0, timeout=60_000)
        expect(page.get_by_test_id("stDialog")).to_have_count(0)
        settled(page)
        expect(temperature).to_have_value("0.41")
        expect(page).to_have_url(re.compile("T=0.41"))
        assert second.process.poll() is None
    page.close()
