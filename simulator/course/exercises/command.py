"""From the shell: ``python -m simulator.course sheet --topics … --problems n --seeds a-b --language ko --out DIR``."""

import argparse
import re
import sys
from pathlib import Path

from simulator.course.exercises.registry import TOPICS, title
from simulator.course.exercises.sheet import sheets
from simulator.errors import InputError
from simulator.texts import LANGUAGES, text

_SEEDS = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")


def add_sheet(commands) -> None:
    """Add the command to the parser of ``python -m simulator.course``."""
    listed = ", ".join(f"{topic} ({title(topic, 'en')})" for topic in TOPICS)
    parser: argparse.ArgumentParser = commands.add_parser(
        "sheet", help="write exercise sheets and their key", epilog=f"Topics: {listed}."
    )
    parser.add_argument("--topics", default=",".join(TOPICS), help="with commas between; all by default")
    parser.add_argument("--problems", type=int, default=5, help="of one sheet")
    parser.add_argument("--seeds", default="1", help="one number, or the first and the last: 1-30, one a student")
    parser.add_argument("--language", choices=LANGUAGES, default=argparse.SUPPRESS, help="of the sheets")
    parser.add_argument("--out", type=Path, default=Path("."), help="folder for the files")


def read_seeds(written: str) -> range:
    """Return the seeds of ``7`` or ``1-30``.

    >>> read_seeds("3-5")
    range(3, 6)

    Raises:
      InputError: when it is neither.
    """
    match = _SEEDS.fullmatch(written.replace(" ", ""))
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if last < first:
        raise InputError("exercises:seeds", value=written[:30])
    return range(first, last + 1)


def write_sheet(asked: argparse.Namespace) -> int:
    """Write the files of the command. Returns the exit status."""
    numbers = asked.seeds.replace(" ", "")
    topics = [topic.strip() for topic in asked.topics.split(",") if topic.strip()]
    try:
        made = sheets(topics, asked.problems, read_seeds(asked.seeds), asked.language)
        asked.out.mkdir(parents=True, exist_ok=True)
        for name, content in made._asdict().items():
            path = asked.out / f"{name}-{numbers}-{asked.language}.html"
            path.write_text(content, encoding="utf-8")
            print(path)
    except InputError as error:
        print(error.in_language(asked.language), file=sys.stderr)
        return 1
    except OSError as error:
        print(text(asked.language, "errors_exercises.write", path=asked.out, detail=error.strerror), file=sys.stderr)
        return 1
    return 0
