"""All depths at once against one depth at a time, and against a backward pass written anew in float64."""

import numpy as np
import pytest

from simulator.core.initializers import initialize, initialize_depths
from simulator.core.network import NetworkConfig
from simulator.core.propagation.batch import Batch
from simulator.core.propagation.signal import start_signal
from simulator.core.propagation.sweep import depth_sweep
from simulator.errors import InputError

FEATURES, CLASSES, EXAMPLES = 5, 3, 16
DEPTHS = (2, 3, 7, 40)


@pytest.fixture(scope="module")
def batch() -> Batch:
    generator = np.random.default_rng(3)
    inputs = generator.standard_normal((EXAMPLES, FEATURES)).astype(np.float32)
    return Batch(inputs, np.eye(CLASSES, dtype=np.float32)[generator.integers(0, CLASSES, EXAMPLES)])


def config(depth: int = 4, width: int = 6, **changes) -> NetworkConfig:
    values = {"layer_sizes": (FEATURES, *[width] * depth, CLASSES), "activation": "tanh", "initializer": "he_normal"}
    return NetworkConfig(**{**values, **changes})


def by_hand(network: NetworkConfig, seed: int, batch: Batch) -> np.ndarray:
    """Return ‖∂L/∂z‖ of every hidden layer of a plain network, in float64."""
    functions = {
        "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
        "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    }
    phi, slope = functions[network.activation]
    weights = [layer.weight.astype(np.float64) for layer in initialize(network, seed)]
    value, seen = batch.inputs.astype(np.float64), []
    for weight in weights[:-1]:
        seen.append(value @ weight)
        value = phi(seen[-1])
    power = np.exp(value @ weights[-1])
    grad = (power / power.sum(axis=1, keepdims=True) - batch.targets) / EXAMPLES
    norms = []
    for weight, z in zip(weights[:0:-1], seen[::-1], strict=True):
        grad = (grad @ weight.T) * slope(z)
        norms.append(np.linalg.norm(grad))
    return np.array(norms[::-1])


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_every_depth_is_the_backward_pass_of_that_network(batch, activation):
    seeds = (5, 6, 7)
    found = depth_sweep(config(activation=activation), batch, seeds, DEPTHS)
    assert found.shape == (len(DEPTHS), len(seeds), DEPTHS[-1])
    for depth, norms in zip(DEPTHS, found, strict=True):
        for seed, row in zip(seeds, norms, strict=True):
            expected = by_hand(config(depth, activation=activation), seed, batch)
            np.testing.assert_allclose(row[:depth], expected, rtol=2e-4)
            assert not row[depth:].any()


@pytest.mark.parametrize(
    "changes",
    [
        {"normalization": "batch", "activation": "relu"},
        {"normalization": "layer", "activation": "sigmoid"},
        {"residual": True, "width": FEATURES},
        {"residual": True, "activation": "prelu", "initializer": "orthogonal"},
    ],
)
def test_every_depth_is_what_that_network_gives_alone(batch, changes):
    seeds = range(9)  # more than one call takes
    depths = DEPTHS[:3] if changes.get("normalization") == "batch" else DEPTHS  # where rounding grows with the depth
    found = depth_sweep(config(**changes), batch, seeds, depths)
    for depth, norms in zip(depths, found, strict=True):
        alone = start_signal(config(depth, **changes), batch, seeds).layers.pre_activation_grad_norm
        np.testing.assert_allclose(norms[:, :depth], alone, rtol=1e-4)


@pytest.mark.parametrize("initializer", ["xavier_normal", "he_uniform", "orthogonal"])
def test_networks_of_a_seed_share_their_hidden_layers(initializer):
    deepest = config(7, initializer=initializer)
    hidden, outputs = initialize_depths(deepest, 4, {2, 5, 7})
    assert sorted(outputs) == [2, 5, 7]
    for depth, output in outputs.items():
        alone = initialize(config(depth, initializer=initializer), 4)
        for layer, weight in zip(alone, [*hidden[:depth], output], strict=True):
            np.testing.assert_array_equal(layer.weight, weight)


def test_too_wide_a_network_is_refused(batch):
    with pytest.raises(InputError):
        depth_sweep(config(width=300), batch, (0,), (2, 3))
