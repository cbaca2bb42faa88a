"""The host's part of a run: buffers, chunks, snapshots, and exact parameters at any step by repeating a chunk."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from simulator.batches import batch_block, num_batches
from simulator.engine.devices import device_for
from simulator.engine.memory import check_memory
from simulator.engine.program import ROWS, Carry, Data, Plan, num_segments, run_chunk
from simulator.engine.settings import Settings, network_settings
from simulator.engine.shapes import Shape, shape_for
from simulator.engine.statistics import row_length
from simulator.engine.updates import zero_moments
from simulator.engine.weights import pack, pad_params, unpack, unpad_params
from simulator.initializers import initialize
from simulator.network import NetworkConfig, Params
from simulator.optimizers import learning_rates
from simulator.training import TrainingConfig

INDEX_BUFFER = 2**18
"""Row indices sent to the program at a time."""
SNAPSHOT_BYTES = 32 * 2**20
MAX_SNAPSHOTS = 96
FIRST_SNAPSHOTS = 8
"""The first steps, where most happens, each have a snapshot."""
EVALUATION_SHARE = 0.15
"""Of the time of training that evaluation may take, beyond ``MIN_EVALUATIONS``."""
MIN_EVALUATIONS = 20
LOOK_SECONDS = 0.1
"""About how often progress is told and cancelling is possible."""
FIRST_LOOK = 256
"""Steps before the first time."""


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


def snapshot_steps(num_steps: int, record_every: int, count: int) -> list[int]:
    """Return recorded steps for snapshots: the first few, then evenly to the end."""
    count = max(2, count)
    first = [step * record_every for step in range(min(FIRST_SNAPSHOTS, count // 2))]
    rest = np.linspace(0, num_steps, count - len(first) + 1)[1:]
    even = [round(step / record_every) * record_every for step in rest]
    return sorted({min(step, num_steps) for step in (*first, *even)} | {num_steps})


@dataclass(kw_only=True)
class Execution:
    """What running a job left: rows of records and snapshots of the whole state."""

    job: Job
    rows: np.ndarray
    snapshots: dict[int, Carry]
    num_steps: int  # made
    best_step: int | None
    stopped_early: bool
    cancelled: bool
    nonfinite_step: int | None

    def state_at(self, step: int) -> Carry:
        """Return the exact state before update ``step``, by repeating the run from the nearest snapshot."""
        job = self.job
        current = max(known for known in self.snapshots if known <= step)
        carry = self.snapshots[current]
        if current < step:
            # All on the same device in the same way: JAX would compile again for a mixture.
            carry, none_filled = jax.device_put((carry, np.int32(0)), job.device)
            rows = _empty_rows(job)
            while current < step:
                plan, end = job.plan(current)
                current = min(step, end, current + (ROWS - 2) * job.record_every)
                carry, rows, _, _ = run_chunk(
                    carry, rows, none_filled, job.data, plan, job.settings, (current,), shape=job.shape
                )
        return jax.tree.map(np.asarray, carry)

    def params_at(self, step: int) -> Params:
        """Return the exact parameters before update ``step``."""
        state = self.state_at(step)
        return unpad_params(unpack(state.packed, self.job.shape), state.running, self.job.network)


def _empty_rows(job: Job):
    return jax.device_put(np.zeros((ROWS + 1, row_length(job.shape)), np.float32), job.device)


def execute(job: Job, progress: Callable[[int, int], bool | None] | None = None) -> Execution:
    """Run a job.

    Args:
      job: from ``prepare``.
      progress: called with the updates made and the updates of the whole run; ``False`` ends the run there.
    """
    start = job.start()
    size = sum(np.asarray(leaf).nbytes for leaf in jax.tree.leaves(start))
    count = min(MAX_SNAPSHOTS, max(2, SNAPSHOT_BYTES // size))
    wanted = snapshot_steps(job.num_steps, job.record_every, count)
    rows = _Rows(job)
    snapshots, carry, step = {0: start}, jax.device_put(start, job.device), 0
    held: dict[int, tuple[Carry, int]] = {}  # looked at only at the end: looking waits for the program
    cancelled = stopped = False
    at_once = job.num_steps if progress is None else FIRST_LOOK
    while step < job.num_steps and not stopped and not cancelled:
        began = time.perf_counter()
        plan, end = job.plan(step)
        first, limit = step, min(end, step + (ROWS - 2) * job.record_every, step + at_once, job.num_steps)
        stops = [mark for mark in wanted if step < mark <= limit][: num_segments(job.shape)] or [limit]
        carry, kept = rows.fill(carry, plan, job.settings, step, stops)
        step = stops[-1]
        if job.training.patience is not None:  # only then can the loop end before the last stop
            stopped = bool(carry.stopped)
            step = int(carry.step) - stopped  # the update at which patience ended was computed, not made
        for index, stop in enumerate(stops):
            if stop in wanted and stop <= step:
                if kept is None:
                    snapshots[stop] = _snapshot(job, carry)
                else:
                    held[stop] = kept, index
        if progress is not None:
            carry.step.block_until_ready()
            cancelled = progress(step, job.num_steps) is False and step < job.num_steps and not stopped
            seconds_per_step = (time.perf_counter() - began) / max(1, step - first)
            at_once = max(1, round(LOOK_SECONDS / seconds_per_step))
    if not stopped:
        if step not in snapshots and step not in held:
            snapshots[step] = _snapshot(job, carry)
        plan, _ = job.plan(step)
        settings = job.settings._replace(num_steps=jax.device_put(np.int32(step), job.device))
        carry, _ = rows.fill(carry, plan, settings, step, [step + 1])
        stopped = bool(carry.stopped)
    snapshots.update({stop: _pick(*state) for stop, state in held.items()})
    watched = job.training.patience is not None and int(job.data.num_validation) > 0
    nonfinite = int(carry.nonfinite_step)
    return Execution(
        job=job,
        rows=rows.collect(),
        snapshots=snapshots,
        num_steps=step,
        best_step=int(carry.best_step) if watched else None,
        stopped_early=stopped and step < job.num_steps,
        cancelled=cancelled,
        nonfinite_step=nonfinite if nonfinite >= 0 else None,
    )


def _snapshot(job: Job, carry: Carry) -> Carry:
    # The program overwrites a large network's state, so that needs a copy.
    return carry if job.shape.flat else jax.tree.map(np.array, carry)


def _pick(kept: Carry, index: int) -> Carry:
    """Return one of the states that the program kept, as NumPy views."""
    return jax.tree.map(lambda leaf: np.asarray(leaf)[index], kept)


class _Rows:
    """The record buffer, emptied only when it is full: each look at it would make the program copy it."""

    def __init__(self, job: Job):
        self.job = job
        self.buffer, self.count = _empty_rows(job), jax.device_put(np.int32(0), job.device)
        self.bound = 0  # at most so many rows are filled
        self.pieces: list[np.ndarray] = []

    def fill(
        self, carry: Carry, plan: Plan, settings: Settings, step: int, stops: Sequence[int]
    ) -> tuple[Carry, Carry | None]:
        """Run the program from ``step`` to the last of ``stops``; return its end and the states it kept."""
        coming = (stops[-1] - step) // self.job.record_every + 2
        if self.bound + coming > ROWS:
            self._drain()
            self.bound = 0
        self.bound += coming
        carry, self.buffer, self.count, kept = run_chunk(
            carry, self.buffer, self.count, self.job.data, plan, settings, stops, shape=self.job.shape
        )
        return carry, kept

    def _drain(self) -> None:
        self.pieces.append(np.asarray(self.buffer)[: int(self.count)].copy())
        self.buffer, self.count = _empty_rows(self.job), jax.device_put(np.int32(0), self.job.device)

    def collect(self) -> np.ndarray:
        """Return all rows: (recorded, row length)."""
        self._drain()
        return np.concatenate(self.pieces)
