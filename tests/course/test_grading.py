"""What a learner types is read generously and graded strictly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.course.asking import number_question
from simulator.course.grading import KINDS, Question, WrongAnswer, as_shown, from_shown, grade
from simulator.course.reading import parse_number, parse_numbers, parse_shape
from simulator.errors import InputError
from simulator.texts import LANGUAGES, has_text
from simulator.texts.numbers import number_text

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
        ("-1 127/200", -1.635),
        ("−1 127/200", -1.635),
        ("1 1/2", 1.5),
        ("2½", 2.5),
        ("-1½", -1.5),
        ("－１．６４", -1.64),
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
    [
        "",
        "abc",
        "1/0",
        "1/2/3",
        "1e400",
        "nan",
        "inf",
        "--1",
        "0x10",
        "1,2,3",
        "1..2",
        "()",
        "1 1/0",
        True,
        None,
        "9" * 99,
    ],
)
def test_what_is_not_a_number(typed):
    with pytest.raises(InputError, match="cannot be read as a number"):
        parse_number(typed)
    verdict = grade(NUMBER, typed)
    assert not verdict.correct and verdict.misconception is None
    assert all(verdict.text(language) for language in LANGUAGES)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_no_answer_crashes(typed):
    for kind, answer in (("number", 1.0), ("shape", (1,)), ("choice", "a"), ("nodes", frozenset({"a"}))):
        question = Question(kind=kind, prompt="misconceptions.ask.shape", answer=answer, choices=("a", "b"))
        assert grade(question, typed).text("ko")


@settings(deadline=None)
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


def test_a_mixed_number_is_not_read_as_one_fraction():
    question = Question(kind="number", prompt="misconceptions.ask.product", answer=-5.5)
    assert not grade(question, "-1 1/2").correct and grade(question, "-11/2").correct


def test_two_misconceptions_with_one_answer_prove_neither():
    wrong = (WrongAnswer("sign", 0.25), WrongAnswer("upstream_forgotten", 0.2505), WrongAnswer("one_branch", 3.0))
    question = Question(kind="number", prompt="misconceptions.ask.product", answer=-0.25, wrong=wrong, about="product")
    for typed in ("0.25", "1/4", "0.2505"):
        verdict = grade(question, typed)
        assert (verdict.code, verdict.message) == ("wrong", "misconceptions.wrong.product")
    assert grade(question, "3").code == "one_branch"
    same = Question(kind="number", prompt="misconceptions.ask.product", answer=-0.25, wrong=(wrong[0], wrong[0]))
    assert grade(same, "0.25").code == "sign"  # the same misconception twice is proven all the same


def test_what_comes_out_of_the_digits_shown_is_right():
    """tanh′(−3.2) from the value shown, −0.997, is 0.00599, a tenth off."""
    by_hand = from_shown(lambda a: 1.0 - a**2, -0.996682)
    question = Question(kind="number", prompt="misconceptions.ask.factor", answer=0.00662475, by_hand=by_hand)
    assert 1.0 - as_shown(-0.996682) ** 2 == pytest.approx(0.005991)
    for typed in ("0.00599", "0.006", "0.0066", "0.00662"):
        assert grade(question, typed).correct, typed
    assert not grade(question, "0.0058").correct and not grade(question, "0.0068").correct


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_as_shown_keeps_the_digits_that_a_reader_sees(value):
    assert number_text(as_shown(value)) == number_text(value)


def test_feedback_speaks_of_what_was_asked():
    for about in ("factor", "product", "total", "rule", "shape", "receivers", "start", "weight", "bias", "inputs"):
        question = Question(kind="number", prompt="misconceptions.ask.product", answer=1.0, about=about)
        assert grade(question, "7").message == f"misconceptions.wrong.{about}"
    assert all(has_text(language, f"misconceptions.wrong.{kind}") for kind in KINDS[:4] for language in LANGUAGES)
    factor = Question(
        kind="number",
        prompt="misconceptions.ask.factor",
        answer=-1.64,
        about="factor",
        wrong=(WrongAnswer("derivative_forgotten", 1.0),),
    )
    assert "hands its input on unchanged" in grade(factor, "1").text("en")
    assert grade(factor, "?").code == "unreadable" and grade(factor, "-1.64").code == "correct"


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


@pytest.mark.parametrize("right", [1.0, -250.0])
def test_a_wrong_answer_within_a_rounding_of_the_right_one_is_not_recognised(right):
    """A learner's rounding is twice the tolerance of 1%; what it could make right proves nothing."""
    for factor, proves in ((1.03, False), (1.031, True), (0.9707, False), (0.9705, True), (1.0, False), (-1.0, True)):
        asked = number_question(
            prompt="misconceptions.ask.product",
            about="product",
            answer=right,
            wrong=[("sign", factor * right)],
            details={},
        )
        assert bool(asked.wrong) == proves, factor
