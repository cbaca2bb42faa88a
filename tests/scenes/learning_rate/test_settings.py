"""The settings of learning rates: what follows when the surface, an optimizer or the start is changed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.training import OPTIMIZERS
from simulator.core.trajectories.surfaces import SURFACES
from simulator.scenes.learning_rate.numbers import SNAP, rates_of
from simulator.scenes.learning_rate.settings import LETTERS, LearningRate, field
from simulator.texts import LANGUAGES


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_another_surface_and_optimizer_bring_a_rate_of_their_scale(name, optimizer):
    chosen = LearningRate().change(surface=name).change(optimizer=optimizer)
    low, high = chosen.rate_range("a")
    assert low <= chosen.rate <= high
    again = LearningRate(start=(1.0, 1.0)).change(surface=name)
    assert again.start == (() if name != "quadratic" else (1.0, 1.0))


def test_a_rate_that_is_asked_for_stays():
    chosen = LearningRate().change(surface="rosenbrock", rate=0.05)
    assert chosen.rate == 0.05
    assert chosen.change(runs=2, rate_b=0.0001).rate == 0.05


def test_a_start_outside_the_picture_is_brought_in_and_said():
    found, errors = LearningRate.read({"start": "5.5,-5.5"})
    assert found.start == (3.2, -2.2)
    assert [error.details["field"] for error in errors] == ["start"]
    for language in LANGUAGES:
        assert "5.5" in errors[0].in_language(language)
    assert LearningRate.read({"start": ""}).settings.origin == SURFACES["quadratic"].start
    assert LearningRate(start=(1.0,)).origin == (1.0, 1.3)


def test_the_moved_run_is_one_of_the_runs():
    found, errors = LearningRate.read({"runs": "2", "moved": "4"})
    assert (found.moved, len(errors)) == (2, 1)
    assert LearningRate(runs=3, moved=3).change(runs=1).moved == 1


@pytest.mark.parametrize("runs", range(1, 5))
def test_only_controls_of_runs_that_are_there_apply(runs):
    chosen = LearningRate(runs=runs)
    for index, letter in enumerate(LETTERS):
        assert chosen.applies(field("rate", letter)) == (index < runs)
    assert not chosen.applies("momentum")
    assert LearningRate(optimizer="nesterov").applies("momentum")


@given(
    surface=st.sampled_from(list(SURFACES)),
    optimizer=st.sampled_from(OPTIMIZERS),
    rate=st.floats(1e-6, 100.0),
    curvature=st.floats(0.05, 100.0),
    steep=st.floats(0.05, 100.0),
    momentum=st.floats(0.0, 0.999),
)
@settings(max_examples=150, deadline=None)
def test_the_slider_meets_the_own_rate_and_those_of_theory_exactly(
    surface, optimizer, rate, curvature, steep, momentum
):
    chosen = LearningRate(
        surface=surface, optimizer=optimizer, rate=rate, curvature=curvature, steep=steep, momentum=momentum
    )
    rates, own, marks = rates_of(chosen, "a")
    assert (np.diff(rates) > 0).all()
    assert rates[own] == rate
    for name, mark in chosen.marks("a").items():
        if rates[0] < mark < rates[-1]:
            assert rates[marks[name]] == mark
            others = np.delete(rates, [marks[name], own, *marks.values()])
            assert (np.abs(others / mark - 1) >= SNAP).all()
