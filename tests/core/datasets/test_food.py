"""Food drawn from measured statistics has those statistics, and is as hard to classify as stated."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.neural_network import MLPClassifier

from simulator.core.datasets import Dataset, apply_scaler, fit_scaler, load_dataset
from simulator.core.datasets.food import food_statistics


@pytest.fixture(scope="module")
def many() -> Dataset:
    return load_dataset("food", num_rows=20_000, seed=1)


@pytest.mark.parametrize("name", ["beverages", "desserts", "meats", "snacks"])
def test_quantiles_and_rank_correlations_are_the_measured_ones(many, name):
    figures = food_statistics()["classes"][name]
    rows = many.inputs[many.labels == many.class_names.index(name)]
    levels = food_statistics()["quantile_levels_percent"]
    for feature, column in zip(many.feature_names, rows.T, strict=True):
        measured = np.array(figures["quantiles"][feature])
        share_below = (column[:, None] < measured[1:-1] - 1e-5).mean(axis=0)
        share_up_to = (column[:, None] <= measured[1:-1] + 1e-5).mean(axis=0)
        assert (share_below < np.array(levels[1:-1]) / 100 + 0.015).all()  # 5,000 rows: deviation at most 0.007
        assert (share_up_to > np.array(levels[1:-1]) / 100 - 0.015).all()
        assert measured[0] <= column.min() and column.max() <= measured[-1] + 1e-4
    np.testing.assert_allclose(np.array(spearmanr(rows)[0]), figures["spearman"], atol=0.06)


def test_additives_are_whole_numbers(many):
    additives = many.inputs[:, many.feature_names.index("additives")]
    np.testing.assert_array_equal(additives, np.round(additives))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_classes_overlap_as_much_as_stated():
    dataset = load_dataset("food")
    inputs = apply_scaler(fit_scaler("standard", dataset.inputs), dataset.inputs)
    straight = cross_val_score(LogisticRegression(max_iter=500), inputs, dataset.labels, cv=5).mean()
    network = MLPClassifier((32, 32), learning_rate_init=0.01, max_iter=60, random_state=0)
    curved = cross_val_score(network, inputs, dataset.labels, cv=4).mean()
    assert 0.79 < straight < 0.84
    assert 0.83 < curved < 0.89
    assert curved > straight + 0.02


def test_the_source_is_named():
    assert "Open Food Facts" in food_statistics()["source"] and "ODbL" in food_statistics()["source"]
