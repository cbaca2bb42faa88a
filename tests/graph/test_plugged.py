"""Functions of numbers that are plugged in by hand, against NumPy's and their slopes in float64."""

import math

import numpy as np
import pytest

from simulator.graph.plugged import CANCELLING, CANCELLING_DERIVATIVES, FEWEST, MOST, digits_for, plain, sum_digits

VALUES = {"add": np.add, "sub": np.subtract, "log": np.log, "exp": np.exp}
FUNCTIONS = {
    "tanh": np.tanh,
    "logistic": lambda a: 1.0 / (1.0 + np.exp(-a)),
    "exp": np.exp,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atanh": np.arctanh,
    "log1p": np.log1p,
}


def test_values_by_hand_are_numpys():
    assert set(CANCELLING) == set(VALUES)
    for name, function in CANCELLING.items():
        operands = (0.7, 0.2)[: VALUES[name].nin]
        assert function(*operands) == pytest.approx(float(VALUES[name](*operands))), name


@pytest.mark.parametrize("name", CANCELLING_DERIVATIVES)
@pytest.mark.parametrize("at", [-0.6, 0.3])
def test_derivatives_by_hand_are_slopes(name, at):
    function, step = FUNCTIONS[name], 1e-6
    slope = (function(at + step) - function(at - step)) / (2 * step)
    assert CANCELLING_DERIVATIVES[name](at, float(function(at))) == pytest.approx(slope, rel=1e-6)


def test_so_many_digits_that_the_shown_value_comes_out_and_no_more():
    for numbers in ((0.99753, 1.0), (1.0, 1.00004), (12.3456, 12.3), (3.0, 1.0)):
        value = numbers[0] - numbers[1]
        digits = digits_for(CANCELLING["sub"], numbers, value)

        def shown(digits: int, numbers=numbers) -> float:
            first, second = (float(f"{number:.{digits - 1}e}") for number in numbers)
            return first - second

        assert abs(shown(digits) - value) <= 0.005 * abs(value)
        assert digits == FEWEST or abs(shown(digits - 1) - value) > 0.005 * abs(value)
    assert digits_for(None, (0.99753, 1.0), -0.00247) == FEWEST
    assert digits_for(CANCELLING["log"], (-1.0,), 5.0) == MOST  # by hand there is no such value


def test_a_sum_of_what_is_no_plain_number_is_shown_as_usual():
    assert sum_digits((1.0, -0.99877), 0.00123) == 5
    assert sum_digits((np.ones(2), 1.0), np.ones(2)) == sum_digits((np.inf, 1.0), np.inf) == FEWEST
    assert plain(2) and plain(np.float32(0.5)) and plain(np.array([True]))
    assert not (plain(np.nan) or plain(np.ones(2)) or plain(1j) or plain(np.ones(0)) or plain("1"))
    assert sum_digits((np.ones(0), np.ones(0)), np.ones(0)) == FEWEST


def test_more_digits_than_a_float_has_are_never_written():
    """Of the 24 bits of a float32, the decimal digits that tell any two apart are ⌈1 + 24 log₁₀ 2⌉."""
    enough = math.ceil(1 + 24 * math.log10(2))
    assert digits_for(CANCELLING["log"], (-1.0,), 5.0) == enough == 9
    near = float(np.nextafter(np.float32(1.0), np.float32(0.0)))  # 1 − 6·10⁻⁸: with seven digits it is 1
    assert digits_for(CANCELLING["sub"], (near, 1.0), near - 1.0) == enough
