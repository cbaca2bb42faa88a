"""What the panels of learning rates are drawn from: the surface, every run's path, and one path for every rate."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.core.training import OPTIMIZERS
from simulator.core.trajectories.outcome import Outcome, outcome
from simulator.core.trajectories.paths import Path, Paths, paths, typed_paths
from simulator.core.trajectories.surfaces import heights
from simulator.scenes.learning_rate.network_settings import NetworkSettings
from simulator.scenes.learning_rate.own import OWN
from simulator.scenes.learning_rate.settings import LearningRate, RunSettings
from simulator.scenes.scene import Numbers

NUM_RATES = 176
SNAP = 0.015
"""No rate of the slider lies nearer to one that theory names, as a share of it: the slider meets that rate itself."""
GRID = 161
FAR = 3.0
"""A value that lies so many times the middle nine tenths away from them is a pole's."""
ROUNDING = 1e-9
"""A loss that is negative by less than this share of the usual one is so by rounding."""


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
    log: bool  # whether the loss is drawn on a log axis: it is never negative

    @property
    def ends(self) -> list[float]:
        """Ends of a linear axis of the loss: from the lowest of the paths that stay to somewhat above the start."""
        first = float(self.runs[0].path.loss[0])
        stay = [path.loss.min() for path, one in self._paths() if one.left is None and one.lost is None]
        low = min(first, *stay) if stay else min(first, robust_ends(self.field.loss)[0])
        room = (first - low) or 1.0
        return [low - 0.1 * room, first + 0.3 * room]

    def _paths(self) -> Iterator[tuple[Path, Outcome]]:
        yield from ((run.path, run.outcome) for run in self.runs)
        yield from ((self.sweep.one(index), one) for index, one in enumerate(self.outcomes))


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
    return descend(settings, run, rates, settings.steps, settings.multiples(run.letter))


def descend(
    settings: LearningRate, run: RunSettings, rates: np.ndarray, num_steps: int, multiples: np.ndarray
) -> Paths:
    """Return paths of so many updates on the surface, named or typed, with each of some rates times ``multiples``."""
    how = {"num_steps": num_steps, "momentum": run.momentum, "multiples": multiples}
    if settings.surface == OWN:
        return typed_paths(settings.typed, settings.origin, run.optimizer, rates, **how)
    noise = {"noise": settings.noise if settings.place.noisy else 0.0, "seed": settings.noise_seed}
    return paths(settings.surface, settings.shape, settings.origin, run.optimizer, rates, **how, **noise)


def field_of(settings: LearningRate) -> Field:
    """Return the loss over the box of the surface."""
    left, right, bottom, top = settings.place.box
    first = np.linspace(left, right, 2 * GRID - 1 if settings.place.one_dimensional else GRID)
    second = np.zeros(1) if settings.place.one_dimensional else np.linspace(bottom, top, GRID)
    grid = np.meshgrid(first, second)
    if settings.surface == OWN:
        return Field(first, second, settings.typed.heights(*grid))
    return Field(first, second, heights(settings.surface, settings.shape, *grid))


def robust_ends(values: np.ndarray) -> tuple[float, float]:
    """Return the smallest and largest finite value, but for those of poles, far away from all others.

    >>> [round(end, 1) for end in robust_ends(np.append(np.linspace(0.0, 1.0, 100), [np.nan, -1e9]))]
    [-2.7, 1.0]
    """
    finite = values[np.isfinite(values)]
    low, high = np.quantile(finite, [0.05, 0.95])
    room = FAR * (high - low)
    return float(max(finite.min(), low - room)), float(min(finite.max(), high + room))


def _never_negative(found: Found) -> bool:
    losses = [found.field.loss, found.sweep.loss, *(run.path.loss for run in found.runs)]
    finite = np.concatenate([loss[np.isfinite(loss)] for loss in losses])
    return bool(finite.min() >= -ROUNDING * np.median(np.abs(finite)))


def _found(settings: LearningRate) -> Found:
    rates, chosen, marks = rates_of(settings, settings.moved_run.letter)
    moved = sweep_of(settings, settings.moved_run, rates)
    runs = []
    for run in settings.all_runs:
        path = moved.one(chosen) if run == settings.moved_run else _single(settings, run)
        runs.append(Run(run, path, outcome(path, settings.place), run.rate * settings.multiples(run.letter)))
    outcomes = tuple(outcome(moved.one(index), settings.place) for index in range(len(rates)))
    found = Found(field_of(settings), tuple(runs), moved, outcomes, chosen, marks, log=True)
    return found._replace(log=settings.surface != OWN or _never_negative(found))


def _single(settings: LearningRate, run: RunSettings) -> Path:
    return sweep_of(settings, run, np.array([run.rate])).one(0)


FOUND = Numbers(_found, ignores=tuple(NetworkSettings.controls()))


def warm_up() -> None:
    """Compile the descent of every optimizer and the surfaces, which takes about a second each."""
    for name in OPTIMIZERS:
        _found(LearningRate(optimizer=name))
        _found(LearningRate(surface=OWN, optimizer=name))
    field_of(LearningRate(surface="parabola"))
