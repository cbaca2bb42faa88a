"""What the race is drawn from: every step of seven runs, and the plane that holds most of their paths."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from simulator.core.datasets import load_dataset
from simulator.core.engine.cost import estimated_cost
from simulator.core.engine.history import History, history, measured_at
from simulator.core.run import train
from simulator.core.training import OPTIMIZERS
from simulator.core.trajectories.plane import Plane, principal_plane
from simulator.drawing.thinning import evenly
from simulator.scenes.optimizer_race.settings import OptimizerRace
from simulator.scenes.scene import USUAL_SECONDS, Numbers, Progress

DATA = "digits"
NUM_MARKS = 64
"""Steps at which the networks are measured and the paths are drawn."""
GRID = 29
"""Points along each side of the plane at which the loss is measured."""
ROOM = 0.12
"""Around the paths, as a share of their extent."""


class Racer(NamedTuple):
    """One run."""

    optimizer: str
    history: History
    loss: Float[np.ndarray, " marks"]  # of all training examples
    accuracy: Float[np.ndarray, " marks"]  # of the validation examples
    test_accuracy: float  # at the end


class Field(NamedTuple):
    """The loss in the plane."""

    first: Float[np.ndarray, " columns"]
    second: Float[np.ndarray, " rows"]
    loss: Float[np.ndarray, "rows columns"]


class Race(NamedTuple):
    """All runs."""

    racers: tuple[Racer, ...]
    marks: Int[np.ndarray, " marks"]  # steps
    plane: Plane
    paths: Float[np.ndarray, "racers marks 2"]  # in the plane
    field: Field
    num_train: int
    num_validation: int
    num_test: int

    @property
    def num_steps(self) -> int:
        """Updates of every run."""
        return int(self.marks[-1])

    def racer(self, optimizer: str) -> Racer:
        """Return the run of an optimizer."""
        return next(one for one in self.racers if one.optimizer == optimizer)

    @property
    def order(self) -> tuple[Racer, ...]:
        """The runs by their last loss, the lowest first; one that is not finite comes last."""
        return tuple(sorted(self.racers, key=lambda one: np.nan_to_num(float(one.loss[-1]), nan=np.inf)))


def _race(settings: OptimizerRace, progress: Progress) -> Race | None:
    data, racers = load_dataset(DATA), []
    for number, optimizer in enumerate(OPTIMIZERS):
        if progress(number, len(OPTIMIZERS) + 1) is False:
            return None
        run = train(settings.network(), settings.training(optimizer), data)
        steps = history(run.execution)
        marks = evenly(run.num_steps + 1, NUM_MARKS)
        measured = measured_at(run.execution.job, steps.theta[marks])
        racers.append(Racer(optimizer, steps, measured.loss, measured.accuracy, run.test_accuracy))
    if progress(len(OPTIMIZERS), len(OPTIMIZERS) + 1) is False:
        return None
    thetas = [_while_finite(racer.history.theta[marks]) for racer in racers]
    plane = principal_plane(thetas)
    paths = np.stack([plane.place(theta) for theta in thetas])
    first, second = (_ends(paths[..., axis]) for axis in range(2))
    places = np.stack(np.meshgrid(first, second), axis=-1).reshape(-1, 2)
    loss = measured_at(run.execution.job, plane.theta(places)).loss.reshape(GRID, GRID)
    counts = (len(rows) for rows in (run.split.train, run.split.validation, run.split.test))
    return Race(tuple(racers), marks, plane, paths, Field(first, second, loss), *counts)


def _while_finite(theta: np.ndarray) -> np.ndarray:
    """Return a path that stays where its numbers were finite for the last time."""
    finite = np.isfinite(theta).all(axis=1)
    last = int(np.argmin(finite)) - 1 if not finite.all() else len(theta) - 1
    return theta[np.minimum(np.arange(len(theta)), max(last, 0))]


def _ends(places: np.ndarray) -> np.ndarray:
    """Return the grid that holds some places with room around them."""
    low, high = float(places.min()), float(places.max())
    room = ROOM * (high - low) or 1.0
    return np.linspace(low - room, high + room, GRID)


def _seconds(settings: OptimizerRace) -> float:
    cost = estimated_cost(settings.network(), settings.training("adam"), 1797)
    return USUAL_SECONDS + len(OPTIMIZERS) * cost.seconds


WEIGHT = ("optimizer", "layer", "row", "column", "node", "digit")
"""Controls that only choose what is looked at."""
RACE = Numbers(_race, ignores=WEIGHT, long=True, seconds=_seconds)
