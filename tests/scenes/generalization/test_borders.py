"""Which sentence about errors is said on either side of each border: errors that are written down."""

from typing import Any

import numpy as np
import pytest

from simulator.core.generalization.points import Points
from simulator.core.generalization.polynomials import Conditions, Errors
from simulator.scenes.generalization import words
from simulator.scenes.generalization.numbers import NUM_DEGREES, Fit, Fits, Scan
from simulator.scenes.generalization.settings import AMOUNTS, Generalization
from tests.scenes.claims import entries_of


@pytest.fixture
def said(monkeypatch):
    return entries_of(monkeypatch, words)


def scan(test: Any, train: Any = None) -> Scan:
    """Return errors of sets whose median, at every place, is the middle one of three."""
    rows = [np.asarray(row, float) for row in (test, train if train is not None else test)]
    sets = [np.stack([row, row * 0.9, row * 1.1]) for row in rows]
    return Scan(np.arange(len(rows[0])) + 1, sets[1], sets[0])


@pytest.mark.parametrize(
    ("error", "written"), [(0.99e-12, "0"), (1.01e-12, "1.01×10⁻¹²"), (0.0914, "0.0914"), (0.0, "0")]
)
def test_mere_rounding_is_written_as_nothing(error, written):
    assert words.error_text(error) == written


def test_how_many_times_one_error_is_another():
    assert words.times_text(0.5, 0.125) == "4"
    assert words.times_text(1e-30, 0.0) == "1" and words.times_text(2e-12, 0.0) == "2"


@pytest.mark.parametrize(
    ("ends", "worse"),
    [((1.51, 1.49), (True, False)), ((1.49, 1.51), (False, True)), ((1.49, 1.49), (False, False))],
)
def test_ends_that_are_clearly_worse_have_a_name(said, ends, worse):
    found = scan([ends[0], 1.0, 1.2, ends[1]])
    assert words.zones(found) == worse
    names = words.zone_names("en", found, ends=("right", "left"))
    side = {"left": "generalization.degrees.right", "right": "generalization.degrees.left"}
    assert names == {name: side[name] if bad else "" for name, bad in zip(("left", "right"), worse, strict=True)}


@pytest.mark.parametrize(
    ("noise", "train", "test", "entry"),
    [
        (0.5, 0.51, (9.0, 1.0), "stiff"),
        (0.5, 0.49, (9.0, 1.0), "cure"),
        (0.0, 1.1e-12, (9.0, 1.0), "stiff_quiet"),
        (0.0, 0.9e-12, (9.0, 1.0), "cure"),
        (0.5, 0.1, (1.51, 1.0), "cure"),
        (0.5, 0.1, (1.49, 1.0), "little"),
        (0.5, 0.1, (1.0, 0.9e-12), "cure_exact"),
    ],
)
def test_what_more_points_change(said, noise, train, test, entry):
    found = scan([test[0], 3.0, test[1]], [5.0, 4.0, train])
    words.amounts_words("en", found, Generalization(noise=noise, degree=7))
    assert [one.name for one in said] == ["amounts.ends", f"amounts.{entry}"]
    ends = {"few": AMOUNTS[0], "many": AMOUNTS[-1], "degree": 7, "sets": 3, "train_few": "5"}
    ends |= {"train_many": words.error_text(train), "test_few": f"{test[0]:g}", "test_many": words.error_text(test[1])}
    assert said[0].values == ends
    second = said[1].values
    assert (second["points"], second["degree"], second["train"]) == (AMOUNTS[-1], 7, words.error_text(train))
    if entry == "stiff":
        assert (second["times"], second["noise"]) == ("2.04", "0.25")
    if entry == "cure":
        assert second["times"] == f"{test[0]:g}"


@pytest.mark.parametrize("best", [0, 3, NUM_DEGREES - 1])
def test_where_the_errors_are_smallest(said, best):
    test = np.linspace(2.0, 3.0, NUM_DEGREES)
    test[best] = 0.25
    train = np.linspace(5.0, 4.0, NUM_DEGREES)
    words.degrees_words("en", scan(test, train), Generalization(points=NUM_DEGREES + 1))
    first, second, own = said
    assert first.values["best"] == best + 1 and first.values["value"] == "0.25" and first.values["last"] == NUM_DEGREES
    ends = tuple(words.error_text(error) for error in (test[0], test[-1]))
    assert (first.values["start"], first.values["end"]) == ends
    assert (second.values["start"], second.values["end"]) == ("5", "4")
    assert (own.name, own.values) == ("degrees.same", {"own": best + 1, "sets": 3})


def test_the_best_degree_changes_from_set_to_set(said):
    test = np.full((4, 6), 1.0)
    for row, degree in enumerate((5, 3, 3, 2)):
        test[row, degree - 1] = 0.5
    words._best_words("en", Scan(np.arange(6) + 1, test, test))
    assert said[0].values == {"own": 5, "low": 2, "high": 5, "most": 3, "count": 2, "sets": 4}


@pytest.mark.parametrize(("points", "through"), [(NUM_DEGREES, True), (NUM_DEGREES + 1, False)])
def test_a_polynomial_through_all_points(said, points, through):
    words.through_words("en", Generalization(points=points))
    assert [one.values for one in said] == ([{"degree": points - 1, "points": points}] if through else [])


@pytest.mark.parametrize(("degree", "through"), [(AMOUNTS[0] - 1, True), (AMOUNTS[0] - 2, False)])
def test_all_points_of_the_fewest(said, degree, through):
    words.all_points_words("en", Generalization(degree=degree))
    assert [one.values for one in said] == ([{"degree": degree, "points": degree + 1}] if through else [])


def made(degree: int, test: float, errors: np.ndarray, points: int = 5) -> tuple[Fits, Fit]:
    x = np.zeros(points)
    one = Fit(degree, Points(x, x, x, x), np.zeros(degree + 1), 0.75, test)
    return Fits((one,), Errors(errors * 3, errors), Conditions(1e6, 2.0)), one


@pytest.mark.parametrize(
    ("degree", "test", "smallest", "entry"),
    [
        (4, 0.25, 0.25, "best"),
        (5, 0.37, 0.25, "near"),
        (5, 0.38, 0.25, "over"),
        (3, 0.38, 0.25, "under"),
        (3, 0.37, 0.25, "near"),
        (5, 0.38, 0.9e-12, "over_exact"),
        (4, 0.9e-12, 0.9e-12, "best"),
    ],
)
def test_how_one_polynomial_does_beside_the_best(said, degree, test, smallest, entry):
    errors = np.full(NUM_DEGREES, 2.0)
    errors[3] = smallest
    fits, one = made(degree, test, errors)
    words.fit_words("en", fits, one)
    assert said[0].name == f"says.{entry}"
    values = {"degree": degree, "train": "0.75", "test": words.error_text(test), "best": 4, "count": NUM_DEGREES}
    values |= {"best_test": words.error_text(smallest), "best_train": words.error_text(3 * smallest)}
    assert {name: said[0].values[name] for name in values} == values


@pytest.mark.parametrize(("degree", "points", "entries"), [(9, 10, 1), (10, 10, 2)])
def test_more_coefficients_than_points(said, degree, points, entries):
    fits, _ = made(degree, 1.0, np.ones(NUM_DEGREES))
    words.basis_words("en", fits, Generalization(points=points))
    assert len(said) == entries and said[0].values["powers"] == words.number_text(1e6)
    assert said[0].values["degree"] == degree and said[0].values["legendre"] == "2"
    assert entries == 1 or said[1].values == {"coefficients": degree + 1, "points": points}
