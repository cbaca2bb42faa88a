"""What is said to an author: file, line and a sentence in both languages, for every mistake; and how lessons start."""

import re

import pytest

from simulator.course.__main__ import main
from simulator.course.checking import check
from simulator.course.loader import course, folders, line_of, read_lesson
from simulator.course.starting import start
from simulator.errors import InputError
from simulator.texts import LANGUAGES


@pytest.fixture
def folder(tmp_path):
    start(tmp_path / "11-mine")
    return tmp_path / "11-mine"


def change(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def title_in(folder):
    lesson = read_lesson(folder).lesson
    assert lesson is not None
    return lesson.words["en"].title


def line_with(folder, file, words):
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def taken_from(path):
    return f'scene = "loss"\npanel = "worked"\npath = "{path}"'


MISTAKES = [
    ("lesson.toml", "minutes = 20", "minutes = 'long'", "value", "minutes"),
    ("lesson.toml", "minutes = 20", "minute = 20", "missing", "order"),
    ("lesson.toml", "kind = \"number\"", "kind = \"riddle\"", "kind", "[checkpoints.error]"),
    ("lesson.toml", "answer = \"output\"", "", "missing", "[checkpoints.error]"),
    ("lesson.toml", "order = 11", "order = ", "toml", "order ="),
    ("lesson.toml", "answer = \"output\"", "answer = \"outputs\"", "no_value", "[checkpoints.error]"),
    ("lesson.toml", "logit=2", "logit=99", "settings", "logit=99"),
    ("lesson.toml", "logit=2", "logits=2", "setting", "logits=2"),
    ("lesson.toml", "scene = \"losses\"", "scene = \"lost\"", "settings", "scene = \"lost\""),
    ("lesson.toml", "[\"logit\", \"target\"]", "[\"depth\"]", "control", "controls ="),
    ("lesson.toml", "\"0.881\"", "\"0.9\"", "not_accepted", "[checkpoints.error]"),
    ("lesson.toml", "answer = 0.1192", "answer = 0.88", "not_rejected", "[checkpoints.error]"),
    ("lesson.toml", "parts = [\"see\", \"use\"]", "parts = [\"use\", \"see\"]", "parts", None),
    ("lesson.toml", "\"turned\"", "\"twisted\"", "hints", None),
    ("lesson.toml", "formula = \"sigmoid(2)\"", "formula = \"sigmoid(\"", None, "[values.output]"),
    ("lesson.toml", "formula = \"sigmoid(2)\"", taken_from("?"), "no_part", "[values.output]"),
    ("lesson.toml", "formula = \"sigmoid(2)\"", taken_from("example"), "no_number", "[values.output]"),
    ("en.md", "title: A new lesson", "titel: A new lesson", "front_matter", None),
    ("en.md", "(see)=\n", "", "target", "## Look first"),
    ("en.md", "## Look first", "# Look first", "heading", "# Look first"),
    ("en.md", "Move the logit", "<b>Move</b> the logit", "html", "<b>"),
    ("en.md", ":::{panel} loss loss", ":::{panel} loss", "panel_form", ":::{panel}"),
    ("en.md", ":::{panel} loss loss", ":::{panel} loss nothing", "scene:panel", ":::{panel}"),
    ("en.md", ":::{panel} loss loss", ":::{panel} other loss", "no_scene", ":::{panel}"),
    ("en.md", ":::{panel} loss loss", ":::{picture} loss", "directive", ":::{picture}"),
    ("en.md", ":label: error\n", "", "label", "::::{exercise}"),
    ("en.md", ":::{solution}", ":::{answer}", "inner", ":::{answer}"),
    ("en.md", "{value}`output`", "{number}`output`", "role", "{number}"),
    ("en.md", "{value}`output`", "{value}`input`", "no_value", "::::{exercise}"),
    ("en.md", "Look again at", "It is 0.881. Look again at", "told", None),
    ("en.md", "The logit is 2", "The logit is 2, the output 0.881", "printed", None),
    ("ko.md", "  - 수업이", "  - 하나 더\n  - 수업이", "goals", None),
    ("ko.md", ":::{panel} loss loss\n:::\n", "", "structure", None),
]  # fmt: skip


def test_who_does_not_know_a_path_is_led_to_it(folder):
    before = 'formula = "sigmoid(2)"'
    for path, code, further in (("?", "no_part", "example"), ("example", "no_number", "output")):
        change(folder, "lesson.toml", before, taken_from(path))
        found = [mistake.error for mistake in check(folder)]
        assert {one.code for one in found} == {f"lesson:{code}"} and further in found[0].details["choices"]
        before = taken_from(path)
    change(folder, "lesson.toml", before, taken_from("example.output"))
    assert check(folder) == ()


def test_a_goal_that_names_what_is_not_there_is_told(folder):
    for language in LANGUAGES:
        text = (folder / f"{language}.md").read_text(encoding="utf-8")
        (folder / f"{language}.md").write_text(
            re.sub(r":::\{hint\}.*?\n:::\n\n", "", text, flags=re.S), encoding="utf-8"
        )
    plan = (folder / "lesson.toml").read_text(encoding="utf-8").split("kind =")[0]
    asked = 'kind = "controls"\nscene = "loss"\npanel = "worked"\ngoals = [{ path = "example.PATH", above = 0.9 }]\n'
    for path, codes in (("output", []), ("outputs", ["lesson:no_part"])):
        written = plan + asked.replace("PATH", path) + 'accept = ["logit=4"]\n'
        (folder / "lesson.toml").write_text(written, encoding="utf-8")
        assert [mistake.error.code for mistake in check(folder)] == codes


def test_a_sentence_within_a_sentence_is_in_the_authors_language(folder):
    change(folder, "lesson.toml", 'scene = "losses"', 'scene = "lost"')
    assert "lost라는 장면은 없습니다" in check(folder)[0].say("ko")


@pytest.mark.parametrize(("file", "old", "new", "code", "at"), MISTAKES)
def test_a_mistake_is_told_with_file_line_and_remedy(folder, file, old, new, code, at):
    for one in ("ko.md", "en.md") if ":::{panel}" in new else (file,):  # the other text must not differ, too
        change(folder, one, old, new)
    found = [mistake for mistake in check(folder) if at is None or mistake.file.endswith(file)]
    assert found
    if code is not None:
        wanted = code if ":" in code else f"lesson:{code}"
        found = [mistake for mistake in found if mistake.error.code == wanted]
        assert found, [mistake.say("en") for mistake in check(folder)]
    if at is not None:
        assert (found[0].file, found[0].line) == (str(folder / file), line_with(folder, file, at))
    assert found[0].say("ko") != found[0].say("en")


def test_a_fresh_lesson_is_right_and_among_those_of_the_course(folder, monkeypatch, capsys):
    assert check(folder) == ()
    assert folder in folders(str(folder.parent)) and folder not in folders("")
    monkeypatch.setenv("BACKPROP_SIMULATOR_LESSONS", str(folder.parent))
    assert course()[-1].name == "11-mine"
    assert main(["check", str(folder)]) == 0
    assert str(folder) in capsys.readouterr().out


def test_the_command_starts_and_checks(tmp_path, capsys):
    assert main(["new", str(tmp_path / "12-next")]) == 0
    change(tmp_path / "12-next", "en.md", "(see)=\n", "")
    assert main(["--language", "ko", "check", str(tmp_path / "12-next")]) == 1
    assert "en.md:8: 제목" in capsys.readouterr().out
    assert main(["new", str(tmp_path / "12-next")]) == 1  # it is there already
    with pytest.raises(InputError, match="two digits"):
        start(tmp_path / "My lesson")


def test_a_missing_or_unreadable_file(folder):
    (folder / "en.md").write_bytes(b"\xff\xfe\xff")
    assert read_lesson(folder).mistakes[0].error.code == "lesson:encoding"
    (folder / "en.md").unlink()
    assert "en.md is missing" in read_lesson(folder).mistakes[0].say("en")


def test_a_changed_lesson_is_read_again(folder):
    assert title_in(folder) == "A new lesson"
    change(folder, "en.md", "A new lesson", "A much better lesson")
    assert title_in(folder) == "A much better lesson"


def test_the_line_of_a_key():
    text = "order = 1\n\n[scenes.a]\nscene = 'x'\n[scenes.b]\nscene = 'y'"
    assert line_of(text, ["scenes", "b", "scene"]) == 6 and line_of(text, ["scenes", "b", "other"]) == 5
    assert line_of(text, ["minutes"]) == 1
