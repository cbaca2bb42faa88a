"""A page: panels of one scene laid out in views, with their controls beside them; the same frame for every scene."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from simulator.errors import InputError
from simulator.scenes.kinds import Choice
from simulator.scenes.registry import scene_named
from simulator.scenes.scene import Scene
from simulator.scenes.written import shortened
from simulator.texts import Phrase, has_text, text
from simulator.ui.controls.session import Controls
from simulator.ui.frame.page import draw_title
from simulator.ui.frame.theme import display
from simulator.ui.share.dialog import draw_share
from simulator.ui.show import draw_panel, draw_player, drawn_panel
from simulator.ui.stage import draw_way_to_stage, panel_on_stage, stage_page
from simulator.ui.views import Row, Views, draw_view_controls, open_with, panels_of, turn_to_view, view_of
from simulator.ui.work import numbers_of

Extra = Callable[[Controls[Any], str], None]
"""Draws what belongs to one page alone, from its controls and the name of the open view."""
WIDTHS = (0.24, 0.76)


def scene_page(name: str, views: Views, *, beside: Extra | None = None, below: Extra | None = None) -> None:
    """Draw the page of a scene: its question, views as tabs, controls on the left, panels on the right.

    Args:
      name: of the scene.
      views: what is laid out; the first is open at first.
      beside: draws more under the controls.
      below: draws more under the panels.
    """
    shown = display()
    scene = scene_named(name)
    controls = Controls(scene, shown.language)
    view = _open_view(scene, views, controls)
    staged = panel_on_stage(scene, views, controls)
    if staged:
        stage_page(scene, views, staged, controls)
        controls.publish()
        return
    draw_title(text(shown.language, f"{scene.settings.texts}.title"), name)
    if len(views) > 1:
        _draw_tabs(scene, views, controls, view)
    left, right = st.columns(WIDTHS, gap="medium")
    with left:
        with st.container():  # a warning that comes or goes moves nothing below it
            _draw_lead(scene, view, shown.language)
            controls.warnings()
        panels = panels_of({view: views[view]})
        draw_view_controls(scene, panels, controls)
        if beside is not None:
            beside(controls, view)
    controls.publish()
    draw_way_to_stage(scene, views, view, controls)
    with right:
        questions = _draw_rows(scene, views[view], controls)
        if below is not None:
            below(controls, view)
    draw_share(controls, questions)


def _draw_lead(scene: Scene[Any], view: str, language: str) -> None:
    """Say what there is to do: in this view, where it has words of its own, or on the whole page."""
    texts = scene.settings.texts
    for entry in (f"{texts}.leads.{view}", f"{texts}.lead"):
        if has_text(language, entry):
            st.caption(text(language, entry))
            return


def _draw_rows(scene: Scene[Any], rows: tuple[Row, ...], controls: Controls[Any]) -> dict[str, str]:
    """Draw the panels that these settings have, and return the question of each."""
    settings, language = controls.settings, controls.language
    there = tuple(tuple(panel for panel in row if scene.views[panel].exists(settings)) for row in rows)
    panels = tuple(panel for row in there for panel in row)
    ready = numbers_of(scene, panels, settings, language)
    groups: set[str] = set()
    questions: dict[str, str] = {}
    for row in there:
        found = [(panel, drawn_panel(scene, panel, settings, language, ready=ready)) for panel in row]
        drawn = {panel: one for panel, one in found if one is not None}
        questions |= {panel: one.question for panel, one in drawn.items()}
        for one in drawn.values():
            if one.steps is not None and one.steps.group not in groups:
                groups.add(one.steps.group)
                draw_player(one, f"{scene.name}_{one.steps.group}", language, controls, linked=True, branches=True)
        columns = st.columns(len(drawn)) if len(drawn) > 1 else [st.container() for _ in drawn]
        for (panel, one), column in zip(drawn.items(), columns, strict=True):
            with column:
                draw_panel(scene, panel, one, display(), controls=controls)
    return questions


def _open_view(scene: Scene[Any], views: Views, controls: Controls[Any]) -> str:
    """Return the open view: a preset's, the link's, or the one that the reader opened; the first of all at first."""
    first = next(iter(views))
    wanted = controls.opened()
    if wanted is not None:
        turn_to_view(views, view_of(views, wanted), controls)
    asked = controls.page("view") or first
    if asked not in views:
        controls.turn(view="")
        controls.mend(_no_such(asked, first, views))
        return first
    return asked


def _no_such(asked: str, used: str, views: Views) -> InputError:
    rule = Choice(tuple(views)).rule()
    return InputError("scene:replaced", label=Phrase("frame.view"), value=shortened(asked), used=used, rule=rule)


def _draw_tabs(scene: Scene[Any], views: Views, controls: Controls[Any], view: str) -> None:
    controls.show("view", view)

    def opened(chosen: Any) -> None:
        if chosen in views:
            turn_to_view(views, chosen, controls)
            open_with(scene, panels_of({chosen: views[chosen]}), controls)

    st.segmented_control(
        text(controls.language, "frame.view"),
        list(views),
        format_func=lambda name: text(controls.language, f"{scene.settings.texts}.view.{name}"),
        key=controls.key("view"),
        required=True,
        on_change=lambda: controls.hear("view", opened),
        label_visibility="collapsed",
    )
