"""What a reader sees when something fails: a sentence and a way back; what happened goes to the log."""

import html
import logging
import secrets
from urllib.parse import urlencode

import streamlit as st

from simulator.errors import InputError
from simulator.texts import text
from simulator.ui.frame.shell import base_path
from simulator.ui.frame.theme import display
from simulator.ui.plain import plain

_LOG = logging.getLogger("simulator")


def show_failure(error: Exception) -> bool:
    """Show a page's failure in the reader's language and log it under the number the reader sees.

    Streamlit calls this for pages, fragments and callbacks alike.

    Args:
      error: what escaped. An ``InputError`` speaks for itself.

    Returns:
      True: Streamlit need not show anything of its own.
    """
    shown = display()
    if isinstance(error, InputError):
        st.error(plain(error.in_language(shown.language)), icon=":material/warning:")
    else:
        number = secrets.token_hex(3)
        _LOG.error("Failure %s at %s", number, st.context.url, exc_info=error)
        st.error(text(shown.language, "frame.failure.sentence", number=number), icon=":material/warning:")
    ways_back(reset=True)
    return True


def show_unknown_page() -> None:
    """Say that an address leads nowhere; the script of every address that is not a page."""
    shown = display()
    st.title(text(shown.language, "frame.unknown.title"))
    st.write(text(shown.language, "frame.unknown.sentence"))
    ways_back(reset=False)


def ways_back(*, reset: bool) -> None:
    """Offer the first page and, on a page that failed, the same page with its controls as they were at first.

    These are plain links: they start a new session, whatever state the present one is in.
    """
    shown = display()
    kept = {"lang": shown.language}
    if shown.contrast != "normal":
        kept["contrast"] = shown.contrast
    query = html.escape(urlencode(kept))
    links = [(f"{base_path()}/?{query}", text(shown.language, "frame.failure.home"))]
    page = (st.context.url or "").rstrip("/").rpartition("/")[2].partition("?")[0]
    if reset:
        links.insert(0, (f"./{page}?{query}", text(shown.language, "frame.failure.reset")))
    st.html(" ".join(f'<a class="sim-way-back" href="{href}">{html.escape(label)}</a>' for href, label in links))
