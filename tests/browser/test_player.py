"""Player and pictures in a real browser: every picture follows, keys work, files are saved, numbers are exact."""

import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulator.texts import text
from tests import fakes
from tests.browser.conftest import serving
from tests.browser.patience import PATIENT

APP = Path(__file__).parent / "apps" / "pictures_app.py"
ALL = (
    "loss,accuracy,rate,norms,updates,saturated,bars,bands,activations,gradients,confusion,predictions,network,map"
)  # fmt: skip
USUAL = "network,loss,norms,bars,map"
NUM_FRAMES = 60

PLACES = """() => [...document.querySelectorAll('*')].filter(e => e.shadowRoot)
  .map(e => e.shadowRoot.querySelector('.place')).filter(Boolean)"""
READY = f"""number => {{ const places = ({PLACES})(); return places.length === number && places.every(place =>
  place.dataset.step !== undefined && (!place.querySelector('.vega') || place.dataset.built)) }}"""
SHOWN = f"""() => {{ const group = window.simulatorFrames.groups.get('run')
  return [group.steps[group.frame], ({PLACES})().map(place => Number(place.dataset.step))] }}"""
IDLE = "() => { const group = window.simulatorFrames.groups.get('run'); return !group.busy && !group.waiting }"


@pytest.fixture(scope="module")
def pictures_url(chromium, tmp_path_factory) -> Iterator[str]:
    """Address of a page with pictures of a small run."""
    with serving(APP, tmp_path_factory.mktemp("pictures") / "log.txt") as url:
        yield url


def visit(page: Page, url: str, pictures: str = USUAL, **query) -> None:
    query = {"pictures": pictures, "frames": NUM_FRAMES, "height": 200, "columns": 4, **query}
    page.goto(f"{url}/?" + "&".join(f"{name}={value}" for name, value in query.items()))
    page.wait_for_function(READY, arg=len(pictures.split(",")), timeout=PATIENT)


def rest(page: Page) -> tuple[int, list[int]]:
    """Wait until nothing is being drawn; return the player's step and those that the pictures show."""
    page.wait_for_function(IDLE)
    step, shown = page.evaluate(SHOWN)
    return step, shown


def figure(page: Page, entry: str, language: str = "en"):
    return page.locator("figure.picture").filter(has=page.get_by_role("heading", name=text(language, entry)))


def box(locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found is not None
    return found


def test_every_picture_follows_every_frame(page, pictures_url):
    page.set_viewport_size({"width": 1920, "height": 1900})
    visit(page, pictures_url, ALL)
    page.get_by_role("button", name="First step").click()
    for frame in range(NUM_FRAMES):
        step, shown = rest(page)
        assert set(shown) == {step}, frame
        page.keyboard.press("ArrowRight")
    assert rest(page)[0] == 120


def test_a_frame_of_the_usual_pictures_takes_milliseconds(page, pictures_url, record_property):
    visit(page, pictures_url)
    page.get_by_role("button", name="First step").click()
    rest(page)
    page.evaluate("() => { window.simulatorFrames.groups.get('run').timings.length = 0 }")
    page.get_by_label("Speed").select_option("60")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=PATIENT)
    assert rest(page)[0] == 120
    timings = page.evaluate("() => window.simulatorFrames.groups.get('run').timings")
    median, worst = statistics.median(timings), max(timings)
    record_property("milliseconds_per_frame", median)
    print(f"\n{len(timings)} of {NUM_FRAMES} frames drawn, median {median:.1f} ms, slowest {worst:.1f} ms")
    assert len(timings) > 1


def test_nothing_moves_until_play_is_pressed_and_play_starts_again_from_the_beginning(page, pictures_url):
    visit(page, pictures_url, "loss")
    page.wait_for_timeout(400)
    assert rest(page)[0] == 120
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(600)
    page.get_by_role("button", name="Pause").click()
    step = rest(page)[0]
    assert 0 < step < 120
    page.wait_for_timeout(300)
    assert rest(page)[0] == step


def test_keys_of_keyboard_and_clicker(page, pictures_url):
    visit(page, pictures_url, "loss")
    steps = page.evaluate("() => window.simulatorFrames.groups.get('run').steps")
    for key, frame in (("Home", 0), ("PageDown", 1), ("ArrowRight", 2), ("PageUp", 1), ("End", -1), ("ArrowLeft", -2)):
        page.keyboard.press(key)
        assert rest(page) == (steps[frame], [steps[frame]]), key
    slider = page.get_by_role("slider", name="Step shown")
    total = re.escape(text("en", "player.position", step=steps[-2], total=120, epoch=steps[-2]))
    expect(slider).to_have_attribute("aria-valuetext", re.compile(total))


