"""The simulator's own training, through the function that the pages call."""

from simulator.core.run import train as train_run
from tests.benchmarks.cases import PER_LAYER, SCALARS, Case, Recorded

NOT_RECORDING = 2
"""Smallest ``max_records``: the first and the last step only."""


def train(case: Case, num_steps: int, *, recording: bool = True) -> Recorded:
    """Train a case and return its records; the row after the last update, which others do not have, is left out."""
    changes = {} if recording else {"max_records": NOT_RECORDING}
    run = train_run(case.network, case.training(num_steps, **changes), case.dataset)
    return {name: getattr(run.records, name)[:-1] for name in (*SCALARS, *PER_LAYER)}
