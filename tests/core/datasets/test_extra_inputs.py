"""Inputs made of two others: their values, their names, and a run, a map and an answer that are computed with them."""

import numpy as np
import pytest

from simulator.core.datasets import EXTRA_INPUTS, feature_labels, load_dataset, with_extra_inputs
from simulator.core.network import NetworkConfig, forward
from simulator.core.run import Run, train
from simulator.core.training import TrainingConfig
from simulator.errors import InputError


@pytest.fixture(scope="module")
def run() -> Run:
    dataset = with_extra_inputs(load_dataset("circles", num_rows=80), EXTRA_INPUTS)
    training = TrainingConfig(num_epochs=3, scaling="standard", learning_rate=0.3)
    return train(NetworkConfig(layer_sizes=(7, 2)), training, dataset)


def test_they_are_squares_the_product_and_sines():
    dataset = load_dataset("moons", num_rows=50)
    x, y = dataset.inputs.astype(np.float64).T
    made = with_extra_inputs(dataset, EXTRA_INPUTS)
    expected = np.stack([x, y, x**2, y**2, x * y, np.sin(x), np.sin(y)], axis=1)
    np.testing.assert_allclose(made.inputs, expected, rtol=1e-6, atol=1e-7)
    assert feature_labels("ko", made) == ("x1", "x2", "x1²", "x2²", "x1·x2", "sin x1", "sin x2")
    assert (made.num_features, made.num_own_features) == (7, 2)


def test_their_order_is_always_the_same_and_none_is_the_data_set_itself():
    dataset = load_dataset("xor")
    made = with_extra_inputs(dataset, ["sin_x1", "x1_squared"])
    assert made.extra_inputs == ("x1_squared", "sin_x1")
    assert with_extra_inputs(dataset, []) is dataset


def test_only_two_inputs_make_more():
    with pytest.raises(InputError, match="two inputs"):
        with_extra_inputs(load_dataset("iris"), ["product"])
    with pytest.raises(InputError, match="sin_x3"):
        with_extra_inputs(load_dataset("moons"), ["sin_x3"])


def test_the_map_and_the_answers_are_computed_with_them(run):
    frames, params = run.frames, run.final_params
    for row, column in ((0, 0), (7, 25), (31, 12)):
        x, y = float(frames.grid[0, column]), float(frames.grid[1, row])
        seen = np.array([x, y, x * x, y * y, x * y, np.sin(x), np.sin(y)])
        scaled = (seen - run.scaler.offset) / run.scaler.scale
        expected = forward(params, scaled.astype(np.float32), run.network).activation[-1]
        np.testing.assert_allclose(frames.grid_output[-1, row, column], expected, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(run.predict([[x, y]])[0], expected, rtol=1e-4, atol=1e-5)


def test_with_squares_one_layer_parts_circles_and_without_it_cannot(run):
    dataset = load_dataset("circles", num_rows=80)
    training = TrainingConfig(num_epochs=60, learning_rate=1.0)
    without = train(NetworkConfig(layer_sizes=(2, 2)), training, dataset)
    squares = with_extra_inputs(dataset, ["x1_squared", "x2_squared"])
    parted = train(NetworkConfig(layer_sizes=(4, 2)), training, squares)
    assert parted.records.accuracy[-5:].mean() > 0.95 > 0.75 > without.records.accuracy[-5:].mean()
