"""The teacher's page behind its secret link: who is where, which misconceptions the class has, and all of it as CSV."""

import csv
import hmac
import io
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from simulator.course.loader import Lesson, course
from simulator.course.markdown import Question
from simulator.course.values import filled
from simulator.errors import InputError
from simulator.texts import text
from simulator.ui.frame.failures import show_unknown_page
from simulator.ui.frame.theme import display
from simulator.ui.lessons.classroom import class_store
from simulator.ui.plain import plain

if TYPE_CHECKING:
    from simulator.course.class_store import Learner, Stumble

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a table program begins a formula."""
COLUMNS = ("name", "lesson", "checkpoint", "outcome", "tries", "wrong")


def teacher_page() -> None:
    """Draw the page for who has the key; for everybody else there is no such page."""
    store, given = class_store(), st.query_params.get("key", "")
    language = display().language
    if store is None:
        show_unknown_page()
        return
    try:
        if not hmac.compare_digest(given.encode(), store.key().encode()):
            show_unknown_page()
            return
        learners = store.learners()
    except InputError as error:
        st.error(plain(error.in_language(language)))
        return
    _draw(learners, language)
    with st.popover(text(language, "class.forget")):
        st.button(text(language, "class.forget_sure"), on_click=store.forget)


def _draw(learners: "list[Learner]", language: str) -> None:
    from simulator.course.class_store import stumbles

    lessons = {lesson.name: lesson for lesson in course()}
    st.title(text(language, "class.title"))
    st.write(text(language, "class.count", count=len(learners)))
    if not learners:
        return
    st.header(text(language, "class.misconceptions"), anchor=False)
    found = stumbles(learners)
    if found:
        st.table(pd.DataFrame([_stumble(one, lessons, language) for one in found]), hide_index=True)
    else:
        st.write(text(language, "class.no_misconceptions"))
    st.header(text(language, "class.where"), anchor=False)
    st.table(pd.DataFrame([_row(one, lessons, language) for one in learners]), hide_index=True)
    st.download_button(
        text(language, "class.save"),
        csv_of(learners),
        file_name="backprop-class.csv",
        mime="text/csv",
        on_click="ignore",
    )


def _stumble(one: "Stumble", lessons: dict[str, Lesson], language: str) -> dict[str, str]:
    lesson = lessons.get(one.lesson)
    question = lesson.questions(language).get(one.checkpoint) if lesson is not None else None
    hint = question.hints.get(one.wrong) if question is not None else None
    words = (
        hint.title if hint is not None else plain(one.wrong),
        text(language, "class.of", learners=one.learners, asked=one.asked),
        _title(one.lesson, lessons, language),
        _prompt(lesson, question) if lesson is not None and question is not None else plain(one.checkpoint),
    )
    return _under(("misconception", "how_many", "lesson", "checkpoint"), words, language)


def _row(one: "Learner", lessons: dict[str, Lesson], language: str) -> dict[str, str]:
    answers = [answered for entry in one.progress.lessons.values() for answered in entry.checkpoints.values()]
    lesson = lessons.get(one.lesson)
    part = next((part.title for part in lesson.words[language].parts if part.name == one.part), "") if lesson else ""
    words = (
        plain(one.name) or text(language, "class.no_name"),
        _title(one.lesson, lessons, language),
        part,
        str(sum(answered.done == "right" for answered in answers)),
        str(sum(answered.tries for answered in answers)),
        f"{one.seen:%Y-%m-%d %H:%M} UTC",
    )
    return _under(("learner", "lesson", "part", "right", "tries", "seen"), words, language)


def _under(names: tuple[str, ...], words: tuple[str, ...], language: str) -> dict[str, str]:
    return {text(language, f"class.column.{name}"): word for name, word in zip(names, words, strict=True)}


def _title(name: str, lessons: dict[str, Lesson], language: str) -> str:
    return lessons[name].words[language].title if name in lessons else plain(name)


def _prompt(lesson: Lesson, question: Question) -> str:
    """Return a question in one line, as a cell of a table takes it."""
    return " ".join(filled(question.prompt, lesson.plan.values, lesson.plan.scenes).split()).replace("|", r"\|")


def csv_of(learners: "list[Learner]") -> bytes:
    """Return every answer of the class, one a line, as table programs read it; what would be a formula is text."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for learner in learners:
        for lesson, entry in sorted(learner.progress.lessons.items()):
            for checkpoint, answered in sorted(entry.checkpoints.items()):
                wrong = " ".join(answered.wrong)
                row = (learner.name, lesson, checkpoint, answered.done, answered.tries, wrong)
                writer.writerow([f"'{cell}" if str(cell).startswith(_FORMULA) else cell for cell in row])
    return file.getvalue().encode("utf-8-sig")
