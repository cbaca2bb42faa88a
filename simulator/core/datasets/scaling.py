"""Scaling of features: fitted on the training rows, applied to all."""

from typing import NamedTuple

import numpy as np

from simulator.core.training import SCALINGS
from simulator.errors import check_choice


class Scaler(NamedTuple):
    """scaled = (inputs − offset) / scale, feature by feature."""

    offset: np.ndarray  # (features,) float32
    scale: np.ndarray  # (features,) float32, never 0


def fit_scaler(scaling: str, inputs: np.ndarray) -> Scaler:
    """Measure what a scaling needs to know of each feature.

    ``none`` leaves numbers as they are; ``max`` divides by the largest absolute value, which is the column maximum
    where no number is negative; ``minmax`` maps onto [0, 1]; ``standard`` gives mean 0 and standard deviation 1.
    A constant feature, which has nothing to divide by, keeps its scale.

    Args:
      scaling: one of ``none``, ``max``, ``minmax``, ``standard``.
      inputs: (n, features) of the training rows.

    Returns:
      The scaler.

    >>> fit_scaler("max", np.array([[1.0, 0.0], [4.0, 0.0]])).scale
    array([4., 1.], dtype=float32)
    """
    check_choice("scaling", scaling, SCALINGS)
    inputs = np.asarray(inputs, np.float64)
    offset, scale = np.zeros(inputs.shape[1]), np.ones(inputs.shape[1])
    if scaling == "max":
        scale = np.abs(inputs).max(axis=0)
    elif scaling == "minmax":
        offset = inputs.min(axis=0)
        scale = inputs.max(axis=0) - offset
    elif scaling == "standard":
        offset = inputs.mean(axis=0)
        # A mean of equal numbers can miss them by a rounding error, which must not pass for a spread.
        scale = np.where(inputs.min(axis=0) == inputs.max(axis=0), 0.0, inputs.std(axis=0))
    scale = np.where(scale < np.finfo(np.float32).tiny, 1.0, scale)
    return Scaler(offset=offset.astype(np.float32), scale=scale.astype(np.float32))


def apply_scaler(scaler: Scaler, inputs: np.ndarray) -> np.ndarray:
    """Return (inputs − offset) / scale as float32 (n, features)."""
    return ((np.asarray(inputs, np.float64) - scaler.offset) / scaler.scale).astype(np.float32)
