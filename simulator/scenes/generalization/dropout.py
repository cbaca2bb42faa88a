"""What the panels of dropout are drawn from: the same networks without it and with it, from the same seeds."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from simulator.core.engine.cost import estimated_cost
from simulator.core.engine.history import measured_at, theta_at
from simulator.core.engine.masks import dropout_masks
from simulator.core.generalization.stopping import HELD_OUT, curve_rows, overfitting_configs
from simulator.core.network import NetworkConfig
from simulator.core.run import Run, train
from simulator.core.training import TrainingConfig
from simulator.scenes.generalization.settings import OF_NETWORKS, OF_POLYNOMIALS, Generalization
from simulator.scenes.scene import Numbers, Progress

WIDTH = 16
NUM_SEEDS = 5
NUM_EXAMPLES = 2
"""Examples of the mini-batch whose masks are drawn."""


class Dropped(NamedTuple):
    """Networks without dropout and with it, from the same points and first weights; losses are those in use.

    The first axis of the losses is without and with, the second the seed; the first seed is the one that is shown.
    """

    runs: tuple[Run, Run]  # of the first seed
    steps: Int[np.ndarray, " steps"]
    train: Float[np.ndarray, "2 seeds steps"]  # of all training points
    validation: Float[np.ndarray, "2 seeds steps"]
    masks: tuple[Bool[np.ndarray, "steps examples nodes"], ...]  # of each hidden layer: which nodes take part

    @property
    def num_better(self) -> int:
        """How many seeds end with a smaller validation loss with dropout."""
        return int(np.sum(self.validation[1, :, -1] < self.validation[0, :, -1]))

    @property
    def verdict(self) -> str:
        """Return ``helps`` or ``hurts`` where all seeds but at most one and the median say so, otherwise ``mixed``."""
        plain, dropped = np.median(self.validation[:, :, -1], axis=1)
        seeds = self.validation.shape[1]
        if self.num_better >= seeds - 1 and dropped < plain:
            return "helps"
        return "hurts" if self.num_better <= 1 and dropped > plain else "mixed"


def configs(points: int, dropout: float, seed: int) -> tuple[NetworkConfig, TrainingConfig]:
    """Return a network that overfits, with dropout behind both hidden layers; 0 for none."""
    network, training = overfitting_configs(points, seed)
    return replace(network, layer_sizes=(1, WIDTH, WIDTH, 1), dropout=dropout), training


def _dropped(settings: Generalization, progress: Progress) -> Dropped | None:
    runs, losses, total = [], [], 2 * NUM_SEEDS
    for dropout in (0.0, settings.dropout):
        for seed in range(settings.seed, settings.seed + NUM_SEEDS):
            if progress(len(losses), total) is False:
                return None
            data = curve_rows(settings.curve, settings.points, settings.noise, seed)
            run = train(*configs(settings.points, dropout, seed), data)
            steps = np.array(sorted(run.execution.snapshots))  # their parameters are there already
            measured = measured_at(run.execution.job, theta_at(run.execution, steps)).loss
            losses.append((measured, run.records.validation_loss[steps]))
            runs += [run] if seed == settings.seed else []
    both = np.array(losses, float).reshape(2, NUM_SEEDS, 2, -1)
    masks = tuple(mask[:, :NUM_EXAMPLES] for mask in dropout_masks(runs[1].execution.job, steps))
    return Dropped((runs[0], runs[1]), steps, both[:, :, 0], both[:, :, 1], masks)


def _seconds(settings: Generalization) -> float:
    rows = settings.points + 2 * HELD_OUT
    return NUM_SEEDS * sum(
        estimated_cost(*configs(settings.points, dropout, 0), rows).seconds for dropout in (0.0, settings.dropout)
    )


_NOT_HERE = tuple(name for name in (*OF_POLYNOMIALS, *OF_NETWORKS) if name != "dropout")
DROPPED = Numbers(_dropped, ignores=_NOT_HERE, long=True, seconds=_seconds)
