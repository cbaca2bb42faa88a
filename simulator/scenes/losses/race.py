"""Squared error against cross-entropy: one network, one start, one order of examples, two losses."""

from dataclasses import replace
from typing import NamedTuple

from simulator.core.network import NetworkConfig
from simulator.core.propagation.starts import Case, train_all
from simulator.core.run import Run
from simulator.core.training import TrainingConfig
from simulator.scenes.scene import Progress, unwatched

STARTS = ("he", "saturated")
LEARNING_RATE = 0.1
NUM_EPOCHS = 30
SATURATED_STD = 1.5
"""Standard deviation of the saturated start's weights: 8.5 and 6 times He's, √(2/64) and √(2/32), in the two layers."""


class Race(NamedTuple):
    """The two runs."""

    squared: Run
    cross: Run


def race_configs(start: str) -> tuple[NetworkConfig, TrainingConfig, TrainingConfig]:
    """Return the network and both trainings: squared error (source E's scaling), then cross-entropy.

    Args:
      start: one of ``STARTS``; ``saturated``: weights so large that most outputs begin at 0 or 1.
    """
    network = NetworkConfig(
        layer_sizes=(64, 32, 10), activation="tanh", output_activation="softmax", initializer="he_normal"
    )
    if start == "saturated":
        network = replace(network, initializer="normal", initializer_std=SATURATED_STD)
    squared = TrainingConfig(
        loss="mse_batch_mean",
        learning_rate=LEARNING_RATE,
        batch_size=32,
        num_epochs=NUM_EPOCHS,
        scaling="max",
        validation_fraction=0.2,
        test_fraction=0.0,
    )
    return network, squared, replace(squared, loss="cross_entropy")


def race(start: str, progress: Progress = unwatched) -> Race | None:
    """Train both; ``None`` where ``progress`` stopped it."""
    network, *trainings = race_configs(start)
    runs = train_all([Case(network, training, "digits") for training in trainings], progress)
    return None if runs is None else Race(*runs)
