"""Show any panel of any scene anywhere: on its page, in a lesson, on the stage, side by side with another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from simulator.core.kept import kept
from simulator.drawing.picture import Picture
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Numbers, Scene
from simulator.texts import text
from simulator.ui.components.mounts import MOUNTS, draw_question, has_title
from simulator.ui.components.player.player import player
from simulator.ui.controls.session import Controls
from simulator.ui.frame.theme import Display, display
from simulator.ui.place import Place, panel_key
from simulator.ui.plain import plain
from simulator.ui.work import Ready, numbers_of


def show(
    scene: Scene[Any],
    panel: str,
    settings: Any,
    *,
    controls: Controls[Any] | None = None,
    ready: Mapping[Numbers[Any], Ready] | None = None,
    place: str = "",
    together: str = "",
    with_player: bool = True,
) -> Panel | None:
    """Show a panel.

    Args:
      scene: whose panel it is.
      panel: its name.
      settings: of the scene.
      controls: that the panel's pictures may move; ``None`` for a picture to look at.
      ready: numbers that are there already; computed here where it is ``None``.
      place: a name, where the same panel is shown more than once on a page.
      together: a name, where several runs are shown on a page: pictures and players under one name follow each other.
      with_player: draw the panel's own player; a page with many panels of one run draws one for all.

    Returns:
      What was drawn, or ``None`` where these settings have no such panel or its numbers are still being computed.
    """
    shown = display()
    drawn = drawn_panel(scene, panel, settings, shown.language, ready=ready, place=place)
    if drawn is None:
        return None
    drawn = _apart(drawn, together) if together else drawn
    if with_player and drawn.steps is not None:
        draw_player(drawn, f"{place or scene.name}_{panel}", shown.language)
    draw_panel(scene, panel, drawn, shown, controls=controls, place=place)
    return drawn


def _apart(drawn: Panel, name: str) -> Panel:
    """Return a panel that follows, and is followed by, what has the same name only."""
    steps = drawn.steps and drawn.steps._replace(group=f"{name}:{drawn.steps.group}")
    return replace(drawn, steps=steps, group=f"{name}:{drawn.group}")


def draw_panel(
    scene: Scene[Any],
    panel: str,
    drawn: Panel,
    shown: Display,
    *,
    controls: Controls[Any] | None = None,
    place: str = "",
) -> None:
    """Draw a panel that ``drawn_panel`` returned, without its player; arguments as for ``show``."""
    if not drawn.pictures:
        st.markdown(f"#### {plain(drawn.question)}")
    with st.container(key=f"panel_{place}_{panel}" if place else panel_key(panel)):
        key, height = f"{place or scene.name}_{panel}", scene.view(panel).height
        draw_pictures(drawn.pictures, key, shown, controls=controls, panel=drawn, name=panel, height=height)
        if controls is None or not controls.lock.hides_answers:
            draw_words(drawn)


def drawn_panel(
    scene: Scene[Any],
    panel: str,
    settings: Any,
    language: str,
    *,
    ready: Mapping[Numbers[Any], Ready] | None = None,
    place: str = "",
) -> Panel | None:
    """Return a panel's pictures and words; progress and sentences are drawn where there is nothing yet."""
    view = scene.view(panel)
    if ready is None:
        ready = numbers_of(scene, (panel,), settings, language, place=place)
    found = ready.get(view.numbers)
    if found is None or not view.exists(found.settings):
        return None
    drawn = partial(view.draw, found.numbers, found.settings, language)
    name = (scene.name, panel, found.settings, language)
    return kept().made_of(view.numbers.key(found.settings), found.numbers, name, drawn)


def draw_player(
    drawn: Panel,
    key: str,
    language: str,
    controls: Controls[Any] | None = None,
    *,
    linked: bool = False,
    branches: bool = False,
) -> None:
    """Draw the player of a panel, and a button for other random numbers where the scene has a seed.

    Args:
      controls: of the scene's own page; a lesson's seed is not the reader's to move.
      linked: whether its step is in the address.
      branches: draw a button that forks at the step that is shown, where the scene's runs fork.
    """
    assert drawn.steps is not None
    steps = drawn.steps
    seed = controls.scene.seed if controls is not None and controls.scene.seed not in controls.lock.values else ""
    player(
        steps.step,
        key=f"{key}_player",
        language=language,
        epochs=steps.epochs,
        num_steps=steps.num_steps,
        run=steps.run,
        group=steps.group,
        opens=steps.opens,
        linked=linked,
        replays=steps.replays,
        seed=getattr(controls.settings, seed) if controls is not None and seed else None,
        reseed=(lambda number: controls.change(**{seed: number})) if controls is not None and seed else None,
        fork=controls.branch_at if branches and controls is not None and controls.branches else None,
    )


def draw_pictures(
    pictures: Sequence[Picture],
    key: str,
    shown: Display,
    *,
    controls: Controls[Any] | None,
    panel: Panel,
    name: str,
    height: int = 0,
    fill: bool = False,
) -> None:
    """Draw the pictures of a panel, side by side, each under its question; ``name`` is the panel's."""
    places = st.columns(len(pictures)) if len(pictures) > 1 else [st.container() for _ in pictures]
    group = panel.steps.group if panel.steps is not None else panel.group
    for number, (picture, column) in enumerate(zip(pictures, places, strict=True)):
        place = Place(key if len(pictures) == 1 else f"{key}_{number + 1}", shown, controls, height, fill, group)
        with column:
            if not has_title(picture.kind) and not fill:
                _draw_title(picture.title, name, place)
            if not fill:  # the stage has a place of its own for it
                draw_question(picture, place)
            MOUNTS[picture.kind](picture if place.tells else _unsaid(picture), place)


def _unsaid(picture: Picture) -> Picture:
    """Return a picture without what is said below it; of a graph the sentences are those of the steps' own rules."""
    return picture if picture.kind == "graph" else replace(picture, sentences=())


def _draw_title(title: str, panel: str, place: Place) -> None:
    """Draw the question of a picture that does not write it itself, and the button that puts it on the stage."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"#### {plain(title)}", width="content")
        if place.controls is not None and place.leads_to_stage:
            st.button(
                "",
                key=f"{place.key}_enlarge",
                help=text(place.language, "frame.stage.open"),
                icon=":material/fullscreen:",
                type="tertiary",
                on_click=place.controls.turn,
                kwargs={"stage": panel},
            )


def draw_words(drawn: Panel) -> None:
    """Write what the pictures of a panel show, tables and explanations."""
    if len(drawn.sentences) == 1:
        st.markdown(plain(drawn.sentences[0]))
    elif drawn.sentences:
        st.markdown("\n".join(f"- {plain(sentence.removeprefix('+ '))}" for sentence in drawn.sentences))
    for heading, table in drawn.tables:
        if heading:
            st.markdown(f"**{plain(heading)}**")
        st.table(_plain_table(table), hide_index=True)
    for heading, words in drawn.words:
        if heading:
            with st.expander(plain(heading)):
                st.markdown(words)
        else:
            st.markdown(words)
    for note in drawn.notes:
        st.caption(plain(note))


def _plain_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose headings and words show as they are: Streamlit reads Markdown in them."""
    return table.rename(columns=plain).map(lambda cell: plain(cell) if isinstance(cell, str) else cell)
