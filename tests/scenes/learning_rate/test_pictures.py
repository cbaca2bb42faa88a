"""What is sent to the browser, and what is said: the same records, in both languages."""

import re

import numpy as np
import pytest

from simulator.core.trajectories.outcome import outcome
from simulator.drawing.picture import pack
from simulator.scenes.learning_rate.formulas import all_lines, arrows
from simulator.scenes.learning_rate.numbers import FOUND
from simulator.scenes.learning_rate.presets import PRESETS
from simulator.scenes.learning_rate.scene import SCENE
from simulator.scenes.learning_rate.settings import LearningRate
from simulator.texts import LANGUAGES

WORDS = {"en": {"shrinks": "shrinks", "grows": "the path grows"}, "ko": {"shrinks": "줄어", "grows": "커집니다"}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_crossing_two_over_a_turns_shrinking_into_growing(language):
    picture = SCENE.panel("path", LearningRate(), language).pictures[0]
    bound = next(mark["index"] for mark in picture.content["marks"] if mark["name"] == "bound")
    said = picture.sentences
    assert isinstance(said, dict)
    assert all(WORDS[language]["shrinks"] in said[str(index)][0] for index in range(bound))
    assert all(WORDS[language]["grows"] in said[str(index)][0] for index in range(bound + 1, len(said)))
    assert picture.content["rates"][bound] == 0.2


@pytest.mark.parametrize("preset", PRESETS)
def test_the_sentence_of_every_rate_is_about_the_path_that_is_drawn(preset):
    chosen = PRESETS[preset].settings
    found = FOUND.of(chosen)
    picture = SCENE.panel("path", chosen, "en").pictures[0]
    sweep, said = picture.content["sweep"], picture.sentences
    assert isinstance(said, dict)
    for index in range(0, len(found.sweep.rates), 9):
        drawn, again = sweep["theta"][index], outcome(found.sweep.one(index), chosen.place)
        exact = found.sweep.theta[index]
        np.testing.assert_array_equal(drawn, np.where(np.isfinite(exact), np.clip(exact, -1e30, 1e30), exact))
        sentence = said[str(index)][0]
        if again.left is not None:
            left, right, *_ = chosen.place.box
            assert f"tep {again.left} " in sentence
            before = drawn[: again.left, 0]
            assert ((before >= left) & (before <= right)).all()
    assert picture.sentence == said[str(found.chosen)][0]
    np.testing.assert_array_equal(sweep["theta"][found.chosen], picture.content["runs"][chosen.moved - 1]["theta"])
    assert len(pack(picture.content)) < 900_000


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_gradient_part_and_remembered_part_add_up_to_the_step(optimizer):
    chosen = LearningRate(optimizer=optimizer, momentum=0.7)
    run = FOUND.of(chosen).runs[0]
    parts = arrows(run.path, run.settings, run.rates)
    moves = np.diff(run.path.theta, axis=0)
    np.testing.assert_allclose(parts["gradient"] + parts["remembered"], moves, atol=1e-12)
    np.testing.assert_allclose(parts["gradient"], -0.05 * run.path.gradient[:-1], atol=1e-12)
    before = np.zeros(2)
    for step in range(5):  # what momentum carries over, written anew
        velocity = 0.7 * before + run.path.gradient[step]
        carried = {"sgd": 0.0, "momentum": 0.7 * before, "nesterov": 0.7 * velocity}[optimizer]
        np.testing.assert_allclose(parts["remembered"][step], -0.05 * carried * np.ones(2), atol=1e-12)
        before = velocity


@pytest.mark.parametrize("optimizer", ["adagrad", "rmsprop", "adam", "adamw"])
def test_arrows_of_adaptive_optimizers_point_and_are_as_long_as_the_step(optimizer):
    run = FOUND.of(LearningRate(optimizer=optimizer, rate=0.1)).runs[0]
    parts, moves = arrows(run.path, run.settings, run.rates), np.diff(run.path.theta, axis=0)
    np.testing.assert_allclose(np.linalg.norm(parts["gradient"], axis=1), np.linalg.norm(moves, axis=1), rtol=1e-9)
    assert ((parts["gradient"] * run.path.gradient[:-1]).sum(axis=1) <= 0).all()


def numbers_of(line) -> list[float]:
    words = "".join(text for _, text in line).replace("−", "-")
    words = re.sub(r"×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: "e" + found[1].translate(SUPERSCRIPTS), words)
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", words.replace("- ", "+ "))]


SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_the_formula_has_the_numbers_of_its_step(optimizer):
    run = FOUND.of(LearningRate(optimizer=optimizer, rate=0.05, steps=8)).runs[0]
    lines = all_lines(run.path, run.settings, run.rates, one_dimensional=False)
    assert len(lines) == 9 and lines[-1] == lines[-2]
    for step in range(8):
        written = numbers_of(lines[step][-1])
        assert written[:2] == pytest.approx(run.path.theta[step], rel=6e-3, abs=1e-9)
        assert written[-2:] == pytest.approx(run.path.theta[step + 1], rel=6e-3, abs=1e-9)
        flat = [number for line in lines[step] for number in numbers_of(line)]
        for value in run.path.gradient[step]:
            assert any(number == pytest.approx(value, rel=6e-3, abs=1e-9) for number in flat)


def test_what_is_not_finite_is_sent_and_said():
    picture = SCENE.panel("path", LearningRate(surface="rosenbrock", rate=1.0), "en").pictures[0]
    assert "NaN" in picture.sentence
    assert np.isnan(picture.content["runs"][0]["theta"]).any()
    assert pack(picture.content)
    for name in ("loss", "length", "gradient"):
        assert SCENE.panel(name, LearningRate(surface="rosenbrock", rate=1.0), "ko").pictures[0].to_dict()["layer"]
