"""What a learner waits for after moving a control: compilations and milliseconds of 300 steps of a 6×32 network."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import jax

from simulator.core.datasets import load_dataset
from simulator.core.network import ACTIVATIONS, INITIALIZERS, NetworkConfig
from simulator.core.run import train
from simulator.core.training import LOSSES, OPTIMIZERS, SCHEDULES, TrainingConfig

COMPILE_EVENT = "/jax/core/compile/backend_compile_duration"
NUM_STEPS = 300
DEPTH, WIDTH = 6, 32
REPEATS = 3
GOAL_MILLISECONDS = 150.0


class Change(NamedTuple):
    """One control moved to one value, and what that cost."""

    control: str
    value: str
    compilations: int
    milliseconds: float  # best of ``REPEATS``
    first_milliseconds: float  # the first time, with whatever is prepared then


@contextmanager
def counted_compilations() -> Iterator[list[float]]:
    """Collect the seconds of every compilation that JAX reports within the block."""
    seconds: list[float] = []

    def listen(event: str, duration_secs: float, **kwargs: Any) -> None:
        del kwargs
        if event == COMPILE_EVENT:
            seconds.append(duration_secs)

    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        yield seconds
    finally:
        jax.monitoring.unregister_event_duration_listener(listen)


def start() -> tuple[NetworkConfig, TrainingConfig]:
    """Return the configuration from which controls are moved, one at a time."""
    network = NetworkConfig(layer_sizes=(2, *[WIDTH] * DEPTH, 2))
    # 240 of 300 rows are for training: 4 updates of 64 an epoch.
    return network, TrainingConfig(batch_size=64, num_epochs=NUM_STEPS // 4, learning_rate=0.01)


def changes() -> Iterator[tuple[str, str, NetworkConfig, TrainingConfig]]:
    """Yield every control with every value that must not compile."""
    network, training = start()
    for depth in (DEPTH, DEPTH - 1):
        yield "depth", str(depth), replace(network, layer_sizes=(2, *[WIDTH] * depth, 2)), training
    for width in (WIDTH - 7, WIDTH // 2 + 1):
        yield "width", str(width), replace(network, layer_sizes=(2, *[width] * DEPTH, 2)), training
    for field, values in (("activation", ACTIVATIONS), ("initializer", INITIALIZERS)):
        for value in values:
            yield field, value, replace(network, **{field: value}), training
    choices: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("optimizer", OPTIMIZERS),
        ("schedule", SCHEDULES),
        ("loss", LOSSES),
        ("learning_rate", (0.0001, 0.3)),
        ("seed", (1, 2)),
        ("l2", (0.001,)),
        ("clip_norm", (1.0,)),
    )
    for field, values in choices:
        for value in values:
            yield field, str(value), network, replace(training, **{field: value})


def measure_controls() -> list[Change]:
    """Move every control once, after one run has warmed the programs up, and measure."""
    dataset = load_dataset("moons", num_rows=300)
    train(*start(), dataset)
    measured = []
    for control, value, network, training in changes():
        seconds = []
        with counted_compilations() as compiled:
            for _ in range(REPEATS):
                began = time.perf_counter()
                run = train(network, training, dataset)
                seconds.append(time.perf_counter() - began)
                assert run.num_steps == NUM_STEPS and len(run.records.step) == NUM_STEPS + 1
        measured.append(Change(control, value, len(compiled), 1e3 * min(seconds), 1e3 * seconds[0]))
    return measured


def report(measured: list[Change]) -> str:
    """Return the measurements as lines: one a control, then the latency over all."""
    lines = [f"{'control':15} {'values':>6} {'compilations':>12} {'slowest best, ms':>17}"]
    for control in dict.fromkeys(change.control for change in measured):
        group = [change for change in measured if change.control == control]
        compilations = sum(change.compilations for change in group)
        slowest = max(change.milliseconds for change in group)
        lines.append(f"{control:15} {len(group):6} {compilations:12} {slowest:17.1f}")
    best = [change.milliseconds for change in measured]
    first = [change.first_milliseconds for change in measured]
    lines.append(
        f"{NUM_STEPS} steps of {DEPTH}×{WIDTH}, configuration to records: median {statistics.median(best):.0f} ms, "
        f"slowest control {max(best):.0f} ms (first time: median {statistics.median(first):.0f} ms, "
        f"slowest {max(first):.0f} ms); goal {GOAL_MILLISECONDS:.0f} ms"
    )
    return "\n".join(lines)
