"""Order and chaos against closed forms, SciPy's integrals, plain iteration, and wide networks that were drawn."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from simulator.core.propagation.phases import chaotic_line, critical_line, next_correlation, phase

CASES = [(0.8, 0.4), (1.4, 0.2), (2.5, 0.3)]
"""σ_w and σ_b with tanh: order, near the line, chaos."""


def average(function) -> float:
    """Return the mean over N(0, 1) by SciPy."""
    return quad(lambda z: function(z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi), -12, 12, epsabs=1e-12)[0]


def tanh_pair(variance: float, correlation: float) -> tuple[float, float]:
    """Return E[φ(u₁) φ(u₂)] and E[φ'(u₁) φ'(u₂)] by Gauss–Hermite with other points than the code's."""
    z, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()
    first = np.sqrt(variance) * z[:, None]
    second = np.sqrt(variance) * (correlation * z[:, None] + np.sqrt(1 - correlation**2) * z[None, :])
    derivatives = (1 - np.tanh(first) ** 2) * (1 - np.tanh(second) ** 2)
    return weights @ (np.tanh(first) * np.tanh(second)) @ weights, weights @ derivatives @ weights


@pytest.mark.parametrize(("weight_std", "bias_std"), CASES)
def test_tanh_stands_where_scipy_says(weight_std, bias_std):
    found = phase("tanh", weight_std, bias_std)
    q, c = float(found.variance), float(found.correlation)
    deviation = math.sqrt(q)
    square = average(lambda z: math.tanh(deviation * z) ** 2)
    assert weight_std**2 * square + bias_std**2 == pytest.approx(q, rel=1e-7)
    derivative = average(lambda z: (1 - math.tanh(deviation * z) ** 2) ** 2)
    assert float(found.chi) == pytest.approx(weight_std**2 * derivative, rel=1e-7)
    step = 1e-4 * q
    higher, lower = (average(lambda z, v=v: math.tanh(math.sqrt(v) * z) ** 2) for v in (q + step, q - step))
    assert float(found.variance_slope) == pytest.approx(weight_std**2 * (higher - lower) / (2 * step), rel=1e-4)
    assert (c == 1.0) == (found.chi <= 1.0) == (weight_std == 0.8)
    product, slopes = tanh_pair(q, c)
    assert (weight_std**2 * product + bias_std**2) / q == pytest.approx(c, abs=1e-5)
    assert float(found.slope) == pytest.approx(weight_std**2 * slopes, rel=1e-4)
    assert float(found.depth) == pytest.approx(1 / abs(math.log(float(found.slope))), rel=1e-9)


@pytest.mark.parametrize(("weight_std", "bias_std"), CASES)
def test_depth_scales_are_the_pace_at_which_the_maps_arrive(weight_std, bias_std):
    found = phase("tanh", weight_std, bias_std)
    q, c = float(found.variance), float(found.correlation)
    here, there = c - 0.01, float(next_correlation("tanh", weight_std, bias_std, q, np.array([c - 0.01]))[0])
    assert (c - there) / (c - here) == pytest.approx(math.exp(-1 / float(found.depth)), abs=0.01)
    variance = 1.001 * q
    after = weight_std**2 * average(lambda z: math.tanh(math.sqrt(variance) * z) ** 2) + bias_std**2
    assert (after - q) / (variance - q) == pytest.approx(math.exp(-1 / float(found.variance_depth)), abs=1e-3)


def test_relu_has_closed_forms():
    stds, bias = np.array([0.5, 1.0, 1.3]), 0.4
    found = phase("relu", stds, bias)
    np.testing.assert_allclose(found.variance, bias**2 / (1 - stds**2 / 2), rtol=1e-6)
    np.testing.assert_allclose(found.chi, stds**2 / 2, rtol=1e-9)
    assert found.correlation.tolist() == [1.0] * 3
    # Cho and Saul 2009, the arc-cosine kernel of degree 1
    c = np.array([-0.9, -0.2, 0.0, 0.6, 1.0])
    kernel = (np.sqrt(1 - c**2) + c * (np.pi - np.arccos(c))) / (2 * np.pi)
    np.testing.assert_allclose(next_correlation("relu", math.sqrt(2), 0.0, 1.0, c), 2 * kernel, atol=2e-3)
    growing = phase("relu", 2.0, 0.4)
    assert (float(growing.variance), float(growing.correlation)) == (math.inf, 1.0)
    assert float(growing.chi) == pytest.approx(2.0)
    assert float(growing.depth) == pytest.approx(1 / math.log(2.0))


def test_without_biases_small_weights_end_at_zero():
    found = phase("tanh", np.array([0.7, 1.5]), 0.0)
    assert found.variance[0] == 0.0 and found.chi[0] == pytest.approx(0.49)
    assert found.variance[1] > 0.5 and found.correlation[1] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_line_parts_order_from_chaos(activation):
    bias_stds = np.array([0.0, 0.05, 0.3, 1.0])
    line = critical_line(activation, bias_stds)
    at, left, right = (phase(activation, line * factor, bias_stds).chi for factor in (1.0, 0.97, 1.03))
    np.testing.assert_allclose(at, 1.0, atol=1e-3)
    assert (left < 0.999).all() and (right > 1.001).all()
    if activation == "relu":
        np.testing.assert_allclose(line, math.sqrt(2), rtol=1e-6)  # He
    else:
        assert (np.diff(line) > 0).all() and line[0] == pytest.approx(1.0, abs=1e-3)


def test_the_contours_have_the_depth_that_they_are_drawn_for():
    bias_stds = np.array([0.05, 0.3, 1.0])
    ordered = critical_line("tanh", bias_stds, math.exp(-1 / 5))
    np.testing.assert_allclose(phase("tanh", ordered, bias_stds).depth, 5.0, rtol=1e-6)
    chaotic = chaotic_line("tanh", 5.0)
    some = chaotic[(chaotic[:, 1] > 0.02) & (chaotic[:, 1] < 1.0)]
    found = phase("tanh", some[:, 0], some[:, 1])
    assert len(some) >= 3 and (found.chi > 1).all() and (some[:, 0] > 1.2).all()
    np.testing.assert_allclose(found.depth, 5.0, rtol=1e-3)
    assert len(chaotic_line("relu", 5.0)) == 0  # its inputs become alike on both sides
    assert len(chaotic_line("tanh", 0.3)) == 0  # no chaos is so short
    assert 0 < len(chaotic_line("tanh", 1.0)) < len(chaotic_line("tanh", 5.0)) == 60


@pytest.mark.parametrize(("weight_std", "bias_std"), CASES[::2])
def test_wide_networks_go_where_theory_says(weight_std, bias_std):
    random, width = np.random.default_rng(0), 1000
    value = random.standard_normal((2, width))
    for _ in range(25):
        z = value @ random.standard_normal((width, width)) * weight_std / math.sqrt(width)
        z += bias_std * random.standard_normal(width)
        value = np.tanh(z)
    found = phase("tanh", weight_std, bias_std)
    assert np.mean(z**2) == pytest.approx(float(found.variance), rel=0.1)
    cosine = z[0] @ z[1] / (np.linalg.norm(z[0]) * np.linalg.norm(z[1]))
    assert cosine == pytest.approx(float(found.correlation), abs=0.06)
