"""What stands around every page: navigation, language, appearance, and the page itself."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import streamlit as st

from simulator.texts import text
from simulator.ui.frame.document import set_document_language
from simulator.ui.frame.failures import show_unknown_page
from simulator.ui.frame.language import draw_language_switch
from simulator.ui.frame.pages import PAGES, PageEntry, family_of
from simulator.ui.frame.shell import base_path
from simulator.ui.frame.theme import Display, apply_theme, display, draw_contrast_switch
from simulator.ui.lessons.classroom import TEACHER_PAGE, class_store
from simulator.ui.lessons.teacher import teacher_page
from simulator.ui.work import only_this_page

FAVICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6"
fill="#fff"/><path d="M5 11h19m-5-5 5 5-5 5" fill="none" stroke="#0072b2" stroke-width="3.5"/><path d="M27 22H8m5-5-5
5 5 5" fill="none" stroke="#d55e00" stroke-width="3.5"/></svg>"""
"""Forward in blue, back in vermillion."""


def run_frame(entries: Iterable[PageEntry] = PAGES) -> None:
    """Draw the frame and run the page that the address names.

    Args:
      entries: the pages, in the order of the navigation.
    """
    shown = display()
    st.set_page_config(
        page_icon=FAVICON,  # without one, the browser would fetch the page's symbol from outside
        layout="wide",
        menu_items={"Get help": None, "Report a bug": None, "About": text(shown.language, "frame.about")},
    )
    apply_theme(shown)
    page = st.navigation(_sections(tuple(entries), shown), expanded=True)
    with st.sidebar:
        draw_language_switch()
        draw_contrast_switch()
        set_document_language(shown.language)
    with only_this_page():
        page.run()


def page_link(name: str, label: str | None = None, *, icon: str = "", **parameters: str) -> None:
    """Draw a link to a page of the table, in the reader's language; ``parameters`` are those of its address."""
    shown = display()
    entry = next(page for page in PAGES if page.name == name)
    asked = {"lang": shown.language, **parameters} if parameters else None
    words = label or text(shown.language, f"frame.pages.{name}.title")
    st.page_link(entry.file, label=words, icon=icon or entry.icon, query_params=asked)


def draw_title(title: str, name: str) -> None:
    """Draw the title of a page, and beside it the way to the pages that stand beside it."""
    family = family_of(name)
    if not family:
        st.title(title)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="family"):
        st.title(title, width="stretch")
        for entry in family:
            page_link(entry.name)


def _sections(entries: tuple[PageEntry, ...], shown: Display) -> dict[str, list[st.Page]]:
    sections: dict[str, list[st.Page]] = {}
    for entry in entries:
        heading = text(shown.language, f"frame.sections.{entry.section}") if entry.section else ""
        sections.setdefault(heading, []).append(_page(entry, shown))
    asked = _asked_page()
    if asked == TEACHER_PAGE and class_store() is not None:
        title = text(shown.language, "class.title")
        page = st.Page(teacher_page, title=title, icon=":material/groups:", url_path=TEACHER_PAGE, visibility="hidden")
        sections.setdefault("", []).append(page)
    elif asked and asked not in {entry.name for entry in entries}:
        title = text(shown.language, "frame.unknown.title")
        unknown = st.Page(
            show_unknown_page, title=title, icon=":material/explore_off:", url_path=asked, visibility="hidden"
        )
        sections.setdefault("", []).append(unknown)
    return sections


def _page(entry: PageEntry, shown: Display) -> st.Page:
    return st.Page(
        entry.file,
        title=text(shown.language, f"frame.pages.{entry.name}.title"),
        icon=entry.icon,
        url_path=entry.name,
        default=entry.url == "",
        visibility="hidden" if entry.within else "visible",
        help=text(shown.language, f"frame.pages.{entry.name}.summary"),
    )


def _asked_page() -> str:
    path = urlsplit(st.context.url or "").path.removeprefix(base_path())
    return path.strip("/").split("/")[0]
