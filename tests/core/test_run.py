"""A run's numbers against an unpadded network of this file's own, differentiated by ``jax.grad``."""

import io
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from simulator.core.datasets import load_dataset
from simulator.core.initializers import initialize
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import LOSSES, TrainingConfig
from simulator.errors import InputError

ACTIVATIONS = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": lambda z: jax.nn.leaky_relu(z, 0.01),
    "prelu": lambda z: jnp.where(z > 0, z, 0.01 * z),
    "elu": jax.nn.elu,
    "gelu": lambda z: jax.nn.gelu(z, approximate=False),
    "identity": lambda z: z,
}
FULL = TrainingConfig(batch_size=None, num_epochs=4, learning_rate=0.05, validation_fraction=0.1, test_fraction=0.1)


@pytest.fixture(scope="module")
def moons():
    return load_dataset("moons")


def plain_loss(parameters, offsets, inputs, targets, activation, loss):
    """Return the loss of an unpadded network, and every layer's activation; offsets are added to pre-activations."""
    value, activations = inputs, []
    for layer, (weight, bias) in enumerate(parameters):
        z = value @ weight + bias[None, :] + offsets[layer]
        value = ACTIVATIONS[activation](z) if layer < len(parameters) - 1 else z
        activations.append(value)
    if loss == "cross_entropy":
        per_example = -jnp.sum(targets * jax.nn.log_softmax(value), axis=1)
        return jnp.mean(per_example), activations
    if loss == "binary_cross_entropy":
        return jnp.mean(jnp.sum(jnp.logaddexp(0.0, value) - targets * value, axis=1)), activations
    squares = (value - targets) ** 2
    scaled = {
        "mse_half_sum": 0.5 * jnp.sum(squares),
        "mse_mean": jnp.mean(squares),
        "mse_batch_mean": jnp.mean(jnp.sum(squares, axis=1)),
    }
    return scaled[loss], activations


def one_hot_rows(run):
    rows = run.split.train
    return jnp.asarray(run.dataset.inputs[rows]), jax.nn.one_hot(run.dataset.labels[rows], 2)


@pytest.mark.parametrize(
    ("activation", "loss"),
    [(name, "cross_entropy") for name in ACTIVATIONS] + [("tanh", name) for name in LOSSES if name != "cross_entropy"],
)
def test_first_row_is_the_gradient_of_the_plain_network(moons, activation, loss):
    network = NetworkConfig(layer_sizes=(2, 5, 8, 2), activation=activation, initializer="xavier_normal")
    run = train(network, replace(FULL, loss=loss, learning_rate=1e-3), moons)
    parameters = [(jnp.asarray(layer.weight), jnp.asarray(layer.bias)) for layer in run.params_at(0)]
    inputs, targets = one_hot_rows(run)
    offsets = [jnp.zeros((len(inputs), size)) for size in network.layer_sizes[1:]]
    (value, activations), (gradients, dz) = jax.value_and_grad(plain_loss, argnums=(0, 1), has_aux=True)(
        parameters, offsets, inputs, targets, activation, loss
    )
    records = run.records
    assert records.loss[0] == pytest.approx(float(value), rel=2e-6)
    for layer, (weight, bias) in enumerate(gradients):
        assert records.weight_grad_norm[0, layer] == pytest.approx(float(jnp.linalg.norm(weight)), rel=3e-5)
        assert records.bias_grad_norm[0, layer] == pytest.approx(float(jnp.linalg.norm(bias)), rel=3e-5)
        assert records.pre_activation_grad_norm[0, layer] == pytest.approx(float(jnp.linalg.norm(dz[layer])), rel=3e-5)
    if activation != "prelu":  # whose slope has a gradient, too
        together = jnp.sqrt(sum(jnp.sum(part**2) for pair in gradients for part in pair))
        assert records.grad_norm[0] == pytest.approx(float(together), rel=3e-5)
    for layer in range(2):
        assert records.activation_mean[0, layer] == pytest.approx(float(activations[layer].mean()), rel=1e-5, abs=1e-6)
        assert records.activation_std[0, layer] == pytest.approx(float(activations[layer].std()), rel=1e-5)
        share = float(jnp.mean((activations[layer] == 0).astype(jnp.float32)))
        assert records.zero_fraction[0, layer] == pytest.approx(share, abs=1e-6)


