"""Choices that live in the link, so that a copied address opens what the reader sees.

The words in the link are codes (``lang=ko``), never labels: a link made in one language opens in the other. That is
why these choices are not Streamlit's bound widgets, which write the label. ``linked_choice`` keeps one choice of the
frame; ``arrived_with`` and ``publish`` keep all controls of a page.
"""

from collections.abc import Collection, Iterable, Mapping

import streamlit as st

_HISTORY = 32
"""Links of a page that are remembered as its own."""


def linked_choice(name: str, choices: Collection[str], default: str, *, always: bool = False) -> str:
    """Return the choice of this session: at its start the one that the link names, or else the default.

    Later on the session decides, not the link: a rerun that was on its way when the reader chose carries the old link.

    Args:
      name: of the query parameter.
      choices: the codes that are allowed; anything else in the link is ignored.
      default: when neither session nor link say anything.
      always: keep the choice in the link even where it is the default (it may differ for the next reader).

    Returns:
      One of ``choices``. The link names it afterwards: moving to another page loses nothing.
    """
    asked, remembered = st.query_params.get(name), st.session_state.get(_memory(name))
    value = next((str(choice) for choice in (remembered, asked) if choice in choices), default)
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


def arrived_with(page: str, names: Iterable[str]) -> dict[str, str] | None:
    """Return this page's parameters where the reader has just arrived with them, else ``None``.

    A rerun that was on its way when the page last wrote its link still carries an older link of our own; those are
    remembered, so that it does not undo what the reader did in between.
    """
    current = {name: st.query_params[name] for name in names if name in st.query_params}
    seen = st.session_state.get(_history(page))
    if seen is None:
        return current
    return current if current and current not in seen else None


def publish(page: str, names: Iterable[str], values: Mapping[str, str]) -> None:
    """Write this page's parameters into the link; parameters of others stay."""
    for name in names:
        if name not in values:
            st.query_params.pop(name, None)
        elif st.query_params.get_all(name) != [values[name]]:
            st.query_params[name] = values[name]
    seen = st.session_state.setdefault(_history(page), [])
    if dict(values) not in seen:
        seen.append(dict(values))
        del seen[:-_HISTORY]


def _history(page: str) -> str:
    return f"link:history:{page}"
