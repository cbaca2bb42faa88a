"""Squared error against cross-entropy on digits, from the same start."""

import numpy as np
import pytest

from simulator.scenes.losses.race import race, race_configs


@pytest.fixture(scope="module")
def saturated():
    runs = race("saturated")
    assert runs is not None
    return runs


def test_only_the_loss_differs(saturated):
    squared, cross = saturated
    _, first, second = race_configs("saturated")
    assert {name for name in vars(first) if getattr(first, name) != getattr(second, name)} == {"loss"}
    for one, other in zip(squared.params_at(0), cross.params_at(0), strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)
    np.testing.assert_array_equal(squared.split.train, cross.split.train)


def test_squared_error_crawls_from_a_saturated_start(saturated):
    squared, cross = (run.records for run in saturated)
    last = [float(run.validation_accuracy[np.flatnonzero(run.evaluated)[-1]]) for run in (squared, cross)]
    assert last[1] > 0.8 > last[0] + 0.2
    # The worse student gets the better mark: the first gradient is many times smaller.
    assert cross.grad_norm[0] > 5 * squared.grad_norm[0]


def test_it_can_be_stopped():
    asked = []

    def stop(done: int, total: int) -> bool:
        asked.append((done, total))
        return False

    assert race("he", stop) is None
    assert asked
