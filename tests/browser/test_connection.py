"""What a reader sees when the server is gone."""

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
