"""Order and chaos in a real browser: a coarse map, then a finer one, and a network from each side of the line."""

import re

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.scenes.chaos.settings import Chaos  # noqa: E402
from simulator.scenes.chaos.words import place_text  # noqa: E402
from simulator.scenes.training.settings import Training  # noqa: E402
from simulator.texts import text  # noqa: E402
from tests.browser.map_steps import parameters, point, wait_for  # noqa: E402
from tests.browser.patience import PATIENT  # noqa: E402

SIDE = 16
START = Chaos(side=SIDE, width=16, updates=20, depth=12)


def settings_of(page: Page) -> Chaos:
    """Return what the address says."""
    settings, errors = Chaos.read(parameters(page))
    assert errors == ()
    return settings


def test_a_network_of_either_side_opens_under_the_microscope_and_on_the_training_page(new_context, app_url, settled):
    context = new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.goto(f"{app_url}/chaos?{START.to_text()}&lang=ko")
    so_far = text("ko", "chaos.says.depth_so_far", count=0, deepest=0, number=0).partition("0")[0]
    coarse = page.get_by_text(re.compile(f"^{so_far}"))
    expect(coarse).to_be_visible(timeout=PATIENT)
    expect(page.locator(f".atlas[data-pixels='{SIDE}x{SIDE}']")).to_be_visible()
    expect(coarse).to_have_count(0, timeout=PATIENT)  # every pixel is there
    settled(page)
    for column, phase, way in ((1, "질서", "look_into"), (14, "혼돈", "open")):
        page.mouse.click(*point(page, column + 0.5, 3.5, SIDE))
        weight_std = START.values("x")[column]
        wait_for(page, lambda wanted=weight_std: settings_of(page).at_x == wanted)
        chosen = settings_of(page)
        expect(page.get_by_text(re.compile(f"^{re.escape(place_text(chosen))}: .*{phase}"))).to_be_visible()
        settled(page)
        with context.expect_page() as opened:
            page.get_by_role("link", name=text("ko", f"chaos.{way}")).click()
        other = opened.value
        if way == "open":
            expect(other.get_by_role("heading", name=text("ko", "training.title"))).to_be_visible()
            assert Training.read(parameters(other)) == (chosen.run(), ())
            continue
        expect(other.get_by_text(text("ko", "chaos.layers.title"), exact=True).first).to_be_visible()
        assert settings_of(other) == chosen and parameters(other)["view"] == "microscope"
        expect(other.get_by_text(re.compile(f"^{re.escape(place_text(chosen))}: .*질서"))).to_be_visible()
        other.goto(other.url.replace("lang=ko", "lang=en"))
        expect(other.get_by_text(re.compile(f"^{re.escape(place_text(chosen))}: .*order"))).to_be_visible()
        expect(other.get_by_text(text("en", "chaos.layers.title"), exact=True).first).to_be_visible()
        other.close()
