"""Which sentence of the trust lab is said on either side of each border, and with which numbers."""

import numpy as np
import pytest

from simulator.core.checks import Comparison, ParameterCheck, PassCount, PlantedBug, Sweep, bug_network
from simulator.scenes.trust_lab import words
from simulator.scenes.trust_lab.numbers import Puzzle
from simulator.texts.numbers import number_text
from tests.scenes.claims import entries_of

EPSILON = np.array([1e-8, 1e-6, 1e-4, 1e-2, 1.0])


@pytest.fixture
def said(monkeypatch):
    return entries_of(monkeypatch, words)


def sweep(*errors: float) -> Sweep:
    other = np.full(5, 0.5)
    return Sweep(EPSILON, other, other, other, np.array(errors))


CURVED = sweep(1e-5, 1e-7, 1e-9, 1e-5, 1e-1)


@pytest.mark.parametrize(
    ("found", "epsilon", "side"),
    [
        (CURVED, 1e-4, "best"),
        (CURVED, 9.9e-4, "best"),
        (CURVED, 1.01e-3, "truncation"),
        (CURVED, 1.01e-5, "best"),
        (CURVED, 0.99e-5, "rounding"),
        (CURVED, 1e-8, "rounding"),
        (CURVED, 1.0, "truncation"),
        (sweep(1e-5, 1e-7, 1e-9, 1.1e-9, 1e-1), 1.0, "truncation"),
        (sweep(1e-5, 1e-7, 1e-8, 0.9e-9, 1e-1), 1e-4, "flat"),
    ],
)
def test_which_error_a_step_size_makes(said, found, epsilon, side):
    words.narrate_step_size("en", found, epsilon)
    assert said[0].name == f"step_size.{side}"
    best, least = ("0.01", 0.9e-9) if side == "flat" else ("1×10⁻⁴", 1e-9)
    assert (said[0].values["best"], said[0].values["least"]) == (best, number_text(least))


def comparison(operand: str, hand: float, finite: float) -> Comparison:
    ones = np.ones(2)
    return Comparison("affine", operand, ones, ones, ones, hand, finite)


@pytest.mark.parametrize(
    ("errors", "entry", "hand", "finite"),
    [
        (((0.0, 1e-8), (0.0, 3e-8)), "same", "0", 3e-8),
        (((1e-16, 2e-8), (1e-3, 1e-9)), "unclear", "0.001", 2e-8),
        (((0.5, 2e-8), (0.25, 1e-9)), "wrong", "0.5", 2e-8),
    ],
)
def test_the_worst_of_all_operands_counts(said, errors, entry, hand, finite):
    words.narrate_comparison("en", tuple(comparison("x", *pair) for pair in errors))
    assert (said[0].name, said[0].values["hand"]) == (f"says.{entry}", hand)
    assert said[0].values["finite"] == number_text(finite)


@pytest.mark.parametrize(
    ("errors", "operand", "way", "error"),
    [
        (((0.1, 0.2), (0.4, 0.3)), "weight", "by_hand", "0.4"),
        (((0.1, 0.5), (0.4, 0.3)), "x", "finite", "0.5"),
        (((0.6, 0.5), (0.4, 0.3)), "x", "by_hand", "0.6"),
        (((0.1, 0.2), (0.4, 0.7)), "weight", "finite", "0.7"),
    ],
)
def test_which_gradient_is_furthest(said, errors, operand, way, error):
    words.narrate_distances(
        "en", tuple(comparison(name, *pair) for name, pair in zip(("x", "weight"), errors, strict=True))
    )
    assert said[-1].values == {
        "operand": f"trust_lab.operand.{operand}",
        "way": f"trust_lab.way.{way}",
        "error": error,
    }


def puzzle(program: list[float], right: list[float], *, passes: bool = False) -> Puzzle:
    check = ParameterCheck("b1", 0.25, passes)
    return Puzzle(
        bug_network(), PlantedBug("bias_mean", 1), {"b1": np.array(program)}, {"b1": np.array(right)}, {"b1": check}
    )


