"""What this session has done with one puzzle of the hunt, and what that earns."""

from dataclasses import dataclass

import streamlit as st

from simulator.core.checks import BugVerdict, PlantedBug, grade_bug
from simulator.core.checks.bugs import HINTS, NUM_LAYERS


@dataclass
class Attempt:
    """One puzzle as far as the reader has come; kept in the session.

    Args:
      kind, layer: what is about to be named.
      hints: that were shown.
      wrong: guesses so far.
      refused: the last guess, while it is being answered.
      without_kind: whether nothing was named yet when the answer was given.
      points: earned; ``None`` while the bug is not found.
      shown: whether the answer was asked for.
    """

    kind: str | None = None
    layer: int = NUM_LAYERS
    hints: int = 0
    wrong: int = 0
    refused: PlantedBug | None = None
    without_kind: bool = False
    points: int | None = None
    shown: bool = False

    @property
    def over(self) -> bool:
        """Whether the bug has been found, or its name asked for."""
        return self.points is not None or self.shown

    def worth(self, bug: PlantedBug) -> int:
        """Return the points that the right answer would earn now."""
        return self._grade(bug, bug).points

    def submit(self, bug: PlantedBug) -> None:
        """Take what is named for the answer."""
        self.without_kind = self.kind is None
        if self.kind is None:
            return
        guess = PlantedBug(self.kind, self.layer)
        if guess == bug:
            self.points, self.refused = self._grade(bug, guess).points, None
        else:
            self.wrong, self.refused = self.wrong + 1, guess

    def message(self, bug: PlantedBug) -> str:
        """Return the entry of the catalogue that answers the refused guess."""
        assert self.refused is not None
        return self._grade(bug, self.refused).message

    def hint(self) -> None:
        """Show one more hint."""
        self.hints = min(self.hints + 1, len(HINTS))

    def give_up(self) -> None:
        """Show the answer, for no points."""
        self.shown, self.refused = True, None

    def _grade(self, bug: PlantedBug, guess: PlantedBug) -> BugVerdict:
        return grade_bug(bug, guess.kind, guess.layer, self.hints, self.wrong + 1)


def attempt_at(seed: int, number: int) -> Attempt:
    """Return what this session has done with the puzzle of a round."""
    return st.session_state.setdefault(f"attempt:{seed}:{number}", Attempt())


def points_so_far() -> list[int]:
    """Return the points of every puzzle that this session has solved."""
    kept = (value for key, value in st.session_state.items() if str(key).startswith("attempt:"))
    return [attempt.points for attempt in kept if isinstance(attempt, Attempt) and attempt.points is not None]
