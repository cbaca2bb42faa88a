"""Random starts of a network, and training a few networks that are compared: what the scenes of depth compute from."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from simulator.core.datasets import dataset_info, load_dataset
from simulator.core.engine.cost import estimated_cost
from simulator.core.kept import kept
from simulator.core.network import NetworkConfig
from simulator.core.propagation.batch import Batch, first_batch
from simulator.core.propagation.microscope import Microscope, microscope
from simulator.core.propagation.padding import width_bucket
from simulator.core.propagation.signal import Signal, start_signal
from simulator.core.run import Run, train
from simulator.core.training import TrainingConfig

SEED_CHOICES = (64, 32, 16, 8)
MOST_WORK = 64 * 64 * 100 * 64
"""Hidden layers times padded width squared times seeds that are computed at once, in half a second."""


class Case(NamedTuple):
    """One network, how it is trained, and on what."""

    network: NetworkConfig
    training: TrainingConfig
    data: str


class Start(NamedTuple):
    """The numbers of a network's random starts."""

    signal: Signal
    microscope: Microscope
    num_seeds: int


def affordable_seeds(network: NetworkConfig, asked: int) -> int:
    """Return as many random starts as can be computed while the reader waits: ``asked``, or fewer."""
    work = network.num_hidden_layers * width_bucket(network.layer_sizes[1]) ** 2
    return min(asked, next((count for count in SEED_CHOICES if work * count <= MOST_WORK), SEED_CHOICES[-1]))


@lru_cache(maxsize=8)
def _batch(network: NetworkConfig, training: TrainingConfig, data: str) -> Batch:
    return first_batch(network, training, load_dataset(data))


def batch_of(case: Case) -> Batch:
    """Return the first mini-batch; networks on the same data share it."""
    sizes = (case.network.layer_sizes[0], case.network.layer_sizes[-1])
    shared = TrainingConfig(batch_size=32, scaling=case.training.scaling, seed=case.training.seed)
    return _batch(NetworkConfig(layer_sizes=sizes), shared, case.data)


def start_of(case: Case, asked_seeds: int) -> Start:
    """Return the numbers of a network's random starts; the first seed is that of the training."""
    return kept().of(("start", case, asked_seeds), lambda: _start(case, asked_seeds))


def _start(case: Case, asked_seeds: int) -> Start:
    num_seeds = affordable_seeds(case.network, asked_seeds)
    first = case.training.seed
    batch = batch_of(case)
    signal = start_signal(case.network, batch, range(first, first + num_seeds))
    return Start(signal, microscope(case.network, batch, signal), num_seeds)


def seconds_of(cases: Sequence[Case]) -> float:
    """Return about how long ``train_all`` takes. Raises ``InputError`` where one of the runs would take too long."""
    rows = [dataset_info(case.data).num_rows_default for case in cases]
    return sum(
        estimated_cost(case.network, case.training, count).seconds for case, count in zip(cases, rows, strict=True)
    )


def train_all(cases: Sequence[Case], progress: Callable[[int, int], bool]) -> list[Run] | None:
    """Train networks one after the other.

    Args:
      cases: the networks.
      progress: called with the work done and the work in all; returns False where the work shall stop.

    Returns:
      The runs, or ``None`` where the work was stopped: a comparison with one side missing says nothing.
    """
    runs: list[Run] = []
    for number, case in enumerate(cases):

        def report(done: int, total: int, number: int = number) -> bool:
            return progress(number * total + done, len(cases) * total)

        runs.append(train(case.network, case.training, load_dataset(case.data), progress=report))
        if runs[-1].cancelled:
            return None
    return runs
