"""Generalization in a real browser: from overfitting to underfitting, to more points, to a stop that comes too soon."""

import re
from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.scenes.generalization.scene import SCENE  # noqa: E402
from simulator.scenes.generalization.settings import Generalization  # noqa: E402
from simulator.texts import catalogue, text  # noqa: E402
from tests.browser.patience import PATIENT, until  # noqa: E402
from tests.scenes.claims import read  # noqa: E402


def move(page: Page, language: str, control: str, key: str) -> None:
    """Move a slider with the keyboard."""
    slider = page.get_by_role("slider", name=text(language, f"generalization.control.{control}"))
    slider.focus()
    slider.press(key)


def open_view(page: Page, language: str, view: str) -> None:
    page.get_by_role("radio", name=text(language, f"generalization.view.{view}"), exact=True).click()


def first_sentence(page: Page, language: str, entry: str) -> str:
    """Wait for a sentence of the catalogue, whatever its numbers, and return it as it is written."""
    pattern = re.sub(r"\\{[^}]*\\}", ".+", re.escape(text_of(language, entry)))
    found = page.get_by_text(re.compile(f"^{pattern}$")).first
    expect(found).to_be_visible(timeout=PATIENT)  # its networks may have to be compiled
    return found.inner_text()


def text_of(language: str, entry: str) -> str:
    return catalogue(language)[f"generalization.{entry}"]


def pixels(page: Page) -> str:
    """Return what the first picture of the view looks like."""
    canvas = page.locator("[data-testid=stMain] canvas").first
    expect(canvas).to_be_visible()
    return canvas.evaluate("canvas => canvas.toDataURL()")


def wait_for_another_picture(page: Page, before: str) -> None:
    until(page, lambda: pixels(page) != before, "The picture did not change")


def test_dropout_and_batch_normalization_answer_to_their_controls(page, app_url, settled):
    page.goto(f"{app_url}/generalization?lang=ko")
    settled(page)
    open_view(page, "ko", "dropout")
    before = first_sentence(page, "ko", "dropout.helps")  # with the tab's own noise nobody can doubt it
    page.wait_for_url(lambda url: "noise=0.7" in url)
    assert "p = 0.3" in first_sentence(page, "ko", "dropout.ends")
    drawn = pixels(page)
    move(page, "ko", "dropout", "ArrowRight")
    expect(page.get_by_text(before, exact=True)).to_have_count(0, timeout=PATIENT)
    assert "p = 0.4" in first_sentence(page, "ko", "dropout.ends")
    wait_for_another_picture(page, drawn)
    open_view(page, "ko", "normalization")
    plain, normalized = read("정규화가 없으면 #, 있으면 #", first_sentence(page, "ko", "rates.higher"))
    assert normalized > plain
    page.get_by_test_id("stSidebar").get_by_role("radio", name="English").click()
    before = first_sentence(page, "en", "rates.at")
    assert before.startswith("At rate 1 ")
    settled(page)
    drawn = pixels(page)
    move(page, "en", "rate", "ArrowLeft")
    expect(page.get_by_text(before, exact=True)).to_have_count(0, timeout=PATIENT)
    assert first_sentence(page, "en", "rates.at").startswith("At rate 0.5 ")
    wait_for_another_picture(page, drawn)  # the mark stands at another rate
    page.wait_for_url(lambda url: "rate=0.5" in url)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_from_overfitting_to_underfitting_to_an_early_stop(page, app_url, language):
    def says(panel: str, which: int = 0, **changes: Any) -> None:
        """Expect what the panel says at these settings, computed here."""
        sentence = SCENE.panel(panel, Generalization(**changes), language).sentences[which]
        expect(page.get_by_text(sentence, exact=True)).to_be_visible(timeout=PATIENT)

    page.goto(f"{app_url}/generalization?lang={language}")
    says("fits")  # degree 12 overfits
    says("degrees")
    move(page, language, "degree", "Home")
    says("fits", degree=1)
    page.wait_for_url(lambda url: "degree=1&" in f"{url}&")
    open_view(page, language, "amount")
    says("amounts", degree=1)
    says("points", which=1, degree=1)  # more points do not cure underfitting
    open_view(page, language, "stopping")
    says("stopping", degree=1)
    move(page, language, "patience", "ArrowLeft")
    says("stopping", which=2, degree=1, patience=20)  # too little patience
    page.wait_for_url(lambda url: "patience=20" in url)
