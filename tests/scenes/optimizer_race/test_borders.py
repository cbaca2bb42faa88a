"""What the races say of made-up numbers: every place holds its own, and each border is met from both sides."""

from typing import Any

import numpy as np
import pytest

from simulator.core.engine.history import History
from simulator.core.opened import Opened
from simulator.core.training import OPTIMIZERS
from simulator.core.trajectories.plane import Plane
from simulator.scenes.optimizer_race import fair_words, words
from simulator.scenes.optimizer_race.fair import NUM_SEEDS, Best, Fair
from simulator.scenes.optimizer_race.numbers import Field, Race, Racer
from simulator.scenes.optimizer_race.settings import OptimizerRace
from tests.scenes.claims import entries_of

NUM = len(OPTIMIZERS)


def fair(*, gap: float = 0.1, spread: float = 0.05) -> Fair:
    """Return a race whose medians lie this far apart, and one optimizer's seeds."""
    accuracy = np.full((NUM, 3), 0.75)
    accuracy[2] -= gap
    accuracy[4, 0] -= spread
    final = np.full((NUM, 3, 2), 1.0)
    final[[0, 3], :, 1] = 0.5  # the higher rate is best for two of them
    loss = np.full((NUM, 3, 4), 2.0)
    loss[1, :, -1], loss[5, :, -1] = 0.25, [3.0, 4.0, 9.0]
    best = Best(np.array([0.01, 0.1]), final, np.array([0, 5, 9, 12]), loss, accuracy, 30)
    shared = np.full((NUM, 3), 0.5)
    shared[1] = 0.25, 0.125, 0.0
    return Fair(best, 0.005, shared)


@pytest.fixture
def said(monkeypatch):
    monkeypatch.setattr(fair_words, "name_of", lambda language, one: one)
    monkeypatch.setattr(words, "name_of", lambda language, one: one)
    return entries_of(monkeypatch, fair_words), entries_of(monkeypatch, words)


@pytest.mark.parametrize(
    ("gap", "spread", "entry"), [(0.25, 0.125, "beyond"), (0.125, 0.25, "within"), (0.125, 0.125, "within")]
)
def test_a_lead_is_held_beside_what_the_seed_alone_changes(said, gap, spread, entry):
    entries, _ = said
    fair_words.finish_words("en", fair(gap=gap, spread=spread))
    assert [one.name for one in entries] == ["finish.say", f"finish.{entry}", "rates.unfair"]
    percent = {"gap": f"{100 * gap:g}", "spread": f"{100 * spread:g}", "shared": "37.5"}
    assert entries[1].values == {"rate": "0.005", "seeds": NUM_SEEDS, **percent}


def test_one_rate_is_another_share_of_each_best_rate(said):
    entries, _ = said
    fair_words.unfair_words("en", fair(), fair().best.best_rates)
    high = ", ".join(OPTIMIZERS[place] for place in (0, 3))
    low = ", ".join(one for place, one in enumerate(OPTIMIZERS) if place not in (0, 3))
    shares = {"near": low, "near_share": "0.5", "far": high, "far_share": "0.05", "times": "10", "rate": "0.005"}
    assert entries[0].values == shares
    rates = ", ".join(f"{one} {'0.1' if place in (0, 3) else '0.01'}" for place, one in enumerate(OPTIMIZERS))
    assert fair_words.best_rates_text("en", fair().best) == rates


def test_who_ends_lowest_and_highest_at_the_best_rates(said):
    entries, _ = said
    fair_words.best_words("en", fair().best)
    values = {"steps": 12, "first": OPTIMIZERS[1], "lowest": "0.25", "last": OPTIMIZERS[5], "highest": "4"}
    assert entries[0].values == {**values, "seeds": NUM_SEEDS}
    medians = fair_words.medians_text("en", np.arange(NUM * 3.0).reshape(NUM, 3))
    assert medians == ", ".join(f"{one} {3 * place + 1}" for place, one in enumerate(OPTIMIZERS))


