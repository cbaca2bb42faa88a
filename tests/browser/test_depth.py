"""Gradient decay, activations and initialization in a real browser: what moves, how fast, and what the link says."""

import statistics
from urllib.parse import parse_qs, urlsplit

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.scenes.activations.numbers import curve  # noqa: E402
from simulator.texts import text  # noqa: E402
from simulator.texts.numbers import number_text  # noqa: E402
from tests.browser.patience import PATIENT, choose, until  # noqa: E402

CANVAS = """() => {
  const find = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.tagName === "CANVAS") return node
      const inside = node.shadowRoot && find(node.shadowRoot)
      if (inside) return inside
    }
    return null
  }
  return find(document.querySelector('[data-testid="stMain"]'))
}"""
WATCH = (
    "() => { const canvas = ("
    + CANVAS
    + """)()
  const seen = () => {
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    let sum = 0
    for (let at = 0; at < data.length; at += 97) sum = (sum * 31 + data[at]) | 0
    return sum
  }
  const before = seen()
  let start = null
  window.painted = null
  addEventListener("keydown", () => { start ??= performance.now() }, { capture: true, once: true })
  const look = () => {
    if (start !== null && seen() !== before) window.painted = performance.now() - start
    else requestAnimationFrame(look)
  }
  look()
}"""
)


def parameters(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def painted(page: Page) -> float:
    """Return the milliseconds from a key to the changed picture."""
    return until(page, lambda: page.evaluate("window.painted"), "The picture did not change")


def test_moving_the_depth_repaints_and_stays_in_the_link(page, app_url, settled):
    page.goto(f"{app_url}/gradient_decay?lang=en&depth=50&width=32&seeds=32")
    settled(page)
    expect(page.locator("canvas").first).to_be_visible()
    slider = page.locator(".networks input[type=range]")
    slider.focus()
    times = []
    for _ in range(4):
        page.evaluate(WATCH)
        page.keyboard.press("ArrowRight")
        times.append(painted(page))
        settled(page)
    print(f"milliseconds to paint: median {statistics.median(times):.0f}")
    assert parameters(page)["depth"] == "70"


def test_the_point_moves_without_the_server(page, app_url, settled):
    page.goto(f"{app_url}/activations?lang=en&functions=tanh&z=0")
    settled(page)
    drawing = page.locator(".curves svg").first
    output = page.locator(".curves output")
    expect(output).to_have_text("0.00")
    expect(drawing).to_be_visible()
    box = drawing.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 100)
    page.mouse.down()
    for share in (0.55, 0.6, 0.7):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + 100)
        label = page.locator(".curves svg text.label").first.text_content()
        z = float((output.text_content() or "").replace("−", "-"))
        value = float(curve("tanh", 0.1).value[round((z + 10) * 100)])
        assert z > 0 and label is not None and label.endswith(f"= {number_text(value)}")
    page.mouse.up()
    spent = page.evaluate(
        """async () => {
          const roots = [...document.querySelectorAll("*")].map((node) => node.shadowRoot)
          const root = roots.find((root) => root?.querySelector(".curves"))
          const range = root.querySelector("input[type=range]")
          const times = []
          for (let step = 0; step < 60; step++) {
            const start = performance.now()
            range.value = step / 10
            range.dispatchEvent(new Event("input"))
            await new Promise(requestAnimationFrame)
            times.push(performance.now() - start)
          }
          return times.sort((a, b) => a - b)[30]
        }"""
    )
    print(f"milliseconds a frame: median {spent:.1f}")
    settled(page)
    expect(output).to_have_text("5.90")
    until(page, lambda: parameters(page).get("z") == "5.9", "The link did not follow")


def test_a_link_opens_the_point_and_a_preset_moves_it(page, app_url, settled):
    page.goto(f"{app_url}/activations?lang=ko&functions=tanh&z=8")
    settled(page)
    expect(page.locator(".curves svg text.label").nth(1)).to_have_text("φ′(8.00) = 4.5×10⁻⁷")
    wanted = page.get_by_text(text("ko", "activations.preset.tanh_five"), exact=True)
    choose(page, page.get_by_role("combobox").first, wanted)
    settled(page)
    expect(page.locator(".curves svg text.label").nth(1)).to_have_text("φ′(5.00) = 1.82×10⁻⁴")
    expect(page.locator(".curves output")).to_have_text("5.00")


def test_who_learns_follows_the_player(page, app_url, settled):
    link = "view=learning&data=moons&depth=4&width=8&steps=50&seeds=8"
    page.goto(f"{app_url}/gradient_decay?lang=en&{link}")
    expect(page.get_by_role("button", name=text("en", "player.first"))).to_be_visible(timeout=PATIENT)
    settled(page)
    page.evaluate(WATCH)
    page.get_by_role("button", name=text("en", "player.first")).focus()
    page.keyboard.press("Enter")
    painted(page)


def test_equal_weights_are_said_to_stay_equal(page, app_url, settled):
    page.goto(f"{app_url}/initialization?lang=en&view=symmetry")
    expect(page.get_by_text("the largest difference between two nodes is 0.")).to_be_visible(timeout=PATIENT)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", ["gradient_decay", "activations", "initialization"])
def test_small_dark_screens_hold_the_page(new_context, app_url, settled, name, language):
    page = new_context(color_scheme="dark", viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{app_url}/{name}?lang={language}")
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 2
    assert "Traceback" not in page.inner_text("body")
