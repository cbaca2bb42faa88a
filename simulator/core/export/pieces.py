"""Pieces of code as data: read from the template files, and rendered for one configuration and language.

A piece starts at a line ``=== name`` of ``templates/<file>.txt``. In it

- a line that ends in `` #? flag !other`` is kept where the flag is on and the other one off,
- ``<<name>>`` is replaced by a value,
- ``#: name`` stands for the comment ``export.comment.name`` of the catalogue,
- ``\"\"\"@name\"\"\"`` stands for the docstring ``export.docstring.name``.
"""

import re
import textwrap
from collections.abc import Mapping, Set
from functools import cache
from importlib import resources

from simulator.texts import text

LINE_LENGTH = 100
_DOCSTRING = re.compile(r'"""@(\w+)"""')
_VALUE = re.compile(r"<<(\w+)>>")


@cache
def pieces(file: str) -> dict[str, str]:
    """Return the pieces of a template file: name → code as it stands there."""
    content = resources.files("simulator.core.export.templates").joinpath(f"{file}.txt").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for part in content.split("=== ")[1:]:
        name, _, code = part.partition("\n")
        found[name.strip()] = code.strip("\n")
    return found


def render(code: str, flags: Set[str], values: Mapping[str, str], language: str) -> str:
    """Return a piece for one configuration, its comments in the reader's language.

    >>> render("x = <<value>>  #? big !small", {"big"}, {"value": "3"}, "en")
    'x = 3'
    """
    lines: list[str] = []
    for line in code.split("\n"):
        line, asked = _split_condition(line)
        if not all(flag[1:] not in flags if flag.startswith("!") else flag in flags for flag in asked):
            continue
        line = _VALUE.sub(lambda match: values[match[1]], line)
        line = _DOCSTRING.sub(lambda match: f'"""{text(language, f"export.docstring.{match[1]}")}"""', line)
        indent, mark, name = line.partition("#: ")
        lines.extend(comment(text(language, f"export.comment.{name}"), indent) if mark else [line])
    return "\n".join(lines)


def _split_condition(line: str) -> tuple[str, list[str]]:
    code, mark, condition = line.partition(" #? ")
    return (code.rstrip(), condition.split()) if mark else (line, [])


def comment(sentence: str, indent: str = "") -> list[str]:
    """Return a sentence as comment lines of at most ``LINE_LENGTH`` characters."""
    return textwrap.wrap(
        sentence, LINE_LENGTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ", break_on_hyphens=False
    )
