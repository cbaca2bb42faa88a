"""The trainable depth: every run is one that ``train`` makes, the shallowest first, coarse pixels first."""

import math

import numpy as np
import pytest

import simulator as sim
from simulator.core.propagation.batch import first_batch
from simulator.core.sweep.depths import UNKNOWN, Descent, losses_of, sweep_depths, updates_to_target

DATASET = sim.load_dataset("digits", num_rows=24)
TRAINING = sim.TrainingConfig(
    learning_rate=0.5, batch_size=None, num_epochs=60, scaling="standard", validation_fraction=0.0, test_fraction=0.0
)
TARGET = math.log(10) / 2
ROOM = 6


def descent(activation: str = "tanh", seed: int = 0) -> Descent:
    network = sim.NetworkConfig(layer_sizes=(64, 8, 10), activation=activation)
    return Descent(network, first_batch(network, TRAINING, DATASET), seed, 0.5, 60, TARGET)


@pytest.mark.parametrize(
    ("activation", "weight_std", "bias_std", "depth", "learns"),
    [
        ("tanh", 1.5, 0.1, 3, True),
        ("tanh", 1.4, 0.6, 4, True),
        ("relu", 1.8, 0.1, 3, True),
        ("tanh", 0.5, 0.3, 4, False),
    ],
)
def test_a_run_is_the_one_that_train_makes(activation, weight_std, bias_std, depth, learns):
    given = descent(activation)
    loss = sim.train(given.network_at(weight_std, bias_std, depth), TRAINING, DATASET).records.loss
    below = np.flatnonzero(loss < TARGET)
    # No loss is so near to the target that rounding decides.
    assert np.min(np.abs(loss - TARGET)) > 1e-4
    expected = int(below[0]) if len(below) else -1
    assert updates_to_target(given, weight_std, bias_std, depth, ROOM) == expected
    # Behind some dozens of updates, rounding has grown.
    np.testing.assert_allclose(losses_of(given, weight_std, bias_std, depth, ROOM)[:35], loss[:35], rtol=2e-3)
    assert (expected > 0) == learns


def test_a_pixel_ends_at_the_first_depth_that_does_not_learn():
    depths = (1, 2, 6)
    found = sweep_depths(descent(), depths, (0.6, 1.5), (0.2,))
    for row, weight_std in enumerate((0.6, 1.5)):
        single = [updates_to_target(descent(), weight_std, 0.2, depth, 6) for depth in depths]
        reached = next((at for at, updates in enumerate(single) if updates < 0), len(depths))
        assert found.count[row, 0] == reached
        assert found.depth[row, 0] == (0, *depths)[reached]
        kept = single[:reached] + [-1] * (len(depths) - reached)
        assert found.updates[row, 0].tolist() == kept
    assert found.depth[0, 0] < found.depth[1, 0]


def test_a_run_that_leaves_all_numbers_is_not_trained():
    assert updates_to_target(descent("relu")._replace(learning_rate=1e6), 2.0, 0.0, 4, ROOM) == -1


def test_coarse_first_and_what_is_stopped_keeps_what_is_done():
    stds = tuple(np.linspace(1.0, 2.0, 8).tolist())
    shown, told = [], []
    found = sweep_depths(descent(), (2,), stds, stds[:2], progress=lambda *at: told.append(at), show=shown.append)
    assert [one.stride for one in shown] == [2, 1] and told[-1] == (16, 16) and len(told) == 16
    coarse = np.zeros((8, 2), bool)
    coarse[::2, ::2] = True
    assert (shown[0].known == coarse).all() and (shown[0].depth[~coarse] == 0).all()
    assert (shown[0].count[coarse] == found.count[coarse]).all() and found.known.all()
    part = sweep_depths(descent(), (2,), stds, stds[:2], progress=lambda done, _total: done < 3)
    assert part.known.sum() == 3 and (part.count[~part.known] == UNKNOWN).all() and part.stride == 8
