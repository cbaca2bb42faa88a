"""Pictures of the trust lab hold the records; their words say what the records say."""

from itertools import pairwise

import numpy as np
import pytest
import vl_convert

from simulator.core.checks import (
    AGREEMENTS,
    RULES,
    PlantedBug,
    bug_network,
    compare_rule,
    count_passes,
    relative_error,
    sweep_step_size,
)
from simulator.drawing.picture import Picture
from simulator.scenes.trust_lab.pictures.errors import distances
from simulator.scenes.trust_lab.pictures.listing import rule_listing
from simulator.scenes.trust_lab.pictures.passes import pass_times, time_text
from simulator.scenes.trust_lab.pictures.step_size import error_at, step_size_errors
from simulator.scenes.trust_lab.pictures.ways import three_ways
from simulator.scenes.trust_lab.scene import SCENE
from simulator.scenes.trust_lab.settings import TrustLab
from simulator.scenes.trust_lab.words import narrate_guess, narrate_step_size, truncation_free
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import number_text

FORMULA = "‖g − h‖ / (‖g‖ + ‖h‖)"


def svg(picture: Picture) -> str:
    return vl_convert.vegalite_to_svg(picture.to_dict(), vl_version="6.4")


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_ways_shows_every_entry_three_times(language):
    check = compare_rule("affine")[1]
    drawn = three_ways(check, language)
    rows = drawn.rows("entries_found")
    assert len(rows) == 3 * check.autodiff.size
    np.testing.assert_array_equal([row["gradient"] for row in rows[: check.by_hand.size]], check.by_hand.ravel())
    assert svg(drawn).count("<path") > len(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_distances_are_the_errors_of_the_comparisons(language):
    checks = compare_rule("batch_norm")
    drawn = distances(checks, language)
    rows = drawn.rows("errors")
    assert [row["error"] for row in rows] == [
        *(check.hand_error for check in checks),
        *(check.finite_error for check in checks),
    ]
    assert [row["written"] for row in rows] == [number_text(row["error"]) for row in rows]
    assert all(row["shown"] == max(row["error"], 1e-17) for row in rows)
    assert [row["shown"] for row in drawn.rows("bounds")] == list(AGREEMENTS.values())
    shown = svg(drawn)
    assert all(row["name"] in shown for row in drawn.rows("zones"))
    assert FORMULA in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_step_size_errors_are_the_sweep(language):
    sweep = sweep_step_size("sigmoid")
    drawn = step_size_errors(sweep, 1e-5, language)
    rows = drawn.rows("curves")
    central = [row["error"] for row in rows if row["method"] == text(language, "trust_lab.method.central64")]
    np.testing.assert_array_equal(central, np.maximum(sweep.central64, 1e-17))
    assert {row["method"] for row in drawn.rows("best")} == {row["method"] for row in rows}
    shown = svg(drawn)
    assert all(text(language, f"trust_lab.method.{name}") in shown for name in ("central64", "one_sided32"))
    assert FORMULA in shown


def test_error_between_measured_steps():
    assert error_at(np.array([1e-4, 1e-2]), np.array([1e-8, 1e-4]), 1e-3) == pytest.approx(1e-6)


def test_words_name_the_side_of_the_u():
    sweep = sweep_step_size("sigmoid")
    for epsilon, word in ((1e-10, "rounding"), (1e-1, "truncation"), (1e-5, "bottom")):
        assert word in narrate_step_size("en", sweep, epsilon)


@pytest.mark.parametrize("epsilon", [1e-10, 10.0**-4.75, 0.03])
def test_the_sentence_and_the_dot_say_the_same_error(epsilon):
    sweep = sweep_step_size("tanh")
    dots = {row["method"]: row["error"] for row in step_size_errors(sweep, epsilon, "en").rows("points")}
    assert number_text(dots[text("en", "trust_lab.method.central64")]) in narrate_step_size("en", sweep, epsilon)


@pytest.mark.parametrize(("rule", "free"), [("affine", True), ("relu", True), ("mse", True), ("tanh", False)])
def test_at_most_quadratic_losses_have_no_truncation(rule, free):
    assert truncation_free(sweep_step_size(rule)) is free


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_definition_of_the_relative_error_is_named_wherever_one_is_shown(language):
    for name in ("errors", "step_size", "hunt"):
        panel = SCENE.panel(name, TrustLab(), language)
        assert any(FORMULA in note for note in panel.notes)
    assert FORMULA in text(language, "trust_lab.axis.error_formula")


def test_one_definition_of_the_relative_error_is_measured_everywhere():
    """What three ways, the U, the checks of the hunt and the numbers beside them call a relative error is the same."""
    g, h = np.array([3.0, 4.0]), np.array([3.0, 0.0])
    assert relative_error(g, h) == pytest.approx(4.0 / (5.0 + 3.0))
    for rule in ("tanh", "batch_norm"):
        settings = TrustLab(rule=rule)
        check = SCENE.views["rules"].numbers.of(settings)[0]
        sweep = SCENE.views["step_size"].numbers.of(settings)
        measured = relative_error(check.finite, check.autodiff)
        assert check.finite_error == measured
        at = int(np.argmin(np.abs(np.log(sweep.epsilon / 1e-5))))
        assert sweep.central64[at] == pytest.approx(measured, rel=1e-3)
    puzzle = SCENE.views["hunt"].numbers.of(TrustLab())
    for name, check in puzzle.checks.items():
        assert check.error == relative_error(puzzle.program[name], puzzle.differences[name])


@pytest.mark.parametrize("language", LANGUAGES)
def test_pass_times_are_the_counts(language):
    counts = count_passes((4, 8, 3), repeats=1)
    drawn = pass_times(counts, language)
    assert [row["seconds"] for row in drawn.rows("bars")] == [
        counts.backpropagation_seconds,
        counts.one_sided_seconds,
        counts.central_seconds,
    ]
    shown = svg(drawn)
    assert all(row["written"] in shown for row in drawn.rows("bars"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_timed_is_said(language):
    settings = TrustLab(hidden=2, width=4)
    counts = SCENE.views["passes"].numbers.of(settings)
    assert counts.num_parameters == sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(settings.layer_sizes))
    assert (counts.num_rows, counts.repeats) == (8, 5)
    ways = count_passes((2, 2), num_rows=3, repeats=4)
    assert (ways.num_rows, ways.repeats) == (3, 4)
    (note,) = SCENE.panel("passes", settings, language).notes
    assert note == text(language, "trust_lab.passes.measured", rows=8, repeats=5)


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [
        (2e-5, "20 µs", "20 µs"),
        (0.0123, "12 ms", "12 ms"),
        (5.0, "5 s", "5초"),
        (90.0, "1.5 minutes", "1.5분"),
        (86400.0 * 3, "3 days", "3일"),
    ],
)
def test_times_are_written_in_the_largest_unit(seconds, english, korean):
    assert (time_text(seconds, "en"), time_text(seconds, "ko")) == (english, korean)


@pytest.mark.parametrize("rule", RULES)
def test_the_listing_is_the_code_that_runs(rule):
    lines = rule_listing(rule, "en").content["lines"]
    assert lines[0].startswith(f"def {rule}_forward(")
    assert any(line.startswith(f"def {rule}_backward(") for line in lines)
    assert list(rule_listing(rule, "ko").to_pandas().iloc[:, 1]) == lines


def test_another_run_patches_the_picture():
    """A structure has one specification: only data and parameters change."""
    assert three_ways(compare_rule("affine")[0], "en").spec is three_ways(compare_rule("softmax", 3)[0], "en").spec
    sweeps = sweep_step_size("tanh"), sweep_step_size("affine", "weight", 2)
    assert step_size_errors(sweeps[0], 1e-3, "ko").spec is step_size_errors(sweeps[1], 0.1, "ko").spec
    assert distances(compare_rule("affine"), "en").spec is distances(compare_rule("relu"), "en").spec


def test_a_wrong_guess_is_answered_with_what_it_would_have_done():
    network, bug = bug_network(0), PlantedBug("bias_mean", 2)
    other = narrate_guess("en", network, bug, PlantedBug("weight_sign", 1))
    assert "W1" in other and "b2" in other
    same = narrate_guess("en", network, bug, PlantedBug("bias_missing", 2))
    assert "same checks" in same
    assert "cannot sit in layer 1" in narrate_guess("en", network, bug, PlantedBug("batch_sum", 1))
