"""The lessons' page: the map, a part up to its open question, what is said to answers, and what is never sent."""

import math
import re

import pytest
from streamlit.testing.v1 import AppTest

from simulator.course.checking import right_forms
from simulator.course.loader import course, packaged, read_lesson
from simulator.course.markdown import Question
from simulator.course.progress import TRIES
from simulator.course.starting import start
from simulator.course.values import filled
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import number_text
from simulator.ui.lessons.question import scene_place
from tests.ui.apps import open_page

FIRST = course("")[0]


def opened(root, language="en", **parameters) -> AppTest:
    return open_page(root, "lesson", language, **parameters)


def button(app, label):
    return next(one for one in app.button if one.label == label)


def check(app, language="en"):
    button(app, text(language, "lessons.ask.check")).click().run()
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_shows_every_lesson_and_what_comes_next(root, language):
    app = opened(root, language)
    said = " ".join(one.value for one in app.markdown)
    assert all(lesson.words[language].title in said for lesson in course(""))
    assert text(language, "lessons.next_up") in app.caption[0].value
    app.button(key=f"open_{FIRST.name}").click().run()
    assert app.title[0].value == FIRST.words[language].parts[0].title
    assert app.query_params["lesson"] in (FIRST.name, [FIRST.name])


def test_an_address_that_leads_nowhere(root):
    app = opened(root, lesson="99-none", part="see")
    assert app.warning[0].value == text("en", "lessons.missing") and app.title[0].value == text("en", "lessons.title")
    app = opened(root, lesson=FIRST.name, part="nowhere")
    assert app.title[0].value == FIRST.words["en"].parts[0].title


@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_then_right(root, language):
    app = opened(root, language, lesson="01-one-neuron", part="compute")
    question = FIRST.questions(language)["loss-by-hand"]
    assert text(language, "lessons.held") in [one.value for one in app.caption]
    assert not [one for one in app.button if one.label == text(language, "lessons.next")]

    check(app, language)  # nothing typed: no attempt
    assert "1/4" in app.text_input[0].label and len(app.warning) == 1 and not app.success
    app.text_input[0].set_value("6.25")
    check(app, language)
    hint = question.hints["half-forgotten"]
    assert hint.title in app.warning[0].value and hint.text in app.warning[0].value
    tries = text(language, "lessons.said.tries", tries=1, limit=TRIES)
    assert tries in [one.value for one in app.caption]

    app.text_input[0].set_value("３，１２５")
    check(app, language)
    assert app.success[0].value == text(language, "lessons.said.right") and not app.warning
    asked = [one.label for one in app.text_input]
    assert len(asked) == 1  # the next question; the text between the two is there
    assert filled(question.solution, FIRST.plan.values, FIRST.plan.scenes) in [one.value for one in app.markdown]


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_that_miss_a_goal_get_its_hint_and_the_number_that_counts(root, language):
    lesson = next(one for one in course("") if one.name == "06-softmax")
    app = opened(root, language, lesson=lesson.name, part="temperature")
    check(app, language)  # T = 1
    hint, said = lesson.questions(language)["warm"].hints["still-sure"], app.warning[0].value
    measured = math.exp(2.90) / sum(map(math.exp, (1.54, 2.90, -0.26)))
    assert hint.title in said and hint.text in said
    assert said.endswith(text(language, "lessons.said.measured", value=number_text(measured)))


def test_three_wrong_answers_show_the_solution_and_it_can_be_tried_again(root):
    app = opened(root, lesson="01-one-neuron", part="compute")
    for answer in ("7", "8", "9"):
        app.text_input[0].set_value(answer)
        check(app)
    assert app.info[0].value == text("en", "lessons.said.shown") and not app.success
    button(app, text("en", "lessons.ask.reopen")).click().run()
    app.text_input[0].set_value("3.125")
    check(app)
    assert app.success[0].value == text("en", "lessons.said.right")


def test_a_skipped_question_lets_the_text_go_on_and_stays_open(root):
    app = opened(root, lesson="01-one-neuron", part="compute")
    button(app, text("en", "lessons.ask.skip")).click().run()
    assert len(app.text_input) == 2 and text("en", "lessons.said.skipped") in [one.value for one in app.caption]
    app.text_input[0].set_value("3.125")
    check(app)
    assert app.success[0].value == text("en", "lessons.said.right")


def test_a_language_switch_keeps_what_was_done(root):
    app = opened(root, lesson="01-one-neuron", part="predict")
    app.radio[0].set_value("weight")
    check(app)
    app.session_state["link:lang"] = "ko"
    app.run()
    assert app.success[0].value == text("ko", "lessons.said.right") and not app.exception


def test_a_scene_shown_twice_in_a_part_has_its_controls_once(root, tmp_path, monkeypatch):
    start(tmp_path / "11-mine")
    monkeypatch.setenv("BACKPROP_SIMULATOR_LESSONS", str(tmp_path))
    panel = ":::{panel} loss loss\n:::\n"
    for language in LANGUAGES:
        file = tmp_path / "11-mine" / f"{language}.md"
        file.write_text(file.read_text(encoding="utf-8").replace(panel, f"{panel}\n{panel}"), encoding="utf-8")
    app = opened(root, lesson="11-mine", part="see")
    widgets = [one.label for one in (*app.slider, *app.selectbox, *app.number_input, *app.select_slider)]
    assert widgets.count(text("en", "losses.control.logit")) == 1


