"""Maps of training: over two settings, a real run for every pixel."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

from simulator.core.datasets import Dataset
from simulator.core.network import NetworkConfig
from simulator.core.sweep.axes import checked_axes, configured
from simulator.core.sweep.chunk import Losses, compute
from simulator.core.sweep.here import Here
from simulator.core.sweep.local import local_executor
from simulator.core.sweep.map import Canvas, Map
from simulator.core.sweep.plan import Work, plan
from simulator.core.sweep.store import Store
from simulator.core.training import TrainingConfig

UNDER_WAY = 64
"""Chunks that an executor has at a time: their memory does not grow with the map."""

Progress = Callable[[int, int], bool | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sweep(Map):
    """A map of runs that ``train`` makes, too.

    The final loss is the mean over the last twentieth of a run's steps, and at least over an epoch.

    Args:
      network, training: what is not varied.
    """

    network: NetworkConfig
    training: TrainingConfig

    def configuration(self, first: int, second: int) -> tuple[NetworkConfig, TrainingConfig]:
        """Return network and training of one pixel: ``sim.train`` with them is its run."""
        (name, values), (other, others) = self.axes.items()
        return configured(self.network, self.training, (name, other), (values[first], others[second]))


def sweep(
    network: NetworkConfig,
    training: TrainingConfig,
    dataset: Dataset,
    axes: Mapping[str, Any],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    show: Callable[[Sweep], object] | None = None,
    folder: str | os.PathLike | None = None,
) -> Sweep:
    """Train a network for every pair of values of two settings; no records are kept.

    Each pixel is the run that ``train`` makes of the same configuration, but for the rounding of sums, which are
    grouped in another way: where training is not chaotic, losses agree to about a part in ten thousand. ``patience``
    is not followed.

    Args:
      network, training, dataset: as for ``train``.
      axes: two names of ``simulator.core.sweep.axes.AXES``, each with its values.
      executor: where chunks of pixels are computed; by default this process, one chunk on each processor core, or on
        each device where it has several. Dask's ``Client(…).get_executor()`` reaches other machines.
      progress: called with (pixels done, pixels in all) between chunks; returning ``False`` ends the work there.
      show: called with what there is: a coarse map first, then finer ones.
      folder: where each chunk is written as soon as it is finished; chunks that are there already are not computed.

    Raises:
      InputError: for axes or values that no run can have, and as ``train`` does.

    >>> import simulator as sim
    >>> found = sim.sweep(
    ...     sim.NetworkConfig(layer_sizes=(2, 4, 2), activation="tanh"),
    ...     sim.TrainingConfig(batch_size=None, num_epochs=20, optimizer="momentum"),
    ...     sim.load_dataset("moons", num_rows=20),
    ...     {"learning_rate": [0.01, 0.1, 1000.0], "momentum": [0.0, 0.5]},
    ... )
    >>> found.converged.tolist()
    [[True, True], [True, True], [False, False]]
    """
    checked = checked_axes(axes)
    work = plan(network, training, dataset, checked)
    canvas = Canvas(checked, partial(Sweep, network=network, training=training))
    store = None if folder is None else Store(folder, network, training, dataset, checked)
    for pixels, losses in () if store is None else store.chunks():
        canvas.put(pixels, losses)
    total = sum(len(one.pixels) for one in work)
    work = [one for one in work if not canvas.holds(one.pixels)]
    done = total - sum(len(one.pixels) for one in work)
    with local_executor() if executor is None else nullcontext(executor) as pool:
        for stride in dict.fromkeys(one.stride for one in work):
            level = [one for one in work if one.stride == stride]
            for one, losses in finished(level, pool):
                canvas.put(one.pixels, losses)
                if store is not None:
                    store.put(one, losses)
                done += len(one.pixels)
                if progress is not None and progress(done, total) is False:
                    return canvas.map
            canvas.stride = stride
            if show is not None:
                show(canvas.map)
    canvas.stride = 1
    return canvas.map


def finished(work: Sequence[Work], executor: Executor) -> Iterator[tuple[Work, Losses]]:
    """Yield chunks with their results as they are finished; what has not begun is given up with the iterator."""
    coming = iter(work)
    most = 1 if isinstance(executor, Here) else UNDER_WAY
    under_way: dict[Future[Losses], Work] = {}
    try:
        while True:
            while len(under_way) < most and (one := next(coming, None)) is not None:
                under_way[executor.submit(compute, one.chunk)] = one
            if not under_way:
                return
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                yield under_way.pop(future), future.result()
    finally:
        for future in under_way:
            future.cancel()
