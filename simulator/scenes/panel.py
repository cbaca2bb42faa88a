"""What a panel shows: its question, one or two pictures, what they say, and the numbers behind them."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulator.drawing.picture import Picture


class Steps(NamedTuple):
    """The steps that the pictures of a panel are drawn at, for the player."""

    step: np.ndarray  # (frames,) increasing
    epochs: np.ndarray | None = None  # (frames,) passes over the training set before each frame
    num_steps: int | None = None  # of the whole run; the last frame's step by default
    run: str = ""  # name of the run: a player starts anew when it changes
    group: str = "run"  # pictures and players of one group follow each other
    opens: int | None = None  # index of the frame that a new run opens at; by default the last one
    replays: bool = False  # a run that takes another's place plays once by itself


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Everything of one panel in one language; words and pictures are made from the same numbers.

    Args:
      question: that the panel answers; its title.
      pictures: one, or two that belong side by side.
      sentences: what the pictures show, the first the most important; pictures may have sentences of their own that
        follow the player.
      notes: how it was measured, in small print.
      tables: (heading, table) of numbers worth reading under the pictures; an empty heading for none.
      words: Markdown that explains: a worked example, an erratum. (heading, text), folded where there is no room.
      steps: for the player.
      group: that the pictures belong to where they have no player: they follow the handle of another one.
      data: the numbers that are drawn; by default those of the first picture.
    """

    question: str
    pictures: tuple[Picture, ...] = ()
    sentences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[tuple[str, pd.DataFrame], ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    steps: Steps | None = None
    group: str = "run"
    data: pd.DataFrame | None = field(default=None, compare=False)

    @property
    def numbers(self) -> pd.DataFrame:
        """The numbers that are drawn, one column a quantity, at the last step."""
        if self.data is not None:
            return self.data
        frames = [picture.to_pandas() for picture in self.pictures if picture.reading is not None]
        tables = [table for _, table in self.tables]
        return next(iter([*frames, *tables]), pd.DataFrame())


class Shown(NamedTuple):
    """A panel as Python gives it: the numbers, the words, the picture."""

    panel: Panel

    @property
    def question(self) -> str:
        """What the panel answers."""
        return self.panel.question

    @property
    def data(self) -> pd.DataFrame:
        """The numbers that are drawn."""
        return self.panel.numbers

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the pictures show, at the last step."""
        own = tuple(picture.sentence for picture in self.panel.pictures)
        return (*self.panel.sentences, *(sentence for sentence in own if sentence))

    @property
    def chart(self) -> Any:
        """The first picture as an Altair chart, which a notebook displays."""
        return self.panel.pictures[0].chart()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self.chart._repr_mimebundle_()
