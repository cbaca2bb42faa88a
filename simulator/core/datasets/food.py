"""Food products drawn from measured statistics: four nutrients, four classes.

The figures of ``food_statistics.json`` come from 446 products of the Open Food Facts database (Open Database License):
quantiles of each nutrient within each class, and the Spearman rank correlations between nutrients. A row drawn here
is a sample from those statistics, not a product.
"""

import json
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from scipy.special import ndtr

from simulator.core.datasets.randomness import generator

MIN_EIGENVALUE = 1e-6


@cache
def food_statistics() -> dict[str, Any]:
    """Return the measured figures with their source."""
    return json.loads((resources.files("simulator.core.datasets") / "food_statistics.json").read_text(encoding="utf-8"))


def draw_food(num_rows: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw products, the same number of each class (the first classes get what is left over).

    A Gaussian copula: correlated normal numbers, mapped to ranks, ranks mapped to grams by linear interpolation
    between the measured quantiles.

    Args:
      num_rows: products of all classes together.
      noise: must be 0; the spread is in the statistics.
      seed: of the draw.

    Returns:
      (n, 4) nutrients in grams per 100 g, with additives as a count; (n,) class.

    Source: Nelsen, An Introduction to Copulas, section 5.1 (Spearman's ρ of the Gaussian copula).
    """
    del noise
    statistics = food_statistics()
    features = statistics["feature_order"]
    levels = np.array(statistics["quantile_levels_percent"]) / 100
    random = generator(seed, "draw")
    counts = [len(part) for part in np.array_split(np.arange(num_rows), len(statistics["classes"]))]
    inputs = []
    for figures, count in zip(statistics["classes"].values(), counts, strict=True):
        covariance = _correlation_of_normals(np.array(figures["spearman"]))
        normal = random.standard_normal((count, len(features))) @ np.linalg.cholesky(covariance).T
        ranks = ndtr(normal)
        columns = [np.interp(ranks[:, i], levels, figures["quantiles"][name]) for i, name in enumerate(features)]
        columns[features.index("additives")] = np.round(columns[features.index("additives")])
        inputs.append(np.column_stack(columns))
    order = random.permutation(num_rows)
    return np.concatenate(inputs)[order], np.repeat(np.arange(len(counts)), counts)[order]


def _correlation_of_normals(spearman: np.ndarray) -> np.ndarray:
    """Return the Pearson correlation r = 2 sin(πρ/6) of normals with these rank correlations, made positive definite.

    Rounded rank correlations with ties need not fit together: negative eigenvalues are lifted and the diagonal
    scaled back to 1.
    """
    values, vectors = np.linalg.eigh(2 * np.sin(np.pi * spearman / 6))
    repaired = (vectors * np.maximum(values, MIN_EIGENVALUE)) @ vectors.T
    deviation = np.sqrt(np.diag(repaired))
    return repaired / np.outer(deviation, deviation)
