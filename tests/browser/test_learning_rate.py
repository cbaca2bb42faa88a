"""The learning rate in a real browser: drag the rate across 2/a, place the start, step, and the link that follows."""

from urllib.parse import parse_qs, urlsplit

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.errors import InputError  # noqa: E402
from simulator.scenes.learning_rate.own import check_surface  # noqa: E402
from simulator.scenes.learning_rate.scene import SCENE  # noqa: E402
from simulator.scenes.learning_rate.settings import LearningRate  # noqa: E402
from simulator.texts import text  # noqa: E402
from tests.browser.patience import PATIENT  # noqa: E402

SHRINKS = {"ko": "줄어듭니다", "en": "shrinks"}
GROWS = {"ko": "경로가 커집니다", "en": "the path grows"}


def link(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def thumb(page: Page, share: float) -> tuple[float, float]:
    """Return where the slider's thumb stands at a share of its way."""
    box = page.locator(".rate input[type=range]").bounding_box()
    assert box is not None
    half = box["height"] * 0.35
    return box["x"] + half + share * (box["width"] - 2 * half), box["y"] + box["height"] / 2


@pytest.mark.parametrize("language", ["ko", "en"])
def test_dragging_across_two_over_a_turns_shrinking_into_growing(page, app_url, settled, language):
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{app_url}/learning_rate?lang={language}&surface=parabola&rate=0.5")
    settled(page)
    picture = SCENE.panel("path", LearningRate(surface="parabola", rate=0.5), language).pictures[0]
    said, rates = picture.sentences, picture.content["rates"]
    sentence = page.locator(".picture .sentence").first
    expect(sentence).to_have_text(picture.sentence)
    expect(sentence).to_contain_text(SHRINKS[language])
    last = len(rates) - 1
    page.mouse.move(*thumb(page, rates.index(0.5) / last))
    page.mouse.down()
    before = len(sent)
    seen = []
    for share in (0.8, 0.85, 0.9, 0.95, 0.97):
        page.mouse.move(*thumb(page, share))
        index = page.locator(".rate input[type=range]").input_value()
        expect(sentence).to_have_text(said[index][0])  # what Python computed of the path that is drawn
        seen.append(sentence.inner_text())
    assert len(sent) == before > 0  # all of it in the browser
    assert SHRINKS[language] in seen[0] and GROWS[language] in seen[-1]
    page.mouse.up()
    chosen = rates[int(page.locator(".rate input[type=range]").input_value())]
    page.wait_for_url(lambda url: "rate=" in url and float(parse_qs(urlsplit(url).query)["rate"][0]) == chosen)
    settled(page)
    expect(sentence).to_contain_text(GROWS[language])
    # The marks lead to theory's rates exactly.
    page.locator(".rate .mark.bound").click()
    expect(page.locator(".rate .eta")).to_have_text("η = 2 = 2/a")
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("rate") == ["2"])


def test_a_frame_of_dragging_is_short(page, app_url, settled):
    page.goto(f"{app_url}/learning_rate?lang=en&surface=rosenbrock&rate=0.001&steps=200")
    settled(page)
    took = page.locator(".rate input[type=range]").evaluate(
        """slider => {
          const times = []
          for (let index = 0; index < 150; index++) {
            slider.value = index
            const start = performance.now()
            slider.dispatchEvent(new Event("input"))
            slider.getBoundingClientRect()
            times.push(performance.now() - start)
          }
          return times.sort((a, b) => a - b)
        }"""
    )
    print("milliseconds a frame: median", took[75], "95 %", took[142])
    assert took[75] < 100


