"""Splits into training, validation and test rows."""

from typing import NamedTuple

import numpy as np

from simulator.core.datasets.dataset import Dataset
from simulator.core.datasets.randomness import generator
from simulator.errors import check_integer, check_number


class Split(NamedTuple):
    """Row numbers of each part, ascending; no row is in two parts, every row is in one."""

    train: np.ndarray  # (rows,) int64, never empty
    validation: np.ndarray
    test: np.ndarray


def split_rows(dataset: Dataset, validation_fraction: float | int, test_fraction: float | int, seed: int) -> Split:
    """Split rows at random, each part with the classes in proportion as far as whole rows allow.

    At least one row stays for training, and one of every class where there are rows enough. A truth table is not
    split. Parts of a very small data set may be empty.

    Args:
      dataset: to split.
      validation_fraction, test_fraction: of all rows, rounded to whole rows.
      seed: of the split.

    Returns:
      The split.

    >>> [len(part) for part in split_rows(Dataset.from_arrays(np.eye(10), [0, 1] * 5), 0.2, 0.1, seed=0)]
    [7, 2, 1]
    """
    check_number("validation_fraction", validation_fraction, 0.0, below=1.0)
    check_number("test_fraction", test_fraction, 0.0, below=1.0)
    check_integer("seed", seed, 0, 2**32 - 1)
    num_rows = dataset.num_rows
    if not dataset.splittable:
        empty = np.zeros(0, np.int64)
        return Split(train=np.arange(num_rows), validation=empty, test=empty)
    num_test = min(int(num_rows * test_fraction + 0.5), num_rows - 1)
    num_validation = min(int(num_rows * validation_fraction + 0.5), num_rows - 1 - num_test)
    labels = dataset.labels if dataset.labels is not None else np.zeros(num_rows, np.int32)
    order = stratified_order(labels, seed, "split")
    return Split(
        test=np.sort(order[:num_test]),
        validation=np.sort(order[num_test : num_test + num_validation]),
        train=np.sort(order[num_test + num_validation :]),
    )


def stratified_order(labels: np.ndarray, seed: int, stream: str) -> np.ndarray:
    """Return the rows in a random order in which every stretch holds the classes in proportion.

    The i-th of the c rows of a class (shuffled) stands at (i + 1) / c; so the last row of every class stands at the
    very end, and cutting pieces off the front takes the last row of a class only when nothing else is left.

    Args:
      labels: (n,) class of each row.
      seed, stream: of the shuffling.

    Returns:
      (n,) row numbers.
    """
    shuffled = generator(seed, stream).permutation(len(labels))
    counts = np.bincount(labels)
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    place_in_class = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    position = (place_in_class + 1) / np.repeat(counts, counts)
    tie_break = np.argsort(shuffled)[by_class]  # a random order among rows at the same place
    return by_class[np.lexsort((tie_break, position))]
