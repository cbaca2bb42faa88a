"""Schedules on the surface, and the interval that a range test suggests."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.datasets import load_dataset
from simulator.core.run import train
from simulator.core.training import SCHEDULES
from simulator.core.trajectories.rate_range import read_range
from simulator.scenes.learning_rate.numbers import FOUND
from simulator.scenes.learning_rate.presets import PRESETS
from simulator.scenes.learning_rate.ranges import NETWORK_RANGE, SURFACE_RANGE, TOP, network_configs
from simulator.scenes.learning_rate.settings import LearningRate


def multiple(schedule: str, step: int, steps: int, factor: float, period: int) -> float:
    """Return a schedule by its formula, one step at a time."""
    if schedule == "step":
        return factor ** (step // period)
    if schedule == "exponential":
        return factor ** (step / period)
    if schedule == "cosine":
        return factor + (1 - factor) * (1 + np.cos(np.pi * step / steps)) / 2
    if schedule == "cyclic":
        phase = step / period % 1
        return factor + (1 - factor) * (2 * phase if phase < 0.5 else 2 - 2 * phase)
    if schedule == "warmup":
        if step + 1 < period:
            return (step + 1) / period
        return factor + (1 - factor) * min((steps - step) / max(steps - period, 1), 1)
    return 1.0


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_step_takes_the_rate_of_the_schedule(schedule):
    chosen = LearningRate(schedule=schedule, factor=0.2, period=8, steps=30, rate=0.08)
    run = FOUND.of(chosen).runs[0]
    rates = np.array([0.08 * multiple(schedule, step, 30, 0.2, 8) for step in range(30)])
    np.testing.assert_allclose(run.rates, rates, rtol=1e-6)
    np.testing.assert_allclose(np.diff(run.path.theta, axis=0), -rates[:, None] * run.path.gradient[:-1], rtol=1e-5)


@pytest.mark.parametrize("seed", range(10))
def test_a_rate_that_decays_comes_to_rest_whatever_the_noise(seed):
    constant, cosine = (run.outcome for run in FOUND.of(PRESETS["decay"].settings.change(noise_seed=seed)).runs)
    assert cosine.distance < 0.7 * constant.distance


@given(curvature=st.floats(0.2, 5.0), steep=st.floats(0.2, 20.0), angle=st.floats(-90, 90))
@settings(max_examples=25, deadline=None)
def test_the_suggested_rates_shrink_on_any_bowl(curvature, steep, angle):
    chosen = LearningRate(curvature=curvature, steep=steep, angle=angle)
    found = SURFACE_RANGE.of(chosen)
    assert found.low is not None and found.high is not None
    assert 0 < found.low < found.high < chosen.theory("a")["bound"]
    for rate in (found.low, found.high):
        assert FOUND.of(chosen.change(rate=rate)).runs[0].outcome.factor < 1


def test_the_rule_is_the_one_that_is_said():
    rate = np.linspace(0.01, 1.0, 100)
    loss = np.abs(rate - 0.5) + 1.0
    found = read_range(rate, loss)
    smooth = [np.median(loss[max(0, k - 4) : k + 5]) for k in range(100)]
    assert found.smoothed == pytest.approx(smooth)
    lowest = int(np.argmin(smooth))
    assert found.high is not None and found.high == pytest.approx(rate[lowest] / 10)
    fallen = [k for k in range(100) if smooth[k] <= smooth[0] - 0.1 * (smooth[0] - smooth[lowest])]
    assert found.low == pytest.approx(min(rate[fallen[0]], found.high / 2))


def test_a_loss_that_never_falls_suggests_nothing():
    assert read_range(np.geomspace(0.1, 1, 20), np.linspace(1, 2, 20)).low is None
    assert read_range(np.array([1.0, 2.0, 3.0]), np.array([1.0, np.nan, np.inf])).high is None


def test_the_network_learns_at_the_suggested_rates_and_not_at_the_top():
    found = NETWORK_RANGE.of(LearningRate())
    assert found.low is not None and found.high is not None and found.rate[-1] == pytest.approx(TOP, rel=0.01)
    assert (np.diff(found.rate) > 0).all()
    network, training = network_configs()
    for rate in (found.low, found.high):
        config = {"learning_rate": rate, "num_epochs": 6, "batch_size": 32, "scaling": "max"}
        run = train(network, type(training)(**config), load_dataset("digits"))
        assert run.test_accuracy > 0.8, rate