def test_the_start_is_placed_on_the_surface_and_bad_input_is_answered(page, app_url, settled):
    page.goto(f"{app_url}/learning_rate?lang=en")
    settled(page)
    box = page.locator(".picture .place").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 330, box["y"] + 210, steps=4)
    page.mouse.up()
    page.wait_for_url(lambda url: "start=" in url)
    settled(page)
    start = [float(value) for value in link(page)["start"].split(",")]
    assert start != [-2.8, 1.3] and abs(start[0]) < 3.2 and abs(start[1]) < 2.2
    page.goto(f"{app_url}/learning_rate?lang=en&start=50,0&rate=0")
    settled(page)
    alerts = page.locator("[data-testid=stAlert]").all_inner_texts()
    errors = SCENE.read({"start": "50,0", "rate": "0"}).errors
    assert len(errors) == 2 and alerts == [error.in_language("en") for error in errors]


WRONG = {"ko": "x**2 + w", "en": "2x"}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_surface_is_typed_and_nonsense_leaves_it_there(page, app_url, settled, language):
    page.goto(f"{app_url}/learning_rate?lang={language}&surface=own")
    settled(page)
    box = page.get_by_label(text(language, "learning_rate.control.expression"), exact=True)
    box.fill("x**2 + 1.5*sin(2*x)")
    box.press("Enter")
    page.wait_for_url(lambda url: "sin%282" in url)
    settled(page)
    chosen = LearningRate(surface="own", expression="x**2 + 1.5*sin(2*x)")
    picture = SCENE.panel("path", chosen.change(rate=float(link(page).get("rate", "0.05"))), language).pictures[0]
    sentence, slider = page.locator(".picture .sentence").first, page.locator(".rate input[type=range]")
    expect(sentence).to_have_text(picture.sentence)
    for share in (0.3, 0.6, 0.95):  # one path a rate, in the browser
        page.mouse.move(*thumb(page, share))
        page.mouse.down()
        expect(sentence).to_have_text(picture.sentences[slider.input_value()][0])
    page.mouse.up()
    page.wait_for_url(lambda url: "rate=" in url)
    settled(page)
    before = link(page)
    box.fill(WRONG[language])
    box.press("Enter")
    with pytest.raises(InputError) as caught:
        check_surface(WRONG[language])
    expect(page.locator("[data-testid=stAlert]")).to_contain_text(caught.value.in_language(language))
    expect(page.locator(".picture .place canvas").first).to_be_visible()
    expect(page.locator("[data-testid=stMarkdown]", has_text="L(x) = x**2 + 1.5*sin(2*x)").first).to_be_visible()
    assert link(page) == before


def test_the_formula_follows_the_player(page, app_url, settled):
    page.goto(f"{app_url}/learning_rate?lang=en&optimizer=momentum&rate=0.02")
    settled(page)
    page.get_by_role("button", name="first", exact=False).first.click()
    formula = page.locator(".picture .formula")
    expect(formula).to_contain_text("(−2.8, 1.3)")
    expect(formula).to_contain_text("v ← 0.9 × (0, 0)")
    page.keyboard.press("ArrowRight")
    expect(formula).to_contain_text("v ← 0.9 × (−2.8, 13)")


def test_the_rate_of_the_network_moves_its_path_and_the_line_of_the_sharpness(page, app_url, settled):
    page.goto(f"{app_url}/learning_rate?lang=en&view=plane&net_steps=50")
    settled(page)
    sentence = page.locator(".picture .sentence").first
    expect(sentence).to_contain_text("η = 0.2: in 50 steps", timeout=PATIENT)
    page.locator(".rate input[type=range]").press("ArrowLeft")
    expect(sentence).to_contain_text("η = 0.15: in 50 steps")  # at once: its path is there already
    page.wait_for_url(lambda url: "net_rate=0.15" in url)
    settled(page)
    box = page.locator(".picture .place").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 200, box["y"] + 100)  # no start to be placed in a plane of a finished run
    page.locator("label", has_text="Network: edge of stability").or_(
        page.get_by_role("radio", name="Network: edge of stability")
    ).first.click()
    expect(page.locator("[data-testid=stMarkdown]", has_text="2/η = 13.3").first).to_be_visible(timeout=PATIENT)
    assert "start" not in link(page) and link(page)["net_rate"] == "0.15"
