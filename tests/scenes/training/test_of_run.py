"""Pictures of real runs, by name."""

import numpy as np
import pytest

from simulator.core.datasets import load_dataset
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig
from simulator.errors import InputError
from simulator.scenes.training.pictures.of_run import picture_names, run_picture


@pytest.fixture(scope="module")
def planar():
    return train(
        NetworkConfig(layer_sizes=(2, 8, 8, 2)), TrainingConfig(num_epochs=4), load_dataset("moons", num_rows=60)
    )


def test_every_picture_of_a_run_can_be_asked_for_by_name(planar):
    names = picture_names(planar)
    assert {"network", "map", "loss", "confusion", "bars_update_ratio", "curves_zero_fraction"} <= set(names)
    assert "fit" not in names
    for name in names:
        picture = run_picture(planar, name, "ko")
        assert picture.title and len(picture.step) == len(planar.frames.step), name


def test_the_curve_of_a_regression_is_what_the_run_predicts():
    network, training = NetworkConfig(layer_sizes=(1, 8, 1)), TrainingConfig(loss="mse_mean", num_epochs=4)
    run = train(network, training, load_dataset("sine", num_rows=40))
    assert "map" not in picture_names(run) and "accuracy" not in picture_names(run)
    rows = run_picture(run, "fit", "en").rows("now", -1)
    inputs = np.array([[row["x"]] for row in rows], np.float32)
    np.testing.assert_allclose([row["y"] for row in rows], run.predict(inputs)[:, 0], rtol=1e-5, atol=1e-6)


def test_a_picture_that_a_run_does_not_have_is_refused_with_the_choices(planar):
    with pytest.raises(InputError, match="Choose one of: network"):
        run_picture(planar, "fit", "en")
