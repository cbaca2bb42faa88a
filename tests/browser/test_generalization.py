"""Generalization in a real browser: from overfitting to underfitting, to more points, to a stop that comes too soon."""

from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.scenes.generalization.scene import SCENE  # noqa: E402
from simulator.scenes.generalization.settings import Generalization  # noqa: E402
from simulator.texts import text  # noqa: E402


def move(page: Page, language: str, control: str, key: str) -> None:
    """Move a slider with the keyboard."""
    slider = page.get_by_role("slider", name=text(language, f"generalization.control.{control}"))
    slider.focus()
    slider.press(key)


def open_view(page: Page, language: str, view: str) -> None:
    page.get_by_role("radio", name=text(language, f"generalization.view.{view}"), exact=True).click()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_from_overfitting_to_underfitting_to_an_early_stop(page, app_url, language):
    def says(panel: str, which: int = 0, **changes: Any) -> None:
        """Expect what the panel says at these settings, computed here."""
        sentence = SCENE.panel(panel, Generalization(**changes), language).sentences[which]
        expect(page.get_by_text(sentence, exact=True)).to_be_visible(timeout=60_000)

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
