"""After a change the training page plays the run once by itself; one click draws other weights, one goes back."""

import re

import pytest
from playwright.sync_api import Page, expect

from simulator.texts import text
from tests.browser.test_training import wait_for_run

RUN = "hidden=4&epochs=30&batch=off&rows=80"  # 30 updates: every step has its frame
WATCH = """() => { window.shown = []; window.addEventListener("simulator:frame", ({ detail }) =>
  window.shown.push([detail.frame, performance.now()])) }"""
POSITION = ".player .position"


def shown(page: Page) -> list[tuple[int, float]]:
    """Return the frames that were shown since the last time, with when."""
    return page.evaluate("() => window.shown.splice(0)")


def click_and_wait(page: Page, name: str, showing: str) -> None:
    page.get_by_role("button", name=text("en", f"player.{name}")).click()
    wait_for_run(page, showing=showing)
    # at its end the player is at rest: there is something to play
    expect(page.get_by_role("button", name=text("en", "player.play"))).to_be_visible()
    page.wait_for_function("() => window.shown.length && performance.now() - window.shown.at(-1)[1] > 1500")


@pytest.fixture
def still(page) -> Page:
    page.emulate_media(reduced_motion="reduce")
    return page


def test_new_weights_play_once_and_stop_where_the_reader_stood(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=en&{RUN}")
    wait_for_run(page, showing="epochs=30")
    settled(page)
    page.evaluate(WATCH)
    expect(page.get_by_role("button", name=text("en", "player.old_weights"))).to_be_hidden()
    click_and_wait(page, "new_weights", "seed=1")
    frames, times = zip(*shown(page), strict=True)
    assert frames[0] == 0 and frames[-1] == 30 and len(frames) > 5
    assert list(frames) == sorted(frames)
    assert times[-1] - times[0] < 6000  # two seconds, and a busy machine's last drawing
    expect(page.locator(POSITION)).to_contain_text("30 of 30")
    expect(page.get_by_role("button", name=text("en", "player.play"))).to_be_visible()

    page.locator(POSITION).click()
    page.keyboard.press("Home")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    settled(page)
    shown(page)
    click_and_wait(page, "old_weights", "lang=en")
    expect(page).not_to_have_url(re.compile("seed="))
    assert shown(page)[-1][0] == 12  # two runs are compared at the same step


def test_nothing_plays_by_itself_for_who_wants_less_motion(still, app_url, settled):
    still.goto(f"{app_url}/training?lang=en&{RUN}")
    wait_for_run(still, showing="epochs=30")
    settled(still)
    still.evaluate(WATCH)
    click_and_wait(still, "new_weights", "seed=1")
    assert {frame for frame, _ in shown(still)} == {30}
