"""What a learner has moved in a lesson's panels, in the link: a reload or another server shows it again."""

from collections.abc import Mapping

import streamlit as st

from simulator.course.loader import Lesson
from simulator.course.values import settings_of
from simulator.ui.lessons.question import scene_controls

_OF = "."
"""Between the name that a scene has in its lesson and that of its control: no page's own parameter has one."""


def in_link() -> list[str]:
    """Return the names in the link that are of panels in a lesson, of this one or another."""
    return [name for name in st.query_params if _OF in name]


def moved(lesson: Lesson, language: str) -> dict[str, str]:
    """Return what differs from what the lesson begins with, as parameters of a link."""
    parameters = {}
    for scene, use in lesson.plan.scenes.items():
        settings, start = scene_controls(lesson, scene, language).settings, settings_of(use).settings
        parameters |= {f"{scene}{_OF}{name}": value for name, value in settings.to_link(start).items()}
    return parameters


def move(lesson: Lesson, arrived: Mapping[str, str], language: str) -> None:
    """Move the panels as a link says; what of it had to be mended is said beside them."""
    for scene, use in lesson.plan.scenes.items():
        of_scene = f"{scene}{_OF}"
        asked = {name.removeprefix(of_scene): value for name, value in arrived.items() if name.startswith(of_scene)}
        if asked:
            controls = scene_controls(lesson, scene, language)
            settings, errors = controls.scene.settings.read(asked, settings_of(use).settings)
            controls.set(settings)
            for error in errors:
                controls.mend(error)
