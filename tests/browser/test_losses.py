"""The losses page in a real browser: bars that are dragged, typed and counted, the tree, the link, bad input."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Locator, Page, expect  # noqa: E402

from simulator.scenes.losses.entropy import (  # noqa: E402
    FAIR_DIE,
    LOADED_DIE,
    cross_entropy,
    entropy,
    kl_divergence,
    with_probability,
)
from simulator.scenes.losses.scene import CODES, DICE, OUTPUTS  # noqa: E402
from simulator.texts import templates, text  # noqa: E402

ASSETS = Path(__file__).parents[2] / "simulator" / "ui" / "components"
SCRIPTS = ("distribution/numbers.js", "distribution/build.js", "distribution/view.js")


@pytest.fixture(scope="module")
def numbers(browser):
    """A blank page that holds the browser's own equations."""
    page = browser.new_page()
    names = ("shared/draggable.js", "distribution/numbers.js")
    page.add_script_tag(content="\n".join((ASSETS / name).read_text(encoding="utf-8") for name in names))
    yield page
    page.close()


def test_the_browser_measures_entropy_as_python_does(numbers):
    random = np.random.default_rng(1)
    for size in (2, 6, 8):
        p, q = random.dirichlet(np.ones(size), size=2)
        for base in (2.0, float(np.e)):
            found = numbers.evaluate("([p, q, base]) => measure([p, q], base)", [p.tolist(), q.tolist(), base])
            assert found["entropy"] == pytest.approx(entropy(p, base=base), rel=1e-12)
            assert found["cross_entropy"] == pytest.approx(cross_entropy(p, q, base=base), rel=1e-12)
            assert found["kl"] == pytest.approx(kl_divergence(p, q, base=base), rel=1e-12)
        moved = numbers.evaluate("p => withProbability(p, 1, 0.4)", p.tolist())
        assert moved == pytest.approx(with_probability(p, 1, 0.4), rel=1e-12)
    assert numbers.evaluate("withProbability([1, 0, 0], 0, 0.4)") == pytest.approx([0.4, 0.3, 0.3])


def test_outcomes_come_and_go_in_proportion(numbers):
    assert numbers.evaluate("withoutLast([0.1, 0.3, 0.6])") == pytest.approx([0.25, 0.75])
    assert numbers.evaluate("withoutLast([0, 0, 1])") == [0.5, 0.5]
    assert numbers.evaluate("withOneMore([0.25, 0.75])") == pytest.approx([1 / 6, 1 / 2, 1 / 3])


def test_typed_probabilities(numbers):
    written = ["1/16", "25%", "0,5", ".5", "1", "0", "", "a", "1.5", "-0.1", "1/0", "1/2/3", "nan"]
    read = numbers.evaluate("written => written.map(readProbability)", written)
    assert read == [0.0625, 0.25, 0.5, 0.5, 1, 0, *[None] * 7]


def test_numbers_above_bars_are_as_long_as_there_is_room(numbers):
    asked = [(0, 1), (1, 1), (0.125, 9), (0.0625, 9), (0.0625, 3), (0.0625, 2), (0.5, 2)]
    assert numbers.evaluate("asked => asked.map(([p, room]) => shortText(p, room))", asked) == [
        *("0", "1", "0.13", "0.063", "0.06", ".06", ".50"),
    ]
    asked = [(1 / 6, 9), (0.0625, 9), (1 / 6, 3), (0.0625, 3), (0.5, 3), (1 / 6, 2), (1, 2)]
    assert numbers.evaluate("asked => asked.map(([p, room]) => fieldText(p, room))", asked) == [
        *("0.167", "0.0625", "0.167", "0.063", "0.5", ".17", "1"),
    ]


