"""Sheets to download: how many problems, for which students, in which language."""

import streamlit as st

from simulator.course.exercises.sheet import LARGEST_SHEET, MOST_PROBLEMS, check_sheets, sheets
from simulator.errors import InputError
from simulator.texts import LANGUAGES, text
from simulator.ui.exercises.choosing import Open
from simulator.ui.frame.language import LANGUAGE_NAMES


def draw_printing(shown: Open, language: str) -> None:
    """Offer sheets of the topics that the reader wants, and their key; both are made when they are asked for."""
    with st.container(border=True, key="question_sheet"):
        st.subheader(text(language, "exercises.print.title"), anchor=False)
        st.write(text(language, "exercises.print.lead"))
        with st.container(horizontal=True):
            count = _number(text(language, "exercises.print.problems"), MOST_PROBLEMS, 5, "problems")
            students = _number(text(language, "exercises.print.sheets"), LARGEST_SHEET, 1, "sheets")
            first = _number(text(language, "exercises.print.first"), LARGEST_SHEET, 1, "first")
        spoken = st.radio(
            text(language, "exercises.print.language"),
            LANGUAGES,
            index=LANGUAGES.index(language),
            format_func=lambda code: LANGUAGE_NAMES[code],
            horizontal=True,
        )
        seeds = range(first, min(first + students, LARGEST_SHEET + 1))
        try:
            check_sheets(len(seeds), count)
        except InputError as error:
            st.warning(error.in_language(language))
            return
        st.caption(_summary(shown, count, seeds, language))
        with st.container(horizontal=True):
            for name, label in (("sheet", "exercises.print.get_sheet"), ("key", "exercises.print.get_key")):
                st.download_button(
                    text(language, label),
                    lambda name=name: getattr(sheets(shown.topics, count, seeds, spoken), name),
                    file_name=f"{name}-{seeds[0]}-{seeds[-1]}-{spoken}.html",
                    mime="text/html",
                    icon=":material/download:",
                    type="primary" if name == "sheet" else "secondary",
                    on_click="ignore",
                )


def _number(label: str, most: int, default: int, name: str) -> int:
    return int(st.number_input(label, 1, most, default, key=f"exercises:print:{name}", width=160))


def _summary(shown: Open, count: int, seeds: range, language: str) -> str:
    details = {"topics": len(shown.topics), "problems": count, "first": seeds[0], "last": seeds[-1]}
    if len(seeds) == 1:
        return text(language, "exercises.print.one", **details)
    return text(language, "exercises.print.many", sheets=len(seeds), **details)
