"""Hand-written rules against autodiff and finite differences; the U of the step size; planted bugs."""

from itertools import pairwise

import numpy as np
import pytest

from simulator.core.checks import (
    BUG_KINDS,
    RULES,
    PlantedBug,
    agreement,
    bug_hint,
    bug_network,
    buggy_backward,
    check_gradients,
    compare_rule,
    count_passes,
    failing_checks,
    finite_differences,
    finite_gradients,
    grade_bug,
    hand_network,
    layers_of,
    planted_bug,
    relative_error,
    sweep_step_size,
)
from simulator.core.checks.network import PASS_LIMIT, backward, forward
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


def test_examples_keep_away_from_the_corner_of_relu():
    for seed in range(200):
        assert min(np.abs(rule.example(np.random.default_rng(seed))["x"]).min() for rule in RULES.values()) >= 0.2


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


def test_passes_are_timed_by_the_median_of_their_repeats(monkeypatch):
    """A clock that is read before and after every pass: 1, 9 and 2 s forward, 3, 4 and 8 s backward."""
    ticks = iter(np.cumsum([100.0, 1, 50, 9, 50, 2, 50, 3, 50, 4, 50, 8]))
    monkeypatch.setattr("time.perf_counter", lambda: float(next(ticks)))
    counts = count_passes((2, 3, 2), repeats=3)
    assert (counts.forward_seconds, counts.backward_seconds, counts.backpropagation_seconds) == (2.0, 4.0, 6.0)
    assert (counts.one_sided_seconds, counts.central_seconds) == (2.0 * (17 + 1), 2.0 * 2 * 17)


@pytest.mark.parametrize("size", [3, 5])
def test_a_gradient_of_another_shape_is_wrong_outright(size):
    network = hand_network((2, 4, 2))
    wrong = {**finite_gradients(network), "b1": np.zeros(size)}
    checks = {check.name: check for check in check_gradients(network, wrong)}
    assert (checks["b1"].error, checks["b1"].passes) == (1.0, False)
    assert all(check.passes for name, check in checks.items() if name != "b1")


@pytest.mark.parametrize(("off", "passes"), [(0.98, True), (1.02, False)])
def test_a_check_passes_below_its_limit(off, passes):
    """‖g − (1 + 2ε)g‖ / (‖g‖ + ‖(1 + 2ε)g‖) is about ε."""
    network = hand_network((2, 4, 2))
    scaled = {name: gradient * (1 + 2 * off * PASS_LIMIT) for name, gradient in finite_gradients(network).items()}
    assert {check.passes for check in check_gradients(network, scaled)} == {passes} and PASS_LIMIT == 1e-5


def test_a_hand_network_starts_with_weights_of_the_size_of_its_inputs():
    network = hand_network((400, 300, 50), num_rows=2000, seed=3)
    assert network.x.shape == (2000, 400) and network.x.std() == pytest.approx(1.0, rel=0.01)
    for weight, bias, fan_in in zip(network.weights, network.biases, (400, 300), strict=True):
        assert weight.std() == pytest.approx(1.5 / np.sqrt(fan_in), rel=0.02)
        assert bias.std() == pytest.approx(0.3, rel=0.25) and abs(weight.mean()) < 0.01
    assert (network.targets.sum(axis=1) == 1).all() and (network.targets.sum(axis=0) > 0).all()


@pytest.mark.parametrize(
    ("bound", "below", "above"), [(1e-12, "exact", "agrees"), (1e-6, "agrees", "unclear"), (1e-2, "unclear", "wrong")]
)
def test_what_a_relative_error_says(bound, below, above):
    assert (agreement(0.999 * bound), agreement(bound)) == (below, above)


def test_a_one_sided_difference_errs_by_its_step_and_a_central_one_by_its_square():
    """x³ at 2: ((2 + ε)³ − 2³)/ε = 12 + 6ε + ε², and 12 + ε² from both sides."""
    x = np.array([2.0, -1.0])
    assert finite_differences(lambda x: np.sum(x**3), x, 0.125, central=False)[0] == 12 + 6 * 0.125 + 0.125**2
    assert finite_differences(lambda x: np.sum(x**3), x, 0.125).tolist() == [12 + 0.125**2, 3 + 0.125**2]
    # a step that rounding swallows says nothing
    assert finite_differences(np.sum, np.array([1e20]), 1e-5).tolist() == [0.0]


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


def test_the_network_of_the_hunt_hides_a_missing_transpose():
    """The weights between the hidden layers are square, and five examples are neither a width nor a single one."""
    network = bug_network()
    assert [weight.shape for weight in network.weights] == [(3, 4), (4, 4), (4, 3)]
    assert network.x.shape == network.targets.shape == (5, 3)


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


def test_a_link_to_a_round_shows_the_same_bug_for_ever():
    """A lap of 15 kinds and the first rounds of the next one."""
    found = [f"{bug.kind} {bug.layer}" for bug in (planted_bug(7, index) for index in range(18))]
    assert found == [
        *("detached 3", "transpose_missing 2", "derivative_forgotten 1", "weight_twice 3", "wrong_input 2"),
        *("derivative_twice 1", "softmax_twice 3", "targets_swapped 3", "bias_mean 3", "pass_down_sign 2"),
        *("derivative_at_output 2", "batch_sum 3", "bias_missing 2", "first_example_only 2", "weight_sign 2"),
        *("derivative_at_output 1", "derivative_forgotten 2", "pass_down_sign 2"),
    ]


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


@pytest.mark.parametrize("kind", BUG_KINDS)
def test_a_bug_can_sit_wherever_it_is_seen_and_its_shapes_fit(kind):
    """Elsewhere it would change nothing, or an array would have another shape and give it away."""
    network = bug_network()
    right = buggy_backward(network, None)
    seen = []
    for layer in (1, 2, 3):
        try:
            wrong = buggy_backward(network, PlantedBug(kind, layer))
        except (IndexError, ValueError):
            continue
        fits = all(wrong[name].shape == right[name].shape for name in right)
        if fits and any(not np.allclose(wrong[name], right[name]) for name in right):
            seen.append(layer)
    assert layers_of(kind) == tuple(seen)
