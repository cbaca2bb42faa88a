"""The numbers a layer that are drawn, and what their pictures share."""

from typing import Any, NamedTuple

import numpy as np

from simulator.texts import text
from simulator.texts.numbers import number_text


class Quantity(NamedTuple):
    """A per-layer field of ``Records`` and how it is drawn."""

    color: str  # "gradient", "forward" or "update"
    log: bool


QUANTITIES = {
    "pre_activation_grad_norm": Quantity("gradient", True),
    "activation_grad_norm": Quantity("gradient", True),
    "weight_grad_norm": Quantity("gradient", True),
    "bias_grad_norm": Quantity("gradient", True),
    "update_ratio": Quantity("update", True),
    "weight_norm": Quantity("forward", True),
    "activation_std": Quantity("forward", True),
    "activation_mean": Quantity("forward", False),
    "zero_fraction": Quantity("forward", False),
    "saturated_fraction": Quantity("forward", False),
    "dead_fraction": Quantity("forward", False),
}
SHARES = ("zero_fraction", "saturated_fraction", "dead_fraction")
"""Quantities between 0 and 1, written in percent."""


def described(language: str, entry: str, name: str, last_step: Any, values: np.ndarray) -> str:
    """Return the alternative text of a picture of one number a layer, which ends with the last step's values."""
    return text(
        language,
        entry,
        quantity=name,
        steps=int(last_step),
        layers=len(values),
        first=number_text(float(values[0])),
        last=number_text(float(values[-1])),
    )
