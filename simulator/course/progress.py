"""How far a learner is: kept in the learner's own browser, and in a file to take along."""

import json
import re
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

VERSION = 1
MAX_LETTERS = 200_000
"""Of a file of progress; the whole course needs a tenth of it, every topic's problems the rest at most."""
MAX_LESSONS = 500
MAX_CHECKPOINTS = 200
"""Of one lesson."""
MAX_TOPICS = 100
MAX_PROBLEMS = 200
"""Of one topic that is practised; beyond that the first ones are forgotten."""
MAX_WRONG = 50
"""Recognised wrong answers of one checkpoint."""
MAX_TRIES = 10_000
MAX_NAME = 60
"""Letters of the name of a lesson or a part."""
TRIES = 3
"""Wrong answers after which the worked solution is shown."""
LEARNER = r"^[A-Za-z0-9_-]{0,64}$"
"""What names a learner in the store of a class: drawn by chance, and no name."""
_SEED = re.compile("[0-9]{1,6}")
_RANK = {"": 0, "skipped": 1, "shown": 2, "right": 3}


class Answered(BaseModel):
    """What became of one checkpoint."""

    model_config = ConfigDict(extra="ignore")

    done: Literal["", "right", "shown", "skipped"] = ""
    tries: int = Field(default=0, ge=0, le=MAX_TRIES)
    wrong: list[str] = Field(default=[], max_length=MAX_WRONG)  # names of the wrong answers that were recognised


class LessonProgress(BaseModel):
    """What became of one lesson."""

    model_config = ConfigDict(extra="ignore")

    part: str = Field(default="", max_length=MAX_NAME)  # that was open last
    checkpoints: dict[str, Answered] = Field(default={}, max_length=MAX_CHECKPOINTS)


class Progress(BaseModel):
    """What became of every lesson, and of every problem that was practised."""

    version: Literal[1] = VERSION
    learner: str = Field(default="", pattern=LEARNER)  # in the store of a class, where there is one
    lessons: dict[str, LessonProgress] = Field(default={}, max_length=MAX_LESSONS)
    practice: dict[str, dict[int, Answered]] = Field(default={}, max_length=MAX_TOPICS)  # topic → seed

    def practised(self, topic: str, seed: int) -> Answered:
        """Return what became of a problem."""
        return self.practice.get(topic, {}).get(seed, Answered())

    def count_practice(self, *topics: str) -> "Practised":
        """Count what became of the problems of some topics, of all without any; open ones do not count.

        >>> hinted = Answered(done="right", tries=2)
        >>> problems = {1: Answered(done="right", tries=1), 2: hinted, 3: Answered(tries=1)}
        >>> Progress(practice={"chain": problems}).count_practice()
        Practised(first=1, later=1, shown=0)
        """
        problems = [entry for topic in topics or self.practice for entry in self.practice.get(topic, {}).values()]
        found = ["first" if entry.done == "right" and entry.tries <= 1 else entry.done for entry in problems]
        return Practised(found.count("first"), found.count("right"), found.count("shown"))

    def note_practice(self, topic: str, seed: int, entry: Answered) -> None:
        """Change what became of a problem; which wrong answers it got is not kept."""
        problems = {**self.practice.get(topic, {}), seed: entry.model_copy(update={"wrong": []})}
        self.practice[topic] = dict(list(problems.items())[-MAX_PROBLEMS:])

    def of(self, lesson: str) -> LessonProgress:
        """Return what became of a lesson; a new entry where nothing has yet."""
        return self.lessons.setdefault(lesson, LessonProgress())

    def text(self) -> str:
        """Return it as a file."""
        return json.dumps(self.model_dump(exclude_defaults=True) | {"version": VERSION}, separators=(",", ":"))


class Loaded(NamedTuple):
    """Progress from a file, and whether anything of it could not be read."""

    progress: Progress
    whole: bool


