"""Whole lessons in a real browser: some answers wrong on purpose, the browser closed half-way, and back to the end."""

import re
from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect  # noqa: E402

from simulator.course.loader import course  # noqa: E402
from simulator.texts import LANGUAGES, text  # noqa: E402
from tests.browser.learner import Learner, open_lesson  # noqa: E402

LESSONS = {lesson.name: lesson for lesson in course("")}
LOCALES = {"ko": "ko-KR", "en": "en-US"}
VANISHING, NEURON = LESSONS["07-vanishing-gradients"], LESSONS["01-one-neuron"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_lesson_seven_to_its_end_with_the_browser_closed_in_between(new_context, app_url, language):
    viewport = {"width": 1366, "height": 768}
    before = new_context(locale=LOCALES[language], viewport=viewport)
    learner = Learner(before.new_page(), VANISHING, language)
    learner.page.goto(f"{app_url}/lesson?lang={language}&lesson={VANISHING.name}")
    parts = VANISHING.plan.parts
    mistakes: dict[str, list[tuple[Any, str]]] = {
        "slowest": [("output-side", "wrong-end")],
        "layer-nine": [("0.02", "added"), ("1e-6", "one-too-many")],
        "remedies": [(VANISHING.plan.checkpoints["remedies"].wrong[0].answer, "start-or-always")],
    }
    for part in parts[:3]:
        learner.go_through(part, mistakes)
    expect(learner.page.get_by_role("heading", name=VANISHING.part(language, parts[3]).title)).to_be_visible()
    learner.page.wait_for_function(
        f"(window.localStorage.getItem('simulator:progress') || '').includes('\"part\":\"{parts[3]}\"')"
    )
    kept: Any = before.storage_state()
    before.close()

    after = new_context(locale=LOCALES[language], viewport=viewport, storage_state=kept)
    learner = Learner(after.new_page(), VANISHING, language)
    learner.page.goto(f"{app_url}/?lang={language}")
    expect(
        learner.page.get_by_text(text(language, "home.course.begun", total=len(LESSONS), done=0, number=1))
    ).to_be_visible()
    learner.page.get_by_role("link", name=re.compile(re.escape(VANISHING.words[language].title))).click()
    for part in parts[3:]:
        learner.go_through(part, mistakes)
    learner.finish(first=len(VANISHING.plan.checkpoints) - len(mistakes))


@pytest.mark.parametrize("language", LANGUAGES)
def test_lesson_one_to_its_end(new_context, app_url, language):
    context = new_context(locale=LOCALES[language], viewport={"width": 1366, "height": 768})
    learner = Learner(context.new_page(), NEURON, language)
    learner.page.goto(f"{app_url}/lesson?lang={language}")
    open_lesson(learner.page, NEURON)
    mistakes: dict[str, list[tuple[Any, str]]] = {
        "learned": [(["weight"], "bias-forgotten")],
        "gradient-by-hand": [("10", "targets-swapped")],
    }
    for part in NEURON.plan.parts:
        learner.go_through(part, mistakes)
    learner.finish(first=len(NEURON.plan.checkpoints) - len(mistakes))
