"""Norms in the records, held to float64 computations outside the engine; very small and very large ones too."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.core.datasets import Dataset, load_dataset
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig

FULL = TrainingConfig(
    num_epochs=2, batch_size=None, learning_rate=0.5, validation_fraction=0.0, test_fraction=0.0, scaling="none"
)


def float64_gradients(run):
    """Return ∂L/∂z of every layer, in float64, of a network of sigmoids behind softmax with cross-entropy."""
    params, inputs = run.params_at(0), run.dataset.inputs.astype(np.float64)
    values = [inputs]
    for layer in params[:-1]:
        values.append(1 / (1 + np.exp(-(values[-1] @ layer.weight.astype(np.float64) + layer.bias))))
    logits = values[-1] @ params[-1].weight.astype(np.float64) + params[-1].bias
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    gradient = (probabilities - np.eye(logits.shape[1])[run.dataset.labels]) / len(inputs)
    gradients = [gradient]
    for layer, value in zip(params[:0:-1], values[:0:-1], strict=True):
        gradient = gradient @ layer.weight.astype(np.float64).T * value * (1 - value)
        gradients.insert(0, gradient)
    return gradients, values


@pytest.mark.parametrize("depth", [3, 16])
def test_norms_do_not_underflow_before_the_gradients_do(depth):
    moons = load_dataset("moons", num_rows=64)
    network = NetworkConfig(layer_sizes=(2, *[8] * depth, 2), activation="sigmoid", initializer="normal")
    run = train(network, FULL, moons)
    gradients, values = float64_gradients(run)
    expected = [np.linalg.norm(gradient) for gradient in gradients]
    assert depth < 16 or expected[0] < 1e-22, "its square is no float32"
    np.testing.assert_allclose(run.records.pre_activation_grad_norm[0], expected, rtol=2e-3)
    weights = [np.linalg.norm(value.T @ gradient) for value, gradient in zip(values, gradients, strict=True)]
    np.testing.assert_allclose(run.records.weight_grad_norm[0], weights, rtol=2e-3)


def test_norms_do_not_overflow_before_the_weights_do():
    moons = load_dataset("moons", num_rows=64)
    network = NetworkConfig(layer_sizes=(2, 8, 2), activation="identity")
    run = train(network, replace(FULL, learning_rate=1e6, num_epochs=12), moons)
    norms = np.array(
        [
            [np.linalg.norm(layer.weight.astype(np.float64)) for layer in run.params_at(int(step))]
            for step in run.records.step
        ]
    )
    compared = np.isfinite(norms) & (norms < 1e37)
    assert (norms[compared] > 1e20).any(), "its square is no float32"
    np.testing.assert_allclose(run.records.weight_norm[compared], norms[compared], rtol=1e-5)


@pytest.mark.parametrize("clip_norm", [None, 1e-3])
@pytest.mark.parametrize("hidden", [(600,), (300, 400)])
def test_the_update_ratio_of_a_large_network_is_what_its_weights_did(hidden, clip_norm):
    random = np.random.default_rng(0)
    images = Dataset.from_arrays(random.standard_normal((60, 784)).astype(np.float32), np.arange(60) % 3)
    run = train(NetworkConfig(layer_sizes=(784, *hidden, 3)), replace(FULL, clip_norm=clip_norm), images)
    before, after = run.params_at(0), run.params_at(1)
    ratios = [
        np.linalg.norm(new.weight.astype(np.float64) - old.weight) / np.linalg.norm(old.weight)
        for old, new in zip(before, after, strict=True)
    ]
    np.testing.assert_allclose(run.records.update_ratio[0], ratios, rtol=2e-2)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("rows", [60, 600])
def test_shares_and_deviations_are_of_the_rows_and_units_that_exist(rows, activation):
    """Few values are looked at together; from 4,096 on layers one by one, and from 1,024 rows on counts one by one."""
    random = np.random.default_rng(3)
    inputs = random.uniform(1.0, 20.0, (rows, 2)).astype(np.float32)  # units with two weights below 0 are dead
    data = Dataset.from_arrays(inputs, (inputs[:, 0] > inputs[:, 1]).astype(int))
    network = NetworkConfig(
        layer_sizes=(2, 7, 5, 2), activation=activation, initializer="normal", initializer_std=1.0, bias_std=0.5
    )
    run = train(network, replace(FULL, learning_rate=1e-3, seed=4), data)
    assert (run.records.saturated_fraction > 0.05).any()
    for step in range(2):
        value, params = data.inputs[run.split.train].astype(np.float64), run.params_at(step)
        for layer, entry in enumerate(params):
            z = value @ entry.weight + entry.bias
            if layer == 2:
                value = np.exp(z - z.max(axis=1, keepdims=True))
                value = value / value.sum(axis=1, keepdims=True)
                slope, most = value * (1 - value), 0.25
            elif activation == "relu":
                value, slope, most = np.maximum(z, 0.0), (z > 0).astype(float), 1.0
            else:
                value = 1 / (1 + np.exp(-z))
                slope, most = value * (1 - value), 0.25
            found = {name: values[step, layer] for name, values in run.records._asdict().items() if values.ndim == 2}
            assert found["activation_mean"] == pytest.approx(value.mean(), rel=1e-4)
            assert found["activation_std"] == pytest.approx(value.std(), rel=1e-3)
            assert found["saturated_fraction"] == pytest.approx((slope < 0.05 * most).mean(), abs=1.01 / value.size)
            if layer < 2:
                assert found["zero_fraction"] == pytest.approx((value == 0).mean(), abs=1.01 / value.size)
                assert found["dead_fraction"] == pytest.approx((slope == 0).all(axis=0).mean(), abs=1e-6)
                assert activation == "sigmoid" or found["dead_fraction"] > 0 or layer == 1
