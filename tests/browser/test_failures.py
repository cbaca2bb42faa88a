"""What a reader sees when a page fails, in the browser and in the log."""

import re

import pytest
from playwright.sync_api import expect

from simulator.texts import text


@pytest.mark.parametrize(
    ("button", "secret"),
    [
        ("fail in the page", "secret of the page"),
        ("fail in a callback", "secret of the callback"),
        ("fail in a fragment", "secret of the fragment"),
    ],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_failure_is_a_sentence_and_the_log_knows_more(page, failing_app, button, secret, language):
    url, log = failing_app
    page.goto(f"{url}/softmax?lang={language}")
    page.get_by_role("button", name=button).click()
    before, after = text(language, "frame.failure.sentence", number="|").split("|")
    message = page.get_by_test_id("stAlert").filter(has_text=before)
    expect(message).to_be_visible()
    body = page.inner_text("body")
    assert "secret" not in body
    assert "Traceback" not in body
    number = re.search(f"{re.escape(before)}([0-9a-f]+){re.escape(after)}", message.inner_text())
    assert number
    record = log.read_text()[log.read_text().index(number[1]) :]
    assert "Traceback" in record
    assert secret in record


def test_a_failed_page_opens_again_with_its_controls_reset(page, failing_app):
    page.goto(f"{failing_app[0]}/softmax?lang=en")
    slider = page.get_by_role("slider", name="Slider")
    slider.focus()
    slider.press("End")
    expect(slider).to_have_value("10")
    page.get_by_role("button", name="fail in the page").click()
    page.get_by_role("link", name=text("en", "frame.failure.reset")).click()
    expect(page.get_by_role("slider", name="Slider")).to_have_value("3")
    expect(page.get_by_text(text("en", "frame.failure.home"))).to_have_count(0)


def test_a_failed_page_leads_to_the_first_page(page, failing_app):
    page.goto(f"{failing_app[0]}/softmax?lang=ko")
    page.get_by_role("button", name="fail in the page").click()
    page.get_by_role("link", name=text("ko", "frame.failure.home")).click()
    expect(page.locator("h1").first).to_have_text(text("ko", "home.title"))


def test_wrong_input_is_said_in_the_readers_language(page, failing_app):
    page.goto(f"{failing_app[0]}/softmax?lang=ko")
    page.get_by_role("button", name="wrong input").click()
    sentence = text("ko", "errors.at_least", label="에폭 수", value=0, minimum=1)
    expect(page.get_by_test_id("stAlert").filter(has_text=sentence)).to_be_visible()


def test_charts_formulas_and_components_work_under_the_content_policy(page, failing_app):
    page.goto(f"{failing_app[0]}/softmax")
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
    expect(page.locator(".katex").first).to_be_visible()
    expect(page.locator("#chart").locator("canvas, svg").first).to_be_visible()
