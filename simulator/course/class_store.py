"""The store of a class: what became of every learner's checkpoints, in one database that a teacher can read.

Every answer is one transaction, ended before its verdict is shown. Needs the extra ``class``.
"""

import json
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sql
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from simulator.course.progress import Answered, LessonProgress, Progress, record, together
from simulator.errors import InputError

MAX_NAME = 40
WAIT_SECONDS = 10
"""How long an answer waits for another one that is being written."""
_TRIES = 3
MAX_LETTERS = 64
_NAME = sql.String(MAX_LETTERS)
_FULL = ("disk is full", "No space left")
_DISK_FULL = "53100"
"""PostgreSQL's code for it."""
_LOG = logging.getLogger("simulator")
T = TypeVar("T")

_TABLES = sql.MetaData()
_LEARNERS = sql.Table(
    "learners",
    _TABLES,
    sql.Column("learner", _NAME, primary_key=True),
    sql.Column("name", sql.String(MAX_NAME), nullable=False, default=""),
    sql.Column("lesson", _NAME, nullable=False, default=""),
    sql.Column("part", _NAME, nullable=False, default=""),
    sql.Column("seen", sql.DateTime(timezone=True), nullable=False),
)
_ANSWERS = sql.Table(
    "answers",
    _TABLES,
    sql.Column("learner", sql.ForeignKey("learners.learner", ondelete="CASCADE"), primary_key=True),
    sql.Column("lesson", _NAME, primary_key=True),
    sql.Column("checkpoint", _NAME, primary_key=True),
    sql.Column("done", sql.String(8), nullable=False),
    sql.Column("tries", sql.Integer, nullable=False),
    sql.Column("wrong", sql.Text, nullable=False),  # names of recognised wrong answers, a JSON list
)
_KEYS = sql.Table("teacher_key", _TABLES, sql.Column("one", sql.Integer, primary_key=True), sql.Column("key", _NAME))


class Learner(NamedTuple):
    """One learner of the class."""

    learner: str
    name: str  # as chosen; empty for none
    lesson: str  # that was open last
    part: str
    seen: datetime
    progress: Progress


class Stumble(NamedTuple):
    """A wrong answer that was recognised, and how many learners gave it."""

    lesson: str
    checkpoint: str
    wrong: str
    learners: int
    asked: int  # learners who have answered the checkpoint at all


class ClassStore:
    """The store of one class.

    Args:
      url: of the database, as SQLAlchemy writes it: ``sqlite:////path/class.sqlite``, ``postgresql+psycopg://…``.

    Raises:
      InputError: with a sentence, from every method, where the database cannot be read or written.
    """

    def __init__(self, url: str):
        with _said():
            self._engine = sql.create_engine(url, pool_pre_ping=True, **_options(url))
            if self._engine.dialect.name == "sqlite":
                event.listen(self._engine, "connect", _careful)
                event.listen(self._engine, "begin", _at_once)
            _TABLES.create_all(self._engine)

    def answer(self, learner: str, lesson: str, checkpoint: str, *, right: bool, wrong: str) -> Answered:
        """Note one more answer of a learner, and return what became of the checkpoint. Two tabs count both answers."""

        def note(connection: sql.Connection) -> Answered:
            before = _progress(connection, learner).of(lesson).checkpoints.get(checkpoint, Answered())
            after = record(before, right, wrong)
            _put(connection, learner, lesson, checkpoint, after)
            return after

        return self._write(learner, note)

    def save(self, learner: str, progress: Progress, place: tuple[str, str] = ("", "")) -> Progress:
        """Add what a browser knows of a learner, and return what both know together.

        Args:
          learner: whose progress it is.
          progress: of the browser.
          place: lesson and part that are open; nothing for the map.
        """

        def note(connection: sql.Connection) -> Progress:
            kept = _progress(connection, learner)
            for lesson, entry in progress.lessons.items():
                known = kept.of(lesson).checkpoints
                for checkpoint, answered in entry.checkpoints.items():
                    if not _is_name(lesson) or not _is_name(checkpoint):
                        continue
                    both = together(known.get(checkpoint, Answered()), answered)
                    if both != known.get(checkpoint):
                        _put(connection, learner, lesson, checkpoint, both)
                        known[checkpoint] = both
            if place[0]:
                where = {"lesson": place[0], "part": place[1]}
                connection.execute(_LEARNERS.update().where(_LEARNERS.c.learner == learner).values(**where))
            return kept

        return self._write(learner, note)

    def rename(self, learner: str, name: str) -> None:
        """Give a learner a name, or none."""
        short = "".join(sign for sign in " ".join(name.split()) if sign.isprintable())[:MAX_NAME]
        change = _LEARNERS.update().where(_LEARNERS.c.learner == learner).values(name=short)
        self._write(learner, lambda connection: connection.execute(change))

    def name(self, learner: str) -> str:
        """Return the name that a learner has chosen; empty for none."""
        wanted = sql.select(_LEARNERS.c.name).where(_LEARNERS.c.learner == learner)
        return self._read(lambda connection: connection.execute(wanted).scalar()) or ""

    def learners(self) -> list[Learner]:
        """Return the class, whoever was here last first."""

        def read(connection: sql.Connection) -> list[Learner]:
            found: dict[str, Progress] = {}
            for row in connection.execute(_ANSWERS.select()):
                found.setdefault(row.learner, Progress()).of(row.lesson).checkpoints[row.checkpoint] = _answered(row)
            rows = connection.execute(_LEARNERS.select().order_by(_LEARNERS.c.seen.desc()))
            return [Learner(**row, progress=found.get(row["learner"], Progress())) for row in rows.mappings()]

        return self._read(read)

    def key(self) -> str:
        """Return the key of the teacher's page: drawn once, the same for every process on this database."""

        def draw(connection: sql.Connection) -> str:
            known = connection.execute(sql.select(_KEYS.c.key)).scalar()
            if known is None:
                known = secrets.token_urlsafe(18)
                connection.execute(_KEYS.insert().values(one=1, key=known))
            return known

        return self._again(draw)

    def forget(self) -> None:
        """Delete every learner and every answer."""

        def delete(connection: sql.Connection) -> None:
            connection.execute(_ANSWERS.delete())
            connection.execute(_LEARNERS.delete())

        self._again(delete)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _write(self, learner: str, note: Callable[[sql.Connection], T]) -> T:
        """Do something about a learner whose row is locked until it is done."""

        def locked(connection: sql.Connection) -> T:
            mine, now = _LEARNERS.c.learner == learner, datetime.now(UTC)
            if connection.execute(sql.select(_LEARNERS.c.learner).where(mine).with_for_update()).first() is None:
                connection.execute(_LEARNERS.insert().values(learner=learner, seen=now))
            connection.execute(_LEARNERS.update().where(mine).values(seen=now))
            return note(connection)

        return self._again(locked)

    def _again(self, work: Callable[[sql.Connection], T]) -> T:
        """Do work in one transaction; once more where another process has added the same row meanwhile."""
        with _said():
            for attempt in range(_TRIES):
                try:
                    with self._engine.begin() as connection:
                        return work(connection)
                except IntegrityError:
                    if attempt == _TRIES - 1:
                        raise
        raise AssertionError

    def _read(self, work: Callable[[sql.Connection], T]) -> T:
        with _said(), self._engine.begin() as connection:
            return work(connection)


