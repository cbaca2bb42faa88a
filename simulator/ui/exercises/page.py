"""The page of exercises: topics beside a problem to practise with, or beside sheets to print."""

import streamlit as st

from simulator.texts import text
from simulator.ui.exercises.choosing import draw_topics, draw_views, opened
from simulator.ui.exercises.practice import draw_practice, draw_practised
from simulator.ui.exercises.printing import draw_printing
from simulator.ui.frame.language import language
from simulator.ui.lessons.keeping import draw_keeper, draw_progress

WIDTHS = (0.34, 0.66)
_STYLE = """<style>
[class*="st-key-question_"] { max-width: 48rem; }
/* On a phone the problem comes before the topics. */
@media (max-width: 640px) {
  [data-testid="stHorizontalBlock"]:has([class*="st-key-question_"]) { flex-direction: column-reverse; }
}
</style>"""


def exercises_page() -> None:
    """Draw what the link names, or what the reader has opened."""
    spoken = language()
    st.html(_STYLE)
    st.title(text(spoken, "frame.pages.exercises.title"), anchor=False)
    st.write(text(spoken, "exercises.lead"))
    shown = opened(spoken)
    topics, work = st.columns(WIDTHS, gap="medium")
    with topics:
        draw_topics(shown, spoken)
    with work:
        draw_views(shown, spoken)
        if shown.view == "sheet":
            draw_printing(shown, spoken)
        else:
            draw_practice(shown, spoken)
            draw_practised(spoken)
            draw_progress(spoken)
    draw_keeper(page="exercises")
