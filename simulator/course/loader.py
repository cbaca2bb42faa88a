"""Lessons from their folders: the course in order, and what is wrong with a lesson that cannot be read."""

import os
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from simulator.course.lesson import KINDS, Plan
from simulator.course.markdown import Mistake, PanelUse, Part, Question, Reader, Words
from simulator.errors import InputError
from simulator.texts import LANGUAGES

FOLDER = "BACKPROP_SIMULATOR_LESSONS"
"""Environment variable with a folder of lessons of one's own; they come after those of the course."""
FOLDER_NAME = re.compile(r"\d{2}-[a-z0-9][a-z0-9-]*")
PLAN = "lesson.toml"


class Lesson(NamedTuple):
    """One lesson."""

    name: str  # of its folder
    plan: Plan
    words: dict[str, Words]  # by language

    def part(self, language: str, name: str) -> Part:
        """Return a part."""
        return next(part for part in self.words[language].parts if part.name == name)

    def questions(self, language: str) -> dict[str, Question]:
        """Return the checkpoints in words, by name, in the order in which they are met."""
        blocks = [block for part in self.words[language].parts for block in part.blocks]
        return {block.name: block for block in blocks if isinstance(block, Question)}


class Read(NamedTuple):
    """What came of a folder: a lesson, or why there is none."""

    name: str
    lesson: Lesson | None
    mistakes: tuple[Mistake, ...]


def packaged() -> Path:
    """Return the folder of the lessons that come with the program."""
    package = Path(__file__).parents[1]
    return (package / "app" if (package / "app").is_dir() else package.parent) / "lessons"


def folders(own: str | None = None) -> tuple[Path, ...]:
    """Return the folders of all lessons, in order; a lesson of one's own takes the place of one with its name.

    Args:
      own: folder with lessons of one's own; by default the one that the environment names.
    """
    own = os.environ.get(FOLDER, "") if own is None else own
    roots = [packaged(), *([Path(own)] if own else [])]
    found = {path.name: path for root in roots if root.is_dir() for path in root.iterdir() if _is_lesson(path)}
    return tuple(found[name] for name in sorted(found))


def _is_lesson(path: Path) -> bool:
    return path.is_dir() and FOLDER_NAME.fullmatch(path.name) is not None


def read_lesson(folder: Path) -> Read:
    """Read the lesson in a folder; every mistake in its files is told with file and line."""
    try:
        stamps = tuple((folder / name).stat().st_mtime_ns for name in _files())
    except OSError:
        missing = next(name for name in _files() if not (folder / name).is_file())
        error = InputError("lesson:file", value=missing, choices=_files())
        return Read(folder.name, None, (Mistake(str(folder / missing), 1, error),))
    return _read(folder, stamps)


def course(own: str | None = None) -> tuple[Lesson, ...]:
    """Return the lessons that can be taught, in the order of the course."""
    read = [read_lesson(folder).lesson for folder in folders(own)]
    return tuple(sorted((one for one in read if one is not None), key=lambda one: (one.plan.order, one.name)))


def _files() -> tuple[str, ...]:
    return (PLAN, *(f"{language}.md" for language in LANGUAGES))


@lru_cache(maxsize=200)
def _read(folder: Path, _stamps: tuple[int, ...]) -> Read:
    try:
        texts = {name: (folder / name).read_text(encoding="utf-8") for name in _files()}
    except UnicodeDecodeError:
        return Read(folder.name, None, (Mistake(str(folder), 1, InputError("lesson:encoding")),))
    plan, mistakes = read_plan(texts[PLAN], str(folder / PLAN))
    words = {}
    for language in LANGUAGES:
        reader = Reader(texts[f"{language}.md"], str(folder / f"{language}.md"))
        words[language] = reader.words()
        mistakes += reader.mistakes
    if plan is None or mistakes:
        return Read(folder.name, None, tuple(mistakes))
    lesson = Lesson(folder.name, plan, words)
    mistakes = list(_misfits(lesson, folder))
    return Read(folder.name, None if mistakes else lesson, tuple(mistakes))


def read_plan(text: str, file: str) -> tuple[Plan | None, list[Mistake]]:
    """Read a ``lesson.toml``; every mistake with the line of what it is about."""
    try:
        return Plan.model_validate(tomllib.loads(text)), []
    except tomllib.TOMLDecodeError as error:
        line = getattr(error, "lineno", None) or _line_in(str(error))
        return None, [Mistake(file, line, InputError("lesson:toml", detail=str(error)))]
    except ValidationError as error:
        return None, [_told(one, text, file) for one in error.errors(include_url=False)]


