"""Pictures of one number a layer, and the numbers in them."""

import numpy as np
import pytest

from simulator.drawing.axes import linear_range, log_range
from simulator.drawing.thinning import spread, thin
from simulator.scenes.training.pictures.histograms import activation_histograms, gradient_histograms
from simulator.scenes.training.pictures.layer_bars import layer_bars
from simulator.scenes.training.pictures.layer_curves import MAX_ZEROS, layer_curves
from tests import fakes


@pytest.fixture(scope="module")
def run():
    return fakes.trained((8, 8))


def test_thinning_keeps_first_last_spike_and_what_is_not_finite():
    values = np.sin(np.linspace(0, 9, 5000))
    values[1234], values[3000] = 50.0, np.nan
    chosen = thin(values, 100)
    assert len(chosen) <= 100
    assert {0, 4999, 1234, 3000} <= set(chosen.tolist())


@pytest.mark.parametrize("n", [1, 4, 99, 100, 101, 102, 1001])
def test_thinning_never_leaves_the_series_and_never_grows(n):
    chosen = thin(np.arange(n, dtype=float), 100)
    assert len(chosen) <= min(n, 100)
    assert chosen[0] == 0 and chosen[-1] == n - 1 and (np.diff(chosen) > 0).all()


def test_labels_that_meet_move_apart_and_keep_their_order():
    placed = spread(np.array([0.9, 0.1, 0.11, 0.12]), 0.0, 1.0, 0.1)
    assert np.diff(np.sort(placed)).min() > 0.1 - 1e-9
    assert np.argsort(placed).tolist() == [1, 2, 3, 0]
    assert placed.min() >= 0.0 and placed.max() <= 1.0


def test_axes_hold_every_finite_value_and_only_whole_powers_of_ten():
    values = np.array([3e-7, 2.0, 0.0, np.nan, np.inf])
    domain, ticks = log_range(values)
    assert domain == [1e-7, 10.0]
    np.testing.assert_allclose(np.log10(ticks), np.round(np.log10(ticks)), atol=1e-9)
    assert linear_range(np.array([np.nan])) == [0.0, 1.0]


def test_bars_run_from_the_output_back_to_the_input_and_keep_their_axis(run):
    records, frames, *_ = run
    picture = layer_bars(records, frames, "pre_activation_grad_norm", "en")
    for frame in (0, 30):
        rows = picture.rows("now", frame)
        assert [row["name"] for row in rows] == ["output", "2", "1"]
        recorded = records.pre_activation_grad_norm[frames.record[frame], ::-1]
        np.testing.assert_allclose([row["value"] for row in rows], recorded)
    low, high = picture.signals["log_domain"]
    assert low <= records.pre_activation_grad_norm.min() and records.pre_activation_grad_norm.max() <= high


def test_a_norm_of_zero_and_one_that_is_not_finite_stay_in_the_picture(run):
    records, frames, *_ = run
    norms = records.pre_activation_grad_norm.copy()
    norms[:, 0], norms[:, 1] = 0.0, np.inf
    picture = layer_bars(records._replace(pre_activation_grad_norm=norms), frames, "pre_activation_grad_norm", "en")
    values = {row["name"]: (row["value"], row.get("value_note")) for row in picture.rows("now")}
    assert values["1"] == (0.0, None) and values["2"] == (None, "∞")
    lines = layer_curves(records._replace(pre_activation_grad_norm=norms), frames, "pre_activation_grad_norm", "en")
    assert {row["layer"] for row in lines.rows("zeros")} == {0}
    assert all(row["value"] is None for row in lines.rows("curve") if row["layer"] < 2)


def test_zeros_of_several_layers_stand_apart_and_each_layer_has_some(run):
    records, frames, *_ = run
    norms = records.pre_activation_grad_norm.copy()
    norms[1:, :2] = 0.0
    picture = layer_curves(records._replace(pre_activation_grad_norm=norms), frames, "pre_activation_grad_norm", "en")
    steps, layers = (picture.tables["zeros"][name] for name in ("step", "layer"))
    assert set(layers) == {0, 1}
    assert np.diff(steps).min() >= records.step[-1] / MAX_ZEROS
    assert all(
        norms[np.searchsorted(records.step, step), layer] == 0 for step, layer in zip(steps, layers, strict=True)
    )


def test_curves_show_the_recorded_values(run):
    records, frames, *_ = run
    picture = layer_curves(records, frames, "activation_std", "en")
    for row in picture.rows("curve")[::17]:
        assert row["value"] == records.activation_std[row["step"], row["layer"]]


def test_histograms_keep_every_count(run):
    _, frames, *_ = run
    picture = activation_histograms(frames, "en")
    for frame in (0, -1):
        counted = sum(row["count"] for row in picture.rows("now", frame))
        assert counted == frames.activation_histogram[frame].sum()


def test_zero_gradients_stand_left_of_the_axis(run):
    _, frames, *_ = run
    frames = frames._replace(gradient_zero_count=np.full_like(frames.gradient_zero_count, 7))
    picture = gradient_histograms(frames, "en")
    place = picture.signals["zero_place"]
    zeros = [row for row in picture.rows("now") if row["left"] < place < row["right"] and row["count"]]
    assert [(row["count"], row["from"], row["to"]) for row in zeros] == [(7, 0.0, 0.0)] * 3
    assert place < picture.signals["x_ticks"][0]
