"""A class on the lessons' page and its teacher's page: what is said, noted, kept when the store fails, and for whom."""

import csv
import io

import pytest
from streamlit.testing.v1 import AppTest

from simulator.course.loader import course
from simulator.course.progress import Answered, Progress
from simulator.errors import InputError
from simulator.texts import LANGUAGES, text
from simulator.ui.lessons import classroom
from simulator.ui.lessons.keeping import _MEMORY, _Memory
from simulator.ui.plain import plain
from simulator.ui.server.environment import check_environment

pytest.importorskip("sqlalchemy")
FIRST = course("")[0]
ASKED = "loss-by-hand"


@pytest.fixture
def store(monkeypatch, tmp_path):
    """The store of a class that is on."""
    monkeypatch.setenv(classroom.CLASS, str(tmp_path / "class.sqlite"))
    classroom.class_store.cache_clear()
    found = classroom.class_store()
    assert found is not None
    yield found
    found.close()
    classroom.class_store.cache_clear()


def opened(root, language="en", **parameters) -> AppTest:
    app = AppTest.from_file(str(root / "pages" / "lesson.py"), default_timeout=60)
    for name, value in {"lang": language, **parameters}.items():
        app.query_params[name] = value
    app.session_state[_MEMORY] = _Memory(Progress(learner="one"), "")  # as the browser tells it
    app.run()
    assert not app.exception
    return app


def answer(app: AppTest, written: str, language="en") -> None:
    app.text_input(key=f"answer:{FIRST.name}:{ASKED}:{language}").set_value(written)
    next(one for one in app.button if one.label == text(language, "lessons.ask.check")).click().run()
    assert not app.exception


def said(app: AppTest) -> str:
    return " ".join(one.value for one in [*app.markdown, *app.warning, *app.title])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_class_says_who_sees_what_and_a_name_may_be_none(root, store, language):
    app = opened(root, language)
    assert text(language, "class.notice") in said(app) and text(language, "lessons.lead") not in said(app)
    assert [learner.name for learner in store.learners()] == [""]
    app.text_input(key="class:name").set_value("민지").run()
    assert store.name("one") == "민지"


def test_without_a_class_nothing_is_said_of_one(root):
    assert classroom.class_store() is None
    app = opened(root)
    assert text("en", "class.notice") not in said(app) and text("en", "lessons.lead") in said(app)


def test_every_answer_is_noted_with_its_misconception(root, store):
    app = opened(root, lesson=FIRST.name, part="compute")
    answer(app, "6.25")
    (learner,) = store.learners()
    assert learner.progress.lessons[FIRST.name].checkpoints[ASKED] == Answered(tries=1, wrong=["half-forgotten"])
    assert (learner.lesson, learner.part) == (FIRST.name, "compute")
    answer(app, "3.125")
    (learner,) = store.learners()
    assert learner.progress.lessons[FIRST.name].checkpoints[ASKED].done == "right"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_store_refuses_is_said_and_added_later(root, store, monkeypatch, language):
    app = opened(root, language, lesson=FIRST.name, part="compute")

    def refuse(*_args, **_more):
        raise InputError("class:full")

    with monkeypatch.context() as broken:
        broken.setattr(type(store), "answer", refuse)
        broken.setattr(type(store), "save", refuse)
        answer(app, "6.25", language)
        assert text(language, "errors_class.full") in said(app)
    assert store.learners()[0].progress.lessons == {}
    app.run()
    (learner,) = store.learners()
    assert learner.progress.lessons[FIRST.name].checkpoints[ASKED] == Answered(tries=1, wrong=["half-forgotten"])
    assert text(language, "errors_class.full") not in said(app.run())


def teachers():
    from simulator.ui.lessons.teacher import teacher_page

    teacher_page()


def teacher(key: str, language: str = "en") -> AppTest:
    app = AppTest.from_function(teachers)
    app.query_params["key"], app.query_params["lang"] = key, language
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_teacher_sees_who_is_where_and_what_the_class_misunderstands(store, language):
    for learner, name in (("one", "[민지](https://evil.example)"), ("two", "")):
        store.answer(learner, FIRST.name, ASKED, right=False, wrong="half-forgotten")
        store.rename(learner, name)
        store.save(learner, Progress(), (FIRST.name, "compute"))
    app = teacher(store.key(), language)
    stumbles, where = (table.value for table in app.table)
    title = FIRST.questions(language)[ASKED].hints["half-forgotten"].title
    assert title in stumbles.iloc[0, 0] and stumbles.iloc[0, 1] == text(language, "class.of", learners=2, asked=2)
    assert set(where.iloc[:, 0]) == {plain("[민지](https://evil.example)"), text(language, "class.no_name")}
    assert set(where.iloc[:, 1]) == {FIRST.words[language].title}
    next(one for one in app.button if one.label == text(language, "class.forget_sure")).click().run()
    assert store.learners() == []


@pytest.mark.parametrize("key", ["", "wrong", "키"])
def test_without_the_key_there_is_no_such_page(store, key):
    store.answer("one", FIRST.name, ASKED, right=True, wrong="")
    app = teacher(key)
    assert app.title[0].value == text("en", "frame.unknown.title") and not app.table


def test_a_table_program_runs_no_formula_of_a_learner(store):
    from simulator.ui.lessons.teacher import COLUMNS, csv_of

    store.answer("one", FIRST.name, ASKED, right=False, wrong="sign")
    store.rename("one", '=HYPERLINK("https://evil.example")')
    header, row = csv.reader(io.StringIO(csv_of(store.learners()).decode("utf-8-sig")))
    assert tuple(header) == COLUMNS and row[0].startswith("'=") and row[1:] == [FIRST.name, ASKED, "", "1", "sign"]


def test_who_starts_the_program_reads_the_key(store, caplog):
    with caplog.at_level("INFO", "simulator"):
        classroom.announce_class()
    assert f"/class?key={store.key()}" in caplog.text


@pytest.mark.parametrize("address", ["mongo://x", "sqlite:////proc/no/class.sqlite"])
def test_a_database_that_cannot_be_opened_ends_the_start_with_a_sentence(monkeypatch, address):
    monkeypatch.setenv(classroom.CLASS, address)
    classroom.class_store.cache_clear()
    with pytest.raises(ValueError, match=classroom.CLASS):
        check_environment()
    classroom.class_store.cache_clear()
