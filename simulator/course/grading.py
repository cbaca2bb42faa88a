"""Grade a learner's answer: pure functions, used by pages and lessons alike.

A question has a kind (how it is answered), what it is ``about`` (of which the feedback speaks), its right value, and
for a number the answers that come out of the digits which the learner sees. A verdict has a code and a phrase.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from simulator.course.reading import parse_numbers, parse_shape
from simulator.errors import InputError, check_choice
from simulator.texts import has_text, text

KINDS = ("number", "shape", "choice", "formula", "nodes")
"""How a question is answered; a ``formula`` is chosen like a ``choice``, among formulas in LaTeX."""
TOLERANCE = 0.01
_DIGITS = 3
"""Significant digits of the numbers that a learner sees."""

Answer = float | tuple[int, ...] | str | frozenset[str]


class WrongAnswer(NamedTuple):
    """An answer that a known misconception leads to. ``kind`` is an entry of ``misconceptions``."""

    kind: str
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question with its right answer and the wrong answers that are recognised.

    Args:
      kind: one of ``KINDS``.
      prompt: catalogue entry of the question.
      details: its placeholders.
      answer: the right answer.
      choices: what can be chosen.
      wrong: wrong answers that are recognised.
      tolerance: of a number, relative to the right answer.
      absolute: of a number, where the right answer is close to 0.
      by_hand: of a number, what comes out by hand from the digits shown, see ``from_shown``: all that lies between
        these answers and the right one is right.
      about: what is asked for, an entry of ``misconceptions.wrong``; left out, the kind.
      entry: which entry of an array is asked for, counted from 0; None where there is only one, or for all of it.

    >>> question = Question(kind="number", prompt="misconceptions.ask.product", answer=0.00599, by_hand=(0.00662,))
    >>> [grade(question, typed).code for typed in ("0.006", "0.0066", "0.0075", "six")]
    ['correct', 'correct', 'wrong', 'unreadable']
    """

    kind: str
    prompt: str
    answer: Answer
    details: dict[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    wrong: tuple[WrongAnswer, ...] = ()
    tolerance: float = TOLERANCE
    absolute: float = 1e-9
    by_hand: tuple[float, ...] = ()
    about: str = ""
    entry: tuple[int, ...] | None = None

    def __post_init__(self):
        check_choice("kind", self.kind, KINDS)

    def text(self, language: str) -> str:
        """Return the question in a language."""
        return text(language, self.prompt, **self.details)


class Verdict(NamedTuple):
    """What is said about an answer."""

    correct: bool
    misconception: str | None
    message: str  # catalogue entry
    details: dict[str, Any]

    @property
    def code(self) -> str:
        """``correct``, ``unreadable``, ``wrong``, or the misconception that the answer proves."""
        if self.correct:
            return "correct"
        return self.misconception or ("unreadable" if self.message in UNREADABLE else "wrong")

    def text(self, language: str) -> str:
        """Return the message in a language."""
        return text(language, self.message, **self.details)


UNREADABLE = ("misconceptions.verdict.not_a_number", "misconceptions.verdict.not_a_shape")
"""Messages about an answer that says nothing."""


def grade(question: Question, answer: Any) -> Verdict:
    """Grade an answer; an answer that cannot be read is not correct, and the message says what is expected.

    Args:
      question: what was asked.
      answer: typed text for a number or a shape (or the value itself), a choice, or a collection of node names.

    >>> question = Question(kind="number", prompt="misconceptions.ask.product", answer=0.75)
    >>> grade(question, "3/4").correct, grade(question, "0,75").correct, grade(question, "0.8").correct
    (True, True, False)
    """
    if question.kind == "number":
        return _grade_number(question, answer)
    if question.kind == "shape":
        return _grade_shape(question, answer)
    if question.kind in ("choice", "formula"):
        return _correct() if answer == question.answer else _recognised(question, lambda wrong: wrong == answer)
    given = frozenset(answer) if isinstance(answer, Collection) and not isinstance(answer, str) else frozenset({answer})
    return _grade_nodes(question, given)


def is_right(question: Question, given: float) -> bool:
    """Say whether a number is right: the exact answer, one worked out from the digits shown, or between them."""
    if not isinstance(question.answer, (int, float)) or not math.isfinite(given):
        return False
    answers = [question.answer, *question.by_hand]
    low, high = min(answers), max(answers)
    return low - _allowed(question, low) <= given <= high + _allowed(question, high)


def matches(question: Question, given: float, wanted: Any) -> bool:
    """Say whether a number is ``wanted``, within the question's tolerance."""
    if isinstance(wanted, (str, tuple, frozenset)) or not math.isfinite(given):
        return False
    return abs(given - wanted) <= _allowed(question, wanted)


def as_shown(value: Any) -> Any:
    """Return numbers as a reader sees them, with three significant digits.

    >>> as_shown(-1.6351), as_shown(np.array([0.0123456, 3.0])).tolist()
    (-1.64, [0.0123, 3.0])
    """
    array = np.asarray(value, np.float64)
    rounded = np.array([float(f"{number:.{_DIGITS - 1}e}") for number in array.ravel()]).reshape(array.shape)
    return rounded if array.ndim else float(rounded)


def from_shown(compute: Callable[..., Any], *values: Any) -> tuple[float, ...]:
    """Return what a learner gets who works with the digits shown: each value rounded, or as it is.

    Args:
      compute: values → answer, as one works it out by hand.
      values: numbers or arrays that the learner sees.

    >>> from_shown(lambda a: 1 - a**2, -0.99668)
    (0.0066..., 0.0059...)
    """
    found = (compute(*one) for one in product(*((value, as_shown(value)) for value in values)))
    answers = [float(answer) for answer in found]
    return tuple(dict.fromkeys(answer for answer in answers if math.isfinite(answer)))


def _allowed(question: Question, wanted: float) -> float:
    return max(question.tolerance * abs(wanted), question.absolute) * (1 + 1e-9)


def _grade_number(question: Question, answer: Any) -> Verdict:
    try:
        readings = parse_numbers(answer)
    except InputError as error:
        return Verdict(False, None, UNREADABLE[0], dict(error.details))
    if any(is_right(question, given) for given in readings):
        return _correct()
    return _recognised(question, lambda wrong: any(matches(question, given, wrong) for given in readings))


def _grade_shape(question: Question, answer: Any) -> Verdict:
    try:
        given = parse_shape(answer)
    except InputError as error:
        return Verdict(False, None, UNREADABLE[1], dict(error.details))
    return _correct() if given == question.answer else _recognised(question, lambda wrong: wrong == given)


def _grade_nodes(question: Question, given: frozenset[Any]) -> Verdict:
    wanted = frozenset(question.answer)  # type: ignore[arg-type]
    if given == wanted:
        return _correct()
    verdict = _recognised(question, lambda wrong: wrong == given)
    if verdict.misconception is not None:
        return verdict
    missing, extra = sorted(wanted - given), sorted(map(str, given - wanted))
    entry = "misconceptions.verdict.nodes_missing" if missing else "misconceptions.verdict.nodes_extra"
    return Verdict(False, None, entry, {"count": len(missing) or len(extra)})


def _correct() -> Verdict:
    return Verdict(True, None, "misconceptions.verdict.correct", {})


def _recognised(question: Question, fits: Callable[[Any], bool]) -> Verdict:
    """Name the misconception that the answer proves; where two lead to it, neither is proven."""
    about = question.about or question.kind
    kinds = {wrong.kind for wrong in question.wrong if fits(wrong.answer)}
    if len(kinds) != 1:
        return Verdict(False, None, f"misconceptions.wrong.{about}", {})
    (kind,) = kinds
    special = f"misconceptions.explain_{about}.{kind}"
    return Verdict(False, kind, special if has_text("en", special) else f"misconceptions.explain.{kind}", {})
