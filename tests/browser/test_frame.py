"""Journeys around the pages: language, links, appearance."""

import re

import pytest
from playwright.sync_api import expect

from simulator.texts import LANGUAGES, text
from simulator.ui.frame.pages import PAGES, family_of

IN_NAVIGATION = [page for page in PAGES if not page.within]
LEAST_CONTRAST = {"normal": 4.5, "high": 7.0}

CONTRASTS = """() => {
  const channels = colour => (colour.match(/[\\d.]+/g) || []).map(Number)
  const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a)) }
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b }
  const found = []
  for (const e of document.querySelectorAll('.stApp *')) {
    if (e.closest('svg, .katex, [aria-hidden="true"], [data-testid="stSkipLink"], [disabled]')) continue
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
    const box = e.getBoundingClientRect()
    if (!own || box.width < 2 || box.height < 2 || !e.checkVisibility({opacityProperty: true})) continue
    const layers = []
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    for (let p = e; p; p = p.parentElement) {  // a slider's value stands beside its thumb, not on it
      const around = p.getBoundingClientRect()
      const behind = x >= around.left && x <= around.right && y >= around.top && y <= around.bottom
      if (behind || p.matches('html, body, .stApp')) layers.unshift(channels(getComputedStyle(p).backgroundColor))
    }
    const back = layers.reduce((below, top) => over(top, below), [255, 255, 255])
    const ink = channels(getComputedStyle(e).color)
    for (let p = e; p; p = p.parentElement) ink[3] = (ink[3] ?? 1) * parseFloat(getComputedStyle(p).opacity)
    const [a, b] = [light(over(ink, back)), light(back)]
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.trim().slice(0, 40)])
  }
  return found
}"""


def title(page):
    return page.locator("h1").first


@pytest.mark.parametrize(("locale", "language"), [("ko-KR", "ko"), ("en-GB", "en"), ("fr-FR", "en")])
def test_the_first_page_speaks_the_browsers_language(new_context, app_url, locale, language):
    page = new_context(locale=locale).new_page()
    page.goto(app_url)
    expect(title(page)).to_have_text(text(language, "home.title"))
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page).to_have_url(re.compile(f"lang={language}"))


