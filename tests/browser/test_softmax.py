"""The softmax page in a real browser: the numbers while dragging, the keyboard, the link, bad input."""

import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.core.softmax import examine  # noqa: E402
from simulator.drawing.theme import THEMES  # noqa: E402
from simulator.scenes.softmax.scene import SCENE  # noqa: E402
from simulator.scenes.softmax.settings import Softmax  # noqa: E402
from simulator.texts import text  # noqa: E402
from simulator.ui.components.assets import read_assets  # noqa: E402
from simulator.ui.components.softmax.component import SCRIPTS  # noqa: E402


def shown(page: Page) -> dict[str, list[float]]:
    """Return the exact numbers on the page, which stand in the titles of their cells."""
    page.locator(".softmax tr.probability td").first.wait_for()
    cells = {
        name: page.locator(f".softmax tr.{name} td").evaluate_all("cells => cells.map(cell => Number(cell.title))")
        for name in ("probability", "gradient")
    }
    tiles = page.locator(".softmax .readouts .forward-text").evaluate_all("cells => cells.map(c => Number(c.title))")
    return cells | dict(zip(("entropy", "largest", "loss"), tiles, strict=True))


def logits_of(page: Page) -> list[float]:
    bars = page.locator(".softmax .bar")
    bars.first.wait_for()
    return bars.evaluate_all("bars => bars.map(bar => Number(bar.getAttribute('aria-valuenow')))")


def agrees(page: Page, temperature: float, target: int) -> None:
    found, expected = shown(page), examine(np.array(logits_of(page), float), temperature, target)
    assert found["probability"] == pytest.approx(expected.probabilities, rel=1e-9, abs=1e-300)
    assert found["gradient"] == pytest.approx(expected.gradient, rel=1e-9, abs=1e-300)
    assert found["entropy"] == pytest.approx(expected.entropy, rel=1e-9, abs=1e-12)
    assert found["loss"] == pytest.approx(expected.loss, rel=1e-9, abs=1e-12)


def link(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_the_page_opens_with_the_figures_of_the_lecture(page, app_url, settled):
    page.goto(f"{app_url}/softmax?lang=en")
    settled(page)
    assert logits_of(page) == [1.54, 2.9, -0.26]
    assert page.locator(".softmax tr.probability td").all_inner_texts() == ["0.198", "0.770", "0.033"]
    agrees(page, 1.0, 1)


def test_dragging_follows_within_a_frame_and_without_the_server(page, app_url, settled):
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{app_url}/softmax?lang=en&logits=0,1,2,3,-1,-2,0.5,1.5")
    settled(page)
    box = page.locator(".softmax .bar .hit").nth(2).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    before = len(sent)
    # What one frame costs: the handler, the new layout and style, measured in the page on 200 moves.
    took = page.evaluate(
        """() => {
          const bars = [...document.querySelectorAll("*")].flatMap(node =>
            node.shadowRoot ? [...node.shadowRoot.querySelectorAll(".softmax .bar")] : [])
          const bar = bars[2], svg = bar.ownerSVGElement, box = svg.getBoundingClientRect(), times = []
          for (let i = 0; i < 200; i++) {
            const clientY = box.top + box.height * (0.2 + 0.6 * (i % 40) / 40)
            const start = performance.now()
            bar.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + 50, clientY, bubbles: true }))
            svg.getBoundingClientRect()
            times.push(performance.now() - start)
          }
          return times.sort((a, b) => a - b)
        }"""
    )
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.3, steps=5)
    dragged = logits_of(page)
    agrees(page, 1.0, 1)
    assert len(sent) == before > 0
    page.mouse.up()
    settled(page)
    assert len(sent) > before
    assert logits_of(page) == dragged
    assert [float(value) for value in link(page)["logits"].split(",")] == dragged
    print("milliseconds a frame: median", took[100], "95 %", took[190], "largest", took[-1])


def test_the_keyboard_moves_a_bar(page, app_url, settled):
    page.goto(f"{app_url}/softmax?lang=en")
    settled(page)
    bar = page.get_by_role("slider", name="Logit of class 3")
    bar.focus()
    for key, value in (("ArrowUp", -0.16), ("Shift+ArrowDown", -0.17), ("PageUp", 0.83), ("End", 4), ("Home", -4)):
        page.keyboard.press(key)
        expect(bar).to_have_attribute("aria-valuenow", str(value))
    settled(page)
    expect(bar).to_be_focused()
    expect(page).to_have_url(re.compile("logits=1.54(,|%2C)2.9(,|%2C)-4"))
    agrees(page, 1.0, 1)


