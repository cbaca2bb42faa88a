"""Data sets by name."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simulator.core.datasets import toy
from simulator.core.datasets.dataset import MAX_ROWS, Dataset
from simulator.core.datasets.food import draw_food, food_statistics
from simulator.core.datasets.online import FASHION_CLASSES, fetch_images
from simulator.core.datasets.splits import stratified_order
from simulator.core.datasets.tables import load_table
from simulator.errors import check_choice, check_integer, check_number

MIN_DRAWN_ROWS = 8
MAX_DRAWN_ROWS = 20_000
MAX_NOISE = 1.0


class DatasetInfo(NamedTuple):
    """What is known of a data set before it is loaded, for controls that offer it."""

    name: str
    group: str  # "plane", "truth_table", "curve", "table", "image" or "online"
    task: str  # "classification" or "regression"
    num_features: int
    num_classes: int  # 0 for regression
    has_noise: bool
    default_noise: float
    max_noise: float
    num_rows_default: int
    min_rows: int
    max_rows: int
    default_scaling: str  # the scaling that suits the units of this data
    needs_network: bool


def _info(name: str, group: str, num_features: int, num_classes: int, num_rows: int, **fields) -> DatasetInfo:
    values = {
        "task": "classification" if num_classes else "regression",
        "has_noise": "default_noise" in fields,
        "default_noise": 0.0,
        "max_noise": MAX_NOISE if "default_noise" in fields else 0.0,
        "min_rows": MIN_DRAWN_ROWS,
        "max_rows": MAX_DRAWN_ROWS,
        "default_scaling": "none",
        "needs_network": False,
        **fields,
    }
    return DatasetInfo(name, group, values.pop("task"), num_features, num_classes, num_rows_default=num_rows, **values)


_DRAWN: dict[str, tuple[DatasetInfo, Callable[[int, float, int], toy.Points]]] = {
    info.name: (info, draw)
    for info, draw in (
        (_info("circles", "plane", 2, 2, 300, default_noise=0.1), toy.circles),
        (_info("moons", "plane", 2, 2, 300, default_noise=0.1), toy.moons),
        (_info("gaussians_2", "plane", 2, 2, 300, default_noise=0.4), toy.gaussians(2)),
        (_info("gaussians_3", "plane", 2, 3, 300, default_noise=0.4), toy.gaussians(3)),
        (_info("gaussians_4", "plane", 2, 4, 300, default_noise=0.35), toy.gaussians(4)),
        (_info("xor", "plane", 2, 2, 300, default_noise=0.05), toy.xor),
        (_info("spirals_2", "plane", 2, 2, 400, default_noise=0.03), toy.spirals(2)),
        (_info("spirals_3", "plane", 2, 3, 450, default_noise=0.03), toy.spirals(3)),
        (_info("checkerboard", "plane", 2, 2, 600, default_noise=0.0), toy.checkerboard),
        (_info("sine", "curve", 1, 0, 100, default_noise=0.1), toy.curve(toy.sine)),
        (_info("parabola", "curve", 1, 0, 100, default_noise=0.1), toy.curve(toy.parabola)),
        (_info("step", "curve", 1, 0, 100, default_noise=0.1), toy.curve(toy.step)),
        (_info("absolute", "curve", 1, 0, 100, default_noise=0.05), toy.curve(toy.absolute)),
        (_info("food", "table", 4, 4, 1600, default_scaling="max"), draw_food),
    )
}


def _fixed(name: str, group: str, num_features: int, num_classes: int, num_rows: int, **fields) -> DatasetInfo:
    return _info(name, group, num_features, num_classes, num_rows, max_rows=num_rows, **fields)


_TRUTH_TABLES = {name: _fixed(name, "truth_table", 2, 2, 4, min_rows=4) for name in toy.TRUTH_TABLES}
_TABLES = {
    info.name: info
    for info in (
        _fixed("iris", "table", 4, 3, 150, default_scaling="standard"),
        _fixed("wine", "table", 13, 3, 178, default_scaling="standard"),
        _fixed("breast_cancer", "table", 30, 2, 569, default_scaling="standard"),
        _fixed("digits", "image", 64, 10, 1797, min_rows=20),
    )
}
_ONLINE = {
    name: _info(name, "online", 784, 10, 10_000, min_rows=20, max_rows=70_000, needs_network=True)
    for name in ("mnist", "fashion_mnist")
}
_INFOS: dict[str, DatasetInfo] = {
    **{name: info for name, (info, _) in _DRAWN.items() if info.group == "plane"},
    **_TRUTH_TABLES,
    **{name: info for name, (info, _) in _DRAWN.items() if info.group != "plane"},
    **_TABLES,
    **_ONLINE,
}
DATASET_NAMES: tuple[str, ...] = tuple(_INFOS)


def dataset_info(name: str) -> DatasetInfo:
    """Return what is known of a data set without loading it.

    Raises:
      InputError: naming the choices.

    >>> dataset_info("food").num_rows_default
    1600
    """
    check_choice("dataset", name, DATASET_NAMES)
    return _INFOS[name]


def load_dataset(name: str, *, num_rows: int | None = None, noise: float | int | None = None, seed: int = 0) -> Dataset:
    """Return a data set by name.

    Args:
      name: one of ``DATASET_NAMES``. ``mnist`` and ``fashion_mnist`` are fetched from OpenML at the first call.
      num_rows: rows in all; the data set's own number where left out. A measured data set is thinned with its
        classes in proportion.
      noise: standard deviation in the data's own units; only for data sets that have it.
      seed: of the draw, or of the thinning.

    Returns:
      The data set, with inputs in its own units: images from 0 to 1, food in grams per 100 g.

    Raises:
      InputError: for an unknown name, a number out of range, or a data set that cannot be fetched.

    >>> dataset = load_dataset("food", seed=1)
    >>> dataset.inputs.shape, dataset.class_names
    ((1600, 4), ('beverages', 'desserts', 'meats', 'snacks'))
    """
    info = dataset_info(name)
    num_rows = info.num_rows_default if num_rows is None else num_rows
    noise = info.default_noise if noise is None else noise
    check_integer("num_rows", num_rows, info.min_rows, min(info.max_rows, MAX_ROWS))
    check_number("noise", noise, 0.0, info.max_noise)
    check_integer("seed", seed, 0, 2**32 - 1)
    if name in _TRUTH_TABLES:
        labels = np.array(toy.TRUTH_TABLES[name], dtype=np.int32)
        return _named(info, toy.TRUTH_TABLE_INPUTS, labels, splittable=False)
    if name in _TABLES:
        return _thinned(load_table(name), num_rows, seed)
    if name in _ONLINE:
        inputs, labels = fetch_images(name)
        names = FASHION_CLASSES if name == "fashion_mnist" else None
        whole = Dataset.from_arrays(inputs, labels, name=name, class_names=names, image_shape=(28, 28))
        return _thinned(whole, num_rows, seed)
    inputs, outputs = _DRAWN[name][1](num_rows, float(noise), seed)
    return _named(info, inputs, outputs)


def _named(info: DatasetInfo, inputs: np.ndarray, outputs: np.ndarray, splittable: bool = True) -> Dataset:
    feature_names = ("x",) if info.num_features == 1 else ("x1", "x2")
    class_names = tuple(str(label) for label in range(info.num_classes))
    if info.name == "food":
        feature_names, class_names = tuple(food_statistics()["feature_order"]), tuple(food_statistics()["classes"])
    regression = info.task == "regression"
    return Dataset(
        name=info.name,
        inputs=inputs,
        labels=None if regression else outputs,
        targets=outputs if regression else None,
        feature_names=feature_names,
        class_names=class_names,
        splittable=splittable,
    )


def _thinned(dataset: Dataset, num_rows: int, seed: int) -> Dataset:
    """Keep ``num_rows`` rows with the classes in proportion; the order of the rows stays."""
    if num_rows >= dataset.num_rows:
        return dataset
    assert dataset.labels is not None
    rows = np.sort(stratified_order(dataset.labels, seed, "draw")[:num_rows])
    return Dataset(
        name=dataset.name,
        inputs=dataset.inputs[rows],
        labels=dataset.labels[rows],
        targets=None,
        feature_names=dataset.feature_names,
        class_names=dataset.class_names,
        image_shape=dataset.image_shape,
    )
