"""The player: a control in the browser that steps through the frames of a run, without the server."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from simulator.texts import text
from simulator.ui.components.assets import read_assets

GROUP = "run"
"""Pictures and players with the same group follow each other."""

WORDS = (
    "label",
    "play",
    "pause",
    "first",
    "back",
    "forward",
    "last",
    "scrub",
    "speed",
    "keys",
    "new_weights",
    "old_weights",
    "seed",
    "fork",
    "fork_here",
)


def player(
    frame_steps: Sequence[int] | np.ndarray,
    *,
    key: str,
    language: str,
    epochs: Sequence[float] | np.ndarray | None = None,
    num_steps: int | None = None,
    run: str = "",
    group: str = GROUP,
    opens: int | None = None,
    linked: bool = False,
    replays: bool = False,
    seed: int | None = None,
    reseed: Callable[[int], None] | None = None,
    fork: Callable[[int], None] | None = None,
) -> None:
    """Mount a player over the frames of a run.

    Every picture of the same ``group`` on the page shows the player's step. Keys: ← → Home End, and PageUp PageDown of
    a clicker. A new run with as many frames keeps the position, so that two runs are compared at the same step; any
    other run starts at its end, or where it is said to open. Nothing moves until play is pressed,
    or a change replays.

    Args:
      frame_steps: (frames,) the step of each frame, increasing.
      key: name of this player on the page.
      language: ``ko`` or ``en``.
      epochs: (frames,) passes over the training set before each frame, if they are to be shown.
      num_steps: steps of the run; the last frame's step by default.
      run: name of the run; pictures are asked to draw again when it changes.
      group: the pictures that follow.
      opens: index of the frame that a new run opens at; by default the last, or the position it is compared at.
      linked: whether the step is in the address of the page: a copied link opens at it.
      replays: a run that takes another's place plays once up to there, in at most two seconds; not for readers who
        asked their system for less motion.
      seed: of the random numbers of the run; ``None`` for no button.
      reseed: called with the seed that the reader wants in its place: the next one, or the one before.
      fork: called with the step that is shown when the reader wants to go on from it in another way; ``None`` for no
        button.
    """
    steps = [int(step) for step in frame_steps]
    words = {name: text(language, f"player.{name}") for name in WORDS}
    words["position"] = text(language, "player.position", step="{step}", total="{total}", epoch="{epoch}")
    words["position_no_epoch"] = text(language, "player.position_no_epoch", step="{step}", total="{total}")
    words["per_second"] = text(language, "player.per_second", number="{number}")

    def forked() -> None:
        asked = st.session_state[key].get("fork")
        step = asked.get("step") if isinstance(asked, Mapping) else None
        if fork is not None and step in steps:
            fork(step)

    def told() -> None:
        step = st.session_state[key].get("reseed")
        if seed is not None and reseed is not None and step in (1, -1) and seed + step >= 0:
            reseed(seed + step)

    _component()(
        data={
            "steps": steps,
            "epochs": None if epochs is None else [float(epoch) for epoch in epochs],
            "total": num_steps if num_steps is not None else (steps[-1] if steps else 0),
            "run": run,
            "group": group,
            "opens": opens,
            "linked": linked,
            "replays": replays,
            "seed": seed,
            "forks": fork is not None,
            "words": words,
        },
        key=key,
        on_reseed_change=told,
        on_fork_change=forked,
    )


@cache
def _component():
    script = read_assets("shared/bus.js", "shared/keys.js", "shared/link.js", "player/player.js")
    return component("simulator_player", js=script, css=read_assets("player/player.css"))
