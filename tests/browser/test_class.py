"""A class in a real browser: a learner answers wrong, the server is killed, and the teacher still reads why."""

import re

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
pytest.importorskip("sqlalchemy")
from playwright.sync_api import expect  # noqa: E402

from simulator.course.loader import course  # noqa: E402
from simulator.texts import text  # noqa: E402
from tests.server import live  # noqa: E402

LESSON = course("")[0]
ASKED = "loss-by-hand"


def test_the_teacher_reads_the_misconceptions_of_the_class_though_the_server_was_killed(
    chromium, new_context, tmp_path
):
    language, options = "ko", ("--class", str(tmp_path / "class.sqlite"))
    hint = LESSON.questions(language)[ASKED].hints["half-forgotten"].title
    with live.serving(tmp_path / "first.txt", *options) as server:
        page = new_context(locale="ko-KR").new_page()
        page.goto(f"{server.url}/lesson?lang={language}")
        expect(page.get_by_text(text(language, "class.notice"))).to_be_visible()
        page.get_by_label(text(language, "class.name")).fill("민지")
        page.keyboard.press("Enter")
        page.goto(f"{server.url}/lesson?lang={language}&lesson={LESSON.name}&part=compute")
        box = page.locator(f".st-key-question_{ASKED}")
        box.get_by_role("textbox").fill("6.25")
        box.get_by_role("button", name=text(language, "lessons.ask.check"), exact=True).click()
        expect(box.get_by_text(hint)).to_be_visible()
        server.process.kill()
        page.close()
    with live.serving(tmp_path / "second.txt", *options) as server:
        key = re.search(r"/class\?key=[\w-]+", server.log.read_text())
        assert key is not None and key[0] in (tmp_path / "first.txt").read_text()
        page = new_context(locale="ko-KR").new_page()
        page.goto(f"{server.url}{key[0]}&lang={language}")
        misconceptions, learners = page.get_by_role("table").first, page.get_by_role("table").last
        expect(misconceptions).to_contain_text(hint)
        expect(misconceptions).to_contain_text(text(language, "class.of", learners=1, asked=1))
        expect(learners).to_contain_text("민지")
        page.goto(f"{server.url}/class?key=guessed&lang={language}")
        expect(page.get_by_role("heading", name=text(language, "frame.unknown.title"))).to_be_visible()
        expect(page.get_by_role("table")).to_have_count(0)
