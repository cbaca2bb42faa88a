"""What a data set is: inputs with class labels, or inputs with targets to regress on; checked where it is built."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.errors import InputError

MAX_ROWS = 100_000
MAX_FEATURES = 4_096
MAX_CELLS = 64_000_000
"""Rows times features; the 70,000 images of MNIST have 55 million."""
MAX_CLASSES = 100
MAX_MAGNITUDE = 1e30
"""Largest absolute number: beyond it, scaling in float32 overflows."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """Rows of numbers with what should come out for each.

    Args:
      name: of the data set, ``"arrays"`` or ``"csv"`` for a reader's own.
      inputs: (n, features) float32, in the data's own units.
      labels: (n,) int32, 0 … classes − 1; ``None`` for regression.
      targets: (n, outputs) float32; ``None`` for classification.
      feature_names, class_names: one a feature, one a class; ``class_names`` is empty for regression.
      splittable: ``False`` for a truth table, which is trained on as a whole.
      image_shape: (height, width) where the features are the pixels of an image, row by row.
      extra_inputs: which of the features, its last ones, are made of the first two (``with_extra_inputs``).

    Raises:
      InputError: for shapes that disagree, non-finite numbers, fewer than two classes, or a set over the limits.
    """

    name: str
    inputs: np.ndarray
    labels: np.ndarray | None
    targets: np.ndarray | None
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()
    splittable: bool = True
    image_shape: tuple[int, int] | None = None
    extra_inputs: tuple[str, ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "inputs", _as_float32(self.inputs, "inputs"))
        check_size(*self.inputs.shape)
        if len(self.feature_names) != self.num_features:
            raise InputError("data:feature_names", value=len(self.feature_names), expected=self.num_features)
        if self.image_shape is not None and self.image_shape[0] * self.image_shape[1] != self.num_features:
            raise InputError("data:image_shape", value=self.image_shape, features=self.num_features)
        if (self.labels is None) == (self.targets is None):
            raise InputError("data:labels_or_targets")
        if self.labels is not None:
            object.__setattr__(self, "labels", self._checked_labels(self.labels))
        else:
            targets = _as_float32(self.targets, "targets")
            self._check_length(len(targets))
            object.__setattr__(self, "targets", targets)

    def _checked_labels(self, labels: np.ndarray) -> np.ndarray:
        if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
            raise InputError("data:labels_shape", value=f"{labels.dtype} {labels.shape}")
        self._check_length(len(labels))
        if len(self.class_names) < 2:
            raise InputError("data:one_class", value=", ".join(self.class_names))
        if len(self.class_names) > MAX_CLASSES:
            raise InputError("data:too_many_classes", value=len(self.class_names), maximum=MAX_CLASSES)
        if labels.min() < 0 or labels.max() >= len(self.class_names):
            row = int(np.argmax((labels < 0) | (labels >= len(self.class_names))))
            raise InputError("data:label_range", value=int(labels[row]), row=row, maximum=len(self.class_names) - 1)
        return np.ascontiguousarray(labels, dtype=np.int32)

    def _check_length(self, length: int):
        if length != self.num_rows:
            raise InputError("data:row_count", value=length, expected=self.num_rows)

    @classmethod
    def from_arrays(
        cls,
        inputs: Any,
        labels: Any,
        *,
        name: str = "arrays",
        feature_names: tuple[str, ...] | None = None,
        class_names: tuple[str, ...] | None = None,
        image_shape: tuple[int, int] | None = None,
    ) -> "Dataset":
        """Build a data set from arrays, or anything NumPy makes arrays of.

        Args:
          inputs: (n, features) numbers, or (n,) for one feature.
          labels: (n,) whole numbers or words, one class each; or one-hot rows (n, classes); or (n,) or (n, outputs)
            floats, which are targets to regress on.
          name: of the data set.
          feature_names: one a feature; ``x1``, ``x2``, … where left out.
          class_names: labels then count into these names; where left out, each value that occurs is a class.
          image_shape: (height, width) of images whose pixels the features are.

        Returns:
          The data set.

        >>> Dataset.from_arrays([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["no", "yes", "yes"]).class_names
        ('no', 'yes')
        """
        inputs = _as_array(inputs, "inputs")
        inputs = inputs[:, None] if inputs.ndim == 1 else inputs
        inputs = _as_float32(inputs, "inputs")
        if feature_names is None:
            feature_names = tuple(f"x{feature + 1}" for feature in range(inputs.shape[1]))
        labels = _as_array(labels, "labels")
        common: dict[str, Any] = {
            "name": name,
            "inputs": inputs,
            "feature_names": tuple(feature_names),
            "image_shape": image_shape,
        }
        if labels.ndim == 2 and _is_one_hot(labels):
            class_names = class_names or tuple(str(position) for position in range(labels.shape[1]))
            labels = np.argmax(labels, axis=1)
        if labels.ndim == 2 or np.issubdtype(labels.dtype, np.floating):
            targets = labels[:, None] if labels.ndim == 1 else labels
            return cls(labels=None, targets=_as_float32(targets, "labels"), **common)
        if labels.ndim != 1:
            raise InputError("data:labels_shape", value=f"{labels.dtype} {labels.shape}")
        if class_names is None:
            values, labels = np.unique(labels, return_inverse=True)
            class_names = tuple(str(value) for value in values)
        return cls(labels=labels, targets=None, class_names=tuple(class_names), **common)

    @property
    def task(self) -> str:
        """``"classification"`` or ``"regression"``."""
        return "regression" if self.labels is None else "classification"

    @property
    def num_rows(self) -> int:
        """Number of examples."""
        return self.inputs.shape[0]

    @property
    def num_features(self) -> int:
        """Number of inputs of a network on this data."""
        return self.inputs.shape[1]

    @property
    def num_own_features(self) -> int:
        """Number of inputs that are not made of others."""
        return self.num_features - len(self.extra_inputs)

    @property
    def num_classes(self) -> int:
        """Number of classes; 0 for regression."""
        return len(self.class_names) if self.labels is not None else 0

    @property
    def num_outputs(self) -> int:
        """Outputs of a network on this data: one a class, or one a target."""
        return self.num_classes if self.targets is None else self.targets.shape[1]


def check_size(num_rows: int, num_features: int) -> None:
    """Raise where a data set would be empty or over the limits."""
    if num_rows < 1 or num_features < 1:
        raise InputError("data:empty_table", rows=num_rows, features=num_features)
    if num_rows > MAX_ROWS:
        raise InputError("data:too_many_rows", value=num_rows, maximum=MAX_ROWS)
    if num_features > MAX_FEATURES:
        raise InputError("data:too_many_features", value=num_features, maximum=MAX_FEATURES)
    if num_rows * num_features > MAX_CELLS:
        raise InputError("data:too_many_cells", rows=num_rows, features=num_features, maximum=MAX_CELLS)


def _as_array(values: Any, what: str) -> np.ndarray:
    try:
        array = np.asarray(values)
    except (TypeError, ValueError) as error:  # rows of unequal lengths, for example
        raise InputError("data:not_an_array", field=what) from error
    if array.dtype.kind not in "biufUSO" or array.ndim == 0:
        raise InputError("data:not_an_array", field=what)
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8", "replace")
    if array.dtype.kind == "O":  # words from pandas; never arbitrary objects
        if not all(isinstance(value, str) for value in array.flat):
            raise InputError("data:not_an_array", field=what)
        array = array.astype(str)
    return array


def _as_float32(values: Any, what: str) -> np.ndarray:
    array = _as_array(values, what)
    if array.ndim != 2 or array.dtype.kind not in "biuf":
        raise InputError("data:not_a_table", field=what, value=f"{array.dtype} {array.shape}")
    # Written so that NaN, which compares false to everything, counts as wrong.
    wide = array.astype(np.promote_types(array.dtype, np.float32), copy=False)  # float16 cannot hold the bound
    if not np.all(np.abs(wide) <= MAX_MAGNITUDE):
        row, column = (int(index) for index in np.argwhere(~(np.abs(wide) <= MAX_MAGNITUDE))[0])
        raise InputError("data:not_finite", field=what, row=row, column=column, value=array[row, column])
    return np.ascontiguousarray(array, dtype=np.float32)


def _is_one_hot(labels: np.ndarray) -> bool:
    if labels.shape[1] < 2 or labels.dtype.kind not in "biuf":
        return False
    return bool(np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all())
