"""What the tests of depth share: a batch, and one short training run."""

import numpy as np
import pytest

from simulator.core.datasets import load_dataset
from simulator.core.network import NetworkConfig
from simulator.core.propagation.batch import Batch, first_batch
from simulator.core.run import Run, train
from simulator.core.training import TrainingConfig
from simulator.scenes.gradient_decay.settings import DepthSettings


@pytest.fixture(scope="session")
def digits_batch() -> Batch:
    """The first mini-batch of the digits."""
    settings = DepthSettings()
    return first_batch(settings.network(), settings.training(), settings.dataset())


@pytest.fixture(scope="session")
def short_run() -> Run:
    """A sigmoid network of four hidden layers on two moons, 40 updates."""
    network = NetworkConfig(layer_sizes=(2, *[8] * 4, 2), activation="sigmoid", initializer="xavier_normal")
    training = TrainingConfig(learning_rate=0.5, batch_size=32, num_epochs=5, seed=3)
    return train(network, training, load_dataset("moons"))


def relative_error(found, expected) -> float:
    """Return the largest relative difference."""
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    return float(np.max(np.abs(found - expected) / np.abs(expected)))
