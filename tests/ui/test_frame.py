"""The frame around every page, without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator.texts import LANGUAGES, has_text, text
from simulator.ui.application import MAIN_SCRIPT
from simulator.ui.frame.pages import PAGES


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(str(MAIN_SCRIPT), default_timeout=60)


def linked(app: AppTest, name: str) -> str:
    value = app.query_params[name]  # a list where the test wrote it, a string where the page did
    return value if isinstance(value, str) else value[0]


def test_a_first_reader_without_a_language_reads_english(app):
    app.run()
    assert not app.exception
    assert app.title[0].value == text("en", "home.title")
    assert linked(app, "lang") == "en"


def test_the_link_chooses_the_language(app):
    app.query_params["lang"] = "ko"
    app.run()
    assert app.title[0].value == text("ko", "home.title")


def test_switching_the_language_redraws_the_page_and_the_link(app):
    app.query_params["lang"] = "ko"
    app.run()
    app.segmented_control(key="frame.language").set_value("en").run()
    assert app.title[0].value == text("en", "home.title")
    assert linked(app, "lang") == "en"


def test_high_contrast_goes_into_the_link_and_out_again(app):
    app.run()
    app.toggle(key="frame.contrast").set_value(True).run()
    assert linked(app, "contrast") == "high"
    app.toggle(key="frame.contrast").set_value(False).run()
    assert "contrast" not in app.query_params


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_table_exists_and_has_its_words(page, language):
    assert page.file.is_file()
    assert has_text(language, f"frame.pages.{page.name}.title")
    assert has_text(language, f"frame.pages.{page.name}.summary")
    assert not page.section or has_text(language, f"frame.sections.{page.section}")


def test_every_page_file_is_in_the_table(root):
    assert {page.file for page in PAGES} == set((root / "pages").glob("*.py"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_runs_in_both_languages(app, page, language):
    app.query_params["lang"] = language
    app.run()
    if page.url:
        app.switch_page(str(page.file)).run()
    assert not app.exception
    assert len(app.main) > 0
