"""Scaling of features against scikit-learn's, and columns with nothing to divide by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, StandardScaler

from simulator.core.datasets import apply_scaler, fit_scaler
from simulator.core.training import SCALINGS
from simulator.errors import InputError

FLOATS = st.floats(-(2.0**99), 2.0**99, width=32)
ORACLES = {"max": MaxAbsScaler(), "minmax": MinMaxScaler(), "standard": StandardScaler()}


@pytest.mark.parametrize("scaling", sorted(ORACLES))
def test_scaling_agrees_with_scikit_learn(scaling):
    inputs = np.random.default_rng(0).normal(3, 5, (50, 4))
    inputs[:, 2] = 0.1  # constant
    train, rest = inputs[:40], inputs[40:]
    oracle = ORACLES[scaling].fit(train)
    scaler = fit_scaler(scaling, train)
    columns = [0, 1, 3]
    np.testing.assert_allclose(apply_scaler(scaler, rest)[:, columns], oracle.transform(rest)[:, columns], rtol=1e-4)
    assert scaler.offset.dtype == scaler.scale.dtype == np.float32


def test_none_leaves_numbers_as_they_are():
    inputs = np.array([[1.5, -2.0], [0.25, 8.0]], np.float32)
    np.testing.assert_array_equal(apply_scaler(fit_scaler("none", inputs), inputs), inputs)


@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("value", [0.0, 0.1, -7.3, 1e-40, 1e30])
def test_constant_columns_are_not_blown_up(scaling, value):
    inputs = np.full((30, 1), value, np.float32)
    scaled = apply_scaler(fit_scaler(scaling, inputs), inputs)
    assert np.isfinite(scaled).all()
    assert np.ptp(scaled) == 0


@given(
    inputs=hnp.arrays(np.float32, st.tuples(st.integers(1, 8), st.integers(1, 4)), elements=FLOATS),
    scaling=st.sampled_from(SCALINGS),
)
def test_scaled_numbers_are_finite_and_bounded(inputs, scaling):
    scaler = fit_scaler(scaling, inputs)
    scaled = apply_scaler(scaler, inputs)
    assert scaled.dtype == np.float32
    assert np.isfinite(scaled).all() and (scaler.scale > 0).all()
    if scaling != "none":
        assert np.abs(scaled).max() <= np.sqrt(len(inputs)) * 1.01 + 1


def test_unknown_scaling_is_refused():
    with pytest.raises(InputError, match="Choose one of: none, max, minmax, standard"):
        fit_scaler("log", np.zeros((2, 2)))
