"""The dialog "Share this view": a link to what is shown, a QR code for the hall, and a teacher's lock to go with it."""

import html
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from simulator.scenes.lock import Lock, closed, lockable
from simulator.texts import text
from simulator.ui.components.share.component import link_and_code, told_view
from simulator.ui.controls.bound import label
from simulator.ui.controls.session import Controls
from simulator.ui.share.address import code_image, shared_address
from simulator.ui.views import view_controls

_KEY = "share"
_LINK = f"{_KEY}:link"


def draw_share(controls: Controls[Any], panels: Mapping[str, str], *, in_sidebar: bool = True) -> None:
    """Offer the dialog, except to those for whom a teacher has locked the page.

    Args:
      controls: of the page.
      panels: the question of each panel that is shown.
      in_sidebar: whether the button stands in the sidebar, or here.
    """
    if controls.lock:
        return
    _offer(controls.language, _draw_dialog, controls, dict(panels), in_sidebar=in_sidebar)


def share_page(language: str, parameters: Mapping[str, str]) -> None:
    """Offer the dialog on a page without controls: a link and its code."""
    _offer(language, _draw_link, language, shared_address({"lang": language, **parameters}))


def _offer(language: str, draw: Callable[..., None], *arguments: Any, in_sidebar: bool = True) -> None:
    """Draw the button; when it is pressed, the dialog with what ``draw`` draws."""
    title, icon = text(language, "share.open"), ":material/share:"
    place = st.sidebar if in_sidebar else st
    if place.button(title, key="frame.share", help=text(language, "share.tip"), icon=icon):
        st.dialog(title, width="large", icon=icon)(draw)(*arguments)


def _draw_dialog(controls: Controls[Any], panels: Mapping[str, str]) -> None:
    language, (left, right) = controls.language, st.columns([0.6, 0.4], gap="large")
    with left:
        lock = closed(_draw_lock(controls, panels), controls.settings)
    own = {control.link for control in controls.scene.settings.controls().values()}
    of_browser = {name: value for name, value in told_view(_LINK).items() if name not in own}
    parameters = {"lang": language, **controls.parameters(lock), **of_browser}
    address = shared_address(parameters)
    with right:
        _draw_link(language, address)
    if lock.panel:
        st.caption(text(language, "share.frame"))
        frame = (
            f'<iframe src="{html.escape(address)}" title="{html.escape(panels[lock.panel])}" width="100%" height="600">'
        )
        st.code(f"{frame}</iframe>", language=None, wrap_lines=True)


def _draw_link(language: str, address: str) -> None:
    code = code_image(address)
    link_and_code(address, code, language=language, key=_LINK, shown=told_view(_LINK))
    if not code:
        st.warning(text(language, "share.too_long"))


def _draw_lock(controls: Controls[Any], panels: Mapping[str, str]) -> Lock:
    """Draw what can be settled, and return it; a control is free, fixed or hidden."""
    language, scene = controls.language, controls.scene
    st.subheader(text(language, "share.lock"), anchor=False)
    st.caption(text(language, "share.lock_words"))
    only = st.selectbox(
        text(language, "share.only"),
        ["", *(panel for panel in panels if scene.view(panel).stage)],
        format_func=lambda panel: panels.get(panel) or text(language, "share.whole"),
        key=f"{_KEY}:only:{language}",
    )
    shown = view_controls(scene, (only,) if only else tuple(panels), controls.settings)
    names = lockable(scene, shown.names)
    fixed = _draw_choice(controls, "fix", "hide", names)
    hidden = _draw_choice(controls, "hide", "fix", names)
    told = not st.toggle(text(language, "share.answers"), key=f"{_KEY}:answers", help=text(language, "share.held"))
    asking = () if told else scene.asking
    return Lock(fixed=fixed, hidden=hidden, asking=asking, hides_answers=not told, panel=only)


def _draw_choice(controls: Controls[Any], name: str, other: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Draw the controls of which some are chosen; one that is chosen here is no longer chosen there."""
    key, there = f"{_KEY}:{name}:{controls.language}", f"{_KEY}:{other}:{controls.language}"

    def chosen() -> None:
        now = st.session_state.get(key, [])
        st.session_state[there] = [one for one in st.session_state.get(there, []) if one not in now]

    st.pills(
        text(controls.language, f"share.{name}"),
        names,
        selection_mode="multi",
        format_func=lambda one: label(controls, one),
        key=key,
        on_change=chosen,
        wrap=True,
    )
    return tuple(one for one in names if one in st.session_state.get(key, []))
