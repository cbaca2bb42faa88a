"""What is computed before anyone asks."""

from simulator.scenes.atlas.numbers import MAP
from simulator.scenes.atlas.settings import Atlas
from simulator.scenes.optimizer_race.numbers import RACE
from simulator.scenes.optimizer_race.settings import OptimizerRace
from simulator.scenes.registry import scene_named
from simulator.scenes.warmup import first_sights, tabs, tasks


def test_the_first_picture_of_a_page_is_there_before_it_is_opened(monkeypatch):
    asked = []
    monkeypatch.setattr(type(RACE), "of", lambda numbers, settings: asked.append((numbers, settings)))
    for task in first_sights():
        task()
    assert {(id(numbers), settings) for numbers, settings in asked} >= {(id(RACE), OptimizerRace()), (id(MAP), Atlas())}
    assert all(numbers.long for numbers, _ in asked)


def test_the_tabs_that_compile_for_long_are_there_before_they_are_opened(monkeypatch):
    asked = []
    monkeypatch.setattr(type(RACE), "of", lambda numbers, settings: asked.append((numbers, settings)))
    for task in tabs():
        task()
    scene = scene_named("generalization")
    settings = {id(numbers): settings for numbers, settings in asked}
    for panel in ("stopping", "capacity", "rates", "normalized"):
        assert settings[id(scene.view(panel).numbers)] == scene.settings()
    assert settings[id(scene.view("dropout").numbers)] == scene.presets["dropout"].settings
    assert len(asked) == len(settings) == 5
    assert len(list(tasks())) > len(asked)