def load(text: Any) -> Loaded:
    """Read progress; what is damaged, foreign or from another version is left out, the rest is kept.

    >>> found = load('{"version": 1, "lessons": {"01-a": {"part": "see"}, "02-b": 7}}')
    >>> found.progress.lessons, found.whole
    ({'01-a': LessonProgress(part='see', checkpoints={})}, False)
    """
    try:
        found = json.loads(text) if isinstance(text, str) and len(text) <= MAX_LETTERS else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("version") != VERSION or not isinstance(found.get("lessons", {}), dict):
        return Loaded(Progress(), False)
    whole, lessons = True, {}
    for name, entry in found.get("lessons", {}).items():
        lesson, complete = _lesson(entry)
        whole &= complete
        if lesson is not None and len(lessons) < MAX_LESSONS and len(name) <= MAX_NAME:
            lessons[name] = lesson
    learner = found.get("learner", "")
    known = isinstance(learner, str) and re.match(LEARNER, learner) is not None
    result = Progress(learner=learner if known else "", lessons=lessons)
    return Loaded(result, _load_practice(found.get("practice", {}), result) and whole and known)


def _load_practice(found: Any, result: Progress) -> bool:
    """Add the problems that can be read; say whether that is all of them."""
    if not isinstance(found, dict):
        return False
    whole = len(found) <= MAX_TOPICS
    for topic, problems in list(found.items())[:MAX_TOPICS]:
        read, complete = _read(problems, _seed)
        whole &= complete and len(topic) <= MAX_NAME
        for seed, entry in read.items() if len(topic) <= MAX_NAME else ():
            result.note_practice(topic, seed, entry)
    return whole


def _seed(written: str) -> int:
    if not _SEED.fullmatch(written):
        raise ValueError(written)
    return int(written)


def _read(entries: Any, name_of: Callable[[str], Any]) -> tuple[dict[Any, Answered], bool]:
    """Return the entries that are in order, and whether that is all of them."""
    found: dict[Any, Answered] = {}
    for name, answered in entries.items() if isinstance(entries, dict) else ():
        try:
            found[name_of(name)] = Answered.model_validate(answered)
        except ValueError:
            continue
    return found, isinstance(entries, dict) and len(found) == len(entries)


def _lesson(entry: Any) -> tuple[LessonProgress | None, bool]:
    if not isinstance(entry, dict) or not isinstance(entry.get("checkpoints", {}), dict):
        return None, False
    checkpoints, whole = _read(entry.get("checkpoints", {}), str)
    try:
        return LessonProgress(part=entry.get("part", ""), checkpoints=checkpoints), whole
    except ValidationError:
        return None, False


def merged(one: Progress, other: Progress) -> Progress:
    """Return what two tabs know together: of each checkpoint the outcome that is further."""
    result = one.model_copy(deep=True)
    result.learner = one.learner or other.learner
    for name, theirs in other.lessons.items():
        ours = result.of(name)
        ours.part = ours.part or theirs.part
        for place, answered in theirs.checkpoints.items():
            ours.checkpoints[place] = together(ours.checkpoints.get(place, Answered()), answered)
    for topic, problems in other.practice.items():
        for seed, answered in problems.items():
            result.note_practice(topic, seed, together(result.practised(topic, seed), answered))
    return result


class Practised(NamedTuple):
    """How many problems were practised to their end."""

    first: int  # right with the first answer
    later: int  # right after a hint
    shown: int  # whose solution was shown

    @property
    def solved(self) -> int:
        """How many were solved."""
        return self.first + self.later


def together(one: Answered, other: Answered) -> Answered:
    """Return what two tabs know of one checkpoint: the outcome that is further, and every wrong answer.

    >>> together(Answered(tries=2, wrong=["sign"]), Answered(done="right", tries=1))
    Answered(done='right', tries=2, wrong=['sign'])
    """
    further = other if _RANK[other.done] > _RANK[one.done] else one
    wrong = list(dict.fromkeys([*one.wrong, *other.wrong]))[:MAX_WRONG]
    return Answered(done=further.done, tries=max(one.tries, other.tries), wrong=wrong)


def record(answered: Answered, right: bool, name: str) -> Answered:
    """Return a checkpoint's entry after one more answer.

    Args:
      answered: before it.
      right: whether the answer is right.
      name: of the wrong answer that was recognised; empty for none.

    >>> record(Answered(tries=2), False, "sign")
    Answered(done='shown', tries=3, wrong=['sign'])
    """
    tries = min(answered.tries + 1, MAX_TRIES)
    wrong = [*answered.wrong, name] if name and name not in answered.wrong else answered.wrong
    done = "right" if right else "shown" if tries >= TRIES else answered.done
    return Answered(done=done, tries=tries, wrong=wrong[:MAX_WRONG])
