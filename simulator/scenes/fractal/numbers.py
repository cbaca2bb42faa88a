"""What the fractal is drawn from: the map, a run for every pixel, and the losses of the reader's own run."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from simulator.core.sweep.map import Map
from simulator.core.sweep.two_rates import TRIED, Rounding, descend, problem, rounding, sweep_rates
from simulator.scenes.fractal.settings import Fractal
from simulator.scenes.scene import USUAL_SECONDS, Numbers, Progress

STEP_SECONDS = {4: 3e-6, 8: 5e-6, 16: 30e-6}
"""Of one run on one processor core, measured, by width."""


class Edge(NamedTuple):
    """The map, and what of it rounding decides."""

    found: Map
    rounding: Rounding | None = None  # before the map is whole


def _map(settings: Fractal, progress: Progress, show: Callable[[Any], None]) -> Edge | None:
    """Train every pixel, on one processor core: the other readers have the rest."""
    pixels, runs = settings.side**2, _runs(settings)

    def show_part(found: Map) -> None:
        show(Edge(found))

    of_all = settings.width, settings.seed, settings.steps
    axes = (settings.values("x"), settings.values("y"))
    found = sweep_rates(*of_all, *axes, progress=lambda done, _total: progress(done, runs), show=show_part)
    if not found.known.all():
        return Edge(found) if found.known.any() else None
    return Edge(found, rounding(*of_all, found, lambda done, _total: progress(pixels + done, runs)))


def _runs(settings: Fractal) -> int:
    """Return how many runs are made: one for every pixel, and some once more."""
    return settings.side**2 + min(settings.side, TRIED) ** 2


def _seconds(settings: Fractal) -> float:
    """Return about how long the map takes."""
    return USUAL_SECONDS + _runs(settings) * settings.steps * STEP_SECONDS[settings.width]


def _own(settings: Fractal) -> np.ndarray:
    """Return the loss before every step of the reader's own run: (steps,) float64."""
    rates = np.array([[settings.own("x"), settings.own("y")]])
    return descend(problem(settings.width, settings.seed), rates, settings.steps)[0]


MAP: Numbers[Fractal] = Numbers(_map, ignores=("at_x", "at_y"), long=True, early=True, seconds=_seconds)
OWN: Numbers[Fractal] = Numbers(_own)