def test_typing_presets_target_and_temperature(page, app_url, settled):
    page.goto(f"{app_url}/softmax?lang=en")
    settled(page)
    field = page.locator("[data-name=z0]")
    field.fill("−3,5")
    field.press("Enter")
    assert logits_of(page)[0] == -3.5
    field.fill("many")
    field.press("Enter")
    expect(page.get_by_text('"many" is not a number. The old value stays.')).to_be_visible()
    assert logits_of(page)[0] == -3.5
    page.locator("[data-name=t2]").check()
    page.locator("[data-name=T]").fill("0.01")
    page.locator("[data-name=T]").press("Enter")
    expect(page.get_by_text("0.01 is outside")).to_be_visible()
    settled(page)  # the server may still be answering what was changed before
    agrees(page, 0.05, 2)
    assert (link(page)["T"], link(page)["target"]) == ("0.05", "3")
    page.get_by_role("button", name="around 1000").click()
    settled(page)
    agrees(page, 0.05, 2)
    assert logits_of(page) == [1000, 1001, 1002]
    page.get_by_role("button", name="One class less").click()
    assert logits_of(page) == [1000, 1001]
    agrees(page, 0.05, 1)
    settled(page)
    assert "target" not in link(page)  # 2, as at first: the third class, which was the right one, is gone


def test_a_shift_of_all_logits_leaves_the_probabilities(page, app_url, settled):
    page.goto(f"{app_url}/softmax?lang=en")
    settled(page)
    before = shown(page)["probability"]
    page.get_by_role("button", name="+10").click()
    assert logits_of(page) == [11.54, 12.9, 9.74]
    assert shown(page)["probability"] == pytest.approx(before, rel=1e-9)
    expect(page.get_by_text("the probabilities have not changed")).to_be_visible()


def test_the_temperature_slider_and_the_mark_move_together(page, app_url, settled):
    page.goto(f"{app_url}/softmax?lang=en")
    settled(page)
    slider = page.locator("[data-name=T-slider]")
    slider.focus()
    page.keyboard.press("End")
    agrees(page, 20.0, 1)
    page.keyboard.press("Home")
    agrees(page, 0.05, 1)
    box = page.locator("figure.sweep > svg").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2 + 17, box["y"] + box["height"] / 2)
    temperature = float(page.locator("[data-name=T]").input_value())
    assert 0.7 < temperature < 1.4
    agrees(page, temperature, 1)


def control(page: Page, name: str, language: str = "en"):
    return page.locator(f".st-key-controls-softmax-{name}-{language}")


def test_the_control_beside_the_picture_moves_it_and_follows_it(page, app_url, settled):
    page.goto(f"{app_url}/softmax?lang=en")
    settled(page)
    slider = control(page, "temperature").get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    settled(page)
    agrees(page, 1.5, 1)
    assert link(page)["T"] == "1.5"
    field = page.locator("[data-name=T]")
    field.fill("0.35")
    field.press("Enter")
    settled(page)
    expect(control(page, "temperature")).to_contain_text("0.35")
    expect(control(page, "logits").get_by_role("textbox")).to_have_value("1.54,2.9,-0.26")
    agrees(page, 0.35, 1)
    page.get_by_role("slider", name="Logit of class 3").press("End")
    settled(page)
    expect(control(page, "logits").get_by_role("textbox")).to_have_value("1.54,2.9,4")
    # What the reader types there counts at once in the picture, and what cannot be used is said.
    box = control(page, "logits").get_by_role("textbox")
    box.fill("1; 2 3, 4")
    box.press("Enter")
    settled(page)
    assert logits_of(page) == [1, 2, 3, 4]
    box.fill("one")
    box.press("Enter")
    settled(page)
    assert page.locator("[data-testid=stAlert]").count() == 1
    assert logits_of(page) == [1, 2, 3, 4]


def test_a_preset_moves_everything(page, app_url, settled):
    page.goto(f"{app_url}/softmax?lang=en&T=5&target=1")
    settled(page)
    page.locator(".st-key-controls-softmax-preset-en input").click()
    page.get_by_role("option", name="around 1000").click()
    settled(page)
    assert logits_of(page) == [1000, 1001, 1002]
    agrees(page, 1.0, 1)
    assert link(page)["view"] == "overflow"  # the panel that it is about
    expect(page.get_by_text(text("en", "softmax.precision.title"))).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    "chosen",
    [
        Softmax(),
        Softmax(target=3, temperature=0.05),
        Softmax(logits=(1.0, 1.0), target=1),
        Softmax(logits=(0.0, 1.0, 2.0, 3.0, -4.5), temperature=20.0, target=5),
    ],
    ids=lambda chosen: chosen.to_text() or "default",
)
def test_the_browser_says_what_python_says(page, app_url, settled, chosen, language):
    page.goto(f"{app_url}/softmax?lang={language}&{chosen.to_text()}")
    settled(page)
    sentence = SCENE.panel("bars", chosen, language).pictures[0].sentence
    assert page.locator(".softmax .narration").text_content() == sentence
    expect(page.locator(".softmax .said")).to_have_text(sentence)
    waiting = page.locator("[data-testid=stMarkdown]").get_by_text(sentence)
    expect(waiting).to_have_count(0)  # a sentence of the page would lag behind a drag


