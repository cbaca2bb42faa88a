"""Somebody who answers the questions of a lesson in a real browser."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from simulator.course.answers import right_answer
from simulator.course.loader import Lesson
from simulator.course.markdown import Question
from simulator.texts import text
from tests.browser.patience import choose


def open_lesson(page: Page, lesson: Lesson) -> None:
    """Open a lesson from the map, once the map has come to rest: progress that arrives draws it anew."""
    button = page.locator(f".st-key-open_{lesson.name} button")
    expect(button).to_have_count(1)
    button.click()


class Learner:
    """Somebody who answers the questions of one lesson in one language."""

    def __init__(self, page: Page, lesson: Lesson, language: str):
        self.page, self.lesson, self.language = page, lesson, language

    def box(self, name: str) -> Locator:
        return self.page.locator(f".st-key-question_{name}")

    def press(self, label: str, **values: Any) -> None:
        words = text(self.language, f"lessons.{label}", **values)
        self.page.get_by_role("button", name=words, exact=True).first.click()

    def pick(self, groups: Locator, place: int, option: int) -> None:
        groups.nth(place).locator("label").nth(option).click()

    def answer(self, name: str, given: Any) -> None:
        """Give an answer as its kind wants it, and check it."""
        checkpoint: Any = self.lesson.plan.checkpoints[name]
        box = self.box(name)
        groups = box.get_by_role("radiogroup")
        if checkpoint.kind in ("choice", "step"):
            self.pick(groups, 0, checkpoint.options.index(given))
        elif checkpoint.kind == "matching":
            for place, left in enumerate(checkpoint.left):
                self.pick(groups, place, checkpoint.right.index(given[left]))
        elif checkpoint.kind == "several":
            for place, option in enumerate(checkpoint.options):
                if box.get_by_role("checkbox").nth(place).is_checked() != (option in given):
                    box.get_by_test_id("stCheckbox").nth(place).locator("label").click()
        elif checkpoint.kind == "order":
            said = self.lesson.questions(self.language)[name].options
            for option in given:
                wanted = self.page.get_by_role("option", name=said[checkpoint.options.index(option)], exact=True)
                choose(self.page, box.get_by_role("combobox"), wanted)
            self.page.keyboard.press("Escape")
        elif checkpoint.kind == "controls":
            field = self.page.get_by_test_id("stNumberInputField").first
            field.fill(given)
            field.press("Enter")
            self.page.wait_for_timeout(300)  # the value travels before the form does
        else:
            box.get_by_role("textbox").fill(given)
        box.get_by_role("button", name=text(self.language, "lessons.ask.check"), exact=True).click()

    def right(self, name: str) -> None:
        checkpoint: Any = self.lesson.plan.checkpoints[name]
        wanted: Any = {"tune": "0.2"}.get(name) or right_answer(self.lesson.plan, checkpoint)
        self.answer(name, f"{wanted:.6g}" if checkpoint.kind == "number" else wanted)
        expect(self.box(name).get_by_text(text(self.language, "lessons.said.right"))).to_be_visible()

    def wrong(self, name: str, given: Any, hint: str) -> None:
        self.answer(name, given)
        title = self.lesson.questions(self.language)[name].hints[hint].title
        expect(self.box(name).get_by_text(title)).to_be_visible()
        expect(self.box(name).get_by_test_id("stAlert")).to_be_in_viewport(ratio=0.99)

    def go_through(self, part: str, mistakes: dict[str, list[tuple[Any, str]]]) -> None:
        """Answer every question of a part right, after the mistakes that were ordered."""
        words = self.lesson.part(self.language, part)
        expect(self.page.get_by_role("heading", name=words.title)).to_be_visible()
        for question in (block for block in words.blocks if isinstance(block, Question)):
            for given, hint in mistakes.get(question.name, []):
                self.wrong(question.name, given, hint)
            self.right(question.name)
        if part != self.lesson.plan.parts[-1]:
            self.press("next")

    def finish(self, first: int) -> None:
        total = len(self.lesson.plan.checkpoints)
        said = text(self.language, "lessons.all_done", right=total, total=total, first=first)
        expect(self.page.get_by_text(said)).to_be_visible()
