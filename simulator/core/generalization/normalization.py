"""Batch normalization as arithmetic on recorded numbers, and the networks on handwritten digits that show it."""

import numpy as np
from jaxtyping import Float

from simulator.core.network import NORMALIZATION_EPSILON, NetworkConfig
from simulator.core.training import TrainingConfig

DATA = "digits"
WIDTH, DEPTH = 32, 2
BATCH, EPOCHS = 32, 5
NUM_CLASSES = 10


def normalized_batch(
    z: Float[np.ndarray, "*steps batch nodes"],
    scale: Float[np.ndarray, "*steps nodes"],
    shift: Float[np.ndarray, "*steps nodes"],
) -> Float[np.ndarray, "*steps batch nodes"]:
    """Return γ (z − μ) / √(σ² + ε) + β with mean μ and variance σ² of the mini-batch, node by node.

    Args:
      z: pre-activations; NaN where a mini-batch has no such row.
      scale, shift: γ and β.
    """
    mean, variance = np.nanmean(z, axis=-2, keepdims=True), np.nanvar(z, axis=-2, keepdims=True)
    return (z - mean) / np.sqrt(variance + NORMALIZATION_EPSILON) * scale[..., None, :] + shift[..., None, :]


def digit_configs(rate: float, seed: int, *, normalized: bool) -> tuple[NetworkConfig, TrainingConfig]:
    """Return a network on handwritten digits and its training, with batch normalization or without."""
    network = NetworkConfig(
        layer_sizes=(64, *[WIDTH] * DEPTH, NUM_CLASSES),
        activation="relu",
        initializer="he_normal",
        normalization="batch" if normalized else "none",
    )
    training = TrainingConfig(
        optimizer="sgd", learning_rate=rate, batch_size=BATCH, num_epochs=EPOCHS, scaling="max", seed=seed
    )
    return network, training
