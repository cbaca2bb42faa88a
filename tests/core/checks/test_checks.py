"""Hand-written rules against autodiff and finite differences; the U of the step size; planted bugs."""

from itertools import pairwise

import numpy as np
import pytest

from simulator.core.checks import (
    BUG_KINDS,
    RULES,
    PlantedBug,
    bug_hint,
    bug_network,
    buggy_backward,
    check_gradients,
    compare_rule,
    count_passes,
    failing_checks,
    finite_differences,
    grade_bug,
    hand_network,
    layers_of,
    planted_bug,
    relative_error,
    sweep_step_size,
)
from simulator.core.checks.network import backward, forward
from simulator.errors import InputError
from simulator.texts import LANGUAGES, has_text


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("seed", [0, 1])
def test_rules_agree_with_autodiff_and_finite_differences(name, seed):
    comparisons = compare_rule(name, seed)
    assert tuple(check.operand for check in comparisons) == RULES[name].operands
    for check in comparisons:
        assert check.hand_error < 1e-13 and check.finite_error < 1e-8
        assert np.any(check.autodiff != 0) and check.autodiff.dtype == np.float64
    assert all(has_text(language, f"checks.rules.{name}") for language in LANGUAGES)


def test_a_wrong_rule_is_caught():
    """The comparison can fail: a rule with the wrong sign is far from autodiff."""
    inputs = RULES["tanh"].example(np.random.default_rng(0))["x"]
    right = finite_differences(lambda x: np.sum(np.tanh(x)), inputs)
    wrong = RULES["tanh"].backward(-np.ones_like(inputs), np.tanh(inputs))["x"]
    assert np.linalg.norm(right - wrong) > 1.0


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softmax_cross_entropy", "batch_norm"])
def test_error_is_u_shaped(name):
    """Truncation grows like ε (one-sided) and ε² (central); rounding grows like u/ε; float64 reaches much deeper."""
    sweep = sweep_step_size(name)
    assert sweep.epsilon[0] == pytest.approx(1e-12) and sweep.epsilon[-1] == pytest.approx(1.0)
    for errors in sweep[1:]:
        best = int(np.argmin(errors))
        assert 0 < best < len(errors) - 1
        assert errors[0] > 30 * errors[best] and errors[-1] > 30 * errors[best]
    best = {field: sweep.epsilon[int(np.argmin(getattr(sweep, field)))] for field in sweep._fields[1:]}
    assert best["central64"] > best["one_sided64"] and best["one_sided32"] > best["one_sided64"]
    assert 1e-9 < best["one_sided64"] < 1e-6 and 1e-7 < best["central64"] < 1e-3
    assert min(sweep.central64) < 1e-8 < 1e-6 < min(sweep.central32)
    at = {round(float(np.log10(e)), 1): i for i, e in enumerate(sweep.epsilon)}
    assert sweep.one_sided64[at[-2.0]] / sweep.one_sided64[at[-3.0]] == pytest.approx(10, rel=0.3)
    assert sweep.central64[at[-2.0]] / sweep.central64[at[-3.0]] == pytest.approx(100, rel=0.3)


@pytest.mark.parametrize("name", RULES)
def test_the_sweep_measures_what_the_comparison_measures(name):
    """One definition of the relative error: the sweep at ε = 1e-5 errs as much as the comparison made with it."""
    for check in compare_rule(name, epsilon=1e-5):
        sweep = sweep_step_size(name, check.operand)
        at = int(np.argmin(np.abs(np.log(sweep.epsilon / 1e-5))))
        assert sweep.central64[at] == pytest.approx(check.finite_error, rel=0.05)
        assert all(np.all((errors >= 0) & (errors <= 1)) for errors in sweep[1:])


def test_relative_error_is_the_distance_over_the_sum_of_norms():
    g, h = np.array([3.0, 4.0]), np.array([3.0, 0.0])
    assert relative_error(g, h) == relative_error(h, g) == pytest.approx(4.0 / (5.0 + 3.0))
    assert relative_error(2 * h, h) == pytest.approx(1 / 3)  # a factor 2
    assert relative_error(np.zeros(2), np.zeros(2)) == 0.0
    assert relative_error(g.astype(np.float32), g) == 0.0


