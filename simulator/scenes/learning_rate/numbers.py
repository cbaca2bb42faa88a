"""What the panels of learning rates are drawn from: the surface, every run's path, and one path for every rate."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.core.training import OPTIMIZERS
from simulator.core.trajectories.outcome import Outcome, outcome
from simulator.core.trajectories.paths import Path, Paths, paths
from simulator.core.trajectories.surfaces import heights
from simulator.scenes.learning_rate.network_settings import NetworkSettings
from simulator.scenes.learning_rate.settings import LearningRate, RunSettings
from simulator.scenes.scene import Numbers

NUM_RATES = 176
SNAP = 0.015
"""No rate of the slider lies nearer to one that theory names, as a share of it: the slider meets that rate itself."""
GRID = 161


class Run(NamedTuple):
    """A run, its path and what became of it."""

    settings: RunSettings
    path: Path
    outcome: Outcome
    rates: Float[np.ndarray, " steps"]  # η of each step


class Field(NamedTuple):
    """The surface over its box; of one parameter a single row."""

    first: Float[np.ndarray, " columns"]
    second: Float[np.ndarray, " rows"]
    loss: Float[np.ndarray, "rows columns"]


class Found(NamedTuple):
    """A surface with the runs on it, and the moved run again with every rate of its slider."""

    field: Field
    runs: tuple[Run, ...]
    sweep: Paths
    outcomes: tuple[Outcome, ...]  # of the sweep
    chosen: int  # index of the moved run's own rate in the sweep
    marks: dict[str, int]  # rates that theory names → index in the sweep


def rates_of(settings: LearningRate, letter: str) -> tuple[np.ndarray, int, dict[str, int]]:
    """Return the rates of a run's slider, the place of the run's own, and of those that theory names.

    They are even on a logarithmic scale; the run's own rate and theory's are among them exactly.
    """
    own, marks = settings.run(letter).rate, settings.marks(letter)
    low, high = settings.rate_range(letter)
    even = np.geomspace(min(low, own), max(high, own), NUM_RATES)
    rounded = np.array([float(f"{rate:.3g}") for rate in even])
    exact = np.array([own, *(mark for mark in marks.values() if even[0] < mark < even[-1])])
    near = np.abs(rounded[:, None] / exact - 1.0) < SNAP
    rates = np.unique(np.concatenate([rounded[~near.any(axis=1)], exact]))
    named = {name: int(np.argmin(np.abs(rates - mark))) for name, mark in marks.items() if mark in rates}
    return rates, int(np.searchsorted(rates, own)), named


def sweep_of(settings: LearningRate, run: RunSettings, rates: np.ndarray) -> Paths:
    """Return the paths of a run with each of some rates."""
    return paths(
        settings.surface,
        settings.shape,
        settings.origin,
        run.optimizer,
        rates,
        num_steps=settings.steps,
        momentum=run.momentum,
        multiples=settings.multiples(run.letter),
        noise=settings.noise if settings.place.noisy else 0.0,
        seed=settings.noise_seed,
    )


def field_of(settings: LearningRate) -> Field:
    """Return the loss over the box of the surface."""
    left, right, bottom, top = settings.place.box
    first = np.linspace(left, right, 2 * GRID - 1 if settings.place.one_dimensional else GRID)
    second = np.zeros(1) if settings.place.one_dimensional else np.linspace(bottom, top, GRID)
    grid = np.meshgrid(first, second)
    return Field(first, second, heights(settings.surface, settings.shape, *grid))


def _found(settings: LearningRate) -> Found:
    rates, chosen, marks = rates_of(settings, settings.moved_run.letter)
    moved = sweep_of(settings, settings.moved_run, rates)
    runs = []
    for run in settings.all_runs:
        path = moved.one(chosen) if run == settings.moved_run else _single(settings, run)
        runs.append(Run(run, path, outcome(path, settings.place), run.rate * settings.multiples(run.letter)))
    outcomes = tuple(outcome(moved.one(index), settings.place) for index in range(len(rates)))
    return Found(field_of(settings), tuple(runs), moved, outcomes, chosen, marks)


def _single(settings: LearningRate, run: RunSettings) -> Path:
    return sweep_of(settings, run, np.array([run.rate])).one(0)


FOUND = Numbers(_found, ignores=tuple(NetworkSettings.controls()))


def warm_up() -> None:
    """Compile the descent of every optimizer and the surfaces, which takes about a second each."""
    for name in OPTIMIZERS:
        _found(LearningRate(optimizer=name))
    field_of(LearningRate(surface="parabola"))
