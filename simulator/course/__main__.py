"""``python -m simulator.course``: ``check [FOLDER …]`` and ``new FOLDER`` for authors, ``sheet`` for exercises."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator.course.checking import check
from simulator.course.exercises.command import add_sheet, write_sheet
from simulator.course.loader import folders
from simulator.course.starting import start
from simulator.errors import InputError
from simulator.texts import LANGUAGES, text


def main(arguments: Sequence[str] | None = None) -> int:
    """Check lessons, or start one. Returns the exit status: 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator.course", description="Check and start lessons; print exercises."
    )
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the sentences")
    commands = parser.add_subparsers(dest="command", required=True)
    checks = commands.add_parser("check", help="say what is wrong with lessons")
    checks.add_argument("folder", nargs="*", type=Path, help="of a lesson; every lesson by default")
    commands.add_parser("new", help="start a lesson").add_argument("folder", type=Path, help="like 11-my-lesson")
    add_sheet(commands)
    asked = parser.parse_args(arguments)
    if asked.command == "sheet":
        return write_sheet(asked)
    if asked.command == "new":
        return _new(asked.folder, asked.language)
    return _check(tuple(asked.folder) or folders(), asked.language)


def _new(folder: Path, language: str) -> int:
    try:
        start(folder)
    except InputError as error:
        print(error.in_language(language), file=sys.stderr)
        return 1
    print(text(language, "lessons.author.started", folder=folder))
    return 0


def _check(chosen: Sequence[Path], language: str) -> int:
    wrong = 0
    for folder in chosen:
        mistakes = check(folder)
        wrong += len(mistakes)
        for mistake in mistakes:
            print(mistake.say(language))
        if not mistakes:
            print(text(language, "lessons.author.fine", folder=folder))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
