"""One problem: asked, graded in Python, answered beside the question; its solution is sent only when it is due."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from simulator.course.exercises.exercise import EXACT, Exercise, Line
from simulator.course.exercises.registry import TOPICS, exercise, said, title
from simulator.course.grading import grade
from simulator.course.progress import TRIES, Answered, Practised, record
from simulator.course.reading import MAX_ANSWER_LENGTH
from simulator.texts import text
from simulator.ui.exercises.choosing import Open, new_problem
from simulator.ui.lessons.keeping import progress, show_verdict
from simulator.ui.plain import plain

_SAID, _BOX = "exercises:said", "question_exercise"


def draw_practice(shown: Open, language: str) -> None:
    """Draw the problem that is open, with its form or its outcome."""
    made = exercise(shown.topic, shown.seed)
    entry = _entry(made)
    with st.container(border=True, key=_BOX):
        st.subheader(title(made.topic, language), anchor=False)
        st.caption(text(language, "exercises.number", seed=made.seed))
        _draw_lines(made.given, language)
        st.markdown(f"**{made.question.text(language)}**")
        if entry.done:
            _draw_outcome(made, entry, language)
        else:
            _draw_form(made, language)
            _draw_verdict(made, entry, language)
    _draw_ways_on(language, done=bool(entry.done))


def _entry(made: Exercise) -> Answered:
    return progress().practised(made.topic, made.seed)


def _note(made: Exercise, entry: Answered) -> None:
    progress().note_practice(made.topic, made.seed, entry)


def _draw_lines(lines: Iterable[Line], language: str) -> None:
    written, is_calculation = "", False
    for line in lines:
        written += "  \n" if line.beside and is_calculation else "\n\n"  # lines of a calculation stand close together
        is_calculation = line.beside
        words = line.words.say(language)
        written += f"{words} ${line.formula}$" if line.beside else words
        if line.formula and not line.beside:
            written += "\n\n" + rf"$\displaystyle {line.formula}$"
    st.markdown(written)


def _draw_form(made: Exercise, language: str) -> None:
    key = f"exercises:answer:{made.topic}:{made.seed}"

    def checked() -> None:
        verdict = grade(made.question, st.session_state.get(key) or "")
        st.session_state[_SAID] = (made.topic, made.seed, verdict)
        show_verdict(_BOX)
        if verdict.code != "unreadable" and (made.question.kind != "choice" or st.session_state.get(key)):
            _note(made, record(_entry(made), verdict.correct, ""))

    with st.form(f"form_{made.topic}_{made.seed}", border=False):
        if made.question.kind == "choice":
            choices = list(made.question.choices)
            label = text(language, "lessons.ask.choice")
            st.radio(label, choices, index=None, key=key, format_func=lambda one: f"({one})", horizontal=True)
        else:
            names = {"number": "lessons.ask.number", "shape": "lessons.ask.shape"}
            asked = "exercises.exact" if made.question.tolerance == EXACT else names[made.question.kind]
            st.text_input(text(language, asked), key=key, max_chars=MAX_ANSWER_LENGTH)
        with st.container(horizontal=True):
            st.form_submit_button(text(language, "lessons.ask.check"), type="primary", on_click=checked)
            st.form_submit_button(
                text(language, "exercises.show"), on_click=lambda: _note(made, Answered(done="shown"))
            )


def _draw_verdict(made: Exercise, entry: Answered, language: str) -> None:
    topic, seed, verdict = st.session_state.get(_SAID, ("", 0, None))
    if verdict is None or (topic, seed) != (made.topic, made.seed):
        return
    if verdict.code == "unreadable" or not entry.tries:
        words = verdict.text(language) if verdict.code == "unreadable" else text(language, "exercises.choose")
        st.warning(plain(words))
        return
    st.warning(said(made, verdict, language), icon=":material/lightbulb:")
    st.caption(text(language, "lessons.said.tries", tries=entry.tries, limit=TRIES))


def _draw_outcome(made: Exercise, entry: Answered, language: str) -> None:
    if entry.done == "right":
        st.success(text(language, "lessons.said.right"), icon=":material/check:")
    else:
        st.info(text(language, "lessons.said.shown"), icon=":material/menu_book:")
    with st.expander(text(language, "lessons.said.solution"), expanded=entry.done == "shown"):
        _draw_lines(made.solution, language)
        st.markdown(f"**{text(language, 'exercises.sheet.answer')}**: ${made.key}$")


def _draw_ways_on(language: str, *, done: bool) -> None:
    counts = progress().count_practice()
    finished = counts.solved + counts.shown
    with st.container(horizontal=True, vertical_alignment="center"):
        kind = "primary" if done else "secondary"
        st.button(text(language, "exercises.new"), type=kind, icon=":material/casino:", on_click=new_problem)
        if finished:
            st.caption(text(language, "exercises.score", right=counts.solved, total=finished), width="content")


def draw_practised(language: str) -> None:
    """Say how many problems of each topic were solved, and with how much help."""
    counts = {topic: progress().count_practice(topic) for topic in TOPICS}
    rows = [(title(topic, language), *found) for topic, found in counts.items() if any(found)]
    if not rows:
        return
    names = ("topic", *Practised._fields)
    with st.expander(text(language, "exercises.practised.title")):
        table = pd.DataFrame(rows, columns=[text(language, f"exercises.practised.{name}") for name in names])
        st.table(table, hide_index=True)
        st.caption(text(language, "exercises.practised.kept"))
