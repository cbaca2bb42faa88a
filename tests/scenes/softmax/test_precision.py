"""Softmax in few digits: NumPy against JAX, and where each computation breaks."""

import jax.numpy as jnp
import numpy as np
import pytest

from simulator.core.softmax import softmax
from simulator.errors import InputError
from simulator.scenes.softmax.precision import METHODS, PRECISIONS, exponent_limits, low_precision_softmax, scan_shifts

THOUSAND = np.array([1000.0, 1001.0, 1002.0])
LECTURE = np.array([1.54, 2.90, -0.26])


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("logits", [LECTURE, THOUSAND, LECTURE - 20, LECTURE - 120, LECTURE + 10], ids=str)
def test_jax_computes_the_same_step_by_step(precision, logits):
    z = jnp.asarray(logits, precision)
    for method, exponentials in (("naive", jnp.exp(z)), ("shifted", jnp.exp(z - z.max()))):
        made = low_precision_softmax(logits, precision, method)
        expected = np.asarray(exponentials / exponentials.sum(), np.float64)
        assert made.exponentials.dtype == precision
        tolerance = 4 * float(jnp.finfo(precision).eps)
        # XLA flushes numbers below the smallest normal one to 0 where NumPy keeps them.
        if method == "naive" and (logits < np.log(float(np.finfo(precision).tiny))).any():
            assert not np.isfinite(expected).all()
            continue
        assert made.probabilities == pytest.approx(expected, rel=tolerance, abs=tolerance, nan_ok=True)


def test_the_figures_of_the_lecture():
    naive = low_precision_softmax(THOUSAND, "float32", "naive")
    assert np.isnan(naive.probabilities).all()
    assert naive.outcome == "overflow"
    shifted = low_precision_softmax(THOUSAND, "float32", "shifted")
    assert shifted.probabilities == pytest.approx([0.0900, 0.2447, 0.6652], abs=5e-5)
    assert shifted.outcome == "right"


def test_limits_of_exp():
    for precision in PRECISIONS:
        low, high = exponent_limits(precision)
        kind = np.dtype(precision).type
        with np.errstate(all="ignore"):
            assert np.isfinite(np.exp(kind(high - 0.01)))
            assert np.isinf(np.exp(kind(high + 0.02)))
            assert np.exp(kind(low - 0.05)) == 0
            assert np.exp(kind(low + 0.05)) > 0


def test_the_shifted_softmax_is_right_everywhere():
    scan = scan_shifts(LECTURE, np.linspace(-150.0, 150.0, 301))
    for precision in PRECISIONS:
        assert set(scan.outcome[precision, "shifted"]) == {"right"}


def test_the_naive_softmax_breaks_where_exp_does():
    largest = np.linspace(-150.0, 150.0, 601)
    scan = scan_shifts(LECTURE, largest - LECTURE.max())
    for precision, overflow in (("float16", 11.09), ("float32", 88.72)):
        outcomes = np.array(scan.outcome[precision, "naive"])
        assert largest[outcomes == "overflow"].min() == pytest.approx(overflow, abs=0.6)
        assert (np.diff((outcomes == "overflow").astype(int)) >= 0).all()
        assert largest[outcomes == "zero_division"].max() == pytest.approx(exponent_limits(precision)[0], abs=0.6)
        assert {"right", "lost", "inexact"} <= set(outcomes)
        assert outcomes[np.abs(largest) < 5].tolist() == ["right"] * int((np.abs(largest) < 5).sum())


def test_a_sum_that_overflows_alone_gives_zeros():
    made = low_precision_softmax(np.array([10.9, 10.9]), "float16", "naive")
    assert np.isfinite(made.exponentials).all()
    assert made.probabilities.tolist() == [0.0, 0.0]
    assert made.outcome == "overflow"


def test_a_logit_beyond_the_precision_overflows():
    assert low_precision_softmax(np.array([0.0, 1e5]), "float16", "shifted").outcome == "overflow"


def test_right_means_close_to_float64():
    for method in METHODS:
        made = low_precision_softmax(LECTURE, "float16", method)
        assert made.outcome == "right"
        assert made.probabilities == pytest.approx(softmax(LECTURE), rel=5e-3)


def test_wrong_names():
    with pytest.raises(InputError, match="Choose one of: float16, float32"):
        low_precision_softmax(LECTURE, "float8", "naive")
    with pytest.raises(InputError, match="Choose one of: naive, shifted"):
        low_precision_softmax(LECTURE, "float16", "clever")
