"""Factors taken apart: they multiply to the whole, and predictions are held against what was measured."""

import numpy as np
import pytest

from simulator.core.engine.compilation import num_compilations
from simulator.core.propagation.microscope import microscope, profile_of, slope_factor, split_of
from simulator.core.propagation.signal import start_signal
from simulator.scenes.gradient_decay.settings import GradientDecay
from simulator.scenes.gradient_decay.warmup import warm_up


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"activation": "relu"},
        {"activation": "tanh", "normalization": "batch"},
        {"residual": "on", "activation": "tanh"},
    ],
)
def test_the_three_parts_multiply_to_the_measured_factor(changes, digits_batch):
    network = GradientDecay(depth=8).network(**changes)
    split = split_of(network, start_signal(network, digits_batch, range(8)))
    np.testing.assert_allclose(split.weights * split.activation * split.normalization, split.measured, rtol=1e-5)


def test_the_weights_part_is_the_frobenius_norm_of_independent_weights(digits_batch):
    network = GradientDecay(depth=6, width=64, initializer="he_normal").network()
    split = split_of(network, start_signal(network, digits_batch, range(8)))
    np.testing.assert_allclose(split.weights_foretold[:-1], np.sqrt(2.0), rtol=0.02)  # He: ‖W‖² / 64 = 64 · 2/64
    np.testing.assert_allclose(split.weights[:-1], split.weights_foretold[:-1], rtol=0.05)


def test_sigmoid_is_foretold_and_says_so(digits_batch):
    network = GradientDecay(depth=30).network(activation="sigmoid")
    found = microscope(network, digits_batch, start_signal(network, digits_batch, range(16)))
    assert found.split_fit.r_squared > 0.999 and found.theory_fit is not None and found.theory_fit.r_squared > 0.999
    assert found.factor == pytest.approx(found.split_fit.factor, rel=0.03)
    assert found.factor < 0.25 * np.sqrt(2.0)  # a quarter times He's weight gain
    assert not found.split_fit.level


def test_relu_with_he_is_level(digits_batch):
    network = GradientDecay(depth=30, width=64).network(activation="relu")
    found = microscope(network, digits_batch, start_signal(network, digits_batch, range(16)))
    assert found.split_fit.level
    assert found.factor == pytest.approx(1.0, abs=0.03)


def test_narrow_networks_lose_more_than_theory_says(digits_batch):
    network = GradientDecay(depth=40, width=4, initializer="he_normal").network(activation="relu")
    found = microscope(network, digits_batch, start_signal(network, digits_batch, range(32)))
    assert found.theory_fit is not None and found.theory_fit.factor == pytest.approx(1.0, abs=1e-3)
    assert found.factor < 0.95
    assert found.theory_fit.worst_ratio > 3


def test_exact_zeros_are_counted_not_averaged():
    profile = profile_of(np.array([[0.0, 1.0, 4.0], [0.0, 0.0, 1.0], [0.0, np.inf, 1.0]]))
    np.testing.assert_allclose(profile.zero_share, [1.0, 1 / 3, 0.0])
    np.testing.assert_allclose(profile.broken_share, [0.0, 1 / 3, 0.0])
    assert profile.drawn[0] == 0.0
    assert np.isnan(profile.middle[0])
    np.testing.assert_allclose(profile.middle[1:], [1.0, 4 ** (1 / 3)])


def test_a_straight_line_gives_its_factor():
    logs = np.log10(0.3) * np.arange(20)[::-1]
    assert slope_factor(np.append(logs, 0.0)) == pytest.approx(0.3)
    assert np.isnan(slope_factor(np.array([np.nan, np.nan, 0.0])))


def test_moving_a_control_compiles_nothing(digits_batch):
    """Not only the propagation: everything that the page computes."""

    def compute(**changes):
        settings = GradientDecay(**changes)
        network = settings.network()
        return microscope(network, digits_batch, start_signal(network, digits_batch, range(settings.seeds)))

    num_compilations()
    compute()
    before = num_compilations()
    for depth in (2, 33, 50, 100):
        compute(depth=depth)
    for activation in ("relu", "tanh", "gelu", "prelu"):
        compute(activation=activation)
    for initializer in ("orthogonal", "normal", "zeros"):
        compute(initializer=initializer, width=20)
    compute(normalization="batch", residual="on")
    compute(seeds=64)
    assert num_compilations() == before


def test_after_warming_up_a_reader_waits_for_no_compilation(digits_batch):
    warm_up((32,))
    before = num_compilations()
    network = GradientDecay(depth=44, width=30).network(activation="elu")
    microscope(network, digits_batch, start_signal(network, digits_batch, range(32)))
    assert num_compilations() == before
