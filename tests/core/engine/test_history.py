"""Every step of seven optimizers, against gradient descent written anew in NumPy, in float64."""

from functools import cache

import numpy as np
import pytest

import simulator as sim
from simulator.core.batches import batch_block
from simulator.core.engine.history import History, history, measured_at, parameter_index
from simulator.core.opened import opened_state
from simulator.core.run import Run
from simulator.core.training import OPTIMIZERS

SIZES = (64, 8, 10)
BATCH = 32
RATE = 0.01


@cache
def trained(optimizer: str) -> tuple[Run, History]:
    training = sim.TrainingConfig(
        optimizer=optimizer, learning_rate=RATE, batch_size=BATCH, num_epochs=1, scaling="max", seed=3
    )
    run = sim.train(sim.NetworkConfig(layer_sizes=SIZES), training, sim.load_dataset("digits"))
    return run, history(run.execution)


def rows(run: Run, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs divided by the largest of each column of the training rows, and one-hot answers."""
    inputs, chosen = run.dataset.inputs.astype(np.float64), getattr(run.split, part)
    largest = inputs[run.split.train].max(axis=0)
    scaled = inputs / np.where(largest > 0, largest, 1.0)
    assert run.dataset.labels is not None
    return scaled[chosen], np.eye(10)[run.dataset.labels[chosen]]


def split(theta: np.ndarray) -> list[np.ndarray]:
    ends = np.cumsum([64 * 8, 8, 8 * 10, 10])
    first, bias, last, last_bias = np.split(theta, ends[:-1])
    return [first.reshape(64, 8), bias, last.reshape(8, 10), last_bias]


def outputs(theta: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    w, b, v, c = split(theta)
    hidden = np.maximum(x @ w + b, 0.0)
    logits = hidden @ v + c
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return hidden, powers / powers.sum(axis=1, keepdims=True)


def gradient(theta: np.ndarray, x: np.ndarray, t: np.ndarray) -> np.ndarray:
    hidden, y = outputs(theta, x)
    delta = (y - t) / len(x)
    back = (delta @ split(theta)[2].T) * (hidden > 0)
    return np.concatenate([part.ravel() for part in (x.T @ back, back.sum(0), hidden.T @ delta, delta.sum(0))])


def descent(optimizer: str, run: Run, start: np.ndarray, steps: int) -> dict[str, np.ndarray]:
    """Descend step by step: θ, g, first and second moment before each update."""
    x, t = rows(run, "train")
    batches = batch_block(len(x), BATCH, run.training.seed, 0, steps + 1, BATCH)
    theta, m, s = start.astype(np.float64), np.zeros(len(start)), np.zeros(len(start))
    found: dict[str, list[np.ndarray]] = {name: [] for name in ("theta", "gradient", "first", "second")}
    for k in range(steps + 1):
        batch = batches[k][batches[k] >= 0]
        g = gradient(theta, x[batch], t[batch])
        for name, value in zip(found, (theta, g, m, s), strict=True):
            found[name].append(value.copy())
        if optimizer == "sgd":
            theta = theta - RATE * g
        elif optimizer in ("momentum", "nesterov"):
            m = 0.9 * m + g
            theta = theta - RATE * (m if optimizer == "momentum" else g + 0.9 * m)
        elif optimizer == "adagrad":
            s = s + g * g
            theta = theta - np.where(s > 0, RATE * g / np.sqrt(s + 1e-8), 0.0)
        elif optimizer == "rmsprop":
            s = 0.9 * s + 0.1 * g * g
            theta = theta - RATE * g / (np.sqrt(s) + 1e-8)
        else:
            m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
            step = (m / (1 - 0.9 ** (k + 1))) / (np.sqrt(s / (1 - 0.999 ** (k + 1))) + 1e-8)
            theta = theta - RATE * (step + (0.01 * theta if optimizer == "adamw" else 0.0))
    return {name: np.array(values) for name, values in found.items()}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_step_is_that_of_a_descent_written_anew(optimizer):
    run, found = trained(optimizer)
    expected = descent(optimizer, run, found.theta[0], run.num_steps)
    assert run.num_steps == 45 and found.theta.shape == (46, 610)
    for name, tolerance in (("theta", 2e-4), ("gradient", 2e-4), ("first", 2e-3), ("second", 1e-4)):
        np.testing.assert_allclose(getattr(found, name), expected[name], atol=tolerance, err_msg=name)
    assert np.ptp(expected["theta"], axis=0).max() > 100 * 2e-4  # what moves is far more than the tolerance


def test_vectors_hold_the_numbers_of_the_layers_in_order():
    run, found = trained("adam")
    params = run.params_at(17)
    parts = [part for layer in params for part in (layer.weight, layer.bias)]
    np.testing.assert_array_equal(found.theta[17], np.concatenate([part.ravel() for part in parts]))
    assert found.theta[17, parameter_index(SIZES, 0, 20, 5)] == params[0].weight[20, 5]
    assert found.theta[17, parameter_index(SIZES, 1, 4, 9)] == params[1].weight[4, 9]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_opened_state_of_one_weight(optimizer):
    run, found = trained(optimizer)
    at = parameter_index(SIZES, 0, 20, 5)
    opened = opened_state(run.training, *(part[:, at] for part in found))
    expected = descent(optimizer, run, found.theta[0], run.num_steps)
    m, s = expected["first"][1:, at], expected["second"][1:, at]
    t = np.arange(1, 46)
    if optimizer in ("adam", "adamw"):
        np.testing.assert_allclose(opened.first_corrected, m / (1 - 0.9**t), atol=1e-4)
        np.testing.assert_allclose(opened.second_corrected, s / (1 - 0.999**t), rtol=0.02, atol=1e-7)
    np.testing.assert_allclose(opened.first, m, atol=1e-3)
    np.testing.assert_allclose(opened.second, s, atol=1e-5)
    # The formula gives the step that was recorded: float32 rounds a weight of this size at 2e-8.
    np.testing.assert_allclose(opened.change, opened.after - opened.weight, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(opened.change, np.diff(expected["theta"][:, at]), atol=2e-4)
    assert np.abs(opened.change).max() > 1e-4


def test_networks_are_measured_on_all_rows():
    run, found = trained("adam")
    thetas = found.theta[[0, 20, 45]]
    measured = measured_at(run.execution.job, thetas)
    (x, t), (held, answers) = rows(run, "train"), rows(run, "validation")
    for k, theta in enumerate(thetas.astype(np.float64)):
        loss = -np.log((outputs(theta, x)[1] * t).sum(axis=1)).mean()
        right = (outputs(theta, held)[1].argmax(axis=1) == answers.argmax(axis=1)).mean()
        assert measured.loss[k] == pytest.approx(loss, rel=1e-5)
        assert measured.accuracy[k] == pytest.approx(right, abs=1e-6)


def test_a_run_that_is_too_long_is_refused(monkeypatch):
    run, _ = trained("adam")
    monkeypatch.setattr("simulator.core.engine.history.MAX_STEPS", 44)
    with pytest.raises(ValueError, match="45"):
        history(run.execution)
