"""Data sets by name: shapes, seeds, limits, and facts about each that can be checked."""

import numpy as np
import pytest

from simulator.core.datasets import (
    DATASET_NAMES,
    Dataset,
    class_labels,
    dataset_info,
    dataset_label,
    feature_labels,
    load_dataset,
)
from simulator.errors import InputError
from simulator.texts import LANGUAGES, catalogue

CARRIED = [name for name in DATASET_NAMES if not dataset_info(name).needs_network]
DRAWN = [name for name in CARRIED if dataset_info(name).max_rows == 20_000]
FIXED = ["iris", "wine", "breast_cancer", "digits"]


@pytest.mark.parametrize("name", CARRIED)
def test_every_data_set_is_what_its_information_says(name):
    info, dataset = dataset_info(name), load_dataset(name)
    assert dataset.name == name
    assert dataset.task == info.task
    assert dataset.num_rows == info.num_rows_default
    assert (dataset.num_features, dataset.num_classes) == (info.num_features, info.num_classes)
    assert dataset.splittable == (info.group != "truth_table")
    if dataset.labels is not None:
        assert set(dataset.labels.tolist()) == set(range(dataset.num_classes))


@pytest.mark.parametrize("name", DRAWN)
def test_drawn_data_follows_the_seed_and_the_number_of_rows(name):
    first, again, other = (load_dataset(name, num_rows=37, seed=seed) for seed in (5, 5, 6))
    assert first.num_rows == 37
    np.testing.assert_array_equal(first.inputs, again.inputs)
    assert not np.array_equal(first.inputs, other.inputs)
    if first.labels is not None:
        assert np.ptp(np.bincount(first.labels)) <= 1


@pytest.mark.parametrize("name", [name for name in CARRIED if dataset_info(name).has_noise])
def test_noise_moves_points(name):
    noise = dataset_info(name).max_noise
    still, noisy = load_dataset(name, noise=0.0), load_dataset(name, noise=noise)
    moved = noisy.inputs - still.inputs if still.targets is None else _targets(noisy) - _targets(still)
    # Points keep their places but for the shift, so its deviation is the noise.
    assert 0.8 * noise < moved.std() < 1.2 * noise


def _targets(dataset: Dataset) -> np.ndarray:
    assert dataset.targets is not None
    return dataset.targets


@pytest.mark.parametrize("name", FIXED)
def test_a_thinned_table_keeps_its_classes_in_proportion(name):
    whole, part = load_dataset(name), load_dataset(name, num_rows=100, seed=3)
    assert whole.labels is not None and part.labels is not None
    expected = np.bincount(whole.labels) * 100 / whole.num_rows
    assert np.abs(np.bincount(part.labels) - expected).max() <= 1.5
    rows = {row.tobytes() for row in whole.inputs}
    assert all(row.tobytes() in rows for row in part.inputs)


@pytest.mark.parametrize(
    ("name", "outputs"), [("or_table", [0, 1, 1, 1]), ("and_table", [0, 0, 0, 1]), ("xor_table", [0, 1, 1, 0])]
)
def test_truth_tables(name, outputs):
    dataset = load_dataset(name)
    assert dataset.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert dataset.labels is not None
    assert dataset.labels.tolist() == outputs


def test_or_is_solved_by_the_perceptron_of_the_course():
    dataset = load_dataset("or_table")
    assert dataset.labels is not None
    assert np.array_equal(np.sign(dataset.inputs @ [1, 1] - 0.5), 2 * dataset.labels - 1)


def test_plane_sets_have_the_shape_of_their_name():
    rings = load_dataset("circles", noise=0.0)
    radius = np.linalg.norm(rings.inputs, axis=1)
    np.testing.assert_allclose(radius, np.where(rings.labels == 0, 1.0, 0.5), atol=1e-6)
    blocks = load_dataset("xor", noise=0.0)
    np.testing.assert_array_equal(blocks.labels, (blocks.inputs.prod(axis=1) < 0).astype(int))
    squares = load_dataset("checkerboard", noise=0.0)
    cells = np.floor((squares.inputs + 1) * 2).astype(int)
    np.testing.assert_array_equal(squares.labels, cells.sum(axis=1) % 2)
    arms = load_dataset("spirals_3", noise=0.0)
    radius = np.linalg.norm(arms.inputs, axis=1)
    angle = np.arctan2(arms.inputs[:, 1], arms.inputs[:, 0]) / (2 * np.pi) - 1.25 * radius
    assert arms.labels is not None
    np.testing.assert_allclose(np.abs((angle - arms.labels / 3 + 0.5) % 1 - 0.5), 0, atol=1e-5)
    clouds = load_dataset("gaussians_4", noise=0.01)
    assert len(np.unique(np.sign(clouds.inputs), axis=0)) == 4


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("sine", lambda x: np.sin(np.pi * x)),
        ("parabola", lambda x: 2 * x * x - 1),
        ("step", lambda x: np.sign(x)),
        ("absolute", np.abs),
    ],
)
def test_curves(name, function):
    dataset = load_dataset(name, noise=0.0)
    np.testing.assert_allclose(_targets(dataset), function(dataset.inputs), atol=1e-6)


def test_images_go_from_0_to_1():
    digits = load_dataset("digits")
    assert (digits.inputs.min(), digits.inputs.max(), digits.image_shape) == (0.0, 1.0, (8, 8))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"name": "mnits"}, "'mnits', which is not known. Choose one of: circles"),
        ({"name": "moons", "num_rows": 7}, "at least 8"),
        ({"name": "moons", "num_rows": 20_001}, "at most 20000"),
        ({"name": "iris", "num_rows": 151}, "at most 150"),
        ({"name": "or_table", "num_rows": 3}, "at least 4"),
        ({"name": "moons", "noise": 1.5}, "at most 1.0"),
        ({"name": "moons", "noise": float("nan")}, "finite number"),
        ({"name": "food", "noise": 0.1}, "at most 0.0"),
        ({"name": "moons", "seed": -1}, "at least 0"),
    ],
)
def test_wrong_arguments_are_refused_in_a_sentence(arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        load_dataset(**arguments)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DATASET_NAMES)
def test_every_data_set_has_a_name_and_a_description(language, name):
    entries = catalogue(language)
    assert dataset_label(language, name) != name
    assert entries[f"datasets.{name}.description"].endswith(".")


@pytest.mark.parametrize("name", ["food", "iris", "wine", "breast_cancer"])
def test_words_are_translated(name):
    dataset = load_dataset(name)
    for labels in (feature_labels("ko", dataset), class_labels("ko", dataset)):
        assert all(any("가" <= letter <= "힣" for letter in label) for label in labels)
        assert len(set(labels)) == len(labels)


def test_own_names_stay():
    dataset = Dataset.from_arrays([[0.0], [1.0]], ["a", "b"], feature_names=("protein",))
    assert feature_labels("ko", dataset) == ("protein",)
    assert class_labels("ko", dataset) == ("a", "b")
    assert dataset_label("ko", "my_table") == "my_table"
