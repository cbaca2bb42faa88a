"""In a real browser, words from files and links are letters: no link, no picture, no formatting of theirs."""

import pytest
from playwright.sync_api import Page, expect

from simulator.texts import text
from tests.browser.conftest import ROOT, serving
from tests.browser.patience import PATIENT
from tests.browser.training_page import open_view, unfold, wait_for_run
from tests.hostile import HOSTILE, MARKUP, hostile_csv

APP = ROOT / "tests" / "browser" / "apps" / "plain_app.py"
PLACES = 6
DRAWN = ":is([data-testid=stMarkdownContainer], [data-testid=stCaptionContainer])"
SHOWN = """places => places.map(place => ({
  words: place.textContent.replaceAll("\\u200b", ""),
  made: [...place.querySelectorAll("a, b, strong, em, del, img, code, pre, sup, ol, hr, .katex, span[style]")]
    .map(made => made.outerHTML),
}))"""
MADE_OF_THEM = """() => {
  const found = []
  const search = root => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) search(one.shadowRoot)
      const about = one.getAttribute("href") ?? one.getAttribute("src") ?? ""
      if (about.includes("evil") || about === "x" || one.hasAttribute("onerror")) found.push(one.outerHTML)
      if (["STRONG", "CODE"].includes(one.tagName) && one.textContent.trim() === "x") found.push(one.outerHTML)
      if (one.matches(".katex, span[class*=color], .stMarkdownColoredText")) found.push(one.outerHTML)
    }
  }
  search(document)
  return found
}"""


@pytest.fixture(scope="module")
def words_url(chromium, tmp_path_factory):
    """Address of a page with hostile words at every kind of place."""
    with serving(APP, tmp_path_factory.mktemp("plain") / "log.txt", "--browser.gatherUsageStats=false") as url:
        yield url


def test_every_letter_shows_as_itself_at_every_kind_of_place(page: Page, words_url):
    page.goto(words_url)
    last = len(MARKUP) - 1
    expect(page.locator(f".st-key-toggle_{last}")).to_be_visible(timeout=PATIENT)
    for number, word in enumerate(MARKUP):
        places = page.locator(f".st-key-word_{number} {DRAWN}")
        expect(places).to_have_count(PLACES)
        for place in places.evaluate_all(SHOWN):
            assert (place["words"].strip(), place["made"]) == (" ".join(word.split()), [])
    table = page.get_by_test_id("stTable").evaluate_all(SHOWN)[0]
    assert table["made"] == []
    assert all(table["words"].count(word) == 2 for word in MARKUP[:8])


def test_the_same_words_unescaped_are_noticed(browser, words_url):
    """What the other tests look for is there where nothing is done about it."""
    page = browser.new_page()
    page.route("**/evil.example/**", lambda route: route.fulfill(body=b""))
    page.goto(f"{words_url}/?as_is=1")
    expect(page.locator(f".st-key-toggle_{len(MARKUP) - 1}")).to_be_visible(timeout=PATIENT)
    made = page.locator("body").evaluate_all(SHOWN)[0]["made"]
    assert len(made) > PLACES * 5
    assert len(page.evaluate(MADE_OF_THEM)) > PLACES * 2
    page.close()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_table_with_such_names_from_upload_to_every_view(page: Page, app_url, settled, tmp_path, language):
    table = tmp_path / "[Log in](https:evil.example) **x**.csv"
    table.write_bytes(hostile_csv())
    page.goto(f"{app_url}/training?lang={language}&hidden=4&epochs=2")
    wait_for_run(page, showing=f"lang={language}")
    unfold(page, "training.upload", language)
    page.locator("input[type=file]").set_input_files(table)
    wait_for_run(page, showing="data=csv")
    settled(page)
    expect(page.get_by_text(table.name).first).to_be_visible()
    for view in ("run", "network", "answers"):
        open_view(page, view, language)
        settled(page)
        assert page.evaluate(MADE_OF_THEM) == []
    title = page.get_by_role("heading", name=text(language, "figures.confusion.title"))
    expect(title).to_be_visible()
    assert HOSTILE[1] in page.locator("body").inner_text()
