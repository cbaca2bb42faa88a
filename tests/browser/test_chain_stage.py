"""The chain rule on the stage in a real browser: keys, the way to the next panel, everything fits at every step."""

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.texts import text  # noqa: E402

WALK = """async () => {
  const inside = node => node.shadowRoot?.querySelector(".chain")
  const root = [...document.querySelectorAll("*")].map(inside).find(Boolean)
  const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  const full = box => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1
  const found = []
  const look = async name => {
    await drawn()
    const boxes = [root, ...root.querySelectorAll(".panels, .left, .card, .body, .scroller")]
    found.push([name, boxes.some(full), Number(root.querySelector(".card").style.zoom || 1)])
  }
  const looks = [...root.querySelectorAll("button[data-look]")].map(button => button.dataset.look)
  for (const name of looks.length ? looks : [""]) {
    if (name) root.querySelector(`[data-look=${name}]`).click()
    const places = [...root.querySelectorAll("button[data-step], button[data-stage]")].map(({ dataset }) =>
      dataset.step ? `[data-step="${dataset.step}"]` : `[data-stage="${dataset.stage}"]`)
    for (const place of places) {
      root.querySelector(`button${place}`).click()
      await look(`${name} ${place}`)
    }
    if (!places.length) await look(name)
  }
  return found
}"""
"""Goes to every view and step; says of each whether something is cut, and how far it had to be made smaller."""


def stage_opened(new_context, app_url, size: tuple[int, int], **parameters: str) -> Page:
    page = new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    query = "&".join(f"{name}={value}" for name, value in {"lang": "en", **parameters}.items())
    small = {"net": "2-3-2-2", "rows": "2"} if "preset=" not in query else {}
    small = "".join(f"{name}={value}&" for name, value in small.items() if f"{name}=" not in query)
    page.goto(f"{app_url}/chain_rule?{small}{query}")
    page.locator(".chain.fill .card > *").first.wait_for()
    return page


def test_on_the_stage_the_arrows_step_the_network_and_go_on_to_the_next_panel(new_context, app_url, settled):
    page = stage_opened(new_context, app_url, (1366, 768), stage="pass", step="12")
    title = page.locator(".chain h3").first
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("Where do the parameters move?")
    expect(page.locator(".st-key-stage_words")).to_contain_text("Each parameter moves against its own gradient")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".st-key-stage_head h1")).to_have_text(text("en", "chain_rule.question.weight"))
    expect(page.locator("table.paths")).to_be_visible()
    page.keyboard.press("ArrowLeft")  # from the first path back to the panel before, at its last step
    expect(title).to_have_text("Where do the parameters move?")


@pytest.mark.parametrize("stage", ["pass", "weight", "matrices"])
@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1920, 1080)])
def test_on_the_stage_everything_fits_at_every_step(new_context, app_url, settled, size, stage):
    """Nothing is cut and nothing scrolls; only at 4:3 may numbers be a little smaller than they should."""
    page = stage_opened(new_context, app_url, size, stage=stage)
    settled(page)
    assert page.get_by_test_id("stAlert").count() == 0
    views = page.evaluate(WALK)
    assert len(views) >= {"pass": 39, "weight": 3, "matrices": 5}[stage]
    assert not [name for name, cut, _ in views if cut]
    assert min(zoom for *_, zoom in views) >= (0.9 if size[0] == 1024 else 1.0)
