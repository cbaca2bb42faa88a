"""The edge of stability: what is said of it, from the run's own numbers, and that it shows with any seed."""

import numpy as np
import pytest

from simulator.scenes.learning_rate.edge import EDGE, Edge, edge_words, loss_words
from simulator.scenes.learning_rate.presets import PRESETS
from simulator.scenes.learning_rate.scene import SCENE
from simulator.scenes.learning_rate.settings import LearningRate
from tests.scenes.claims import read


def measured(settings: LearningRate) -> Edge:
    return EDGE.of(settings)


def made(sharpness, loss, rate=0.2, diverged=None) -> Edge:
    return Edge(rate, np.array(loss, float), np.arange(len(sharpness)) * 5, np.array(sharpness, float), diverged)


@pytest.mark.parametrize("seed", [0, 2, 3, 5])
def test_the_sharpness_climbs_to_two_over_the_rate_and_stays(seed):
    found = measured(LearningRate(net_seed=seed, net_rate=0.3))
    assert found.reached is not None and found.near[found.reached :].mean() > 0.8
    assert len(found.rises) > 20 and found.loss[-1] < 0.1 * found.loss[0]


def test_half_of_the_rate_lets_it_climb_twice_as_high():
    whole, half = (measured(PRESETS[name].settings) for name in ("edge", "edge_lower"))
    for found in (whole, half):
        assert 0 < found.step[found.reached] < 500
        np.testing.assert_allclose(np.median(found.sharpness[-50:]), found.limit, rtol=0.1)
    assert half.limit == 2 * whole.limit


def test_the_presets_do_what_their_names_say():
    never, diverges = (measured(PRESETS[name].settings) for name in ("edge_never", "edge_diverges"))
    assert never.reached is None and not len(never.rises) and never.diverged is None
    assert diverges.diverged is not None and diverges.sharpness[0] < diverges.limit


SAID = {
    "ko": (
        "에서 시작해 스텝 #에서 처음으로 2/η = #에 이릅니다",
        "그 뒤 #스텝 동안 #번 잰 것 가운데 #번은",
        "마지막 첨예도는 #, 2/η의 #배",
    ),
    "en": (
        "and first reaches 2/η = # at step #",
        "Over the # steps after that, # of # measurements",
        "The last sharpness is #, # times",
    ),
}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_sentences_count_what_is_drawn(language):
    found = made([4.0, 9.9, 12.0, 10.5, 8.0, 11.0], [1.0] * 26)
    reaches, stays = edge_words(found, language)
    assert "4" in reaches and "12" in reaches
    assert read(SAID[language][0], reaches) == (10, 10)  # at step 10, 2/η = 10
    steps, one, other = read(SAID[language][1], stays)
    assert (steps, {one, other}) == (15, {4, 2})  # 10.5 and 11 lie within 15 % of 10
    assert read(SAID[language][2], stays) == (11.0, 1.1)


@pytest.mark.parametrize(
    ("sharpness", "diverged", "sentence"),
    [
        ([12.0, 10.0], None, {"ko": "처음부터 2/η", "en": "not below 2/η"}),
        ([4.0, 9.0], None, {"ko": "한 번도 이르지 않습니다", "en": "never reaches 2/η"}),
        ([4.0, np.nan], 3, {"ko": "발산", "en": "diverges"}),
    ],
)
def test_other_courses_have_their_own_sentences(sharpness, diverged, sentence):
    found = made(sharpness, [1.0] * 6, diverged=diverged)
    for language, said in sentence.items():
        assert said in edge_words(found, language)[0]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_loss_is_said_to_rise_where_it_does(language):
    falls = {"ko": "손실은 #스텝 모두에서 줄었습니다: #에서 #", "en": "fell at all # steps: from # to #"}
    assert read(falls[language], loss_words(made([1.0], [3.0, 2.0, 1.0]), language)) == (2, 3, 1)
    rises = {
        "ko": "손실은 #스텝 가운데 #번 커졌습니다. 처음 커진 것은 스텝 #입니다. 그래도 #에서 #",
        "en": "The loss went up at # of # steps, for the first time at step #. Still it fell from # to #",
    }
    steps, count = (5, 2) if language == "ko" else (2, 5)
    said = loss_words(made([1.0], [3.0, 2.0, 2.5, 1.0, 1.5, 1.25]), language)
    assert read(rises[language], said) == (steps, count, 2, 3, 1.25)
    higher = {"ko": "시작보다 낮지 않습니다", "en": "not below its start"}
    assert higher[language] in loss_words(made([1.0], [3.0, 2.0, 4.0]), language)
    away = {"ko": "다시 내려오지 않습니다", "en": "does not come down again"}
    assert away[language] in loss_words(made([1.0], [3.0, 2.0, 400.0], diverged=2), language)


@pytest.mark.parametrize("preset", ["edge", "edge_diverges"])
def test_the_picture_shows_the_records(preset):
    settings = PRESETS[preset].settings
    found = measured(settings)
    picture = SCENE.panel("sharpness", settings, "en").pictures[0]
    np.testing.assert_array_equal(picture.tables["curve"]["value"], found.sharpness)
    assert picture.tables["edge"]["value"] == [2.0 / settings.net_rate]
    top = picture.signals["y_domain"][1]
    assert 1.1 * found.limit < top <= 1.15 * 2.5 * found.limit
    loss = SCENE.panel("network_loss", settings, "en").pictures[0]
    shown = loss.tables["curve"]
    drawn = np.isfinite(shown["value"])
    np.testing.assert_array_equal(np.array(shown["value"])[drawn], found.loss[np.array(shown["step"])][drawn])
    assert loss.tables["away"]["step"] == ([] if found.diverged is None else [found.diverged])


def test_controls_of_the_surface_change_nothing_about_the_network():
    assert EDGE.key(LearningRate()) == EDGE.key(LearningRate(surface="beale", rate=0.3, directions="random"))
    assert EDGE.key(LearningRate()) != EDGE.key(LearningRate(net_seed=3))
