"""The templates and the catalogue fit together."""

import re

import pytest

from simulator.core.export.pieces import comment, pieces, render
from simulator.core.training import LOSSES
from simulator.texts import LANGUAGES, catalogue

FILES = ("common", "numpy", "jax", "torch")


def marks(pattern: str) -> set[str]:
    return {name for file in FILES for code in pieces(file).values() for name in re.findall(pattern, code)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_comment_and_docstring_has_its_words_and_none_is_left_over(language: str):
    words = catalogue(language)
    comments = {entry.removeprefix("export.comment.") for entry in words if entry.startswith("export.comment.")}
    assert comments == marks(r"#: (\w+)") | {"data", "simulator_losses"}
    docstrings = {entry.removeprefix("export.docstring.") for entry in words if entry.startswith("export.docstring.")}
    named = marks(r'"""@(\w+)"""') | {f"loss_{loss}" for loss in LOSSES if loss.startswith("mse")}
    assert docstrings == named


def test_lines_are_kept_by_their_flags():
    code = "a #? on\nb #? off\nc #? !off on\nd #? !on\ne"
    assert render(code, {"on"}, {}, "en") == "a\nc\ne"


def test_comments_keep_their_indent_and_width():
    lines = comment("word " * 60, "    ")
    assert all(line.startswith("    # word") and len(line) <= 100 for line in lines)
    assert " ".join(line.strip("# ") for line in lines) == ("word " * 60).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_docstring_can_end_itself(language: str):
    for entry, words in catalogue(language).items():
        if entry.startswith("export."):
            assert '"' not in words and "\\" not in words, entry
