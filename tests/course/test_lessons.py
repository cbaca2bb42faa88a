"""Every lesson that comes with the program: both languages alike, every answer graded as it should be, by an oracle."""

import math
import re
from typing import Any

import jax
import numpy as np
import pytest

from simulator.course.answers import mark, right_answer
from simulator.course.checking import check, lazy_answers, right_forms
from simulator.course.loader import course, folders, packaged, read_lesson
from simulator.course.markdown import Question
from simulator.course.values import compute, filled
from simulator.graph import trace
from simulator.texts import LANGUAGES, particle

FOLDERS = folders("")
NAMES = [folder.name for folder in FOLDERS]
HANGUL = re.compile("[가-힣]")


def lesson_in(folder):
    read = read_lesson(folder)
    assert read.lesson is not None, [mistake.say("en") for mistake in read.mistakes]
    return read.lesson


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


CONFUSION = [[18, 2, 0], [3, 15, 2], [1, 4, 15]]
VALIDATION = [0.90, 0.62, 0.50, 0.53, 0.48, 0.51, 0.49, 0.55, 0.47]
"""What lesson 10 prints: a confusion matrix, and the validation loss of each epoch."""
ORACLE = {
    # L = ½(wx + b − t)², w = 0.5, x = 4, b = −3, t = 1.5
    ("01-one-neuron", "loss-by-hand"): 0.5 * (0.5 * 4 - 3 - 1.5) ** 2,
    ("01-one-neuron", "gradient-by-hand"): (0.5 * 4 - 3 - 1.5) * 4,
    ("01-one-neuron", "new-weight"): 0.5 - 0.02 * (0.5 * 4 - 3 - 1.5) * 4,
    ("01-one-neuron", "through-sigmoid"): 0.8 * 0.8 * (1 - 0.8) * 3,
    ("02-layers", "one-node"): 2 * 0.5 - 1 * 3 - 0.25,
    ("02-layers", "composed"): 0.5 * max(3 * 1.5 - 2, 0) + 2,
    ("02-layers", "count"): sum((fan_in + 1) * fan_out for fan_in, fan_out in ((4, 32), (32, 32), (32, 4))),
    ("03-chain-rule", "small-change"): 2 * (3 * 1.5 - 1) * 3 * 0.01,
    ("03-chain-rule", "cube"): 3 * (4 * 0.75 - 1) ** 2 * 4,
    ("03-chain-rule", "both-paths"): (2 * 1.5 + 2) * 1.5 + (2 * 1.5 + 2),
    # relu(2·1.5) = 3, y = −1.5, t = 1
    ("03-chain-rule", "outer-weight"): (-0.5 * 3 - 1) * 3,
    ("03-chain-rule", "inner-weight"): (-0.5 * 3 - 1) * -0.5 * 1.5,
    ("04-backpropagation", "one-entry"): 1 * -0.4 + 3 * 0.5,
    ("05-backward-rules", "difference"): (13.824 - 4.096) / (2 * 0.4),
    ("05-backward-rules", "passes"): 2 * sum(array.size for array in map(np.zeros, ((3, 4), 4, (4, 2), 2))),
    ("06-softmax", "probability"): math.exp(2) / (math.exp(0.5) + math.exp(2) + math.exp(-1)),
    ("06-softmax", "code-length"): 1.375,  # source B
    ("06-softmax", "loss"): math.log(4),
    ("06-softmax", "logit-gradient"): 0.2 - 1,
    # source E: ten layers with 0.01 each; layer 9 is the second to multiply
    ("07-vanishing-gradients", "layer-nine"): 0.01**2,
    ("07-vanishing-gradients", "one-layer"): 1.5 * 0.6 * 0.4,
    ("07-vanishing-gradients", "two-layers"): -2 * 0.7 * 0.3 * 1.5 * 0.6 * 0.4,
    ("07-vanishing-gradients", "twenty-layers"): (1.4 * 0.225) ** 20,
    ("08-activations-and-weights", "tanh-slope"): 1 - 0.8**2,
    ("08-activations-and-weights", "variance"): 50 * 0.1**2,
    ("08-activations-and-weights", "ten-layers"): 0.5**10,
    ("08-activations-and-weights", "xavier"): 64**-0.5,
    ("08-activations-and-weights", "he"): (2 / 50) ** 0.5,
    # L = ½aθ²: the gradient is aθ
    ("09-learning-rates", "one-step"): 3 - 0.1 * 4 * 3,
    ("09-learning-rates", "bound"): 2 / 5,
    ("09-learning-rates", "flat"): (2 - 0.15 * 1 * 2) / 2,
    ("09-learning-rates", "momentum"): 2 + (0.5 * 0.6 - 0.1 * 4),
    ("09-learning-rates", "adagrad"): 0.1 * 4 / math.hypot(3, 4),
    ("09-learning-rates", "decay"): 0.2 / 2 ** (25 // 10),
    ("10-a-whole-run", "accuracy"): float(np.trace(CONFUSION) / np.sum(CONFUSION)),
    ("10-a-whole-run", "stop"): next(n for n in range(4, 10) if min(VALIDATION[n - 3 : n]) > min(VALIDATION[: n - 3])),
    ("10-a-whole-run", "penalty"): 0.5 + 0.1 * float(np.square([3, -2, 1]).sum()),
    ("10-a-whole-run", "dropout"): 3 / 0.8,
}
"""Right answers of number questions, computed here anew."""


MATRICES = {
    ("02-layers", "one-row"): np.array([[1, -2, 3]]) @ np.array([[2, 0.5], [1, -1], [-0.5, 4]]) + [0.5, -3],
    ("04-backpropagation", "one-neuron"): -0.6 * np.array([[2, -1, 0.5]]),
    ("04-backpropagation", "outer-product"): np.outer([2, -1, 3], [0.5, -0.25]),
    ("04-backpropagation", "bias-gradient"): np.array([[0.5, -0.4], [-0.2, 0.6], [0.1, 0.3]]).sum(
        axis=0, keepdims=True
    ),
    ("04-backpropagation", "back-through-weights"): np.array([[0.5, -1]]) @ np.array([[1, 2], [-3, 0.5], [4, -1]]).T,
    ("04-backpropagation", "through-relu"): np.array([[-1.5, -2, 3]]) * (np.array([[1.2, -0.3, 0.8]]) > 0),
    ("06-softmax", "batch-gradient"): (np.array([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2]]) - np.eye(3)[[0, 2]]) / 2,
}
"""Right answers of matrix questions, computed here anew."""
FORMULAS = {
    ("01-one-neuron", "bias-rule"): jax.grad(lambda w, x, b, t: 0.5 * (w * x + b - t) ** 2, argnums=2),
    ("02-layers", "collapsed"): lambda x: 0.5 * (3 * x - 2) + 2,
    ("03-chain-rule", "paths-formula"): jax.grad(lambda x, y: 0.5 * (x * y + x) ** 2),
    ("09-learning-rates", "factor"): lambda eta, a: 1 - eta * jax.grad(lambda place: 0.5 * a * place**2)(1.0),
}
"""What questions for an expression ask for, as functions of their variables in order."""


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_matrices_and_expressions_agree_with_an_independent_computation(folder):
    lesson = lesson_in(folder)
    checkpoints: dict[str, Any] = dict(lesson.plan.checkpoints)
    kinds = {name: one.kind for name, one in checkpoints.items()}
    asked = {kind: {(lesson.name, name) for name, one in kinds.items() if one == kind} for kind in set(kinds.values())}
    assert asked.get("matrix", set()) == {place for place in MATRICES if place[0] == lesson.name}
    assert asked.get("expression", set()) == {place for place in FORMULAS if place[0] == lesson.name}
    for place in asked.get("matrix", set()):
        np.testing.assert_allclose(checkpoints[place[1]].answer, MATRICES[place], atol=1e-12)
    for place in asked.get("expression", set()):
        checkpoint, random = checkpoints[place[1]], np.random.default_rng(7)
        for _ in range(5):
            at = dict(zip(checkpoint.variables, random.uniform(-2, 2, len(checkpoint.variables)), strict=True))
            wanted = FORMULAS[place](*at.values())
            assert float(trace(checkpoint.answer, **at).value) == pytest.approx(float(wanted), rel=1e-4, abs=1e-4)