OPTAX = {
    "sgd": optax.sgd(0.05),
    "momentum": optax.sgd(0.05, momentum=0.9),
    "nesterov": optax.sgd(0.05, momentum=0.9, nesterov=True),
    "adagrad": optax.adagrad(0.05, initial_accumulator_value=0.0, eps=1e-8),
    "rmsprop": optax.rmsprop(0.05, decay=0.9, eps=1e-8, eps_in_sqrt=False),
    "adam": optax.adam(0.05),
    "adamw": optax.adamw(0.05, weight_decay=0.01),
}


@pytest.mark.parametrize("optimizer", OPTAX)
def test_updates_are_those_of_optax_on_the_plain_network(moons, optimizer):
    network = NetworkConfig(layer_sizes=(2, 5, 8, 2), activation="tanh", initializer="xavier_normal")
    run = train(network, replace(FULL, optimizer=optimizer), moons)
    inputs, targets = one_hot_rows(run)
    parameters = [(jnp.asarray(layer.weight), jnp.asarray(layer.bias)) for layer in initialize(network, 0)]
    offsets = [jnp.zeros((len(inputs), size)) for size in network.layer_sizes[1:]]
    rule = OPTAX[optimizer]
    state = rule.init(parameters)
    for step in range(4):
        gradients = jax.grad(lambda p: plain_loss(p, offsets, inputs, targets, "tanh", "cross_entropy")[0])(parameters)
        updates, state = rule.update(gradients, state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        for (weight, bias), layer in zip(list(parameters), run.params_at(step + 1), strict=True):  # type: ignore[arg-type]
            np.testing.assert_allclose(layer.weight, weight, rtol=2e-3, atol=2e-5)
            np.testing.assert_allclose(layer.bias, bias, rtol=2e-3, atol=2e-5)


SMALL = TrainingConfig(batch_size=32, num_epochs=6, learning_rate=0.05)
NETWORK = NetworkConfig(layer_sizes=(2, 8, 8, 2))


def test_the_same_seed_gives_the_same_records_bit_for_bit(moons):
    first, second = train(NETWORK, SMALL, moons), train(NETWORK, SMALL, moons)
    for name, one, two in zip(first.records._fields, first.records, second.records, strict=True):
        np.testing.assert_array_equal(one, two, err_msg=name)
    other = train(NETWORK, replace(SMALL, seed=1), moons)
    assert not np.array_equal(other.records.loss, first.records.loss)


def test_parameters_at_a_step_are_those_the_run_had_there(moons):
    run = train(NETWORK, replace(SMALL, num_epochs=40), moons)
    step = 137
    shorter = train(NETWORK, replace(SMALL, num_epochs=40), moons, progress=lambda done, total: done < step)
    for one, two in zip(run.params_at(shorter.num_steps), shorter.params_at(shorter.num_steps), strict=True):
        np.testing.assert_array_equal(one.weight, two.weight)
    norms = [np.linalg.norm(layer.weight) for layer in run.params_at(step)]
    np.testing.assert_allclose(run.records.weight_norm[step], norms, rtol=1e-5)


CHANGES = [
    ({"activation": "sigmoid"}, {}),
    ({"activation": "gelu", "initializer": "orthogonal"}, {}),
    ({"layer_sizes": (2, 7, 2)}, {}),
    ({}, {"optimizer": "adam"}),
    ({}, {"schedule": "cosine"}),
    ({}, {"learning_rate": 0.3}),
    ({}, {"loss": "mse_mean"}),
    ({}, {"seed": 5}),
    ({}, {"num_epochs": 11}),
    ({}, {"l1": 0.01, "l2": 0.01, "clip_norm": 0.5}),
    ({}, {"patience": 3}),
]


@pytest.mark.parametrize(("network", "training"), CHANGES)
def test_no_control_compiles_once_the_shape_is_warm(moons, network, training):
    train(NETWORK, SMALL, moons).frames  # noqa: B018 – for the programs
    run = train(replace(NETWORK, **network), replace(SMALL, **training), moons)
    assert run.num_compilations == 0


def test_a_cancelled_run_returns_what_was_done(moons):
    run = train(NETWORK, replace(SMALL, num_epochs=2000), moons, progress=lambda done, total: done < 100)
    assert run.cancelled
    assert 100 <= run.num_steps < 2000 * run.steps_per_epoch
    assert run.records.step[-1] == run.num_steps


def test_divergence_is_recorded_with_its_step(moons):
    sine = load_dataset("sine")
    network = NetworkConfig(layer_sizes=(1, 8, 8, 1), activation="relu")
    run = train(network, TrainingConfig(loss="mse_mean", learning_rate=20.0, num_epochs=40), sine)
    bad = run.first_nonfinite
    assert bad is not None
    finite = np.isfinite(run.records.loss)
    assert finite[: bad.step].all()
    assert not finite[bad.step + 1 :].any()
    assert len(run.records.step) == run.num_steps + 1


def test_early_stopping_restores_the_best_parameters(moons):
    run = train(NETWORK, replace(SMALL, learning_rate=1.0, num_epochs=400, patience=5), moons)
    assert run.stopped_early
    epochs = run.records.step % run.steps_per_epoch == 0
    validation = np.where(epochs & run.records.evaluated, run.records.validation_loss, np.inf)
    assert run.best_step == run.records.step[np.argmin(validation)]
    assert run.best_step is not None
    best = run.params_at(run.best_step)
    for one, two in zip(run.final_params, best, strict=True):
        np.testing.assert_array_equal(one.weight, two.weight)


def test_equal_weights_keep_neurons_identical(moons):
    run = train(replace(NETWORK, initializer="constant", initializer_value=0.3, activation="tanh"), SMALL, moons)
    first = run.params_at(run.num_steps)[0].weight
    np.testing.assert_allclose(first, np.repeat(first[:, :1], first.shape[1], axis=1), rtol=1e-5)


@pytest.mark.parametrize("optimizer", ["sgd", "adagrad"])
def test_an_l1_penalty_leaves_zero_weights_at_zero(moons, optimizer):
    network = replace(NETWORK, initializer="zeros", activation="tanh")
    run = train(network, replace(SMALL, l1=0.01, optimizer=optimizer), moons)
    for layer in run.params_at(run.num_steps):
        assert not layer.weight.any()


def test_the_or_perceptron_learns_or():
    network = NetworkConfig(layer_sizes=(2, 1), output_activation="tanh", initializer="normal")
    training = TrainingConfig(loss="mse_mean", learning_rate=0.1, batch_size=None, num_epochs=500)
    run = train(network, training, load_dataset("or_table"))
    assert np.sign(run.predict([[0, 0], [0, 1], [1, 0], [1, 1]]))[:, 0].tolist() == [-1, 1, 1, 1]


def test_a_hundred_layers_and_none(moons):
    for depth in (0, 100):
        run = train(NetworkConfig(layer_sizes=(2, *(4,) * depth, 2)), replace(SMALL, num_epochs=1), moons)
        assert run.records.weight_grad_norm.shape == (run.num_steps + 1, depth + 1)
        assert np.isfinite(run.records.loss).all()


def test_records_stay_bounded(moons):
    run = train(NETWORK, replace(SMALL, num_epochs=1000, max_records=200), moons)
    assert run.num_steps == 8000
    assert len(run.records.step) <= 201
    assert run.records.step[0] == 0 and run.records.step[-1] == 8000
    gaps = np.diff(run.records.step)
    assert set(gaps[:-1]) == {gaps[0]}


@pytest.mark.parametrize(
    ("network", "training", "sentence"),
    [
        ({"layer_sizes": (3, 8, 2)}, {}, "layer_sizes"),
        ({"output_activation": "tanh"}, {}, "softmax"),
        ({}, {"patience": 3, "validation_fraction": 0.0}, "validation"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(moons, network, training, sentence):
    with pytest.raises(InputError, match=sentence):
        train(replace(NETWORK, **network), replace(SMALL, **training), moons)


def test_a_table_and_an_archive_hold_the_records(moons):
    run = train(NETWORK, SMALL, moons)
    table, archive = run.to_pandas(), np.load(io.BytesIO(run.to_npz() or b""))
    assert len(table) == len(run.records.step)
    for name, values in run.records._asdict().items():
        np.testing.assert_array_equal(archive[name], values)
        columns = [name] if values.ndim == 1 else [f"{name}_1", f"{name}_2", f"{name}_output"]
        np.testing.assert_array_equal(table[columns].to_numpy(), values.reshape(len(values), -1))
        assert values.ndim == 1 or [column for column in table if column.rpartition("_")[0] == name] == columns
    for layer, entry in enumerate(run.final_params, start=1):
        np.testing.assert_array_equal(archive[f"layer{layer}_weight"], entry.weight)
    assert not any("slope" in name or "running" in name for name in archive)
    assert (run.to_csv() or "").startswith("step,epoch,loss,")