def test_what_is_said_follows_every_frame_of_a_drag(page, app_url, settled):
    """A sentence that waits for the end of the drag contradicts the bars beside it."""
    page.goto(f"{app_url}/softmax?lang=en")
    settled(page)
    bar = page.locator(".softmax .bar .hit").nth(1).bounding_box()
    page.mouse.move(bar["x"] + bar["width"] * 0.42, bar["y"] + 0.3 * bar["height"])
    page.mouse.down()
    for share in (0.45, 0.6, 0.7):
        page.mouse.move(bar["x"] + bar["width"] * 0.42, bar["y"] + share * bar["height"])
        p = page.locator(".softmax dd.forward-text").nth(1).text_content()
        expect(page.locator(".softmax .said")).to_contain_text(f"p = {p}")
    page.mouse.up()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_bad_link_gets_sentences_and_the_nearest_state(page, app_url, settled, language):
    page.goto(f"{app_url}/softmax?lang={language}&logits=1,x,3&T=-2&target=9&view=nothing")
    settled(page)
    assert logits_of(page) == [1, 3]
    agrees(page, 0.05, 1)
    alerts = page.locator("[data-testid=stAlert]")
    assert alerts.count() == 4
    said = alerts.all_inner_texts()
    errors = SCENE.read({"logits": "1,x,3", "T": "-2", "target": "9"}).errors
    assert [error.in_language(language) for error in errors] == said[:3]
    assert "nothing" in said[3]
    assert link(page)["T"] == "0.05"
    assert "view" not in link(page)


@pytest.mark.parametrize("view", ["temperature", "jacobian", "overflow", "pair", "uses"])
def test_every_view_draws(page, app_url, settled, view):
    page.goto(f"{app_url}/softmax?lang=ko&view={view}")
    settled(page)
    expect(page.get_by_role("img").nth(2)).to_be_visible()
    expect(page.get_by_text(text("ko", f"softmax.view.{view}"), exact=True).first).to_be_visible()


def test_the_bars_stay_while_views_change(page, app_url, settled):
    page.goto(f"{app_url}/softmax?lang=en")
    settled(page)
    page.get_by_role("slider", name="Logit of class 3").press("End")
    settled(page)
    for view in ("jacobian", "overflow", "pair", "uses", "temperature"):
        page.get_by_role("radio", name=text("en", f"softmax.view.{view}")).click()
        settled(page)
        assert logits_of(page) == [1.54, 2.9, 4]


def test_where_nothing_can_be_moved_it_is_only_looked_at(browser):
    """A panel in a lesson's text, for example: the numbers are there, the handles are not."""
    blank = browser.new_page()
    (picture,) = SCENE.panel("bars", Softmax(), "en").pictures
    data = {
        **picture.content,
        "words": dict(picture.words),
        "colours": THEMES["light"]["classes"],
        "title": picture.title,
        "revision": 0,
        "fill": False,
        "moves": False,
    }
    script = read_assets(*SCRIPTS).replace("export default function", "window.softmaxView = function")
    blank.set_content('<div id="place" style="width: 900px"><div class="softmax board"></div></div>')
    blank.add_script_tag(content=script)
    show = """data => softmaxView({ parentElement: document.querySelector("#place"), data,
      setStateValue: () => { throw new Error("moved") } })"""
    blank.evaluate(f"data => {{ ({show})(data) }}", data)
    agrees(blank, 1.0, 1)
    assert blank.locator("button").count() == 0
    assert blank.locator("input:enabled").count() == 0
    assert blank.locator("[tabindex]").count() == 0
    box = blank.locator(".bar .hit").first.bounding_box()
    assert box is not None
    blank.mouse.move(box["x"] + 5, box["y"] + 5)
    blank.mouse.down()
    blank.mouse.move(box["x"] + 5, box["y"] + 50)
    blank.mouse.up()
    assert logits_of(blank) == [1.54, 2.9, -0.26]
    # Other settings are taken over as they come.
    state = {"logits": [1.0, 2.0], "temperature": 2.0, "target": 0}
    blank.evaluate(f"data => {{ ({show})(data) }}", data | {"state": state})
    agrees(blank, 2.0, 0)
    blank.close()
