"""Backpropagation of single examples against a network of this file's own: jax.grad, and float64 finite differences."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.core.batches import batch_order
from simulator.core.datasets import load_dataset
from simulator.core.engine.passes import NUM_PASSES
from simulator.core.losses import encode_targets
from simulator.core.network import NetworkConfig
from simulator.core.run import Run, train
from simulator.core.training import TrainingConfig

CASES = {
    "cross-entropy": ("tanh", "auto", "cross_entropy", {}),
    "binary cross-entropy": ("relu", "auto", "binary_cross_entropy", {"l1": 0.01, "l2": 0.03}),
    "a sum": ("sigmoid", "tanh", "mse_half_sum", {"learning_rate": 0.01}),
    "a mean over outputs": ("gelu", "softmax", "mse_mean", {}),
    "a mean over examples": ("elu", "sigmoid", "mse_batch_mean", {"clip_norm": 0.01}),
}
BATCH, STEP = 25, 9
PHI = {
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0.0),
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0.0))),
    "identity": lambda z: z,
}


def trained(activation: str, output: str, loss: str, training: dict, **network) -> Run:
    config = NetworkConfig(layer_sizes=(2, 5, 5, 2), activation=activation, output_activation=output, **network)
    options = {"learning_rate": 0.3, "batch_size": BATCH, "num_epochs": 4, "loss": loss, "scaling": "none", **training}
    return train(config, TrainingConfig(**options), load_dataset("moons", num_rows=80))


@pytest.fixture(scope="module")
def runs():
    made: dict[str, Run] = {}

    def of(name: str) -> Run:
        if name not in made:
            made[name] = trained(*CASES[name])
        return made[name]

    return of


def batch_rows(run: Run, step: int) -> np.ndarray:
    """Return the rows of the data set that an update uses."""
    num_rows = len(run.split.train)
    epoch, number = divmod(step, run.steps_per_epoch)
    return run.split.train[batch_order(num_rows, BATCH, run.training.seed, epoch)[number]]


def example_loss(run: Run, parameters, x, target, offsets, xp):
    """Return one example's own loss with something added to every pre-activation; ``xp`` is NumPy or jax.numpy."""
    value = x
    for layer, (weight, bias) in enumerate(parameters):
        z = value @ weight + bias + offsets[layer]
        if layer < len(parameters) - 1:
            value = (
                jax.nn.gelu(z, approximate=False)
                if run.network.activation == "gelu"
                else phi(run.network.activation, z, xp)
            )
    if run.training.loss == "cross_entropy":
        return xp.log(xp.sum(xp.exp(z))) - xp.sum(target * z)
    if run.training.loss == "binary_cross_entropy":
        return xp.sum(xp.log1p(xp.exp(z)) - target * z)
    name = run.network.output_activation
    y = xp.exp(z) / xp.sum(xp.exp(z)) if name == "softmax" else phi(name, z, xp)
    factor = {"mse_half_sum": 0.5, "mse_mean": 1.0 / len(target), "mse_batch_mean": 1.0}[run.training.loss]
    return factor * xp.sum((y - target) ** 2)


def phi(name, z, xp):
    if xp is np:
        return PHI[name](z)
    if name == "gelu":
        return jax.nn.gelu(z, approximate=False)
    return {"tanh": jnp.tanh, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "elu": jax.nn.elu}[name](z)


def parameters_at(run: Run, step: int, kind):
    return [(np.asarray(entry.weight, kind), np.asarray(entry.bias, kind)) for entry in run.params_at(step)]


@pytest.mark.parametrize("name", CASES)
def test_delta_is_what_jax_says_of_the_examples_own_loss(runs, name):
    run = runs(name)
    passes, frame = run.frames.passes, int(np.searchsorted(run.frames.step, STEP))
    assert run.frames.step[frame] == STEP
    rows = batch_rows(run, STEP)
    assert passes.count[frame] == len(rows)
    targets = encode_targets(run.dataset, run.network, run.training)
    parameters = parameters_at(run, STEP, np.float32)
    for example, row in enumerate(rows[:NUM_PASSES]):
        x, target = run.dataset.inputs[row], targets[row]
        np.testing.assert_allclose(passes.input[frame, example], x, rtol=1e-6)
        np.testing.assert_array_equal(passes.target[frame, example], target)
        zeros = [np.zeros(len(bias), np.float32) for _, bias in parameters]
        deltas = jax.grad(lambda offsets, x=x, t=target: example_loss(run, parameters, x, t, offsets, jnp))(zeros)
        for layer, delta in enumerate(deltas):
            found = passes.pre_activation_gradient[layer][frame, example]
            np.testing.assert_allclose(found, delta, rtol=2e-4, atol=2e-6)
            assert np.abs(found).max() > 1e-4


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name][0] != "gelu"])
def test_delta_is_the_slope_of_the_loss_in_double_precision(runs, name):
    run = runs(name)
    passes, frame, row = run.frames.passes, STEP, batch_rows(run, STEP)[1]
    parameters = parameters_at(run, STEP, np.float64)
    x = run.dataset.inputs[row].astype(np.float64)
    target = encode_targets(run.dataset, run.network, run.training)[row].astype(np.float64)
    for layer in range(3):
        for unit in range(len(parameters[layer][1])):
            ends = []
            for nudge in (1e-6, -1e-6):
                offsets = [np.zeros(len(bias)) for _, bias in parameters]
                offsets[layer][unit] = nudge
                ends.append(example_loss(run, parameters, x, target, offsets, np))
            slope = (ends[0] - ends[1]) / 2e-6
            assert passes.pre_activation_gradient[layer][frame, 1, unit] == pytest.approx(slope, rel=1e-3, abs=3e-6)


