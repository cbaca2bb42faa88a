"""A reader switches the language on every page and then touches every control: nothing fails, every touch is heard."""

import re
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Locator, Page, expect  # noqa: E402
from playwright.sync_api import TimeoutError as TookTooLong  # noqa: E402

from simulator.texts import text  # noqa: E402
from simulator.ui.frame.pages import PAGES  # noqa: E402
from tests.browser.patience import PATIENT, choose  # noqa: E402

SMALL = {
    "training": "epochs=1&hidden=4&rows=40",
    "gradient_decay": "depth=3&width=4&seeds=8",
    "atlas": "side=16&epochs=10&width=2",
    "initialization": "depth=10&width=4&seeds=8&initializers=he_normal.zeros",
}
"""Small numbers where a page trains: the controls are touched, not the networks."""
MAIN = '[data-testid="stMain"]'
WIDGET = f'{MAIN} [class*="st-key-controls-"]'
FOLDED = f'{MAIN} [data-testid="stExpander"] details:not([open]) > summary'
NAMES = """(widget) => [...document.querySelectorAll(widget)].filter((node) => node.getClientRects().length).map(
  (node) => [...node.classList].find((name) => name.startsWith("st-key-")))"""


def rested(page: Page) -> None:
    """Wait until the script has run; work in the background may go on."""
    page.wait_for_timeout(60)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=PATIENT)


def parameters(page: Page) -> dict[str, list[str]]:
    return {name: value for name, value in parse_qs(urlsplit(page.url).query).items() if name != "lang"}


def unfold(page: Page) -> None:
    """Unfold everything, as far as the page still has it: the script may be drawing another one."""
    for _ in range(page.locator(FOLDED).count()):
        with suppress(TookTooLong):
            page.locator(FOLDED).first.click(timeout=5_000)
    rested(page)


def touch(page: Page, widget: Locator) -> bool:
    """Move a widget as a reader does; return whether it is one that can be moved."""
    if widget.locator('[data-testid="stSelectbox"], [data-testid="stMultiSelect"]').count():
        widget.locator("input").first.click()
        try:
            page.locator('[role="option"]').last.click(timeout=5_000)
        except TookTooLong:  # everything is chosen already
            return False
        finally:
            page.keyboard.press("Escape")
    elif widget.locator('[data-testid="stSlider"]').count():
        thumb = widget.locator("[role=slider], input[type=range]").first
        thumb.focus()
        at_end = thumb.get_attribute("aria-valuenow") == thumb.get_attribute("aria-valuemax")
        page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
    elif widget.locator('[data-testid="stNumberInputStepUp"]').count():
        up = widget.locator('[data-testid="stNumberInputStepUp"]')
        (up if up.is_enabled() else widget.locator('[data-testid="stNumberInputStepDown"]')).click()
    elif widget.locator('[data-testid="stButtonGroup"]').count():
        widget.locator("button").last.click()
    elif widget.locator('[data-testid="stCheckbox"]').count():
        widget.locator("label").first.click()
    elif widget.locator("textarea, input[type=text]").count():
        box = widget.locator("textarea, input[type=text]").first
        box.focus()
        page.keyboard.press("End")
        page.keyboard.type(" ")
        page.keyboard.press("Control+Enter")
    else:
        return False
    return True


def to_touch(keys: list[str], touched: set[str]) -> list[str]:
    """Return a view's controls that no other view had, and one that it shares: all views show what was moved before."""
    controls = [key for key in keys if "-view-" not in key and "-preset-" not in key]
    known = [key for key in controls if key in touched]
    return [key for key in controls if key not in touched] + known[-1:]


def nothing_failed(page: Page) -> None:
    expect(page.get_by_text(text("en", "frame.failure.reset"))).to_have_count(0)
    assert "Traceback" not in page.locator(MAIN).inner_text()


@pytest.mark.parametrize("name", [entry.name for entry in PAGES])
def test_after_a_language_switch_every_control_is_heard(page, app_url, settled, name):
    page.goto(f"{app_url}/{'' if name == 'home' else name}?lang=ko&{SMALL.get(name, '')}")
    settled(page)
    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).first.click()
    expect(page.locator(f"{MAIN} h1").first).to_have_text(re.compile("^[^가-힣]+$"))
    settled(page)  # until then the page holds what it was beside what it is
    start = parameters(page)
    views = page.locator(f"{WIDGET}[class*='-view-'] button").count() or 1
    moved = 0
    touched: set[str] = set()
    for view in range(views):
        if views > 1:
            page.locator(f"{WIDGET}[class*='-view-'] button").nth(view).click()
            rested(page)
            nothing_failed(page)
        unfold(page)
        for key in to_touch(page.evaluate(NAMES, WIDGET), touched):
            widget = page.locator(f".{key}").first
            if not widget.is_visible():
                continue
            moved += touch(page, widget)
            touched.add(key)
            rested(page)
            nothing_failed(page)
    if page.evaluate(NAMES, WIDGET):
        assert moved > 2
        assert parameters(page) != start


@pytest.mark.parametrize("name", [entry.name for entry in PAGES if entry.name not in ("home", "lesson", "exercises")])
def test_every_preset_opens_after_a_language_switch(page, app_url, settled, name):
    page.goto(f"{app_url}/{name}?lang=en")
    settled(page)
    page.get_by_role("radio", name="한국어").or_(page.get_by_role("button", name="한국어")).first.click()
    expect(page.locator(f"{MAIN} h1").first).to_have_text(re.compile("[가-힣]"))
    settled(page)
    chooser = page.locator(f"{WIDGET}[class*='-preset-'] input").first
    choose(page, chooser, page.locator('[role="option"]').last)
    rested(page)
    expect(page.get_by_text(text("ko", "frame.failure.reset"))).to_have_count(0)
    expect(page.locator(f"{MAIN} h1").first).to_have_text(re.compile("[가-힣]"))


@pytest.mark.parametrize(
    ("name", "key"), [("chain_rule", "chain_rule-loss"), ("gradient_decay", "gradient_decay-differ")]
)
def test_more_settings_stay_unfolded_though_controls_come_and_go(page, app_url, settled, name, key):
    page.goto(f"{app_url}/{name}?lang=en&{SMALL.get(name, '')}")
    settled(page)
    unfold(page)
    unfolded = page.locator(f'{MAIN} [data-testid="stExpander"] details[open]')
    expect(unfolded).to_have_count(1)
    before = parameters(page)
    choose(page, page.locator(f"[class*='st-key-controls-{key}'] input").first, page.locator('[role="option"]').last)
    expect(page).not_to_have_url(re.compile(f"^{re.escape(page.url)}$"))
    settled(page)
    assert parameters(page) != before
    expect(unfolded).to_have_count(1)
