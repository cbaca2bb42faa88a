"""What arrives, what it is called, and what is said and drawn of it: held to a float64 backward pass written anew."""

import re

import numpy as np
import pytest

from simulator.core.initializers import initialize
from simulator.core.propagation.starts import batch_of, start_of
from simulator.scenes.gradient_decay import arriving as measured
from simulator.scenes.gradient_decay.arriving import DEPTHS, Arriving, arriving, name_of
from simulator.scenes.gradient_decay.networks import arriving_words, networks_picture
from simulator.scenes.gradient_decay.numbers import ARRIVING, case_of
from simulator.scenes.gradient_decay.scene import SCENE
from simulator.scenes.gradient_decay.settings import GradientDecay
from simulator.scenes.gradient_decay.shares import share_text
from simulator.texts import LANGUAGES, text

SEEDS = 8
NAMES = [
    *((0.0, "vanishes"), (0.005, "vanishes"), (0.02, "arrives"), (99.0, "arrives")),
    *((127.0, "explodes"), (np.inf, "explodes")),
]
NAMED = {
    "ko": {"vanishes": "기울기 소실", "explodes": "기울기 폭주"},
    "en": {"vanishes": "vanishes", "explodes": "explodes"},
}


def norms_by_hand(settings: GradientDecay, number: int, seed: int) -> np.ndarray:
    """Return ‖∂L/∂z‖ of every hidden layer in float64: sigmoid or ReLU, nothing else."""
    variant = settings.variants()[number]
    batch = batch_of(case_of(settings, variant))
    weights = [layer.weight.astype(np.float64) for layer in initialize(variant.network, seed)]
    value, slopes = batch.inputs.astype(np.float64), []
    for weight in weights[:-1]:
        z = value @ weight
        value = 1 / (1 + np.exp(-z)) if variant.code == "sigmoid" else np.where(z > 0, z, 0.0)
        slopes.append(value * (1 - value) if variant.code == "sigmoid" else (z > 0) * 1.0)
    logits = value @ weights[-1]
    chance = np.exp(logits - logits.max(axis=1, keepdims=True))
    grad = (chance / chance.sum(axis=1, keepdims=True) - batch.targets) / len(logits)
    norms = []
    for weight, slope in zip(weights[:0:-1], slopes[::-1], strict=True):
        grad = (grad @ weight.T) * slope
        norms.append(np.linalg.norm(grad))
    return np.array(norms[::-1])


@pytest.mark.parametrize("depth", [5, 20])
def test_the_share_is_that_of_a_float64_backward_pass(depth):
    settings = GradientDecay(depth=depth, seeds=SEEDS)
    for number, lit in enumerate(ARRIVING.of(settings)):
        norms = np.array([norms_by_hand(settings, number, seed) for seed in range(SEEDS)])
        typical = np.exp(np.log(norms).mean(axis=0))
        at = lit.arriving.depths.index(depth)
        np.testing.assert_allclose(lit.arriving.share[at], typical / typical[-1], rtol=1e-3)
        assert (lit.arriving.zero[at], lit.arriving.broken[at], lit.arriving.num_seeds[at]) == (0, 0, SEEDS)


def test_a_third_of_a_billionth_against_84_percent():
    sigmoid, relu = (lit.arriving for lit in ARRIVING.of(GradientDecay()))
    at = sigmoid.depths.index(20)
    assert sigmoid.arrives(at) == pytest.approx(3.0e-10, rel=0.02)
    assert relu.arrives(at) == pytest.approx(0.84, rel=0.01)
    said = {language: arriving_words(language, ["A", "B"], [sigmoid, relu], at) for language in LANGUAGES}
    assert "1/3,300,000,000" in said["en"] and "The gradient vanishes." in said["en"] and "B: 84%" in said["en"]
    assert "33억분의 1" in said["ko"] and "기울기 소실" in said["ko"] and "84%" in said["ko"]


