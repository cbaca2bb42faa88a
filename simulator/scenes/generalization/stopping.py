"""What the panels of early stopping are drawn from: one recorded run, and the steps at which it could have ended."""

from typing import NamedTuple

import numpy as np

from simulator.core.engine.cost import estimated_cost
from simulator.core.engine.evaluation import evaluate
from simulator.core.generalization.points import Points
from simulator.core.generalization.stopping import HELD_OUT, Stop, curve_rows, overfitting_configs, stop_of
from simulator.core.run import Run, train
from simulator.scenes.generalization.settings import OF_NETWORKS, OF_POLYNOMIALS, Generalization
from simulator.scenes.scene import Numbers, Progress


class Watched(NamedTuple):
    """A whole run whose validation loss was measured after every step."""

    run: Run
    train_loss: np.ndarray  # (steps + 1,) of all training points
    validation_loss: np.ndarray  # (steps + 1,)

    @property
    def last(self) -> int:
        """The last step."""
        return len(self.validation_loss) - 1

    @property
    def lowest(self) -> int:
        """The step of the smallest validation loss of the whole run."""
        return int(np.argmin(self.validation_loss))

    def stop(self, patience: int) -> Stop:
        """Return where a patience would have ended the run."""
        return stop_of(self.validation_loss, patience)

    def at(self, step: int) -> "Moment":
        """Return the network as it was after a step."""
        return moment_of(self.run, step)


class Moment(NamedTuple):
    """The network after one step, with its mean squared errors."""

    run: Run
    step: int
    points: Points
    train: float
    test: float

    def values(self, x: np.ndarray) -> np.ndarray:
        """Return the network's outputs: (points,)."""
        inputs = np.asarray(x, np.float32)[:, None]
        return evaluate(self.run.execution, self.step, inputs, np.zeros_like(inputs)).outputs[:, 0]


def moment_of(run: Run, step: int) -> Moment:
    """Return the network of a run as it was after a step."""
    split, data = run.split, run.dataset
    x, y = data.inputs[:, 0].astype(float), np.asarray(data.targets, float)[:, 0]
    points = Points(x[split.train], y[split.train], x[split.test], y[split.test])
    losses = [run.evaluate_rows(rows, step).loss for rows in (split.train, split.test)]
    return Moment(run, step, points, *losses)


def _watch(settings: Generalization, progress: Progress) -> Watched | None:
    network, training = overfitting_configs(settings.points, settings.seed)
    rows = curve_rows(settings.curve, settings.points, settings.noise, settings.seed)
    run = train(network, training, rows, progress=progress)
    if run.cancelled:
        return None
    return Watched(run, run.records.loss.astype(float), run.records.validation_loss.astype(float))


def _seconds(settings: Generalization) -> float:
    return estimated_cost(*overfitting_configs(settings.points, settings.seed), settings.points + 2 * HELD_OUT).seconds


WATCHED = Numbers(_watch, ignores=(*OF_POLYNOMIALS, *OF_NETWORKS), long=True, seconds=_seconds)
