"""The stage: one panel fills the window, for a lecture hall."""

from functools import cache
from typing import Any
from urllib.parse import quote

import streamlit as st

from simulator.errors import InputError
from simulator.scenes.kinds import Choice
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Scene
from simulator.scenes.written import shortened
from simulator.texts import Phrase, text
from simulator.ui.components.assets import read_assets
from simulator.ui.components.mounts import draw_question
from simulator.ui.components.stage.component import bar, follower, opener
from simulator.ui.controls.fixed import lock_words
from simulator.ui.controls.session import Controls
from simulator.ui.frame.theme import Display, draw_dark_switch, stage_display, style_sheet
from simulator.ui.place import Place, panel_key
from simulator.ui.plain import plain
from simulator.ui.share.dialog import draw_share
from simulator.ui.show import draw_pictures, draw_player, drawn_panel
from simulator.ui.views import (
    Views,
    draw_view_controls,
    open_with,
    staged_panels,
    turn_to_view,
    view_controls,
    view_of,
)

HALL = "size"
"""Parameter of older links: ``size=hall`` asks for the first panel of the page on the stage."""
_LAST = "stage:last"
_POINTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 24 24">'
    '<path d="M2 1.5v18.5l5-4.6 3.3 7.3 3.5-1.6-3.2-7.1 6.9-.4z" fill="#111" stroke="#fff" stroke-width="1.6"/></svg>'
)
_POINTER_SIZES = (48, 72, 120)


def panel_on_stage(scene: Scene[Any], views: Views, controls: Controls[Any]) -> str:
    """Return the panel that the link, or the reader, wants to see on the stage; empty for none."""
    if controls.lock.panel:
        return controls.lock.panel
    panels = staged_panels(scene, views)
    if st.query_params.get(HALL) == "hall":
        del st.query_params[HALL]
        if not controls.page("stage"):
            controls.turn(stage=first_panel(scene, panels, controls))
    asked = controls.page("stage")
    if asked and asked not in panels:
        controls.turn(stage="")
        label, rule = Phrase("frame.stage.name"), Choice(panels).rule()
        used = text(controls.language, "frame.stage.page")
        controls.mend(InputError("scene:replaced", label=label, value=shortened(asked), used=used, rule=rule))
        return ""
    return asked


def first_panel(scene: Scene[Any], panels: tuple[str, ...], controls: Controls[Any]) -> str:
    """Return the first panel that these settings have."""
    return next((panel for panel in panels if scene.view(panel).exists(controls.settings)), "")


def draw_way_to_stage(scene: Scene[Any], views: Views, view: str, controls: Controls[Any]) -> None:
    """Offer the stage on a page: the key f, the buttons of the pictures, and a switch in the sidebar.

    Args:
      scene: of the page.
      views: of the page.
      view: that is open.
      controls: of the page.
    """

    def enter(panel: str) -> None:
        controls.turn(stage=panel)

    panels = staged_panels(scene, {view: views[view]})
    places = {panel_key(panel): panel for panel in panels if scene.view(panel).exists(controls.settings)}
    last = st.session_state.pop(_LAST, "")
    opener(places, last=last, key=f"{scene.name}_stage_opener", go=enter)
    first = first_panel(scene, staged_panels(scene, views), controls)
    label, tip = text(controls.language, "frame.hall"), text(controls.language, "frame.stage.open")
    st.sidebar.button(label, key="frame.hall", help=tip, icon=":material/slideshow:", on_click=enter, args=(first,))


def stage_page(scene: Scene[Any], views: Views, panel: str, controls: Controls[Any]) -> None:
    """Draw the panel that is on the stage.

    Args:
      scene: whose panels they are.
      views: of the page: after one panel comes the next.
      panel: that is on the stage.
      controls: of the page; they stand in the drawer.
    """
    shown = stage_display()
    shown_here = (panel,) if controls.lock.panel else staged_panels(scene, views)
    there = tuple(name for name in shown_here if scene.view(name).exists(controls.settings))

    def go(wanted: str) -> None:
        if wanted:
            open_with(scene, (wanted,), controls)
        else:
            turn_to_view(views, view_of(views, panel), controls)
            st.session_state[_LAST] = panel
        controls.turn(stage=wanted)

    key = f"{scene.name}_{panel}_stage"
    with st.container(key="stage"):
        st.html(f"<style>{stage_style(shown)}</style>")
        head = st.container(key="stage_head", horizontal=True)
        asked, body = st.container(key="stage_question"), st.container(key="stage_body")
        with st.container(key="stage_work"):
            drawn = drawn_panel(scene, panel, controls.settings, shown.language)
            if panel not in there:
                st.info(text(shown.language, "frame.stage.gone"))
        with head:
            st.title(plain(drawn.question) if drawn is not None else "\u2003", anchor=False)
            stepped, alone = _stepped(drawn), bool(controls.lock.panel)
            bar(there, panel, key="stage_bar", language=shown.language, stepped=stepped, alone=alone, go=go)
        if drawn is not None:
            with asked:
                for picture in drawn.pictures:
                    draw_question(picture, Place(key, shown, controls, fill=True))
            with body:
                _draw_body(drawn, panel, key, shown, controls)
            if drawn.steps is not None:
                with st.container(key="stage_player"):
                    draw_player(drawn, key, shown.language, controls, linked=True)
        with st.container(key="stage_drawer"):
            _draw_drawer(scene, panel, controls)
            if drawn is not None:
                draw_share(controls, {panel: drawn.question}, in_sidebar=False)


def _stepped(drawn: Panel | None) -> bool:
    return drawn is not None and drawn.steps is not None


def _draw_body(drawn: Panel, panel: str, key: str, display: Display, controls: Controls[Any]) -> None:
    with st.container(key="stage_pictures"):
        draw_pictures(drawn.pictures, key, display, controls=controls, panel=drawn, name=panel, fill=True)
    with st.container(key="stage_words"):
        follower(key="stage_follower")
        if controls.lock.panel:  # the drawer, where it stands too, is closed at first
            shown = view_controls(controls.scene, (panel,), controls.settings)
            st.markdown(f":material/lock: {plain(lock_words(controls, shown.names))}")
        if not controls.lock.hides_answers:
            for sentence in drawn.sentences:
                st.markdown(plain(sentence.removeprefix("+ ")))


def _draw_drawer(scene: Scene[Any], panel: str, controls: Controls[Any]) -> None:
    with st.container():
        controls.warnings()
    draw_view_controls(scene, (panel,), controls)
    draw_dark_switch()


@cache
def stage_style(shown: Display) -> str:
    """Return the CSS of the stage in one appearance."""
    layout = read_assets("stage/layout.css")
    for size in _POINTER_SIZES:
        drawn = quote(_POINTER.format(size=size))
        layout = layout.replace(f"CURSOR_{size}", f'url("data:image/svg+xml,{drawn}") {size // 12} {size // 16}, auto')
    return f"{style_sheet(shown)}\n{layout}"
