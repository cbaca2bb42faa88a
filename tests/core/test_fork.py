"""A fork goes on from the exact state of a step: held to plain loops in NumPy and ``jax.grad``."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import simulator as sim
from simulator.core.batches import batch_block
from simulator.core.losses import encode_targets
from simulator.errors import InputError

NETWORK = sim.NetworkConfig(layer_sizes=(2, 5, 2), activation="tanh", initializer="xavier_normal")
STEPS = 24


@pytest.fixture(scope="module")
def data():
    return sim.load_dataset("moons", num_rows=60)


def config(**changes) -> sim.TrainingConfig:
    return sim.TrainingConfig(**{"learning_rate": 0.4, "batch_size": 16, "num_epochs": 8, **changes})


def loss(params, inputs, targets):
    """Cross-entropy of a network with one hidden layer of tanh."""
    (first, bias), (last, last_bias) = params
    logits = jnp.tanh(inputs @ first + bias[None]) @ last + last_bias[None]
    return -jnp.mean(jnp.sum(targets * jax.nn.log_softmax(logits), axis=1))


def plain_steps(run, params, first: int, rates, *, batch_size: int, momentum: float = 0.0, velocity=None):
    """Return the parameters after some updates, made one after the other, and the velocity."""
    targets = encode_targets(run.dataset, run.network, run.training)[run.split.train]
    inputs = run.dataset.inputs[run.split.train]
    rows = batch_block(len(inputs), batch_size, run.training.seed, first, len(rates), batch_size)
    if velocity is None:
        velocity = jax.tree.map(np.zeros_like, params)
    for own, rate in zip(rows, rates, strict=True):
        own = own[own >= 0]
        gradients = jax.grad(loss)(params, inputs[own], targets[own])
        velocity = jax.tree.map(lambda v, g: momentum * v + np.asarray(g), velocity, gradients)
        params = jax.tree.map(lambda w, v, rate=rate: w - np.float32(rate) * v, params, velocity)
    return params, velocity


def params_of(run, step: int):
    return [(np.asarray(entry.weight), np.asarray(entry.bias)) for entry in run.params_at(step)]


def assert_close(params, others):
    for one, other in zip(jax.tree.leaves(params), jax.tree.leaves(others), strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("step", [0, 7, 23])
def test_a_fork_that_changes_nothing_is_the_run_itself(data, optimizer, step):
    run = sim.train(NETWORK, config(optimizer=optimizer), data)
    same = sim.fork(run, step)
    for name, values in run.records._asdict().items():
        rtol = 1e-12 if name == "epoch" else 0.0  # two fractions are added there
        np.testing.assert_allclose(getattr(same.records, name), values, rtol=rtol, err_msg=name)
    for name in ("weight", "weight_update", "activation", "grid_output", "activation_histogram"):
        for one, other in zip(getattr(run.frames, name), getattr(same.frames, name), strict=True):
            np.testing.assert_array_equal(one, other, err_msg=name)


def test_a_slower_future_is_that_of_a_plain_loop(data):
    run = sim.train(NETWORK, config(), data)
    slower = sim.fork(run, 10, learning_rate=0.05)
    expected, _ = plain_steps(run, params_of(run, 10), 10, [0.05] * 6, batch_size=16)
    assert_close(params_of(slower, 16), expected)
    assert slower.num_steps == run.num_steps
    np.testing.assert_array_equal(slower.records.loss[:11], run.records.loss[:11])
    assert (slower.records.loss[11:] != run.records.loss[11:]).all()
    np.testing.assert_allclose(slower.records.learning_rate, [0.4] * 10 + [0.05] * (run.num_steps - 9), rtol=1e-6)


def test_the_velocity_goes_on_and_another_optimizer_starts_without_one(data):
    run = sim.train(NETWORK, config(optimizer="momentum", momentum=0.9, learning_rate=0.05), data)
    params, velocity = plain_steps(run, params_of(run, 0), 0, [0.05] * 9, batch_size=16, momentum=0.9)
    assert_close(params_of(run, 9), params)
    slower, _ = plain_steps(run, params, 9, [0.01] * 5, batch_size=16, momentum=0.9, velocity=velocity)
    assert_close(params_of(sim.fork(run, 9, learning_rate=0.01), 14), slower)
    plain, _ = plain_steps(run, params, 9, [0.05] * 5, batch_size=16)
    assert_close(params_of(sim.fork(run, 9, optimizer="sgd"), 14), plain)


def test_another_batch_size_makes_as_many_updates_in_its_own_order(data):
    run = sim.train(NETWORK, config(), data)
    wider = sim.fork(run, 6, batch_size=None)
    rows = len(run.split.train)
    expected, _ = plain_steps(run, params_of(run, 6), 6, [0.4] * 4, batch_size=rows)
    assert_close(params_of(wider, 10), expected)
    assert wider.num_steps == run.num_steps
    assert (np.diff(wider.records.epoch[6:]) == 1.0).all()
    np.testing.assert_allclose(wider.records.epoch[:7], run.records.epoch[:7])


def test_frames_before_the_fork_are_those_of_the_past_and_after_it_its_own(data):
    run = sim.train(NETWORK, config(optimizer="adam", learning_rate=0.02), data)
    other = sim.fork(run, 12, optimizer="sgd", learning_rate=1.0)
    steps = other.frames.step.tolist()
    for step in (0, 5, 11, 12, 20):
        frame = steps.index(step)
        after, before = other.params_at(step + 1), other.params_at(step)
        for layer in range(2):
            made = np.asarray(after[layer].weight) - np.asarray(before[layer].weight)
            np.testing.assert_allclose(other.frames.weight_update[layer][frame], made, atol=2e-6)


def test_a_diverging_run_recovers_with_a_tenth_of_the_rate(data):
    network = sim.NetworkConfig(layer_sizes=(2, 8, 8, 2), activation="relu", initializer="he_normal")
    run = sim.train(network, config(learning_rate=100.0), data)
    chance = float(np.log(2))
    assert not np.nanmin(run.records.loss[-10:]) < chance
    recovered = sim.fork(run, 0, learning_rate=0.1)
    assert np.isfinite(recovered.records.loss).all()
    assert recovered.records.loss[-1] < 0.7 * chance


def test_a_fork_after_the_end_of_all_numbers_says_where_that_was(data):
    network = sim.NetworkConfig(layer_sizes=(2, 5, 1), activation="relu", output_activation="identity")
    run = sim.train(network, config(loss="mse_mean", learning_rate=50.0, num_epochs=20), data)
    assert run.first_nonfinite is not None
    late = sim.fork(run, run.first_nonfinite.step + 3, learning_rate=1e-3)
    assert late.first_nonfinite == run.first_nonfinite
    assert not np.isfinite(late.records.loss[-1])


def test_a_stopped_run_goes_on_and_a_fork_of_a_fork_too(data):
    run = sim.train(NETWORK, config(num_epochs=400), data, progress=lambda _done, _total: False)
    assert run.cancelled
    longer = sim.fork(run, run.num_steps)
    whole = sim.train(NETWORK, config(num_epochs=400), data)
    np.testing.assert_array_equal(longer.records.loss, whole.records.loss)
    twice = sim.fork(sim.fork(whole, 5, learning_rate=0.1), 9, learning_rate=0.4)
    np.testing.assert_allclose(twice.records.learning_rate[:12], [0.4] * 5 + [0.1] * 4 + [0.4] * 3, rtol=1e-6)
    assert twice.frames.step[0] == 0


@pytest.mark.parametrize(
    ("step", "changes"),
    [(-1, {}), (1000, {}), (3, {"seed": 1}), (3, {"learning_rate": -1.0}), (3, {"optimizer": "magic"})],
)
def test_what_cannot_be_forked_gets_a_sentence(data, step, changes):
    run = sim.train(NETWORK, config(), data)
    with pytest.raises(InputError) as caught:
        sim.fork(run, step, **changes)
    assert caught.value.in_language("ko") != caught.value.in_language("en")


def by_hand(params, change: sim.ParameterChange):
    """Return parameters with one of them changed, as (weight, bias) pairs."""
    changed = [(weight.copy(), bias.copy()) for weight, bias in params]
    weight, bias = changed[change.layer]
    if change.source is None:
        bias[change.unit] = change.value
    else:
        weight[change.source, change.unit] = change.value
    return changed


CHANGES = [
    sim.ParameterChange(0, 1, 4, -1.5),
    sim.ParameterChange(1, 4, 1, 0.0),
    sim.ParameterChange(0, None, 2, 0.75),
    sim.ParameterChange(0, 0, 0, 2.5),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_weight_set_by_hand_goes_on_like_a_plain_loop_from_the_changed_parameters(data, change):
    run = sim.train(NETWORK, config(optimizer="momentum", momentum=0.9, learning_rate=0.05), data)
    params, velocity = plain_steps(run, params_of(run, 0), 0, [0.05] * 9, batch_size=16, momentum=0.9)
    other = sim.fork(run, 9, parameter=change)
    expected = by_hand(params_of(run, 9), change)
    for one, there in zip(jax.tree.leaves(params_of(other, 9)), jax.tree.leaves(expected), strict=True):
        np.testing.assert_array_equal(one, there)
    assert change.of(other.params_at(9)) == np.float32(change.value) != change.of(run.params_at(9))
    future, _ = plain_steps(run, by_hand(params, change), 9, [0.05] * 6, batch_size=16, momentum=0.9, velocity=velocity)
    assert_close(params_of(other, 15), future)
    np.testing.assert_array_equal(other.records.loss[:9], run.records.loss[:9])
    assert other.records.loss[9] != run.records.loss[9]
    assert change.of(run.params_at(8)) == change.of(other.params_at(8))


def test_another_value_or_another_weight_compiles_nothing(data):
    run = sim.train(NETWORK, config(), data)
    sim.fork(run, 5, learning_rate=0.1)
    for change in CHANGES:
        assert sim.fork(run, 7, parameter=change).num_compilations == 0


@pytest.mark.parametrize(
    "change", [(2, 0, 0, 1.0), (-1, 0, 0, 1.0), (0, 2, 0, 1.0), (0, 0, 5, 1.0), (1, -1, 0, 1.0), (0, 0, 0, np.inf)]
)
def test_a_parameter_that_the_network_does_not_have_gets_a_sentence(data, change):
    run = sim.train(NETWORK, config(num_epochs=1), data)
    with pytest.raises(InputError) as caught:
        sim.fork(run, 0, parameter=sim.ParameterChange(*change))
    assert caught.value.in_language("ko") != caught.value.in_language("en")
