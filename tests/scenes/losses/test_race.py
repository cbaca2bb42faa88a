"""Squared error against cross-entropy on digits, from the same start."""

import re

import numpy as np
import pytest

from simulator.scenes.losses.race import SATURATED_STD, race, race_configs
from simulator.scenes.losses.words import narrate_pull, narrate_race
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import number_text, percent_text


@pytest.fixture(scope="module")
def saturated():
    runs = race("saturated")
    assert runs is not None
    return runs


def test_only_the_loss_differs(saturated):
    squared, cross = saturated
    _, first, second = race_configs("saturated")
    assert {name for name in vars(first) if getattr(first, name) != getattr(second, name)} == {"loss"}
    for one, other in zip(squared.params_at(0), cross.params_at(0), strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)
    np.testing.assert_array_equal(squared.split.train, cross.split.train)


def test_squared_error_crawls_from_a_saturated_start(saturated):
    squared, cross = (run.records for run in saturated)
    last = [float(run.validation_accuracy[np.flatnonzero(run.evaluated)[-1]]) for run in (squared, cross)]
    assert last[1] > 0.8 > last[0] + 0.2
    # The worse student gets the better mark: the first gradient is many times smaller.
    assert cross.grad_norm[0] > 5 * squared.grad_norm[0]


def test_it_can_be_stopped():
    asked = []

    def stop(done: int, total: int) -> bool:
        asked.append((done, total))
        return False

    assert race("he", stop) is None
    assert asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_hold_the_numbers_of_the_runs(saturated, language):
    squared, cross = (run.records for run in saturated)
    last = [float(run.validation_accuracy[np.flatnonzero(run.evaluated)[-1]]) for run in (squared, cross)]
    values = dict(zip(("squared", "cross"), map(percent_text, last), strict=True))
    epochs = number_text(float(np.max(squared.epoch)))
    assert narrate_race(language, squared, cross) == text(language, "losses.digits.say", epochs=epochs, **values)
    said = narrate_pull(language, squared, cross)
    assert number_text(float(cross.grad_norm[0])) in said
    assert number_text(float(cross.grad_norm[0]) / float(squared.grad_norm[0])) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_saturated_start_is_named_by_its_true_size(language):
    """It was once called ten times as large."""
    network, *_ = race_configs("saturated")
    assert network.initializer_std == SATURATED_STD
    he = [np.sqrt(2 / fan_in) for fan_in in network.layer_sizes[:-1]]
    times = sorted(round(SATURATED_STD / one, 1) for one in he)
    assert times == [6.0, 8.5]
    assert re.findall(r"\d+(?:\.\d+)?", text(language, "losses.option.saturated")) == ["6", "8.5"]