PARTS = [(lesson, part) for lesson in course("") for part in lesson.plan.parts]


def give(app, lesson, name, language):
    """Give the right answer to a question as a learner would, whatever its kind."""
    checkpoint, key = lesson.plan.checkpoints[name], f"answer:{lesson.name}:{name}:{language}"
    right = right_forms(lesson, checkpoint)[0]
    if checkpoint.kind == "controls":
        place = f"controls:{scene_place(lesson, checkpoint.scene)}"
        app.session_state[place] = app.session_state[place]._replace(settings=right)
    elif checkpoint.kind == "several":
        for option in right:
            app.checkbox(key=f"{key}:{option}").check()
    elif checkpoint.kind == "matching":
        for left, chosen in right.items():
            app.radio(key=f"{key}:{left}").set_value(chosen)
    elif checkpoint.kind in ("choice", "step", "bug"):
        app.radio(key=key).set_value(right)
    elif checkpoint.kind == "order":
        app.multiselect(key=key).set_value(right)
    elif checkpoint.kind in ("matrix", "code"):
        app.text_area(key=key).set_value(right)
    else:
        app.text_input(key=key).set_value(str(right))
    check(app, language)


@pytest.mark.parametrize("number", range(len(course(""))), ids=[lesson.name for lesson in course("")])
def test_a_learner_gets_through_a_whole_lesson(root, number):
    lesson, language = course("")[number], LANGUAGES[number % 2]
    app = opened(root, language, lesson=lesson.name, part=lesson.plan.parts[0])
    for place, part in enumerate(lesson.part(language, name) for name in lesson.plan.parts):
        assert app.title[0].value == part.title
        for question in (block for block in part.blocks if isinstance(block, Question)):
            assert text(language, "lessons.held") in [one.value for one in app.caption]
            before = len(app.success)
            give(app, lesson, question.name, language)
            assert len(app.success) > before, question.name
        assert text(language, "lessons.held") not in [one.value for one in app.caption] and not app.error
        if place < len(lesson.plan.parts) - 1:
            button(app, text(language, "lessons.next")).click().run()
    total = len(lesson.plan.checkpoints)
    assert app.success[-1].value == text(language, "lessons.all_done", right=total, first=total, total=total)
    button(app, text(language, "lessons.back")).click().run()
    finished = text(language, "lessons.finished", right=total, total=total)
    assert sum(finished in one.value for one in app.caption) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("lesson", "part"), PARTS, ids=[f"{lesson.name}-{part}" for lesson, part in PARTS])
def test_neither_hints_nor_solutions_are_sent_before_they_are_due(root, sent, lesson, part, language):
    opened(root, language, lesson=lesson.name, part=part)
    everything = b"".join(sent)
    assert lesson.part(language, part).title.encode() in everything
    for question in lesson.questions(language).values():
        secret = [question.solution, *(hint.text for hint in question.hints.values())]
        secret += [hint.title for hint in question.hints.values()]
        for words in secret:
            for line in filled(words, lesson.plan.values, lesson.plan.scenes).splitlines():
                assert len(line) < 12 or line.encode() not in everything, line


def test_two_runs_in_a_part_have_a_player_each_and_pictures_of_one_run_share_theirs(root, sent):
    for part, scenes in (("traps", {"two-valleys", "saddle"}), ("schedules", {"wobble"})):
        sent.clear()
        opened(root, lesson="09-learning-rates", part=part)
        groups = {found.decode() for found in re.findall(rb'"group": ?"([^"]+)"', b"".join(sent))}
        assert {group.split(":")[0].removeprefix("lesson_09-learning-rates_") for group in groups} == scenes


def test_what_is_sent_does_not_depend_on_the_right_answer(root, sent, tmp_path, monkeypatch):
    """Two lessons that differ in nothing but the answer look the same to the browser."""
    start(tmp_path / "11-mine")
    monkeypatch.setenv("BACKPROP_SIMULATOR_LESSONS", str(tmp_path))
    plan = tmp_path / "11-mine" / "lesson.toml"
    written = plan.read_text(encoding="utf-8")
    seen = []
    for answer in ('"output"', "0.25"):
        changed = written.replace('answer = "output"', f"answer = {answer}").replace("accept = ", "# accept = ")
        plan.write_text(changed, encoding="utf-8")
        assert read_lesson(plan.parent).lesson is not None
        opened(root, lesson="11-mine", part="use")
        seen.append(list(sent))
    assert seen[0] == seen[1] and seen[0]


def test_a_lesson_of_ones_own_is_on_the_map_and_a_broken_one_is_named(root, tmp_path, monkeypatch):
    start(tmp_path / "11-mine")
    monkeypatch.setenv("BACKPROP_SIMULATOR_LESSONS", str(tmp_path))
    app = opened(root)
    assert any("A new lesson" in one.value for one in app.markdown) and not app.warning
    (tmp_path / "11-mine" / "en.md").write_text("broken", encoding="utf-8")
    app = opened(root)
    assert "11-mine" in app.warning[0].value and packaged().is_dir()
    assert len(app.markdown) > 3  # the other lessons are there
