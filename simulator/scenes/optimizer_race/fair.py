"""The fair race: every optimizer tried at many rates, then trained at its best one, with several seeds."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
from jaxtyping import Float, Int

from simulator.core.datasets import load_dataset
from simulator.core.engine.history import measured_at, theta_at
from simulator.core.run import Run, train
from simulator.core.sweep.here import Here
from simulator.core.sweep.sweep import sweep
from simulator.core.training import OPTIMIZERS
from simulator.drawing.thinning import evenly
from simulator.scenes.optimizer_race.numbers import DATA, WEIGHT
from simulator.scenes.optimizer_race.settings import RATES, OptimizerRace
from simulator.scenes.scene import Numbers, Progress

T = TypeVar("T")

NUM_SEEDS = 5
NUM_MARKS = 33
SECONDS_PER_STEP = 0.035
"""What all of it takes, about: 35 × (15 rates + 2 runs), per step of each."""


class Best(NamedTuple):
    """Every optimizer at every rate, and its runs at the best one."""

    rates: Float[np.ndarray, " rates"]
    final_loss: Float[np.ndarray, "optimizers seeds rates"]  # mean over the mini-batches of the last epoch
    marks: Int[np.ndarray, " marks"]  # steps
    loss: Float[np.ndarray, "optimizers seeds marks"]  # of all training examples, at the best rate
    accuracy: Float[np.ndarray, "optimizers seeds"]  # of the test examples at the end, at the best rate
    num_test: int

    @property
    def middle(self) -> Float[np.ndarray, "optimizers rates"]:
        """The median of the last loss over the seeds; infinite where a run left the numbers."""
        return np.median(np.nan_to_num(self.final_loss, nan=np.inf), axis=1)

    @property
    def best_rates(self) -> Float[np.ndarray, " optimizers"]:
        """The rate with the lowest median, of each optimizer."""
        return best_rates(self.rates, self.final_loss)


class Fair(NamedTuple):
    """The race at the best rates beside the one at a shared rate."""

    best: Best
    shared_rate: float
    shared_accuracy: Float[np.ndarray, "optimizers seeds"]  # of the test examples at the end


def best_rates(rates: np.ndarray, final_loss: np.ndarray) -> Float[np.ndarray, " optimizers"]:
    """Return each optimizer's rate with the lowest median of the last loss over the seeds."""
    middle = np.median(np.nan_to_num(final_loss, nan=np.inf), axis=1)
    return rates[np.argmin(middle, axis=1)]


def _each(progress: Callable[[int], bool], measure: Callable[[str, int, int], T]) -> list[list[T]] | None:
    """Return what is measured of each optimizer with each seed; ``None`` where that was stopped."""
    found = []
    for number, optimizer in enumerate(OPTIMIZERS):
        row = []
        for seed in range(NUM_SEEDS):
            if not progress(number * NUM_SEEDS + seed):
                return None
            row.append(measure(optimizer, number, seed))
        found.append(row)
    return found


_PART = len(OPTIMIZERS) * NUM_SEEDS


def _best(settings: OptimizerRace, progress: Progress) -> Best | None:
    data, rates = load_dataset(DATA), np.array(RATES)

    def tried(optimizer: str, _number: int, seed: int) -> np.ndarray:
        training = settings.training(optimizer, seed=settings.seed + seed)
        axes = {"learning_rate": rates, "momentum": [training.momentum]}
        return sweep(settings.network(), training, data, axes, executor=Here()).final_loss[:, 0]

    found = _each(lambda done: progress(done, 2 * _PART) is not False, tried)
    if found is None:
        return None
    final_loss = np.array(found, float)
    chosen = best_rates(rates, final_loss)

    def trained(optimizer: str, number: int, seed: int) -> tuple[np.ndarray, np.ndarray, float, int]:
        run = _run(settings, optimizer, float(chosen[number]), seed)
        marks = evenly(run.num_steps + 1, NUM_MARKS)
        loss = measured_at(run.execution.job, theta_at(run.execution, marks)).loss
        return marks, loss, run.test_accuracy, len(run.split.test)

    runs = _each(lambda done: progress(_PART + done, 2 * _PART) is not False, trained)
    if runs is None:
        return None
    marks, _, _, num_test = runs[0][0]
    loss, accuracy = (np.array([[run[k] for run in row] for row in runs]) for k in (1, 2))
    return Best(rates, final_loss, marks, loss, accuracy, num_test)


def _fair(settings: OptimizerRace, progress: Progress) -> Fair | None:
    best = BEST.of(settings, lambda done, total: progress(2 * done, 3 * total))
    if best is None:
        return None

    def trained(optimizer: str, _number: int, seed: int) -> float:
        return _run(settings, optimizer, settings.rate, seed).test_accuracy

    shared = _each(lambda done: progress(2 * _PART + done, 3 * _PART) is not False, trained)
    return None if shared is None else Fair(best, settings.rate, np.array(shared, float))


def _run(settings: OptimizerRace, optimizer: str, rate: float, seed: int) -> Run:
    training = settings.training(optimizer, rate=rate, seed=settings.seed + seed)
    return train(settings.network(), training, load_dataset(DATA))


def _seconds(settings: OptimizerRace) -> float:
    return SECONDS_PER_STEP * 45 * settings.epochs


BEST = Numbers(_best, ignores=("rate", *WEIGHT), long=True, seconds=_seconds)
FAIR = Numbers(_fair, ignores=WEIGHT, long=True, seconds=_seconds)
