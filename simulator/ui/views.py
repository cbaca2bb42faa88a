"""The views of a page: which panels stand together, their controls, and the settings that show them best."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from simulator.scenes.scene import Scene
from simulator.texts import text
from simulator.ui.controls.session import Controls
from simulator.ui.controls.widgets import draw_controls

Row = tuple[str, ...]
Views = Mapping[str, tuple[Row, ...]]
"""Views of a page by name: rows of panels that stand side by side. A page with one view has no tabs."""


def panels_of(views: Views) -> tuple[str, ...]:
    """Return the panels of some views in the order in which they stand.

    >>> panels_of({"first": (("a", "b"), ("c",)), "second": (("d",),)})
    ('a', 'b', 'c', 'd')
    """
    return tuple(dict.fromkeys(panel for rows in views.values() for row in rows for panel in row))


def view_of(views: Views, panel: str) -> str:
    """Return the view that holds a panel, the first one where none does.

    >>> view_of({"first": (("a", "b"),), "second": (("c",),)}, "c")
    'second'
    """
    return next((name for name, rows in views.items() if panel in panels_of({name: rows})), next(iter(views)))


def staged_panels(scene: Scene[Any], views: Views) -> tuple[str, ...]:
    """Return the panels of some views that can be put on the stage, in order."""
    return tuple(panel for panel in panels_of(views) if scene.view(panel).stage)


def turn_to_view(views: Views, name: str, controls: Controls[Any]) -> None:
    """Open a view; the first one is open where the link says nothing."""
    controls.turn(view="" if name == next(iter(views)) else name)


def draw_view_controls(scene: Scene[Any], panels: tuple[str, ...], controls: Controls[Any]) -> None:
    """Draw the controls of some panels: the essential ones, the rest folded, in the order of the settings.

    What one of the pictures moves itself has no control beside it.
    """
    settings, order = controls.settings, list(scene.settings.controls())
    there = [scene.views[panel] for panel in panels if scene.views[panel].exists(settings)]
    moved = {name for view in there for name in view.moves}
    first = {name for view in there for name in view.controls if view.applies(settings, name)} - moved
    more = {name for view in there for name in view.more if view.applies(settings, name)} - first - moved
    draw_controls(controls, sorted(first, key=order.index))
    if more:
        with st.expander(text(controls.language, "frame.more")):
            draw_controls(controls, sorted(more, key=order.index))


def open_with(scene: Scene[Any], panels: tuple[str, ...], controls: Controls[Any]) -> None:
    """Give panels the settings that show them best, where the reader has not chosen anything yet; and back."""
    own = {name for view in scene.views.values() if (name := view.opens_with)}
    untouched = [scene.settings(), *(scene.presets[name].settings for name in own)]
    if controls.settings in untouched:
        wanted = next((scene.views[panel].opens_with for panel in panels if scene.views[panel].opens_with), "")
        controls.set(scene.presets[wanted].settings if wanted else scene.settings())
