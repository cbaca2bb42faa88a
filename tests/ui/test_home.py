"""The start page: the first picture, the doors, every page with its picture and question."""

import re
import xml.etree.ElementTree as ET

import pytest
from streamlit.testing.v1 import AppTest

from simulator.course.loader import course
from simulator.course.progress import Answered, Progress
from simulator.drawing.theme import THEMES
from simulator.texts import LANGUAGES, has_text, text
from simulator.ui.application import MAIN_SCRIPT
from simulator.ui.frame.pages import PAGES
from simulator.ui.frame.sketches import sketch
from simulator.ui.lessons.keeping import _Memory

EXPLORED = [page for page in PAGES[1:] if page.section != "course"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_shows_the_heart_and_the_doors(language):
    app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    headings = [one.value for one in (*app.header, *app.subheader)]
    assert headings.count(text(language, "home.doors.learn")) == 1
    for door in ("explore", "teach"):
        assert headings.count(text(language, f"home.doors.{door}")) == 2  # the door, and what is behind it
    written = [one.value for one in app.markdown]
    assert any(text(language, "gradient_decay.networks.title") in one for one in written)
    for page in EXPLORED:
        assert text(language, f"home.question.{page.name}") in written
    anchors = {one for words in written for one in re.findall(r"\]\(#(\w+)\)", words)}
    assert anchors == {"explore", "teach"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_of_the_course_says_what_comes_next(language):
    lessons, done = course(""), Progress()
    app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=60)
    app.query_params["lang"] = language
    for finished, entry in ((0, "start"), (2, "begun"), (len(lessons), "finished")):
        for lesson in lessons[:finished]:
            done.of(lesson.name).checkpoints = {name: Answered(done="right") for name in lesson.plan.checkpoints}
        app.session_state["lessons:progress"] = _Memory(done, "")
        app.run()
        assert not app.exception
        said = text(language, f"home.course.{entry}", total=len(lessons), done=finished, number=finished + 1)
        assert said in [one.value for one in app.markdown]
        links = [one.proto for one in app.get("page_link") if "lesson=" in one.proto.query_string]
        assert [link.query_string.partition("lesson=")[2] for link in links] == [one.name for one in lessons]
        assert [link.icon for link in links].count(":material/check_circle:") == finished
        bold = [link.label for link in links if link.label.startswith("**")]
        following = [f"**{finished + 1}. {one.words[language].title}**" for one in lessons[finished : finished + 1]]
        assert bold == following


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_of_the_course_says_how_many_exercises_were_solved(language):
    app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=60)
    app.query_params["lang"] = language
    title, done = text(language, "frame.pages.exercises.title"), Progress()
    for count, said in ((0, title), (2, f"{title}: {text(language, 'exercises.practised.solved', solved=2, first=1)}")):
        for number in range(count):
            done.note_practice("adam", number, Answered(done="right", tries=1 + number))
        app.session_state["lessons:progress"] = _Memory(done, "")
        app.run()
        assert not app.exception
        assert said in [one.proto.label for one in app.get("page_link")]


@pytest.mark.parametrize("page", EXPLORED, ids=lambda page: page.name)
def test_every_page_has_a_picture_in_every_theme_and_a_question(page):
    drawn = {theme: sketch(page.name, theme) for theme in THEMES}
    assert len(set(drawn.values())) == len(THEMES)
    for svg in drawn.values():
        assert len(list(ET.fromstring(svg))) > 0
    for language in LANGUAGES:
        assert has_text(language, f"home.question.{page.name}")
        assert text(language, f"home.question.{page.name}").endswith("?")


def test_the_notebook_line_works():
    source = (PAGES[0].file).read_text(encoding="utf-8")
    code = re.search(r'NOTEBOOK = """(.*?)"""', source, re.S)
    assert code is not None
    setup, last = code.group(1).strip().rsplit("\n", 1)
    names: dict = {}
    exec(setup.replace("\n\n", "\n"), names)
    data = eval(last.replace("depth=50", "depth=5, width=8, seeds=8"), names)
    assert len(data) == 10