def test_switching_the_language_keeps_the_page_and_the_way_back(page, app_url):
    page.goto(f"{app_url}/training?lang=ko")
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text=text("ko", "frame.pages.training.title"))
    expect(link).to_have_attribute("aria-current", "page")
    page.get_by_test_id("stSidebar").get_by_role("radio", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text=text("en", "frame.pages.training.title"))
    expect(link).to_have_attribute("aria-current", "page")
    expect(page).to_have_url(re.compile(r"/training\?.*lang=en"))
    page.get_by_test_id("stSidebarNavLink").first.click()
    expect(title(page)).to_have_text(text("en", "home.title"))
    expect(page).to_have_url(re.compile("lang=en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entry", PAGES[1:], ids=lambda entry: entry.name)
def test_a_link_opens_its_page_with_the_frame(page, app_url, settled, entry, language):
    page.goto(f"{app_url}/{entry.name}?lang={language}")
    settled(page)
    family = page.locator(".st-key-family").get_by_test_id("stPageLink-NavLink").filter(visible=True).locator("p")
    expect(family).to_have_text([text(language, f"frame.pages.{one.name}.title") for one in family_of(entry.name)])
    if not entry.within:
        link = page.get_by_test_id("stSidebarNavLink")
        expect(link.filter(has_text=text(language, f"frame.pages.{entry.name}.title"))).to_have_attribute(
            "aria-current", "page"
        )
    expect(page.get_by_text(text(language, "frame.failure.home"))).to_have_count(0)


def test_a_link_opens_its_page_in_a_fresh_process(fresh_app, page):  # the page goes first, the server after it
    page.goto(f"{fresh_app}/training?lang=ko")
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(len(IN_NAVIGATION))
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text=text("ko", "frame.pages.training.title"))
    expect(link).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("address", ["nowhere", "some/deep/address"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_address_gets_a_sentence_and_a_way_back(page, app_url, address, language):
    page.goto(f"{app_url}/{address}?lang={language}")
    expect(title(page)).to_have_text(text(language, "frame.unknown.title"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name=text(language, "frame.failure.home")).click()
    expect(title(page)).to_have_text(text(language, "home.title"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("contrast", ["normal", "high"])
def test_every_word_of_the_first_page_can_be_read(new_context, app_url, settled, scheme, contrast):
    page = new_context(color_scheme=scheme).new_page()
    page.goto(f"{app_url}/?contrast={contrast}")
    settled(page)
    measured = page.evaluate(CONTRASTS)
    assert len(measured) > 10
    assert not [words for words in measured if words[0] < LEAST_CONTRAST[contrast]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_streamlits_widgets_can_be_read_in_high_contrast(new_context, failing_app, settled, scheme):
    page = new_context(color_scheme=scheme).new_page()
    page.goto(f"{failing_app[0]}/softmax?contrast=high")
    settled(page)
    measured = page.evaluate(CONTRASTS)
    assert {"Caption", "Message", "Primary", "one", "first tab"} <= {words for _, words in measured}
    assert not [words for words in measured if words[0] < LEAST_CONTRAST["high"]]


def test_high_contrast_is_a_switch_that_the_link_keeps(page, app_url):
    page.goto(f"{app_url}/?lang=en")
    page.get_by_test_id("stSidebar").get_by_text(text("en", "frame.contrast")).click()
    expect(page).to_have_url(re.compile("contrast=high"))
    page.reload()
    expect(page.get_by_role("switch", name=text("en", "frame.contrast"))).to_be_checked()


@pytest.mark.parametrize("width", [1920, 1366, 800, 390])
def test_the_first_page_fits_every_width(new_context, app_url, settled, width):
    page = new_context(viewport={"width": width, "height": 768}).new_page()
    page.goto(app_url)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_korean_lines_break_between_words(new_context, app_url):
    page = new_context(locale="ko-KR", viewport={"width": 390, "height": 800}).new_page()
    page.goto(app_url)
    words = page.get_by_text(text("ko", "home.what"))
    expect(words).to_be_visible()
    expect(words).to_have_css("word-break", "keep-all")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_language_and_hall_are_in_sight_together_on_a_small_screen(new_context, app_url, settled, language):
    page = new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{app_url}/softmax?lang={language}")
    settled(page)
    places = [*page.get_by_test_id("stSidebarNavLink").all(), *page.get_by_test_id("stSidebar").locator("button").all()]
    shown = [place.bounding_box() for place in places if place.is_visible()]
    assert len(shown) > len(IN_NAVIGATION) + 2
    assert all(box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 768 for box in shown)


@pytest.mark.parametrize("name", ["gradient_decay", "activations", "chain_rule", "atlas"])
def test_a_drawing_that_leaves_the_page_asks_for_no_impossible_size(page, app_url, settled, name):
    """It hears that its place has no size any more, after its letters have none; what it logs fails this test."""
    page.goto(f"{app_url}/{name}?lang=en")
    page.wait_for_selector("[data-testid=stBidiComponentIsolated] svg, [data-testid=stBidiComponentIsolated] canvas")
    settled(page)
    taken = page.evaluate("""async () => {
      const frame = () => new Promise(requestAnimationFrame)
      const hosts = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
      const drawn = hosts.flatMap((host) => [...host.shadowRoot.querySelectorAll("svg, canvas")]).length
      for (const host of hosts) host.shadowRoot.replaceChildren()
      for (let each = 0; each < 5; each++) await frame()
      return drawn
    }""")
    assert taken > 0


def test_one_back_leaves_a_page_however_often_its_settings_were_moved(page, app_url, settled):
    """The address follows every setting; of all these addresses the browser's history keeps one a page."""
    page.goto(f"{app_url}/activations?lang=ko")
    settled(page)
    page.get_by_test_id("stSidebarNavLink").filter(has_text=text("ko", "frame.pages.softmax.title")).click()
    expect(title(page)).to_have_text(text("ko", "softmax.title"))
    settled(page)
    slider = page.locator("[class*='st-key-controls-softmax-'] :is([role=slider], input[type=range])").first
    addresses = {page.url}
    for _ in range(3):
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_url(lambda url: url not in addresses)
        addresses.add(page.url)
    page.go_back()
    expect(title(page)).to_have_text(text("ko", "activations.title"))
    expect(page).to_have_url(re.compile("/activations"))


def test_streamlits_own_english_names_are_not_offered(page, app_url, settled):
    page.goto(f"{app_url}/activations?lang=ko")
    settled(page)
    for name, role in (("Link to heading", "link"), ("Clear all", "button")):
        assert page.locator(f"[aria-label='{name}']").count() > 0, name
        assert page.get_by_role(role, name=name).count() == 0, name
