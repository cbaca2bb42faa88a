"""A teacher in a real browser: a lesson of one's own, a locked link, a printed sheet, and what the class gets wrong."""

import csv
import io
import math
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
pytest.importorskip("sqlalchemy")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.course.__main__ import main  # noqa: E402
from simulator.course.loader import Lesson, read_lesson  # noqa: E402
from simulator.texts import text  # noqa: E402
from tests.browser.learner import Learner, open_lesson  # noqa: E402
from tests.browser.patience import PATIENT  # noqa: E402
from tests.server import live  # noqa: E402

WRITTEN = Path(__file__).with_name("own_lesson")
"""What the teacher writes over the lesson that the guide's command has started."""
GUIDES = {"ko": ("README.ko.md", "수업 만들기"), "en": ("README.md", "Writing a lesson")}
MISTAKES = {"warmer": ("sure", "heat-is-strength"), "ratio": ("20,1", "temperature-forgotten")}
"""Question → what learners answer at first, and what that is called."""
CLASSES = {"ko": ("민지", "서준"), "en": ("Robin",)}
VIEWPORT = {"width": 1366, "height": 768}


class School(NamedTuple):
    """A server with a teacher's own lesson and a class."""

    url: str
    lesson: Lesson
    teachers_page: str


def commands(language: str) -> list[str]:
    """Return the commands of the guide to writing a lesson."""
    file, heading = GUIDES[language]
    section = (live.ROOT / file).read_text(encoding="utf-8").split(f"\n## {heading}\n")[1]
    return section.split("```text\n")[1].split("\n```")[0].splitlines()


def follow(language: str, place: Path) -> tuple[Path, Path]:
    """Do what the guide says, in a folder; return the lesson's folder and that of all lessons of one's own."""
    new, check, show = map(shlex.split, commands(language))
    prefix = ["python", "-m", "simulator.course"]
    assert new[:4] == [*prefix, "new"] and check[:4] == [*prefix, "check"] and show[1:] == ["backprop-simulator"]
    lesson, own = place / new[4], place / show[0].removeprefix("BACKPROP_SIMULATOR_LESSONS=")
    assert place / check[4] == lesson and lesson.parent == own
    assert main(["--language", language, "new", str(lesson)]) == 0
    for file in WRITTEN.iterdir():
        assert (lesson / file.name).read_text(encoding="utf-8") != file.read_text(encoding="utf-8")
        (lesson / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["--language", language, "check", str(lesson)]) == 0
    return lesson, own


@pytest.fixture(scope="module")
def school(chromium, tmp_path_factory) -> Iterator[School]:
    folders = [follow(language, tmp_path_factory.mktemp(language)) for language in GUIDES]
    (folder, own), place = folders[0], tmp_path_factory.mktemp("school")
    lesson = read_lesson(folder).lesson
    assert lesson is not None
    changes = {"BACKPROP_SIMULATOR_LESSONS": str(own)}
    with live.serving(place / "log.txt", "--class", str(place / "class.sqlite"), changes=changes) as server:
        key = re.search(r"/class\?key=[\w-]+", server.log.read_text())
        assert key is not None
        yield School(server.url, lesson, f"{server.url}{key[0]}")


def locked_link(page: Page, school: School, language: str) -> str:
    """Make a link with a fixed temperature in the dialog."""
    page.goto(f"{school.url}/softmax?lang={language}&T=3")
    page.get_by_role("button", name=text(language, "share.open")).click()
    dialog = page.get_by_role("dialog")
    temperature = text(language, "softmax.control.temperature")
    dialog.locator(f".st-key-share-fix-{language}").get_by_role("button", name=temperature, exact=True).click()
    field = dialog.get_by_role("textbox", name=text(language, "share.component.link"))
    page.wait_for_function("field => field.value.includes('fix=T')", arg=field.element_handle())
    return field.input_value()


def printed(page: Page, school: School, language: str) -> dict[str, str]:
    """Print a sheet with its key."""
    page.goto(f"{school.url}/exercises?lang={language}&topics=momentum&view=sheet")
    files = {}
    for name in ("sheet", "key"):
        with page.expect_download() as download:
            page.get_by_role("button", name=text(language, f"exercises.print.get_{name}")).click()
        files[name] = Path(download.value.path()).read_text(encoding="utf-8")
    return files


def go_through_the_lesson(page: Page, school: School, language: str, name: str) -> None:
    """Give a name, and go through the whole lesson, wrong first where everybody is."""
    page.goto(f"{school.url}/lesson?lang={language}")
    field = page.get_by_label(text(language, "class.name"))
    field.fill(name)
    field.press("Enter")
    open_lesson(page, school.lesson)
    learner = Learner(page, school.lesson, language)
    for part in school.lesson.plan.parts:
        learner.go_through(part, {name: [mistake] for name, mistake in MISTAKES.items()})


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_teacher_writes_shares_prints_and_reads_what_the_class_gets_wrong(school, new_context, language):
    teacher = new_context(viewport=VIEWPORT, accept_downloads=True).new_page()
    teacher.goto(f"{school.url}/lesson?lang={language}")
    open_lesson(teacher, school.lesson)
    first = school.lesson.part(language, "see")
    expect(teacher.get_by_role("heading", name=first.title)).to_be_visible()
    second, others = math.exp(2.90 / 2), math.exp(1.54 / 2) + math.exp(-0.26 / 2)
    expect(teacher.locator(".st-key-lesson_prose_0")).to_contain_text(f"{second / (second + others):.3f}")
    link, files = locked_link(teacher, school, language), printed(teacher, school, language)
    assert files["sheet"].count("<article") == files["key"].count("<article") == 5

    names = CLASSES[language]
    for place, name in enumerate(names):
        learner = new_context(viewport=VIEWPORT).new_page()
        if place == 0:
            assert dict(parse_qsl(urlsplit(link).query)) == {"lang": language, "T": "3", "fix": "T"}
            learner.goto(link)
            temperature = text(language, "softmax.control.temperature")
            expect(learner.get_by_text(text(language, "share.fixed_words", names=temperature))).to_be_visible()
            expect(learner.locator(".st-key-fixed_temperature")).to_contain_text("3")
            expect(learner.get_by_role("slider", name=temperature)).to_be_disabled(timeout=PATIENT)
        go_through_the_lesson(learner, school, language, name)

    teacher.goto(f"{school.teachers_page}&lang={language}")
    misconceptions = teacher.get_by_role("table").first.get_by_role("row")
    for question, (_, wrong) in MISTAKES.items():
        row = misconceptions.filter(has_text=school.lesson.questions(language)[question].hints[wrong].title)
        expect(row).to_contain_text(text(language, "class.of", learners=len(names), asked=len(names)))
        expect(row).to_contain_text(school.lesson.words[language].title)
    with teacher.expect_download() as download:
        teacher.get_by_role("button", name=text(language, "class.save")).click()
    written = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    for name in names:
        for question, (_, wrong) in MISTAKES.items():
            assert [name, school.lesson.name, question, "right", "2", wrong] in written
    for name in names:
        row = teacher.get_by_role("table").last.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text(school.lesson.part(language, "compute").title)
    teacher.get_by_role("button", name=text(language, "class.forget"), exact=True).click()
    teacher.get_by_role("button", name=text(language, "class.forget_sure"), exact=True).click()
    expect(teacher.get_by_text(text(language, "class.count", count=0))).to_be_visible()  # the next class is empty
