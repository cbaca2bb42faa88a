"""Records of a finished run from the rows that the program filled."""

import numpy as np

from simulator.core.engine.execution import Execution
from simulator.core.engine.statistics import split_rows
from simulator.core.records import Records


def collect_records(execution: Execution, *, classification: bool) -> Records:
    """Return the records of a run; without classes its accuracy is NaN."""
    job = execution.job
    columns = split_rows(execution.rows, job.shape, job.network.num_hidden_layers)
    step = np.minimum(np.arange(len(execution.rows)) * job.record_every, execution.num_steps)
    columns["evaluated"] = columns["evaluated"] > 0
    if not classification:
        columns["accuracy"] = np.full(len(step), np.nan, np.float32)
        columns["validation_accuracy"] = columns["accuracy"].copy()
    return Records(step=step, epoch=execution.epochs_at(step), **columns)
