"""A network on a data set, made ready for the engine: padded, on its device, with the plan of its batches."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from simulator.core.batches import batch_block, num_batches
from simulator.core.engine.cost import check_seconds
from simulator.core.engine.devices import device_for
from simulator.core.engine.memory import check_memory
from simulator.core.engine.program import Carry, Data, Plan
from simulator.core.engine.settings import Settings, network_settings
from simulator.core.engine.shapes import Shape, shape_for
from simulator.core.engine.updates import zero_moments
from simulator.core.engine.weights import pack, pad_params
from simulator.core.initializers import initialize
from simulator.core.network import NetworkConfig
from simulator.core.optimizers import learning_rates
from simulator.core.training import TrainingConfig

INDEX_BUFFER = 2**18
"""Row indices sent to the program at a time."""
EVALUATION_SHARE = 0.15
"""Of the time of training that evaluation may take, beyond ``MIN_EVALUATIONS``."""
MIN_EVALUATIONS = 20


@dataclass(frozen=True, kw_only=True)
class Job:
    """One network on one data set, ready to run."""

    network: NetworkConfig  # output activation resolved
    training: TrainingConfig
    shape: Shape
    settings: Settings
    data: Data  # on the device
    num_train: int
    num_steps: int
    steps_per_epoch: int
    record_every: int
    device: Any  # None: JAX's default

    def plan(self, step: int) -> tuple[Plan, int]:
        """Return the plan that holds a step, and the first step it does not hold."""
        length = max(1, INDEX_BUFFER // self.shape.batch)
        first = step // length * length
        return _plan(self, first, length), first + length

    def learning_rate(self, step: int) -> float:
        """Return the rate of one step."""
        return float(learning_rates(self.training, self.num_steps, self.steps_per_epoch, start=step, stop=step + 1)[0])

    def start(self) -> Carry:
        """Return the state before the first update, as NumPy arrays."""
        weights, running = pad_params(initialize(self.network, self.training.seed), self.shape)
        packed = pack(weights, self.shape)
        moments = zero_moments(packed, self.shape)
        return Carry(
            np.int32(0), packed, running, moments, np.float32(np.inf), np.int32(0), np.bool_(False), np.int32(-1)
        )


@lru_cache(maxsize=2)
def _plan_cached(key, first: int, length: int):
    device, num_train, batch_size, seed, padded, needed, training, num_steps, steps_per_epoch = key
    count = max(1, min(length, needed - first))
    indices = np.full((length, padded), -1, np.int32)
    indices[:count] = batch_block(num_train, batch_size, seed, first, count, padded)
    rates = np.zeros(length, np.float32)
    rates[:count] = learning_rates(training, num_steps, steps_per_epoch, start=first, stop=first + count)
    return jax.device_put(Plan(np.int32(first), indices.reshape(-1), rates), device)


def _plan(job: Job, first: int, length: int) -> Plan:
    training = job.training
    key = (
        job.device,
        job.num_train,
        training.batch_size,
        training.seed,
        job.shape.batch,
        job.num_steps + 1,
        training,
        job.num_steps,
        job.steps_per_epoch,
    )
    return _plan_cached(key, first, length)


def prepare(
    network: NetworkConfig,
    training: TrainingConfig,
    train: tuple[np.ndarray, np.ndarray],
    validation: tuple[np.ndarray, np.ndarray],
    *,
    threshold: float,
) -> Job:
    """Return a job from scaled inputs and encoded targets.

    Args:
      network: with its output activation resolved.
      training: the configuration.
      train, validation: (inputs, targets) of each part; the validation part may have no rows.
      threshold: output above which a single unit says the second class.
    """
    num_train, num_validation = len(train[0]), len(validation[0])
    batch = num_train if training.batch_size is None else min(training.batch_size, num_train)
    shape = shape_for(network, training, batch=batch, rows=num_train, validation_rows=num_validation)
    check_memory(shape, training)
    per_epoch = num_batches(num_train, training.batch_size)
    num_steps = per_epoch * training.num_epochs
    check_seconds(shape, num_steps)
    record_every = math.ceil(num_steps / (training.max_records - 1))
    settings = network_settings(
        network,
        training,
        shape,
        threshold=threshold,
        num_steps=num_steps,
        record_every=record_every,
        evaluate_every=_evaluation_interval(num_validation, batch, num_steps, record_every),
        steps_per_epoch=per_epoch,
    )
    data = Data(
        _pad(train[0], shape.rows, shape.inputs),
        _pad(train[1], shape.rows, shape.outputs),
        _pad(validation[0], shape.validation_rows, shape.inputs),
        _pad(validation[1], shape.validation_rows, shape.outputs),
        np.int32(num_validation),
    )
    device = device_for(large=not shape.flat)
    settings, data = jax.device_put((settings, data), device)
    return Job(
        network=network,
        training=training,
        shape=shape,
        settings=settings,
        data=data,
        num_train=num_train,
        num_steps=num_steps,
        steps_per_epoch=per_epoch,
        record_every=record_every,
        device=device,
    )


def _pad(array: np.ndarray, rows: int, columns: int) -> np.ndarray:
    padded = np.zeros((rows, columns), np.float32)
    padded[: array.shape[0], : array.shape[1]] = array
    return padded


def _evaluation_interval(num_validation: int, batch: int, num_steps: int, record_every: int) -> int:
    """Return the recorded rows from one evaluation to the next; 0 without a validation set."""
    if not num_validation:
        return 0
    cost = 0.3 + num_validation / (3.0 * batch)  # of an evaluation, in training steps: a forward pass is a third
    rows = num_steps / record_every
    affordable = EVALUATION_SHARE * num_steps / cost
    wanted = min(max(affordable, MIN_EVALUATIONS), rows)
    return max(1, math.floor(rows / wanted))
