"""Data sets from arrays: what is accepted, what is refused and with which sentence."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from simulator.core.datasets import Dataset
from simulator.errors import InputError

INPUTS = np.arange(12.0).reshape(6, 2)


def test_integer_labels_become_classes_counted_from_zero():
    dataset = Dataset.from_arrays(INPUTS, [3, 8, 3, 8, 8, 3])
    assert dataset.class_names == ("3", "8")
    assert dataset.labels is not None
    assert dataset.labels.tolist() == [0, 1, 0, 1, 1, 0]
    assert (dataset.inputs.dtype, dataset.labels.dtype) == (np.float32, np.int32)
    assert (dataset.task, dataset.num_rows, dataset.num_features) == ("classification", 6, 2)
    assert (dataset.num_classes, dataset.num_outputs) == (2, 2)
    assert dataset.feature_names == ("x1", "x2")


def test_named_classes_keep_their_number_even_where_one_does_not_occur():
    dataset = Dataset.from_arrays(INPUTS, [0, 2, 0, 2, 2, 0], class_names=("a", "b", "c"))
    assert dataset.labels is not None
    assert dataset.labels.tolist() == [0, 2, 0, 2, 2, 0]
    assert dataset.num_outputs == 3


def test_words_from_pandas_become_classes():
    frame = pd.DataFrame({"size": [1, 2, 3], "kind": ["dog", "cat", "dog"]})
    dataset = Dataset.from_arrays(frame[["size"]], frame["kind"])
    assert dataset.class_names == ("cat", "dog")
    assert dataset.labels is not None
    assert dataset.labels.tolist() == [1, 0, 1]


@pytest.mark.parametrize("dtype", [int, float, bool])
def test_one_hot_rows_become_classes(dtype):
    dataset = Dataset.from_arrays(INPUTS, np.eye(3, dtype=dtype)[[0, 1, 2, 2, 1, 0]])
    assert dataset.labels is not None
    assert dataset.labels.tolist() == [0, 1, 2, 2, 1, 0]


def test_float_labels_are_targets_of_a_regression():
    dataset = Dataset.from_arrays(INPUTS[:, 0], np.linspace(0, 1, 6))
    assert (dataset.task, dataset.num_classes, dataset.num_outputs) == ("regression", 0, 1)
    assert dataset.labels is None
    assert dataset.targets is not None
    assert dataset.targets.shape == (6, 1)
    assert dataset.inputs.shape == (6, 1)
    assert Dataset.from_arrays(INPUTS, INPUTS / 3).num_outputs == 2


@pytest.mark.parametrize(
    ("inputs", "labels", "sentence"),
    [
        ([[1.0], [2.0, 3.0]], [0, 1], "rows have equal lengths"),
        (INPUTS, [0, 1, 0], "3 labels or targets for 6 rows"),
        (INPUTS, [1] * 6, "Every row belongs to the class “1”"),
        (INPUTS, np.zeros((6, 2), int), None),
        (INPUTS, list(range(6)), None),
        (np.array([[0.0, 1.0], [np.nan, 2.0]]), [0, 1], "holds nan at row index 1, column index 0"),
        (np.array([[0.0, 1.0], [2.0, np.inf]]), [0, 1], "holds inf at row index 1, column index 1"),
        (np.array([[0.0], [1e31]]), [0, 1], "at most 1e30"),
        (INPUTS, [0.0, 1.0, np.nan, 0.0, 0.0, 0.0], "holds nan at row index 2"),
        (np.zeros((0, 2)), np.zeros(0, int), "empty: 0 rows"),
        (np.zeros((4, 0)), [0, 1, 0, 1], "0 features"),
        (np.zeros((2, 5000)), [0, 1], "5000 features"),
        (np.arange(202.0), np.arange(101).repeat(2), "101 classes"),
        (np.zeros((3, 2, 2)), [0, 1, 0], r"\(n, columns\) array"),
        ([["a"], ["b"]], [0, 1], r"\(n, columns\) array"),
        ([[object()], [object()]], [0, 1], "must be an array of numbers"),
        (7.0, [0, 1], "must be an array of numbers"),
        ([[1j], [2j]], [0, 1], "must be an array of numbers"),
        (INPUTS, np.zeros((6, 2, 2), int), "one whole number or word"),
    ],
)
def test_wrong_arrays_are_refused_in_a_sentence(inputs, labels, sentence):
    if sentence is None:
        assert Dataset.from_arrays(inputs, labels).num_rows == 6
        return
    with pytest.raises(InputError, match=sentence) as caught:
        Dataset.from_arrays(inputs, labels)
    assert caught.value.code.startswith("data:")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"labels": None}, "either labels"),
        ({"targets": np.zeros((6, 1))}, "either labels"),
        ({"labels": np.array([0, 1, 2, 0, 0, 0])}, "label 2 at index 2"),
        ({"labels": np.array([0, -1, 1, 0, 0, 0])}, "label -1 at index 1"),
        ({"labels": np.zeros(6)}, "one whole number or word"),
        ({"feature_names": ("a",)}, "1 feature names for 2 features"),
        ({"image_shape": (3, 3)}, "do not have 2 pixels"),
        ({"class_names": ("a",)}, "At least two classes"),
    ],
)
def test_fields_that_disagree_are_refused(fields, sentence):
    right = {
        "name": "test",
        "inputs": INPUTS,
        "labels": np.array([0, 1, 0, 1, 0, 1]),
        "targets": None,
        "feature_names": ("a", "b"),
        "class_names": ("no", "yes"),
    }
    assert Dataset(**right).num_rows == 6
    with pytest.raises(InputError, match=sentence):
        Dataset(**{**right, **fields})


ANY_ARRAY = hnp.arrays(
    dtype=st.one_of(
        hnp.integer_dtypes(), hnp.floating_dtypes(), hnp.boolean_dtypes(), hnp.unicode_string_dtypes(max_len=3)
    ),
    shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5),
)


@given(inputs=ANY_ARRAY, labels=ANY_ARRAY)
def test_any_arrays_give_a_valid_data_set_or_a_sentence(inputs, labels):
    try:
        dataset = Dataset.from_arrays(inputs, labels)
    except InputError as error:
        assert error.in_language("ko") and error.in_language("en")
        return
    assert dataset.inputs.shape == (dataset.num_rows, len(dataset.feature_names))
    assert np.isfinite(dataset.inputs).all()
    if dataset.labels is not None:
        assert dataset.labels.shape == (dataset.num_rows,)
        assert dataset.labels.min() >= 0 and dataset.labels.max() < dataset.num_classes
