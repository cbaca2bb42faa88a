"""What every panel of a training run is drawn from: the run with its frames."""

from typing import Any, NamedTuple

import numpy as np

from simulator.core.diagnosis import diagnose
from simulator.core.engine.cost import Cost, estimated_cost
from simulator.core.fork import ParameterChange, fork
from simulator.core.run import Run, train
from simulator.scenes.scene import USUAL_SECONDS, Numbers, Progress
from simulator.scenes.training.fitting import shape_of
from simulator.scenes.training.settings import Training


def _trained(settings: Training, progress: Progress) -> Run:
    """Train, and compute what is drawn here, off the reader's page; a run that is stopped is as long as it got."""
    dataset = settings.dataset()
    run = train(settings.network(dataset), settings.training(), dataset, progress=progress)
    _look_at(run)
    diagnose(run)
    return run


def _look_at(run: Run) -> None:
    """Compute what is drawn: it is computed by being asked for, and kept by the run."""
    run.frames  # noqa: B018
    run.test_loss  # noqa: B018
    run.first_nonfinite  # noqa: B018


def _cost(settings: Training) -> Cost:
    """Return about what that takes, without loading the data set; raises for more than a run may take."""
    data = shape_of(settings.data, settings.table)
    if data is None:
        return Cost(USUAL_SECONDS, 0)
    rows = settings.rows or data.num_rows
    cost = estimated_cost(settings.network(data), settings.training(), rows)
    return cost._replace(seconds=USUAL_SECONDS + cost.seconds)


class Forked(NamedTuple):
    """A run and the one that goes on from one of its steps in another way."""

    run: Run
    fork: Run
    step: int  # where they part
    changes: dict[str, Any]  # fields of ``TrainingConfig``
    parameter: ParameterChange | None = None  # that is another number from there on
    before: float = 0.0  # what it was


def _forked(settings: Training, progress: Progress) -> Forked | None:
    run = RUN.of(settings, lambda done, total: progress(done, 2 * total))
    if run.cancelled:
        return None
    step, changes = min(settings.fork, run.num_steps), settings.fork_changes()
    chosen = settings.fork_parameter()
    other = fork(run, step, parameter=chosen, progress=lambda done, total: progress(done + total, 2 * total), **changes)
    _look_at(other)
    before = 0.0 if chosen is None else chosen.of(run.params_at(step))
    changed = chosen is not None and before != np.float32(chosen.value)
    return Forked(run, other, step, changes, chosen if changed else None, before)


FORK_CONTROLS = tuple(name for name in Training.controls() if name.startswith("fork"))
RUN: Numbers[Training] = Numbers(
    _trained,
    ignores=("norm", *FORK_CONTROLS),
    long=True,
    seconds=lambda settings: _cost(settings).seconds,
    megabytes=lambda settings: _cost(settings).megabytes,
)
FORK: Numbers[Training] = Numbers(
    _forked,
    ignores=("norm",),
    long=True,
    seconds=lambda settings: 2 * _cost(settings).seconds,
    megabytes=lambda settings: 2 * _cost(settings).megabytes,
)
