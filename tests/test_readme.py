"""What the READMEs promise."""

import doctest
import re

import pytest

from simulator.texts import text
from simulator.ui.frame.pages import PAGES

READMES = {"en": "README.md", "ko": "README.ko.md"}


@pytest.mark.parametrize("name", READMES.values())
def test_the_example_gives_what_it_says(root, name):
    blocks = re.findall(r"```pycon\n(.*?)```", (root / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert blocks
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    for block in blocks:
        example = parser.get_doctest(block, {}, name, name, 0)
        assert example.examples
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


def test_both_say_the_same_commands(root):
    english, korean = ((root / name).read_text(encoding="utf-8") for name in READMES.values())
    commands = re.compile(r"```(?:sh|powershell)\n(.*?)```", flags=re.DOTALL)
    assert commands.findall(english) == commands.findall(korean)
    assert len(commands.findall(english)) == 4
    assert english.count("\n## ") == korean.count("\n## ")


@pytest.mark.parametrize(("language", "name"), READMES.items())
def test_every_page_is_in_the_table(root, language, name):
    readme = (root / name).read_text(encoding="utf-8")
    missing = [page.name for page in PAGES if f"| {text(language, f'frame.pages.{page.name}.title')} |" not in readme]
    assert not missing


def test_every_file_that_is_linked_exists(root):
    for name in READMES.values():
        links = re.findall(r"\]\(([^)#:]+)\)", (root / name).read_text(encoding="utf-8"))
        assert links
        assert not [link for link in links if not (root / link).exists()]
