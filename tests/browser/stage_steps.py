"""What the journeys over the stage share: how it is opened and brought to rest, and what its link says."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.patience import PATIENT, USUAL

MEASURE = Path(__file__).with_name("stage_measure.js")
SETTLED = """async (limit) => {
  const frame = () => new Promise(requestAnimationFrame)
  await frame()
  await frame()
  const until = performance.now() + limit
  let [before, same] = [null, 0]
  while (performance.now() < until) {
    const now = window.stageState()
    same = now !== null && now === before ? same + 1 : 0
    if (same === 3) return true
    before = now
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}"""
CANVAS = """document.querySelector('.st-key-stage_pictures [data-testid=stBidiComponentIsolated]')
  .shadowRoot.querySelector('canvas')"""
DECAY = "gradient_decay?depth=6&width=4&steps=40&lang=en"


def staged(page: Page) -> str:
    """Return the panel that the link says is on the stage."""
    return parse_qs(urlsplit(page.url).query).get("stage", [""])[0]


def settle(page: Page, limit: int = USUAL) -> None:
    assert page.evaluate(SETTLED, limit), f"{page.url} did not come to rest"


def open_stage(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".st-key-stage_pictures", timeout=PATIENT)
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()  # its style comes with the frame, in a message of its own
    settle(page, PATIENT)


def question(page: Page):
    return page.locator(".st-key-stage_head h1")


def expect_staged(page: Page, panel: str) -> None:
    """Wait until the link says that a panel is on the stage: it follows the picture by a message."""
    expect(page).to_have_url(re.compile(rf"[?&]stage={panel}(&|$)"))
