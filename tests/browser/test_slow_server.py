"""A server that answers late: a reader moves on meanwhile, and nothing of it is lost or undone."""

from urllib.parse import parse_qs, urlsplit

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Locator, Page, expect  # noqa: E402

from tests.browser.answers import Answers  # noqa: E402
from tests.browser.patience import PATIENT, until  # noqa: E402


def link(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def slider(page: Page, key: str) -> Locator:
    return page.locator(f"[class*='st-key-controls-{key}']").get_by_role("slider").first


def press(page: Page, thumb: Locator, key: str) -> float:
    """Move a slider by a key; return where it stands then."""

    def stands() -> str:
        return thumb.evaluate("node => node.value ?? node.getAttribute('aria-valuenow')")

    thumb.focus()
    before = stands()
    page.keyboard.press(key)
    until(page, lambda: stands() != before, "The slider does not move")
    return float(stands())


def test_two_moves_while_the_server_is_silent_are_both_heard(page, app_url, settled):
    """The list of starting points says what it said before the first move: that is an echo, and nobody's wish."""
    answers = Answers(page)
    page.goto(f"{app_url}/learning_rate?lang=en")
    settled(page)
    expect(page.get_by_role("combobox").first).not_to_have_value("")  # it opens on a starting point
    before = link(page)
    answers.hold()
    moved = []
    for key in ("learning_rate-steep", "learning_rate-steps"):
        press(page, slider(page, key), "ArrowLeft")
        moved.append(key.partition("-")[2])
        page.wait_for_timeout(1200)  # the server hears of each in a message of its own
    answers.release()
    settled(page)
    after = link(page)
    assert {name for name in after if after[name] != before.get(name)} >= set(moved), (before, after)


def test_a_move_during_a_run_is_kept_though_the_page_asks_how_far_it_is(page, app_url, settled):
    """The question goes out before the answer to the move is there, and says the starting point of before."""
    answers = Answers(page)
    page.goto(f"{app_url}/training?lang=en&preset=digits_deep")
    expect(page.get_by_test_id("stProgress").first).to_be_visible(timeout=PATIENT)
    before = link(page)
    answers.hold()
    press(page, slider(page, "training-rate"), "ArrowLeft")
    page.wait_for_timeout(3000)
    answers.release()
    until(page, lambda: "rate" in link(page), "The move is in the link", PATIENT)
    page.wait_for_timeout(2000)
    assert link(page)["rate"] != before.get("rate")


@pytest.mark.parametrize("seconds", [0.5, 2.5])
def test_a_step_and_a_slider_moved_while_the_server_is_silent_are_both_kept(page, app_url, settled, seconds):
    answers = Answers(page)
    page.goto(f"{app_url}/chain_rule?net=2-3-2-2&rows=2&lang=en")
    settled(page)
    page.locator(".chain h3").first.wait_for()
    title = page.locator(".chain h3").first
    answers.hold()
    press(page, slider(page, "chain_rule-rows"), "ArrowRight")
    page.keyboard.press("PageDown")
    expect(title).to_have_text("What does layer 2 compute?")
    page.wait_for_timeout(1000 * seconds)
    answers.release()
    until(page, lambda: link(page).get("step") == "2" and link(page).get("rows") == "3", "Both are in the link")
    settled(page)
    expect(title).to_have_text("What does layer 2 compute?")
    assert "data" not in link(page)  # the box with the examples was not typed in


def test_a_slider_is_moved_on_while_the_server_is_silent(page, app_url, settled):
    """The box beside the slider says the old number for a while: nobody has typed it."""
    answers = Answers(page)
    page.goto(f"{app_url}/graph?lang=en&example=used_twice")
    settled(page)
    thumb = page.locator("[class*='st-key-controls-computation_graph-inputs-x-slider']").get_by_role("slider").first
    answers.hold()
    for _ in range(3):
        wanted = press(page, thumb, "ArrowRight")
        page.wait_for_timeout(700)  # the server hears of each in a message of its own
    answers.release()
    box = page.locator("[class*='st-key-controls-computation_graph-inputs-x-en'] input")
    until(page, lambda: float(box.input_value()) == wanted, f"The box does not say {wanted}")
    settled(page)
    assert (link(page)["inputs"], float(box.input_value())) == (f"x={wanted:g}", wanted)
