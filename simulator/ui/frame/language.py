"""Which language this reader reads."""

import streamlit as st

from simulator.texts import LANGUAGES, text
from simulator.ui.link import choose, linked_choice

LANGUAGE_NAMES = {"ko": "한국어", "en": "English"}
"""Each language by its own name: these words are the same in every catalogue."""


def language() -> str:
    """Return ``"ko"`` or ``"en"``: the link's ``lang``, else this session's, else the browser's, else English."""
    return linked_choice("lang", LANGUAGES, preferred_language(st.context.locale), always=True)


def preferred_language(locale: str | None) -> str:
    """Return the language for a browser's locale.

    >>> preferred_language("ko-KR"), preferred_language("de"), preferred_language(None)
    ('ko', 'en', 'en')
    """
    tag = (locale or "").split("-")[0].split("_")[0].lower()
    return tag if tag in LANGUAGES else "en"


def draw_language_switch() -> None:
    """Offer the other languages; page and controls stay as they are."""
    key = "frame.language"
    st.session_state[key] = language()
    st.segmented_control(
        text(language(), "frame.language"),
        LANGUAGES,
        format_func=lambda code: LANGUAGE_NAMES[code],
        key=key,
        required=True,
        on_change=lambda: choose("lang", st.session_state[key], "", always=True),
    )
