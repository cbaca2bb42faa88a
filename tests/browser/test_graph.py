"""The computation-graph page in a real browser: stepping, keys, what stays put, what is never asked of the server."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.passes import levels
from simulator.scenes.computation_graph.pictures import graph_picture
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from simulator.texts import text
from simulator.ui.components.graph.component import formulas_url
from tests.browser.graph_steps import INSIDE, numbers, places, press, ready, step_of
from tests.browser.patience import choose

playwright_api = pytest.importorskip("playwright.sync_api")


SIXTY_NODES = "+".join(f"tanh(w*x + {place})*sigmoid(x - {place})" for place in range(1, 10))


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
    wanted = page.get_by_role("option", name=text("en", "computation_graph.preset.used_twice"))
    choose(page, page.get_by_role("combobox", name=text("en", "frame.preset")), wanted)
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
