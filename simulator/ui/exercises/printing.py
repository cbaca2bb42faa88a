"""Sheets to download: how many problems, for which students, in which language."""

import streamlit as st

from simulator.course.exercises.sheet import LARGEST_SHEET, MOST_PROBLEMS, most_sheets, sheets
from simulator.texts import LANGUAGES, text
from simulator.ui.exercises.choosing import Open
from simulator.ui.frame.language import LANGUAGE_NAMES


def draw_printing(shown: Open, language: str) -> None:
    """Offer sheets of the topics that the reader wants, and their key; both are made when they are asked for."""
    with st.container(border=True, key="question_sheet"):
        st.subheader(text(language, "exercises.print.title"), anchor=False)
        st.write(text(language, "exercises.print.lead"))
        with st.container(horizontal=True):
            count = st.number_input(text(language, "exercises.print.problems"), 1, MOST_PROBLEMS, 5, width=160)
            most = most_sheets(count)
            students = st.number_input(text(language, "exercises.print.sheets"), 1, most, 1, width=160)
            first = st.number_input(text(language, "exercises.print.first"), 1, LARGEST_SHEET, 1, width=160)
        spoken = st.radio(
            text(language, "exercises.print.language"),
            LANGUAGES,
            index=LANGUAGES.index(language),
            format_func=lambda code: LANGUAGE_NAMES[code],
            horizontal=True,
        )
        seeds = range(int(first), min(int(first + students), LARGEST_SHEET + 1))
        st.caption(_summary(shown, int(count), seeds, language))
        with st.container(horizontal=True):
            for name, label in (("sheet", "exercises.print.get_sheet"), ("key", "exercises.print.get_key")):
                st.download_button(
                    text(language, label),
                    lambda name=name: getattr(sheets(shown.topics, int(count), seeds, spoken), name),
                    file_name=f"{name}-{seeds[0]}-{seeds[-1]}-{spoken}.html",
                    mime="text/html",
                    icon=":material/download:",
                    type="primary" if name == "sheet" else "secondary",
                    on_click="ignore",
                )


def _summary(shown: Open, count: int, seeds: range, language: str) -> str:
    details = {"topics": len(shown.topics), "problems": count, "first": seeds[0], "last": seeds[-1]}
    if len(seeds) == 1:
        return text(language, "exercises.print.one", **details)
    return text(language, "exercises.print.many", sheets=len(seeds), **details)
