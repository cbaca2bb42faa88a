"""Where a picture is mounted: what a component needs to know beside the picture itself."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulator.ui.controls.session import Controls
from simulator.ui.frame.theme import Display

USUAL_HEIGHT = 320
"""Pixels at 1080p."""


def panel_key(panel: str) -> str:
    """Return the key of the container in which a page shows a panel."""
    return f"panel_{panel}"


class Place(NamedTuple):
    """A place for one picture."""

    key: str  # of the component; unique on the page, a name for saved files
    display: Display  # how the reader looks at it
    controls: Controls[Any] | None = None  # which the picture may move; None where it is only looked at
    height: int = 0  # pixels at 1080p; 0 for the usual height of its kind
    fill: bool = False  # on the stage: take all the height there is, show no title of its own
    group: str = "run"  # the player that the picture follows
    hidden: bool = False  # something is to be predicted: what answers it must not be sent

    @property
    def is_own(self) -> bool:
        """Whether the picture stands on its scene's own page or stage, whose address is about it."""
        return self.controls is not None and not self.controls.place

    @property
    def leads_to_stage(self) -> bool:
        """Whether the picture stands on its scene's own page, from where it can be put on the stage."""
        return self.is_own and not self.fill

    def moves(self, *names: str) -> bool:
        """Say whether the reader may move any of these controls in the picture."""
        return self.controls is not None and any(name not in self.controls.lock.values for name in names)

    @property
    def tells(self) -> bool:
        """Whether what the picture shows is said beside it; a teacher may hold that back."""
        return self.controls is None or not self.controls.lock.hides_answers

    def said(self, words: Mapping[str, str]) -> dict[str, str]:
        """Return the words of a drawing that writes its own sentences, without those where they are held back."""
        return {name: words[name] if self.tells or not name.startswith("narration") else "" for name in words}

    @property
    def language(self) -> str:
        """Of the reader."""
        return self.display.language
