"""What opens the graph page in a state: links, typed text, predictions, presets in both languages."""

from urllib.parse import quote

from playwright.sync_api import expect

from simulator.scenes.computation_graph.pictures import graph_picture
from simulator.scenes.computation_graph.settings import ComputationGraph
from simulator.texts import text
from tests.browser.graph_steps import press, ready, step_of


def test_matrices_are_typed_from_scratch(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=ko", settled)
    box = page.get_by_role("textbox", name=text("ko", "computation_graph.control.expression"))
    box.fill("mean((W@x-t)**2)")
    box.press("Enter")
    expect(page.get_by_role("textbox", name="W (2×3)", exact=True)).to_be_visible()
    expect(page.locator('.graph .node[data-name="W"]')).to_have_count(1)
    box.fill("sum(W@[1, 2, 3, 4, 5])")
    box.press("Enter")
    draft = page.get_by_role("textbox", name="W (2×3)", exact=True).or_(
        page.get_by_role("textbox", name="W", exact=True)
    )
    expect(page.get_by_text(text("ko", "computation_graph.draft"))).to_be_visible()
    draft.first.fill("[1, 0, 0, 0, 2]")
    draft.first.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(page.get_by_role("textbox", name="W (5)", exact=True)).to_be_visible()


def test_the_link_restores_everything(page, app_url, settled):
    link = f"lang=ko&expr={quote('sum((W @ x)**2)')}&inputs={quote('W=[[1, 2], [3, 4]];x=[1, -1]')}&step=5"
    ready(page, f"{app_url}/graph?{link}", settled)
    assert step_of(page) == 5
    assert page.get_by_role("textbox", name="W (2×2)", exact=True).input_value() == "[[1, 2], [3, 4]]"
    first = page.url
    page.goto("about:blank")
    ready(page, first, settled)
    assert step_of(page) == 5
    assert page.url == first


def test_hostile_text_is_answered_with_a_sentence(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=ko&preset=used_twice", settled)
    box = page.get_by_role("textbox", name=text("ko", "computation_graph.control.expression"))
    for typed in ("__import__('os')", "<img src=x onerror=alert(1)>", "x.__class__", "2x"):
        box.fill(typed)
        page.keyboard.press("Enter")
        settled(page)  # the sentence about what was typed before looks alike
        expect(page.get_by_test_id("stAlert")).to_contain_text(text("ko", "computation_graph.kept"))
        assert (box.input_value(), page.locator(".graph .node").count()) == (typed, 4)
    box.fill("exp(x)*x")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(page.locator(".graph .node")).to_have_count(3)


def test_prediction_reveals_after_the_answers(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=en&preset=squared_error&predict=1", settled)
    payload = graph_picture(ComputationGraph(predict=1), "en").content
    assert step_of(page) == payload["asked"]
    assert page.locator('.graph .node[data-name="v3"] text.gradient').inner_html() == "?"
    assert page.locator(".graph-view .strip button").count() == len(payload["steps"])
    show = page.get_by_role("button", name=text("en", "prediction.show"))
    following = page.get_by_role("button", name=text("en", "prediction.next"), exact=True)
    while show.count():
        assert page.locator('.graph .node[data-name="v3"] text.gradient').inner_html() == "?"
        show.click()
        settled(page)
        if following.count():
            following.last.click()
            settled(page)
    expect(page.locator('.graph .node[data-name="v3"] text.gradient')).to_have_text("20")
    assert page.locator(".graph-view .strip button").count() > len(payload["steps"])
    page.get_by_role("button", name=text("en", "computation_graph.predict_next")).click()
    expect(page.locator(".graph-view")).to_have_attribute("data-step", str(payload["asked"] + 1))
    expect(page.locator('.graph .node[data-name="v2"] text.gradient')).to_have_text("?")


def test_a_page_of_high_contrast_steps_too(new_context, app_url, settled):
    page = new_context(color_scheme="dark").new_page()
    ready(page, f"{app_url}/graph?lang=ko&contrast=high", settled)
    press(page, "ArrowRight", 1)


def test_titles_of_presets_are_offered_in_both_languages(page, app_url, settled):
    for language in ("ko", "en"):
        ready(page, f"{app_url}/graph?lang={language}&preset=residual", settled)
        title = text(language, "computation_graph.preset.residual")
        expect(page.get_by_role("combobox", name=text(language, "frame.preset"))).to_have_value(title)