def _line_in(message: str) -> int:
    found = re.search(r"line (\d+)", message)
    return int(found[1]) if found else 1


_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "union_tag_invalid": "kind",
    "union_tag_not_found": "kind",
}
"""What pydantic calls a mistake → the entry of ``errors_lesson``; any other one is a value that does not fit."""


def _told(error: Any, text: str, file: str) -> Mistake:
    places = [str(part) for part in error["loc"] if part not in KINDS]
    where, line = ".".join(places) or PLAN, line_of(text, places)
    name = _CODES.get(error["type"], "value")
    detail = str(error["msg"]).removeprefix("Value error, ")
    return Mistake(file, line, InputError(f"lesson:{name}", where=where, detail=detail, choices=KINDS))


def line_of(text: str, places: list[str]) -> int:
    """Return the line of a TOML file, from 1, in which a key stands, or the table that it should stand in.

    >>> line_of("order = 1\\n[values.a]\\nformula = '2'", ["values", "a", "formula"])
    3
    """
    lines, found, start = text.splitlines(), 1, 0
    for depth in range(len(places), 0, -1):
        header = re.compile(rf"\s*\[+{re.escape('.'.join(places[:depth]))}\]+")
        place = next((number for number, line in enumerate(lines) if header.match(line)), None)
        if place is not None:
            found, start, places = place + 1, place + 1, places[depth:]
            break
    key = re.compile(rf"\s*{re.escape(places[0])}\s*=") if places else None
    for number in range(start, len(lines)):
        if lines[number].lstrip().startswith("[") or key is None:
            break
        if key.match(lines[number]):
            return number + 1
    return found


def _misfits(lesson: Lesson, folder: Path) -> Iterator[Mistake]:
    """Yield where a text and the plan say different things."""
    plan = lesson.plan
    for language, words in lesson.words.items():
        file = str(folder / f"{language}.md")
        names = [part.name for part in words.parts]
        if names != plan.parts:
            line = next((p.line for p, name in zip(words.parts, plan.parts, strict=False) if p.name != name), 1)
            yield Mistake(file, line, InputError("lesson:parts", value=", ".join(names), choices=plan.parts))
        asked = [block.name for part in words.parts for block in part.blocks if isinstance(block, Question)]
        if sorted(asked) != sorted(plan.checkpoints):
            yield Mistake(
                file,
                1,
                InputError("lesson:exercises", value=", ".join(asked) or "–", choices=plan.checkpoints or ["–"]),
            )
            continue
        for question in lesson.questions(language).values():
            yield from _question_misfits(plan.checkpoints[question.name], question, file)
    goals = {len(words.goals) for words in lesson.words.values()}
    if len(goals) > 1:
        yield Mistake(str(folder / f"{LANGUAGES[-1]}.md"), 1, InputError("lesson:goals"))
    shown = [[_shape(part) for part in words.parts] for words in lesson.words.values()]
    if any(one != shown[0] for one in shown):
        yield Mistake(str(folder / f"{LANGUAGES[-1]}.md"), 1, InputError("lesson:structure"))


def _shape(part: Part) -> list[tuple[str, ...]]:
    """Return the panels and questions of a part in order; prose may be cut differently in each language."""
    blocks = [block for block in part.blocks if isinstance(block, (PanelUse, Question))]
    return [(block.name,) if isinstance(block, Question) else (block.scene, block.panel) for block in blocks]


def _question_misfits(checkpoint: Any, question: Question, file: str) -> Iterator[Mistake]:
    wanted = getattr(checkpoint, "options", None) or getattr(checkpoint, "right", [])
    left = getattr(checkpoint, "left", [])
    if len(question.options) != len(wanted) or len(question.left) != len(left):
        details = {"value": question.name, "given": len(question.options) + len(question.left)}
        yield Mistake(file, question.line, InputError("lesson:options", choices=[*left, *wanted], **details))
    if set(question.hints) != set(checkpoint.names):
        given = ", ".join(question.hints) or "–"
        names = checkpoint.names or ["–"]
        yield Mistake(file, question.line, InputError("lesson:hints", value=question.name, given=given, choices=names))