def test_batch_normalization_figures():
    """Normalized columns have mean 0 and deviation 1, and their gradient sums to 0 in each column."""
    rule = RULES["batch_norm"]
    x = np.random.default_rng(0).normal(3.0, 2.0, (50, 3))
    out, aux = rule.forward(x, np.ones(3), np.zeros(3))
    np.testing.assert_allclose(out.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(out.std(axis=0), 1.0, atol=1e-5)
    gradient = rule.backward(np.random.default_rng(1).normal(size=x.shape), aux)["x"]
    np.testing.assert_allclose(gradient.sum(axis=0), 0.0, atol=1e-12)


def test_softmax_cross_entropy_is_p_minus_t_over_rows():
    x, t = np.array([[1.54, 2.90, -0.26]] * 2), np.eye(3)[[1, 0]]
    _, aux = RULES["softmax_cross_entropy"].forward(x, t)
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(RULES["softmax_cross_entropy"].backward(np.asarray(1.0), aux)["x"], (p - t) / 2)


def test_hand_network_passes_its_own_checks():
    network = hand_network((4, 6, 5, 3), 7, seed=2)
    checks = check_gradients(network, backward(network, forward(network)))
    assert [check.name for check in checks] == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert all(check.passes for check in checks)


def test_pass_counts():
    counts = count_passes((4, 32, 32, 4), repeats=2)
    assert counts.num_parameters == 4 * 32 + 32 + 32 * 32 + 32 + 32 * 4 + 4
    assert (counts.backpropagation, counts.one_sided) == (1, counts.num_parameters + 1)
    assert counts.central == 2 * counts.num_parameters
    assert counts.central_seconds > counts.one_sided_seconds > counts.backpropagation_seconds > 0


ALL_BUGS = [PlantedBug(kind, layer) for kind in BUG_KINDS for layer in layers_of(kind)]


@pytest.mark.parametrize("bug", ALL_BUGS, ids=lambda bug: f"{bug.kind}-{bug.layer}")
@pytest.mark.parametrize("seed", [0, 1])
def test_every_bug_is_revealed_by_a_check(bug, seed):
    network = bug_network(seed)
    failing = failing_checks(network, bug)
    assert failing
    # everything above the layer of the bug is still right
    assert all(int(name[1:]) <= bug.layer for name in failing)
    right, wrong = buggy_backward(network, None), buggy_backward(network, bug)
    assert all(right[name].shape == wrong[name].shape for name in right)


def test_without_a_bug_everything_passes():
    network = bug_network()
    by_hand = backward(network, forward(network))
    for name, gradient in buggy_backward(network, None).items():
        np.testing.assert_allclose(gradient, by_hand[name], atol=1e-15)


def test_bugs_differ_from_each_other():
    network = bug_network()
    flat = {bug: np.concatenate([g.ravel() for g in buggy_backward(network, bug).values()]) for bug in ALL_BUGS}
    for first in ALL_BUGS:
        for second in ALL_BUGS:
            assert first == second or not np.allclose(flat[first], flat[second], rtol=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_rounds_never_repeat_and_are_deterministic(seed):
    rounds = [planted_bug(seed, index) for index in range(4 * len(BUG_KINDS))]
    assert rounds == [planted_bug(seed, index) for index in range(4 * len(BUG_KINDS))]
    assert all(first.kind != second.kind for first, second in pairwise(rounds))
    for lap in range(4):
        kinds = {bug.kind for bug in rounds[lap * len(BUG_KINDS) : (lap + 1) * len(BUG_KINDS)]}
        assert kinds == set(BUG_KINDS)
    assert all(bug.layer in layers_of(bug.kind) for bug in rounds)


def test_there_are_at_least_twelve_kinds_with_words():
    assert len(BUG_KINDS) >= 12
    for kind in BUG_KINDS:
        for language in LANGUAGES:
            assert has_text(language, f"checks.bugs.{kind}") and has_text(language, f"checks.explain.{kind}")


def test_guesses_are_graded():
    bug = PlantedBug("derivative_twice", 2)
    assert grade_bug(bug, "derivative_twice", 2).points == 10
    assert grade_bug(bug, "derivative_twice", 2, num_hints=2, num_guesses=2).points == 3
    assert grade_bug(bug, "derivative_twice", 2, num_hints=3, num_guesses=9).points == 1
    for kind, layer, message in (
        ("derivative_twice", 1, "kind_only"),
        ("weight_sign", 2, "layer_only"),
        ("weight_sign", 1, "missed"),
    ):
        verdict = grade_bug(bug, kind, layer)
        assert verdict.points == 0 and verdict.message == f"checks.verdict.{message}"
    assert "W1, b1, W2, b2" in bug_hint("en", bug, 1, bug_network())
    assert "2" in bug_hint("ko", bug, 2, bug_network()) and bug_hint("ko", bug, 3, bug_network())


def test_wrong_input():
    with pytest.raises(InputError, match="affine, relu"):
        compare_rule("convolution")
    with pytest.raises(InputError, match="operand"):
        sweep_step_size("tanh", "weight")
    with pytest.raises(InputError, match="transpose_missing"):
        grade_bug(PlantedBug("weight_sign", 1), "gremlin", 1)
    with pytest.raises(InputError):
        count_passes((3,))
