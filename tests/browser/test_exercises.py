"""Exercises in a real browser: a wrong answer, the right one, a new problem, and sheets that open without a server."""

import re

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect  # noqa: E402

from simulator.course.exercises.registry import exercise, said, title  # noqa: E402
from simulator.course.grading import grade  # noqa: E402
from simulator.texts import text  # noqa: E402

MADE = exercise("momentum", 7)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_learner_practises_and_a_teacher_prints(new_context, app_url, language, tmp_path, settled):
    page = new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{app_url}/exercises?lang={language}&topic=momentum&seed=7")
    box = page.locator(".st-key-question_exercise")
    wrong = MADE.question.wrong[0].answer
    for answer, verdict in (
        (wrong, said(MADE, grade(MADE.question, wrong), language)),
        (MADE.question.answer, text(language, "lessons.said.right")),
    ):
        box.get_by_role("textbox").fill(str(answer))
        box.get_by_role("button", name=text(language, "lessons.ask.check"), exact=True).click()
        expect(box.get_by_text(verdict)).to_be_in_viewport()
    page.wait_for_function("(localStorage.getItem('simulator:progress') ?? '').includes('right')")
    page.reload()
    expect(box.get_by_text(text(language, "lessons.said.right"))).to_be_visible()
    page.get_by_text(text(language, "exercises.practised.title"), exact=True).click()
    row = page.get_by_role("row").filter(has_text=title("momentum", language))
    expect(row.get_by_role("cell")).to_have_text([title("momentum", language), "0", "1", "0"])
    page.get_by_role("button", name=text(language, "exercises.new")).click()
    expect(page).not_to_have_url(re.compile("topic=momentum&seed=7(&|$)"))
    expect(box.get_by_text(text(language, "lessons.said.right"))).to_have_count(0)

    page.get_by_text(text(language, "exercises.view.sheet"), exact=True).click()
    settled(page)
    files = {}
    for name in ("sheet", "key"):
        with page.expect_download() as download:
            page.get_by_role("button", name=text(language, f"exercises.print.get_{name}")).click()
        assert download.value.suggested_filename == f"{name}-1-1-{language}.html"
        files[name] = tmp_path / f"{name}.html"
        download.value.save_as(files[name])

    paper = new_context(viewport={"width": 794, "height": 1123}, offline=True).new_page()  # A4 at 96 dots an inch
    for name, path in files.items():
        paper.set_content(path.read_text(encoding="utf-8"))
        paper.emulate_media(media="print")
        expect(paper.get_by_role("heading", name=title("forward", language))).to_be_visible()
        assert paper.locator("article").count() == 5
        assert paper.evaluate(
            "[...document.querySelectorAll('math')].every(one => one.getBoundingClientRect().width > 3)"
        )
        assert paper.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
