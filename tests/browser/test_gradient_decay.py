"""The first picture of gradient decay in a real browser: the light runs, the depth is dragged without the server."""

from urllib.parse import parse_qs, urlsplit

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect  # noqa: E402

from simulator.scenes.gradient_decay.numbers import ARRIVING  # noqa: E402
from simulator.scenes.gradient_decay.settings import GradientDecay  # noqa: E402
from simulator.scenes.gradient_decay.shares import share_text  # noqa: E402
from simulator.texts import LANGUAGES, text  # noqa: E402
from tests.browser.patience import choose  # noqa: E402

LINK = "gradient_decay?width=8&seeds=8"
SETTINGS = GradientDecay(width=8, seeds=8)
FIND = """const find = (root, wanted) => {
  for (const node of root.querySelectorAll("*")) {
    if (node.matches(wanted)) return node
    const inside = node.shadowRoot && find(node.shadowRoot, wanted)
    if (inside) return inside
  }
  return null
}
const networks = find(document, ".networks")
"""
DRAG = (
    "async (at) => {"
    + FIND
    + """
  const slider = networks.querySelector("input[type=range]")
  const times = [], seen = []
  for (const place of at) {
    const start = performance.now()
    slider.value = String(place)
    slider.dispatchEvent(new Event("input"))
    seen.push([...networks.querySelectorAll(".big")].map((number) => number.textContent)) // in the same turn: no server
    await new Promise(requestAnimationFrame)
    times.push(performance.now() - start)
  }
  return { seen, times }
}"""
)
RUN = (
    "async () => {"
    + FIND
    + """
  const row = networks.querySelector("svg")
  const dark = () => [...row.querySelectorAll("path[data-layer].dark")].map((path) => Number(path.dataset.layer))
  const before = dark()
  networks.querySelector(".play").click()
  const during = []
  while (networks.matches(".running")) {
    during.push(dark())
    await new Promise(requestAnimationFrame)
  }
  return { before, during, after: dark() }
}"""
)


def shares(language: str) -> list[list[str]]:
    """Return the numbers beside the networks at every depth, computed here."""
    found = [lit.arriving for lit in ARRIVING.of(SETTINGS)]
    return [[share_text(language, one.arrives(at)) for one in found] for at in range(len(found[0].depths))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_depth_is_dragged_without_the_server_and_then_in_the_link(page, app_url, settled, language):
    page.goto(f"{app_url}/{LINK}&lang={language}")
    settled(page)
    expected = shares(language)
    depths = ARRIVING.of(SETTINGS)[0].arriving.depths
    expect(page.locator(".networks .big")).to_have_text(expected[depths.index(20)])
    found = page.evaluate(DRAG, [0, 5, 30, len(depths) - 1, 11])
    assert found["seen"] == [expected[at] for at in (0, 5, 30, len(depths) - 1, 11)]
    print(f"milliseconds a depth: {sorted(found['times'])[2]:.1f}")
    count = depths[11]
    label = text(language, "gradient_decay.networks.depth", count=count)
    expect(page.locator(".networks .depth")).to_have_text(label)
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("depth") == [str(count)])
    settled(page)
    expect(page.locator(".networks .big")).to_have_text(expected[11])  # Python says the same


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_light_runs_back_from_the_loss(page, app_url, settled, language):
    page.goto(f"{app_url}/{LINK}&lang={language}")
    settled(page)
    expect(page.locator(".networks .big").first).to_be_visible()
    found = page.evaluate(RUN)
    assert found["before"] == found["after"] == []
    assert len(found["during"]) > 10
    for dark in found["during"]:  # what is dark lies on the side of the input
        assert dark == list(range(1, len(dark) + 1))
    lengths = [len(dark) for dark in found["during"]]
    assert lengths == sorted(lengths, reverse=True) and lengths[0] > 15 and lengths[-1] < 5
    expect(page.locator(".networks .name").first).to_have_text(text(language, "gradient_decay.networks.vanishes"))


def test_nothing_moves_where_a_reader_wants_no_motion(new_context, app_url, settled):
    page = new_context(reduced_motion="reduce").new_page()
    page.goto(f"{app_url}/{LINK}&lang=en")
    settled(page)
    expect(page.locator(".networks .big").first).to_be_visible()
    expect(page.locator(".networks .play")).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_networks_numbers_and_slider_are_on_the_first_screen(new_context, app_url, settled, language):
    page = new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{app_url}/gradient_decay?lang={language}")
    settled(page)
    for place in (".networks .row >> nth=0", ".networks .row >> nth=1", ".networks input[type=range]"):
        box = page.locator(place).bounding_box()
        assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 768, place
    for number in range(2):
        size = page.locator(".networks .big").nth(number).evaluate("e => [e.scrollWidth, e.parentElement.clientWidth]")
        assert size[0] <= size[1]


def test_a_control_beside_it_changes_the_networks(page, app_url, settled):
    page.goto(f"{app_url}/{LINK}&lang=en&depth=10")
    settled(page)
    expect(page.locator(".networks .big").first).to_be_visible()
    page.evaluate(DRAG, [20])
    page.wait_for_url(lambda url: "depth=24" in url)
    wanted = page.get_by_text(text("en", "gradient_decay.preset.sigmoid_relu"), exact=True)
    choose(page, page.get_by_role("combobox").first, wanted)
    settled(page)
    expect(page.locator(".networks .depth")).to_have_text(text("en", "gradient_decay.networks.depth", count=20))
