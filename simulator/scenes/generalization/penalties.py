"""What the panels of L1 and L2 are drawn from: the weights without a penalty, with either, and errors over λ."""

from typing import NamedTuple

import numpy as np

from simulator.core.generalization.penalties import lasso, ridge
from simulator.core.generalization.points import CURVES
from simulator.core.generalization.polynomials import basis, fit
from simulator.scenes.generalization.numbers import Fit, Scan, with_errors
from simulator.scenes.generalization.settings import OF_NETWORKS, STRENGTHS, Generalization
from simulator.scenes.scene import Numbers

PENALTIES = {"l2": ridge, "l1": lasso}
KINDS = ("none", *PENALTIES)
PROJECTED = 4000
"""Places at which the true curve is projected onto the basis."""


class Penalized(NamedTuple):
    """One polynomial without a penalty, with L2 and with L1, on the same points."""

    fits: tuple[Fit, Fit, Fit]  # in the order of KINDS
    truth: np.ndarray  # (degree,) the true curve's own weights

    def weights(self, kind: str) -> np.ndarray:
        """Return what is penalised: (degree,), the constant left out."""
        return self.fits[KINDS.index(kind)].coefficients[1:]

    def num_zero(self, kind: str) -> int:
        """Return how many weights are exactly 0."""
        return int(np.sum(self.weights(kind) == 0.0))


def true_weights(curve: str, degree: int) -> np.ndarray:
    """Return the weights of the true curve's best approximation over [−1, 1]: (degree,)."""
    x = (np.arange(PROJECTED) + 0.5) / PROJECTED * 2.0 - 1.0
    return (basis(x, degree) * CURVES[curve](x)[:, None]).mean(axis=0)[1:]


def _penalized(settings: Generalization) -> Penalized:
    points, degree = settings.draw(), settings.degree
    plain = fit(points.x, points.y, degree)
    held = [solve(points.x, points.y, degree, [settings.strength])[0] for solve in PENALTIES.values()]
    none, l2, l1 = (with_errors(points, coefficients) for coefficients in (plain, *held))
    return Penalized((none, l2, l1), true_weights(settings.curve, degree))


def _over_strengths(settings: Generalization) -> dict[str, Scan]:
    """Return the errors over λ of each penalty."""
    degree, train, test = settings.degree, [], []
    for seed in settings.seeds():
        points = settings.draw(seed=seed)
        inside, outside = basis(points.x, degree), basis(points.test_x, degree)
        found = np.stack([solve(points.x, points.y, degree, STRENGTHS) for solve in PENALTIES.values()])
        train.append(np.mean((found @ inside.T - points.y) ** 2, axis=-1))
        test.append(np.mean((found @ outside.T - points.test_y) ** 2, axis=-1))
    both = np.array(train), np.array(test)
    return {kind: Scan(np.array(STRENGTHS), *(part[:, place] for part in both)) for place, kind in enumerate(PENALTIES)}


PENALIZED = Numbers(_penalized, ignores=OF_NETWORKS)
OVER_STRENGTHS = Numbers(_over_strengths, ignores=("strength", *OF_NETWORKS))