@pytest.mark.parametrize(
    ("program", "right", "entries"),
    [
        ([2.0, 4.0], [1.0, 2.0], {"numbers.one_factor": {"ratio": "2"}}),
        ([-2.0, -4.0018], [1.0, 2.0], {"numbers.one_factor": {"ratio": "−2"}}),
        ([2.0, 4.0042 * 2], [1.0, 4.0], {"numbers.factors": {"low": "2", "high": "2"}}),
        ([2.0, 4.0038 * 2], [1.0, 4.0], {"numbers.one_factor": {"ratio": "2"}}),
        ([2.0, 3.0, 9.0], [1.0, -1.0, 0.0], {"numbers.factors": {"low": "−3", "high": "2"}}),
        ([5.0, 0.0], [0.0, 0.0], {}),
    ],
)
def test_by_which_factor_a_gradient_is_off(said, program, right, entries):
    words.narrate_numbers("en", puzzle(program, right), "b1")
    assert said[0].name == "numbers.fails" and said[0].values == {"name": "b1", "error": "0.25"}
    assert {one.name: one.values for one in said[1:]} == entries
    said.clear()
    words.narrate_numbers("en", puzzle(program, right, passes=True), "b1")
    assert [one.name for one in said] == ["numbers.passes"]


def test_the_table_of_a_gradient_writes_no_ratio_to_nothing(said):
    table = words.program_table("en", puzzle([5.0, 3.0], [0.0, 2.0]), "b1")
    assert table.iloc[:, 1:].to_numpy().tolist() == [["5", "0", "–"], ["3", "2", "1.5"]]


def test_passes_are_told_with_their_counts_and_times(said):
    counts = PassCount(1500, 1, 1501, 3000, 0.001, 0.002, 0.003, 1.501, 3.0, 8, 5)
    words.narrate_passes("en", (4, 8, 2), counts)
    values = said[-1].values
    assert {name: values[name] for name in ("sizes", "parameters", "one_sided", "central")} == {
        "sizes": "4–8–2",
        "parameters": "1,500",
        "one_sided": "1,501",
        "central": "3,000",
    }
    assert values["ratio"] == words.large_text(1000.0, "en")


@pytest.mark.parametrize(
    ("bug", "entry", "names"),
    [
        (PlantedBug("bias_mean", 2), "alone", "b2"),
        (PlantedBug("weight_sign", 3), "alone", "W3"),
        (PlantedBug("derivative_twice", 2), "below", "W1, b1, W2, b2"),
        (PlantedBug("derivative_twice", 1), "below", "W1, b1"),
        (PlantedBug("targets_swapped", 3), "all", "W1, b1, W2, b2, W3, b3"),
    ],
)
def test_why_just_these_checks_fail(said, bug, entry, names):
    words.narrate_failing("en", bug_network(), bug)
    assert said[-1].name == f"why.{entry}" and said[-1].values["names"] == names
    rest = [name for name in ("W1", "b1", "W2", "b2", "W3", "b3") if name not in names.split(", ")]
    assert said[-1].values["passing"] == ", ".join(rest) and said[-1].values["layer"] == bug.layer


@pytest.mark.parametrize(
    ("guess", "entry"),
    [
        (PlantedBug("weight_twice", 2), "same"),
        (PlantedBug("weight_twice", 1), "other"),
        (PlantedBug("wrong_input", 1), "impossible"),
    ],
)
def test_what_a_wrong_guess_would_have_done(said, guess, entry):
    words.narrate_guess("en", bug_network(), PlantedBug("weight_sign", 2), guess)
    assert said[-1].name == f"guess.{entry}" and said[-1].values["layer"] == guess.layer
    if entry != "impossible":
        assert (said[-1].values["would"], said[-1].values["does"]) == (f"W{guess.layer}", "W2")