def stumbles(learners: list[Learner]) -> list[Stumble]:
    """Return the recognised wrong answers of a class, those of most learners first."""
    asked: dict[tuple[str, str], int] = {}
    given: dict[tuple[str, str, str], int] = {}
    for learner in learners:
        for lesson, entry in learner.progress.lessons.items():
            for checkpoint, answered in entry.checkpoints.items():
                if answered.tries:
                    asked[lesson, checkpoint] = asked.get((lesson, checkpoint), 0) + 1
                for wrong in answered.wrong:
                    given[lesson, checkpoint, wrong] = given.get((lesson, checkpoint, wrong), 0) + 1
    found = [Stumble(*where, number, asked.get(where[:2], number)) for where, number in given.items()]
    return sorted(found, key=lambda one: (-one.learners, one.lesson, one.checkpoint, one.wrong))


def _is_name(written: str) -> bool:
    """Say whether a column can hold what a browser calls a lesson or a checkpoint."""
    return 0 < len(written) <= MAX_LETTERS and written.isprintable()


def _put(connection: sql.Connection, learner: str, lesson: str, checkpoint: str, answered: Answered) -> None:
    where = {"learner": learner, "lesson": lesson, "checkpoint": checkpoint}
    values = {"done": answered.done, "tries": answered.tries, "wrong": json.dumps(answered.wrong)}
    mine = sql.and_(*(_ANSWERS.c[name] == value for name, value in where.items()))
    if not connection.execute(_ANSWERS.update().where(mine).values(**values)).rowcount:
        connection.execute(_ANSWERS.insert().values(**where, **values))


def _progress(connection: sql.Connection, learner: str) -> Progress:
    lessons: dict[str, LessonProgress] = {}
    for row in connection.execute(_ANSWERS.select().where(_ANSWERS.c.learner == learner)):
        lessons.setdefault(row.lesson, LessonProgress()).checkpoints[row.checkpoint] = _answered(row)
    return Progress(learner=learner, lessons=lessons)


def _answered(row: Any) -> Answered:
    return Answered(done=row.done, tries=row.tries, wrong=json.loads(row.wrong))


def _options(url: str) -> Mapping[str, Any]:
    return {"connect_args": {"timeout": WAIT_SECONDS}} if url.startswith("sqlite") else {}


def _careful(connection: Any, _record: Any) -> None:
    """Write what is committed to the disk before going on, and let readers read meanwhile."""
    connection.isolation_level = None  # transactions begin where ``_at_once`` says, not where the driver guesses
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _at_once(connection: sql.Connection) -> None:
    """Take the right to write before reading: two answers at once come one after the other."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _said() -> Iterator[None]:
    """Say in a sentence what the database refuses."""
    try:
        yield
    except (SQLAlchemyError, OSError, ImportError) as error:
        cause = getattr(error, "orig", None) or error
        _LOG.warning("The class store failed: %s", str(cause)[:200])  # for who runs it: it may name the database
        full = getattr(cause, "sqlstate", "") == _DISK_FULL or any(sign in str(cause) for sign in _FULL)
        raise InputError("class:full" if full else "class:away") from error
