"""What the panels of batch normalization are drawn from: one recorded run on digits, and last losses over the rate."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from simulator.core.datasets import load_dataset
from simulator.core.engine.both_ways import BothWays, both_ways
from simulator.core.engine.cost import estimated_cost
from simulator.core.generalization.normalization import DATA, DEPTH, NUM_CLASSES, digit_configs
from simulator.core.run import train
from simulator.core.sweep.here import Here
from simulator.core.sweep.sweep import sweep
from simulator.drawing.thinning import evenly
from simulator.scenes.generalization.settings import OF_NETWORKS, OF_POLYNOMIALS, RATES, Generalization
from simulator.scenes.scene import Numbers, Progress

NUM_SEEDS = 5
NUM_MARKS = 64
FIRST = 8
"""Steps at the start, where most happens, that are all looked at."""
GUESSING = float(np.log(NUM_CLASSES))
"""Loss of who guesses."""
LEARNED = GUESSING / 2.0
"""A last loss below this is learning."""
HIGHEST = 3.0 * GUESSING
"""A last loss above this is drawn here."""


class Normalizing(NamedTuple):
    """A run with batch normalization at some of its steps; parameters are those before the step's update."""

    steps: Int[np.ndarray, " steps"]
    looked: BothWays
    scale: Float[np.ndarray, "layers steps nodes"]  # γ
    shift: Float[np.ndarray, "layers steps nodes"]  # β


class OverRates(NamedTuple):
    """The last loss at every rate: the mean of the last epoch's mini-batches; infinite where a run left the numbers."""

    rates: Float[np.ndarray, " rates"]
    last: Float[np.ndarray, "2 seeds rates"]  # without and with batch normalization

    @property
    def middle(self) -> Float[np.ndarray, "2 rates"]:
        """The median over the seeds."""
        return np.median(self.last, axis=1)

    def highest_rate(self, way: int) -> float | None:
        """Return the highest rate at which the median run learns; ``None`` for no rate."""
        learning = np.flatnonzero(self.middle[way] < LEARNED)
        return float(self.rates[learning[-1]]) if len(learning) else None


def _normalizing(settings: Generalization, progress: Progress) -> Normalizing | None:
    run = train(*digit_configs(settings.rate, settings.seed, normalized=True), load_dataset(DATA), progress=progress)
    if run.cancelled:
        return None
    steps = np.unique([*range(FIRST), *evenly(run.num_steps + 1, NUM_MARKS - FIRST)])
    params = [run.params_at(int(step))[:DEPTH] for step in steps]
    scale, shift = (
        np.array([[getattr(one[layer], part) for one in params] for layer in range(DEPTH)])
        for part in ("scale", "shift")
    )
    return Normalizing(steps, both_ways(run.execution, steps), scale, shift)


def _over_rates(settings: Generalization, progress: Progress) -> OverRates | None:
    data, last = load_dataset(DATA), []
    for normalized in (False, True):
        for seed in range(settings.seed, settings.seed + NUM_SEEDS):
            if progress(len(last), 2 * NUM_SEEDS) is False:
                return None
            network, training = digit_configs(RATES[0], seed, normalized=normalized)
            axes = {"learning_rate": RATES, "momentum": [training.momentum]}
            last.append(sweep(network, training, data, axes, executor=Here()).final_loss[:, 0])
    found = np.nan_to_num(np.array(last, float), nan=np.inf).reshape(2, NUM_SEEDS, -1)
    return OverRates(np.array(RATES), found)


def _seconds(settings: Generalization) -> float:
    return estimated_cost(*digit_configs(settings.rate, 0, normalized=True), 1797).seconds


def _all_seconds(settings: Generalization) -> float:
    return 2 * NUM_SEEDS * len(RATES) * _seconds(settings)


_NOT_HERE = ("curve", "points", "noise", *OF_POLYNOMIALS, *OF_NETWORKS)
NORMALIZING = Numbers(
    _normalizing, ignores=tuple(name for name in _NOT_HERE if name != "rate"), long=True, seconds=_seconds
)
OVER_RATES = Numbers(_over_rates, ignores=_NOT_HERE, long=True, seconds=_all_seconds)
