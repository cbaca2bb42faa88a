"""Which work leaves the process that serves pages: what is long or large, and nothing that opens by itself."""

import pytest

from simulator.scenes.registry import SCENES, scene_named
from simulator.scenes.training.numbers import RUN
from simulator.scenes.training.settings import Training
from simulator.ui.work.workers import belongs_here


@pytest.mark.parametrize(
    ("changes", "here"),
    [
        ({}, True),
        ({"data": "digits", "hidden": (128, 128), "epochs": 20}, True),
        ({"rows": 20_000, "epochs": 5000}, False),
        ({"data": "digits", "hidden": (1024,) * 30, "epochs": 1, "batch": 256}, False),
    ],
)
def test_what_is_long_or_large_is_done_elsewhere(changes, here):
    assert belongs_here(RUN, Training().change(**changes)) is here


def test_what_opens_by_itself_is_done_here():
    for scene in map(scene_named, SCENES):
        starts = (scene.settings(), *(preset.settings for preset in scene.presets.values()))
        kinds = {view.numbers for view in scene.views.values() if view.numbers.long}
        assert all(belongs_here(kind, settings) for kind in kinds for settings in starts), scene.name