def opened(**columns: Any) -> Opened:
    """Return a weight at three updates, every column with numbers of its own."""
    usual = {name: np.array([1.0, 2.0, 4.0]) * (place + 1) for place, name in enumerate(Opened._fields)}
    return Opened(**{**usual, **{name: np.array(values) for name, values in columns.items()}})


@pytest.mark.parametrize(
    ("optimizer", "entries"),
    [
        ("sgd", ["state.plain"]),
        ("momentum", ["state.velocity_says", "state.moves"]),
        ("adam", ["state.adaptive", "state.moves"]),
        ("rmsprop", ["state.adaptive", "state.moves"]),
    ],
)
def test_what_one_update_does(said, optimizer, entries):
    _, found = said
    one = opened(effective_rate=[0.5, 0.25, 0.125], direction=[2.0, -8.0, 4.0], decay=[0.5, 0.75, 1.0])
    words.update_words("en", OptimizerRace(optimizer=optimizer, rate=0.5), one, 1)
    assert [entry.name for entry in found] == entries
    numbers = {"number": 2, "total": 3, "rate": "0.5", "gradient": "4", "change": "1.25", "plain": "−2", "after": "24"}
    assert found[-1].values == numbers
    if len(found) > 1:
        assert found[0].values == {"effective": "0.25", "times": "0.5", "first": "8"}


@pytest.mark.parametrize(("optimizer", "adaptive"), [("sgd", False), ("momentum", False), ("adam", True)])
def test_what_the_whole_run_did_to_a_weight(said, optimizer, adaptive):
    _, found = said
    settings = OptimizerRace(optimizer=optimizer, rate=0.5)
    one = opened(
        gradient=[0.5, 0.0, -2.0],
        weight=[1.0, 0.5, 0.25],
        after=[0.5, 0.25, -0.5],
        second_corrected=[1.0, 0.0, 2.0],
        effective_rate=[0.25, 9.0, 0.125],
    )
    words.state_words("en", settings, one)
    whole = {"active": 2, "total": 3, "start": "1", "end": "−0.5", "moved": "1.5", "plain": "0.75"}
    entry = next(entry for entry in found if entry.name == "state.whole")
    assert {name: entry.values[name] for name in whole} == whole
    rates = [entry.values for entry in found if entry.name == "state.rates"]
    assert rates == ([{"low": "0.125", "high": "0.25", "rate": "0.5"}] if adaptive else [])
    found.clear()
    words.state_words("en", settings, one._replace(gradient=np.zeros(3)))
    assert found[-1].name == "state.silent" and found[-1].values["total"] == 3


def test_the_first_and_the_last_of_a_race_and_how_far_they_went(said):
    _, found = said
    ends = {"a": (0.5, 0.25), "b": (0.25, 0.75), "c": (2.0, 0.5)}
    racers = []
    for name, (loss, accuracy) in ends.items():
        theta = np.array([[1.0, 1.0], [1.0, 1.0], [1.0 + 3 * loss, 1.0 - 4 * loss]])
        history = History(theta, *(np.zeros_like(theta),) * 3)
        racers.append(Racer(name, history, np.array([8.0, loss]), np.array([0.0, accuracy]), accuracy))
    plane = Plane(np.zeros(2), np.eye(2), np.array([0.5, 0.75, 0.625]), 0.9)
    field = Field(np.zeros(2), np.zeros(2), np.zeros((2, 2)))
    race = Race(tuple(racers), np.array([0, 12]), plane, np.zeros((3, 2, 2)), field, 9, 8, 7)
    words.race_words("en", race, OptimizerRace(rate=0.5))
    assert found[0].values == {
        **{"rate": "0.5", "steps": 12, "first": "b", "first_loss": "0.25", "last": "c", "last_loss": "2"},
        "start": "8",
    }
    assert words.ranking("en", race, "accuracy") == "b 75%, a 25%, c 50%"
    assert words.ranking("en", race, "loss") == "b 0.25, a 0.5, c 2"
    found.clear()
    words.plane_words("en", race)
    assert found[0].values == {"share": "90%", "parameters": 2, "least": "50%", "name": "a"}
    assert found[1].values == {"farthest": "c", "long": "10", "nearest": "b", "short": "1.25"}
