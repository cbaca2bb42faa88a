"""Numbers as a reader sees them: three significant digits, powers of ten written out."""

import math

import numpy as np

Number = float | int | np.number

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SMALLEST_PLAIN = 1e-3
LARGEST_PLAIN = 1e5
"""Outside these bounds a number is written with a power of ten: more zeros than that cannot be read at a glance."""


def lowered(digits: int | str) -> str:
    """Write digits as an index below the line.

    >>> lowered(12)
    '₁₂'
    """
    return str(digits).translate(_SUBSCRIPTS)


def number_text(value: Number, digits: int = 3) -> str:
    """Write a number with ``digits`` significant digits, without trailing zeros.

    Whole numbers given as ``int`` keep all their digits up to ``LARGEST_PLAIN``.

    >>> [number_text(value) for value in (0.25, 0.0123456, 3.14e-5, -1234.5, 2.5e7)]
    ['0.25', '0.0123', '3.14×10⁻⁵', '−1230', '2.5×10⁷']
    >>> [number_text(value) for value in (0.0, 12345, 1e-4, float("nan"), float("-inf"))]
    ['0', '12345', '1×10⁻⁴', 'NaN', '−∞']
    """
    if isinstance(value, (int, np.integer)) and abs(value) < LARGEST_PLAIN:
        return str(value).replace("-", "−")
    value = float(value)
    if math.isnan(value):
        return "NaN"
    sign = "−" if value < 0 else ""
    if math.isinf(value):
        return f"{sign}∞"
    if value == 0:
        return "0"
    # Rounding first: 99999.9 rounds to 1×10⁵, and 0.00099999 to 0.001.
    mantissa, _, exponent = f"{abs(value):.{digits - 1}e}".partition("e")
    if SMALLEST_PLAIN <= float(f"{mantissa}e{exponent}") < LARGEST_PLAIN:
        decimals = max(digits - 1 - int(exponent), 0)
        return sign + _without_trailing_zeros(f"{float(f'{mantissa}e{exponent}'):.{decimals}f}")
    return f"{sign}{_without_trailing_zeros(mantissa)}×10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def exponential_text(log: float) -> str:
    """Write eˡᵒᵍ with three significant digits, even where it is too small for a float.

    >>> exponential_text(math.log(0.25)), exponential_text(-1000.0)
    ('0.25', '5.08×10⁻⁴³⁵')
    """
    if log > -700.0:
        return number_text(math.exp(log))
    power, mantissa = divmod(log / math.log(10.0), 1.0)
    written = number_text(10.0**mantissa)
    if written == "10":  # 9.996 rounds up
        written, power = "1", power + 1
    return f"{written}×10{str(int(power)).translate(_SUPERSCRIPTS)}"


def telling_text(value: float, most: int = 7) -> str:
    """Write a number with three significant digits, or with as many as tell it from the whole number beside it.

    >>> telling_text(0.99990916), telling_text(1.0), telling_text(0.25), telling_text(-2.9999999999)
    ('0.9999', '1', '0.25', '−3')
    >>> telling_text(12345.00001), telling_text(1.0000002), telling_text(1.00000002), telling_text(-math.inf)
    ('12345', '1', '1', '−∞')
    """
    if not math.isfinite(value) or value == round(value):
        return number_text(value)
    written = [number_text(value, digits) for digits in range(3, most + 1)]
    return next((words for words in written if "." in words or "×" in words), written[-1])


def complex_text(value: complex) -> str:
    """Write a number that may be complex.

    >>> complex_text(1.5 - 3j), complex_text(2.0)
    ('1.5 − 3i', '2')
    """
    if not isinstance(value, complex):
        return number_text(value)
    sign = "−" if value.imag < 0 else "+"
    return f"{number_text(value.real)} {sign} {number_text(abs(value.imag))}i"


def percent_text(share: Number) -> str:
    """Write a share as a percentage with three significant digits.

    >>> percent_text(0.9306), percent_text(1.0), percent_text(float("nan"))
    ('93.1%', '100%', 'NaN')
    """
    share = float(share)
    return number_text(100.0 * share) + ("" if math.isnan(share) else "%")


def _without_trailing_zeros(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
