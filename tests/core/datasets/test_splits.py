"""Splits: disjoint, complete, in proportion, and the same for the same seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.core.datasets import Dataset, load_dataset, split_rows
from simulator.errors import InputError


def _dataset(labels: list[int], num_classes: int) -> Dataset:
    inputs = np.zeros((len(labels), 1))
    return Dataset.from_arrays(inputs, labels, class_names=tuple(str(label) for label in range(num_classes)))


@given(
    labels=st.lists(st.integers(0, 3), min_size=1, max_size=200),
    fractions=st.tuples(st.floats(0, 0.99), st.floats(0, 0.99)),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_row_is_lost_or_in_two_parts(labels, fractions, seed):
    dataset = _dataset(labels, 4)
    split = split_rows(dataset, fractions[0], fractions[1], seed)
    assert len(split.train) >= 1
    np.testing.assert_array_equal(np.sort(np.concatenate(split)), np.arange(dataset.num_rows))
    assert all((np.diff(part) > 0).all() for part in split)
    if len(split.train) >= 4:
        assert set(np.array(labels)[split.train]) == set(labels)


def test_every_part_has_the_classes_in_proportion():
    dataset = load_dataset("breast_cancer")
    assert dataset.labels is not None
    split = split_rows(dataset, 0.1, 0.1, seed=4)
    assert [len(part) for part in split] == [455, 57, 57]
    share = dataset.labels.mean()
    for part in split:
        assert abs(dataset.labels[part].mean() - share) < 1.5 / len(part)


def test_the_seed_decides():
    dataset = load_dataset("moons")
    first, again, other = (split_rows(dataset, 0.1, 0.1, seed) for seed in (1, 1, 2))
    for part, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(part, same)
    assert not np.array_equal(first.test, other.test)


def test_every_row_is_drawn_equally_often():
    dataset = _dataset([0] * 6 + [1] * 14, 2)
    drawn = np.zeros(20)
    for seed in range(600):
        drawn[split_rows(dataset, 0.0, 0.5, seed).test] += 1
    assert drawn.min() > 250 and drawn.max() < 350  # 300 expected, deviation about 12


def test_truth_tables_stay_whole():
    split = split_rows(load_dataset("xor_table"), 0.25, 0.25, seed=0)
    assert [len(part) for part in split] == [4, 0, 0]


def test_regression_is_split_too():
    assert [len(part) for part in split_rows(load_dataset("sine"), 0.1, 0.2, seed=0)] == [70, 10, 20]


@pytest.mark.parametrize("fractions", [(-0.1, 0.1), (0.1, 1.0), (float("nan"), 0.1)])
def test_wrong_fractions_are_refused(fractions):
    with pytest.raises(InputError, match="fraction"):
        split_rows(load_dataset("moons"), fractions[0], fractions[1], 0)
