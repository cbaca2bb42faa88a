"""Normalization, dropout, residual connections, penalties and clipping against plain formulas, and the reference."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from simulator.core.batches import batch_order
from simulator.core.datasets import Dataset
from simulator.core.losses import classes_of
from simulator.core.network import NetworkConfig, forward
from simulator.core.run import train
from simulator.core.training import TrainingConfig

FULL = TrainingConfig(batch_size=None, num_epochs=3, learning_rate=0.1, validation_fraction=0.0, test_fraction=0.0)


@pytest.fixture(scope="module")
def blobs():
    random = np.random.default_rng(0)
    labels = np.arange(40) % 2
    return Dataset.from_arrays(random.standard_normal((40, 3)) + labels[:, None], labels)


def normalized(kind, z, scale, shift):
    axis = 0 if kind == "batch" else 1
    mean, variance = jnp.mean(z, axis, keepdims=True), jnp.var(z, axis, keepdims=True)
    return (z - mean) / jnp.sqrt(variance + 1e-5) * scale[None, :] + shift[None, :]


@pytest.mark.parametrize("kind", ["none", "batch", "layer"])
def test_gradients_are_those_of_the_plain_formulas(blobs, kind):
    network = NetworkConfig(layer_sizes=(3, 5, 5, 2), activation="tanh", normalization=kind, residual=True)
    run = train(network, FULL, blobs)
    start = [entry._asdict() for entry in run.params_at(2)]  # scale and shift are no longer 1 and 0
    names = [name for name in ("weight", "bias", "scale", "shift") if start[0][name] is not None]
    assert kind == "none" or np.abs(start[0]["scale"] - 1).max() > 1e-3

    def loss(params):
        value = jnp.asarray(blobs.inputs[run.split.train])
        for layer, entry in enumerate(params[:-1]):
            z = value @ entry["weight"] + entry["bias"][None, :]
            if kind != "none":
                z = normalized(kind, z, entry["scale"], entry["shift"])
            value = jnp.tanh(z) + (value if layer == 1 else 0.0)
        logits = value @ params[2]["weight"] + params[2]["bias"][None, :]
        return jnp.mean(
            optax.softmax_cross_entropy_with_integer_labels(logits, jnp.asarray(blobs.labels[run.split.train]))
        )

    trained = [{name: value for name, value in entry.items() if name in names and value is not None} for entry in start]
    value, gradients = jax.value_and_grad(loss)(trained)
    assert run.records.loss[2] == pytest.approx(float(value), rel=1e-5)
    norms = [float(jnp.linalg.norm(gradient["weight"])) for gradient in gradients]
    np.testing.assert_allclose(run.records.weight_grad_norm[2], norms, rtol=1e-4)
    together = np.sqrt(sum(float(jnp.sum(part**2)) for part in jax.tree.leaves(gradients)))
    assert run.records.grad_norm[2] == pytest.approx(together, rel=1e-4)
    for before, after, gradient in zip(trained, run.params_at(3), gradients, strict=True):
        for name, value in before.items():
            moved = value - 0.1 * gradient[name]
            np.testing.assert_allclose(getattr(after, name), moved, rtol=1e-4, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("kind", ["none", "batch", "layer"])
def test_a_trained_network_predicts_as_the_reference_does(blobs, kind):
    network = NetworkConfig(
        layer_sizes=(3, 5, 5, 2), activation="prelu", normalization=kind, residual=True, dropout=0.2
    )
    run = train(network, FULL, blobs)
    expected = [forward(run.final_params, row, run.network).activation[-1] for row in blobs.inputs[:7]]
    np.testing.assert_allclose(run.predict(blobs.inputs[:7]), np.stack(expected), rtol=1e-4, atol=1e-6)


def test_running_statistics_are_a_tenth_of_each_batch(blobs):
    network = NetworkConfig(layer_sizes=(3, 5, 2), normalization="batch")
    run = train(network, FULL, blobs)
    start, after = run.params_at(0)[0], run.params_at(1)[0]
    z = blobs.inputs[run.split.train] @ start.weight + start.bias
    assert after.running_mean is not None and after.running_var is not None
    np.testing.assert_allclose(after.running_mean, 0.1 * z.mean(0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(after.running_var, 0.9 + 0.1 * z.var(0, ddof=1), rtol=1e-4)


def test_a_batch_of_one_row_has_no_variance(blobs):
    """Of 40 rows the second batch has one: n / (n − 1) has no value there, and the running variance only shrinks."""
    network = NetworkConfig(layer_sizes=(3, 5, 2), normalization="batch")
    run = train(network, TrainingConfig(**{**vars(FULL), "batch_size": 39, "num_epochs": 1}), blobs)
    (row,) = run.split.train[batch_order(40, 39, run.training.seed, 0)[1]]
    start, after = run.params_at(1)[0], run.params_at(2)[0]
    assert start.running_mean is not None and start.running_var is not None
    assert after.running_mean is not None and after.running_var is not None
    z = blobs.inputs[row] @ start.weight + start.bias
    np.testing.assert_allclose(after.running_mean, 0.9 * start.running_mean + 0.1 * z, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(after.running_var, 0.9 * start.running_var, rtol=1e-4)


def test_each_of_more_than_thirty_layers_has_statistics_of_its_own(blobs):
    """The layers are a loop there, and what each of them keeps is put together behind it."""
    network = NetworkConfig(layer_sizes=(3, *[4] * 31, 2), activation="tanh", normalization="batch", residual=True)
    run = train(network, FULL, blobs)
    start, after = run.params_at(0), run.params_at(1)
    value = blobs.inputs[run.split.train].astype(np.float64)
    for layer, (before, then) in enumerate(zip(start[:-1], after[:-1], strict=True)):
        z = value @ before.weight + before.bias
        value = np.tanh((z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5)) + (value if layer else 0.0)
        assert then.running_mean is not None and then.running_var is not None
        np.testing.assert_allclose(then.running_mean, 0.1 * z.mean(0), rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(then.running_var, 0.9 + 0.1 * z.var(0, ddof=1), rtol=1e-3)


def test_dropout_drops_its_share_in_training_only(blobs):
    network = NetworkConfig(layer_sizes=(3, 64, 2), activation="identity", dropout=0.25)
    run = train(network, FULL, blobs)
    assert run.records.zero_fraction[:, 0].mean() == pytest.approx(0.25, abs=0.03)
    assert (run.predict(blobs.inputs) == run.predict(blobs.inputs)).all()
    assert all((values != 0).all() for values in run.frames.activation)


def test_the_penalty_and_its_gradient(blobs):
    network = NetworkConfig(layer_sizes=(3, 5, 2))
    plain, run = (
        train(network, TrainingConfig(**{**vars(FULL), "l1": l1, "l2": l2}), blobs)
        for l1, l2 in ((0.0, 0.0), (0.01, 0.02))
    )
    weights = [entry.weight for entry in run.params_at(0)]
    penalty = sum(0.01 * np.abs(weight).sum() + 0.02 * (weight**2).sum() for weight in weights)
    assert run.records.penalty[0] == pytest.approx(penalty, rel=1e-5)
    assert run.records.loss[0] == pytest.approx(plain.records.loss[0] + penalty, rel=1e-5)
    shift = plain.params_at(1)[0].weight - run.params_at(1)[0].weight
    np.testing.assert_allclose(shift, 0.1 * (0.01 * np.sign(weights[0]) + 0.04 * weights[0]), atol=1e-6)
    np.testing.assert_array_equal(plain.params_at(0)[1].weight, weights[1])


def test_clipping_shortens_the_update_to_its_norm(blobs):
    network = NetworkConfig(layer_sizes=(3, 5, 2))
    run = train(network, TrainingConfig(**{**vars(FULL), "clip_norm": 0.05}), blobs)
    before, after = run.params_at(0), run.params_at(1)
    moved = [a - b for x, y in zip(before, after, strict=True) for a, b in zip(x[:2], y[:2], strict=True)]
    assert run.records.grad_norm[0] > 0.05
    assert np.sqrt(sum((part**2).sum() for part in moved)) == pytest.approx(0.1 * 0.05, rel=1e-4)


def test_classes_of_two_kinds_of_output():
    assert classes_of(np.array([[0.1, 0.9], [0.8, 0.2]]), 0.5).tolist() == [1, 0]
    assert classes_of(np.array([[-0.2], [0.2]]), 0.0).tolist() == [0, 1]
