"""Surprise, entropy, cross-entropy and the distance between two distributions."""

import math

import numpy as np
from jaxtyping import Float

from simulator.errors import InputError, check_number

FAIR_DIE = (1 / 6,) * 6
LOADED_DIE = (0.5, 0.1, 0.1, 0.1, 0.1, 0.1)
BASES = ("A", "G", "T", "C")
BASE_PROBABILITIES = (1 / 16, 1 / 16, 3 / 4, 1 / 8)
"""Four letters of a genome with the frequencies of curriculum section 4."""

MIN_OUTCOMES, MAX_OUTCOMES = 2, 8
SUM_TOLERANCE = 1e-6
"""How far from 1 the sum of probabilities may be: rounding, not a mistake."""

Probabilities = Float[np.ndarray, " outcomes"]


def surprise(probability: float, *, base: float = math.e) -> float:
    """Return −log p: how surprising it is that something of probability p happens.

    Args:
      probability: p, 0 to 1; a thing of probability 0 surprises without bound.
      base: e for nats, 2 for bits.

    >>> round(surprise(0.9), 4), round(surprise(0.1), 4)
    (0.1054, 2.3026)
    """
    check_number("probability", probability, 0.0, 1.0)
    if probability == 0.0:
        return math.inf
    return -math.log(probability) / math.log(base) + 0.0  # +0.0: no minus sign on the zero of a certain thing


def entropy(probabilities: Probabilities, *, base: float = math.e) -> float:
    """Return −Σ p log p, the mean surprise; an outcome of probability 0 adds nothing.

    >>> round(entropy(np.array(FAIR_DIE)), 4)
    1.7918
    """
    return cross_entropy(probabilities, probabilities, base=base)


def cross_entropy(probabilities: Probabilities, model: Probabilities, *, base: float = math.e) -> float:
    """Return H(P, Q) = −Σ p log q, the mean surprise of one who believes Q while P is true.

    Infinite where Q rules out what P allows.

    Args:
      probabilities: P, what happens.
      model: Q, what is believed.
      base: e for nats, 2 for bits.

    >>> round(cross_entropy(np.array(FAIR_DIE), np.array(LOADED_DIE)), 4)
    2.0343
    """
    happens = probabilities > 0.0
    with np.errstate(divide="ignore"):
        return float(-(probabilities[happens] * np.log(model[happens])).sum() / math.log(base)) + 0.0


def kl_divergence(probabilities: Probabilities, model: Probabilities, *, base: float = math.e) -> float:
    """Return KL(P‖Q) = H(P, Q) − H(P) ≥ 0 (Gibbs), 0 only where Q is P.

    >>> kl_divergence(np.array(FAIR_DIE), np.array(FAIR_DIE))
    0.0
    """
    happens = probabilities > 0.0
    with np.errstate(divide="ignore"):
        ratio = np.log(probabilities[happens]) - np.log(model[happens])
    # The sum is never negative on paper; rounding can leave −1e-17 behind.
    return max(float((probabilities[happens] * ratio).sum() / math.log(base)), 0.0)


def categorical_terms(targets: Probabilities, outputs: Probabilities) -> Probabilities:
    """Return −tₖ log yₖ of every class: the terms of the categorical cross-entropy, in nats.

    >>> categorical_terms(np.array([0.0, 1.0]), np.array([0.1, 0.9])).round(4).tolist()
    [0.0, 0.1054]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(targets > 0.0, -targets * np.log(outputs), 0.0)


def binary_terms(targets: Probabilities, outputs: Probabilities) -> Probabilities:
    """Return −tₖ log yₖ − (1 − tₖ) log(1 − yₖ) of every class: one yes-or-no question a class, in nats.

    Their sum is a different loss from the categorical one: it also pays for the classes that are not the target.

    >>> binary_terms(np.array([0.0, 1.0]), np.array([0.1, 0.9])).round(4).tolist()
    [0.1054, 0.1054]
    """
    return categorical_terms(targets, outputs) + categorical_terms(1.0 - targets, 1.0 - outputs)


def check_distribution(field: str, probabilities: Probabilities) -> None:
    """Raise unless the numbers are 2 to ``MAX_OUTCOMES`` probabilities that sum to 1 (to one part in a million)."""
    if not MIN_OUTCOMES <= len(probabilities) <= MAX_OUTCOMES:
        raise InputError("losses:outcomes", field=field, value=len(probabilities), maximum=MAX_OUTCOMES)
    for probability in probabilities:
        check_number(field, float(probability), 0.0, 1.0)
    total = float(probabilities.sum())
    if abs(total - 1.0) > SUM_TOLERANCE:
        raise InputError("losses:sum", field=field, value=f"{total:.6g}")


def with_probability(probabilities: Probabilities, outcome: int, value: float) -> Probabilities:
    """Set one probability and share the rest among the others in proportion to what they have.

    Where the others have nothing, they share it equally. The sum stays 1.

    >>> with_probability(np.array(FAIR_DIE), 0, 0.5).round(3).tolist()
    [0.5, 0.1, 0.1, 0.1, 0.1, 0.1]
    """
    check_number("probability", value, 0.0, 1.0)
    others = np.delete(probabilities, outcome)
    rest = others.sum()
    shares = others / rest if rest > 0.0 else np.full_like(others, 1.0 / len(others))
    return np.insert(shares * (1.0 - value), outcome, value)


def normalized(weights: Probabilities) -> Probabilities:
    """Scale numbers of 0 or more to sum 1; equal shares where all are 0."""
    weights = np.clip(np.nan_to_num(weights, nan=0.0, posinf=0.0), 0.0, None)
    total = weights.sum()
    return weights / total if total > 0.0 else np.full_like(weights, 1.0 / len(weights))
