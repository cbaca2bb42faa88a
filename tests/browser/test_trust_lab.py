"""The trust lab in a real browser: a hunt from the first check to the next puzzle, and links that open it again."""

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.core.checks import PlantedBug, bug_name, planted_bug  # noqa: E402
from simulator.scenes.trust_lab.numbers import PUZZLE  # noqa: E402
from simulator.scenes.trust_lab.settings import PARAMETERS, TrustLab  # noqa: E402
from simulator.scenes.trust_lab.words import narrate_checks, narrate_numbers  # noqa: E402
from simulator.texts import text  # noqa: E402
from tests.browser.patience import choose  # noqa: E402

BROKEN = """() => {
  const main = document.querySelector("[data-testid=stMain]")
  const lines = (cell) => {
    const tops = new Set()
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const range = document.createRange()
      range.selectNodeContents(walker.currentNode)
      for (const line of range.getClientRects()) tops.add(Math.round(line.top))
    }
    return tops.size
  }
  const number = /^[−\\d.,×⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+$/
  const cells = [...main.querySelectorAll("td")].filter((cell) => number.test(cell.textContent.trim()))
  const broken = cells.filter((cell) => lines(cell) !== 1).map((cell) => cell.textContent)
  const wide = [...main.querySelectorAll("table")].filter((table) => {
    for (let at = table; at !== main; at = at.parentElement)
      if (at.clientWidth && at.scrollWidth > at.clientWidth + 1) return true
    return false
  })
  return { seen: cells.length, broken, cut: wide.length }
}"""
"""Cells that hold a number, those whose number takes more than one line, and tables that are cut off at the side."""


def name_mistake(page: Page, language: str, bug: PlantedBug) -> None:
    kind = page.get_by_label(text(language, "trust_lab.hunt.kind"))
    choose(page, kind, page.get_by_role("option", name=bug_name(language, bug.kind), exact=True))
    page.get_by_role("radio", name=text(language, "trust_lab.hunt.layer_name", layer=bug.layer)).click()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_class_hunts_the_same_bug(page: Page, app_url, language):
    bug, puzzle = planted_bug(7, 1), PUZZLE.of(TrustLab(seed=7, round=2))
    page.goto(f"{app_url}/trust_lab?lang={language}&view=hunt&seed=7&round=2")
    expect(page.get_by_text(text(language, "trust_lab.hunt.unchecked"))).to_have_count(len(PARAMETERS))
    page.get_by_role("button", name=text(language, "trust_lab.hunt.check_all")).click()
    expect(page.get_by_text(text(language, "trust_lab.hunt.fails")).first).to_be_visible()
    expect(page.get_by_text(narrate_checks(language, puzzle, PARAMETERS))).to_be_visible()
    expect(page.get_by_text(narrate_numbers(language, puzzle, "W1")[0])).to_be_visible()
    name_mistake(page, language, bug)
    page.get_by_role("button", name=text(language, "trust_lab.hunt.submit")).click()
    name = bug_name(language, bug.kind)
    won = text(language, "trust_lab.hunt.won", points=10, name=name, layer=bug.layer)
    expect(page.get_by_text(won)).to_be_visible()
    page.get_by_role("button", name=text(language, "trust_lab.hunt.next")).click()
    expect(page.get_by_text(text(language, "trust_lab.hunt.round", round=3, seed=7))).to_be_visible()
    expect(page.get_by_text(text(language, "trust_lab.hunt.unchecked"))).to_have_count(len(PARAMETERS))
    page.wait_for_function("location.search.includes('round=3')")


def test_one_check_after_the_other_stands_beside_its_line(page: Page, app_url):
    """Each check says what it found in the listing; the link carries it to the next reader."""
    puzzle = PUZZLE.of(TrustLab())
    page.goto(f"{app_url}/trust_lab?lang=en&view=hunt")
    for name in ("b1", "W3"):
        page.get_by_role("button", name=name, exact=True).click()
        word = text("en", f"trust_lab.hunt.{'passes' if puzzle.checks[name].passes else 'fails'}")
        expect(page.get_by_text(f"{name} {word}")).to_be_visible()
    expect(page.get_by_text(text("en", "trust_lab.hunt.unchecked"))).to_have_count(len(PARAMETERS) - 2)
    page.wait_for_function("location.search.includes('checks=b1.W3')")
    page.reload()
    expect(page.get_by_text(f"b1 {text('en', 'trust_lab.hunt.fails')}")).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    page.get_by_text(text("en", "trust_lab.numbers.all", name="b1")).click()
    expect(page.get_by_role("columnheader", name=text("en", "trust_lab.hunt.program"))).to_be_visible()


def test_what_is_named_survives_the_language(page: Page, app_url):
    bug = planted_bug(0, 0)
    page.goto(f"{app_url}/trust_lab?lang=en&view=hunt")
    name_mistake(page, "en", bug)
    page.get_by_role("radio", name="한국어").click()
    expect(page.get_by_role("heading", name=text("ko", "trust_lab.title"))).to_be_visible()
    page.get_by_role("button", name=text("ko", "trust_lab.hunt.submit")).click()
    name = bug_name("ko", bug.kind)
    expect(page.get_by_text(text("ko", "trust_lab.hunt.won", points=10, name=name, layer=bug.layer))).to_be_visible()


@pytest.mark.parametrize("view", ["rules", "hunt&checks=W1.b1.W2.b2.W3.b3"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_number_is_broken_inside_its_cell(new_context, app_url, settled, view, language):
    """At 1366×768 every cell of a table, and every line with a result, keeps its number on one line."""
    page = new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{app_url}/trust_lab?lang={language}&view={view}")
    settled(page)
    for fold in page.locator("[data-testid=stExpander] summary").all():
        fold.click()
    expect(page.get_by_role("cell").nth(12)).to_be_visible()
    settled(page)
    found = page.evaluate(BROKEN)
    assert found["seen"] > 12
    assert (found["broken"], found["cut"]) == ([], 0)


def test_the_step_size_moves_with_the_keyboard(page: Page, app_url):
    page.goto(f"{app_url}/trust_lab?lang=en&view=step_size&rule=tanh&exponent=-10")
    expect(page.get_by_text("rounding makes the error")).to_be_visible()
    page.get_by_role("slider").press("End")
    expect(page.get_by_text("truncation makes the error")).to_be_visible()
    page.wait_for_function("location.search.includes('exponent=0')")


def test_the_price_is_measured_for_another_network(page: Page, app_url):
    page.goto(f"{app_url}/trust_lab?lang=en&view=passes")
    expect(page.get_by_text("This network has 1,348 parameters.", exact=False)).to_be_visible()
    page.goto(f"{app_url}/trust_lab?lang=en&preset=handwriting")
    expect(page.get_by_text("This network has 1,149,010 parameters.", exact=False)).to_be_visible()
