"""Go on from a step of a run in another way: the same past, two futures."""

import math
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import jax
import numpy as np

from simulator.core.batches import num_batches
from simulator.core.engine.execution import Past
from simulator.core.engine.updates import zero_moments
from simulator.core.engine.weights import with_parameter
from simulator.core.network import Params
from simulator.core.prepared import Prepared, prepared
from simulator.core.run import Progress, Run, carry_out
from simulator.core.training import TrainingConfig
from simulator.errors import check_choice, check_integer, check_number

CHANGES = (
    *("optimizer", "learning_rate", "momentum", "decay", "beta1", "beta2", "epsilon", "weight_decay"),
    *("schedule", "schedule_factor", "schedule_epochs", "l1", "l2", "clip_norm", "batch_size", "patience"),
)
"""What may be different after the fork; what made the past (data, network, seed) may not."""


class ParameterChange(NamedTuple):
    """One weight, or bias, and the number that takes its place."""

    layer: int  # with weights: hidden layers from 0, then the output layer
    source: int | None  # node that the weight comes from, from 0; None for the bias
    unit: int  # node of the layer, from 0
    value: float

    def of(self, params: Params) -> float:
        """Return what this parameter is among others."""
        entry = params[self.layer]
        return float(entry.bias[self.unit] if self.source is None else entry.weight[self.source, self.unit])


def fork(
    run: Run, step: int, *, parameter: ParameterChange | None = None, progress: Progress | None = None, **changes: Any
) -> Run:
    """Train again from the exact parameters and optimizer state of a step of a run, for as many updates in all.

    Until the fork, the records and frames of what is returned are those of the run. The schedule's clock and the
    numbers of the updates go on. The optimizer's state goes on with the same optimizer; another one starts with zeros.
    One parameter can be another number from there on: all others, and the optimizer's state, are those of the step.
    With another batch size the update numbered k takes the rows that a whole run of that size takes in update k.

    Args:
      run: finished, stopped or diverged.
      step: updates made until the fork, from 0 to ``run.num_steps``.
      parameter: a weight or bias that is set by hand at that step.
      progress: as for ``train``.
      changes: fields of ``TrainingConfig`` that are different from there on; any of ``CHANGES``.

    Returns:
      The forked run.

    Raises:
      InputError: for a step or a parameter that the run does not have, and for a change that is not possible.

    >>> import simulator as sim
    >>> network, data = sim.NetworkConfig(layer_sizes=(2, 4, 2)), sim.load_dataset("moons", num_rows=40)
    >>> run = sim.train(network, sim.TrainingConfig(learning_rate=1.0, num_epochs=5, batch_size=None), data)
    >>> slower = sim.fork(run, 2, learning_rate=0.1)
    >>> [f"{rate:.1f}" for rate in slower.records.learning_rate]
    ['1.0', '1.0', '0.1', '0.1', '0.1', '0.1']
    >>> bool((slower.records.loss[:3] == run.records.loss[:3]).all())
    True
    """
    check_integer("step", step, 0, run.num_steps)
    for name in changes:
        check_choice("change", name, CHANGES)
    if parameter is not None:
        _check(parameter, run.network.layer_sizes)
    return carry_out(partial(_prepared, run, int(step), parameter, replace(run.training, **changes)), progress)


def _check(parameter: ParameterChange, sizes: tuple[int, ...]) -> None:
    check_integer("layer", parameter.layer, 0, len(sizes) - 2)
    if parameter.source is not None:
        check_integer("source", parameter.source, 0, sizes[parameter.layer] - 1)
    check_integer("unit", parameter.unit, 0, sizes[parameter.layer + 1] - 1)
    check_number("new_value", parameter.value)


def _prepared(run: Run, step: int, parameter: ParameterChange | None, training: TrainingConfig) -> Prepared:
    before = run.execution.job
    if training.batch_size != run.training.batch_size:
        epochs = math.ceil(before.num_steps / num_batches(before.num_train, training.batch_size))
        training = replace(training, num_epochs=epochs)
    start = prepared(run.network, training, run.dataset)
    lengths = {"num_steps": before.num_steps, "record_every": before.record_every}
    settings = start.job.settings._replace(
        **{name: jax.device_put(np.int32(value), start.job.device) for name, value in lengths.items()},
        evaluate_every=before.settings.evaluate_every,
    )
    job = replace(start.job, settings=settings, **lengths)
    state = run.execution.state_at(step)._replace(stopped=np.bool_(False))
    if training.optimizer != run.training.optimizer:
        state = state._replace(moments=zero_moments(state.packed, job.shape))
    if parameter is not None:
        state = state._replace(packed=with_parameter(state.packed, job.shape, run.network, *parameter))
    return start._replace(job=job, past=Past(run.execution, step, state))
