"""The widest, the deepest and the smallest networks; frames of padded networks; bounds on memory."""

import numpy as np
import pytest

from simulator.core.datasets import Dataset, load_dataset
from simulator.core.engine.cost import seconds_per_step
from simulator.core.engine.execution import MAX_SNAPSHOTS, SNAPSHOT_BYTES
from simulator.core.engine.frames import MAX_FRAMES, count_frames
from simulator.core.engine.memory import needed_megabytes
from simulator.core.engine.shapes import DEPTHS, shape_for
from simulator.core.engine.weights import weight_shapes
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


@pytest.mark.parametrize(
    ("hidden", "width"),
    [
        (1, 8),
        (8, 8),
        (9, 16),
        (17, 32),
        (64, 64),
        (65, 128),
        (256, 256),
        (257, 384),
        (385, 512),
        (700, 768),
        (769, 1024),
    ],
)
def test_a_network_runs_in_the_narrowest_program_that_holds_it(hidden, width):
    shape = shape_for(NetworkConfig(layer_sizes=(2, hidden, 3, 2)), SHORT, batch=17, rows=10, validation_rows=65)
    assert (shape.width, shape.inputs, shape.outputs, shape.depth, shape.scanned) == (width, 8, 8, 2, False)
    assert (shape.batch, shape.rows, shape.validation_rows) == (32, 2048, 256)


@pytest.mark.parametrize(
    ("layers", "depth", "scanned"), [(3, 4, False), (11, 16, False), (30, 30, False), (31, 50, True), (51, 100, True)]
)
def test_more_than_thirty_layers_are_a_loop(layers, depth, scanned):
    network = NetworkConfig(layer_sizes=(9, *(8,) * layers, 9))
    shape = shape_for(network, SHORT, batch=1, rows=3000, validation_rows=0)
    assert (shape.depth, shape.scanned, shape.inputs, shape.outputs) == (depth, scanned, 16, 16)
    assert (shape.batch, shape.rows, shape.validation_rows, shape.extras) == (16, 4096, 64, False)


@pytest.mark.parametrize(("width", "large"), [(443, False), (444, True)])
def test_a_large_network_has_a_program_of_its_own(width, large):
    """From 200,000 parameters on no room is left for other depths and optimizers."""
    network = NetworkConfig(layer_sizes=(2, width, width, 4, 2))
    assert (network.num_parameters > 200_000) == large
    shape = shape_for(network, TrainingConfig(optimizer="adam"), batch=32, rows=10, validation_rows=0)
    assert (shape.slots, shape.flat, shape.depth) == ((2, False, 3) if large else (None, True, 4))
    assert shape.certain_depth == 3


def test_what_a_run_needs_is_added_up_by_hand():
    """2-8-8-2 with a batch of 32: how many numbers there are, how many milliseconds and megabytes they make."""
    shape = shape_for(NetworkConfig(layer_sizes=(2, 8, 8, 2)), SHORT, batch=32, rows=3000, validation_rows=0)
    weights = [array for array in weight_shapes(shape) if array is not None]
    parameters = sum(int(np.prod(array)) for array in weights)
    numbers = 32 * 8 * 3  # that go through the layers
    microseconds = 5 + 5 * 2 + 0.007 * numbers + 0.004 * parameters + 6 * parameters * 32 / 80e3
    assert seconds_per_step(shape) == pytest.approx(1e-6 * microseconds)
    wide = shape._replace(width=1024, depth=30, batch=512, slots=2)
    parameters = sum(int(np.prod(array)) for array in weight_shapes(wide) if array is not None)
    kept = parameters * (1 + 1 + 1 + 1 + 2 * 2 + 2 * 3) + 8 * 30 * 512 * 1024 + 4096 * (8 + 8)
    assert needed_megabytes(wide, TrainingConfig(optimizer="adam")) == round(4 * kept / 1024**2)
    assert (
        needed_megabytes(wide, SHORT)
        < needed_megabytes(wide, TrainingConfig(optimizer="momentum"))
        < round(4 * kept / 1024**2)
    )


