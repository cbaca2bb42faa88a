"""Distributions to load by hand: bars that are dragged and keep the sum 1; their numbers follow in the browser."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from simulator.drawing.picture import Picture
from simulator.scenes.kinds import Read
from simulator.scenes.losses.settings import Distribution
from simulator.texts import templates
from simulator.ui.components.assets import read_assets
from simulator.ui.controls.bound import typed
from simulator.ui.controls.session import Controls
from simulator.ui.place import Place

SCRIPTS = ("shared/draggable.js", "distribution/numbers.js", "distribution/build.js", "distribution/view.js")


def mount(shown: Picture, place: Place) -> None:
    """Mount one or two distributions; where their bars come to rest, the controls follow.

    Args:
      shown: of ``simulator.scenes.losses.pictures.distribution``.
      place: where it stands.
    """
    controls = place.controls
    data = {
        **shown.content,
        "measures": [] if place.hidden else shown.content["measures"],
        "revision": 0 if controls is None else controls.revision,
        "moves": place.moves(*shown.content["fields"]),
        "fill": place.fill,
        "alt": shown.alt,
        "words": place.said(templates(place.language, "losses.component") | dict(shown.words)),
    }

    def rested() -> None:
        if controls is not None:
            take(controls, shown.content["fields"], st.session_state[place.key].get("state"))

    height = "stretch" if place.fill else "content"
    _component()(data=data, key=place.key, height=height, on_state_change=rested)


def take(controls: Controls[Any], names: list[str], sent: object) -> None:
    """Move the controls to what the browser sent; what no control can hold is dropped.

    What the browser sent before the controls were moved from elsewhere is dropped as a whole.

    Args:
      controls: of the scene.
      names: of the control of each row.
      sent: state of the component.
    """
    if not controls.current(sent):
        return
    rows = read_rows(sent.get("rows"))
    if len(rows) == len(names) and all(
        controls.settings.kind(n).holds(row) for n, row in zip(names, rows, strict=True)
    ):
        controls.take(**dict(zip(names, rows, strict=True)))


def read_rows(sent: object) -> list[tuple[float, ...]]:
    """Return the rows that the browser sent, none where they are no rows of numbers of one length."""
    if not isinstance(sent, list | tuple) or not all(isinstance(row, list | tuple) for row in sent):
        return []
    numbers = [share for row in sent for share in row]
    if not all(isinstance(share, int | float) and not isinstance(share, bool) for share in numbers):
        return []
    return [tuple(float(share) for share in row) for row in sent] if len({len(row) for row in sent}) == 1 else []


def draw_distribution(controls: Controls[Any], name: str, kind: Distribution) -> None:
    """Draw a box in which probabilities are typed; what has another sum is scaled."""
    shown = shortened(getattr(controls.settings, name), kind)
    typed(controls, name, _Scaling(**vars(kind)), shown, max_chars=400)


def shortened(value: Sequence[float], kind: Distribution) -> str:
    """Write probabilities as a box shows them: a link needs every digit, a reader does not."""
    return kind.separator.join(f"{share:.6g}" for share in value)


class _Scaling(Distribution):
    """Takes what has to be scaled as if it had been asked for."""

    def read(self, written: str, default: Any) -> Read:
        """Return the shares that are written; the default where they are none, or no others than are shown."""
        found = super().read(written, None)
        if found.value is None:
            return Read(default, False)
        same = shortened(found.value, self) == shortened(default, self)
        return Read(default if same else found.value, True)


@cache
def _component() -> Any:
    return component(
        "simulator_distribution",
        html='<div class="softmax losses"></div>\n',
        css=read_assets("softmax/softmax.css", "distribution/distribution.css"),
        js=read_assets(*SCRIPTS),
    )
