"""What the strictest run of the tests relies on: wrong types and wrong shapes do not get past a call."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

import jax.numpy as jnp
import pytest
from beartype import BeartypeConf, beartype
from jaxtyping import Array, Float

import simulator.texts
from simulator.scenes.kinds import Number
from tests.type_checks import checked, names_shapes

STRICT = checked(typechecker=beartype(conf=BeartypeConf(is_pep484_tower=True)))


def test_the_functions_and_classes_of_the_simulator_are_checked():
    with pytest.raises(Exception, match="text"):
        simulator.texts.text(1, "frame.failure.reset")  # pyright: ignore[reportArgumentType]
    with pytest.raises(Exception, match="Number"):
        Number("low", 1.0)  # pyright: ignore[reportArgumentType]


def test_shapes_are_compared_where_they_are_named():
    @STRICT
    def inner(left: Float[Array, " n"], right: Float[Array, " n"]) -> float:
        return float(left @ right)

    assert inner(jnp.ones(2), jnp.ones(2)) == 2.0
    with pytest.raises(Exception, match="right"):
        inner(jnp.ones(2), jnp.ones(3))


def test_types_are_checked_on_the_way_in_and_out():
    @STRICT
    def half(number: float, name: str = "") -> int:
        return number / 2 if name else int(number)  # pyright: ignore[reportReturnType]

    @STRICT
    @dataclass(frozen=True)
    class Point:
        x: float

    assert (half(3), Point(1).x) == (3, 1)
    for wrong in (lambda: half("3"), lambda: half(3, "name"), lambda: Point("1")):  # pyright: ignore
        with pytest.raises(Exception, match="type hint"):
            wrong()


def test_a_function_within_a_function_is_checked_each_time_and_is_each_time_another():
    def adding(first: int, kind: type = int):
        @STRICT
        def add(second: kind, *, third: int = first) -> int:  # pyright: ignore[reportInvalidTypeForm]
            return first + second + third

        return add

    one, ten = adding(1), adding(10)
    assert (one(1), ten(1), ten(1, third=0), one(1)) == (3, 21, 11, 3)
    for wrong in (lambda: one("1"), lambda: ten("1"), lambda: ten(1, third="1")):
        with pytest.raises(Exception, match="type hint"):
            wrong()
    with pytest.raises(Exception, match="type hint"):
        adding(1, str)(1)


def test_what_waits_or_yields_can_still_be_told_by_its_kind():
    @STRICT
    async def waits() -> int:
        return 1

    @STRICT
    def yields(name: str) -> Iterator[str]:
        yield name

    assert inspect.iscoroutinefunction(waits) and inspect.isgeneratorfunction(yields)
    with pytest.raises(Exception, match="type hint"):
        next(yields(1))  # pyright: ignore[reportArgumentType]


def test_a_name_that_only_type_checkers_know_is_let_pass():
    @STRICT
    def told(one: "NeverImported") -> str:  # noqa: F821 # pyright: ignore[reportUndefinedVariable]
        return str(one)

    assert told(1) == "1"


def test_only_what_names_a_shape_pays_for_comparing_them():
    assert names_shapes([tuple[Float[Array, " n"], int]]) and names_shapes([dict[str, Float[Array, ""]]])
    assert names_shapes(["Float[Array, ' n']"]) and names_shapes([list["Dataset"]])  # noqa: F821 # pyright: ignore
    assert not names_shapes([int, str | None, dict[str, tuple[int, ...]]])