def test_keys_belong_to_the_reader_who_types_or_moves_another_control(page, pictures_url):
    visit(page, pictures_url, "loss")
    page.get_by_label("a name").click()
    for key in ("Home", "ArrowLeft", "PageUp"):
        page.keyboard.press(key)
    assert rest(page)[0] == 120
    rate = page.get_by_role("slider", name="a rate")
    rate.focus()
    assert rate.input_value() == "0.5"
    page.keyboard.press("ArrowLeft")
    assert rest(page)[0] == 120
    expect(rate).to_have_value("0.49")
    page.keyboard.press("PageUp")  # a clicker, while the slider still has the focus
    assert rest(page)[0] < 120
    expect(rate).to_have_value("0.49")


def test_a_rerun_changes_nothing_and_a_new_run_patches_at_the_same_step(page, pictures_url):
    visit(page, pictures_url)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    before = rest(page)
    built = f"() => ({PLACES})().map(place => place.dataset.built)"
    assert page.evaluate(built).count("1") == 3
    drawing = figure(page, "figures.loss.title").get_by_role("img")
    description = drawing.get_attribute("aria-label")
    page.get_by_role("slider", name="a rate").press("ArrowRight")
    page.wait_for_timeout(600)
    assert rest(page) == before and drawing.get_attribute("aria-label") == description
    page.get_by_role("button", name="another run").click()
    expect(drawing).not_to_have_attribute("aria-label", description or "")
    page.wait_for_timeout(500)
    assert rest(page) == before
    assert page.evaluate(built).count("1") == 3


def test_pictures_out_of_sight_catch_up_when_they_come_into_sight(page, pictures_url):
    page.set_viewport_size({"width": 1200, "height": 500})
    visit(page, pictures_url, "loss,accuracy,rate,norms,bars,bands", columns=1, height=400)
    page.keyboard.press("Home")
    step, shown = rest(page)
    assert shown[0] == step == 0 and shown[-1] == 120
    figure(page, "figures.bands.title").scroll_into_view_if_needed()
    page.wait_for_function(f"() => ({PLACES})().at(-1).dataset.step === '0'")


def test_the_menu_saves_what_is_seen_and_shows_the_numbers(page, pictures_url, tmp_path):
    visit(page, pictures_url, "loss,network,map")
    for entry, kind in (("loss.title", "SVG"), ("loss.title", "PNG"), ("network.title", "SVG"), ("map.title", "PNG")):
        place = figure(page, f"figures.{entry}")
        place.locator("summary").click()
        with page.expect_download() as download:
            place.get_by_role("button", name=f"Save as {kind}").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert path.name == f"{entry.partition('.')[0]}_step120.{kind.lower()}"
        content = path.read_bytes()
        if kind == "PNG":
            width = int.from_bytes(content[16:20])
            assert content[:4] == b"\x89PNG" and width == 2 * round(box(place.get_by_role("img"))["width"])
        else:
            assert text("en", f"figures.{entry}") in content.decode() and "#0072B2" in content.decode()
    place = figure(page, "figures.loss.title")
    place.locator("summary").click()
    place.get_by_role("button", name="Show the numbers").click()
    records = fakes.trained((8, 8), num_frames=NUM_FRAMES)[0]
    page.keyboard.press("Home")
    rest(page)
    assert float(place.locator("td").nth(2).inner_text()) == pytest.approx(float(records.loss[0]), rel=1e-6)


def test_a_click_on_a_node_shows_its_formula_with_numbers_that_add_up(page, pictures_url):
    visit(page, pictures_url, "network", columns=1, height=500)
    place = figure(page, "figures.network.title")
    expect(place.locator(".formula")).to_contain_text("Click a node")
    place.get_by_label("Layer").select_option(label="layer 1")
    place.get_by_label("Node").select_option("2")
    formula = place.locator(".formula")
    first = formula.inner_text()
    terms = re.search(r"b = (.+) = (\S+)\n", first)
    assert terms, first
    products, z = terms.groups()
    number = lambda written: float(written.strip("()").replace("−", "-"))  # noqa: E731
    total = 0.0
    for term in products.split(" + "):
        factors = [number(part) for part in term.split("·")]
        total += factors[0] * (factors[1] if len(factors) == 2 else 1.0)
    assert total == pytest.approx(number(z), abs=0.02)
    place.locator("h3").click()
    page.keyboard.press("Home")
    rest(page)
    assert formula.inner_text() != first


