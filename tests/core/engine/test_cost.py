"""A run that would take hours gets a sentence before anything is computed; what is meant to be run is far from that."""

import time

import pytest

from simulator.core.datasets import load_dataset
from simulator.core.engine.compilation import num_compilations
from simulator.core.engine.cost import MAX_SECONDS, estimated_cost
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig
from simulator.errors import InputError
from simulator.scenes.registry import SCENES, scene_named
from simulator.scenes.training.numbers import RUN
from simulator.scenes.training.presets import PRESETS
from simulator.scenes.training.settings import EPOCHS, Training

SMALL = NetworkConfig(layer_sizes=(2, 8, 8, 2))


@pytest.mark.parametrize(
    ("layer_sizes", "batch", "rows", "epochs", "measured"),
    [
        ((2, 8, 8, 2), 1, 300, 240, 0.9),
        ((2, 8, 8, 2), 32, 300, 100, 0.016),
        ((2, 8, 8, 2), 256, 20_000, 10, 0.044),
        ((4, 32, 32, 4), 256, 1600, 1000, 0.64),
        ((2, *[8] * 20, 2), 32, 300, 100, 0.1),
        ((64, 64, 64, 64, 64, 10), 32, 1797, 20, 0.23),
        ((2, 64, 64, 64, 64, 2), None, 20_000, 10, 1.1),
        ((2, 128, 128, 2), 512, 20_000, 10, 0.38),
    ],
)
def test_estimates_are_right_within_a_factor_of_three(layer_sizes, batch, rows, epochs, measured):
    network = NetworkConfig(layer_sizes=layer_sizes)
    training = TrainingConfig(batch_size=batch, num_epochs=epochs)
    assert measured / 3 < estimated_cost(network, training, rows).seconds < measured * 3


def test_the_engine_refuses_before_it_compiles():
    before, began = num_compilations(), time.process_time()
    training = TrainingConfig(batch_size=1, num_epochs=100_000)
    with pytest.raises(InputError, match="use fewer epochs or rows, a larger batch, or narrower or fewer layers"):
        train(SMALL, training, load_dataset("moons", num_rows=20_000))
    assert num_compilations() == before
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": 100_000, "rows": 20_000, "batch": 1},
        {"epochs": 100_000, "rows": 20_000},
        {"epochs": 100_000, "hidden": (64,) * 30},
        {"epochs": 1000, "rows": 20_000, "batch": None, "hidden": (512,) * 10},
        {"data": "mnist", "epochs": 2000, "hidden": (512,)},
    ],
)
def test_the_page_refuses_what_would_take_hours_without_loading_anything(changes, monkeypatch):
    monkeypatch.setattr(Training, "dataset", lambda self: pytest.fail("loaded"))
    settings = Training().change(**changes)
    for ask in (RUN.seconds, RUN.of):
        with pytest.raises(InputError) as refused:
            ask(settings)
        assert refused.value.code == "engine:too_long"
        assert "에폭 수나 행 수" in refused.value.in_language("ko")


def test_everything_that_a_scene_starts_with_is_far_from_the_limit():
    slowest = 0.0
    for scene in map(scene_named, SCENES):
        starts = [scene.settings(), *(preset.settings for preset in scene.presets.values())]
        for numbers in {view.numbers for view in scene.views.values() if view.numbers.long}:
            slowest = max(slowest, *(numbers.seconds(settings) for settings in starts))
    assert 3.0 < slowest < MAX_SECONDS / 20


def test_every_preset_can_be_trained_for_as_long_as_the_slider_goes():
    for settings in PRESETS.values():
        assert RUN.seconds(settings.change(epochs=EPOCHS[-1])) < MAX_SECONDS
