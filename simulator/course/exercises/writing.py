r"""Numbers of exercises in LaTeX: as the house writes them, with four digits, exact where they are.

>>> tex(-0.25), par(-3), equals(0.75), equals(1 / 3)
('-0.25', '(-3)', '= 0.75', '\\approx 0.3333')
>>> times(-2, 0.5, -3), plus(-4), share(3, 16)
('-2 \\cdot 0.5 \\cdot (-3)', '- 4', '\\tfrac{3}{16}')
"""

from collections.abc import Iterable, Sequence
from typing import Any

from simulator.graph.latex import latex_number

DIGITS = 4


def tex(value: Any) -> str:
    """Return a number."""
    return latex_number(value, digits=DIGITS)


def par(value: Any) -> str:
    """Return a number, between parentheses where it is negative."""
    return latex_number(value, parentheses=True, digits=DIGITS)


def equals(value: float) -> str:
    """Return ``= value`` or, where digits were left out, ``≈ value``."""
    shown = float(f"{value:.{DIGITS - 1}e}")
    return (rf"= {tex(value)}") if abs(shown - value) <= 1e-9 * abs(value) else rf"\approx {tex(value)}"


def times(*factors: Any) -> str:
    """Return a product; only its first factor may be negative without parentheses."""
    return r" \cdot ".join([tex(factors[0]), *map(par, factors[1:])])


def plus(value: float) -> str:
    """Return ``+ value`` or ``- value``."""
    return f"- {tex(-value)}" if value < 0 else f"+ {tex(value)}"


def total(terms: Iterable[str]) -> str:
    """Return a sum of terms that are written already."""
    first, *rest = terms
    return first + "".join(f" - {term[1:]}" if term.startswith("-") else f" + {term}" for term in rest)


def share(over: int, under: int) -> str:
    """Return a fraction."""
    return rf"\tfrac{{{over}}}{{{under}}}"


def matrix(rows: Sequence[Sequence[Any]]) -> str:
    """Return a matrix, row by row."""
    body = r" \\ ".join(" & ".join(map(tex, row)) for row in rows)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


def row(values: Sequence[Any]) -> str:
    """Return a vector that lies."""
    return matrix([values])


def inline(formula: str) -> str:
    """Return a formula within a sentence, which no line break takes apart."""
    return f"${{{formula}}}$"


def shape(sizes: Sequence[int]) -> str:
    """Return the shape of an array."""
    return rf"({', '.join(map(str, sizes))})"