def test_a_node_can_be_clicked_and_a_line_hovered(page, pictures_url):
    visit(page, pictures_url, "network", columns=1, height=500)
    place = figure(page, "figures.network.title")
    area = box(place.get_by_role("img"))
    output = area["x"] + area["width"] - 1
    middle = area["y"] + 0.5 * area["height"]
    formula = place.locator(".formula")
    for left in range(20, 400, 6):  # from the right edge inwards, the first node met is an output
        page.mouse.click(output - left, middle)
        if text("en", "figures.layer.output") in formula.inner_text():
            break
    expect(formula).to_contain_text("softmax(z) = e")
    expect(place.get_by_label("Layer")).to_have_value("3")
    page.mouse.move(output - left - 52, middle)  # beside the node, where its lines come together
    weights = fakes.trained((8, 8), num_frames=NUM_FRAMES)[1].weight[2][-1].ravel()
    expect(page.locator(".tip")).to_contain_text(text("en", "figures.network.words.gradient"))
    shown = float(page.locator(".tip b").nth(1).inner_text())
    assert min(abs(weights - shown)) < 1e-6


COUNT_COLORS = """() => { const { putImageData } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
    if (image.width === SIDE) window.colors = new Set(new Uint32Array(image.data.buffer)).size
    return putImageData.call(this, image, ...rest) } }"""


def test_the_map_can_show_the_class_alone(page, pictures_url):
    page.add_init_script(f"({COUNT_COLORS.replace('SIDE', str(fakes.SIDE))})()")
    visit(page, pictures_url, "map", columns=1, height=500)
    assert page.evaluate("window.colors") > 20
    switch = figure(page, "figures.map.title").get_by_label(text("en", "figures.map.words.flat"))
    switch.press("Space")
    answers = fakes.trained((8, 8), num_frames=NUM_FRAMES)[1].grid_output[-1].argmax(-1)
    assert page.evaluate("window.colors") == len(set(answers.ravel().tolist())) > 1
    switch.press("Space")
    assert page.evaluate("window.colors") > 20


def test_a_click_in_a_chart_goes_to_its_step(page, pictures_url):
    visit(page, pictures_url, "loss", columns=1, height=300)
    place = figure(page, "figures.loss.title").get_by_role("img")
    area = box(place)
    page.mouse.click(area["x"] + 0.5 * area["width"], area["y"] + 0.5 * area["height"])
    step, shown = rest(page)
    assert 45 < step < 75 and shown == [step]
    page.mouse.move(area["x"] + 0.25 * area["width"], area["y"] + 0.5 * area["height"])
    tip = page.locator(".tip")
    expect(tip).to_contain_text("mini-batch")
    hovered, _, loss, _ = (float(value) for value in tip.locator("b").all_inner_texts())
    assert loss == pytest.approx(float(fakes.trained((8, 8))[0].loss[int(hovered)]), rel=1e-6)


def test_pictures_follow_the_theme(page, pictures_url):
    visit(page, pictures_url, "loss,network")
    built = f"number => ({PLACES})()[0].dataset.built === number"
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(built, arg="2")
    place = figure(page, "figures.loss.title")
    place.locator("summary").click()
    with page.expect_download() as download:
        place.get_by_role("button", name="Save as SVG").click()
    assert "#56A8DE" in Path(download.value.path()).read_text()
    drawing = place.get_by_role("img")
    height = box(drawing)["height"]
    # A style sheet that comes after the pictures: large text, then high contrast.
    add = "content => document.head.append(Object.assign(document.createElement('style'), {textContent: content}))"
    page.evaluate(add, "html { font-size: 32px !important }")
    page.wait_for_function(built, arg="3")
    assert box(drawing)["height"] > 1.5 * height
    page.evaluate(add, "[data-testid^=stBidiComponent] { --st-text-color: #ffffff !important }")
    page.wait_for_function(built, arg="4")


def test_controls_are_large_named_and_reachable(page, pictures_url):
    visit(page, pictures_url, "loss", lang="ko")
    for name in ("first", "back", "play", "forward", "last"):
        button = page.get_by_role("button", name=text("ko", f"player.{name}"), exact=True)
        area = box(button)
        assert area["width"] >= 44 and area["height"] >= 44
        button.focus()
        assert button.evaluate("button => button.matches(':focus')")
    description = figure(page, "figures.loss.title", "ko").get_by_role("img").get_attribute("aria-label")
    assert description and "120스텝" in description


def test_a_run_that_breaks_off_says_so_in_every_picture(page, pictures_url):
    page.set_viewport_size({"width": 1920, "height": 1900})
    visit(page, pictures_url, ALL, broken=60)
    step, shown = rest(page)
    assert set(shown) == {step}
    page.keyboard.press("Home")
    step, shown = rest(page)
    assert set(shown) == {0}
