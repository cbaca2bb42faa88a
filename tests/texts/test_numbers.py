"""How numbers are written, in every sentence and label."""

import numpy as np
import pytest

from simulator.texts.numbers import complex_text, exponential_text, number_text


def test_a_number_has_three_significant_digits():
    rng = np.random.default_rng(0)
    for value in 10.0 ** rng.uniform(-12, 12, 200) * rng.choice([-1, 1], 200):
        written = number_text(value)
        read = written.replace("−", "-").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
        mantissa, _, exponent = read.partition("×10")
        assert float(mantissa) * 10.0 ** int(exponent or 0) == pytest.approx(value, rel=5.001e-3)
        assert len(mantissa.replace("-", "").replace(".", "").lstrip("0").rstrip("0")) <= 3


@pytest.mark.parametrize(
    ("value", "written"),
    [(99_999.9, "1×10⁵"), (0.000999999, "0.001"), (9.999, "10"), (0.5, "0.5"), (np.float32(0.1), "0.1"), (240, "240")],
)
def test_numbers_round_across_the_ends_of_their_ranges(value: float, written: str):
    assert number_text(value) == written


def test_a_power_of_e_rounds_across_a_power_of_ten():
    """Beyond the range of a float: 9.994, 9.996 and 1.004 times a power of ten."""
    logs = [np.log(mantissa) - 400 * np.log(10) for mantissa in (9.994, 9.996, 1.004)]
    assert [exponential_text(log) for log in logs] == ["9.99×10⁻⁴⁰⁰", "1×10⁻³⁹⁹", "1×10⁻⁴⁰⁰"]


def test_a_complex_number_keeps_the_sign_of_its_imaginary_part():
    assert [complex_text(complex(1.5, part)) for part in (3.0, 0.0, -3.0)] == ["1.5 + 3i", "1.5 + 0i", "1.5 − 3i"]
