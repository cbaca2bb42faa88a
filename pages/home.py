"""First page: the gradient of two networks at first sight, three doors, the map of the course, every page."""

import html

import streamlit as st

from simulator.scenes.registry import scene_named
from simulator.texts import has_text, text
from simulator.ui.frame.page import page_link
from simulator.ui.frame.pages import PAGES
from simulator.ui.frame.sketches import sketch
from simulator.ui.frame.theme import display
from simulator.ui.lessons.overview import draw_course_map
from simulator.ui.show import show

LINES = (("forward", "sim-forward"), ("gradient", "sim-gradient"), ("negative", "sim-gradient sim-negative"))
COURSE = "course"
"""Section of the pages of lessons: without one there is no door to learn."""
WIDTHS = (0.74, 0.26)
CARD_WIDTH = 300  # pixels
NOTEBOOK = """import simulator as sim

sim.scene("gradient_decay", depth=50).panel("networks").data"""

shown = display()
lang = shown.language


LESSONS = [page for page in PAGES if page.section == COURSE]


def draw_doors() -> None:
    """Offer what a reader can do here: learn, explore, teach."""
    if LESSONS:
        with st.container(border=True):
            _draw_door("learn")
            for page in LESSONS:
                page_link(page.name)
    for name, way in (("explore", "choose"), ("teach", "how")):
        with st.container(border=True):
            _draw_door(name)
            st.markdown(f"[{text(lang, f'home.doors.{way}')}](#{name})")


def _draw_door(name: str) -> None:
    st.subheader(text(lang, f"home.doors.{name}"), anchor=False)
    st.write(text(lang, f"home.doors.{name}_words"))


def draw_pages() -> None:
    """Show every page as a small picture with its question."""
    st.header(text(lang, "home.doors.explore"), anchor="explore")
    with st.container(horizontal=True):
        for page in PAGES[1:]:
            if page not in LESSONS:
                with st.container(border=True, width=CARD_WIDTH):
                    title = text(lang, f"frame.pages.{page.name}.title")
                    st.image(sketch(page.name, shown.theme), width="stretch", alt=title)
                    page_link(page.name, f"**{title}**")
                    question = f"home.question.{page.name}"
                    summary = f"frame.pages.{page.name}.summary"
                    st.write(text(lang, question if has_text(lang, question) else summary))


def draw_teaching() -> None:
    """Say what a lecturer can do: the stage, links, notebooks."""
    st.header(text(lang, "home.doors.teach"), anchor="teach")
    for column, name in zip(st.columns(3, gap="medium"), ("stage", "link", "notebook"), strict=True):
        with column:
            st.subheader(text(lang, f"home.doors.{name}"), anchor=False)
            st.write(text(lang, f"home.doors.{name}_words"))
            if name == "stage":
                page_link("gradient_decay", text(lang, "home.doors.stage"), stage="networks")
            if name == "notebook":
                st.code(NOTEBOOK, language=None, wrap_lines=True)  # the colours of a language are too pale


def draw_colours() -> None:
    """Say what the colours mean."""
    st.header(text(lang, "home.colors.title"))
    for name, style in LINES:
        sentence = html.escape(text(lang, f"home.colors.{name}"))
        st.html(f'<span class="{style}" aria-hidden="true"></span> {sentence}')
    st.write(text(lang, "home.colors.size"))


with st.container(key="prose"):
    st.title(text(lang, "home.title"))
    st.write(text(lang, "home.what"))
heart, doors = st.columns(WIDTHS, gap="medium")
with doors:
    draw_doors()
draw_course_map(lang)
draw_pages()
draw_teaching()
draw_colours()
with heart:  # last: where nothing is compiled yet, everything else is there before it
    scene = scene_named("gradient_decay")
    show(scene, "networks", scene.settings(), place="home")
    page_link("gradient_decay", text(lang, "home.closer"))
