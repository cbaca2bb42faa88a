"""Choices that live in the link, so that a copied address opens what the reader sees.

The words in the link are codes (``lang=ko``), never labels: a link made in one language opens in the other. That is
why these choices are not Streamlit's bound widgets, which write the label.
"""

from collections.abc import Collection

import streamlit as st


def linked_choice(name: str, choices: Collection[str], default: str, *, always: bool = False) -> str:
    """Return the choice that the link names, or else the one of this session, or else the default.

    Args:
      name: of the query parameter.
      choices: the codes that are allowed; anything else in the link is ignored.
      default: when neither link nor session say anything.
      always: keep the choice in the link even where it is the default (it may differ for the next reader).

    Returns:
      One of ``choices``. The link names it afterwards: moving to another page loses nothing.
    """
    asked, remembered = st.query_params.get(name), st.session_state.get(_memory(name))
    value = next((choice for choice in (asked, remembered) if choice in choices), default)
    _remember(name, value, in_link=always or value != default)
    return value


def choose(name: str, value: str, default: str, *, always: bool = False) -> None:
    """Change a linked choice, from the callback of the widget that offers it."""
    _remember(name, value, in_link=always or value != default)


def _memory(name: str) -> str:
    return f"link:{name}"


def _remember(name: str, value: str, in_link: bool) -> None:
    st.session_state[_memory(name)] = value
    if not in_link:
        st.query_params.pop(name, None)
    elif st.query_params.get_all(name) != [value]:
        st.query_params[name] = value
