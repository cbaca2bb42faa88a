"""Read a learner's answer and grade it: pure functions, used by pages and lessons alike."""

import math
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from simulator.errors import InputError, check_choice
from simulator.texts import text

KINDS = ("number", "shape", "choice", "nodes")
TOLERANCE = 0.01
MAX_ANSWER_LENGTH = 60

Answer = float | tuple[int, ...] | str | frozenset[str]


class WrongAnswer(NamedTuple):
    """An answer that a known misconception leads to. ``kind`` is an entry of ``misconceptions``."""

    kind: str
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question with its right answer and the wrong answers that are recognised.

    Args:
      kind: ``number``, ``shape``, ``choice`` (one of ``choices``) or ``nodes`` (any of ``choices``).
      prompt: catalogue entry of the question.
      details: its placeholders.
      answer: the right answer.
      choices: what can be chosen.
      wrong: wrong answers that are recognised, the most specific first.
      tolerance: of a number, relative to the right answer.
      absolute: of a number, where the right answer is close to 0.
    """

    kind: str
    prompt: str
    answer: Answer
    details: dict[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    wrong: tuple[WrongAnswer, ...] = ()
    tolerance: float = TOLERANCE
    absolute: float = 1e-9

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

    def text(self, language: str) -> str:
        """Return the message in a language."""
        return text(language, self.message, **self.details)


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
    if question.kind == "choice":
        if answer == question.answer:
            return _correct()
        return _recognised(question, lambda wrong: wrong == answer)
    given = frozenset(answer) if isinstance(answer, Collection) and not isinstance(answer, str) else frozenset({answer})
    wanted = frozenset(question.answer)  # type: ignore[arg-type]
    if given == wanted:
        return _correct()
    verdict = _recognised(question, lambda wrong: wrong == given)
    if verdict.misconception is None:
        missing, extra = sorted(wanted - given), sorted(map(str, given - wanted))
        entry = "misconceptions.verdict.nodes_missing" if missing else "misconceptions.verdict.nodes_extra"
        return Verdict(False, None, entry, {"count": len(missing) or len(extra)})
    return verdict


def matches(question: Question, given: float, wanted: Any) -> bool:
    """Say whether a number is ``wanted``, within the question's tolerance."""
    if isinstance(wanted, (str, tuple, frozenset)) or not math.isfinite(given):
        return False
    allowed = max(question.tolerance * abs(wanted), question.absolute)
    return abs(given - wanted) <= allowed * (1 + 1e-9)


def parse_number(answer: Any) -> float:
    """Return the number that a learner typed: the first reading of ``parse_numbers``.

    >>> parse_number("−3/4"), parse_number("1,5e-3"), parse_number("12.5 %"), parse_number("2×10^-3")
    (-0.75, 0.0015, 0.125, 0.002)
    """
    return parse_numbers(answer)[0]


def parse_numbers(answer: Any) -> tuple[float, ...]:
    """Return every reading of a typed number: ``1,250`` is 1.25 to one reader and 1250 to another.

    Raises:
      InputError: when it is not a number.
    """
    if isinstance(answer, (int, float)) and not isinstance(answer, bool):
        return (float(answer),)
    if not isinstance(answer, str) or len(answer) > MAX_ANSWER_LENGTH:
        raise InputError("graph:answer_number", value=repr(answer)[:30])
    raised = _SUPERSCRIPT.sub(lambda match: "^" + match.group().translate(_LOWERED), answer.strip())
    typed = "".join(_plain(character) for character in raised).replace(" ", "").replace("_", "")
    typed, percent = (typed[:-1], 0.01) if typed.endswith("%") else (typed, 1.0)
    parts = typed.split("/")
    if len(parts) > 2:
        raise InputError("graph:answer_number", value=repr(answer)[:30])
    readings = [_decimal_readings(part) for part in parts]
    if not all(readings) or (len(parts) == 2 and 0.0 in readings[1]):
        raise InputError("graph:answer_number", value=repr(answer)[:30])
    below = readings[1] if len(parts) == 2 else [1.0]
    values = [percent * over / under for over in readings[0] for under in below]
    if not all(math.isfinite(value) for value in values):
        raise InputError("graph:answer_number", value=repr(answer)[:30])
    return tuple(dict.fromkeys(values))


