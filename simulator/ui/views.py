"""The views of a page: which panels stand together, their controls, and the settings that show them best."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from simulator.scenes.scene import Scene
from simulator.texts import text
from simulator.ui.controls.fixed import draw_lock_words
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


class ViewControls(NamedTuple):
    """The controls of some panels, in the order of the settings."""

    first: list[str]  # always visible
    more: list[str]  # folded
    moved: list[str]  # in a picture

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.first, *self.more, *self.moved)


def view_controls(scene: Scene[Any], panels: tuple[str, ...], settings: Any) -> ViewControls:
    """Return the controls that some panels have with these settings."""
    there = [scene.views[panel] for panel in panels if scene.views[panel].exists(settings)]
    moved = {name for view in there for name in view.moves}
    first = {name for view in there for name in view.controls if view.applies(settings, name)} - moved
    more = {name for view in there for name in view.more if view.applies(settings, name)} - first - moved
    order = list(scene.settings.controls())
    return ViewControls(*(sorted(names, key=order.index) for names in (first, more, moved)))


def draw_view_controls(scene: Scene[Any], panels: tuple[str, ...], controls: Controls[Any]) -> None:
    """Draw the controls of some panels: the essential ones, the rest folded.

    What one of the pictures moves itself has no control beside it. Under a teacher's lock there are no starting points
    either: they would move what is locked, and their names may tell what is hidden.
    """
    found = view_controls(scene, panels, controls.settings)
    with st.container():  # what is folded keeps its place, and so stays unfolded, however many controls there are
        draw_lock_words(controls, found.names)
        if not controls.lock.values and not controls.lock.hides_answers:
            controls.preset(panels)
        draw_controls(controls, found.first)
    if any(name not in controls.lock.hidden for name in found.more):
        with st.expander(text(controls.language, "frame.more")):
            draw_controls(controls, found.more)


def open_with(scene: Scene[Any], panels: tuple[str, ...], controls: Controls[Any]) -> None:
    """Give panels the settings that show them best, where the reader has not chosen anything yet; and back."""
    own = {name for view in scene.views.values() if (name := view.opens_with)}
    untouched = [scene.settings(), *(scene.presets[name].settings for name in own)]
    if controls.settings in untouched:
        wanted = next((scene.views[panel].opens_with for panel in panels if scene.views[panel].opens_with), "")
        controls.set(scene.presets[wanted].settings if wanted else scene.settings())
