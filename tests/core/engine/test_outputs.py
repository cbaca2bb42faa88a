"""Outputs, loss and what the backward pass starts with, against float64 formulas of this file's own."""

import numpy as np
import pytest

from simulator.core.datasets import Dataset, load_dataset
from simulator.core.engine.outputs import output_trace
from simulator.core.engine.settings import network_settings
from simulator.core.engine.shapes import shape_for
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig

ROWS, OUTPUTS = 5, 3
PRESENT = np.array([1, 1, 1, 1, 0], np.float32)  # the last row is padding
KINDS = {
    ("softmax", "cross_entropy"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "mse_batch_mean"),
    ("identity", "mse_batch_mean"),
    ("sigmoid", "mse_mean"),
    ("tanh", "mse_half_sum"),
}


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


OUTPUT = {"softmax": softmax, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "identity": lambda z: z}


def mean_loss(y, targets, loss):
    """Return the loss of a batch of the four rows that are there, from its outputs."""
    return {
        "cross_entropy": lambda: -(targets * np.log(y)).sum() / len(y),
        "binary_cross_entropy": lambda: -(targets * np.log(y) + (1 - targets) * np.log(1 - y)).sum() / len(y),
        "mse_half_sum": lambda: 0.5 * ((y - targets) ** 2).sum(),
        "mse_mean": lambda: ((y - targets) ** 2).mean(),
        "mse_batch_mean": lambda: ((y - targets) ** 2).sum() / len(y),
    }[loss]()


def slope(function, at, place, step=1e-6):
    """Return the central difference of a function of an array in one entry."""
    above, below = at.copy(), at.copy()
    above[place] += step
    below[place] -= step
    return (function(above) - function(below)) / (2 * step)


@pytest.mark.parametrize(("output", "loss"), sorted(KINDS))
def test_outputs_their_derivatives_and_gradients_are_finite_differences(output, loss):
    network = NetworkConfig(layer_sizes=(2, 4, OUTPUTS), output_activation=output)
    training = TrainingConfig(loss=loss)
    shape = shape_for(network, training, batch=ROWS, rows=ROWS, validation_rows=0)
    counts = {"num_steps": 1, "record_every": 1, "evaluate_every": 0, "steps_per_epoch": 1}
    settings = network_settings(network, training, shape, threshold=0.5, **counts)
    logits = np.array([[1.5, -0.3, 0.2], [-2.0, 0.7, 1.1], [0.1, 0.2, 3.0], [-1.0, -1.5, 0.6], [9.0, 9.0, 9.0]])
    targets = np.eye(OUTPUTS)[[0, 2, 1, 2, 0]]
    padding = [(0, 0), (0, shape.outputs - OUTPUTS)]
    z, t = (np.pad(array, padding).astype(np.float32) for array in (logits, targets))
    y, derivative, gradient = (np.asarray(part) for part in output_trace(z, t, PRESENT, settings))

    expected = OUTPUT[output](logits)
    np.testing.assert_allclose(y[:, :OUTPUTS], expected, rtol=1e-5)
    there, answers = logits[:4], targets[:4]
    for place in np.ndindex(4, OUTPUTS):
        by_logit = slope(lambda z, place=place: OUTPUT[output](z)[place], there, place)
        by_output = slope(lambda values: mean_loss(values, answers, loss), expected[:4], place)
        assert derivative[place] == pytest.approx(by_logit, rel=1e-4, abs=1e-6)
        assert gradient[place] == pytest.approx(by_output, rel=1e-4, abs=1e-6)
    assert not gradient[4].any() and not gradient[:, OUTPUTS:].any()


