"""The host's part of a run: buffers, chunks, snapshots, and exact parameters at any step by repeating a chunk."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import jax
import numpy as np

from simulator.core.engine.chunk import num_segments, run_chunk
from simulator.core.engine.job import Job
from simulator.core.engine.program import ROWS, Carry, Plan
from simulator.core.engine.settings import Settings
from simulator.core.engine.statistics import row_length
from simulator.core.engine.weights import unpack, unpad_params
from simulator.core.network import Params

SNAPSHOT_BYTES = 32 * 2**20
MAX_SNAPSHOTS = 96
EVERY_STEP_UP_TO = 400
"""A run of so few updates has a snapshot of each of them, and a frame, if they are small."""
FIRST_SNAPSHOTS = 8
"""The first steps, where most happens, each have a snapshot."""
LOOK_SECONDS = 0.1
"""About how often progress is told and cancelling is possible."""
FIRST_LOOK = 256
"""Steps before the first time."""


def snapshot_steps(num_steps: int, record_every: int, count: int) -> list[int]:
    """Return recorded steps for snapshots: the first few, then evenly to the end; or all of them."""
    if count > num_steps:
        return list(range(num_steps + 1))
    count = max(2, count)
    first = [step * record_every for step in range(min(FIRST_SNAPSHOTS, count // 2))]
    rest = np.linspace(0, num_steps, count - len(first) + 1)[1:]
    even = [round(step / record_every) * record_every for step in rest]
    return sorted({min(step, num_steps) for step in (*first, *even)} | {num_steps})


class Kept(NamedTuple):
    """One of the states that a chunk kept; looked at only when asked for, because looking waits for the program."""

    states: Carry  # with one more axis in front
    index: int


class Past(NamedTuple):
    """What a forked run goes on from."""

    execution: "Execution"
    step: int  # updates made until then
    state: Carry  # before that update, with the optimizer's state that the fork starts with


@dataclass(kw_only=True)
class Execution:
    """What running a job left: rows of records and snapshots of the whole state.

    The steps of a forked run before the fork are those of ``past``; its rows hold both.
    """

    job: Job
    rows: np.ndarray
    snapshots: dict[int, "Carry | Kept"]
    num_steps: int  # made
    best_step: int | None
    stopped_early: bool
    cancelled: bool
    nonfinite_step: int | None
    past: Past | None = None

    def of_step(self, step: int) -> "Execution":
        """Return the execution that makes update ``step``: before a fork that of the run it goes on from."""
        return self if self.past is None or step >= self.past.step else self.past.execution.of_step(step)

    def epochs_at(self, step: np.ndarray) -> np.ndarray:
        """Return the passes over the training set before each of some updates."""
        if self.past is None:
            return step / self.job.steps_per_epoch
        fork, before = self.past.step, self.past.execution.epochs_at
        own = before(np.array([fork])) + (step - fork) / self.job.steps_per_epoch
        return np.where(step < fork, before(step), own)

    def state_at(self, step: int) -> Carry:
        """Return the exact state before update ``step``, by repeating the run from the nearest snapshot."""
        owner = self.of_step(step)
        if owner is not self:
            return owner.state_at(step)
        job = self.job
        current = max(known for known in self.snapshots if known <= step)
        carry = _look(self.snapshots[current])
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


def execute(job: Job, progress: Callable[[int, int], bool | None] | None = None, past: Past | None = None) -> Execution:
    """Run a job.

    Args:
      job: from ``prepare``.
      progress: called with the updates made and the updates of the whole run; ``False`` ends the run there.
      past: what to go on from, of a run with as many updates; by default the job's own start.
    """
    begin, start = (0, job.start()) if past is None else (past.step, past.state)
    size = sum(np.asarray(leaf).nbytes for leaf in jax.tree.leaves(start))
    most = EVERY_STEP_UP_TO + 1 if job.num_steps <= EVERY_STEP_UP_TO else MAX_SNAPSHOTS
    count = min(most, max(2, SNAPSHOT_BYTES // size))
    wanted = snapshot_steps(job.num_steps, job.record_every, count)
    rows = _Rows(job)
    snapshots: dict[int, Carry | Kept] = {begin: start}
    carry, step = jax.device_put(start, job.device), begin
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
                    snapshots[stop] = Kept(kept, index)
        if progress is not None:
            carry.step.block_until_ready()
            cancelled = progress(step, job.num_steps) is False and step < job.num_steps and not stopped
            seconds_per_step = (time.perf_counter() - began) / max(1, step - first)
            at_once = max(1, round(LOOK_SECONDS / seconds_per_step))
    if not stopped:
        if step not in snapshots:
            snapshots[step] = _snapshot(job, carry)
        plan, _ = job.plan(step)
        settings = job.settings._replace(num_steps=jax.device_put(np.int32(step), job.device))
        carry, _ = rows.fill(carry, plan, settings, step, [step + 1])
        stopped = bool(carry.stopped)
    watched = job.training.patience is not None and int(job.data.num_validation) > 0
    nonfinite = int(carry.nonfinite_step)
    own = rows.collect()
    if past is not None:
        own = np.concatenate([past.execution.rows[: -(-begin // job.record_every)], own])
    return Execution(
        job=job,
        rows=own,
        snapshots=snapshots,
        num_steps=step,
        best_step=int(carry.best_step) if watched else None,
        stopped_early=stopped and step < job.num_steps,
        cancelled=cancelled,
        nonfinite_step=nonfinite if nonfinite >= 0 else None,
        past=past,
    )


def _snapshot(job: Job, carry: Carry) -> Carry:
    # The program overwrites a large network's state, so that needs a copy.
    return carry if job.shape.flat else jax.tree.map(np.array, carry)


def _look(state: "Carry | Kept") -> Carry:
    """Return a snapshot, one of several that the program kept as NumPy views."""
    if isinstance(state, Kept):
        return jax.tree.map(lambda leaf: np.asarray(leaf)[state.index], state.states)
    return state


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
