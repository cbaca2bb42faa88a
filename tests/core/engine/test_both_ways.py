"""A mini-batch in training and in use, held to batch normalization written anew in NumPy."""

import numpy as np
import pytest

from simulator.core.batches import batch_order
from simulator.core.datasets import Dataset
from simulator.core.engine.both_ways import both_ways
from simulator.core.engine.masks import dropout_masks
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig

ROWS, BATCH = 40, 36  # the second mini-batch of an epoch has four rows
SIZES = (3, 5, 4, 2)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_a_mini_batch_by_its_own_statistics_and_by_the_running_ones(dropout):
    random = np.random.default_rng(0)
    labels = np.arange(ROWS) % 2
    data = Dataset.from_arrays(random.standard_normal((ROWS, 3)) + labels[:, None], labels)
    network = NetworkConfig(layer_sizes=SIZES, activation="tanh", normalization="batch", dropout=dropout)
    training = TrainingConfig(batch_size=BATCH, num_epochs=10, validation_fraction=0.0, test_fraction=0.0)
    run = train(network, training, data)
    assert run.num_steps == 20
    steps = np.array([1, *range(18), 19])  # more than are looked at in one call, and not in order
    found = both_ways(run.execution, steps)
    masks = dropout_masks(run.execution.job, steps)
    assert [z.shape for z in found.pre_activation] == [(20, BATCH, width) for width in SIZES[1:-1]]
    differ = 0.0
    for place, step in enumerate(steps):
        epoch, number = divmod(int(step), 2)
        rows = run.split.train[batch_order(ROWS, BATCH, run.training.seed, epoch)[number]]
        params, targets = run.params_at(int(step)), np.eye(2)[labels[rows]]
        losses, shares = [], []
        for in_training in (True, False):
            value = data.inputs[rows].astype(np.float64)
            for layer, entry in enumerate(params[:-1]):
                z = value @ entry.weight + entry.bias
                if in_training and not (dropout and layer):  # only four rows of a mask are kept
                    there = found.pre_activation[layer][place]
                    np.testing.assert_allclose(there[: len(rows)], z, rtol=1e-3, atol=1e-4)
                    assert np.isnan(there[len(rows) :]).all()
                assert entry.running_mean is not None and entry.running_var is not None
                mean, variance = (z.mean(0), z.var(0)) if in_training else (entry.running_mean, entry.running_var)
                value = np.tanh((z - mean) / np.sqrt(variance + 1e-5) * entry.scale + entry.shift)
                if in_training and dropout:
                    mask = np.ones_like(value)
                    mask[:4] = masks[layer][place][: len(rows)]
                    value = value * mask / (1 - dropout)
            logits = value @ params[-1].weight + params[-1].bias
            powers = np.exp(logits - logits.max(axis=1, keepdims=True))
            losses.append(-(targets * np.log(powers / powers.sum(axis=1, keepdims=True))).sum() / len(rows))
            shares.append((logits.argmax(axis=1) == labels[rows]).mean())
        assert found.use_loss[place] == pytest.approx(losses[1], rel=1e-3)
        assert found.use_accuracy[place] == pytest.approx(shares[1], abs=1e-6)
        if not dropout or len(rows) == 4:
            assert found.training_loss[place] == pytest.approx(losses[0], rel=2e-3)
            assert found.training_accuracy[place] == pytest.approx(shares[0], abs=1e-6)
        differ = max(differ, abs(found.training_loss[place] - found.use_loss[place]))
    assert differ > 0.1
