"""Measured tables that scikit-learn carries: iris, wine, breast cancer and handwritten digits."""

from collections.abc import Callable
from typing import Any

from sklearn import datasets as sklearn_datasets

from simulator.core.datasets.dataset import Dataset

DIGITS_LARGEST_PIXEL = 16.0

_LOADERS: dict[str, Callable[[], Any]] = {
    "iris": sklearn_datasets.load_iris,
    "wine": sklearn_datasets.load_wine,
    "breast_cancer": sklearn_datasets.load_breast_cancer,
    "digits": sklearn_datasets.load_digits,
}


def load_table(name: str) -> Dataset:
    """Load a table as scikit-learn has it; pixels of ``digits`` are divided by 16, so that they go from 0 to 1.

    Source: UCI Machine Learning Repository, through ``sklearn.datasets``.
    """
    bunch = _LOADERS[name]()
    digits = name == "digits"
    return Dataset(
        name=name,
        inputs=bunch.data / DIGITS_LARGEST_PIXEL if digits else bunch.data,
        labels=bunch.target,
        targets=None,
        feature_names=tuple(_identifier(feature) for feature in bunch.feature_names),
        class_names=tuple(_identifier(str(label)) for label in bunch.target_names),
        image_shape=(8, 8) if digits else None,
    )


def _identifier(name: str) -> str:
    """Return a name as one word: ``sepal length (cm)`` as ``sepal_length``, for the catalogue to translate."""
    return name.removesuffix(" (cm)").replace(" ", "_").replace("/", "_")
