"""What theory says about descent on a quadratic: contraction per step, the largest rate that converges, the best one.

Along an axis of curvature λ, with θ* = 0, every step maps what is left to

- sgd: θ ← (1 − ηλ) θ
- momentum: the larger root of z² − (1 + α − ηλ) z + α = 0
- nesterov: the larger root of z² − (1 + α)(1 − ηλ) z + α (1 − ηλ) = 0

and the slowest axis decides. Sources: Polyak 1964; Nesterov 2004, section 2.1; Goh 2017 ("Why momentum really works").
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

LINEAR = ("sgd", "momentum", "nesterov")
"""Optimizers that are linear in the gradient: only these have a factor per step."""


def contraction(
    optimizer: str, curvatures: Sequence[float], rates: np.ndarray, momentum: float = 0.0
) -> Float[np.ndarray, " rates"]:
    """Return by what each step multiplies the distance to the minimum in the long run, for each rate.

    Args:
      optimizer: one of ``LINEAR``.
      curvatures: λ of every axis, positive.
      rates: η.
      momentum: α.

    >>> contraction("sgd", (1.0, 10.0), np.array([0.1, 2 / 11, 0.21])).round(3).tolist()
    [0.9, 0.818, 1.1]
    """
    share = 1.0 - np.multiply.outer(np.asarray(rates, float), np.asarray(curvatures, float))
    if optimizer == "sgd":
        return np.abs(share).max(axis=1)
    if optimizer == "momentum":
        middle, product = share + momentum, np.full_like(share, momentum)
    else:
        middle, product = (1.0 + momentum) * share, momentum * share
    root = np.sqrt((middle**2 / 4.0 - product).astype(complex))
    return np.maximum(np.abs(middle / 2.0 + root), np.abs(middle / 2.0 - root)).max(axis=1)


def bound(optimizer: str, curvatures: Sequence[float], momentum: float = 0.0) -> float:
    """Return the rate from which on the path does not shrink any more.

    >>> bound("sgd", (1.0, 10.0)), bound("momentum", (1.0, 10.0), 0.5)
    (0.2, 0.3)
    """
    steepest = max(curvatures)
    if optimizer == "sgd":
        return 2.0 / steepest
    if optimizer == "momentum":
        return 2.0 * (1.0 + momentum) / steepest
    return 2.0 * (1.0 + momentum) / ((1.0 + 2.0 * momentum) * steepest)


def best_rate(optimizer: str, curvatures: Sequence[float], momentum: float = 0.0) -> float:
    """Return the rate that shrinks the slowest axis fastest, for this momentum; the lowest where several are.

    It is 2/(λ₁ + λₙ) for plain gradient descent, and found by search with momentum.

    >>> best_rate("sgd", (1.0, 10.0)), best_rate("sgd", (4.0,))
    (0.18181818181818182, 0.25)
    """
    if optimizer == "sgd":
        return 2.0 / (min(curvatures) + max(curvatures))
    end = bound(optimizer, curvatures, momentum)
    low, high = 1e-6 * end, end
    for _ in range(3):  # each search narrows the rate by a factor of about a thousand
        rates = np.geomspace(low, high, 2001)
        place = int(np.argmin(contraction(optimizer, curvatures, rates, momentum).round(12)))
        low, high = rates[max(place - 1, 0)], rates[min(place + 1, 2000)]
    return float(rates[place])


class BestMomentum(NamedTuple):
    """The rate and the momentum that together shrink fastest, and the factor per step that they reach."""

    rate: float
    momentum: float
    factor: float


def best_momentum(curvatures: Sequence[float]) -> BestMomentum:
    """Return Polyak's optimum: η = (2/(√λ₁ + √λₙ))², α = ((√κ − 1)/(√κ + 1))² with κ = λₙ/λ₁, factor √α.

    >>> tuple(round(value, 4) for value in best_momentum((1.0, 100.0)))
    (0.0331, 0.6694, 0.8182)
    """
    low, high = np.sqrt(min(curvatures)), np.sqrt(max(curvatures))
    root = (high - low) / (high + low)
    return BestMomentum(float((2.0 / (low + high)) ** 2), float(root**2), float(root))
