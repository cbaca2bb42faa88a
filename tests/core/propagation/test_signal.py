"""The compiled propagation against ``jax.grad`` on a plain, unpadded network, and against the records of training."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.engine.compilation import num_compilations
from simulator.core.initializers import initialize
from simulator.core.network import ACTIVATIONS, NORMALIZATION_EPSILON, NetworkConfig
from simulator.core.propagation.batch import Batch
from simulator.core.propagation.signal import Signal, signals, start_signal
from simulator.errors import InputError

FEATURES, CLASSES, EXAMPLES = 5, 3, 32


@pytest.fixture(scope="module")
def batch() -> Batch:
    generator = np.random.default_rng(0)
    inputs = generator.standard_normal((EXAMPLES, FEATURES)).astype(np.float32)
    return Batch(inputs, np.eye(CLASSES, dtype=np.float32)[generator.integers(0, CLASSES, EXAMPLES)])


def config(**changes) -> NetworkConfig:
    values = {"layer_sizes": (FEATURES, *[6] * 4, CLASSES), "activation": "tanh", "initializer": "xavier_normal"}
    return NetworkConfig(**{**values, **changes})


class Plain:
    """The same equations written for one network of exact shape, layer by layer, differentiated by ``jax.grad``."""

    def __init__(self, network: NetworkConfig, batch: Batch, params):
        self.network, self.batch, self.params = network, batch, params
        zeros = [jnp.zeros((EXAMPLES, size)) for size in network.layer_sizes[1:]]
        weights = [jnp.asarray(entry.weight) for entry in params]
        self.grads = jax.grad(lambda *parts: self.forward(*parts)[0], argnums=(0, 1, 2, 3))(
            weights, zeros, zeros, zeros
        )
        self.loss, self.seen, self.activation = self.forward(weights, zeros, zeros, zeros)

    def forward(self, weights, z_offsets, u_offsets, a_offsets):
        network = self.network
        phi = ACTIVATIONS_TABLE[network.activation].function
        value, seen, activations = jnp.asarray(self.batch.inputs), [], []
        for layer, entry in enumerate(self.params[:-1]):
            u = value @ weights[layer] + entry.bias[None, :] + z_offsets[layer]
            if network.normalizations[layer] != "none":
                axis = 0 if network.normalizations[layer] == "batch" else 1
                centred = u - jnp.mean(u, axis, keepdims=True)
                deviation = jnp.sqrt(jnp.mean(centred**2, axis, keepdims=True) + NORMALIZATION_EPSILON)
                u = centred / deviation * entry.scale[None, :] + entry.shift[None, :]
            u = u + u_offsets[layer]
            slope = network.negative_slope if entry.slope is None else entry.slope
            value = phi(u, slope) + (value if network.residuals[layer] else 0.0) + a_offsets[layer]
            seen.append(u)
            activations.append(value)
        logits = value @ weights[-1] + self.params[-1].bias[None, :] + z_offsets[-1]
        loss = -jnp.mean(jnp.sum(self.batch.targets * jax.nn.log_softmax(logits, axis=-1), axis=-1))
        return loss, seen, activations


def norms(arrays) -> np.ndarray:
    return np.array([np.linalg.norm(np.asarray(array, np.float64)) for array in arrays])


def assert_same(result: Signal, row: int, plain: Plain):
    layers = result.layers
    weight_grads, z_grads, u_grads, a_grads = plain.grads
    np.testing.assert_allclose(result.loss[row], plain.loss, rtol=1e-5)
    np.testing.assert_allclose(result.grad_norm[row], norms(z_grads), rtol=2e-4, atol=1e-9)
    np.testing.assert_allclose(result.weight_grad_norm[row], norms(weight_grads), rtol=2e-4, atol=1e-9)
    np.testing.assert_allclose(layers.normalized_grad_norm[row], norms(u_grads[:-1]), rtol=2e-4, atol=1e-9)
    np.testing.assert_allclose(layers.activation_grad_norm[row], norms(a_grads[:-1]), rtol=2e-4, atol=1e-9)
    derivative = jax.vmap(
        jax.vmap(jax.grad(ACTIVATIONS_TABLE[plain.network.activation].function), (0, None)), (0, None)
    )
    for layer, (u, a, entry) in enumerate(zip(plain.seen, plain.activation, plain.params[:-1], strict=True)):
        slope = plain.network.negative_slope if entry.slope is None else entry.slope
        d = np.asarray(derivative(u, slope))
        np.testing.assert_allclose(layers.derivative_mean[row, layer], d.mean(), rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(layers.derivative_rms[row, layer], np.sqrt((d**2).mean()), rtol=1e-4)
        np.testing.assert_allclose(layers.pre_activation_std[row, layer], np.std(u), rtol=1e-4)
        np.testing.assert_allclose(layers.activation_mean[row, layer], np.mean(a), rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(layers.activation_std[row, layer], np.std(a), rtol=1e-4)
        np.testing.assert_allclose(layers.zero_fraction[row, layer], np.mean(np.asarray(a) == 0), atol=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_matches_autodiff(batch, activation):
    network = config(activation=activation, negative_slope=0.2)
    result = start_signal(network, batch, seeds=[7, 8])
    for row, seed in enumerate((7, 8)):
        assert_same(result, row, Plain(network, batch, initialize(network, seed)))


@pytest.mark.parametrize("normalization", ["none", "batch", "layer"])
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("width", [FEATURES, 9])  # where the width is that of the inputs, the first layer adds, too
def test_normalization_and_residual_match_autodiff(batch, normalization, residual, width):
    sizes = (FEATURES, *[width] * 3, CLASSES)
    network = config(layer_sizes=sizes, normalization=normalization, residual=residual)
    assert_same(start_signal(network, batch, [3]), 0, Plain(network, batch, initialize(network, 3)))


def test_trained_parameters_count(batch):
    """Biases, γ, β and a learned slope reach the numbers."""
    network = config(activation="prelu", normalization="layer")
    generator = np.random.default_rng(1)

    def shaken(value):
        return (
            None if value is None else np.asarray(value + 0.3 * generator.standard_normal(np.shape(value)), np.float32)
        )

    names = ("bias", "scale", "shift", "slope")
    moved = tuple(
        entry._replace(**{name: shaken(getattr(entry, name)) for name in names}) for entry in initialize(network, 0)
    )
    assert_same(signals(network, batch, [moved]), 0, Plain(network, batch, moved))


def test_first_network_is_kept_whole(batch):
    network = config()
    result = start_signal(network, batch, [5, 6])
    plain = Plain(network, batch, initialize(network, 5))
    np.testing.assert_allclose(result.pre_activation, np.stack(plain.seen), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(result.activation, np.stack(plain.activation), rtol=1e-4, atol=1e-5)


def test_no_control_compiles_within_a_bucket(batch):
    num_compilations()
    start_signal(config(), batch, range(8))
    compiled = num_compilations()
    for depth in (2, 17, 50, 100):
        start_signal(config(layer_sizes=(FEATURES, *[12] * depth, CLASSES)), batch, range(9))
    for change in (
        {"activation": "relu"}, {"activation": "prelu", "negative_slope": 0.3}, {"initializer": "he_normal"},
        {"initializer": "orthogonal"}, {"initializer": "normal", "initializer_std": 2.0}, {"normalization": "batch"},
        {"normalization": "layer"}, {"residual": True}, {"layer_sizes": (2, 2, 2, 2)},
    ):  # fmt: skip
        network = config(**change)
        inputs, targets = batch.inputs[:, : network.layer_sizes[0]], batch.targets[:, : network.layer_sizes[-1]]
        start_signal(network, Batch(inputs, targets), [0])
    signals(config(), batch, [initialize(config(), 0)] * 9)
    assert num_compilations() == compiled


def test_norms_reach_below_the_square_root_of_the_smallest_float(batch):
    """The square of 1e-25 is 0 in float32: a norm that squares first would show 0 long before the gradient is 0."""
    network = config(layer_sizes=(FEATURES, *[16] * 60, CLASSES), activation="sigmoid")
    norm = start_signal(network, batch, [0]).grad_norm[0]
    assert 0 < norm[norm > 0].min() < 1e-30


def test_seeds_are_independent_of_their_company(batch):
    alone = start_signal(config(), batch, [4])
    together = start_signal(config(), batch, range(10))
    np.testing.assert_array_equal(alone.grad_norm[0], together.grad_norm[4])
    assert len({float(loss) for loss in together.loss}) == 10


@pytest.mark.parametrize("change", [
    {"layer_sizes": (FEATURES, 4, 5, CLASSES)}, {"layer_sizes": (FEATURES, 300, 300, CLASSES)},
    {"layer_sizes": (65, 4, 4, CLASSES)}, {"normalization": ("none", "batch", "none", "none")},
])  # fmt: skip
def test_unsuitable_networks_are_refused(batch, change):
    with pytest.raises(InputError, match=r"alike|at most"):
        start_signal(replace(config(), **change), batch, [0])
