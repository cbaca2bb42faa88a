"""Early stopping: a network that overfits a few noisy points, and where patience with its validation loss runs out."""

from typing import NamedTuple

import numpy as np

from simulator.core.datasets import Dataset
from simulator.core.datasets.randomness import generator
from simulator.core.generalization.points import CURVES, check_draw
from simulator.core.network import NetworkConfig
from simulator.core.training import TrainingConfig
from simulator.errors import check_integer

HELD_OUT = 50
"""Validation points, and as many test points."""
NUM_STEPS = 1500
WIDTH = 32
RATE = 0.01


class Stop(NamedTuple):
    """Where early stopping leads; steps are counted in evaluations of the validation loss."""

    best: int  # step of the smallest validation loss before the stop
    stop: int | None  # step at which patience ran out; None where the run ended before


def stop_of(validation_loss: np.ndarray, patience: int) -> Stop:
    """Return where a run would stop that has no new smallest validation loss for ``patience`` steps.

    Args:
      validation_loss: (steps,) of the whole run, one after each step.
      patience: steps to wait, at least 1.

    >>> stop_of(np.array([3.0, 2.0, 2.5, 2.0, 1.0]), 2), stop_of(np.array([3.0, 2.0, 2.5, 2.0, 1.0]), 3)
    (Stop(best=1, stop=3), Stop(best=4, stop=None))
    """
    check_integer("patience", patience, 1)
    smallest = np.minimum.accumulate(validation_loss)
    fresh = np.append(True, validation_loss[1:] < smallest[:-1])
    latest = np.maximum.accumulate(np.where(fresh, np.arange(len(validation_loss)), 0))
    over = np.flatnonzero(np.arange(len(validation_loss)) - latest >= patience)
    if not len(over):
        return Stop(int(latest[-1]), None)
    return Stop(int(latest[over[0]]), int(over[0]))


def curve_rows(curve: str, num_points: int, noise: float, seed: int) -> Dataset:
    """Draw a data set of y = curve(x) + noise: ``num_points`` rows to train on, and twice ``HELD_OUT`` more.

    Args:
      curve: one of ``CURVES``.
      num_points: training points, 2 to ``MAX_POINTS``.
      noise: standard deviation.
      seed: of the draw.
    """
    check_draw(curve, num_points, noise)
    random, count = generator(seed, "draw"), num_points + 2 * HELD_OUT
    x = random.uniform(-1.0, 1.0, (count, 1))
    return Dataset.from_arrays(x, CURVES[curve](x) + noise * random.standard_normal((count, 1)), name="curve")


def overfitting_configs(num_points: int, seed: int) -> tuple[NetworkConfig, TrainingConfig]:
    """Return a network with far more weights than points, and its training, which watches the validation loss.

    Patience is longer than the run: all of it is recorded, and any patience can be tried on the records.
    """
    share = HELD_OUT / (num_points + 2 * HELD_OUT)
    network = NetworkConfig(layer_sizes=(1, WIDTH, WIDTH, 1), activation="tanh", initializer="xavier_normal")
    training = TrainingConfig(
        optimizer="adam",
        learning_rate=RATE,
        batch_size=None,
        loss="mse_mean",
        num_epochs=NUM_STEPS,
        patience=NUM_STEPS + 1,
        validation_fraction=share,
        test_fraction=share,
        seed=seed,
    )
    return network, training
