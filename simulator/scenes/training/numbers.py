"""What every panel of a training run is drawn from: the run with its frames."""

from simulator.core.diagnosis import diagnose
from simulator.core.engine.cost import Cost, estimated_cost
from simulator.core.run import Run, train
from simulator.scenes.scene import USUAL_SECONDS, Numbers, Progress
from simulator.scenes.training.fitting import shape_of
from simulator.scenes.training.settings import Training


def _trained(settings: Training, progress: Progress) -> Run:
    """Train, and compute what is drawn here, off the reader's page; a run that is stopped is as long as it got."""
    dataset = settings.dataset()
    run = train(settings.network(dataset), settings.training(), dataset, progress=progress)
    run.frames  # noqa: B018 – computed by being asked for, kept by the run
    run.test_loss  # noqa: B018
    run.first_nonfinite  # noqa: B018
    diagnose(run)
    return run


def _cost(settings: Training) -> Cost:
    """Return about what that takes, without loading the data set; raises for more than a run may take."""
    data = shape_of(settings.data, settings.table)
    if data is None:
        return Cost(USUAL_SECONDS, 0)
    rows = settings.rows or data.num_rows
    cost = estimated_cost(settings.network(data), settings.training(), rows)
    return cost._replace(seconds=USUAL_SECONDS + cost.seconds)


RUN: Numbers[Training] = Numbers(
    _trained,
    ignores=("norm",),
    long=True,
    seconds=lambda settings: _cost(settings).seconds,
    megabytes=lambda settings: _cost(settings).megabytes,
)
