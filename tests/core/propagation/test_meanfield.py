"""The theory of wide networks against closed forms, plain sums, and wide networks that were really drawn."""

import math

import numpy as np
import pytest

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.network import ACTIVATIONS, NetworkConfig
from simulator.core.propagation.meanfield import mean_field, moments
from simulator.core.propagation.microscope import log10, profile_of
from simulator.core.propagation.phases import phase
from simulator.core.propagation.signal import start_signal


def wide(**changes) -> NetworkConfig:
    values = {"layer_sizes": (64, *[64] * 12, 10), "activation": "relu", "initializer": "he_normal"}
    return NetworkConfig(**{**values, **changes})


@pytest.mark.parametrize("variance", [0.01, 1.0, 30.0])
def test_relu_has_closed_forms(variance):
    found = moments("relu", variance)
    expected = [math.sqrt(variance / (2 * math.pi)), variance / 2, 0.5]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("variance", [0.3, 4.0])
def test_averages_match_plain_sums(name, variance):
    entry = ACTIVATIONS_TABLE[name]

    # Midpoints: no point falls on the kink at 0, and the two sides of it are summed alike.
    u = (np.arange(-20_000, 20_000) + 0.5) / 20_000 * 10 * math.sqrt(variance)
    density = np.exp(-0.5 * u**2 / variance) / math.sqrt(2 * math.pi * variance) * (u[1] - u[0])

    def average(values):
        return float(np.sum(density * np.asarray(values, np.float64)))

    phi, slope = (np.asarray(function(u.astype(np.float32), 0.2)) for function in (entry.function, entry.derivative))
    expected = [
        average(phi),
        average(phi**2),
        average(slope**2),
    ]
    np.testing.assert_allclose(moments(name, variance, 0.2), expected, rtol=1e-4, atol=1e-5)


def test_he_keeps_relu_level_at_any_variance(digits_batch):
    found = mean_field(wide(), digits_batch.inputs)
    assert found is not None
    np.testing.assert_allclose(found.factor, 1.0, rtol=1e-5)
    np.testing.assert_allclose(found.variance, found.variance[0], rtol=1e-4)
    assert found.chi == pytest.approx(1.0, rel=1e-4)
    assert found.fixed_point == pytest.approx(found.variance[0], rel=1e-3)  # every variance is a fixed point


def test_batch_normalized_relu_explodes_at_the_rate_of_yang_et_al(digits_batch):
    found = mean_field(wide(normalization="batch"), digits_batch.inputs)
    assert found is not None
    np.testing.assert_allclose(found.factor[1:] ** 2, math.pi / (math.pi - 1), rtol=1e-4)


def test_sigmoid_loses_at_least_a_quarter_of_the_weight_gain(digits_batch):
    network = wide(activation="sigmoid", initializer="xavier_normal")
    found = mean_field(network, digits_batch.inputs)
    assert found is not None and found.weight_variance == pytest.approx(1.0)
    assert np.all(found.factor < 0.25)
    # σ_w² E[σ²] = q has its solution where the map crosses the diagonal.
    assert moments("sigmoid", found.fixed_point).square == pytest.approx(found.fixed_point, rel=1e-4)


def test_fixed_points_at_both_ends(digits_batch):
    shrinking = mean_field(wide(activation="tanh", initializer="normal", initializer_std=0.03), digits_batch.inputs)
    growing = mean_field(wide(initializer="normal", initializer_std=0.5), digits_batch.inputs)
    assert shrinking is not None and shrinking.fixed_point == 0.0
    assert shrinking.chi == pytest.approx(64 * 0.03**2, rel=1e-3)  # near 0 tanh' is 1
    assert growing is not None and growing.fixed_point == math.inf


def test_biases_move_the_fixed_point_and_the_factor(digits_batch):
    network = wide(activation="tanh", initializer="normal", initializer_std=1.5 / 8, bias_std=0.4)
    found, theory = mean_field(network, digits_batch.inputs), phase("tanh", 1.5, 0.4)
    assert found is not None and found.bias_variance == pytest.approx(0.16)
    assert found.fixed_point == pytest.approx(float(theory.variance), rel=1e-3)
    assert found.chi == pytest.approx(float(theory.chi), rel=1e-3)
    signal = start_signal(network, digits_batch, range(8))
    measured = np.mean(signal.layers.pre_activation_std**2, axis=0)
    np.testing.assert_allclose(measured[2:], found.variance[2:], rtol=0.2)


@pytest.mark.parametrize("initializer", ["zeros", "constant"])
def test_equal_weights_have_no_theory(initializer, digits_batch):
    assert mean_field(wide(initializer=initializer), digits_batch.inputs) is None


@pytest.mark.parametrize(
    ("changes", "tolerance"),
    [
        ({"activation": "sigmoid", "initializer": "xavier_normal"}, 0.03),
        ({"activation": "tanh", "initializer": "orthogonal"}, 0.03),
        ({"activation": "gelu"}, 0.05),
        ({"activation": "tanh", "initializer": "normal", "initializer_std": 0.15}, 0.05),
        ({"activation": "sigmoid", "initializer": "xavier_normal", "normalization": "layer"}, 0.05),
        ({"normalization": "batch"}, 0.05),
        ({"activation": "tanh", "initializer": "xavier_normal", "residual": True}, 0.07),
    ],
)
def test_wide_networks_do_what_theory_says(changes, tolerance, digits_batch):
    network = wide(**changes)
    found = mean_field(network, digits_batch.inputs)
    measured = log10(profile_of(start_signal(network, digits_batch, range(8)).grad_norm).middle[:-1])
    assert found is not None
    steps = 10 ** (measured[:-1] - measured[1:])
    # The mean over layers: chance moves single layers of eight seeds by a few percent.
    assert np.exp(np.mean(np.log(steps[1:] / found.factor[1:]))) == pytest.approx(1.0, abs=tolerance)


def test_theory_fails_for_residual_relu(digits_batch):
    """All activations are positive, so gradients are related to the weights: the page says so, this measures it."""
    network = wide(layer_sizes=(64, *[64] * 30, 10), residual=True)
    found = mean_field(network, digits_batch.inputs)
    measured = log10(profile_of(start_signal(network, digits_batch, range(8)).grad_norm).middle[:6])
    assert found is not None
    assert 10 ** np.mean(measured[:-1] - measured[1:]) > 1.15 * found.factor[0]
