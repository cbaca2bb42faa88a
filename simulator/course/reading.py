"""Read what a learner typed, generously: numbers in every spelling, and shapes."""

import math
import re
import unicodedata
from typing import Any

from simulator.errors import InputError

MAX_ANSWER_LENGTH = 60


def parse_number(answer: Any) -> float:
    """Return the number that a learner typed: the first reading of ``parse_numbers``.

    >>> parse_number("−3/4"), parse_number("1,5e-3"), parse_number("12.5 %"), parse_number("2×10^-3")
    (-0.75, 0.0015, 0.125, 0.002)
    """
    return parse_numbers(answer)[0]


def parse_numbers(answer: Any) -> tuple[float, ...]:
    """Return every reading of a typed number: ``1,250`` is 1.25 to one reader and 1250 to another.

    >>> parse_numbers("-1 1/2"), parse_numbers("2½")
    ((-1.5,), (2.5,))

    Raises:
      InputError: when it is not a number.
    """
    if isinstance(answer, (int, float)) and not isinstance(answer, bool):
        return (float(answer),)
    if not isinstance(answer, str) or len(answer) > MAX_ANSWER_LENGTH:
        raise InputError("graph:answer_number", value=repr(answer)[:30])
    raised = _SUPERSCRIPT.sub(lambda match: "^" + match.group().translate(_LOWERED), answer.strip())
    plain = "".join(_plain(character) for character in raised).strip()
    typed = plain.replace(" ", "").replace("_", "")
    typed, percent = (typed[:-1], 0.01) if typed.endswith("%") else (typed, 1.0)
    values = _mixed_readings(plain)
    if not values or _GROUPED.fullmatch(plain):
        values += [percent * value for value in _quotient_readings(typed)]
    if not values or not all(math.isfinite(value) for value in values):
        raise InputError("graph:answer_number", value=repr(answer)[:30])
    return tuple(dict.fromkeys(values))


_SUPERSCRIPT = re.compile("[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOWERED = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_SCIENTIFIC = re.compile(r"(?:(?P<mantissa>[^*^e]+)\*)?10(?:\^|\*\*)\(?(?P<power>[+-]?\d{1,3})\)?", re.IGNORECASE)
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_MIXED = re.compile(r"([+-]?) ?(\d+)(?: +| ?\+ ?)(\d+) ?/ ?(\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+/\d+")


def _mixed_readings(typed: str) -> list[float]:
    """Return the number that a whole number with a fraction beside it is: −1 127/200 is −1.635."""
    match = _MIXED.fullmatch(typed)
    if match is None or int(match.group(4)) == 0:
        return []
    sign, whole, over, under = match.groups()
    return [(-1.0 if sign == "-" else 1.0) * (int(whole) + int(over) / int(under))]


def _quotient_readings(typed: str) -> list[float]:
    parts = typed.split("/")
    readings = [_decimal_readings(part) for part in parts]
    if len(parts) > 2 or not all(readings) or (len(parts) == 2 and 0.0 in readings[1]):
        return []
    return [over / under for over in readings[0] for under in (readings[1] if len(parts) == 2 else [1.0])]


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


def expression_text(typed: str) -> str:
    """Return a typed expression as the graph page's language writes it.

    >>> expression_text("2·(w·x − t)·x²")
    '2*(w*x - t)*x**2'
    """
    raised = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"**{unicodedata.normalize('NFKC', found[0])}", typed)
    written = unicodedata.normalize("NFKC", raised).translate(str.maketrans("−–—×·∙⋅÷", "---****/"))
    return written.replace("^", "**").replace("σ", "sigmoid").strip()


def _plain(character: str) -> str:
    if character in "−–—﹣－‐‑‒":
        return "-"
    if character in "×·∙":
        return "*"
    normal = unicodedata.normalize("NFKC", character)
    return f" {normal.replace('⁄', '/')}" if len(normal) > 1 and "⁄" in normal else normal.replace("⁄", "/")  # 2½
