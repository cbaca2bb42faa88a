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
