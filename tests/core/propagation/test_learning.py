"""Who learns: against the records of the training engine, and by hand."""

import numpy as np
import pytest

from simulator.core.datasets import load_dataset
from simulator.core.network import NetworkConfig
from simulator.core.propagation.batch import first_batch
from simulator.core.propagation.learning import clipping, learning, relative_change, smoothed
from simulator.core.propagation.signal import signals, start_signal
from simulator.core.run import train
from simulator.core.training import TrainingConfig


def test_the_start_is_that_of_the_training_run(short_run):
    """Same seed, same rows, same weights: what the band shows is what training begins with."""
    batch = first_batch(short_run.network, short_run.training, short_run.dataset)
    start = start_signal(short_run.network, batch, [short_run.training.seed])
    records = short_run.records
    np.testing.assert_allclose(start.loss[0], records.loss[0], rtol=1e-5)
    np.testing.assert_allclose(start.grad_norm[0], records.pre_activation_grad_norm[0], rtol=1e-4)
    np.testing.assert_allclose(start.weight_grad_norm[0], records.weight_grad_norm[0], rtol=1e-4)
    np.testing.assert_allclose(start.layers.activation_std[0], records.activation_std[0, :-1], rtol=1e-3)


@pytest.mark.parametrize("changes", [{"normalization": "batch"}, {"residual": True}, {"activation": "prelu"}])
def test_later_steps_are_those_of_the_run(changes):
    """The full batch is the same at every step, so records and our own pass over the parameters must agree."""
    network = NetworkConfig(**{"layer_sizes": (2, *[8] * 4, 2), "activation": "tanh", **changes})
    run = train(
        network, TrainingConfig(learning_rate=0.2, batch_size=None, num_epochs=12), load_dataset("moons", num_rows=40)
    )
    batch = first_batch(network, run.training, run.dataset)
    found = signals(network, batch, [run.params_at(step) for step in (0, 5, 12)])
    np.testing.assert_allclose(found.grad_norm, run.records.pre_activation_grad_norm[[0, 5, 12]], rtol=2e-4)


def test_left_layers_of_a_sigmoid_network_barely_move(short_run):
    batch = first_batch(short_run.network, short_run.training, short_run.dataset)
    found = learning(short_run, batch, 30)
    assert found.step[0] == 0 and found.step[-1] == 30
    change = found.weight_change
    np.testing.assert_array_equal(change[0], 0.0)
    assert change[-1, 0] < 0.2 * change[-1, -1]
    now, before = short_run.params_at(30)[2].weight, short_run.params_at(0)[2].weight
    assert change[-1, 2] == pytest.approx(np.linalg.norm(now - before) / np.linalg.norm(before), rel=1e-5)


def test_change_without_a_start_or_an_end_is_no_number():
    assert np.isnan(relative_change(np.ones(2), np.zeros(2)))
    assert np.isnan(relative_change(np.array([np.nan, 1.0]), np.ones(2)))


def test_clipping_keeps_the_ratios():
    found = clipping(np.array([3.0, 0.0, 4.0]), 2.5)
    assert (found.total_norm, found.factor) == (5.0, 0.5)
    np.testing.assert_allclose(found.after, [1.5, 0.0, 2.0])
    assert clipping(np.array([0.3, 0.4]), 1.0).factor == 1.0
    assert clipping(np.zeros(2), 1.0).factor == 1.0


def test_smoothing_is_a_mean_of_the_past():
    loss = np.random.default_rng(0).random(300)
    found = smoothed(loss)
    assert found[0] == loss[0]
    assert found[200] == pytest.approx(loss[196:201].mean())
    assert np.isnan(smoothed(np.array([1.0, np.nan, 1.0]))[1])
