"""How numbers are written, in every sentence and label."""

import numpy as np
import pytest

from simulator.texts.numbers import number_text


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
