"""Pictures of the trust lab hold the records; their words say what the records say."""

import numpy as np
import pytest
import vl_convert

from simulator.core.checks import PlantedBug, bug_network, compare_rule, count_passes, sweep_step_size
from simulator.scenes.trust_lab.pictures import error_at, pass_times, step_size_errors, three_ways, time_text
from simulator.scenes.trust_lab.words import narrate_guess, narrate_step_size, truncation_free
from simulator.texts import text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_three_ways_shows_every_entry_three_times(language):
    check = compare_rule("affine")[1]
    drawn = three_ways(check, language)
    rows = drawn.rows("entries_found")
    assert len(rows) == 3 * check.autodiff.size
    np.testing.assert_array_equal([row["gradient"] for row in rows[: check.by_hand.size]], check.by_hand.ravel())
    assert vl_convert.vegalite_to_svg(drawn.to_dict()).count("<path") > len(rows)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_step_size_errors_are_the_sweep(language):
    sweep = sweep_step_size("sigmoid")
    drawn = step_size_errors(sweep, 1e-5, language)
    rows = drawn.rows("curves")
    central = [row["error"] for row in rows if row["method"] == text(language, "trust.method.central64")]
    np.testing.assert_array_equal(central, np.maximum(sweep.central64, 1e-17))
    assert {row["method"] for row in drawn.rows("best")} == {row["method"] for row in rows}
    legend = vl_convert.vegalite_to_svg(drawn.to_dict())
    assert all(text(language, f"trust.method.{name}") in legend for name in ("central64", "one_sided32"))


def test_error_between_measured_steps():
    assert error_at(np.array([1e-4, 1e-2]), np.array([1e-8, 1e-4]), 1e-3) == pytest.approx(1e-6)


def test_words_name_the_side_of_the_u():
    sweep = sweep_step_size("sigmoid")
    for epsilon, word in ((1e-10, "rounding"), (1e-1, "truncation"), (1e-5, "bottom")):
        assert word in narrate_step_size("en", sweep, epsilon)


@pytest.mark.parametrize(("rule", "free"), [("affine", True), ("relu", True), ("mse", True), ("tanh", False)])
def test_at_most_quadratic_losses_have_no_truncation(rule, free):
    assert truncation_free(sweep_step_size(rule)) is free


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pass_times_are_the_counts(language):
    counts = count_passes((4, 8, 3), repeats=1)
    drawn = pass_times(counts, language)
    assert [row["seconds"] for row in drawn.rows("bars")] == [
        counts.backpropagation_seconds,
        counts.one_sided_seconds,
        counts.central_seconds,
    ]


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


def test_a_wrong_guess_is_answered_with_what_it_would_have_done():
    network, bug = bug_network(0), PlantedBug("bias_mean", 2)
    other = narrate_guess("en", network, bug, PlantedBug("weight_sign", 1))
    assert "W1" in other and "b2" in other
    same = narrate_guess("en", network, bug, PlantedBug("bias_missing", 2))
    assert "same checks" in same
    assert "cannot sit in layer 1" in narrate_guess("en", network, bug, PlantedBug("batch_sum", 1))
