"""Entropy, cross-entropy and KL against the figures of the lecture and their own laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.losses import loss_value
from simulator.errors import InputError
from simulator.scenes.losses.entropy import (
    BASE_PROBABILITIES,
    FAIR_DIE,
    LOADED_DIE,
    binary_terms,
    categorical_terms,
    check_distribution,
    cross_entropy,
    entropy,
    kl_divergence,
    normalized,
    surprise,
    with_probability,
)

BASES = np.array(BASE_PROBABILITIES)
FAIR, LOADED = np.array(FAIR_DIE), np.array(LOADED_DIE)
weights = st.lists(st.floats(0, 1), min_size=2, max_size=8).filter(lambda values: sum(values) > 0.01)


def distributions():
    return (
        st.integers(2, 8)
        .flatmap(lambda n: st.tuples(*[st.lists(st.floats(0.01, 1), min_size=n, max_size=n)] * 2))
        .map(lambda pair: tuple(normalized(np.array(values)) for values in pair))
    )


def test_the_figures_of_the_lecture():
    assert entropy(FAIR) == pytest.approx(math.log(6))
    assert entropy(FAIR) == pytest.approx(1.7918, abs=5e-5)
    assert cross_entropy(FAIR, LOADED) == pytest.approx(2.0343, abs=5e-5)
    assert cross_entropy(FAIR, LOADED) == pytest.approx((math.log(2) + 5 * math.log(10)) / 6)
    assert surprise(0.9) == pytest.approx(0.1054, abs=5e-5)
    assert surprise(0.1) == pytest.approx(2.3026, abs=5e-5)
    # 1/16 · 4 + 1/16 · 4 + 1/8 · 3 + 3/4 · log₂(4/3)
    assert entropy(BASES, base=2) == pytest.approx(0.875 + 0.75 * math.log2(4 / 3))
    assert entropy(BASES, base=2) == pytest.approx(1.186, abs=5e-4)
    assert cross_entropy(BASES, np.full(4, 0.25), base=2) == pytest.approx(2.0)


def test_ends():
    assert surprise(1.0) == 0.0
    assert math.copysign(1, surprise(1.0)) == 1
    assert surprise(0.0) == math.inf
    assert entropy(np.array([1.0, 0.0])) == 0.0
    assert cross_entropy(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == math.inf
    assert kl_divergence(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == math.inf
    assert kl_divergence(np.array([1.0, 0.0]), np.array([0.5, 0.5]), base=2) == pytest.approx(1.0)


@settings(max_examples=100, deadline=None)
@given(distributions())
def test_gibbs(pair):
    p, q = pair
    assert kl_divergence(p, q) == pytest.approx(cross_entropy(p, q) - entropy(p), abs=1e-9)
    assert kl_divergence(p, q) >= 0
    assert kl_divergence(p, p) == 0
    assert 0 <= entropy(p) <= math.log(len(p)) + 1e-12
    assert entropy(p, base=2) == pytest.approx(entropy(p) / math.log(2))


def test_two_losses_that_share_a_name():
    target, outputs = np.array([0.0, 0.0, 1.0]), np.array([0.05, 0.05, 0.9])
    assert categorical_terms(target, outputs).sum() == pytest.approx(0.1054, abs=5e-5)
    # −ln 0.9 − 2 ln 0.95
    assert binary_terms(target, outputs).sum() == pytest.approx(-math.log(0.9) - 2 * math.log(0.95))
    assert binary_terms(target, outputs).tolist()[0] == pytest.approx(-math.log(0.95))


def test_the_engine_computes_both():
    target, outputs = np.array([[0.0, 0.0, 1.0]]), np.array([[0.05, 0.05, 0.9]])
    categorical = loss_value(np.log(outputs).astype(np.float32), target, "cross_entropy", "softmax")
    assert float(categorical) == pytest.approx(categorical_terms(target[0], outputs[0]).sum(), rel=1e-5)
    logits = np.log(outputs / (1 - outputs)).astype(np.float32)
    binary = loss_value(logits, target, "binary_cross_entropy", "sigmoid")
    assert float(binary) == pytest.approx(binary_terms(target[0], outputs[0]).sum(), rel=1e-5)


def test_terms_of_impossible_outputs():
    assert categorical_terms(np.array([1.0, 0.0]), np.array([0.0, 1.0])).tolist() == [math.inf, 0.0]


@settings(max_examples=100, deadline=None)
@given(weights, st.data())
def test_loading_one_outcome_keeps_the_sum(values, data):
    p = normalized(np.array(values))
    outcome = data.draw(st.integers(0, len(p) - 1))
    value = data.draw(st.floats(0, 1))
    changed = with_probability(p, outcome, value)
    assert changed[outcome] == value
    assert changed.sum() == pytest.approx(1.0)
    others, before = np.delete(changed, outcome), np.delete(p, outcome)
    if before.sum() > 1e-3:
        assert others * before.sum() == pytest.approx(before * others.sum(), abs=1e-12)


def test_loading_where_the_others_have_nothing():
    assert with_probability(np.array([1.0, 0.0, 0.0]), 0, 0.4).tolist() == pytest.approx([0.4, 0.3, 0.3])
    assert normalized(np.array([0.0, -1.0])).tolist() == [0.5, 0.5]
    assert normalized(np.array([math.nan, 2.0])).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([1.0], "2 to 8 probabilities. Got 1"),
        ([0.1] * 10, "2 to 8 probabilities. Got 10"),
        ([0.5, 0.6], "must sum to 1. The sum is 1.1"),
        ([-0.5, 1.5], "at least 0"),
        ([math.nan, 1.0], "finite number"),
    ],
)
def test_wrong_distributions(values, sentence):
    with pytest.raises(InputError, match=sentence):
        check_distribution("probabilities", np.array(values))


def test_a_wrong_probability():
    with pytest.raises(InputError, match="at most 1"):
        surprise(1.5)
    with pytest.raises(InputError, match="at least 0"):
        with_probability(FAIR, 0, -0.1)
