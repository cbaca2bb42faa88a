"""Every lesson that comes with the program: both languages alike, every answer graded as it should be, by an oracle."""

import math
import re

import pytest

from simulator.course.answers import mark, right_answer
from simulator.course.checking import check, lazy_answers, right_forms
from simulator.course.loader import course, folders, packaged, read_lesson
from simulator.course.markdown import Question
from simulator.course.values import compute
from simulator.texts import LANGUAGES

FOLDERS = folders("")
NAMES = [folder.name for folder in FOLDERS]
HANGUL = re.compile("[가-힣]")


def lesson_in(folder):
    read = read_lesson(folder)
    assert read.lesson is not None, [mistake.say("en") for mistake in read.mistakes]
    return read.lesson


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


ORACLE = {
    # L = ½(wx + b − t)², w = 0.5, x = 4, b = −3, t = 1.5
    ("01-one-neuron", "loss-by-hand"): 0.5 * (0.5 * 4 - 3 - 1.5) ** 2,
    ("01-one-neuron", "gradient-by-hand"): (0.5 * 4 - 3 - 1.5) * 4,
    ("01-one-neuron", "new-weight"): 0.5 - 0.02 * (0.5 * 4 - 3 - 1.5) * 4,
    ("01-one-neuron", "through-sigmoid"): 0.8 * 0.8 * (1 - 0.8) * 3,
    ("01-one-neuron", "or-sum"): 1 + 1 - 0.5,
    # source E: ten layers with 0.01 each; layer 9 is the second to multiply
    ("07-vanishing-gradients", "layer-nine"): 0.01**2,
    ("07-vanishing-gradients", "layer-one"): 0.01**10,
    ("07-vanishing-gradients", "one-layer"): 1.5 * 0.6 * 0.4,
    ("07-vanishing-gradients", "two-layers"): -2 * 0.7 * 0.3 * 1.5 * 0.6 * 0.4,
    ("07-vanishing-gradients", "twenty-layers"): (1.4 * 0.225) ** 20,
}
"""Right answers of number questions, computed here anew."""


FIGURES = {
    # curriculum 3: the slopes, with the erratum of source E; 7: the best case of ten sigmoid layers
    ("07-vanishing-gradients", "sigmoid-slope-5"): sigmoid(5) * (1 - sigmoid(5)),
    ("07-vanishing-gradients", "tanh-slope-5"): 1 - math.tanh(5) ** 2,
    ("07-vanishing-gradients", "tanh-slope-8"): 1 - math.tanh(8) ** 2,
    ("07-vanishing-gradients", "bound"): 0.25**10,
    ("07-vanishing-gradients", "xavier-std"): 32**-0.5,
    # curriculum 5: w·x = 5, target 0
    ("01-one-neuron", "output-at-5"): sigmoid(5),
    ("01-one-neuron", "slope-at-5"): sigmoid(5) * (1 - sigmoid(5)),
    ("01-one-neuron", "squared-at-5"): sigmoid(5) ** 2 * (1 - sigmoid(5)),
    ("01-one-neuron", "cross-at-5"): sigmoid(5),
    ("01-one-neuron", "seen-w"): (0.5 * 3 - 1 - 2) * 3,
    ("01-one-neuron", "seen-b"): 0.5 * 3 - 1 - 2,
    ("01-one-neuron", "loss-after"): 0.5 * (0.7 * 4 - 2.95 - 1.5) ** 2,
    ("01-one-neuron", "loss-too-far"): 0.5 * 6**2,
}
"""Numbers that the texts quote, computed here anew."""


@pytest.mark.parametrize(("name", "value"), FIGURES, ids="-".join)
def test_quoted_figures(name, value):
    lesson = lesson_in(packaged() / name)
    assert compute(lesson.plan.values[value], lesson.plan.scenes) == pytest.approx(FIGURES[name, value], rel=2e-5)


def test_the_course_is_there_in_order():
    orders = [lesson.plan.order for lesson in course("")]
    assert orders == sorted(set(orders)) and packaged().is_dir() and FOLDERS
    names = {lesson.name for lesson in course("")}
    for lesson in course(""):
        assert set(lesson.plan.prerequisites) <= names - {lesson.name}


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_nothing_is_wrong_with_a_lesson(folder):
    assert [mistake.say("en") for mistake in check(folder)] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_a_lesson_has_its_size_and_both_languages(folder):
    lesson = lesson_in(folder)
    assert 20 <= lesson.plan.minutes <= 40
    assert 6 <= len(lesson.plan.parts) <= 12 and 5 <= len(lesson.plan.checkpoints) <= 12
    for language, words in lesson.words.items():
        assert [part.name for part in words.parts] == lesson.plan.parts
        texts = [words.title, words.description, *words.goals, *(part.title for part in words.parts)]
        assert all(bool(HANGUL.search(text)) is (language == "ko") for text in texts)


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_numbers_agree_with_an_independent_computation(folder):
    lesson = lesson_in(folder)
    asked = {name for name, one in lesson.plan.checkpoints.items() if one.kind == "number"}
    assert asked == {name for place, name in ORACLE if place == lesson.name}
    for name in asked:
        wanted = ORACLE[lesson.name, name]
        assert right_answer(lesson.plan, lesson.plan.checkpoints[name]) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_answers_are_accepted_recognised_and_refused(folder):
    lesson = lesson_in(folder)
    for name, checkpoint in lesson.plan.checkpoints.items():
        for given in right_forms(lesson, checkpoint):
            assert mark(lesson.plan, checkpoint, given).right, (name, given)
        for given in (*lazy_answers(lesson, name), None, [], {}):
            assert not mark(lesson.plan, checkpoint, given).right, (name, given)
        assert checkpoint.names or checkpoint.kind == "controls", f"{name} recognises no wrong answer"


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_both_languages_say_the_same_numbers(folder):
    """A number that one language prints and the other does not is a slip of the pen."""
    lesson = lesson_in(folder)
    printed = []
    for language in LANGUAGES:
        blocks = [block for part in lesson.words[language].parts for block in part.blocks]
        asked = [block for block in blocks if isinstance(block, Question)]
        texts = {block.name: "\n".join((block.prompt, *block.options, *block.left, block.solution)) for block in asked}
        printed.append({name: sorted(re.findall(r"\$[^$]+\$|\{value\}`[^`]+`", text)) for name, text in texts.items()})
    plain = [{name: [re.sub(r"\\text\{.*?\}", "", f) for f in found] for name, found in one.items()} for one in printed]
    assert plain[0] == plain[1]
