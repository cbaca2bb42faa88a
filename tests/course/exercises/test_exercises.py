"""Every topic over a thousand seeds: what is asked can be answered, in one way only, and not by chance."""

import hashlib
import math
import re
from functools import cache
from typing import Any

import jaxtyping
import numpy as np
import pytest

from simulator.course.exercises.exercise import Exercise
from simulator.course.exercises.registry import GROUPS, TOPICS, exercise, printed, said, title
from simulator.course.exercises.writing import tex
from simulator.course.grading import grade
from simulator.errors import InputError
from simulator.texts import LANGUAGES, catalogue
from simulator.texts.numbers import number_text
from tests.course.exercises.keys import FRACTION, KEYS, words

SEEDS = 1000


@pytest.fixture(autouse=True)
def without_type_checks():
    """A thousand seeds would spend nearly all their time in them; ``test_types`` has them on."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


NUMBER = re.compile(r"\d+(?:\.\d+)?(?:/\d+)?")


@cache
def thousand(topic: str) -> tuple[Exercise, ...]:
    return tuple(exercise(topic, seed) for seed in range(SEEDS))


@pytest.mark.parametrize("topic", TOPICS)
def test_types(topic):
    jaxtyping.config.update("jaxtyping_disable", False)
    assert exercise(topic, 0) == exercise(topic, 0)


def test_every_topic_that_asks_for_a_number_has_another_computation():
    assert len(TOPICS) >= 12
    assert set(TOPICS) - set(KEYS) == {"shapes", "wrong_step"}


@pytest.mark.parametrize("topic", KEYS)
def test_the_key_is_what_another_computation_gives(topic):
    made = thousand(topic)
    keys: list[Any] = [one.question.answer for one in made]
    np.testing.assert_allclose(keys, KEYS[topic](made), rtol=2e-4, atol=1e-9)


def test_the_shape_is_that_of_the_product():
    for made in thousand("shapes"):
        first, second = (np.zeros(size) for size in (made.numbers["first"], made.numbers["second"]))
        asked = made.question.details["result"]
        product = first @ second if asked == "${XW}$" else first.T @ second if "W" in asked else first @ second.T
        assert product.shape == made.question.answer
        assert len({*made.numbers["first"], *made.numbers["second"]}) == 3


def value_of(formula: str) -> tuple[float, float]:
    """Return both sides of a line of numbers."""
    sides = formula.split(" = ")[1:]
    left, right = (eval(side.replace(r"\cdot", "*")) for side in sides)
    return left, right


def test_one_line_alone_does_not_follow_from_those_before_it():
    for made in thousand("wrong_step"):
        lines = [value_of(line.formula) for line in made.given[2:]]
        for left, right in lines:
            assert math.isclose(left, right, rel_tol=1e-3, abs_tol=2e-3)  # the arithmetic of every line is right
        n = made.numbers
        z, a, y, error, second, hidden, first = (right for _, right in lines)
        follows = [
            n["first"] * n["x"] + n["bias"],
            max(z, 0.1 * z),
            n["second"] * a + n["last"],
            y - n["target"],
            error * a,
            error * n["second"],
            hidden * 0.1 * n["x"],
        ]
        shown = (z, a, y, error, second, hidden, first)
        wrong = [i for i, (x, y) in enumerate(zip(shown, follows, strict=True), 1) if abs(x - y) > 2e-3 * abs(y) + 2e-3]
        assert wrong == [int(str(made.question.answer))], made.seed


def spellings(answer) -> list[str]:
    typed = f"{answer:.6g}"
    wide = typed.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    exact = f"{answer:.7f}".rstrip("0")
    return [typed, typed.replace(".", ","), typed.replace("-", "−"), wide, f" {typed} ", number_text(answer, 4), exact]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_right_answer_is_accepted_in_several_spellings(topic):
    for made in thousand(topic):
        question = made.question
        answer: Any = question.answer
        if question.kind == "number":
            forms = spellings(answer)[:-1] if abs(answer) < 1e-4 else spellings(answer)
        elif question.kind == "shape":
            forms = [f"({answer[0]}, {answer[1]})", f"{answer[0]}×{answer[1]}", f"{answer[0]} by {answer[1]}"]
        else:
            forms = [answer]
        assert [form for form in forms if not grade(question, form).correct] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_a_misconception_is_wrong_and_named(topic):
    for made in thousand(topic):
        for wrong in made.question.wrong:
            verdict = grade(made.question, wrong.answer)
            assert (verdict.correct, verdict.misconception) == (False, wrong.kind)
        if made.question.kind == "choice":
            others = [one for one in made.question.choices if one != made.question.answer]
            assert len(others) == len(made.question.choices) - 1
            assert not any(grade(made.question, other).correct for other in others)
        else:
            assert len({wrong.kind for wrong in made.question.wrong}) >= 2


@pytest.mark.parametrize("topic", TOPICS)
def test_nobody_gets_through_with_a_number_that_is_printed(topic):
    for made in thousand(topic):
        found = {"", "0", "1", *printed(made)}
        if made.question.kind != "choice":
            found |= {number for language in LANGUAGES for number in NUMBER.findall(words(made, language))}
        assert not [given for given in found if grade(made.question, given).correct], made.seed


def flat(values) -> list[float]:
    return [number for value in values for number in np.ravel(value).tolist() if not isinstance(value, str)]


@pytest.mark.parametrize("topic", TOPICS)
def test_numbers_have_at_most_four_digits_and_all_of_them_are_printed(topic):
    for made in thousand(topic):
        said_in_english = words(made, "en")
        for number in flat(made.numbers.values()):
            assert re.search(rf"(?<![\d.]){re.escape(tex(abs(number)))}(?!\d|\.\d)", said_in_english), (
                made.seed,
                number,
            )
        shown = NUMBER.findall(" ".join([said_in_english, FRACTION.sub(r" \1/\2 ", made.key)]))
        digits = [part.replace(".", "").lstrip("0") for one in shown for part in one.split("/")]
        assert max(map(len, digits)) <= 4, (made.seed, shown)


@pytest.mark.parametrize("topic", TOPICS)
def test_there_are_enough_different_problems_for_a_class(topic):
    assert len({words(made, "en") for made in thousand(topic)}) >= 150


@pytest.mark.parametrize("topic", TOPICS)
def test_everything_is_said_in_both_languages_and_the_hints_do_not_tell(topic):
    for made in thousand(topic)[:50]:
        for language in LANGUAGES:
            assert title(topic, language)
            for line in (*made.given, *made.solution):
                assert "{" not in re.sub(r"\$[^$]*\$", "", line.words.say(language))
            assert str(made.question.text(language)).endswith(("?", ".", "요.", "까?"))
            hints = [said(made, grade(made.question, wrong.answer), language) for wrong in made.question.wrong]
            hints.append(said(made, grade(made.question, "12345.678"), language))
            for hint in hints:
                assert not any(grade(made.question, number).correct for number in NUMBER.findall(hint)), hint


def test_every_hint_belongs_to_a_wrong_answer():
    kinds = {wrong.kind for topic in TOPICS for made in thousand(topic)[:50] for wrong in made.question.wrong}
    entries = catalogue("en")
    hints = {entry.rpartition(".")[2] for entry in entries if entry.startswith("exercises.explain.")}
    assert hints <= kinds
    assert not [kind for kind in kinds - hints if f"misconceptions.explain.{kind}" not in entries]
    topics = {entry.rpartition(".")[2] for entry in entries if entry.startswith("exercises.wrong.")}
    groups = {entry.rpartition(".")[2] for entry in entries if entry.startswith("exercises.group.")}
    assert topics == set(TOPICS)
    assert groups == set(GROUPS)


def test_the_same_seed_is_the_same_problem_on_every_machine():
    """Compared with what it was when this was written: in another version of Python, on another machine."""
    drawn = "\n".join(str(exercise(topic, seed).numbers) for topic in TOPICS for seed in (0, 1, 77, 99_999))
    assert hashlib.sha256(drawn.encode()).hexdigest()[:16] == "aacca0607e9773d2"


@pytest.mark.parametrize(("name", "words"), [("README.md", "{} in all"), ("README.ko.md", "주제가 {}가지")])
def test_the_readmes_count_the_topics(root, name, words):
    said_there = " ".join((root / name).read_text(encoding="utf-8").split())
    assert words.format(len(TOPICS)) in said_there


@pytest.mark.parametrize(("topic", "seed"), [("no_such", 1), ("forward", -1), ("forward", 100_000)])
def test_what_is_not_there_is_a_sentence(topic, seed):
    with pytest.raises(InputError, match=r"Choose from: forward|from 0 to 99999"):
        exercise(topic, seed)
