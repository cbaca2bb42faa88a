"""What the atlas is drawn from: the map, trained pixel by pixel, and the reader's own run with its records."""

from collections.abc import Callable
from typing import Any

from simulator.core.engine.cost import seconds_per_step
from simulator.core.engine.shapes import Shape
from simulator.core.run import Run
from simulator.core.sweep import Sweep, sweep
from simulator.core.sweep.here import Here
from simulator.errors import InputError
from simulator.scenes.atlas.scales import SCALES
from simulator.scenes.atlas.settings import ROWS, Atlas
from simulator.scenes.scene import USUAL_SECONDS, Numbers, Progress
from simulator.scenes.training.numbers import RUN

MAX_SECONDS = 600
"""What one map may take of one processor core."""
SHARE = 0.4
"""Of the time of a recorded step that a step among many takes."""


def _map(settings: Atlas, progress: Progress, show: Callable[[Any], None]) -> Sweep | None:
    """Train every pixel, on one processor core: the other readers have the rest."""
    run = settings.run()
    dataset = run.dataset()
    axes = {SCALES[getattr(settings, axis)].core: settings.values(axis) for axis in "xy"}
    found = sweep(run.network(dataset), run.training(), dataset, axes, executor=Here(), progress=progress, show=show)
    return found if found.known.any() else None


def _seconds(settings: Atlas) -> float:
    """Return about how long the map takes; raises for more than one may take."""
    width, depth = _largest(settings, "width"), _largest(settings, "depth")
    shape = Shape(2, width, 2, depth, ROWS, ROWS, 1, False, None)
    pixels = len(settings.values("x")) * len(settings.values("y"))
    seconds = SHARE * pixels * settings.epochs * seconds_per_step(shape)
    if seconds > MAX_SECONDS:
        raise InputError("atlas:too_long", minutes=-(-round(seconds) // 60), maximum=MAX_SECONDS // 60)
    return USUAL_SECONDS + seconds


def _largest(settings: Atlas, name: str) -> int:
    axis = next((axis for axis in "xy" if getattr(settings, axis) == name), None)
    return int(max(settings.values(axis))) if axis else getattr(settings, name)


def _own(settings: Atlas, progress: Progress) -> Run:
    return RUN.of(settings.run(), progress)


MAP: Numbers[Atlas] = Numbers(_map, ignores=("at_x", "at_y"), long=True, early=True, seconds=_seconds)
OWN: Numbers[Atlas] = Numbers(_own, ignores=("side", "x_low", "x_high", "y_low", "y_high"), long=True)
