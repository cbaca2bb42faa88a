"""The five networks that are timed, with data already scaled, and what every contender hands back."""

from typing import Any, NamedTuple

import numpy as np

from simulator.core.datasets import Dataset, apply_scaler, fit_scaler, load_dataset
from simulator.core.network import NetworkConfig
from simulator.core.training import TrainingConfig

PER_LAYER = (
    "activation_mean",
    "activation_std",
    "zero_fraction",
    "saturated_fraction",
    "pre_activation_grad_norm",
    "activation_grad_norm",
    "weight_grad_norm",
    "bias_grad_norm",
    "weight_norm",
    "update_ratio",
)
"""Recorded of every layer at every step: (steps, layers)."""
SCALARS = ("loss", "accuracy")
"""Recorded at every step: (steps,)."""
SATURATED_SHARE = 0.05
"""A unit counts as saturated where |φ'| is under this share of the function's largest: 1 for ReLU, ¼ for softmax."""

Recorded = dict[str, np.ndarray]


class Case(NamedTuple):
    """A network, its data and how long it is trained."""

    name: str
    network: NetworkConfig
    dataset: Dataset
    batch_size: int
    num_steps: int
    times_torch: float  # how many times faster than PyTorch the project wants to be

    def training(self, num_steps: int | None = None, **changes: Any) -> TrainingConfig:
        """Return the configuration of a run that records every step and holds no rows back."""
        steps_per_epoch = self.dataset.num_rows // self.batch_size
        fields: dict[str, Any] = {
            "optimizer": "sgd",
            "learning_rate": 0.01,
            "batch_size": self.batch_size,
            "num_epochs": (num_steps or self.num_steps) // steps_per_epoch,
            "validation_fraction": 0.0,
            "test_fraction": 0.0,
            "seed": 0,
        }
        return TrainingConfig(**{**fields, **changes})


def cases() -> tuple[Case, ...]:
    """Return the five networks, smallest first."""
    moons, many_moons = load_dataset("moons", num_rows=320), load_dataset("moons", num_rows=640)
    return (
        Case("2-8-8-2", _network(2, 8, 8, 2), moons, 32, 1000, 5.0),
        Case("4-32-32-4", _network(4, 32, 32, 4), _scaled(load_dataset("food", num_rows=1536)), 256, 996, 5.0),
        Case("2-(10×32)-2", _network(2, *[32] * 10, 2), many_moons, 64, 1000, 5.0),
        Case("2-(30×32)-2", _network(2, *[32] * 30, 2), many_moons, 64, 500, 5.0),
        Case("784-(4×512)-10", _network(784, *[512] * 4, 10), _images(1280), 128, 100, 1.5),
    )


def _network(*layer_sizes: int) -> NetworkConfig:
    return NetworkConfig(layer_sizes=layer_sizes, activation="relu", initializer="he_normal")


def _scaled(dataset: Dataset) -> Dataset:
    assert dataset.labels is not None
    inputs = apply_scaler(fit_scaler("max", dataset.inputs), dataset.inputs)
    return Dataset.from_arrays(inputs, dataset.labels, class_names=dataset.class_names)


def _images(num_rows: int) -> Dataset:
    """Return noisy pictures of ten blurred patterns, in place of MNIST, which would have to be fetched."""
    random = np.random.default_rng(0)
    patterns = random.uniform(size=(10, 784))
    labels = np.arange(num_rows) % 10
    inputs = np.clip(0.5 * patterns[labels] + 0.5 * random.uniform(size=(num_rows, 784)), 0, 1)
    return Dataset.from_arrays(inputs, labels)
