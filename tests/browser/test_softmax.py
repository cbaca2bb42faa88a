"""The softmax page in a real browser: the numbers while dragging, the keyboard, the link, bad input."""

import re

import pytest
from playwright.sync_api import expect

from simulator.drawing.theme import THEMES
from simulator.scenes.softmax.scene import SCENE
from simulator.scenes.softmax.settings import Softmax
from simulator.texts import text
from simulator.ui.components.assets import read_assets
from simulator.ui.components.softmax.component import SCRIPTS
from tests.browser.softmax_bars import agrees, link, logits_of, shown

playwright_api = pytest.importorskip("playwright.sync_api")


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
