"""Initialization: the formulas with their numbers, neurons that stay identical, and the source's errata."""

import numpy as np
import pytest

from simulator.core.datasets import load_dataset
from simulator.core.network import NetworkConfig
from simulator.core.propagation.microscope import microscope
from simulator.core.propagation.signal import start_signal
from simulator.core.run import train
from simulator.core.training import TrainingConfig
from simulator.scenes.initialization.numbers import (
    SYMMETRY_DATA,
    SYMMETRY_TRAINING,
    formula,
    histograms,
    symmetric_network,
    symmetry,
)
from simulator.scenes.initialization.settings import Initialization
from simulator.scenes.initialization.words import divide_words, formula_text


def of(initializer: str, sizes=(64, 64, 10)) -> NetworkConfig:
    return NetworkConfig(layer_sizes=sizes, initializer=initializer)


@pytest.mark.parametrize(
    ("initializer", "variance"),
    [
        ("xavier_normal", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
        ("he_normal", lambda fan_in, fan_out: 2 / fan_in),
        ("lecun_normal", lambda fan_in, fan_out: 1 / fan_in),
        ("he_uniform", lambda fan_in, fan_out: 2 / fan_in),
        ("normal", lambda fan_in, fan_out: 0.030**2),
    ],
)
def test_the_formula_has_the_layers_numbers_and_the_draw_follows_it(initializer, variance):
    for layer, (fan_in, fan_out) in enumerate(((64, 64), (64, 10))):
        found = formula(of(initializer), layer, 0)
        assert (found.fan_in, found.fan_out) == (fan_in, fan_out)
        assert found.std == pytest.approx(np.sqrt(variance(fan_in, fan_out)))
        assert found.drawn_std == pytest.approx(found.std, rel=0.1)


def test_source_b_divides_by_the_root_of_16():
    """Source B: divide by √16 = 4 for 16 nodes. That is 1/fan_in, and Xavier only where fan_in = fan_out."""
    square, narrowing = of("xavier_normal", (16, 16, 2)), of("xavier_normal", (64, 10, 2))
    assert formula(square, 0, 0).std == 1 / 4 == formula(of("lecun_normal", (16, 16, 2)), 0, 0).std
    assert formula(narrowing, 0, 0).std == pytest.approx(np.sqrt(2 / 74))
    assert formula(of("lecun_normal", (64, 10, 2)), 0, 0).std == pytest.approx(1 / 8)
    for language in ("ko", "en"):
        assert (
            "0.25" in divide_words(language) and "0.125" in divide_words(language) and "0.164" in divide_words(language)
        )


def test_formulas_are_written_with_numbers():
    assert formula_text(of("xavier_normal"), 1) == r"\sqrt{\dfrac{2}{64 + 10}} = 0.164"
    assert formula_text(of("orthogonal"), 1) == r"\sqrt{\dfrac{1}{\max(64, 10)}} = 0.125"
    assert formula_text(of("normal"), 0) == "0.03"
    assert formula_text(of("zeros"), 0) == "0"


def test_he_is_for_relu_not_whatever_the_activation(digits_batch):
    """Source B says He works whatever the activation; measured: level with ReLU, vanishing with sigmoid."""

    def factor(initializer: str, activation: str) -> float:
        network = Initialization(depth=20).network(initializer, activation)
        return microscope(network, digits_batch, start_signal(network, digits_batch, range(8))).factor

    assert factor("he_normal", "relu") == pytest.approx(1.0, abs=0.03)
    assert factor("xavier_normal", "relu") == pytest.approx(np.sqrt(0.5), abs=0.03)
    assert factor("he_normal", "sigmoid") < 0.36
    assert factor("xavier_normal", "tanh") == pytest.approx(1.0, abs=0.06)


@pytest.fixture(scope="module")
def symmetric_runs():
    settings, training = Initialization(), TrainingConfig(**SYMMETRY_TRAINING)
    dataset = load_dataset(SYMMETRY_DATA)
    return [train(symmetric_network(settings, equal), training, dataset) for equal in (True, False)]


def test_equal_neurons_stay_identical(symmetric_runs):
    equal, random = (symmetry(run) for run in symmetric_runs)
    assert equal.largest_difference == 0.0  # not small: the same arithmetic on the same numbers
    assert random.largest_difference > 1.0
    assert np.abs(equal.weight[-1] - equal.weight[0]).max() > 0.01  # they do move, together
    assert symmetric_runs[0].records.accuracy[-1] < 0.7 < 0.95 < symmetric_runs[1].records.accuracy[-1]


def test_zero_weights_move_nothing_in_the_first_layer():
    network = NetworkConfig(layer_sizes=(2, *[8] * 4, 2), activation="tanh", initializer="zeros")
    run = train(network, TrainingConfig(learning_rate=0.5, num_epochs=3), load_dataset("moons"))
    np.testing.assert_array_equal(run.params_at(run.num_steps)[0].weight, 0.0)
    np.testing.assert_array_equal(run.records.weight_grad_norm[:, 0], 0.0)


def test_small_weights_lose_the_signal_and_xavier_keeps_it(digits_batch):
    settings = Initialization(depth=20, width=64)
    small = start_signal(settings.network("normal"), digits_batch, [0]).layers.activation_std[0]
    xavier = start_signal(settings.network("xavier_normal"), digits_batch, [0]).layers.activation_std[0]
    assert small[-1] < 1e-10 * small[0]
    assert xavier[-1] > 0.2 * xavier[0]


def test_histograms_count_every_activation(digits_batch):
    signal = start_signal(Initialization(depth=10, width=64).network("xavier_normal"), digits_batch, [0])
    found = histograms(signal, np.linspace(-0.2, 0.2, 21), num_layers=4)
    assert found.layers.tolist() == [0, 3, 6, 9]
    assert np.all(found.counts.sum(axis=1) + found.outside == 32 * 64)
    inside = np.abs(signal.activation[3]) <= 0.2
    assert found.counts[1].sum() == inside.sum()


def test_numbers_of_an_initializer_matter_only_with_it():
    assert Initialization().applies("std") and not Initialization().applies("value")
    assert Initialization(initializers=("constant",)).applies("value")


def test_links_are_mended():
    found, errors = Initialization.read({"depth": "2", "activation": "step", "initializers": "he_normal.nothing"})
    assert (found.depth, found.activation, found.initializers) == (10, "tanh", ("he_normal",))
    assert len(errors) == 3
