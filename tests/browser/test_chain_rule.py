"""The chain-rule page in a real browser: its numbers, stepping, choosing weights, predicting, the link, bad input."""

import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.scenes.chain_rule.numbers import pass_of  # noqa: E402
from simulator.scenes.chain_rule.settings import LOOKS, ChainRule  # noqa: E402
from simulator.texts import text  # noqa: E402
from simulator.texts.numbers import number_text  # noqa: E402
from tests.browser.patience import choose  # noqa: E402


def link(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def expect_link(page: Page, **parts: str) -> None:
    """Wait until the link says what it should: the browser tells the server a moment after the last move."""
    for name, value in parts.items():
        expect(page).to_have_url(re.compile(rf"[?&]{name}={re.escape(value)}(&|$)"))


def opened(page: Page, app_url: str, settled, **parameters: str) -> None:
    query = "&".join(f"{name}={value}" for name, value in {"lang": "en", **parameters}.items())
    small = {"net": "2-3-2-2", "rows": "2"} if "preset=" not in query else {}
    small = "".join(f"{name}={value}&" for name, value in small.items() if f"{name}=" not in query)
    page.goto(f"{app_url}/chain_rule?{small}{query}")
    settled(page)
    page.locator(".chain h3").first.wait_for()


def test_stepping_needs_no_server_and_is_immediate(page, app_url, settled):
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    opened(page, app_url, settled, net="4-32-32-4", activation="relu", rows="4")
    titles = set()
    before = len(sent)
    took = page.evaluate(
        """() => {
          const inside = node => node.shadowRoot?.querySelector(".chain")
          const root = [...document.querySelectorAll("*")].map(inside).find(Boolean)
          const times = [], titles = []
          for (let round = 0; round < 3; round++)
            for (let step = 0; step < root.querySelectorAll("button.step").length; step++) {
              const start = performance.now()
              root.querySelector(`button[data-step="${step}"]`).click()
              root.getBoundingClientRect()
              times.push(performance.now() - start)
              titles.push(root.querySelector("h3").textContent)
            }
          return [times.sort((a, b) => a - b), titles]
        }"""
    )
    assert len(sent) == before > 0
    times, titles = took
    assert len(set(titles)) == 13
    print("milliseconds a step: median", times[len(times) // 2], "largest", times[-1])
    expect_link(page, step="13")
    assert len(sent) > before


def test_numbers_on_the_page_are_the_gradients(page, app_url, settled):
    opened(page, app_url, settled, step="6")
    made = pass_of(ChainRule(net="2-3-2-2", rows=2))
    cells = page.locator("table.entries").first.locator("td")
    shown = [float(title) for title in cells.evaluate_all("cells => cells.map(cell => cell.title)")]
    assert shown == pytest.approx(made.grad_weight[2].ravel(), rel=1e-6)
    assert cells.first.inner_text() == number_text(made.grad_weight[2][0, 0])


def test_a_clicker_works_while_the_focus_is_on_a_slider(page, app_url, settled):
    opened(page, app_url, settled)
    title = page.locator(".chain h3").first
    slider = page.locator("[class*='st-key-controls-chain_rule-rows']").get_by_role("slider")
    slider.focus()
    page.keyboard.press("PageDown")
    expect(title).to_have_text("What does layer 2 compute?")
    before = slider.get_attribute("aria-valuenow")
    page.keyboard.press("ArrowRight")  # this one is the slider's own
    expect(slider).not_to_have_attribute("aria-valuenow", before)
    expect_link(page, rows="3", step="2")  # neither of two moves at the same moment is lost
    expect(title).to_have_text("What does layer 2 compute?")


def test_keys_step_and_an_entry_shows_its_row_and_column(page, app_url, settled):
    opened(page, app_url, settled)
    title = page.locator(".chain h3").first
    expect(title).to_have_text("What does layer 1 compute?")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    expect(title).to_have_text("What does layer 3 compute?")
    page.keyboard.press("End")
    expect(title).to_have_text("Where do the parameters move?")
    page.locator("button[data-step='8']").click()
    cell = page.locator("table.entries").first.locator("[data-entry='2,1']")
    cell.click()
    expect(cell).to_have_class(re.compile("chosen"))
    lit = page.locator("td.lit").all_inner_texts()
    made = pass_of(ChainRule(net="2-3-2-2", rows=2))
    expected = [*made.activation[0][:, 2], *made.grad_pre_activation[1][:, 1]]
    assert lit[:4] == [number_text(value) for value in expected]
    page.keyboard.press("ArrowUp")
    expect(page.locator("table.entries").first.locator("[data-entry='1,1']")).to_be_focused()
    expect_link(page, step="9", weight="2.2.2")


def test_a_weight_is_chosen_in_the_diagram_or_by_its_numbers(page, app_url, settled):
    opened(page, app_url, settled, view="weight")
    line = page.locator("[data-weight='2.3.1']")
    box = line.bounding_box()
    assert box is not None
    line.dispatch_event("click")
    made = pass_of(ChainRule(net="2-3-2-2", rows=2))
    expect(page.locator(".entry-line.total")).to_contain_text(number_text(made.grad_weight[1][2, 0]))
    assert page.locator("svg.network .spot").count() == 4
    rows = page.locator("table.paths tr button")
    assert rows.count() == 2
    rows.nth(1).click()
    expect(rows.nth(1)).to_have_attribute("aria-pressed", "true")
    page.locator("select[data-name=layer]").select_option("1")
    expect(page.locator(".entry-line.total")).to_contain_text(number_text(made.grad_weight[0][0, 0]))
    assert page.locator("svg.network .spot").count() == 6
    expect(page).not_to_have_url(re.compile("weight="))  # back at the default


def test_every_view_shows_where_the_reader_is(page, app_url, settled):
    """The browser knows the place, whichever view is opened, and the server's answer to a step is short."""
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    opened(page, app_url, settled)
    received.clear()
    page.locator("button[data-step='7']").click()
    expect_link(page, step="8")
    settled(page)
    assert 0 < sum(received) < 30_000  # the network alone, with its scripts, has over 100,000
    page.locator("button[data-step='8']").click()
    page.locator("table.entries").first.locator("[data-entry='2,1']").click()
    expect_link(page, weight="2.3.2")
    page.get_by_role("radio", name=text("en", "chain_rule.view.weight")).click()
    expect(page.locator("select[data-name=source]")).to_have_value("3")
    page.locator("select[data-name=source]").select_option("1")
    expect_link(page, weight="2.1.2")
    page.get_by_role("radio", name=text("en", "chain_rule.view.pass")).click()
    expect(page.locator("button.step[aria-current]")).to_have_attribute("data-step", "8")
    expect(page.locator("table.entries").first.locator(".chosen")).to_have_attribute("data-entry", "0,1")


def test_more_paths_than_can_be_written_are_counted(page, app_url, settled):
    opened(page, app_url, settled, view="weight", net="4-32-32-4", activation="tanh")
    assert page.locator("table.paths tr button").count() == 8
    expect(page.get_by_text("the other 120 paths together")).to_be_visible()
    page.get_by_role("button", name="Symbols").click()
    expect(page.get_by_text("128 paths lead from the loss to this weight, for each of 2 examples: 256")).to_be_visible()


def test_the_story_of_the_transposes(page, app_url, settled):
    opened(page, app_url, settled, view="matrices")
    made = pass_of(ChainRule(net="2-3-2-2", rows=2))
    for stage in range(1, 6):
        page.locator(f"button[data-stage='{stage}']").click()
        expect(page.locator(".chain h3").first).to_have_text(text("en", f"chain_rule.component.question_{stage}"))
    page.locator("button[data-stage='4']").click()
    rows = page.locator("table.paths tr")
    parts = made.inputs[:, 0] * made.grad_pre_activation[0][:, 0]
    for example, part in enumerate(parts):
        assert rows.nth(example + 1).locator("td").last.inner_text() == number_text(part)
    assert rows.last.locator("td").inner_text() == number_text(parts.sum())
    expect_link(page, story="4")
    assert page.get_by_test_id("stAlert").count() == 0


def test_numbers_stay_hidden_until_they_are_predicted(page, app_url, settled):
    opened(page, app_url, settled, ask="1", step="5")
    cells = page.locator("table.entries").first.locator("td")
    assert set(cells.all_inner_texts()) == {"?"} and page.locator("table.entries").count() == 1  # no Y, no T: the rule
    made = pass_of(ChainRule(net="2-3-2-2", rows=2))
    entry = np.unravel_index(np.argmax(np.abs(made.loss.grad_logits)), made.loss.grad_logits.shape)
    right = made.loss.grad_logits[entry]
    page.get_by_role("button", name=text("en", "prediction.show")).click()
    page.get_by_role("button", name=text("en", "prediction.next"), exact=True).last.click()
    field = page.get_by_label("Your number")
    field.fill(f"{-right:.4f}")
    field.press("Enter")
    expect(page.get_by_text("output and target swapped")).to_be_visible()
    assert set(cells.all_inner_texts()) == {"?"} and page.locator("table.entries").count() == 3
    chosen = page.locator("table.entries td.chosen")
    assert chosen.count() == 1  # the entry that is asked for, and what meets in it is not lit
    assert chosen.evaluate("cell => [cell.parentElement.rowIndex, cell.cellIndex]") == [int(place) for place in entry]
    assert page.locator("table.entries td.lit").count() == 0
    field.fill(f"{right:.4f}".replace(".", ","))
    field.press("Enter")
    expect(page.get_by_text("Correct: ")).to_be_visible()
    expect(field).to_have_count(0)
    expect(cells.first).to_have_text(number_text(made.loss.grad_logits[0, 0]))
    page.keyboard.press("Escape")
    page.locator("button[data-go='1']").click()
    expect(page.locator("table.entries").first.locator("td").first).to_have_text("?")
    expect(page.get_by_text("Which rule gives ∂L/∂W of layer 3?")).to_be_visible()


def test_a_shape_is_hidden_while_it_is_asked_for(page, app_url, settled):
    opened(page, app_url, settled, ask="1", step="9")
    sizes = page.locator(".card figcaption .size")
    expect(sizes.first).to_have_text("?×?")
    page.get_by_role("button", name=text("en", "prediction.show")).click()
    page.get_by_role("button", name=text("en", "prediction.next"), exact=True).last.click()
    shape = page.get_by_label("Your shape")
    expect(sizes.first).to_have_text("?×?")
    shape.fill("2 x 3")
    shape.press("Enter")
    expect(page.get_by_text("transpose missing")).to_be_visible()
    shape.fill("3×2")
    shape.press("Enter")
    expect(sizes.first).to_have_text("3×2")


def test_question_place_and_verdict_are_on_one_small_screen(page, app_url, settled):
    """At 1366×768, on both pages: the question, the picture with the asked place, and what is said of the answer."""
    page.set_viewport_size({"width": 1366, "height": 768})
    spots = {"chain_rule?ask=1&step=6": "svg.network", "graph?predict=3": ".graph .node.now"}
    for address, spot in spots.items():
        page.goto(f"{app_url}/{address}&lang=ko")
        settled(page)
        page.get_by_role("radio").first.check(force=True)
        page.get_by_role("button", name=text("ko", "prediction.check")).click()
        settled(page)
        verdict = page.get_by_test_id("stAlert")
        for part in (page.get_by_role("radio").first, verdict, page.locator(spot).first):
            box = part.bounding_box()
            assert box and box["y"] >= 0 and box["y"] + box["height"] <= 768, (address, box)


@pytest.mark.parametrize(
    ("view", "look"),
    [*((name, look) for name in ("pass", "weight") for look in LOOKS), ("matrices", "numbers"), ("update", "numbers")],
)
def test_every_view_draws_in_korean(page, app_url, settled, view, look):
    page.goto(f"{app_url}/chain_rule?net=2-3-2-2&rows=2&lang=ko&view={view}&look={look}&step=8")
    settled(page)
    if view == "update":
        expect(page.get_by_role("img").first).to_be_visible()
        return
    assert not re.search(r"\{\w+\}|undefined|NaN", page.locator(".chain").inner_text())


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_bad_link_gets_sentences_and_the_nearest_state(page, app_url, settled, language):
    opened(page, app_url, settled, lang=language, net="9-99", step="77", weight="5.5.5", look="words")
    alerts = page.locator("[data-testid=stAlert]")
    assert alerts.count() == 4
    assert text(language, "errors_chain.width", value=99, maximum=32) in alerts.all_inner_texts()
    expect(page.locator("button.step[aria-current]")).to_have_attribute("data-step", "8")


def test_a_typed_network_counts_and_a_wrong_one_gets_a_sentence(page, app_url, settled):
    opened(page, app_url, settled)
    box = page.get_by_role("combobox", name="Network (inputs-…-outputs)")
    for typed, shown in (("3-5-2", "3-5-2"), ("3-x", "3-5-2")):
        box.click()
        box.fill(typed)
        box.press("Enter")
        settled(page)
        assert link(page)["net"] == shown
    expect(page.get_by_text('"3-x" is not a network')).to_be_visible()
    assert page.locator("svg.network rect.unit").count() == 10


def test_a_language_switch_keeps_everything_and_leaves_every_control_working(page, app_url, settled):
    opened(page, app_url, settled, activation="tanh", step="6", look="shapes", weight="2.3.1")
    page.get_by_text("한국어").click()
    settled(page)
    before = link(page)
    kept = {"net": "2-3-2-2", "rows": "2", "activation": "tanh", "step": "6", "look": "shapes", "weight": "2.3.1"}
    assert before == {"lang": "ko", **kept}
    page.locator(".chain button[data-step='7']").click()
    expect_link(page, step="8")
    box = page.get_by_role("combobox", name=text("ko", "chain_rule.control.net"))
    choose(page, box, page.get_by_role("option", name="2-2-1", exact=True))
    expect_link(page, net="2-2-1")
    settled(page)
    assert page.get_by_test_id("stException").count() == page.get_by_test_id("stAlert").count() == 0
    assert (link(page)["net"], link(page)["loss"], link(page)["activation"]) == (
        "2-2-1",
        "binary_cross_entropy",
        "tanh",
    )
