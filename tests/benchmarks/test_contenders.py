"""The implementations that are timed against each other compute the same numbers."""

import jax
import numpy as np
import pytest

from tests.benchmarks import controls, numpy_training, simulator_training
from tests.benchmarks.cases import PER_LAYER, SCALARS, Case, Recorded, cases

NUM_STEPS = 24
SMALL_CASES = cases()[:3]


def _assert_same(records: Recorded, expected: Recorded):
    assert set(expected) == {*SCALARS, *PER_LAYER}
    for name, column in expected.items():
        assert len(column) >= NUM_STEPS - 4
        np.testing.assert_allclose(records[name], column, rtol=2e-3, atol=1e-6, err_msg=name)


@pytest.fixture(scope="module", params=SMALL_CASES, ids=lambda case: case.name)
def case(request) -> Case:
    return request.param


@pytest.fixture(scope="module")
def by_hand(case) -> Recorded:
    return numpy_training.train(case, NUM_STEPS)


def test_pytorch_records_what_numpy_records(case, by_hand):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from tests.benchmarks import torch_training

    # Several threads on a busy machine wait for each other a thousand times as long as they compute.
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        _assert_same(torch_training.train(case, NUM_STEPS), by_hand)
    finally:
        torch.set_num_threads(before)


def test_the_simulator_records_what_numpy_records(case, by_hand):
    _assert_same(simulator_training.train(case, NUM_STEPS), by_hand)


def test_compilations_are_counted():
    with controls.counted_compilations() as compiled:
        jax.jit(lambda x: x * 3 + 1)(np.ones(7, np.float32))
    assert len(compiled) == 1
    with controls.counted_compilations() as compiled:
        pass
    jax.jit(lambda x: x * 5 + 1)(np.ones(7, np.float32))
    assert not compiled


def test_every_control_is_moved():
    moved = {control for control, *_ in controls.changes()}
    assert moved >= {"depth", "activation", "initializer", "optimizer", "schedule", "loss", "learning_rate", "seed"}