_SUPERSCRIPT = re.compile("[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOWERED = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_SCIENTIFIC = re.compile(r"(?:(?P<mantissa>[^*^e]+)\*)?10(?:\^|\*\*)\(?(?P<power>[+-]?\d{1,3})\)?", re.IGNORECASE)
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")


def _decimal_readings(typed: str) -> list[float]:
    """Return the readings of a number without a fraction bar; none when it is not a number."""
    match = _SCIENTIFIC.fullmatch(typed)
    if match:
        sign = -1.0 if typed.startswith("-") and not match.group("mantissa") else 1.0
        mantissas = _decimal_readings(match.group("mantissa")) if match.group("mantissa") else [sign]
        return [mantissa * 10.0 ** int(match.group("power")) for mantissa in mantissas]
    if typed.startswith("-10^"):
        return [-value for value in _decimal_readings(typed[1:])]
    commas, points = typed.count(","), typed.count(".")
    spellings = [typed]
    grouped = re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", typed)
    if commas == 1 and points == 0:
        spellings = [typed.replace(",", ".")] + ([typed.replace(",", "")] if grouped and typed[:2] != "0," else [])
    elif commas and grouped:
        spellings = [typed.replace(",", "")]
    elif points >= 1 and commas == 1 and re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d*", typed):
        spellings = [typed.replace(".", "").replace(",", ".")]
    return [float(spelling) for spelling in spellings if _DECIMAL.fullmatch(spelling)]


def parse_shape(answer: Any) -> tuple[int, ...]:
    """Return the shape that a learner typed; an empty tuple for one number.

    >>> parse_shape("(2, 3)"), parse_shape("2×3"), parse_shape("4"), parse_shape("()")
    ((2, 3), (2, 3), (4,), ())

    Raises:
      InputError: when it is not a shape.
    """
    if isinstance(answer, (tuple, list)):
        answer = str(tuple(answer))
    if not isinstance(answer, str) or len(answer) > MAX_ANSWER_LENGTH:
        raise InputError("graph:answer_shape", value=repr(answer)[:30])
    typed = answer.strip().lower()
    if typed in ("()", "scalar", "스칼라"):
        return ()
    typed = re.sub(r"\bby\b|[×x*·]", ",", typed)
    if typed[:1] + typed[-1:] in ("()", "[]"):
        typed = typed[1:-1]
    parts = [part.strip() for part in typed.rstrip(", ").split(",")]
    if not all(re.fullmatch(r"[0-9]{1,6}", part) for part in parts):
        raise InputError("graph:answer_shape", value=repr(answer)[:30])
    return tuple(int(part) for part in parts)


def _plain(character: str) -> str:
    if character in "−–—﹣－":
        return "-"
    if character in "×·∙":
        return "*"
    return unicodedata.normalize("NFKC", character).replace("⁄", "/")


def _grade_number(question: Question, answer: Any) -> Verdict:
    try:
        readings = parse_numbers(answer)
    except InputError as error:
        return Verdict(False, None, "misconceptions.verdict.not_a_number", dict(error.details))
    if any(matches(question, given, question.answer) for given in readings):
        return _correct()
    return _recognised(question, lambda wrong: any(matches(question, given, wrong) for given in readings))


def _grade_shape(question: Question, answer: Any) -> Verdict:
    try:
        given = parse_shape(answer)
    except InputError as error:
        return Verdict(False, None, "misconceptions.verdict.not_a_shape", dict(error.details))
    if given == question.answer:
        return _correct()
    return _recognised(question, lambda wrong: wrong == given)


def _correct() -> Verdict:
    return Verdict(True, None, "misconceptions.verdict.correct", {})


def _recognised(question: Question, fits: Any) -> Verdict:
    for wrong in question.wrong:
        if fits(wrong.answer):
            return Verdict(False, wrong.kind, f"misconceptions.explain.{wrong.kind}", {})
    return Verdict(False, None, "misconceptions.verdict.wrong", {})
