"""What every panel of a training run is drawn from: the run with its frames."""

from simulator.core.run import Run, train
from simulator.scenes.scene import Numbers, Progress
from simulator.scenes.training.settings import Training


def _trained(settings: Training, progress: Progress) -> Run:
    """Train, and compute what is drawn here, off the reader's page; a run that is stopped is as long as it got."""
    dataset = settings.dataset()
    run = train(settings.network(dataset), settings.training(), dataset, progress=progress)
    run.frames, run.test_loss, run.first_nonfinite  # noqa: B018 – computed by being asked for, kept by the run
    return run


RUN: Numbers[Training] = Numbers(_trained, ignores=("norm",), long=True)
