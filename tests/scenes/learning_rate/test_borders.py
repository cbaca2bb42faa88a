"""Which sentence is said of a path, of made-up outcomes whose numbers are all different."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from simulator.core.trajectories.outcome import Outcome
from simulator.scenes.learning_rate import words
from simulator.scenes.learning_rate.numbers import Found
from simulator.scenes.learning_rate.settings import LearningRate
from tests.scenes.claims import entries_of

USUAL: dict[str, Any] = {
    **{"kind": "shrinks", "factor": 0.5, "left": None, "lost": None, "gap": False, "arrived": 7, "minimum": 0},
    **{"first_loss": 4.0, "last_loss": 0.25, "distance": 0.125, "last_gradient": 0.75},
}


@pytest.mark.parametrize(
    ("changes", "entries"),
    [
        ({}, ["say.shrinks"]),
        ({"arrived": 1, "factor": 9e-10}, ["say.once"]),
        ({"arrived": 0, "factor": 9e-10}, ["say.shrinks"]),
        ({"arrived": 1, "factor": 1.1e-9}, ["say.shrinks"]),
        ({"arrived": 2, "factor": 0.0}, ["say.shrinks"]),
        ({"kind": "grows", "left": 3}, ["say.grows", "left"]),
        ({"kind": "leaves", "left": 0}, ["say.leaves"]),
        ({"kind": "grows", "left": 0, "lost": 9}, ["say.grows", "left", "lost"]),
        ({"kind": "crawls", "lost": 0, "gap": True}, ["say.crawls", "gap"]),
        ({"kind": "undefined", "lost": 5, "gap": True}, ["say.undefined"]),
    ],
)
def test_what_is_said_of_a_path(monkeypatch, changes, entries):
    said = entries_of(monkeypatch, words)
    found = Outcome(**{**USUAL, **changes})
    words.say_outcome("en", found, "η = 0.1", 40)
    assert [one.name for one in said] == entries
    numbers = {"rate": "η = 0.1", "steps": 40, "first": "4", "last": "0.25", "distance": "0.125", "gradient": "0.75"}
    assert {name: said[0].values[name] for name in numbers} == numbers
    assert said[0].values["factor"] == words.number_text(found.factor)
    for one in said[1:]:
        assert one.values == {"step": found.left if one.name == "left" else found.lost}


@pytest.mark.parametrize(
    ("surface", "optimizer", "entry"),
    [
        ("parabola", "sgd", "mark.edge_parabola"),
        ("valley", "sgd", "mark.edge_plane"),
        ("own", "sgd", "mark.edge_curve"),
        ("parabola", "momentum", "mark.edge"),
    ],
)
def test_a_rate_that_theory_names_is_written_as_its_surface_has_it(monkeypatch, surface, optimizer, entry):
    said = entries_of(monkeypatch, words)
    settings = LearningRate(surface=surface)
    run = settings.moved_run
    monkeypatch.setattr(LearningRate, "moved_run", property(lambda self: run._replace(optimizer=optimizer)))
    words.mark_text("en", settings, "edge")
    assert said[0].name == entry


@pytest.mark.parametrize(("optimizer", "second"), [("sgd", "η = 0.25 = the edge"), ("momentum", "η = 0.25")])
def test_rates_are_written_with_the_formula_of_plain_descent_alone(monkeypatch, optimizer, second):
    monkeypatch.setattr(words, "mark_text", lambda language, settings, name: f"the {name}")
    settings = LearningRate()
    run = settings.moved_run._replace(optimizer=optimizer)
    monkeypatch.setattr(LearningRate, "moved_run", property(lambda self: run))
    sweep: Any = SimpleNamespace(rates=np.array([0.125, 0.25, 0.5]))
    nothing: Any = None
    found = Found(nothing, (), sweep, (), 2, {"edge": 1}, False)
    assert words.rate_texts("en", settings, found) == ["η = 0.125", second, "η = 0.5"]
    monkeypatch.setattr(words, "say_outcome", lambda language, found, rate, steps: f"{found} {rate}")
    outcomes: Any = ("a", "b", "c")
    said = words.sweep_sentences("en", settings, found._replace(outcomes=outcomes))
    assert list(said.items()) == [("2", ("c η = 0.5",)), ("0", ("a η = 0.125",)), ("1", (f"b {second}",))]


@pytest.mark.parametrize("moved", [1, 2, 3])
def test_every_run_but_the_moved_one_is_told(monkeypatch, moved):
    monkeypatch.setattr(words, "say_outcome", lambda language, outcome, title, steps: f"{title}: {outcome} of {steps}")
    monkeypatch.setattr(words, "run_title", lambda language, settings: f"run {settings}")
    runs: Any = [SimpleNamespace(outcome=f"outcome {place}", settings=place) for place in (1, 2, 3)]
    settings, nothing = LearningRate(runs=3, moved=moved, steps=40), cast("Any", None)
    found = Found(nothing, tuple(runs), nothing, (), 0, {}, False)
    expected = [f"run {place}: outcome {place} of 40" for place in (1, 2, 3) if place != moved]
    assert list(words.others("en", settings, found)) == expected
