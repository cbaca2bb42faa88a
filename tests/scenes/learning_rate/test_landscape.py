"""A network's loss on a plane: what is drawn and said, against the run and the plane made anew."""

import numpy as np
import pytest

from simulator.core.trajectories.network import NETWORK, descend, rows_of, start_of
from simulator.scenes.learning_rate.landscape import LANDSCAPE, Landscape, box_of
from simulator.scenes.learning_rate.landscape_picture import landscape_words
from simulator.scenes.learning_rate.network_settings import NET_RATES
from simulator.scenes.learning_rate.presets import PRESETS
from simulator.scenes.learning_rate.scene import SCENE
from simulator.scenes.learning_rate.settings import LearningRate
from simulator.texts import LANGUAGES, text
from tests.core.trajectories.test_network import loss_of
from tests.scenes.claims import near, number, read

SETTINGS = PRESETS["plane"].settings


def measured(settings: LearningRate) -> Landscape:
    return LANDSCAPE.of(settings)


def test_the_path_on_the_plane_of_its_own():
    found = measured(SETTINGS)
    run = descend(
        rows_of(SETTINGS.net_data), start_of(SETTINGS.net_seed), np.array([SETTINGS.net_rate]), SETTINGS.net_steps
    )
    away = run.theta[0] - run.theta[0][-1]
    _, values, vectors = np.linalg.svd(away, full_matrices=False)
    expected = away @ vectors[:2].T
    np.testing.assert_allclose(np.abs(found.places[found.chosen]), np.abs(expected), atol=1e-7)  # signs are free
    np.testing.assert_allclose(found.share[found.chosen], (values[:2] ** 2).sum() / (values**2).sum(), rtol=1e-7)
    np.testing.assert_array_equal(found.loss[found.chosen], run.loss[0])  # the very run of the other panel
    for end in (0, 1):
        low, high = found.box[2 * end : 2 * end + 2]
        assert low < found.places[found.chosen, :, end].min() and found.places[found.chosen, :, end].max() < high


def test_the_surface_is_the_real_loss_where_the_path_ends_and_another_one_under_its_start():
    found = measured(SETTINGS)
    across = int(np.argmin(np.abs(found.field.first))), int(np.argmin(np.abs(found.field.second)))
    assert found.field.loss.shape == (len(found.field.second), len(found.field.first))
    corner = found.field.loss[across[1], across[0]]
    np.testing.assert_allclose(corner, found.loss[found.chosen, -1], rtol=0.5, atol=0.02)
    rows = rows_of(SETTINGS.net_data)
    run = descend(rows, start_of(SETTINGS.net_seed), np.array([SETTINGS.net_rate]), SETTINGS.net_steps).theta[0]
    away = run - run[-1]
    frame = np.linalg.svd(away, full_matrices=False)[2][:2]
    below = loss_of(run[-1] + (away[0] @ frame.T) @ frame, *rows)
    np.testing.assert_allclose(found.below, below, rtol=1e-7)
    said = SCENE.panel("landscape", SETTINGS, "en").sentences[0]
    first = found.loss[found.chosen, 0]
    assert [near(below), near(first)] == list(read("loss is #; the real loss of the start is #", said))


def test_its_own_plane_holds_most_of_the_path_and_a_random_one_next_to_nothing():
    own, random = measured(SETTINGS), measured(PRESETS["plane_random"].settings)
    assert own.share[own.chosen] > 0.9 > 0.2 > random.share[random.chosen]
    assert (random.field.loss.max() - random.field.loss.min()) > 0.1
    other = measured(PRESETS["plane_random"].settings.change(direction_seed=1))
    assert (other.field.loss != random.field.loss).any()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rate_of_the_slider_has_its_path_and_its_sentence(language):
    found = measured(SETTINGS)
    picture = SCENE.panel("landscape", SETTINGS, language).pictures[0]
    assert picture.content["rates"] == list(NET_RATES) and NET_RATES[picture.content["chosen"]] == SETTINGS.net_rate
    assert isinstance(picture.sentences, dict)
    for index, rate in enumerate(NET_RATES):
        (said,) = picture.sentences[str(index)]
        assert said.startswith(f"η = {rate:g}") and said == landscape_words(found, index, language)
        pattern = {"ko": "경로의 #가 평면 안에", "en": "# of this path lies in"}[language]
        if found.diverged[index] is None:
            (share,) = read(pattern, said)
            assert abs(share - found.share[index]) < 0.006
    np.testing.assert_array_equal(picture.content["away"], [one is not None for one in found.diverged])


@pytest.mark.parametrize("settings", [LearningRate(net_steps=1), LearningRate(net_data="circles", net_rate=0.3)])
def test_a_single_step_and_a_run_that_diverges_have_a_plane_too(settings):
    found = measured(settings)
    assert np.isfinite(found.field.loss).all() and np.isfinite(found.box).all()
    assert found.box[0] < 0 < found.box[1] and found.box[2] < 0 < found.box[3]
    if settings.net_steps > 1:
        step = found.diverged[found.chosen]
        assert step is not None
        for language in LANGUAGES:
            assert number(str(step)) in read(
                {"ko": "스텝 #부터", "en": "from step # on"}[language], landscape_words(found, found.chosen, language)
            )


def test_a_flat_path_still_has_room_around_it():
    left, right, bottom, top = box_of(np.array([[0.0, 0.0], [3.0, 0.0]]), 0.0)
    assert (right - left) / (top - bottom) == pytest.approx(1.5) and left < 0 and right > 3
    assert box_of(np.zeros((2, 2)), 1.0) == (-1.5, 1.5, -1.0, 1.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_number_of_parameters_is_the_networks(language):
    assert str(NETWORK.num_parameters) in text(language, "learning_rate.leads.plane")


def test_the_path_of_the_preset_goes_to_and_fro_near_its_end():
    found = measured(SETTINGS)
    moves = np.diff(found.places[found.chosen], axis=0)
    turns = (moves[1:] * moves[:-1]).sum(axis=1) < 0
    assert turns[-len(turns) // 4 :].sum() > 20
