"""The computation-graph page in a real browser: stepping, keys, what stays put, what is never asked of the server."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.graph.presets import PRESETS  # noqa: E402
from simulator.scenes.computation_graph.passes import levels  # noqa: E402
from simulator.scenes.computation_graph.pictures import graph_picture  # noqa: E402
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass  # noqa: E402
from simulator.texts import text  # noqa: E402
from simulator.ui.components.graph.component import formulas_url  # noqa: E402

SIXTY_NODES = "+".join(f"tanh(w*x + {place})*sigmoid(x - {place})" for place in range(1, 10))
INSIDE = "[...document.querySelectorAll('*')].map(n => n.shadowRoot?.querySelector('.graph-view')).find(Boolean)"


def ready(page: Page, url: str, settled) -> None:
    page.goto(url)
    page.locator(".graph-view .card .katex").first.wait_for()
    settled(page)


def step_of(page: Page) -> int:
    return int(page.locator(".graph-view").get_attribute("data-step") or -1)


def press(page: Page, key: str, expected: int) -> None:
    page.keyboard.press(key)
    expect(page.locator(".graph-view")).to_have_attribute("data-step", str(expected))


def places(page: Page) -> list[str]:
    """Return every coordinate of the drawing."""
    return page.evaluate(
        f"""() => [...{INSIDE}.querySelectorAll('svg.graph :is(rect, path, text)')].map(node =>
          ['x', 'y', 'd', 'width', 'height'].map(name => node.getAttribute(name)).join(' '))"""
    )


def numbers(page: Page, kind: str) -> list[str]:
    return page.locator(f".graph text.{kind}").all_text_contents()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_preset_opens_and_steps_to_its_end(page, app_url, language):
    for preset in PRESETS:
        page.goto(f"{app_url}/graph?lang={language}&preset={preset}")
        page.locator(".graph-view .card .katex").first.wait_for()
        payload = graph_picture(ComputationGraph(example=preset), language).content
        last = len(payload["steps"]) - 1
        press(page, "End", last)
        assert page.locator(".graph-view .card h4").inner_text() == payload["steps"][last]["title"]
        assert page.locator(".graph-view .card .katex").count() == len(payload["steps"][last]["formulas"])
        assert page.locator(".graph-view .card .katex-error").count() == 0
        assert page.get_by_test_id("stAlert").count() == 0


def test_no_formula_of_any_step_is_misread(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=ko", settled)
    for preset in PRESETS:
        graph = run_pass(ComputationGraph(example=preset)).graph
        for opened in ((), graph.calls):
            payload = graph_picture(ComputationGraph(example=preset, opened=opened), "ko").content
            formulas = [latex for step in payload["steps"] for _, latex in step["formulas"]]
            bad = page.evaluate(
                """async ([address, formulas]) => {
                  const plugin = (await import(address)).default
                  const draw = plugin({ strict: "ignore", trust: (c) => c.command === "\\\\htmlClass" })
                  return formulas.filter((value) => {
                    const node = { type: "element", tagName: "code", properties: { className: ["math-inline"] },
                      children: [{ type: "text", value }] }
                    const tree = { type: "root", children: [node] }
                    const complaints = []
                    draw(tree, { message: (words) => complaints.push(words) })
                    return complaints.length || JSON.stringify(tree).includes("katex-error")
                  })
                }""",
                [app_url + formulas_url(), formulas],
            )
            assert bad == []


def test_formulas_are_set_with_the_rules_that_fit_them(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=en&preset=neuron_mse&step=2", settled)
    sizes = page.evaluate(
        f"""() => {{ const card = {INSIDE}.querySelector('.card .formula .katex')
          const index = card.querySelector('.msupsub .mord.mtight')
          return [card, index].map(node => parseFloat(getComputedStyle(node).fontSize)) }}"""
    )
    assert sizes[1] < 0.8 * sizes[0]


def test_keys_move_and_the_server_hears_nothing(page, app_url, settled):
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    requests: list[str] = []
    ready(page, f"{app_url}/graph?lang=en&preset=used_twice", settled)
    page.on("request", lambda request: requests.append(request.url))
    last = len(graph_picture(ComputationGraph(example="used_twice"), "en").step) - 1
    before = len(sent)
    press(page, "ArrowRight", 1)
    press(page, "PageDown", 2)
    press(page, "ArrowLeft", 1)
    press(page, "PageUp", 0)
    press(page, "ArrowLeft", 0)
    press(page, "End", last)
    press(page, "ArrowRight", last)
    press(page, "Home", 0)
    page.locator(".graph-view .strip button").nth(3).click()
    assert step_of(page) == 3
    page.locator(".graph-view .controls .forward").click()
    assert step_of(page) == 4
    page.wait_for_timeout(800)
    assert len(sent) == before
    # fonts of formulas may still come, once
    assert [url for url in requests if not url.endswith((".woff2", ".woff", ".ttf"))] == []
    assert parse_qs(urlsplit(page.url).query)["step"] == ["4"]


def test_keys_work_after_an_example_is_chosen_or_an_expression_typed(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=en", settled)
    page.get_by_role("combobox", name=text("en", "frame.preset")).click()
    page.get_by_role("option", name=text("en", "computation_graph.preset.used_twice")).click()
    expect(page.locator(".graph .node")).to_have_count(
        len(run_pass(ComputationGraph(example="used_twice")).graph.view().nodes)
    )
    settled(page)
    press(page, "ArrowRight", 1)
    press(page, "PageDown", 2)
    box = page.get_by_role("textbox", name=text("en", "computation_graph.control.expression"))
    box.fill("exp(x)*x")
    box.press("Enter")
    expect(page.locator('.graph .node[data-name="L"]')).to_have_count(1)
    settled(page)
    press(page, "Home", 0)
    press(page, "PageDown", 1)
    press(page, "ArrowRight", 2)
    box.fill("tanh(x)*x + w")  # who goes on to the next box stays there
    box.press("Tab")
    expect(page.locator('.graph .node[data-name="w"]')).to_have_count(1)
    settled(page)
    assert page.evaluate("document.activeElement.tagName") in ("INPUT", "BUTTON")


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


def test_play_walks_to_the_end_and_stops(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=en&preset=used_twice", settled)
    page.locator(".graph-view select").select_option("fast")
    page.locator(".graph-view .play").click()
    last = len(graph_picture(ComputationGraph(example="used_twice"), "en").content["steps"]) - 1
    expect(page.locator(".graph-view .play")).to_have_attribute(
        "aria-label", text("en", "computation_graph.component.pause")
    )
    expect(page.locator(".graph-view")).to_have_attribute("data-step", str(last))
    expect(page.locator(".graph-view .play")).to_have_attribute(
        "aria-label", text("en", "computation_graph.component.play")
    )


def test_values_come_forward_and_gradients_come_back(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=en&preset=closed_gate", settled)
    payload = graph_picture(ComputationGraph(example="closed_gate"), "en").content
    assert sum(bool(words) for words in numbers(page, "value")) == 4  # the inputs
    assert not any(numbers(page, "gradient"))
    press(page, "End", len(payload["steps"]) - 1)
    assert all(numbers(page, "value")) and all(numbers(page, "gradient"))
    _, result = run_pass(ComputationGraph(example="closed_gate"))
    stopped = page.locator(".graph .edge.stopped")
    assert stopped.count() == 1
    shown = [
        stopped.locator(part).evaluate("node => getComputedStyle(node).display") for part in (".stop", ".back .head")
    ]
    assert shown[0] != "none" and shown[1] == "none"
    negative = [step for step in result.steps if step.contribution < 0]
    assert page.locator(".graph .edge.back-negative").count() == len(negative)
    dashed = page.locator(".graph .edge.back-negative .back .line").first
    assert dashed.evaluate("line => getComputedStyle(line).strokeDasharray") != "none"
    place = next(i for i, step in enumerate(payload["steps"]) if step.get("stop") == "all")
    page.locator(".graph-view .strip button").nth(place).click()
    assert "closed" in page.locator(".graph-view .card .note").first.inner_text()


def test_a_click_on_a_node_goes_to_its_step(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=en&preset=neuron_mse", settled)
    node = page.locator('.graph .node[data-name="z1"]')
    node.click()
    assert page.locator(".graph-view .card").get_attribute("class") == "card forward"
    assert page.locator(".graph-view .card h4").inner_text().startswith("z₁")
    node.click()
    assert page.locator(".graph-view .card").get_attribute("class") == "card backward"
    assert "to z₁" in page.locator(".graph-view .card h4").inner_text()
    node.focus()
    press(page, "Home", 0)


def test_moving_an_input_moves_no_place_and_keeps_the_step(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=en&preset=tangle", settled)
    press(page, "End", 45)
    press(page, "ArrowLeft", 44)
    before, shown = places(page), numbers(page, "value")
    page.evaluate(f"() => {{ window.kept = {INSIDE}.querySelector('svg.graph') }}")
    page.get_by_role("textbox", name="a", exact=True).fill("-2.5")
    page.keyboard.press("Enter")
    expect(page.locator('.graph .node[data-name="a"] text.value')).to_have_text("−2.5")
    assert numbers(page, "value") != shown
    assert places(page) == before
    assert page.evaluate(f"() => window.kept === {INSIDE}.querySelector('svg.graph')")
    assert step_of(page) == 44


def test_a_node_opens_and_closes(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=ko&preset=food", settled)
    assert page.locator(".graph .frame").count() == 1
    page.locator('.graph .node[data-name="a1"] .toggle').click()
    expect(page.locator(".graph .frame")).to_have_count(2)
    settled(page)
    assert "a1" in parse_qs(urlsplit(page.url).query)["open"][0]
    page.locator('.graph .frame[data-name="a1"] .toggle').click()
    expect(page.locator(".graph .frame")).to_have_count(1)
    page.locator('.graph .node[data-name="a2"]').dblclick()
    expect(page.locator(".graph .frame")).to_have_count(2)


def test_zoom_levels_open_all_layers_at_once(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=en&preset=food&step=6", settled)
    title = page.locator(".graph-view .card h4").inner_text()
    graph = run_pass(ComputationGraph(example="food")).graph
    for level in reversed(levels(graph)):
        button = page.get_by_role("button", name=text("en", f"computation_graph.level.{level.name}"), exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".graph .node")).to_have_count(len(graph.view(level.opened).nodes))
    assert title.startswith("From L back to z₃")
    assert page.locator(".graph-view .card h4").inner_text() == title


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


def test_stepping_through_sixty_nodes(page, app_url, settled, capsys):
    ready(page, f"{app_url}/graph?lang=en&expr={quote(SIXTY_NODES)}", settled)
    count = page.locator(".graph .node").count()
    assert count >= 60
    took = page.evaluate(
        f"""async () => {{
          const view = {INSIDE}, times = []
          const frame = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 0)))
          for (let i = 0; i < 60; i++) {{
            await frame()
            const start = performance.now()
            view.querySelector('.controls .forward').click()
            view.getBoundingClientRect()
            view.querySelector('svg.graph').getBoundingClientRect()
            const handled = performance.now()
            await frame()
            times.push([handled - start, performance.now() - start])
          }}
          return times
        }}"""
    )
    assert step_of(page) == 60
    handled, painted = (sorted(column) for column in zip(*took, strict=True))
    with capsys.disabled():
        print(f"\n{count} nodes, ms a step: median {handled[30]:.1f}, largest {handled[-1]:.1f}", end="; ")
        print(f"until painted: median {painted[30]:.1f}, largest {painted[-1]:.1f}")


def test_titles_of_presets_are_offered_in_both_languages(page, app_url, settled):
    for language in ("ko", "en"):
        ready(page, f"{app_url}/graph?lang={language}&preset=residual", settled)
        title = text(language, "computation_graph.preset.residual")
        expect(page.get_by_role("combobox", name=text(language, "frame.preset"))).to_have_value(title)
