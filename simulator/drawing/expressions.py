"""Vega expressions that pictures share: sizes that follow the size of text, and numbers as text."""

import altair as alt

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SUPERSCRIPT = {
    written: str(exponent).translate(_SUPERSCRIPTS)
    for exponent in range(-60, 61)
    for written in (str(exponent), f"{exponent:+d}")
}
"""Exponent as d3 writes it → superscript; the parameter ``superscript`` of every chart."""

POWER_OF_TEN = "'10' + superscript[toString(round(log(datum.value) / LN10))]"
"""Label expression of a log axis."""


def px(size: float | str) -> alt.ExprRef:
    """Return a length in pixels at 1080p, which grows with the text: a number or an expression.

    >>> px(2.5)
    ExprRef({
      expr: '2.5 * scale'
    })
    """
    return alt.expr(f"({size}) * scale" if isinstance(size, str) else f"{size:g} * scale")


def area(size: float) -> alt.ExprRef:
    """Return the area of a point in square pixels at 1080p, which grows with the text."""
    return alt.expr(f"{size:g} * scale * scale")


def number(value: str) -> str:
    """Return the Vega expression that writes a number with three significant digits and powers of ten.

    Args:
      value: expression of the number, such as ``datum.loss``.
    """
    short = f"split(format({value}, '.2~e'), 'e')"
    return (
        f"({value} === 0 ? '0' : abs({value}) >= 0.001 && abs({value}) < 100000 ? format({value}, '.3~r')"
        f" : {short}[0] + '×10' + superscript[{short}[1]])"
    )


NUMBER = number("datum.value")
"""Label expression of a linear axis whose numbers may be very large or very small."""
