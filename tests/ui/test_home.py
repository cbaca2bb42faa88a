"""The start page: the first picture, the doors, every page with its picture and question."""

import re
import xml.etree.ElementTree as ET

import pytest
from streamlit.testing.v1 import AppTest

from simulator.drawing.theme import THEMES
from simulator.texts import LANGUAGES, has_text, text
from simulator.ui.application import MAIN_SCRIPT
from simulator.ui.frame.pages import PAGES
from simulator.ui.frame.sketches import sketch

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
