"""What every panel of a training run is drawn from: the run with its frames."""

from simulator.core.diagnosis import diagnose
from simulator.core.engine.cost import estimated_seconds
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


def _seconds(settings: Training) -> float:
    """Return about how long that takes, without loading the data set; raises for more than a run may take."""
    data = shape_of(settings.data, settings.table)
    if data is None:
        return USUAL_SECONDS
    rows = settings.rows or data.num_rows
    return USUAL_SECONDS + estimated_seconds(settings.network(data), settings.training(), rows)


RUN: Numbers[Training] = Numbers(_trained, ignores=("norm",), long=True, seconds=_seconds)
