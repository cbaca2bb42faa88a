"""Kinds of controls: what is written becomes the nearest valid value, and what is valid reads back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenes.kinds import Choice, Flag, Number, Numbers, Several, Text, Whole
from simulator.scenes.written import write_number


def refuse_x(written: str) -> None:
    if "x" in written:
        raise InputError("number", field="seed", value="x")


@pytest.mark.parametrize(
    ("kind", "written", "value", "as_asked"),
    [
        (Choice(("a", "b")), "b", "b", True),
        (Choice(("a", "b")), "c", "default", False),
        (Choice((0, 1)), "1", 1, True),
        (Several(("a", "b", "c"), 1, 2), "b.a", ("b", "a"), True),
        (Several(("a", "b", "c"), 1, 2), "b.b.c", ("b", "c"), False),
        (Several(("a", "b", "c"), 1, 2), "a.b.c", ("a", "b"), False),
        (Several(("a", "b", "c"), 0, 2), "", (), True),
        (Several(("a", "b", "c"), 0, 2), "x", "default", False),
        (Several(("a", "b", "c"), 2, 2), "a", "default", False),
        (Whole(0, 5), "2.5", 2, False),
        (Whole(0, 5), "4", 4, True),
        (Whole(0, 5), "1e400", 5, False),
        (Number(0, 5), "nan", "default", False),
        (Number(0, 5), "−inf", 0.0, False),
        (Number(0, 5), "off", "default", False),
        (Number(0, 5, optional=True), "off", None, True),
        (Numbers(0, 1, 1, 3), "0.5,,2,x", (0.5, 1.0), False),
        (Numbers(0, 1, 1, 3), "", "default", False),
        (Numbers(0, 1, 1, 3), "0,0,0,0", (0.0, 0.0, 0.0), False),
        (Numbers(1, 9, 3, 3, whole=True, separator="."), "1.2.3", (1, 2, 3), True),
        (Flag(), "1", True, True),
        (Flag(), "yes", "default", False),
        (Text(4), "abcde", "default", False),
        (Text(4, refuse_x), "x", "default", False),
        (Text(4, refuse_x), "abc", "abc", True),
    ],
)
def test_written_values_become_the_nearest_valid_ones(kind, written, value, as_asked):
    found = kind.read(written, "default")
    assert (found.value, found.as_asked) == (value, as_asked)
    assert type(found.value) is type(value)
    if as_asked:
        assert kind.holds(found.value) and kind.read(kind.write(found.value), None).value == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Whole(0, 5), True),
        (Whole(0, 5), 2.0),
        (Whole(0, 5), None),
        (Number(0, 5), float("nan")),
        (Number(0, 5), "2"),
        (Number(0, 5), 5.0001),
        (Choice((0, 1)), True),
        (Several(("a", "b"), 1, 2), ["a"]),
        (Several(("a", "b"), 1, 2), ("a", "a")),
        (Numbers(0, 1, 1, 2), (0.5, float("inf"))),
        (Flag(), 1),
        (Text(3), 7),
    ],
)
def test_what_no_control_can_hold_is_refused(kind, value):
    assert not kind.holds(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back_as_they_were(number):
    assert float(write_number(number)) == number


@given(st.text(max_size=30))
def test_any_text_is_answered_with_a_valid_value(written):
    for kind, default in (
        (Choice(("a", "b")), "a"),
        (Several(("a", "b"), 1, 2), ("a",)),
        (Whole(-3, 5), 0),
        (Number(0.5, 5.5, log=True), 1.0),
        (Numbers(0, 1, 1, 3), (0.5,)),
        (Flag(), False),
        (Text(20, refuse_x), ""),
    ):
        assert kind.holds(kind.read(written, default).value)
