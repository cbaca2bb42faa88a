"""Learning-rate schedules against optax's, and against their own descriptions."""

import numpy as np
import optax
import pytest

from simulator.core.optimizers import learning_rates
from simulator.core.training import SCHEDULES, TrainingConfig

STEPS, PER_EPOCH = 120, 4


def rates(schedule, **fields):
    training = TrainingConfig(schedule=schedule, learning_rate=0.2, schedule_factor=0.1, schedule_epochs=5.0, **fields)
    return learning_rates(training, STEPS, PER_EPOCH)


@pytest.mark.parametrize(
    ("schedule", "of_optax"),
    [
        ("constant", optax.constant_schedule(0.2)),
        ("step", optax.exponential_decay(0.2, 20, 0.1, staircase=True)),
        ("exponential", optax.exponential_decay(0.2, 20, 0.1)),
        ("cosine", optax.cosine_decay_schedule(0.2, STEPS, alpha=0.1)),
    ],
)
def test_schedules_are_those_of_optax(schedule, of_optax):
    expected = [float(of_optax(step)) for step in range(STEPS)]
    np.testing.assert_allclose(rates(schedule), expected, rtol=1e-5)


def test_cyclic_rises_and_falls_along_straight_lines():
    cycle = rates("cyclic")[:20]
    assert cycle[0] == pytest.approx(0.02)
    assert cycle[10] == pytest.approx(0.2)
    np.testing.assert_allclose(np.abs(np.diff(cycle)), 0.018, rtol=1e-4)
    np.testing.assert_allclose(rates("cyclic")[20:40], cycle, rtol=1e-6)


def test_warmup_rises_to_the_rate_and_falls_to_the_end():
    warmup = rates("warmup")
    np.testing.assert_allclose(warmup[:19], 0.2 * np.arange(1, 20) / 20, rtol=1e-5)
    assert warmup.max() == pytest.approx(0.2)
    assert np.ptp(np.diff(warmup[21:])) < 1e-6
    assert warmup[-1] == pytest.approx(0.02, rel=0.15)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_piece_of_a_schedule_is_that_piece(schedule):
    training = TrainingConfig(schedule=schedule, schedule_epochs=3.0)
    piece = learning_rates(training, STEPS, PER_EPOCH, start=17, stop=40)
    np.testing.assert_array_equal(piece, learning_rates(training, STEPS, PER_EPOCH)[17:40])
