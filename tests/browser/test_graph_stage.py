"""The computation graph on the stage: graph and card fill the window and can be read from the last row."""

from pathlib import Path

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.scenes.computation_graph.pictures import graph_picture  # noqa: E402
from simulator.scenes.computation_graph.settings import ComputationGraph  # noqa: E402
from simulator.texts import text  # noqa: E402

MEASURE = Path(__file__).with_name("stage_measure.js").read_text(encoding="utf-8")
RULE = "() => stageFaults({ pictureShare: 0.6, bodyShare: 1 / 28, labelShare: 1 / 36 })"
SIZES = [(1024, 768), (1366, 768), (1920, 1080), (3840, 2160)]


def staged(new_context, app_url, size: tuple[int, int], query: str, **looks: str) -> Page:
    page = new_context(viewport={"width": size[0], "height": size[1]}, **looks).new_page()
    page.add_init_script(MEASURE)
    page.goto(f"{app_url}/graph?{query}")
    page.locator(".st-key-stage .katex").first.wait_for()
    return page


def steps(preset: str) -> int:
    return len(graph_picture(ComputationGraph(example=preset), "en").content["steps"])


def at_step(page: Page, step: int) -> None:
    expect(page.locator(".graph-view.fill")).to_have_attribute("data-step", str(step))


@pytest.mark.parametrize(
    ("language", "preset", "size"),
    [
        *(("en", "squared_error", size) for size in SIZES),
        *(("ko", "squared_error", size) for size in SIZES),
        *(("en", "used_twice", size) for size in SIZES[1:]),
        ("ko", "closed_gate", (1366, 768)),
    ],
)
def test_everything_fits_and_can_be_read_at_every_step(new_context, app_url, settled, size, language, preset):
    page = staged(new_context, app_url, size, f"lang={language}&preset={preset}&stage=graph")
    settled(page)
    for step in range(steps(preset)):
        at_step(page, step)
        assert page.evaluate(RULE) == [], step
        page.keyboard.press("ArrowRight")


@pytest.mark.parametrize("size", SIZES)
def test_the_chain_rule_fills_the_stage(new_context, app_url, settled, size):
    page = staged(new_context, app_url, size, "lang=ko&preset=used_twice&stage=chain")
    settled(page)
    assert page.evaluate(RULE) == []


def test_the_card_stands_beside_the_graph_where_that_can_be_read(new_context, app_url, settled):
    wide = staged(new_context, app_url, (1920, 1080), "lang=en&stage=graph")
    boxes = [wide.locator(f".graph-view {part}").bounding_box() for part in (".stage", ".card", ".timeline")]
    graph, card, timeline = (box for box in boxes if box is not None)
    assert card["x"] >= graph["x"] + graph["width"] and card["y"] == pytest.approx(graph["y"], abs=2)
    assert timeline["y"] >= graph["y"] + graph["height"]
    narrow = staged(new_context, app_url, (1024, 768), "lang=en&stage=graph")
    boxes = [narrow.locator(f".graph-view {part}").bounding_box() for part in (".stage", ".card")]
    graph, card = (box for box in boxes if box is not None)
    assert card["y"] >= graph["y"] + graph["height"]


def test_after_the_last_step_comes_the_chain_rule_and_back(new_context, app_url, settled):
    page = staged(new_context, app_url, (1366, 768), "lang=en&preset=used_twice&stage=graph")
    settled(page)
    last = steps("used_twice") - 1
    for step in range(1, last + 1):
        page.keyboard.press("PageDown")  # a clicker
        at_step(page, step)
    page.keyboard.press("PageDown")
    question = page.locator(".st-key-stage_head h1")
    expect(question).to_have_text(text("en", "computation_graph.chain.question", name="x", output="L"))
    expect(page.locator(".formula-list.fill .katex").first).to_be_visible()
    page.keyboard.press("PageUp")
    at_step(page, last)
    expect(question).to_have_text(text("en", "computation_graph.component.question"))


def test_the_older_link_for_the_lecture_hall_opens_the_graph_on_the_stage(new_context, app_url, settled):
    looks = {"color_scheme": "dark", "locale": "ko-KR"}
    page = staged(new_context, app_url, (1920, 1080), "lang=ko&preset=neuron_mse&contrast=high&size=hall", **looks)
    settled(page)
    page.keyboard.press("ArrowRight")
    at_step(page, 1)
    height = page.locator(".graph text.value").first.evaluate(
        "node => parseFloat(getComputedStyle(node).fontSize) * node.getScreenCTM().a"
    )
    assert height >= 1080 / 36


def test_from_the_page_onto_the_stage_and_back_with_everything_kept(page, app_url, settled):
    page.goto(f"{app_url}/graph?lang=en&preset=food&step=6")
    page.locator(".graph-view .card .katex").first.wait_for()
    settled(page)
    page.locator(".graph-view .enlarge").click()
    at_step(page, 6)
    settled(page)
    page.get_by_role("button", name=text("en", "computation_graph.level.network"), exact=True).click()
    expect(page.locator(".graph .frame")).to_have_count(0)
    settled(page)
    page.keyboard.press("Escape")
    expect(page.locator(".graph-view:not(.fill)")).to_be_visible()
    expect(page.locator(".graph .frame")).to_have_count(0)


def test_a_graph_that_is_too_large_follows_its_step(new_context, app_url, settled):
    page = staged(new_context, app_url, (1366, 768), "lang=en&preset=layer_norm&stage=graph")
    settled(page)
    page.keyboard.press("End")
    at_step(page, steps("layer_norm") - 1)
    now, pane = page.locator(".graph .node.now .box"), page.locator(".graph-view .stage")
    page.wait_for_timeout(900)
    box, room = now.bounding_box(), pane.bounding_box()
    assert box is not None and room is not None
    assert room["x"] - 1 <= box["x"] and box["x"] + box["width"] <= room["x"] + room["width"] + 1
    size = page.locator(".graph text.value").first.evaluate(
        "node => parseFloat(getComputedStyle(node).fontSize) * node.getScreenCTM().a"
    )
    assert size >= 768 / 36
