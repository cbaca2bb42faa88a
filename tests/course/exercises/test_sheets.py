"""Sheets: the same for the same seed, another one for every student, in files that stand alone."""

import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from simulator.course.__main__ import main
from simulator.course.exercises.registry import TOPICS, exercise, title
from simulator.course.exercises.sheet import mathematics, problems, sheets
from simulator.errors import InputError
from simulator.texts import LANGUAGES, text

VOID = {"meta"}


class Parts(HTMLParser):
    """Collects what a document asks for from elsewhere, and checks that its elements close."""

    def __init__(self, document: str):
        super().__init__()
        self.open: list[str] = []
        self.elsewhere: list[str] = []
        self.articles = self.mathematics = 0
        self.feed(document)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elsewhere += [f"{tag} {name}={value}" for name, value in attrs if name in ("src", "href", "data")]
        self.articles += tag == "article"
        self.mathematics += tag == "math"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_stands_alone_and_holds_every_topic(language):
    made = sheets(tuple(TOPICS), len(TOPICS), (1, 2), language)
    for document in made:
        parts = Parts(document)
        assert (parts.open, parts.elsewhere, parts.articles) == ([], [], 2 * len(TOPICS))
        assert parts.mathematics > 100
        assert "http" not in document.replace("http://www.w3.org/1998/Math/MathML", "")
        assert f'<html lang="{language}">' in document
        assert not [sign for sign in ("$", "\\", "@import", "url(") if sign in document]
    for topic in TOPICS:
        assert all(title(topic, language).replace("'", "&#x27;") in document for document in made)


def test_the_key_is_not_on_the_sheet():
    topics = ("adam", "forward")
    made = sheets(topics, 2, (3,), "en")
    for one in problems(topics, 2, 3):
        assert mathematics(f"${one.key}$") in made.key
        assert mathematics(f"${one.key}$") not in made.sheet
        assert one.solution[0].words.say("en") not in made.sheet
    how = text("en", "exercises.sheet.how")
    assert made.sheet.count(how) == 1 and how not in made.key


def test_the_same_seed_is_the_same_sheet_and_another_seed_another():
    topics = ("huffman", "shapes", "momentum")
    again = [sheets(topics, 6, (seed,), "ko") for seed in (4, 4, 5)]
    assert again[0] == again[1]
    assert again[0].sheet != again[2].sheet


def test_students_get_different_problems_and_none_gets_one_twice():
    for topic in TOPICS:
        made = problems((topic,), 8, seed=1)
        given = [str((one.given, one.question.details)) for one in made]
        assert len(set(given)) == 8
    assert [one.topic for one in problems(("adam", "paths"), 5, 9)] == ["adam", "paths", "adam", "paths", "adam"]
    assert problems(("adam",), 1, 9)[0] == exercise("adam", 900)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_formula_becomes_mathematics(topic):
    """A command that the converter does not know would stand in the document as a word."""
    for one in (exercise(topic, seed) for seed in range(12)):
        lines = (*one.given, *one.solution)
        for formula in [one.key, *(line.formula for line in lines if line.formula)]:
            tree = ET.fromstring(mathematics(f"${formula}$"))
            words = [part.text for part in tree.iter() if part.text and len(part.text.strip()) > 1]
            letters = {"max", "ln", "log", "tanh"}
            assert [word for word in words if word.isalpha() and word not in letters] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_writes_both_files(tmp_path, capsys, language):
    arguments = ["sheet", "--topics", "adam, paths", "--problems", "2", "--seeds", "1-3"]
    assert main([*arguments, "--language", language, "--out", str(tmp_path / "new")]) == 0
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == [f"key-1-3-{language}.html", f"sheet-1-3-{language}.html"]
    document = (tmp_path / "new" / names[1]).read_text(encoding="utf-8")
    assert [text(language, "exercises.sheet.number", seed=seed) in document for seed in (1, 2, 3, 4)] == [True] * 3 + [
        False
    ]
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--topics", "adam,magic"], "no topic magic"),
        (["--topics", ","], "at least one topic"),
        (["--problems", "0"], "1 to 40 problems"),
        (["--seeds", "5-3"], "5-3 cannot be read"),
        (["--seeds", "0"], "from 1 to 999"),
        (["--seeds", "1-900"], "Between 1 and 400"),
        (["--out", "/dev/null/x"], "/dev/null/x cannot be written"),
    ],
)
def test_the_command_says_what_is_wrong(capsys, arguments, said):
    assert main(["sheet", *arguments]) == 1
    assert said in capsys.readouterr().err
    with pytest.raises(InputError, match="no topic magic"):
        problems(("magic",), 1, 1)