def test_frames_take_what_they_may_take():
    """2-32-…-32-2 with twenty hidden layers and a map of 32 x 32 points: a frame has 1.78 MB, 48 MB hold 28."""
    weights = 3 * 32 + 19 * 33 * 32 + 33 * 2
    units = 20 * 32 + 2
    of_examples = 16 * 2 * 4 * units + 4 * 5 * 4 * units  # two numbers of 16 examples, five of four passes, float32
    size = 4 * 4 * weights + of_examples + 32 * 32 * (2 * 20 * 32 + 4 * 2) + 4 * 22 * 2 * 32
    assert count_frames((2, *[32] * 20, 2), 32, 2, 10_000) == 48 * 2**20 // size == 28
    assert count_frames((2, 32, 2), 0, 2, 10_000) == MAX_FRAMES


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


@pytest.mark.parametrize(
    ("layers", "depth", "certain"),
    [
        (0, 0, 0),
        (1, 2, 1),
        (2, 2, 1),
        (4, 4, 3),
        (5, 6, 5),
        (6, 6, 5),
        (7, 10, 7),
        (16, 16, 11),
        (17, 20, 17),
        (21, 30, 21),
    ],
)
def test_a_network_runs_in_the_shallowest_program_that_holds_it(layers, depth, certain):
    network = NetworkConfig(layer_sizes=(2, *(8,) * layers, 2))
    shape = shape_for(network, SHORT, batch=16, rows=10, validation_rows=0)
    assert (shape.depth, shape.certain_depth, shape.scanned) == (depth, certain, False)


@pytest.mark.parametrize(
    ("features", "rows", "inputs", "padded"),
    [
        (8, 2049, 8, 4096),
        (9, 10, 16, 2048),
        (64, 10, 64, 2048),
        (65, 10, 128, 16),
        (784, 2049, 784, 4096),
        (785, 1, 1024, 1),
    ],
)
def test_rows_are_padded_to_a_power_of_two_and_wide_ones_to_no_more(features, rows, inputs, padded):
    network = NetworkConfig(layer_sizes=(features, 2))
    shape = shape_for(network, SHORT, batch=16, rows=rows, validation_rows=257)
    assert (shape.inputs, shape.rows, shape.validation_rows) == (inputs, padded, 1024)


def test_a_size_for_which_there_is_a_program_is_not_padded():
    def shape(inputs=2, width=3, validation_rows=0):
        network = NetworkConfig(layer_sizes=(inputs, width, 2))
        return shape_for(network, SHORT, batch=16, rows=10, validation_rows=validation_rows)

    for size in (8, 16, 32, 64, 128, 256, 512, 784):
        assert shape(inputs=size).inputs == size < shape(inputs=size + 1).inputs <= 2 * size
    assert shape(width=1024).width == 1024
    for size in (8, 16, 32, 64, 128, 256, 384, 512, 768):
        assert shape(width=size).width == size < shape(width=size + 1).width <= 2 * size
    for size in (64, 256, 1024, 4096):
        assert shape(validation_rows=size).validation_rows == size
        assert shape(validation_rows=size + 1).validation_rows == 4 * size


@pytest.mark.parametrize("extra", [{"normalization": "layer"}, {"dropout": 0.1}, {"residual": True}])
def test_each_extra_needs_the_program_with_all_of_them(extra):
    plain, own = (NetworkConfig(layer_sizes=(2, 8, 8, 2), **one) for one in ({}, extra))
    of_plain, of_own = (shape_for(one, SHORT, batch=16, rows=10, validation_rows=0) for one in (plain, own))
    assert not of_plain.extras and of_own == of_plain._replace(extras=True)


def test_frames_of_every_step_need_little_room():
    """2-12-8-2 has 158 parameters and 22 units: 3 · 158 + (32 + 20) · 22 = 1,618 numbers a frame, 600,000 in all."""
    sizes = (2, 12, 8, 2)
    assert count_frames(sizes, 0, 2, 369) == 370 and count_frames(sizes, 0, 2, 370) == MAX_FRAMES
    assert count_frames((1, 1), 0, 1, 400) == 401 and count_frames((1, 1), 0, 1, 401) == MAX_FRAMES
    assert count_frames((64, 32, 10), 0, 10, 100) == MAX_FRAMES  # 9,414 numbers
    assert count_frames((2, *[32] * 100, 2), 32, 2, 10_000) == 8  # 5 would fit
