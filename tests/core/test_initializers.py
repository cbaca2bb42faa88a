"""Initial weights: their spread, their streams, their special cases; and the order of the batches."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.core.batches import batch_block, batch_order
from simulator.core.initializers import initialize, standard_deviation
from simulator.core.network import INITIALIZERS, NetworkConfig

DRAWN = [name for name in INITIALIZERS if name not in ("zeros", "constant", "orthogonal")]


@pytest.mark.parametrize("name", DRAWN)
def test_weights_have_the_stated_spread(name):
    weight = initialize(NetworkConfig(layer_sizes=(300, 500), initializer=name), 0)[0].weight
    assert weight.dtype == np.float32
    assert weight.std() == pytest.approx(standard_deviation(name, 300, 500), rel=0.02)
    assert abs(weight.mean()) < 0.01 * weight.std() * 3


def test_variances_are_those_of_the_papers():
    assert standard_deviation("he_uniform", 50, 7) ** 2 == pytest.approx(2 / 50)
    assert standard_deviation("xavier_normal", 30, 10) ** 2 == pytest.approx(2 / 40)
    assert standard_deviation("lecun_normal", 16, 3) == pytest.approx(1 / 4)


def test_orthogonal_weights_keep_lengths():
    for sizes in ((20, 20), (20, 35), (35, 20)):
        weight = initialize(NetworkConfig(layer_sizes=sizes, initializer="orthogonal"), 1)[0].weight
        gram = weight @ weight.T if sizes[0] <= sizes[1] else weight.T @ weight
        np.testing.assert_allclose(gram, np.eye(min(sizes)), atol=1e-5)


def test_seeds_differ_and_repeat():
    network = NetworkConfig(layer_sizes=(4, 8, 3), activation="prelu", normalization="batch")
    one, again, other = (initialize(network, seed)[0] for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.weight, again.weight)
    assert not np.allclose(one.weight, other.weight)
    assert one.slope == np.float32(0.01)
    assert one.running_var is not None and one.running_var.tolist() == [1.0] * 8


def test_random_biases_have_their_spread_and_leave_the_weights_alone():
    plain = NetworkConfig(layer_sizes=(20, 400, 400, 3))
    without, with_biases = initialize(plain, 2), initialize(replace(plain, bias_std=0.7), 2)
    for one, other in zip(without, with_biases, strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)
        assert not one.bias.any() and other.bias.dtype == np.float32
    drawn = [entry.bias for entry in with_biases[:2]]
    assert np.concatenate(drawn).std() == pytest.approx(0.7, rel=0.08) and not np.allclose(drawn[0], drawn[1])


def test_every_epoch_uses_every_row_once_in_an_order_of_its_own():
    orders = [np.concatenate(batch_order(103, 10, 0, epoch)) for epoch in range(6)]
    for order in orders:
        assert sorted(order.tolist()) == list(range(103))
    assert len({tuple(order.tolist()) for order in orders}) == 6
    assert [len(batch) for batch in batch_order(103, 10, 0, 0)] == [10] * 10 + [3]


def test_a_block_of_batches_is_the_epochs_in_a_row():
    wanted = [batch for epoch in range(4) for batch in batch_order(23, 5, 7, epoch)][3:15]
    block = batch_block(23, 5, 7, 3, 12, 8)
    for row, batch in zip(block, wanted, strict=True):
        np.testing.assert_array_equal(row[row >= 0], batch)


def test_a_full_batch_keeps_the_order_of_the_rows():
    assert batch_block(3, None, 0, 5, 2, 4).tolist() == [[0, 1, 2, -1]] * 2