def link(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def linked(page: Page, name: str, value: str) -> None:
    """Wait until the link says what the reader did."""
    expect(page).to_have_url(re.compile(rf"[?&]{name}={re.escape(value)}(&|$)"))


def readouts(page: Page) -> dict[str, Locator]:
    return {name: page.locator(f".losses [data-name={name}]") for name in ("entropy", "cross_entropy", "kl")}


def shares(page: Page, row: int) -> list[float]:
    """Return the exact probabilities of a row, which stand in the titles of its fields."""
    fields = page.locator(f"[data-name^=p{row}-]")
    fields.first.wait_for()
    return [float(field.get_attribute("title") or "nan") for field in fields.all()]


def test_the_dice(page, app_url, settled):
    page.goto(f"{app_url}/losses?lang=en&view=dice")
    settled(page)
    readout = readouts(page)
    expect(readout["entropy"]).to_have_text("1.7918")
    expect(readout["cross_entropy"]).to_have_text("2.0343")
    page.get_by_role("slider", name="Probability of 1").first.press("End")
    expect(readout["entropy"]).to_have_text("0.0000")
    page.get_by_role("button", name="both fair").click()
    expect(readout["kl"]).to_have_text("0.0000")
    expect(page).to_have_url(re.compile(r"[?&]die_model=0\.1666"))
    assert "die" not in link(page)
    field = page.locator("[data-name=p0-0]")
    field.fill("1/2")
    field.press("Enter")
    assert shares(page, 0) == pytest.approx(LOADED_DIE)
    expect(page).to_have_url(re.compile(r"[?&]die="))
    assert [float(share) for share in link(page)["die"].split(",")] == pytest.approx(LOADED_DIE)
    field.fill("many")
    field.press("Enter")
    expect(page.get_by_text('"many" is not a probability from 0 to 1. The old value stays.')).to_be_visible()
    assert shares(page, 0) == pytest.approx(LOADED_DIE)


def test_a_face_is_dragged_and_the_numbers_follow_without_the_server(page, app_url, settled):
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{app_url}/losses?lang=en&view=dice")
    settled(page)
    figure = page.locator(".losses figure > svg").first.bounding_box()
    hit = page.locator(".losses .bar .hit").nth(2).bounding_box()
    assert figure is not None and hit is not None
    middle = hit["x"] + hit["width"] / 2
    page.mouse.move(middle, figure["y"] + figure["height"] * 0.8)
    page.mouse.down()
    before = len(sent)
    page.mouse.move(middle, figure["y"] + figure["height"] * 0.45, steps=8)
    dragged = shares(page, 0)
    assert dragged[2] > 0.4
    assert sum(dragged) == pytest.approx(1.0)
    assert [share / dragged[0] for share in (dragged[1], *dragged[3:])] == pytest.approx([1] * 4)
    p, q = np.array(dragged), np.array(LOADED_DIE)
    expected = {"entropy": entropy(p), "cross_entropy": cross_entropy(p, q), "kl": kl_divergence(p, q)}
    for name, readout in readouts(page).items():
        assert float(readout.get_attribute("title") or "nan") == pytest.approx(expected[name], rel=1e-9)
    assert len(sent) == before > 0
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"[?&]die="))
    settled(page)
    assert len(sent) > before
    assert shares(page, 0) == dragged
    assert [float(share) for share in link(page)["die"].split(",")] == dragged
    said = text("en", "losses.dice.words.narration_wrong", entropy="{}", cross="{}", kl="{}")
    expect(page.locator(".losses .narration")).to_have_text(re.compile(re.escape(said).replace(r"\{\}", r"\d\.\d{4}")))


def test_a_drag_is_not_lost_when_another_control_moves(page, app_url, settled):
    page.goto(f"{app_url}/losses?lang=en&view=dice")
    settled(page)
    page.get_by_role("slider", name="Probability of 6").first.press("Home")
    settled(page)
    page.get_by_role("slider", name=text("en", "losses.control.happened")).press("ArrowLeft")
    linked(page, "happened", "0.89")
    settled(page)
    assert shares(page, 0) == pytest.approx([0.2] * 5 + [0.0])
    page.get_by_role("radio", name=text("en", "losses.view.gibbs")).click()
    linked(page, "view", "gibbs")
    page.get_by_role("radio", name=text("en", "losses.view.dice")).click()
    linked(page, "view", "dice")
    settled(page)
    assert shares(page, 0) == pytest.approx([0.2] * 5 + [0.0])


