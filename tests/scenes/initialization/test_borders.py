"""Which sentence of the initialization page is said on either side of each border, and with which numbers."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulator.core.network import NetworkConfig
from simulator.core.propagation.microscope import Profile
from simulator.scenes.initialization import words
from simulator.scenes.initialization.numbers import Symmetry
from tests.core.diagnosis.made_up import made_up
from tests.scenes.claims import entries_of


@pytest.fixture
def said(monkeypatch):
    return entries_of(monkeypatch, words)


def profile(zero: Any = 0.0, broken: Any = 0.0) -> Profile:
    middle = np.array([0.5, 0.25, 0.125])
    return Profile(middle, middle, middle, *(np.zeros(3) + share for share in (zero, broken)))


@pytest.mark.parametrize(
    ("found", "entries", "values"),
    [
        (profile(), ["forward_says"], {"first": "0.5", "last": "0.125", "depth": 3}),
        (profile(broken=[0.0, 0.1, 0.9]), ["forward_broken"], {"layer": 2}),
        (profile(broken=[1.0, 0.0, 0.0], zero=1.0), ["forward_broken"], {"layer": 1}),
        (profile(zero=[0.5, 0.9, 1.0]), ["forward_zero"], {"layer": 3}),
        (profile(zero=[0.5, 1.0, 1.0]), ["forward_zero"], {"layer": 2}),
        (profile(zero=1.0), ["forward_zero"], {"layer": 1}),
        (profile(zero=[0.0, 0.0, 0.25]), ["forward_says", "forward_some"], {"depth": 3}),
        (profile(zero=[0.5, 0.5, 0.0]), ["forward_says"], {"depth": 3}),
    ],
)
def test_what_becomes_of_the_signal(said, found, entries, values):
    words.forward_words("en", "N", found)
    assert [one.name for one in said] == entries
    assert {name: said[0].values[name] for name in values} == values
    assert len(said) == 1 or said[1].values == {"share": "25%"}


@pytest.mark.parametrize(
    ("initializer", "layer", "written"),
    [
        ("zeros", 0, "0"),
        ("normal", 0, "0.25"),
        ("he_normal", 1, r"\sqrt{\dfrac{2}{32}} = 0.25"),
        ("lecun_normal", 0, r"\sqrt{\dfrac{1}{16}} = 0.25"),
        ("xavier_uniform", 1, r"\sqrt{\dfrac{2}{32 + 96}} = 0.125"),
        ("orthogonal", 0, r"\sqrt{\dfrac{1}{\max(16, 32)}} = 0.177"),
    ],
)
def test_a_formula_holds_the_numbers_of_its_layer(initializer, layer, written):
    network = NetworkConfig(layer_sizes=(16, 32, 96), initializer=initializer, initializer_std=0.25)
    assert words.formula_text(network, layer) == written


def test_what_training_made_of_several_seeds(said, monkeypatch):
    runs = [made_up(columns={"loss": [4.0] * 8, "accuracy": np.full(8, accuracy)}) for accuracy in (0.5, 0.25, 1.0)]
    for run, accuracy in zip(runs, (0.5, 0.25, 1.0), strict=True):
        object.__setattr__(run, "_test", SimpleNamespace(accuracy=accuracy, loss=1.0))
    monkeypatch.setattr(words, "middle_loss", lambda runs: np.array([4.0, 1.0, 0.5]))
    words.outcome_words("en", "N", runs)
    numbers = {"start": "4", "end": "0.5", "accuracy": "50%", "low": "25%", "high": "100%", "seeds": 3}
    assert said[0].values == {"name": "N", **numbers}
    lost = made_up(columns={"loss": [1.0] * 7 + [np.nan]})
    monkeypatch.setattr(words, "middle_loss", lambda runs: np.array([4.0, np.inf]))
    words.outcome_words("en", "N", [lost, runs[0], lost])
    assert (said[1].name, said[1].values) == ("outcome_lost", {"name": "N", "lost": 2, "seeds": 3})


def test_nodes_that_began_equal(said):
    found = Symmetry(np.array([0, 5, 9]), np.zeros((3, 2, 4)), 0.125)
    run = made_up(columns={"accuracy": np.linspace(0.125, 1.0, 8)})
    words.symmetry_words("en", found, run, equal=True, value=0.5)
    words.symmetry_words("en", found, run, equal=False, value=0.5)
    apart = {"difference": "0.125", "accuracy": "100%"}
    assert [one.values for one in said] == [{"value": "0.5", "steps": 9, "nodes": 4, **apart}, apart]
