"""The training page in a real browser: choose, open, wait."""

import re

from playwright.sync_api import expect

from simulator.texts import text
from tests.browser import patience
from tests.browser.patience import PATIENT

RESULT = ".st-key-training_what_happened_{}"


def choose(page, label: str, option: str) -> None:
    box, wanted = page.get_by_role("combobox", name=label), page.get_by_role("option", name=option, exact=True)
    patience.choose(page, box, wanted)


def open_view(page, name: str, language: str) -> None:
    """Turn to a view of the page."""
    page.locator("[class*='st-key-controls-training-view']").get_by_text(
        text(language, f"training.view.{name}"), exact=True
    ).click()


def unfold(page, entry: str, language: str) -> None:
    """Unfold what is folded, where it is not open already."""
    folded = page.locator("details:not([open]) > summary").filter(has_text=text(language, entry))
    if folded.count():
        folded.click()


def wait_for_run(page, *, showing: str) -> None:
    """Wait until the address names the experiment and its run stands on the page."""
    expect(page).to_have_url(re.compile(showing))
    expect(page.locator(".player .position")).to_be_visible(timeout=PATIENT)
    expect(page.locator(RESULT.format("train_loss"))).to_be_visible(timeout=PATIENT)
    expect(page.get_by_test_id("stProgress")).to_have_count(0, timeout=PATIENT)
