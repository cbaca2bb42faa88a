"""What a learner types is read generously and graded strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.course.grading import Question, WrongAnswer, grade, parse_number, parse_numbers, parse_shape
from simulator.errors import InputError
from simulator.texts import LANGUAGES

NUMBER = Question(
    kind="number",
    prompt="misconceptions.ask.product",
    details={"node": "a1", "operand": "z1", "output": "L"},
    answer=-0.25,
    wrong=(WrongAnswer("sign", 0.25), WrongAnswer("derivative_forgotten", -1.0)),
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3/4", 0.75),
        ("−3/4", -0.75),
        ("-0,25", -0.25),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("1.5e-3", 0.0015),
        ("1,5E-3", 0.0015),
        ("2×10^-3", 0.002),
        ("2×10⁻³", 0.002),
        ("-10^-2", -0.01),
        ("12.5 %", 0.125),
        ("1,149,010", 1149010.0),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("½", 0.5),
        ("２．５", 2.5),
        ("1 000", 1000.0),
        (0.5, 0.5),
        (3, 3.0),
    ],
)
def test_numbers(typed, value):
    assert parse_number(typed) == pytest.approx(value)


def test_a_comma_can_mean_either():
    assert parse_numbers("1,250") == (1.25, 1250.0)
    assert parse_numbers("0,250") == (0.25,)
    thousand = Question(kind="number", prompt="misconceptions.ask.product", answer=1250.0)
    assert grade(thousand, "1,250").correct


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "1/0", "1/2/3", "1e400", "nan", "inf", "--1", "0x10", "1,2,3", "1..2", "()", True, None, "9" * 99],
)
def test_what_is_not_a_number(typed):
    with pytest.raises(InputError, match="cannot be read as a number"):
        parse_number(typed)
    verdict = grade(NUMBER, typed)
    assert not verdict.correct and verdict.misconception is None
    assert all(verdict.text(language) for language in LANGUAGES)


@given(st.text(max_size=30))
def test_no_answer_crashes(typed):
    for kind, answer in (("number", 1.0), ("shape", (1,)), ("choice", "a"), ("nodes", frozenset({"a"}))):
        question = Question(kind=kind, prompt="misconceptions.ask.shape", answer=answer, choices=("a", "b"))
        assert grade(question, typed).text("ko")


@given(st.floats(-1e6, 1e6, allow_nan=False).filter(lambda x: abs(x) > 1e-3))
def test_the_right_answer_is_right_however_it_is_written(value):
    question = Question(kind="number", prompt="misconceptions.ask.product", answer=value)
    for typed in (f"{value:.4g}", f"{value:.3e}", f"{value:.6f}".replace(".", ","), f"{value * 100:.6f}%"):
        assert grade(question, typed).correct, typed
    assert not grade(question, f"{value * 1.05:.9g}").correct


def test_tolerance_is_one_percent():
    assert grade(NUMBER, "-0.2525").correct and grade(NUMBER, "-0.2475").correct
    assert not grade(NUMBER, "-0.254").correct


def test_misconceptions_are_named():
    assert grade(NUMBER, "1/4").misconception == "sign"
    assert grade(NUMBER, "-1").misconception == "derivative_forgotten"
    assert grade(NUMBER, "7").misconception is None
    assert all(grade(NUMBER, "-1").text(language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("typed", "shape"),
    [
        ("(2, 3)", (2, 3)),
        ("2×3", (2, 3)),
        ("2x3", (2, 3)),
        ("2 * 3", (2, 3)),
        ("[2,3]", (2, 3)),
        ("2 by 3", (2, 3)),
        ("(4,)", (4,)),
        ("4", (4,)),
        ("()", ()),
        ("스칼라", ()),
        ((2, 3), (2, 3)),
    ],
)
def test_shapes(typed, shape):
    assert parse_shape(typed) == shape


@pytest.mark.parametrize("typed", ["", "a", "2.5", "(2,, 3)", "-1", "2 3", None, 5])
def test_what_is_not_a_shape(typed):
    with pytest.raises(InputError, match="cannot be read as a shape"):
        parse_shape(typed)


def test_nodes_and_choices():
    nodes = Question(
        kind="nodes", prompt="misconceptions.ask.receivers", answer=frozenset({"w", "x"}), choices=("w", "x", "t")
    )
    assert grade(nodes, ["x", "w"]).correct
    assert grade(nodes, ["x"]).message.endswith("nodes_missing")
    assert grade(nodes, ["x", "w", "t"]).message.endswith("nodes_extra")
    choice = Question(kind="choice", prompt="misconceptions.ask.shape", answer="a", choices=("a", "b"))
    assert grade(choice, "a").correct and not grade(choice, "b").correct


def test_unknown_kind():
    with pytest.raises(InputError, match="kind"):
        Question(kind="essay", prompt="misconceptions.ask.shape", answer="a")
