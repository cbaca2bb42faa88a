"""What an exercise is, how its numbers are drawn, and which of its wrong answers are told apart."""

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple, TypeVar

from simulator.course.asking import number_question
from simulator.course.grading import TOLERANCE, Question, WrongAnswer
from simulator.texts import Phrase

T = TypeVar("T")
EXACT = 1e-9
"""Tolerance of what is counted."""


class Coincidence(Exception):
    """These numbers do not tell the right way from a wrong one: others are drawn."""


class Line(NamedTuple):
    """A sentence, and the formula that is displayed below it, in LaTeX."""

    words: Phrase
    formula: str = ""
    beside: bool = False  # the formula stands beside the words: they number a line of a calculation


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One problem.

    Args:
      numbers: what was drawn, by name; all of it is printed in the problem.
      given: what the problem says before its question.
      question: what is asked, with the right answer and the wrong ones that are recognised.
      solution: worked, step by step.
      key: the right answer as the key of a sheet shows it, in LaTeX.
      topic: which generator made it.
      seed: from which it was drawn.
    """

    numbers: dict[str, Any]
    given: tuple[Line, ...]
    question: Question
    solution: tuple[Line, ...]
    key: str
    topic: str = ""
    seed: int = 0


class Draw:
    """Draws numbers that are the same on every machine and in every version of Python.

    Of the module ``random`` only ``random()`` is promised to stay the same for the same seed, so everything is made of
    it; the seed is a whole number, because how other seeds are hashed is not promised. The product with a whole number
    is one IEEE operation, whose result is the same everywhere.

    >>> draw = Draw("forward", 7)
    >>> [draw.whole(1, 6) for _ in range(5)]
    [3, 2, 4, 5, 2]
    """

    def __init__(self, name: str, seed: int, attempt: int = 0):
        digest = hashlib.blake2b(f"{name}:{seed}:{attempt}".encode(), digest_size=8).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def one(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[self.whole(0, len(choices) - 1)]

    def several(self, choices: Sequence[T], count: int) -> list[T]:
        """Return ``count`` different ones of the choices, in random order."""
        left = list(choices)
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(count)]

    def signed(self, high: int) -> int:
        """Return a whole number from −high to high that is not 0."""
        return self.whole(1, high) * self.one((-1, 1))

    def decimal(self, low: int, high: int, places: int = 1) -> float:
        """Return ``low`` … ``high`` with the last ``places`` digits behind the point."""
        return self.whole(low, high) / 10**places


def number(
    topic: str,
    answer: float,
    wrong: Iterable[tuple[str, float]],
    *,
    details: dict[str, Any] | None = None,
    by_hand: Iterable[float] = (),
    tolerance: float = TOLERANCE,
) -> Question:
    """Ask for a number; raises ``Coincidence`` where a wrong answer could be taken for the right one or for another.

    Args:
      topic: of the exercise; its question is the entry ``exercises.<topic>.ask``.
      answer: the right one.
      wrong: misconceptions and what they give.
      details: placeholders of the question.
      by_hand: answers from rounded digits, as for ``Question``.
      tolerance: relative.
    """
    found = list(dict.fromkeys(wrong))
    made = number_question(
        prompt=f"exercises.{topic}.ask",
        about=topic,
        answer=answer,
        wrong=found,
        details=details or {},
        by_hand=by_hand,
        tolerance=tolerance,
    )
    if len(made.wrong) < len(found) or any(_alike(*pair, tolerance) for pair in combinations(made.wrong, 2)):
        raise Coincidence
    return made


def _alike(one: WrongAnswer, other: WrongAnswer, tolerance: float) -> bool:
    """Say whether an answer could prove both, rounded as learners round."""
    first, second = float(one.answer), float(other.answer)  # type: ignore[arg-type]
    return one.kind != other.kind and abs(first - second) <= max(3 * tolerance * max(abs(first), abs(second)), EXACT)
