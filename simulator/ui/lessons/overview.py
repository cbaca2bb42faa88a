"""The map of the course on the start page: what is done, what comes next, and a way into every lesson."""

import streamlit as st

from simulator.course.loader import Lesson, course
from simulator.texts import text
from simulator.ui.frame.page import page_link
from simulator.ui.lessons.keeping import draw_keeper, progress
from simulator.ui.lessons.page import is_finished, num_done

_DONE, _NEXT, _BEGUN, _OPEN = (f":material/{name}:" for name in ("check_circle", "play_circle", "pending", "circle"))
_STYLE = """<style>
.st-key-course_map [data-testid="stPageLink"] a { border: 1px solid rgb(128 128 128 / 35%); border-radius: 0.5rem; }
</style>"""


def draw_course_map(spoken: str) -> None:
    """Draw every lesson in order as a link, with what this learner has done of it; nothing where there is none."""
    lessons = course()
    if not lessons:
        return
    st.header(text(spoken, "home.course.title"), anchor=False)
    following = next((one for one in lessons if not is_finished(one)), None)
    st.write(_said(lessons, following, spoken))
    st.html(_STYLE)
    with st.container(horizontal=True, gap="small", key="course_map"):
        for number, lesson in enumerate(lessons, start=1):
            title = f"{number}. {lesson.words[spoken].title}"
            icon = _NEXT if lesson is following else _icon(lesson)
            page_link("lesson", f"**{title}**" if lesson is following else title, icon=icon, lesson=lesson.name)
        _draw_practice(spoken)
    draw_keeper(page="home")


def _draw_practice(spoken: str) -> None:
    """Draw a way to the exercises, with how many of them this learner has solved."""
    counts = progress().count_practice()
    label = text(spoken, "frame.pages.exercises.title")
    said = text(spoken, "exercises.practised.solved", solved=counts.solved, first=counts.first)
    page_link("exercises", f"{label}: {said}" if counts.solved else label)


def _icon(lesson: Lesson) -> str:
    return _DONE if is_finished(lesson) else _BEGUN if num_done(lesson) else _OPEN


def _said(lessons: tuple[Lesson, ...], following: Lesson | None, spoken: str) -> str:
    if following is None:
        return text(spoken, "home.course.finished", total=len(lessons))
    done, any_begun = sum(map(is_finished, lessons)), any(map(num_done, lessons))
    number = lessons.index(following) + 1
    return text(
        spoken, f"home.course.{'begun' if any_begun else 'start'}", done=done, total=len(lessons), number=number
    )