def test_the_tree_grows_with_the_letters(page, app_url, settled):
    page.goto(f"{app_url}/losses?lang=en&view=codes")
    settled(page)
    expect(page.get_by_text("Huffman needs 1.375 bits a letter")).to_be_visible()
    page.get_by_role("button", name="½, ¼, ⅛, ⅛").click()
    expect(page.get_by_text("Huffman needs 1.75 bits a letter")).to_be_visible()
    page.get_by_role("button", name="One letter more").click()
    expect(page.get_by_text("step 4 of 4")).to_be_visible()
    settled(page)
    assert link(page)["letters"].count(",") == 4


def test_typed_letters_are_scaled_and_nonsense_is_answered(page, app_url, settled):
    page.goto(f"{app_url}/losses?lang=en&view=codes")
    settled(page)
    page.get_by_text(text("en", "frame.more")).click()
    box = page.get_by_role("textbox", name=text("en", "losses.control.letters"), exact=True)
    box.fill("1, 1, 2")
    box.press("Enter")
    expect(page.locator("[data-name^=p0-]")).to_have_count(3)
    assert shares(page, 0) == [0.25, 0.25, 0.5]
    assert shares(page, 1) == pytest.approx([1 / 3] * 3)
    box.fill("all of them")
    box.press("Enter")
    alert = page.locator("[data-testid=stAlert]")
    expect(alert).to_contain_text('"all of them" cannot be used')
    assert shares(page, 0) == [0.25, 0.25, 0.5]


def test_the_terms_follow_the_outputs(page, app_url, settled):
    page.goto(f"{app_url}/losses?lang=en&view=terms")
    settled(page)
    expect(page.get_by_text("−Σ tₖ ln yₖ = 0.105")).to_be_visible()
    page.get_by_role("slider", name="Probability of 3").press("PageDown")
    expect(page.get_by_text("−Σ tₖ ln yₖ = 0.223")).to_be_visible()
    page.get_by_role("button", name="One class less").click()
    linked(page, "right", "2")
    assert len(shares(page, 0)) == 2


def test_the_controls_go_into_the_link(page, app_url, settled):
    page.goto(f"{app_url}/losses?lang=ko&logit=99&output=softmax")
    settled(page)
    assert page.locator("[data-testid=stAlert]").count() == 1
    assert link(page) == {"lang": "ko", "logit": "10", "output": "softmax"}
    expect(page.get_by_text(text("ko", "losses.worked.why_softmax"))).to_be_visible()
    page.get_by_role("radio", name=text("ko", "losses.view.gibbs")).click()
    linked(page, "view", "gibbs")
    settled(page)
    page.reload()
    settled(page)
    expect(page.get_by_text(text("ko", "losses.gibbs.training"))).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_die_that_cannot_be_scaled_gets_a_sentence(page, app_url, settled, language):
    """It once ended the page in a traceback."""
    huge, nothing = ",".join(["1e308"] * 6), ",".join(["0"] * 6)
    page.goto(f"{app_url}/losses?lang={language}&view=dice&die={huge}&die_model={nothing}&outputs=1e308,1e308")
    settled(page)
    assert page.locator("[data-testid=stAlert]").count() == 3
    assert (shares(page, 0), shares(page, 1)) == (pytest.approx(FAIR_DIE), pytest.approx(LOADED_DIE))


@pytest.mark.parametrize("about", [DICE, CODES, OUTPUTS], ids=lambda about: about.words)
def test_every_word_that_the_scripts_ask_for_is_there(about):
    """The catalogue's own test cannot see into scripts."""
    script = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS)
    there = set(templates("en", "losses.component")) | set(templates("en", f"{about.words}.words"))
    optional = set() if about.resizable else {"size", "fewer", "more"}
    optional |= set() if about.measures else {"unit", "narration"}
    asked = set(re.findall(r"\bwords\.(\w+)", script)) - optional
    assert asked <= there
    composed = [part for part in re.findall(r"words\[`(\w*)\$\{", script) if part]
    named = set(re.findall(r'"(\w+)"', script)) | set(DICE.measures) | {"outcome"}  # the last one heads a table
    unused = {word for word in there - asked - named if not any(word.startswith(part) for part in composed)}
    assert not unused, json.dumps(sorted(unused))
