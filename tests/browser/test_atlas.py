"""The atlas in a real browser: zoom twice into the edge, choose neighbours on its two sides, open both runs."""

import numpy as np
import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.core.sweep.map import STAYED  # noqa: E402
from simulator.scenes.atlas.numbers import MAP, OWN  # noqa: E402
from simulator.scenes.atlas.settings import Atlas  # noqa: E402
from simulator.scenes.atlas.words import own_words, verdict_of  # noqa: E402
from simulator.scenes.training.settings import Training  # noqa: E402
from simulator.texts import text  # noqa: E402
from tests.browser.map_steps import parameters, point, wait_for  # noqa: E402
from tests.browser.patience import PATIENT  # noqa: E402

START = Atlas(side=16, epochs=50, width=8)
MAP_DRAWN = ".atlas[data-pixels='16x16']"


def settings_of(page: Page) -> Atlas:
    """Return what the address says."""
    settings, errors = Atlas.read(parameters(page))
    assert errors == ()
    return settings


def edge(settings: Atlas) -> tuple[int, int]:
    """Return the column and row of a run that converges, to the left of one that diverges; near the middle."""
    converged = MAP.of(settings).converged
    pairs = np.argwhere(converged[:-1] & ~converged[1:])
    assert len(pairs)
    column, row = min(pairs.tolist(), key=lambda pair: abs(pair[0] - 8) + abs(pair[1] - 8))
    return column, row


def drag(page: Page, column: int, row: int) -> None:
    """Mark a rectangle around the place between a pixel and its right neighbour."""
    left, right = max(column - 3.0, 0.1), min(column + 5.0, 15.9)
    bottom, top = max(row - 3.5, 0.1), min(row + 4.5, 15.9)
    page.mouse.move(*point(page, left, bottom, 16))
    page.mouse.down()
    page.mouse.move(*point(page, (left + right) / 2, (bottom + top) / 2, 16))
    page.mouse.move(*point(page, right, top, 16))
    page.mouse.up()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_zoom_twice_into_the_edge_and_open_the_runs_on_its_two_sides(new_context, app_url, language, settled):
    context = new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.goto(f"{app_url}/atlas?{START.to_text()}&lang={language}")
    expect(page.locator(MAP_DRAWN)).to_be_visible(timeout=PATIENT)
    way = page.get_by_role("link", name=text(language, "atlas.open"))
    expect(way).to_be_visible(timeout=PATIENT)  # nothing above the map comes or goes any more
    settled(page)
    for _ in range(2):
        before = settings_of(page)
        drag(page, *edge(before))
        wait_for(page, lambda was=before: settings_of(page).x_high != was.x_high)
        settled(page)
        after = settings_of(page)
        assert before.x_low <= after.x_low < after.x_high <= before.x_high
        assert after.x_high / after.x_low == pytest.approx((before.x_high / before.x_low) ** 0.5, rel=0.1)
    column, row = edge(settings_of(page))
    for step, converges in ((0, True), (1, False)):
        page.mouse.click(*point(page, column + step + 0.5, row + 0.5, 16))
        rate = settings_of(page).values("x")[column + step]
        wait_for(page, lambda wanted=rate: settings_of(page).at_x == wanted)
        settled(page)
        chosen = settings_of(page)
        assert chosen.at_y == chosen.values("y")[row]
        assert (verdict_of(OWN.of(chosen)).left_step == STAYED) is converges
        expect(page.get_by_text(own_words(language, OWN.of(chosen), chosen))).to_be_visible()
        with context.expect_page() as opened:
            way.click()
        run = opened.value
        expect(run.get_by_text(text(language, "training.title"))).to_be_visible()
        expect(run.locator(".player").first).to_be_visible(timeout=PATIENT)
        settings, errors = Training.read(parameters(run))
        assert (settings, errors) == (chosen.run(), ())
        run.close()
