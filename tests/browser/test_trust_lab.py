"""The trust lab in a real browser: a hunt from the first check to the next puzzle, and links that open it again."""

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.core.checks import bug_name, planted_bug  # noqa: E402
from simulator.texts import text  # noqa: E402


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_class_hunts_the_same_bug(page: Page, app_url, language):
    bug = planted_bug(7, 1)
    page.goto(f"{app_url}/trust_lab?lang={language}&view=hunt&seed=7&round=2")
    page.get_by_role("button", name=text(language, "trust.hunt.check_all")).click()
    expect(page.get_by_text(text(language, "trust.hunt.fails")).first).to_be_visible()
    expect(page.get_by_text(text(language, "trust.hunt.program"))).to_be_visible()
    page.get_by_label(text(language, "trust.hunt.kind")).click()
    page.get_by_role("option", name=bug_name(language, bug.kind), exact=True).click()
    page.get_by_role("radio", name=text(language, "trust.hunt.layer_name", layer=bug.layer)).click()
    page.get_by_role("button", name=text(language, "trust.hunt.submit")).click()
    name = bug_name(language, bug.kind)
    won = text(language, "trust.hunt.won", points=10, name=name, layer=bug.layer)
    expect(page.get_by_text(won)).to_be_visible()
    page.get_by_role("button", name=text(language, "trust.hunt.next")).click()
    expect(page.get_by_text(text(language, "trust.hunt.round", round=3, seed=7))).to_be_visible()
    page.wait_for_function("location.search.includes('round=3')")


def test_the_step_size_moves_with_the_keyboard(page: Page, app_url):
    page.goto(f"{app_url}/trust_lab?lang=en&view=step_size&rule=tanh&exponent=-10")
    expect(page.get_by_text("rounding makes the error")).to_be_visible()
    page.get_by_role("slider").press("End")
    expect(page.get_by_text("truncation makes the error")).to_be_visible()
    page.wait_for_function("location.search.includes('exponent=0')")


def test_the_price_is_measured_for_another_network(page: Page, app_url):
    page.goto(f"{app_url}/trust_lab?lang=en&view=passes")
    expect(page.get_by_text("This network has 1,348 parameters.", exact=False)).to_be_visible()
    page.goto(f"{app_url}/trust_lab?lang=en&preset=handwriting")
    expect(page.get_by_text("This network has 1,149,010 parameters.", exact=False)).to_be_visible()
