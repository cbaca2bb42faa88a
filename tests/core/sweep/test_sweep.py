"""A map's pixels are the runs of ``train``: every axis, any executor, coarse first, each pixel once."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import simulator as sim
from simulator.core.sweep.axes import AXES
from simulator.core.sweep.chunk import CHUNK_BYTES, compute, largest_chunk
from simulator.core.sweep.here import Here
from simulator.core.sweep.map import STAYED, UNKNOWN
from simulator.core.sweep.plan import levels, plan, strides
from simulator.errors import InputError

NETWORK = sim.NetworkConfig(layer_sizes=(2, 8, 2), activation="tanh", initializer="normal", initializer_std=0.5)
TRAINING = sim.TrainingConfig(batch_size=8, num_epochs=10, optimizer="momentum", momentum=0.5, seed=3)
DATASET = sim.load_dataset("moons", num_rows=40)
SAME = 2e-4
"""Relative: rounding grows along a run; at these settings training is not chaotic."""


def outcome(run: sim.Run) -> tuple[float, float, int]:
    """Return first loss, final loss and the step at which a run left (−1: it converged), from its records."""
    loss = run.records.loss.astype(np.float64)
    assert len(loss) == run.num_steps + 1
    final = loss[-max(run.steps_per_epoch, run.num_steps // 20) :].mean()
    below = [step for step in range(len(loss)) if loss[step] < loss[0]]
    stayed = np.isfinite(final) and final < loss[0]
    return loss[0], final, -1 if stayed else max(below, default=0) + 1


@pytest.mark.parametrize(
    ("axes", "optimizer"),
    [
        ({"learning_rate": [0.03, 0.3], "momentum": [0.0, 0.6]}, "momentum"),
        ({"initializer_std": [0.1, 0.8], "l2": [0.0, 0.01]}, "sgd"),
        ({"weight_decay": [0.0, 0.3], "learning_rate": [0.003, 0.03]}, "adamw"),
        ({"depth": [1, 2, 3], "width": [3, 8]}, "sgd"),
        ({"batch_size": [4, 32], "bias_std": [0.0, 0.5]}, "nesterov"),
    ],
)
def test_every_pixel_is_the_run_that_train_makes(axes, optimizer):
    found = sim.sweep(NETWORK, replace(TRAINING, optimizer=optimizer), DATASET, axes, executor=Here())
    assert found.start_loss.shape == tuple(len(values) for values in axes.values())
    for pixel in np.ndindex(found.start_loss.shape):
        network, training = found.configuration(*pixel)
        start, final, left = outcome(sim.train(network, training, DATASET))
        assert found.start_loss[pixel] == pytest.approx(start, rel=SAME)
        assert found.final_loss[pixel] == pytest.approx(final, rel=SAME)
        assert found.left_step[pixel] == left
    assert found.known.all() and len(set(found.final_loss.ravel().tolist())) == found.final_loss.size


def test_dropout_normalization_schedules_and_clipping_are_those_of_a_single_run():
    network = sim.NetworkConfig(layer_sizes=(2, 8, 8, 2), activation="tanh", normalization="batch", dropout=0.2)
    training = sim.TrainingConfig(num_epochs=4, schedule="cosine", clip_norm=0.1, optimizer="adam", patience=1)
    found = sim.sweep(network, training, DATASET, {"learning_rate": [0.01, 0.05], "l2": [0.0, 0.1]}, executor=Here())
    for pixel in np.ndindex(2, 2):
        network, training = found.configuration(*pixel)
        whole = sim.TrainingConfig(**{**training.__dict__, "patience": None})
        assert found.final_loss[pixel] == pytest.approx(outcome(sim.train(network, whole, DATASET))[1], rel=SAME)


def test_a_diverging_run_is_called_so_and_says_when_it_left():
    data = sim.load_dataset("sine", num_rows=30)
    network = sim.NetworkConfig(layer_sizes=(1, 8, 1), activation="relu")
    training = sim.TrainingConfig(loss="mse_mean", batch_size=None, num_epochs=30)
    found = sim.sweep(network, training, data, {"learning_rate": [0.01, 50.0], "l2": [0.0, 1e-4]}, executor=Here())
    assert found.converged.tolist() == [[True, True], [False, False]]
    for column in range(2):
        _, final, left = outcome(sim.train(*found.configuration(1, column), data))
        assert not np.isfinite(final) and not np.isfinite(found.final_loss[1, column])
        assert found.left_step[1, column] == left


def test_coarse_first_and_each_pixel_once():
    assert strides((128, 128)) == [8, 4, 2, 1]
    seen = [pixel for _, pixels in levels((40, 12)) for pixel in pixels]
    assert len(seen) == len(set(seen)) == 480
    stride, first = next(iter(levels((40, 12))))
    assert stride == 4 and set(first) == {(row, column) for row in range(0, 40, 4) for column in range(0, 12, 4)}


def test_what_is_shown_on_the_way_is_the_coarse_map():
    axes = {"learning_rate": np.geomspace(0.01, 1.0, 20), "momentum": np.linspace(0.0, 0.8, 5)}
    shown, told = [], []
    found = sim.sweep(
        NETWORK,
        TRAINING,
        DATASET,
        axes,
        executor=Here(),
        progress=lambda done, total: told.append((done, total)),
        show=shown.append,
    )
    assert [one.stride for one in shown] == [2, 1]
    coarse = np.zeros((20, 5), bool)
    coarse[::2, ::2] = True
    assert (shown[0].known == coarse).all() and np.isnan(shown[0].final_loss[~coarse]).all()
    assert (shown[0].final_loss[coarse] == found.final_loss[coarse]).all()
    assert told == [(30, 100), (100, 100)]


def test_stopping_keeps_what_is_done():
    axes = {"learning_rate": np.geomspace(0.01, 1.0, 20), "momentum": np.linspace(0.0, 0.8, 5)}
    found = sim.sweep(NETWORK, TRAINING, DATASET, axes, executor=Here(), progress=lambda _done, _total: False)
    assert found.known.sum() == 30 and (found.left_step[~found.known] == UNKNOWN).all()
    assert not found.converged[~found.known].any() and (found.left_step[found.converged] == STAYED).all()


def test_any_executor_gives_the_same_numbers():
    axes = {"depth": [1, 2, 3], "learning_rate": np.geomspace(0.01, 1.0, 6)}
    here = sim.sweep(NETWORK, TRAINING, DATASET, axes, executor=Here())
    with ThreadPoolExecutor(2) as pool:
        there = sim.sweep(NETWORK, TRAINING, DATASET, axes, executor=pool)
    np.testing.assert_array_equal(here.final_loss, there.final_loss)
    np.testing.assert_array_equal(here.left_step, there.left_step)


def test_a_chunk_can_be_sent_to_another_process():
    work = plan(NETWORK, TRAINING, DATASET, {"learning_rate": (0.1, 0.2), "momentum": (0.0, 0.5)})
    assert len(work) == 1
    sent = pickle.loads(pickle.dumps(work[0].chunk))
    np.testing.assert_array_equal(compute(sent).final, compute(work[0].chunk).final)


def test_the_memory_of_a_chunk_does_not_grow_with_the_network():
    wide = sim.NetworkConfig(layer_sizes=(2, 512, 512, 512, 2))
    assert 1 <= largest_chunk(wide, TRAINING, 40) < largest_chunk(NETWORK, TRAINING, 40)
    assert largest_chunk(wide, TRAINING, 40) * wide.num_parameters * 4 < CHUNK_BYTES


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({"learning_rate": [0.1]}, "A map has two axes. Got 1"),
        ({"learning_rate": [0.1], "size": [1]}, "axes"),
        ({"learning_rate": [0.1], "momentum": [1.5]}, "momentum"),
        ({"learning_rate": ["a"], "momentum": [0.5]}, "list of numbers"),
        ({"learning_rate": [], "momentum": [0.5]}, "learning_rate"),
        ({"learning_rate": [0.1], "depth": [1.5]}, "depth"),
    ],
)
def test_what_no_map_can_have_is_said_before_anything_is_computed(axes, words):
    with pytest.raises(InputError, match=words):
        sim.sweep(NETWORK, TRAINING, DATASET, axes)


def test_every_axis_has_a_test():
    tested = {"learning_rate", "momentum", "initializer_std", "bias_std", "l2", "weight_decay"}
    assert tested | {"depth", "width", "batch_size"} == set(AXES)
