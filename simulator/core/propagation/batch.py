"""The examples that go through a network: the first mini-batch of a training run."""

from typing import NamedTuple

import numpy as np

from simulator.core.batches import batch_order
from simulator.core.datasets import Dataset, apply_scaler, fit_scaler, split_rows
from simulator.core.losses import encode_targets
from simulator.core.network import NetworkConfig
from simulator.core.training import TrainingConfig

NUM_EXAMPLES = 32


class Batch(NamedTuple):
    """Examples as the network sees them."""

    inputs: np.ndarray  # (examples, features) scaled
    targets: np.ndarray  # (examples, classes) one-hot


def first_batch(network: NetworkConfig, training: TrainingConfig, dataset: Dataset) -> Batch:
    """Return the mini-batch of a run's first update: the same rows, split and scaled as the run does it."""
    validation, test = training.validation_fraction, training.test_fraction
    train = split_rows(dataset, validation, test, training.seed).train
    scaler = fit_scaler(training.scaling, dataset.inputs[train])
    rows = train[batch_order(len(train), training.batch_size, training.seed, 0)[0]]
    targets = encode_targets(dataset, network, training)
    return Batch(apply_scaler(scaler, dataset.inputs[rows]), targets[rows])
