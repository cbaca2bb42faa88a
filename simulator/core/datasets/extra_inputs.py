"""More inputs made of two: squares, their product, sines. With them one layer can draw a circle."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from simulator.core.datasets.dataset import Dataset
from simulator.errors import InputError, check_choice

_MADE: dict[str, tuple[str, Callable[[np.ndarray, np.ndarray], np.ndarray]]] = {
    "x1_squared": ("{first}²", lambda first, second: first * first),
    "x2_squared": ("{second}²", lambda first, second: second * second),
    "product": ("{first}·{second}", lambda first, second: first * second),
    "sin_x1": ("sin {first}", lambda first, second: np.sin(first)),
    "sin_x2": ("sin {second}", lambda first, second: np.sin(second)),
}
EXTRA_INPUTS = tuple(_MADE)
"""Names of the inputs that two inputs x₁ and x₂ can be joined by, in their order."""


def with_extra_inputs(dataset: Dataset, names: Sequence[str]) -> Dataset:
    """Return a data set of two inputs with more inputs made of them.

    Args:
      dataset: with two features.
      names: some of ``EXTRA_INPUTS``, in any order; none gives the data set itself.

    Raises:
      InputError: for another name, or a data set with another number of features.

    >>> from simulator.core.datasets import load_dataset
    >>> with_extra_inputs(load_dataset("xor"), ["product"]).feature_names
    ('x1', 'x2', 'x1·x2')
    """
    for name in names:
        check_choice("extra_inputs", name, EXTRA_INPUTS)
    if not names:
        return dataset
    if dataset.num_features != 2:
        raise InputError("data:not_planar", value=dataset.num_features)
    chosen = tuple(name for name in EXTRA_INPUTS if name in names)
    feature_names = (*dataset.feature_names, *extra_input_names(dataset.feature_names, chosen))
    return replace(dataset, inputs=expanded(dataset.inputs, chosen), feature_names=feature_names, extra_inputs=chosen)


def expanded(inputs: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Return inputs with columns of their own for the extra ones.

    Args:
      inputs: (n, 2) float32; (n, features) where there are no extra ones.
      names: as ``Dataset.extra_inputs`` holds them.
    """
    columns = [_MADE[name][1](inputs[:, 0], inputs[:, 1]) for name in names]
    return np.column_stack([inputs, *columns]) if columns else inputs


def extra_input_names(feature_names: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Return how the extra inputs of two features are written.

    >>> extra_input_names(("x1", "x2"), ("x1_squared", "sin_x2"))
    ('x1²', 'sin x2')
    """
    return tuple(_MADE[name][0].format(first=feature_names[0], second=feature_names[1]) for name in names)