@pytest.mark.parametrize("loss", ["cross_entropy", "mse_mean"])
def test_validation_is_the_loss_and_the_accuracy_of_its_rows_and_of_no_others(loss):
    moons = load_dataset("moons", num_rows=230)
    network = NetworkConfig(layer_sizes=(2, 6, 2), activation="tanh", initializer="xavier_normal")
    run = train(network, TrainingConfig(loss=loss, num_epochs=3, learning_rate=0.3, validation_fraction=0.3), moons)
    rows = run.split.validation
    assert 0 < len(rows) < 256 and len(rows) & (len(rows) - 1)  # no power of two: there is padding
    inputs, labels = np.asarray(moons.inputs[rows], np.float64), np.asarray(moons.labels)[rows]
    looked = np.flatnonzero(run.records.evaluated)
    assert len(looked) > 3
    for record in looked:
        first, last = run.params_at(int(run.records.step[record]))
        logits = np.tanh(inputs @ first.weight + first.bias) @ last.weight + last.bias
        y = softmax(logits) if loss == "cross_entropy" else logits
        found = run.records.validation_loss[record], run.records.validation_accuracy[record]
        right = float((logits.argmax(axis=1) == labels).mean())
        assert found == pytest.approx((mean_loss(y, np.eye(2)[labels], loss), right), rel=1e-5)


def test_the_slope_of_prelu_learns_by_its_gradient():
    random = np.random.default_rng(1)
    data = Dataset.from_arrays(random.standard_normal((20, 3)), random.standard_normal((20, 2)))
    network = NetworkConfig(layer_sizes=(3, 5, 2), activation="prelu")
    whole = {"batch_size": None, "validation_fraction": 0.0, "test_fraction": 0.0}
    run = train(network, TrainingConfig(loss="mse_mean", num_epochs=5, learning_rate=0.1, **whole), data)
    first, last = run.params_at(4)
    assert np.abs(first.bias).max() > 1e-3
    inputs, targets = data.inputs[run.split.train].astype(float), np.asarray(data.targets)[run.split.train]

    def loss(slopes):
        z = inputs @ first.weight + first.bias
        y = np.where(z > 0, z, slopes[0] * z) @ last.weight + last.bias
        return mean_loss(y, targets, "mse_mean")

    before, after = (float(np.asarray(entry.slope)) for entry in (first, run.params_at(5)[0]))
    gradient = slope(loss, np.array([before]), (0,))
    assert abs(gradient) > 1e-3
    assert after == pytest.approx(before - 0.1 * gradient, rel=1e-4)


def test_dropout_keeps_the_mean_of_what_it_lets_through():
    random = np.random.default_rng(2)
    data = Dataset.from_arrays(np.abs(random.standard_normal((64, 3))), random.standard_normal((64, 1)))
    whole = {"batch_size": None, "validation_fraction": 0.0, "test_fraction": 0.0}
    training = TrainingConfig(loss="mse_mean", num_epochs=1, learning_rate=1e-6, **whole)

    def mean(dropout):
        network = NetworkConfig(layer_sizes=(3, 64, 1), activation="sigmoid", dropout=dropout)
        return float(train(network, training, data).records.activation_mean[0, 0])

    assert mean(0.5) == pytest.approx(mean(0.0), rel=0.05)  # 4,096 draws: a standard error of about 1 %


def test_weights_that_overflow_together_are_found_from_the_output_back():
    huge = 1e18 * np.random.default_rng(0).standard_normal((20, 2))
    data = Dataset.from_arrays(huge, huge)
    network = NetworkConfig(layer_sizes=(2, 3, 2), activation="identity")
    whole = {"batch_size": None, "validation_fraction": 0.0, "test_fraction": 0.0}
    run = train(network, TrainingConfig(loss="mse_mean", num_epochs=3, learning_rate=1e6, **whole), data)
    first, last = (entry.weight.astype(np.float64) for entry in run.params_at(0))
    inputs = data.inputs[run.split.train].astype(np.float64)
    hidden = inputs @ first
    output_gradient = 2 * (hidden @ last - inputs) / inputs.size
    gradients = inputs.T @ (output_gradient @ last.T), hidden.T @ output_gradient
    largest = float(np.finfo(np.float32).max)
    assert all(1e6 * abs(gradient).max() > largest > abs(gradient).max() for gradient in gradients)
    assert run.first_nonfinite == (0, 1, "weight")
