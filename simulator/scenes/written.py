"""How values are written in links, lesson files and sentences, and how numbers are read back."""

import math
from typing import Any

MAX_SHOWN = 40
"""Letters of a wrong value that its sentence repeats."""


def option_entry(words: str, code: Any) -> str:
    """Return the entry of the catalogue with the word of a code.

    >>> option_entry("losses.output", "sigmoid"), option_entry("datasets.{}.name", "food")
    ('losses.output.sigmoid', 'datasets.food.name')
    """
    return words.format(code) if "{}" in words else f"{words}.{code}"


def read_number(written: str) -> float | None:
    """Read a number as people and programs write it; ``None`` for anything else, and for NaN.

    >>> read_number("−0.5"), read_number("1e3"), read_number("nan"), read_number("three")
    (-0.5, 1000.0, None, None)
    """
    try:
        number = float(written.strip().replace("−", "-"))
    except ValueError:
        return None
    return None if math.isnan(number) else number


def write_number(number: float) -> str:
    """Write a number in as few digits as bring the same number back.

    >>> write_number(0.1), write_number(20), write_number(2.0), write_number(1 / 3)
    ('0.1', '20', '2', '0.3333333333333333')
    """
    short = f"{number:.12g}"
    return short if float(short) == number else repr(float(number))


def shortened(written: Any) -> str:
    """Return what a sentence repeats of a wrong value.

    >>> shortened(" a   b "), shortened("x" * 40) == "x" * 40, shortened("x" * 41) == "x" * 39 + "…"
    ('a b', True, True)
    """
    shown = " ".join(str(written).split())
    return shown if len(shown) <= MAX_SHOWN else shown[: MAX_SHOWN - 1] + "…"
