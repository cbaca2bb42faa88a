"""The nudge in a real browser: dragged without the server, typed, another input chosen; nothing is cut."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect  # noqa: E402

from simulator.scenes.computation_graph.scene import SCENE  # noqa: E402
from simulator.scenes.computation_graph.settings import ComputationGraph  # noqa: E402
from tests.browser.answers import Answers  # noqa: E402

MEASURE = Path(__file__).with_name("stage_measure.js").read_text(encoding="utf-8")
RULE = "() => stageFaults({ pictureShare: 0.6, bodyShare: 1 / 28, labelShare: 1 / 36 })"


def link_of(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_nudge_is_dragged_without_the_server_typed_and_moved_to_another_input(page, app_url, settled):
    answers = Answers(page)
    page.goto(f"{app_url}/graph?lang=en&view=nudge")
    view, slider = page.locator(".nudge-view"), page.locator(".nudge-view .range")
    expect(view).to_have_attribute("data-stop", "0.5")
    settled(page)
    picture = SCENE.panel("nudge", ComputationGraph(), "en").pictures[0]
    sentences, drawn = list(picture.sentences), picture.content["nodes"]["n7"]
    chart = page.locator(".st-key-panel_tangent .place")
    expect(chart).to_have_attribute("data-step", str(picture.opens))

    slider.focus()
    answers.hold()  # what moves, moves without the server
    for step in range(1, 4):
        page.keyboard.press("ArrowRight")
        place = picture.opens + step
        expect(view).to_have_attribute("data-stop", f"{picture.content['stops'][place]:g}")
        assert page.locator(".nudge-view .sentence").inner_text() == sentences[place]
        numbers = [page.locator(f"[data-node=n7] text.{kind}").text_content() for kind in ("value", "gradient")]
        assert numbers == [drawn["true"][place][0], drawn["line"][place][0]]
        assert page.locator("[data-node=n7] .mark").is_visible() == (drawn["state"][place] == "bent")
        expect(chart).to_have_attribute("data-step", str(place))
    answers.release()
    page.wait_for_url("**delta=1.25*")
    expect(view).to_have_attribute("data-stop", "1.25")

    page.locator(".nudge-view .typed").fill("-0.37")
    page.keyboard.press("Enter")
    expect(view).to_have_attribute("data-stop", "-0.37")
    page.locator("[data-node=n1] .box").click()
    expect(page.locator(".nudge-view h3")).to_have_text("Nudge x: how far does each node move?")
    page.wait_for_url("**variable=x*")
    assert link_of(page)["delta"] == ["-0.37"]


@pytest.mark.parametrize(
    ("size", "address"),
    [
        ((1024, 768), "graph?lang=en&stage=nudge"),
        ((1366, 768), "graph?lang=ko&stage=nudge&preset=two_inputs&delta=-1"),
        ((1366, 768), "graph?lang=ko&stage=tangent"),
        ((1920, 1080), "chain_rule?lang=ko&stage=tangent"),
        ((1024, 768), "chain_rule?lang=ko&stage=nudge"),
        ((1366, 768), "chain_rule?lang=en&stage=nudge&preset=food"),
    ],
)
def test_a_nudge_fills_the_stage(new_context, app_url, settled, size, address):
    page = new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.add_init_script(MEASURE)
    page.goto(f"{app_url}/{address}")
    page.locator(".st-key-stage :is(.nudge-view svg.graph, .place[data-drawn])").first.wait_for()
    settled(page)
    assert page.evaluate(RULE) == []