def test_the_last_step_of_the_first_lesson_moves_what_has_a_gradient():
    def loss(first, second, bias, inputs):
        return 0.5 * (first * inputs[0] + second * inputs[1] + bias - 1.0) ** 2

    slopes = jax.grad(loss, argnums=(0, 1, 2))(0.4, 0.3, -0.6, (1.0, 0.0))
    moved = [name for name, slope in zip(("first", "second", "bias"), slopes, strict=True) if slope]
    checkpoint: Any = lesson_in(packaged() / "01-one-neuron").plan.checkpoints["moved"]
    assert checkpoint.answer == moved and slopes[0] == slopes[2] == pytest.approx(-1.2)


FIGURES = {
    # curriculum 3: the slopes, with the erratum of source E; 7: the best case of ten sigmoid layers
    ("07-vanishing-gradients", "sigmoid-slope-5"): sigmoid(5) * (1 - sigmoid(5)),
    ("07-vanishing-gradients", "tanh-slope-5"): 1 - math.tanh(5) ** 2,
    ("07-vanishing-gradients", "tanh-slope-8"): 1 - math.tanh(8) ** 2,
    ("07-vanishing-gradients", "layer-one"): 1e-20,
    ("07-vanishing-gradients", "bound"): 0.25**10,
    ("07-vanishing-gradients", "xavier-std"): 32**-0.5,
    # curriculum 5: w·x = 5, target 0
    ("01-one-neuron", "output-at-5"): sigmoid(5),
    ("01-one-neuron", "slope-at-5"): sigmoid(5) * (1 - sigmoid(5)),
    ("01-one-neuron", "squared-at-5"): sigmoid(5) ** 2 * (1 - sigmoid(5)),
    ("01-one-neuron", "cross-at-5"): sigmoid(5),
    ("08-activations-and-weights", "source-b"): 1 / 4,
    ("08-activations-and-weights", "sigmoid-5"): 0.006648,
    # curriculum 4, to the digits that stand there
    ("06-softmax", "second"): math.exp(2.9) / sum(map(math.exp, (1.54, 2.9, -0.26))),
    ("06-softmax", "first"): math.exp(1.54) / sum(map(math.exp, (1.54, 2.9, -0.26))),
    ("06-softmax", "large-1"): 1 / (1 + math.e + math.e**2),
    ("06-softmax", "large-3"): math.e**2 / (1 + math.e + math.e**2),
    ("06-softmax", "entropy"): 0.75 * math.log2(4 / 3) + 3 / 8 + 2 * 4 / 16,
    ("06-softmax", "wrong-belief"): 2.0,
    ("06-softmax", "fair-die"): math.log(6),
    ("06-softmax", "loaded-die"): -(math.log(1 / 2) + 5 * math.log(1 / 10)) / 6,
    ("06-softmax", "sure"): 0.1053605,
    ("06-softmax", "unsure"): 2.3025851,
    ("03-chain-rule", "gears-gradient"): 2 * (3 * 1.5 - 1) * 3,
    ("03-chain-rule", "gears-before"): (3 * 1.5 - 1) ** 2,
    ("03-chain-rule", "gears-after"): (3 * 1.51 - 1) ** 2,
    ("01-one-neuron", "seen-w"): (0.5 * 3 - 1 - 2) * 3,
    ("01-one-neuron", "seen-b"): 0.5 * 3 - 1 - 2,
    ("01-one-neuron", "loss-after"): 0.5 * (0.7 * 4 - 2.95 - 1.5) ** 2,
    ("01-one-neuron", "loss-too-far"): 0.5 * 6**2,
    ("05-backward-rules", "cube-upstream"): float(jax.grad(lambda cube: (0.5 * cube - 1) ** 2 / 2)(-3.375)),
    ("05-backward-rules", "cube-gradient"): float(jax.grad(lambda z: (0.5 * z**3 - 1) ** 2 / 2)(-1.5)),
    ("05-backward-rules", "power-up"): 13.824,
    ("05-backward-rules", "power-down"): 4.096,
    # curriculum 2 and 6
    # weights and biases as the sizes of arrays
    ("02-layers", "large"): 784 * 500 + 500 + 3 * (500 * 500 + 500) + 500 * 10 + 10,
    ("02-layers", "one-wide"): 784 * 1024 + 1024 + 1024 * 10 + 10,
    ("02-layers", "four-narrow"): 784 * 512 + 512 + 3 * (512 * 512 + 512) + 512 * 10 + 10,
    ("05-backward-rules", "parameters"): 1_149_010,
    ("05-backward-rules", "all-passes"): 2 * 1_149_010,
    ("06-softmax", "sixteen"): 12 * 1 + 2 * 2 + 1 * 3 + 1 * 3,  # 16 letters, counted
    ("07-vanishing-gradients", "best-case"): 1.4 * sigmoid(0) * (1 - sigmoid(0)),
    ("08-activations-and-weights", "near-zero"): sum([0.03**2] * 50),
    ("09-learning-rates", "steep-factor"): (1 - 0.15 * 10 * 1) / 1,
    ("09-learning-rates", "flat-left"): math.exp(30 * math.log(0.85)),
    # θ⁴ − 2θ² + 0.4θ + 1.41 at the root of its derivative with the larger θ
    ("09-learning-rates", "local-loss"): float(np.polyval([1, 0, -2, 0.4, 1.41], max(np.roots([4, 0, -4, 0.4]).real))),
    ("09-learning-rates", "half-length"): sum(0.5**n for n in range(60)),
    ("10-a-whole-run", "training-rows"): 1600 - 2 * 160,
    ("10-a-whole-run", "updates"): 1000 * math.ceil((1600 - 160 - 160) / 256),
    ("10-a-whole-run", "noise"): 0.09,
    ("09-learning-rates", "nine-length"): sum(0.9**n for n in range(400)),
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
    assert 6 <= len(lesson.plan.parts) <= 12 and 5 <= len(lesson.plan.checkpoints) <= 10
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
        assert checkpoint.names, f"{name} recognises no wrong answer"


def test_tables_are_those_that_the_answers_come_from():
    lesson = lesson_in(packaged() / "10-a-whole-run")
    for language in LANGUAGES:
        prose = "".join(str(block) for name in ("accuracy", "stop") for block in lesson.part(language, name).blocks)
        for row, name in zip(CONFUSION, "ABC", strict=True):
            assert f"| {name} | {' | '.join(map(str, row))} |" in prose
        assert " | ".join(f"{loss:.2f}" for loss in VALIDATION) in prose


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


PARTICLES = ("을/를", "은/는", "으로/로", "이었/였", "과/와", "이라/라", "이며/며")
QUOTED = re.compile(r"(\{value\}`[^`]+`\)?)(" + "|".join(form for pair in PARTICLES for form in pair.split("/")) + ")")


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_korean_particles_fit_the_numbers_that_they_follow(folder):
    """A number that is computed is read aloud: 0.5로, but 1.36으로."""
    plan = lesson_in(folder).plan
    for quoted, form in QUOTED.findall((folder / "ko.md").read_text(encoding="utf-8")):
        shown = filled(quoted, plan.values, plan.scenes)
        wanted = next(particle(shown, pair) for pair in PARTICLES if form in pair.split("/"))
        assert form == wanted, f"{shown}{form}"
