"""A small network as a surface: its descent against the engine's, its sharpness against the whole Hessian."""

from functools import partial
from itertools import pairwise

import jax
import numpy as np
import pytest

from simulator.core.datasets import Dataset
from simulator.core.run import train
from simulator.core.training import TrainingConfig
from simulator.core.trajectories.network import (
    DATASETS,
    MAX_STEPS,
    NETWORK,
    Rows,
    descend,
    rows_of,
    sharpness,
    start_of,
    stride_of,
)

SIZES = NETWORK.layer_sizes


def loss_of(theta, inputs, targets, of=np):
    """Return the mean squared error, written anew; with ``jax.numpy`` it can be differentiated."""
    value, at = inputs, 0
    for layer, (fan_in, fan_out) in enumerate(pairwise(SIZES)):
        weight = theta[at : at + fan_in * fan_out].reshape(fan_in, fan_out)
        at += fan_in * fan_out
        value = value @ weight + theta[None, at : at + fan_out]
        at += fan_out
        value = of.tanh(value) if layer < len(SIZES) - 2 else value
    return of.mean((value - targets) ** 2)


hessian = jax.jit(jax.hessian(partial(loss_of, of=jax.numpy)))


def exact(theta, rows: Rows) -> np.ndarray:
    """Return all eigenvalues of the Hessian in float64, smallest first."""
    with jax.enable_x64(True):
        return np.linalg.eigvalsh(np.asarray(hessian(theta, *rows)))


def test_the_descent_is_that_of_the_engine():
    rows = rows_of("moons")
    found = descend(rows, start_of(2), np.array([0.2, 0.05]), 40)
    data = Dataset.from_arrays(rows.inputs.astype(np.float32), rows.targets.astype(np.float32), name="moons")
    config = TrainingConfig(
        learning_rate=0.2,
        loss="mse_mean",
        batch_size=None,
        num_epochs=40,
        validation_fraction=0.0,
        test_fraction=0.0,
        seed=2,
    )
    run = train(NETWORK, config, data)
    for step in (0, 1, 10, 40):
        flat = np.concatenate([np.concatenate([one.weight.ravel(), one.bias]) for one in run.params_at(step)])
        np.testing.assert_allclose(found.theta[0, step], flat, rtol=2e-4, atol=2e-5)
    np.testing.assert_array_equal(found.step, np.arange(41))


def test_the_loss_is_that_of_the_parameters_at_every_record():
    rows = rows_of("circles")
    found = descend(rows, start_of(1), np.array([0.1, 0.4]), 900)
    assert found.theta.shape == (2, 181, len(start_of(1))) and found.loss.shape == (2, 901)
    for run in range(2):
        for record in (0, 7, 180):
            expected = loss_of(found.theta[run, record], *rows)
            np.testing.assert_allclose(found.loss[run, found.step[record]], expected, rtol=1e-10)
    np.testing.assert_array_equal(found.step, np.arange(0, 901, 5))


@pytest.mark.parametrize("data", DATASETS)
def test_the_sharpness_is_the_largest_eigenvalue_of_the_whole_hessian(data):
    rows = rows_of(data)
    path = descend(rows, start_of(3), np.array([0.2]), 600).theta[0][::50]
    found = sharpness(rows, path)
    assert found is not None
    np.testing.assert_allclose(found, [exact(theta, rows)[-1] for theta in path], rtol=1e-6)


def test_the_sharpness_is_not_a_negative_curvature_of_larger_magnitude():
    rows = rows_of("moons")
    scaled = Rows(rows.inputs, 40.0 * rows.targets)  # far from what the network says: residuals rule the Hessian
    theta = start_of(0)
    values = exact(theta, scaled)
    assert -values[0] > values[-1] > 0  # the case that power iteration gets wrong
    found = sharpness(scaled, theta[None])
    assert found is not None
    np.testing.assert_allclose(found, values[-1:], rtol=1e-6)


def test_no_sharpness_where_numbers_are_lost_and_none_at_all_once_it_is_stopped():
    rows = rows_of("moons")
    path = np.stack([start_of(0), np.full_like(start_of(0), np.nan), start_of(0)])
    found = sharpness(rows, path)
    assert found is not None and np.isfinite(found).tolist() == [True, False, True]
    assert sharpness(rows, path, lambda done: done < 1) is None


def test_a_run_diverges_where_its_loss_does_not_come_back():
    rows = rows_of("circles")
    found = descend(rows, start_of(2), np.array([0.2, 0.3]), 300)
    assert found.diverged(0) is None
    step, loss = found.diverged(1), found.loss[1]
    assert step is not None and loss[step - 1] <= 10 * loss[0] and not (loss[step:] <= 10 * loss[0]).any()
    back = found._replace(loss=np.array([[1.0, 50.0, 2.0]]))
    assert back.diverged(0) is None


@pytest.mark.parametrize("steps", [1, 199, 200, 201, 777, 1000, MAX_STEPS])
def test_swings_at_every_step_stay_visible_between_records(steps):
    stride = stride_of(steps)
    assert stride % 2 == 1 and steps // stride <= 200
