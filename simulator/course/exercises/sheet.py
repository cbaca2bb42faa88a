"""Sheets to print: for every seed a number of problems, and a key apart; each file stands alone, without a net."""

import html
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from latex2mathml.converter import convert

from simulator.course.exercises.exercise import Exercise, Line
from simulator.course.exercises.registry import TOPICS, exercise, title
from simulator.errors import InputError
from simulator.texts import text

MOST_PROBLEMS = 40
MOST_AT_ONCE = 2_000
"""Problems that are made at a time, on all sheets together: about two seconds of work."""
LARGEST_SHEET = 999
"""Seeds of sheets go from 1 to this: a seed of an exercise is that of its sheet and two digits more."""
_PER_SHEET = 100
_MATHEMATICS = re.compile(r"\$([^$]+)\$")
_STYLE = """
@page { size: A4; margin: 12mm 15mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 180mm; padding: 4mm; color: #000; background: #fff; word-break: keep-all;
  font: 11pt/1.5 system-ui, "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic", "Apple SD Gothic Neo", sans-serif; }
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "Noto Sans Math", math; }
.formula math, .line math, .key math, .ask math { math-style: normal; }
.sheet + .sheet { break-before: page; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 8mm; flex-wrap: wrap;
  border-bottom: 0.4mm solid #000; margin-bottom: 5mm; padding-bottom: 2mm; }
h1 { font-size: 15pt; margin: 0; }
h2 { font-size: 11.5pt; margin: 0 0 1mm; }
.name::after { content: ""; display: inline-block; width: 45mm; border-bottom: 0.2mm solid #000; }
.number { font-variant-numeric: tabular-nums; }
article { break-inside: avoid; margin: 0 0 5mm; }
p { margin: 0 0 1.5mm; }
.formula { margin: 1mm 0 2mm 6mm; overflow-wrap: anywhere; }
.line { display: flex; gap: 3mm; align-items: center; margin: 0 0 1mm 6mm; }
.ask { font-weight: 600; }
.how { margin-bottom: 4mm; }
.room { height: 18mm; }
.answer { text-align: right; }
.answer::after { content: ""; display: inline-block; width: 50mm; border-bottom: 0.2mm solid #000; }
.key { font-weight: 600; }
@media print { body { padding: 0; max-width: none; } }
"""


class Files(NamedTuple):
    """What is printed, as HTML: the sheets of all seeds, and their key."""

    sheet: str
    key: str


def problems(topics: Sequence[str], num_problems: int, seed: int) -> tuple[Exercise, ...]:
    """Return the problems of one sheet: the topics in turn, no problem twice.

    >>> [made.topic for made in problems(("momentum", "adam"), 3, seed=7)]
    ['momentum', 'adam', 'momentum']

    Raises:
      InputError: when there is no topic or too many problems, or when the seed is too large.
    """
    if not topics:
        raise InputError("exercises:no_topic", choices=list(TOPICS))
    _check(num_problems, 1, MOST_PROBLEMS, "problems")
    _check(seed, 1, LARGEST_SHEET, "sheet_seed")
    made: list[Exercise] = []
    for place in range(_PER_SHEET):
        if len(made) == num_problems:
            break
        one = exercise(topics[len(made) % len(topics)], seed * _PER_SHEET + place)
        if all(one.given != other.given or one.question != other.question for other in made):
            made.append(one)
    return tuple(made)


def check_sheets(num_sheets: int, num_problems: int) -> None:
    """Raise ``InputError`` where so many sheets cannot be made at a time."""
    _check(num_sheets, 1, MOST_AT_ONCE // min(max(num_problems, 1), MOST_PROBLEMS), "sheets")


def _check(value: int, least: int, most: int, entry: str) -> None:
    if not least <= value <= most:
        raise InputError(f"exercises:{entry}", value=value, least=least, most=most)


def sheets(topics: Sequence[str], num_problems: int, seeds: Iterable[int], language: str) -> Files:
    """Return the sheets of several seeds, one after the other, and the key to all of them.

    Args:
      topics: names, in the order in which they are asked for.
      num_problems: of one sheet.
      seeds: of the sheets, one a student.
      language: of the words.

    Raises:
      InputError: as ``problems``, and when there are too many sheets.
    """
    chosen = tuple(dict.fromkeys(seeds))
    check_sheets(len(chosen), num_problems)
    made = {seed: problems(topics, num_problems, seed) for seed in chosen}
    asked = (_sheet(seed, found, language) for seed, found in made.items())
    solved = (_key(seed, found, language) for seed, found in made.items())
    return Files(
        sheet=_document(text(language, "exercises.sheet.title"), asked, language),
        key=_document(text(language, "exercises.sheet.key_title"), solved, language),
    )


def _document(heading: str, parts: Iterable[str], language: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{html.escape(heading)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{''.join(parts)}</body>\n</html>\n"
    )


def _sheet(seed: int, made: Sequence[Exercise], language: str) -> str:
    parts = []
    for place, one in enumerate(made, start=1):
        answer = text(language, "exercises.sheet.answer")
        parts.append(
            f"<article>\n<h2>{place}. {html.escape(title(one.topic, language))}</h2>\n{_lines(one.given, language)}"
            f'<p class="ask">{mathematics(one.question.text(language))}</p>\n<div class="room"></div>\n'
            f'<p class="answer">{answer} </p>\n</article>\n'
        )
    name = f'<span class="name">{text(language, "exercises.sheet.name")} </span>'
    how = f'<p class="how">{text(language, "exercises.sheet.how")}</p>\n'
    return _section(text(language, "exercises.sheet.title"), seed, name, [how, *parts], language)


def _key(seed: int, made: Sequence[Exercise], language: str) -> str:
    parts = [
        f"<article>\n<h2>{place}. {html.escape(title(one.topic, language))}</h2>\n"
        f'<p class="key">{text(language, "exercises.sheet.answer")} {_math(one.key)}</p>\n'
        f"{_lines(one.solution, language)}</article>\n"
        for place, one in enumerate(made, start=1)
    ]
    return _section(text(language, "exercises.sheet.key_title"), seed, "", parts, language)


def _section(heading: str, seed: int, name: str, parts: Iterable[str], language: str) -> str:
    number = text(language, "exercises.sheet.number", seed=seed)
    return (
        f'<section class="sheet">\n<header><h1>{html.escape(heading)}</h1>{name}'
        f'<span class="number">{number}</span></header>\n{"".join(parts)}</section>\n'
    )


def _lines(lines: Iterable[Line], language: str) -> str:
    return "".join(_line(line, language) for line in lines)


def _line(line: Line, language: str) -> str:
    words = mathematics(line.words.say(language))
    if not line.formula:
        return f"<p>{words}</p>\n"
    if line.beside:
        return f'<div class="line"><span>{words}</span>{_math(line.formula)}</div>\n'
    return f'<p>{words}</p>\n<div class="formula">{_math(line.formula)}</div>\n'


def mathematics(sentence: str) -> str:
    """Return a sentence as HTML, what stands between dollars as MathML."""
    parts = _MATHEMATICS.split(sentence)
    return "".join(_math(part) if place % 2 else html.escape(part) for place, part in enumerate(parts))


@lru_cache(maxsize=4096)
def _math(formula: str) -> str:
    return convert(formula.replace(r"\tfrac", r"\frac"))
