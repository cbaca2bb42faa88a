"""What the race says about its numbers, computed again from the records."""

from functools import cache

import numpy as np
import pytest

from simulator.core.training import OPTIMIZERS
from simulator.scenes.optimizer_race.curves import plane_picture
from simulator.scenes.optimizer_race.formulas import update_lines
from simulator.scenes.optimizer_race.numbers import RACE, Race
from simulator.scenes.optimizer_race.scene import SCENE
from simulator.scenes.optimizer_race.settings import OptimizerRace
from simulator.scenes.optimizer_race.state import opened_of
from simulator.scenes.optimizer_race.words import race_words, update_words
from simulator.texts import LANGUAGES
from simulator.texts.numbers import number_text


@cache
def race(preset: str) -> tuple[Race, OptimizerRace]:
    settings = SCENE.presets[preset].settings
    return RACE.of(settings), settings


def test_all_begin_at_one_place_and_the_presets_turn_the_order_round():
    orders = {}
    for preset in ("same", "larger"):
        found, settings = race(preset)
        starts = np.array([one.history.theta[0] for one in found.racers])
        assert (starts == starts[0]).all()
        first = [one.history.gradient[0] for one in found.racers]  # the same mini-batch
        np.testing.assert_allclose(first, np.broadcast_to(first[0], np.shape(first)), rtol=1e-5, atol=1e-8)
        last = [float(one.loss[-1]) for one in found.racers]
        assert [one.optimizer for one in found.order] == [OPTIMIZERS[k] for k in np.argsort(last)]
        orders[preset] = [one.optimizer for one in found.order]
        for language in LANGUAGES:
            said = race_words(language, found, settings)[0]
            assert number_text(min(last)) in said and number_text(max(last)) in said
    adaptive = {"rmsprop", "adam", "adamw"}
    assert set(orders["same"][:3]) == adaptive == set(orders["larger"][-3:])


def test_paths_are_the_places_of_the_recorded_parameters():
    found, _ = race("same")
    for racer, path in zip(found.racers, found.paths, strict=True):
        away = racer.history.theta[found.marks].astype(float) - found.plane.centre
        np.testing.assert_allclose(path, away @ found.plane.axes.T, atol=1e-9)


def test_every_path_carries_its_own_symbol_at_places_of_its_own():
    found, _ = race("same")
    symbols = plane_picture(found, "en").tables["marks"]
    assert sorted(set(symbols["series"])) == list(range(len(OPTIMIZERS)))
    for series, *place in zip(*(symbols[name] for name in ("series", "first", "second")), strict=True):
        assert (np.abs(found.paths[series] - place).max(axis=1) == 0).any()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_formula_holds_the_numbers_of_the_step(optimizer):
    found, settings = race("same")
    settings = settings.change(optimizer=optimizer)
    opened = opened_of(found, settings)
    at = settings.parameter
    theta = found.racer(optimizer).history.theta[:, at]
    *_, (_, written) = update_lines(settings.training(optimizer), opened, 7)
    assert written.startswith(f"w ← {number_text(float(theta[7]))} − 0.001 × ")
    assert written.endswith(f" = {number_text(float(theta[8]))}")
    for language in LANGUAGES:
        said = update_words(language, settings, opened, 7)
        assert number_text(float(theta[8])) in said
        assert number_text(float(opened.change[7])) in said


def test_a_weight_without_a_gradient_is_said():
    found, settings = race("same")
    never = settings.change(row=5, column=1)  # a pixel that is never inked
    assert not opened_of(found, never).gradient.any()
    for language in LANGUAGES:
        assert "315" in SCENE.panel("state", never, language).sentences[0]
        assert len(SCENE.panel("state", never, language).sentences) == 1


def test_the_rare_pixel_moves_farther_under_adam_than_its_gradients_alone_would():
    found, settings = race("rare")
    opened = opened_of(found, settings)
    active = np.count_nonzero(opened.gradient)
    assert 0 < active < 0.2 * len(opened.gradient)
    assert abs(opened.after[-1] - opened.weight[0]) > 20 * abs(settings.rate * opened.gradient.sum())


def test_a_node_that_is_not_there_is_replaced():
    found, errors = SCENE.read({"width": "8", "node": "20"})
    assert found.node == 8 and len(errors) == 1
