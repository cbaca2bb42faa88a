"""Changes of the configuration that help: each is data, so that the tests can try exactly what the card says."""

import math
from typing import Any

import numpy as np

from simulator.core.activations import SATURATING
from simulator.core.diagnosis.finding import Remedy
from simulator.core.run import Run

HEALTHY_UPDATE = 0.1
"""First update against weights that a lower rate should reach: gradients are largest at the start."""
QUICK_UPDATE = 0.01
"""Update against weights that a higher rate should not exceed."""
MOST_DECADES = 6
USUAL_RATE, SLOW_RATE = 0.1, 0.01
"""Rate of plain gradient descent on standardised features, and one at which they would hardly learn."""
ADAPTIVE = ("adagrad", "rmsprop", "adam", "adamw")
"""Optimizers that divide by the size of the gradient: a layer with a small gradient moves as far as the others."""
FEW_NODES = 8
"""Of a hidden layer that is put in."""


def start_of(activation: str) -> str:
    """Return the initializer that was derived for an activation function."""
    return "xavier_normal" if activation in (*SATURATING, "identity") else "he_normal"


def lower_rate(run: Run) -> Remedy:
    """Lower the rate by powers of ten until the first update would be of a healthy size."""
    first = np.asarray(run.records.update_ratio, np.float64)[0]
    ratio = float(np.max(first)) if np.isfinite(first).all() else math.inf
    decades = int(np.clip(np.ceil(np.log10(max(ratio / HEALTHY_UPDATE, 1e-9))), 1, MOST_DECADES)) if ratio < 1e9 else 3
    return _rate(run, "lower_rate", -decades)


def raise_rate(run: Run) -> Remedy:
    """Raise the rate by powers of ten, as long as the updates stay of a healthy size."""
    ratios = np.nan_to_num(np.asarray(run.records.update_ratio, np.float64)).max(axis=1)
    ratio = max(float(np.median(ratios)), 1e-12)
    return _rate(run, "raise_rate", int(np.clip(np.floor(np.log10(QUICK_UPDATE / ratio)), 1, MOST_DECADES)))


def _rate(run: Run, code: str, decades: int) -> Remedy:
    old = run.training.learning_rate
    new = float(f"{old * 10.0**decades:.6g}")
    return Remedy(code, {}, {"learning_rate": new}, old, new)


def train_longer(run: Run) -> Remedy:
    """Train for three times as many epochs."""
    return Remedy("more_epochs", {}, {"num_epochs": 3 * run.training.num_epochs})


def add_hidden_layer(run: Run) -> Remedy:
    """Put a hidden layer before the output."""
    sizes = run.network.layer_sizes
    network: dict[str, Any] = {"layer_sizes": (*sizes[:-1], FEW_NODES, sizes[-1])}
    return Remedy("hidden_layer", network, {}, new=FEW_NODES)


def random_start(run: Run) -> Remedy:
    """Start with random weights of the size that suits the activation function."""
    initializer = start_of(run.network.activation)
    return Remedy("initializer", {"initializer": initializer}, {}, run.network.initializer, initializer)


def relu_with_he(run: Run) -> Remedy:
    """Use ReLU with the initializer derived for it."""
    return Remedy("relu_he", {"activation": "relu", "initializer": "he_normal"}, {}, run.network.activation)


def normalize(run: Run) -> Remedy:
    """Normalize every hidden layer over the batch."""
    return Remedy("normalize", {"normalization": "batch"}, {})


def scale_inputs(run: Run) -> Remedy:
    """Standardise the features; a rate that was small for the sake of large inputs is raised again."""
    training: dict[str, Any] = {"scaling": "standard"}
    if run.training.optimizer in ADAPTIVE or run.training.learning_rate > SLOW_RATE:
        return Remedy("scale", {}, training)
    return Remedy("scale_and_rate", {}, {**training, "learning_rate": USUAL_RATE}, new=USUAL_RATE)


def stop_early(run: Run) -> Remedy:
    """Stop when the validation loss has no new minimum; hold validation rows back first, where there are none."""
    if len(run.split.validation):
        return Remedy("early_stopping", {}, {"patience": 5}, new=5)
    return Remedy("hold_back", {}, {"validation_fraction": 0.2, "patience": 5}, new=5)
