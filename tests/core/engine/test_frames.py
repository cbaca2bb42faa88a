"""Frames of a run against numbers of this file's own: gradients, clipped updates, examples, maps, histograms."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.core.datasets import load_dataset
from simulator.core.engine import frames as frames_module
from simulator.core.engine.frames import MAX_FRAMES, count_frames
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig

CLIP, RATE = 0.05, 0.5
PHI = {
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0.0))),
    "relu": lambda z: np.maximum(z, 0.0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}


@pytest.fixture(scope="module")
def run():
    moons = load_dataset("moons", num_rows=150)
    network = NetworkConfig(layer_sizes=(2, 5, 4, 2), activation="tanh", initializer="xavier_normal")
    return train(network, TrainingConfig(learning_rate=RATE, clip_norm=CLIP, batch_size=None, num_epochs=12), moons)


@pytest.fixture(scope="module")
def frame(run):
    """An index of a frame in the middle, whose step is not its index."""
    return len(run.frames.step) // 2


def layers(params):
    return [(jnp.asarray(entry.weight), jnp.asarray(entry.bias)) for entry in params]


def pass_forward(parameters, inputs):
    """Return pre-activations and activations of every layer, the outputs as probabilities."""
    value, before, after = inputs, [], []
    for layer, (weight, bias) in enumerate(parameters):
        z = value @ weight + bias[None, :]
        value = jnp.tanh(z) if layer < len(parameters) - 1 else jax.nn.softmax(z, axis=1)
        before.append(z)
        after.append(value)
    return before, after


def batch(run):
    rows = run.split.train
    return jnp.asarray(run.dataset.inputs[rows]), jax.nn.one_hot(run.dataset.labels[rows], 2)


def test_gradients_and_clipped_updates_are_those_of_the_step(run, frame):
    step = int(run.frames.step[frame])
    parameters, (inputs, targets) = layers(run.params_at(step)), batch(run)

    def loss(parameters):
        return -jnp.mean(jnp.sum(targets * jnp.log(pass_forward(parameters, inputs)[1][-1]), axis=1))

    gradients = jax.grad(loss)(parameters)
    norm = float(jnp.sqrt(sum(jnp.sum(part**2) for pair in gradients for part in pair)))
    assert norm > 1.2 * CLIP
    for layer, (weight, bias) in enumerate(gradients):
        np.testing.assert_allclose(run.frames.weight_gradient[layer][frame], weight, rtol=1e-3, atol=1e-6)
        np.testing.assert_allclose(run.frames.bias_gradient[layer][frame], bias, rtol=1e-3, atol=1e-6)
        update = -RATE * CLIP / norm * weight
        np.testing.assert_allclose(run.frames.weight_update[layer][frame], update, rtol=1e-3, atol=1e-6)
        moved = run.params_at(step + 1)[layer].weight - run.params_at(step)[layer].weight
        np.testing.assert_allclose(run.frames.weight_update[layer][frame], moved, rtol=1e-2, atol=1e-6)


def test_examples_have_the_values_of_a_plain_forward_pass(run, frame):
    frames = run.frames
    parameters = layers(run.params_at(int(frames.step[frame])))
    before, after = pass_forward(parameters, jnp.asarray(run.dataset.inputs[frames.example_row]))
    for layer in range(3):
        np.testing.assert_allclose(frames.pre_activation[layer][frame], before[layer], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(frames.activation[layer][frame], after[layer], rtol=1e-4, atol=1e-5)
    assert set(frames.example_row) <= set(run.split.test)


def test_the_map_shows_the_answer_and_the_neurons_at_its_points(run, frame):
    frames, data = run.frames, run.dataset.inputs
    low, high = data.min(axis=0), data.max(axis=0)
    np.testing.assert_allclose(frames.grid[:, 0], low - 0.1 * (high - low), rtol=1e-5)
    np.testing.assert_allclose(frames.grid[:, -1], high + 0.1 * (high - low), rtol=1e-5)
    parameters = layers(run.params_at(int(frames.step[frame])))
    for row, column in ((0, 0), (3, 20), (20, 3), (31, 15)):
        point = jnp.array([[frames.grid[0, column], frames.grid[1, row]]])  # the row is the second feature
        _, after = pass_forward(parameters, point)
        np.testing.assert_allclose(frames.grid_output[frame, row, column], after[-1][0], rtol=1e-4, atol=1e-5)
        for layer in range(2):
            shown = frames.grid_activation[layer][frame, row, column]
            np.testing.assert_allclose(shown, after[layer][0], atol=2e-3)  # kept as float16


def test_the_confusion_matrix_has_the_true_class_in_its_rows(run, frame):
    rows = run.split.test
    labels = np.asarray(run.dataset.labels)[rows]
    counts = np.zeros((len(run.frames.step), 2, 2), int)
    for number, step in enumerate(run.frames.step):
        _, after = pass_forward(layers(run.params_at(int(step))), jnp.asarray(run.dataset.inputs[rows]))
        for true, predicted in zip(labels, np.argmax(after[-1], axis=1), strict=True):
            counts[number, true, predicted] += 1
    np.testing.assert_array_equal(run.frames.confusion, counts)
    assert (counts != counts.transpose(0, 2, 1)).any()  # else a transposed one would pass


def test_histograms_count_the_values_of_the_batch_between_their_edges(run, frame):
    frames = run.frames
    parameters, (inputs, targets) = layers(run.params_at(int(frames.step[frame]))), batch(run)
    _, after = pass_forward(parameters, inputs)

    def loss(offsets):
        value = inputs
        for layer, (weight, bias) in enumerate(parameters):
            z = value @ weight + bias[None, :] + offsets[layer]
            value = jnp.tanh(z) if layer < 2 else jax.nn.softmax(z, axis=1)
        return -jnp.mean(jnp.sum(targets * jnp.log(value), axis=1))

    gradients = jax.grad(loss)([jnp.zeros_like(part) for part in after])
    assert frames.histogram_edges[:, [0, -1]].tolist() == [[-1, 1], [-1, 1], [0, 1]]
    for layer in range(3):
        values, edges = np.asarray(after[layer]).ravel(), frames.histogram_edges[layer]
        expected, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
        assert_counts(frames.activation_histogram[frame, layer], expected, values.size)
        logarithms = np.log10(np.abs(np.asarray(gradients[layer])).ravel())
        edges = frames.gradient_histogram_edges
        expected, _ = np.histogram(np.clip(logarithms, edges[0], edges[-1]), edges)
        assert_counts(frames.gradient_histogram[frame, layer], expected, values.size)
        assert frames.gradient_zero_count[frame, layer] == 0


@pytest.mark.parametrize("activation", ["elu", "relu", "sigmoid"])
def test_edges_leave_out_the_few_steps_that_stand_apart(run, activation):
    """Four deviations around the mean, without two of a hundred steps at either end; and no further than φ goes."""
    network = NetworkConfig(layer_sizes=(2, 5, 4, 2), activation=activation, initializer="xavier_normal")
    other = train(network, TrainingConfig(loss="mse_mean", batch_size=None, num_epochs=12), run.dataset)
    phi = PHI[activation]
    inputs, _ = batch(other)
    looked = []
    for step in range(13):
        value, own = np.asarray(inputs, np.float64), []
        for layer, entry in enumerate(other.params_at(step)):
            z = value @ entry.weight + entry.bias
            value = z if layer == 2 else phi(z)
            own.append((value.mean(), value.std()))
        looked.append(own)
    mean, std = np.moveaxis(np.array(looked), 2, 0)
    low, high = np.quantile(mean - 4 * std, 0.02, axis=0), np.quantile(mean + 4 * std, 0.98, axis=0)
    if activation != "elu":
        low[:2] = 0.0
    if activation == "sigmoid":
        high[:2] = 1.0
    edges = other.frames.histogram_edges
    assert edges.shape == (3, 33)
    np.testing.assert_allclose(edges[:, 0], low, rtol=1e-3)
    np.testing.assert_allclose(edges[:, -1], high, rtol=1e-3)
    np.testing.assert_allclose(np.diff(edges, axis=1), np.repeat((edges[:, -1:] - edges[:, :1]) / 32, 32, axis=1))
    norms = np.log10(other.records.pre_activation_grad_norm)
    logarithms = other.frames.gradient_histogram_edges
    assert (logarithms[0], logarithms[-1]) == (np.floor(norms.min() - 4), np.ceil(norms.max()))


def test_a_network_that_says_nothing_has_histograms_too(run):
    """All weights 0: every hidden value is 0, in the middle of an axis of length 1, and no gradient reaches it."""
    network = NetworkConfig(layer_sizes=(2, 5, 4, 2), activation="relu", initializer="zeros")
    frames = train(network, TrainingConfig(batch_size=None, num_epochs=12), run.dataset).frames
    rows = len(run.split.train)
    for layer, units in enumerate((5, 4)):
        np.testing.assert_allclose(frames.histogram_edges[layer], np.linspace(-0.5, 0.5, 33))
        counts = np.zeros(32, int)
        counts[16] = rows * units
        np.testing.assert_array_equal(frames.activation_histogram[3, layer], counts)
        assert frames.gradient_zero_count[3, layer] == rows * units and not frames.gradient_histogram[3, layer].any()
    assert frames.gradient_zero_count[3, 2] == 0 and frames.gradient_histogram[3, 2].sum() == 2 * rows
    assert np.isfinite(frames.gradient_histogram_edges).all()
    assert frames.histogram_edges[2][[0, -1]].tolist() == [0.0, 1.0]


def test_steps_are_looked_at_in_groups_of_one_size(run, monkeypatch):
    """Another size would be another program."""
    sizes, inspect = [], frames_module.inspect_steps

    def counted(moments, *arguments, shape):
        sizes.append(len(moments.step))
        return inspect(moments, *arguments, shape=shape)

    monkeypatch.setattr(frames_module, "inspect_steps", counted)
    for epochs in (6, 12):
        again = train(run.network, replace(run.training, num_epochs=epochs), run.dataset)
        np.testing.assert_array_equal(again.frames.weight[0][-1], again.params_at(epochs)[0].weight)
    assert sizes == [8, 8, 8]


def test_each_layer_of_a_deeper_network_has_its_own_numbers(short_run):
    frames = short_run.frames
    assert [weight.shape[1:] for weight in frames.weight] == [(2, 8), (8, 8), (8, 8), (8, 8), (8, 2)]
    for frame in (3, len(frames.step) - 2):
        step = int(frames.step[frame])
        now, then = short_run.params_at(step), short_run.params_at(step + 1)
        for layer in range(5):
            np.testing.assert_array_equal(frames.weight[layer][frame], now[layer].weight)
            np.testing.assert_array_equal(frames.bias[layer][frame], now[layer].bias)
            moved, shifted = then[layer].weight - now[layer].weight, then[layer].bias - now[layer].bias
            np.testing.assert_allclose(frames.weight_update[layer][frame], moved, rtol=1e-2, atol=1e-6)
            np.testing.assert_allclose(frames.bias_update[layer][frame], shifted, rtol=1e-2, atol=1e-6)
            np.testing.assert_allclose(-0.5 * frames.weight_gradient[layer][frame], moved, rtol=1e-2, atol=1e-6)
            np.testing.assert_allclose(-0.5 * frames.passes.weight_gradient[layer][frame], moved, rtol=1e-2, atol=1e-6)
        value = frames.example_input.astype(np.float64)
        for layer in range(4):
            z = value @ now[layer].weight + now[layer].bias
            value = 1 / (1 + np.exp(-z))
            np.testing.assert_allclose(frames.pre_activation[layer][frame], z, rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(frames.activation[layer][frame], value, rtol=1e-4, atol=1e-5)


def assert_counts(found, expected, total):
    """A value on an edge may fall to either side of it by rounding."""
    assert found.sum() == expected.sum() == total
    assert np.abs(np.asarray(found, int) - expected).sum() <= 2
    assert (expected > 0).sum() > 1


def test_a_small_run_has_a_frame_for_every_step_and_a_longer_or_wider_one_a_selection(run):
    def frames_of(epochs):
        return train(run.network, TrainingConfig(batch_size=None, num_epochs=epochs), run.dataset).frames

    small, long = frames_of(400), frames_of(401)
    assert small.step.tolist() == list(range(401))
    assert not np.array_equal(small.weight[0][120], small.weight[0][121])
    np.testing.assert_array_equal(small.weight[0][120] + small.weight_update[0][120], small.weight[0][121])
    assert 90 <= len(long.step) <= MAX_FRAMES and long.step[-1] == 401
    assert count_frames((2, 8, 8, 2), 32, 2, 400) == 401 > MAX_FRAMES == count_frames((2, 32, 32, 2), 32, 2, 400)