def test_any_depth_of_a_link_and_wide_networks_have_their_numbers():
    odd = ARRIVING.of(GradientDecay(depth=37, seeds=SEEDS))[0].arriving
    assert odd.depths == tuple(sorted({*DEPTHS, 37}))
    assert [len(share) for share in odd.share] == list(odd.depths)
    wide = GradientDecay(depth=3, width=128, seeds=SEEDS, values=("tanh", "relu"))
    found = ARRIVING.of(wide)[0].arriving
    assert found.depths == (3, *measured.FEW_DEPTHS)
    start = start_of(case_of(wide, wide.variants()[0]), SEEDS)
    profile = start.microscope.profile.middle[:-1]
    np.testing.assert_allclose(found.share[0], profile / profile[-1], rtol=1e-5)


def test_the_slider_and_the_log_plot_show_the_same_gradient():
    settings = GradientDecay(depth=20, seeds=SEEDS)
    for variant in settings.variants():
        case = case_of(settings, variant)
        profile = start_of(case, SEEDS).microscope.profile.drawn[:-1]
        found = arriving(case, SEEDS)
        np.testing.assert_allclose(found.share[found.depths.index(20)], profile / profile[-1], rtol=1e-4)


def test_where_most_starts_have_no_gradient_that_is_what_is_said():
    """In a narrow ReLU network 30 of 32 starts pass nothing on: the other two must not speak for all."""
    settings = SCENE.presets["narrow"].settings
    relu = ARRIVING.of(settings)[0].arriving
    at = relu.depths.index(settings.depth)
    case = case_of(settings, settings.variants()[0])
    zero = int(np.sum(start_of(case, settings.seeds).signal.grad_norm[:, 0] == 0))
    assert zero > settings.seeds / 2
    assert relu.arrives(at) == 0.0 and relu.zero[at] == zero
    for language in LANGUAGES:
        words = arriving_words(language, ["R"], [relu], at)
        assert re.search(rf"\b{zero}\D.*\b{settings.seeds}|\b{settings.seeds}\D.*\b{zero}", words)


def made(share: float, zero: int = 0, broken: int = 0) -> Arriving:
    return Arriving((2,), (np.array([share, 1.0]),), (zero,), (broken,), (32,))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("share", "name"), NAMES)
def test_the_name_follows_the_number(language, share, name):
    assert name_of(share) == name
    one = made(share, broken=32 if np.isinf(share) else 0)
    words = arriving_words(language, ["N"], [one], 0)
    assert [key for key, word in NAMED[language].items() if word in words] == [name] * (name != "arrives")
    picture = networks_picture(["N"], [one], 2, language)
    network = picture.content["networks"][0]
    assert network["name"] == [name] and network["share"] == [share_text(language, share)]
    assert network["share"][0] in words or share in (0.0, np.inf)


@pytest.mark.parametrize("language", LANGUAGES)
def test_starts_that_are_left_out_are_said(language):
    expected = text(language, "gradient_decay.networks.others", lost=5, left=27)
    assert expected in arriving_words(language, ["N"], [made(0.5, zero=5)], 0)
    assert expected not in arriving_words(language, ["N"], [made(0.5)], 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_picture_sentence_and_table_are_one_number(language):
    settings = GradientDecay(depth=12, seeds=SEEDS)
    found = ARRIVING.of(settings)
    panel = SCENE.panel("networks", settings, language)
    content = panel.pictures[0].content
    at = list(content["depths"]).index(12)
    start = sum(content["depths"][:at])
    for lit, network in zip(found, content["networks"], strict=True):
        share = lit.arriving.share[at]
        np.testing.assert_allclose(10.0 ** network["logs"][start : start + 12].astype(float), share, rtol=1e-5)
        assert network["share"][at] == share_text(language, share[0])
        assert network["share"][at] in content["sentences"][at]
    assert panel.pictures[0].sentence == content["sentences"][at]
    table = panel.numbers
    assert table.shape == (24, 3)
    np.testing.assert_allclose(table.iloc[:, 2], np.concatenate([lit.arriving.share[at] for lit in found]))
    assert text(language, "gradient_decay.networks.one_of", number=100) in panel.notes[0]
