"""How many digits a number needs in a formula: a reader who computes with what is shown gets what is shown."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

FEWEST, MOST = 3, 9
CLOSE = 0.005
"""Half a unit in the third digit, at worst: by hand and shown agree within it."""

CANCELLING: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "log": math.log,
    "exp": math.exp,
}
"""Operations of which small changes of an operand may change the value much."""
CANCELLING_DERIVATIVES: dict[str, Callable[..., float]] = {
    "tanh": lambda _a, y: 1.0 - y * y,
    "logistic": lambda _a, y: y * (1.0 - y),
    "exp": lambda a, _y: math.exp(a),
    "asin": lambda a, _y: 1.0 / math.sqrt(1.0 - a * a),
    "acos": lambda a, _y: -1.0 / math.sqrt(1.0 - a * a),
    "atanh": lambda a, _y: 1.0 / (1.0 - a * a),
    "log1p": lambda a, _y: 1.0 / (1.0 + a),
}
"""Local derivatives of one operand, from the operand and the output, that lose digits."""


def digits_for(function: Callable[..., float] | None, numbers: Sequence[Any], value: Any) -> int:
    """Return how many significant digits the numbers need so that the function of what is shown is the value shown.

    Args:
      function: computed by hand; None where three digits always do.
      numbers: that are plugged in.
      value: what comes out with all digits.

    >>> digits_for(CANCELLING["sub"], (0.99753, 1.0), -0.00247), digits_for(CANCELLING["sub"], (3.0, 1.0), 2.0)
    (5, 3)
    """
    if function is None:
        return FEWEST
    shown = np.asarray(value).item()
    for digits in range(FEWEST, MOST):
        try:
            by_hand = function(*(_rounded(number, digits) for number in numbers))
        except (ValueError, ZeroDivisionError, OverflowError):
            continue
        if abs(by_hand - shown) <= CLOSE * abs(shown):
            return digits
    return MOST


def _rounded(number: Any, digits: int) -> float:
    return float(f"{float(np.asarray(number).item()):.{digits - 1}e}")


def plain(value: Any) -> bool:
    """Say whether a value is one finite real number."""
    array = np.asarray(value)
    return array.size == 1 and array.dtype.kind in "fiub" and bool(np.isfinite(array).all())


def sum_digits(parts: Sequence[Any], total: Any) -> int:
    """Return how many digits the terms of a sum need.

    >>> sum_digits((1.0, -0.99877), 0.00123)
    5
    """
    if not all(map(plain, (*parts, total))):
        return FEWEST
    return digits_for(lambda *terms: math.fsum(terms), parts, total)
