"""A learner in a real browser: wrong, a hint, right, a reload, and on; a file to take along; two tabs."""

import json

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.course.loader import course  # noqa: E402
from simulator.course.progress import load  # noqa: E402
from simulator.texts import text  # noqa: E402
from tests.browser.patience import until  # noqa: E402

LESSON = course("")[0]
STORED = "window.localStorage.getItem('simulator:progress')"


def answer(page: Page, language: str, name: str, written: str) -> None:
    box = page.locator(f".st-key-question_{name}")
    field = box.get_by_role("textbox")
    field.fill(written)
    box.get_by_role("button", name=text(language, "lessons.ask.check"), exact=True).click()


def kept(page: Page, name: str, **wanted: object) -> dict:
    """Wait until the browser has kept a wanted outcome of one of the first lesson's questions, and return it."""

    def look() -> dict:
        stored = json.loads(page.evaluate(STORED) or "{}").get("lessons", {}).get(LESSON.name, {})
        found = stored.get("checkpoints", {}).get(name, {})
        return found if wanted.items() <= found.items() else {}

    return until(page, look, f"The browser did not keep {wanted} of {name}")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_learner_goes_wrong_then_right_reloads_and_goes_on(new_context, app_url, language, settled):
    page = new_context(viewport={"width": 1366, "height": 768}).new_page()
    words = LESSON.words[language]
    page.goto(f"{app_url}/lesson?lang={language}")
    page.get_by_role("button", name=text(language, "lessons.start"), exact=True).first.click()
    expect(page.get_by_role("heading", name=words.parts[0].title)).to_be_visible()

    page.goto(f"{app_url}/lesson?lang={language}&lesson={LESSON.name}&part=compute")
    question = LESSON.questions(language)["loss-by-hand"]
    answer(page, language, "loss-by-hand", "6.25")
    hint = page.get_by_text(question.hints["half-forgotten"].title)
    expect(hint).to_be_visible()
    expect(hint).to_be_in_viewport()
    assert kept(page, "loss-by-hand") == {"tries": 1, "wrong": ["half-forgotten"]}
    answer(page, language, "loss-by-hand", "3,125")
    expect(
        page.locator(".st-key-question_loss-by-hand").get_by_text(text(language, "lessons.said.right"))
    ).to_be_visible()
    kept(page, "loss-by-hand", done="right")

    page.reload()
    expect(
        page.locator(".st-key-question_loss-by-hand").get_by_text(text(language, "lessons.said.right"))
    ).to_be_visible()
    answer(page, language, "gradient-by-hand", "−10")
    expect(page.get_by_role("button", name=text(language, "lessons.next"), exact=True)).to_be_visible()
    settled(page)  # the verdict moves the button
    page.get_by_role("button", name=text(language, "lessons.next"), exact=True).click()
    expect(page.get_by_role("heading", name=words.parts[3].title)).to_be_visible()
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
    settled(page)

    other = "en" if language == "ko" else "ko"
    page.goto(f"{app_url}/lesson?lang={other}")
    expect(page.get_by_text(text(other, "lessons.begun", done=2, total=len(LESSON.plan.checkpoints)))).to_be_visible()
    page.get_by_role("button", name=text(other, "lessons.go_on"), exact=True).click()
    expect(page.get_by_role("heading", name=LESSON.words[other].parts[3].title)).to_be_visible()


def test_progress_goes_into_a_file_and_back_and_damage_is_said(new_context, app_url, tmp_path):
    first = new_context(locale="ko-KR", accept_downloads=True).new_page()
    first.goto(f"{app_url}/lesson?lang=ko&lesson={LESSON.name}&part=compute")
    answer(first, "ko", "loss-by-hand", "25/8")
    kept(first, "loss-by-hand")
    first.get_by_role("button", name=text("ko", "lessons.back"), exact=True).click()
    first.get_by_text(text("ko", "lessons.progress.title")).click()
    with first.expect_download() as download:
        first.get_by_role("button", name=text("ko", "lessons.progress.save")).click()
    file = tmp_path / "progress.json"
    download.value.save_as(file)
    assert load(file.read_text(encoding="utf-8")).progress.of(LESSON.name).checkpoints["loss-by-hand"].done == "right"

    second = new_context().new_page()
    second.goto(f"{app_url}/lesson?lang=en")
    expect(second.get_by_text(text("en", "lessons.progress.title"))).to_be_visible()
    second.evaluate("window.localStorage.setItem('simulator:progress', '{broken')")
    second.reload()
    expect(second.get_by_text(text("en", "lessons.progress.damaged"))).to_be_visible()
    second.get_by_text(text("en", "lessons.progress.title")).click()
    second.locator("input[type=file]").set_input_files(file)
    expect(second.get_by_text(text("en", "lessons.progress.loaded"))).to_be_visible()
    expect(second.get_by_text(text("en", "lessons.begun", done=1, total=len(LESSON.plan.checkpoints)))).to_be_visible()
    assert kept(second, "loss-by-hand")["done"] == "right"


def test_two_tabs_lose_nothing(new_context, app_url):
    context = new_context()
    one, other = context.new_page(), context.new_page()
    for page, part in ((one, "compute"), (other, "step")):
        page.goto(f"{app_url}/lesson?lang=en&lesson={LESSON.name}&part={part}")
        expect(page.get_by_role("textbox").first).to_be_visible()
    answer(one, "en", "loss-by-hand", "3.125")
    kept(one, "loss-by-hand")
    answer(other, "en", "new-weight", "0.7")
    assert kept(other, "new-weight")["done"] == "right"
    assert kept(other, "loss-by-hand")["done"] == "right"
