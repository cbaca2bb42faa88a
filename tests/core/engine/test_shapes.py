"""The widest, the deepest and the smallest networks; frames of padded networks; bounds on memory."""

import numpy as np
import pytest

from simulator.core.datasets import Dataset, load_dataset
from simulator.core.engine.execution import MAX_SNAPSHOTS, SNAPSHOT_BYTES
from simulator.core.engine.shapes import DEPTHS, shape_for
from simulator.core.network import NetworkConfig, forward
from simulator.core.run import train
from simulator.core.training import TrainingConfig
from simulator.errors import InputError

SHORT = TrainingConfig(num_epochs=1, batch_size=16, learning_rate=0.01)


@pytest.fixture(scope="module")
def images():
    random = np.random.default_rng(0)
    return Dataset.from_arrays(random.standard_normal((60, 784)).astype(np.float32), np.arange(60) % 3)


@pytest.mark.parametrize("hidden", [(1,), (1024,)])
def test_extreme_widths_give_the_outputs_of_the_reference(images, hidden):
    run = train(NetworkConfig(layer_sizes=(784, *hidden, 3), activation="tanh"), SHORT, images)
    expected = [forward(run.final_params, row, run.network).activation[-1] for row in images.inputs[:3]]
    np.testing.assert_allclose(run.predict(images.inputs[:3]), np.stack(expected), rtol=1e-3, atol=1e-5)
    assert np.isfinite(run.records.loss).all()


def test_a_large_network_repeats_itself_exactly(images):
    network = NetworkConfig(layer_sizes=(784, 256, 256, 3))
    one, two = train(network, SHORT, images), train(network, SHORT, images)
    for first, second in zip(one.records, two.records, strict=True):
        np.testing.assert_array_equal(first, second)
    for first, second in zip(one.params_at(2), two.execution.params_at(2), strict=True):
        np.testing.assert_array_equal(first.weight, second.weight)


def test_a_network_that_would_not_fit_is_refused_at_once():
    network = NetworkConfig(layer_sizes=(2, *(1024,) * 100, 2))
    with pytest.raises(InputError, match=r"would need about .* MB"):
        train(network, TrainingConfig(optimizer="adam"), load_dataset("moons"))


def test_certain_layers_are_those_every_network_of_the_bucket_has():
    for depth in range(1, DEPTHS[-1] + 1):
        network = NetworkConfig(layer_sizes=(2, *(8,) * depth, 2))
        shape = shape_for(network, SHORT, batch=16, rows=10, validation_rows=0)
        assert shape.certain_depth <= depth <= shape.depth


def test_snapshots_and_records_of_a_long_run_stay_bounded():
    training = TrainingConfig(batch_size=None, num_epochs=30_000, learning_rate=0.01)
    run = train(NetworkConfig(layer_sizes=(2, 8, 2)), training, load_dataset("moons", num_rows=40))
    assert len(run.records.step) <= training.max_records
    assert run.records.step[-1] == run.num_steps == 30_000
    assert len(run.execution.snapshots) <= MAX_SNAPSHOTS + 2
    assert SNAPSHOT_BYTES <= 64 * 2**20
    np.testing.assert_array_equal(run.params_at(17_001)[0].weight, run.params_at(17_001)[0].weight)


def test_frames_show_what_the_reference_computes():
    dataset = load_dataset("circles")
    network = NetworkConfig(layer_sizes=(2, 7, 5, 2), activation="sigmoid")
    run = train(network, TrainingConfig(num_epochs=5, scaling="standard"), dataset)
    frames = run.frames
    assert frames.num_units == (2, 7, 5, 2)
    assert set(frames.step.tolist()) <= set(run.records.step.tolist())
    np.testing.assert_array_equal(run.records.step[frames.record], frames.step)
    for frame in (0, len(frames.step) - 1):
        params = run.params_at(int(frames.step[frame]))
        for layer, entry in enumerate(params):
            np.testing.assert_array_equal(frames.weight[layer][frame], entry.weight)
        expected = forward(params, frames.example_input[3], run.network)
        for layer in range(3):
            np.testing.assert_allclose(
                frames.pre_activation[layer][frame, 3], expected.pre_activation[layer], rtol=1e-4, atol=1e-5
            )
            np.testing.assert_allclose(
                frames.activation[layer][frame, 3], expected.activation[layer], rtol=1e-4, atol=1e-5
            )
        norm = np.linalg.norm(frames.weight_gradient[1][frame])
        assert norm == pytest.approx(run.records.weight_grad_norm[frames.record[frame], 1], rel=1e-4)
    between = frames.step[1]
    moved = run.params_at(int(between) + 1)[0].weight - run.params_at(int(between))[0].weight
    np.testing.assert_allclose(frames.weight_update[0][1], moved, rtol=1e-3, atol=1e-7)
    assert frames.confusion.sum(axis=(1, 2)).tolist() == [len(run.split.test)] * len(frames.step)
    assert (frames.activation_histogram.sum(axis=2) == frames.activation_histogram[:1].sum(axis=2)).mean() > 0.5
    point = np.array([[frames.grid[0, 4], frames.grid[1, 9]]])
    np.testing.assert_allclose(frames.grid_output[-1, 9, 4], run.predict(point)[0], rtol=1e-3, atol=1e-5)
