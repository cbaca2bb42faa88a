"""Softmax against the figures of the lecture, autodiff, finite differences and its own laws."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.softmax import (
    MAX_TEMPERATURE,
    MIN_TEMPERATURE,
    draw_classes,
    examine,
    jacobian,
    log_softmax,
    sigmoid,
    softmax,
    sweep,
)

LECTURE = np.array([1.54, 2.90, -0.26])
logit_lists = st.lists(st.floats(-50, 50), min_size=2, max_size=8).map(np.array)
temperatures = st.floats(MIN_TEMPERATURE, MAX_TEMPERATURE)


def test_the_figures_of_the_lecture():
    p = softmax(LECTURE)
    assert p[1] == pytest.approx(0.770, abs=5e-4)
    assert p[0] == pytest.approx(0.198, abs=5e-4)
    # Logits a factor of about 2 apart become probabilities a factor of 3.9 apart.
    assert LECTURE[1] / LECTURE[0] == pytest.approx(1.88, abs=5e-3)
    assert p[1] / p[0] == pytest.approx(3.9, abs=5e-3)
    assert softmax(np.array([1000.0, 1001.0, 1002.0])) == pytest.approx([0.0900, 0.2447, 0.6652], abs=5e-5)


@settings(max_examples=60, deadline=None)
@given(logit_lists, temperatures)
def test_the_definition(logits, temperature):
    exponentials = np.exp(np.longdouble(logits) / temperature)
    if np.isfinite(exponentials).all() and exponentials.sum() > 0:
        expected = np.float64(exponentials / exponentials.sum())
        assert softmax(logits, temperature) == pytest.approx(expected, rel=1e-9, abs=1e-300)
    assert softmax(logits, temperature).sum() == pytest.approx(1.0)


@settings(max_examples=60, deadline=None)
@given(logit_lists, temperatures, st.floats(-1000, 1000))
def test_a_shift_of_all_logits_changes_nothing(logits, temperature, shift):
    assert softmax(logits + shift, temperature) == pytest.approx(softmax(logits, temperature), abs=1e-9)


def test_the_limits_of_the_temperature():
    assert softmax(LECTURE, 0.05) == pytest.approx([0, 1, 0], abs=1e-10)
    assert softmax(LECTURE, 1e6) == pytest.approx([1 / 3] * 3, abs=1e-5)
    assert examine(LECTURE, 1e6, 0).entropy == pytest.approx(np.log(3), abs=1e-9)
    assert examine(LECTURE, 0.05, 0).entropy == pytest.approx(0, abs=1e-9)
    curve = sweep(LECTURE)
    assert (np.diff(curve.entropy) > 0).all()
    assert curve.temperature[0] == pytest.approx(MIN_TEMPERATURE)
    assert curve.temperature[-1] == pytest.approx(MAX_TEMPERATURE)
    assert curve.probabilities[60] == pytest.approx(softmax(LECTURE, float(curve.temperature[60])))


def test_the_log_stays_finite_where_the_probability_is_lost():
    logs = log_softmax(np.array([0.0, 5000.0]), 0.05)
    assert logs.tolist() == [-100_000.0, 0.0]
    assert examine(np.array([0.0, 5000.0]), 0.05, 0).loss == 100_000.0


@settings(max_examples=40, deadline=None)
@given(logit_lists, temperatures, st.data())
def test_the_gradient_is_that_of_autodiff(logits, temperature, data):
    target = data.draw(st.integers(0, len(logits) - 1))
    made = examine(logits, temperature, target)
    with jax.enable_x64(True):
        loss, gradient = jax.value_and_grad(lambda z: -jax.nn.log_softmax(z / temperature)[target])(jnp.asarray(logits))
    assert made.loss == pytest.approx(float(loss), rel=1e-9, abs=1e-12)
    assert made.gradient == pytest.approx(np.asarray(gradient), rel=1e-9, abs=1e-11)


def test_the_gradient_is_that_of_finite_differences():
    step = 1e-6
    for k in range(3):
        moved = [examine(LECTURE + sign * step * np.eye(3)[k], 0.7, 2).loss for sign in (1, -1)]
        assert examine(LECTURE, 0.7, 2).gradient[k] == pytest.approx((moved[0] - moved[1]) / (2 * step), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=2, max_size=6).map(np.array), st.floats(0.5, 5))
def test_the_jacobian(logits, temperature):
    matrix = jacobian(logits, temperature)
    with jax.enable_x64(True):
        expected = jax.jacfwd(lambda z: jax.nn.softmax(z / temperature))(jnp.asarray(logits))
    assert matrix == pytest.approx(np.asarray(expected), rel=1e-9, abs=1e-12)
    assert matrix.sum(axis=1) == pytest.approx(np.zeros(len(logits)), abs=1e-14)
    assert np.linalg.matrix_rank(matrix, rtol=1e-9) == len(logits) - 1


def test_entropy_and_largest_class():
    made = examine(np.zeros(4), 1.0, 2)
    assert made.entropy == pytest.approx(np.log(4))
    assert made.largest == 0
    assert examine(LECTURE, 3.0, 0).largest == 1


def test_sigmoid_is_softmax_of_two():
    for first, second, temperature in ((1.5, -0.5, 1.0), (-30.0, 30.0, 0.5), (2.0, 2.0, 7.0)):
        pair = softmax(np.array([first, second]), temperature)
        assert sigmoid(np.array([(first - second) / temperature]))[0] == pytest.approx(pair[0], rel=1e-12)
    assert sigmoid(np.array([-1000.0, 1000.0])).tolist() == [0.0, 1.0]


def test_draws_follow_the_probabilities():
    p = softmax(LECTURE)
    draws = draw_classes(p, 20_000, seed=3)
    assert np.bincount(draws, minlength=3) / 20_000 == pytest.approx(p, abs=0.01)
    assert (draw_classes(p, 100, seed=3) == draws[:100]).all()
    assert (draw_classes(p, 100, seed=4) != draws[:100]).any()
    # Probabilities whose sum is just below 1 must not name a class that is not there, nor one of probability 0.
    assert set(draw_classes(np.array([0.5, 0.4999, 0.0]), 20_000, seed=0)) == {0, 1}


def test_a_colder_draw_is_less_varied():
    counts = [np.bincount(draw_classes(softmax(LECTURE, t), 100, 0), minlength=3).max() for t in (0.3, 1.0, 10.0)]
    assert counts[0] > counts[1] > counts[2]