@pytest.mark.parametrize("name", CASES)
def test_the_weighted_sum_of_the_next_deltas_times_the_slope_is_delta(runs, name):
    run = runs(name)
    passes, weights, frame = run.frames.passes, run.frames.weight, STEP
    for layer in range(2):
        arriving = passes.pre_activation_gradient[layer + 1][frame] @ weights[layer + 1][frame].T
        np.testing.assert_allclose(passes.activation_gradient[layer][frame], arriving, rtol=1e-4, atol=1e-6)
        delta = arriving * passes.derivative[layer][frame]
        np.testing.assert_allclose(passes.pre_activation_gradient[layer][frame], delta, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_a_weights_gradient_is_the_mean_or_the_sum_of_activation_times_delta(runs, name):
    """Over all examples of the mini-batch, whose deltas ``jax.grad`` gives; the penalty has a part of its own."""
    run = runs(name)
    frames, parameters, rows = run.frames, parameters_at(run, STEP, np.float32), batch_rows(run, STEP)
    targets = encode_targets(run.dataset, run.network, run.training)

    def loss(parameters):
        each = [example_loss(run, parameters, run.dataset.inputs[row], targets[row], [0, 0, 0], jnp) for row in rows]
        return sum(each) / (1 if run.training.loss == "mse_half_sum" else len(rows))

    for layer, (weight, _) in enumerate(jax.grad(loss)(parameters)):
        np.testing.assert_allclose(frames.passes.weight_gradient[layer][STEP], weight, rtol=1e-3, atol=2e-6)
        own = frames.weight[layer][STEP].astype(np.float64)
        penalty = run.training.l1 * np.sign(own) + 2 * run.training.l2 * own
        np.testing.assert_allclose(frames.weight_gradient[layer][STEP], weight + penalty, rtol=1e-3, atol=2e-6)


def test_a_skip_connection_adds_the_next_layers_gradient_and_dropout_scales_or_drops():
    run = trained("tanh", "auto", "cross_entropy", {}, residual=True, dropout=0.5)
    passes, frame = run.frames.passes, STEP
    arriving = passes.pre_activation_gradient[1][frame] @ run.frames.weight[1][frame].T
    arriving += passes.activation_gradient[1][frame]
    np.testing.assert_allclose(passes.activation_gradient[0][frame], arriving, rtol=1e-4, atol=1e-6)
    factor = passes.pre_activation_gradient[0][frame] / (arriving * passes.derivative[0][frame])
    dropped = np.isclose(factor, 0.0, atol=1e-3)
    assert dropped.any() and not dropped.all()
    np.testing.assert_allclose(factor[~dropped], 2.0, rtol=1e-3)


def test_without_hidden_layers_the_output_is_all_there_is():
    network = NetworkConfig(layer_sizes=(2, 1), output_activation="tanh")
    training = TrainingConfig(
        loss="mse_mean", batch_size=None, num_epochs=3, validation_fraction=0.0, test_fraction=0.0, learning_rate=0.1
    )
    run = train(network, training, load_dataset("or_table"))
    passes = run.frames.passes
    assert passes.count.tolist() == [4] * 4
    y, target = passes.activation[0], passes.target
    np.testing.assert_allclose(passes.pre_activation_gradient[0], 2 * (y - target) * (1 - y**2), rtol=1e-5, atol=1e-6)
    mean = np.mean(passes.input[..., :, None] * passes.pre_activation_gradient[0][..., None, :], axis=1)
    np.testing.assert_allclose(passes.weight_gradient[0], mean, rtol=1e-5, atol=1e-7)
