"""The hunt's panels: what they show follows from the puzzle and the checks made, and never gives the answer away."""

import numpy as np
import pytest

from simulator.core.checks import (
    backward_listing,
    buggy_backward,
    changed_lines,
    failing_checks,
    finite_gradients,
    planted_bug,
)
from simulator.errors import InputError
from simulator.scenes.trust_lab.numbers import COUNTED, PUZZLE
from simulator.scenes.trust_lab.pictures.listing import RESULTS, checked_lines
from simulator.scenes.trust_lab.scene import SCENE
from simulator.scenes.trust_lab.settings import PARAMETERS, TrustLab
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import number_text

ROUNDS = range(1, 16)


@pytest.mark.parametrize("number", ROUNDS)
def test_a_puzzle_is_the_bug_of_its_seed_and_round(number):
    puzzle = PUZZLE.of(TrustLab(seed=4, round=number))
    assert puzzle.bug == planted_bug(4, number - 1)
    for name, gradient in buggy_backward(puzzle.network, puzzle.bug).items():
        np.testing.assert_array_equal(puzzle.program[name], gradient)
    for name, gradient in finite_gradients(puzzle.network).items():
        np.testing.assert_array_equal(puzzle.differences[name], gradient)
    failing = tuple(name for name, check in puzzle.checks.items() if not check.passes)
    assert failing == failing_checks(puzzle.network, puzzle.bug)


def test_what_was_checked_changes_nothing_in_the_puzzle():
    assert PUZZLE.of(TrustLab(round=2)) is PUZZLE.of(TrustLab(round=2, checks=PARAMETERS, parameter="b3", rule="relu"))


def test_results_stand_at_the_lines_that_make_the_gradients():
    lines = backward_listing().splitlines()
    found = checked_lines(lines)
    assert sorted(found.values()) == sorted(PARAMETERS)
    for place, name in found.items():
        assert lines[place].startswith("dW = " if name[0] == "W" else "db = ")
        layer = next(line for line in lines[place::-1] if "weights[" in line)
        assert f"weights[{name[1]}]" in layer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("checks", [(), ("b1",), ("W3", "b1"), PARAMETERS])
def test_the_listing_says_what_was_checked_and_no_more(checks, language):
    settings = TrustLab(checks=checks, parameter=checks[0] if checks else "W1")
    puzzle, panel = PUZZLE.of(settings), SCENE.panel("hunt", settings, language)
    said = panel.numbers.set_index(panel.numbers.columns[0])
    for name, check in puzzle.checks.items():
        error, result = said.loc[name]
        wanted = RESULTS[check.passes if name in checks else None]
        assert result == text(language, f"trust_lab.hunt.{wanted}")
        assert error == check.error if name in checks else np.isnan(error)
    shown = panel.pictures[0]
    results = [result for result in shown.content["results"] if result]
    assert results.count("unchecked") == len(PARAMETERS) - len(checks)
    told = panel.sentences[-1]
    assert all((name in told) == (name in checks) for name in PARAMETERS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", ROUNDS)
def test_no_panel_gives_the_answer_away(number, language):
    """The wrong line, its name and its explanation come with the solution only."""
    settings = TrustLab(round=number, checks=PARAMETERS)
    bug = PUZZLE.of(settings).bug
    shown = ""
    for name in ("hunt", "hunt_numbers"):
        panel = SCENE.panel(name, settings, language)
        shown += " ".join((panel.question, *panel.sentences, *panel.notes))
        for picture in panel.pictures:
            shown += (
                picture.alt + "\n".join(map(str, picture.content.get("lines", ()))) + " ".join(picture.words.values())
            )
    assert "d_out = (p - t) / len(t)" in shown
    assert changed_lines(bug)[1] not in shown.splitlines()
    assert text(language, f"checks.bugs.{bug.kind}") not in shown
    assert text(language, f"checks.explain.{bug.kind}") not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_numbers_are_the_program_s_and_the_right_ones(language):
    settings = TrustLab(checks=PARAMETERS, parameter="b1")
    puzzle, panel = PUZZLE.of(settings), SCENE.panel("hunt_numbers", settings, language)
    rows = panel.pictures[0].rows("entries_found")
    np.testing.assert_array_equal(
        [row["gradient"] for row in rows], [*puzzle.program["b1"].ravel(), *puzzle.differences["b1"].ravel()]
    )
    table = panel.numbers
    assert list(table.iloc[:, 0]) == [str(entry + 1) for entry in range(4)]
    (_, written), *_ = panel.words
    assert all(cell in written for cell in table.to_numpy().ravel())
    assert "b1" in panel.question and "b1" in panel.sentences[0]


@pytest.mark.parametrize("number", ROUNDS)
def test_the_sentence_says_by_which_factor_the_program_is_off(number):
    """One factor, or its range; the same numbers as in the table."""
    for name in PARAMETERS:
        settings = TrustLab(round=number, checks=PARAMETERS, parameter=name)
        puzzle, panel = PUZZLE.of(settings), SCENE.panel("hunt_numbers", settings, "en")
        ratios = puzzle.program[name] / puzzle.differences[name]
        if puzzle.checks[name].passes:
            assert len(panel.sentences) == 1 and "passes" in panel.sentences[0]
            np.testing.assert_allclose(ratios, 1.0, rtol=1e-3)
            continue
        low, high = number_text(ratios.min()), number_text(ratios.max())
        one_factor = ratios.max() - ratios.min() <= 1e-3 * abs(ratios.max())
        assert (f"{high} times" if one_factor else f"{low} to {high} times") in panel.sentences[1]


def test_without_a_check_there_are_no_numbers():
    with pytest.raises(InputError, match="hunt_numbers"):
        SCENE.panel("hunt_numbers", TrustLab(), "en")


def test_passes_can_be_measured_again():
    settings = TrustLab(width=3)
    first = COUNTED.of(settings)
    assert COUNTED.of(settings) is first
    COUNTED.forget(settings)
    again = COUNTED.of(settings)
    assert again is not first and again.num_parameters == first.num_parameters
