"""The masks of dropout that are drawn again, beside what training recorded."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.core.datasets import load_dataset
from simulator.core.engine.masks import dropout_masks
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig

NETWORK = NetworkConfig(layer_sizes=(2, 6, 7, 2), activation="tanh", dropout=(0.2, 0.6))
TRAINING = TrainingConfig(batch_size=None, num_epochs=20, validation_fraction=0.0, test_fraction=0.0, seed=3)


@pytest.fixture(scope="module")
def run():
    return train(NETWORK, TRAINING, load_dataset("moons", num_rows=40))


def test_value_times_mask_times_scaling_is_the_recorded_activation(run):
    frames = run.frames
    masks = dropout_masks(run.execution.job, frames.step)
    assert len(frames.step) == run.num_steps + 1 == 21
    for layer, (mask, dropout) in enumerate(zip(masks, (0.2, 0.6), strict=True)):
        value = np.tanh(frames.passes.pre_activation[layer].astype(float))
        np.testing.assert_allclose(frames.passes.activation[layer], mask * value / (1 - dropout), rtol=1e-5, atol=1e-7)
        np.testing.assert_array_equal(frames.passes.activation[layer] != 0, mask)
        assert abs(1 - mask.mean() - dropout) < 0.05


def test_every_step_layer_and_example_has_a_mask_of_its_own_and_only_seed_and_step_decide(run):
    steps = np.arange(100)  # more than are drawn in one call
    first, second = dropout_masks(run.execution.job, steps)
    assert first.shape == (100, 4, 6) and second.shape == (100, 4, 7)
    for masks in (first, second):
        assert (masks[:-1] != masks[1:]).any(axis=(1, 2)).all() and (masks[:, 0] != masks[:, 1]).any(
            axis=1
        ).mean() > 0.9
    some = np.array([99, 7])
    for masks, again in zip((first, second), dropout_masks(run.execution.job, some), strict=True):
        np.testing.assert_array_equal(masks[some], again)
    other = train(NETWORK, replace(TRAINING, seed=4, num_epochs=1), load_dataset("moons", num_rows=40))
    assert (dropout_masks(other.execution.job, steps)[0] != first).any()
