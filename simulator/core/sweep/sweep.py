"""Maps of training: over two settings, a real run for every pixel."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.core.datasets import Dataset
from simulator.core.network import NetworkConfig
from simulator.core.sweep.axes import checked_axes, configured
from simulator.core.sweep.chunk import Losses, compute
from simulator.core.sweep.here import Here
from simulator.core.sweep.plan import Pixel, Work, plan
from simulator.core.sweep.store import Store
from simulator.core.training import TrainingConfig

UNDER_WAY = 64
"""Chunks that an executor has at a time: their memory does not grow with the map."""
STAYED, UNKNOWN = -1, -2
"""Marks in ``left_step``: the run converged; the pixel has not been computed."""

Progress = Callable[[int, int], bool | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sweep:
    """A map: arrays of (first axis, second axis).

    A run has converged if its final loss is finite and below the loss of its first step. The final loss is the mean
    over the last twentieth of its steps, and at least over an epoch. A run that has not converged left at the step
    from which on its loss was never again below that of its first step.

    Args:
      network, training: what is not varied.
      axes: the two axes with their values, in order.
      start_loss: at the first step, with the penalty; NaN where a pixel has not been computed.
      final_loss: see above; with the penalty.
      left_step: step at which a run left; ``STAYED`` for one that converged, ``UNKNOWN`` for one not computed.
      stride: distance of the pixels that have all been computed; 1 for a whole map.
    """

    network: NetworkConfig
    training: TrainingConfig
    axes: Mapping[str, tuple[float | int, ...]]
    start_loss: np.ndarray
    final_loss: np.ndarray
    left_step: np.ndarray
    stride: int

    @property
    def known(self) -> np.ndarray:
        """Which pixels have been computed."""
        return self.left_step != UNKNOWN

    @property
    def converged(self) -> np.ndarray:
        """Which runs have converged; ``False`` where a pixel has not been computed."""
        return self.left_step == STAYED

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
      executor: where chunks of pixels are computed; by default this process, one chunk on each processor core.
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
    canvas = Canvas(network, training, checked)
    store = None if folder is None else Store(folder, network, training, dataset, checked)
    for pixels, losses in () if store is None else store.chunks():
        canvas.put(pixels, losses)
    total = sum(len(one.pixels) for one in work)
    work = [one for one in work if not canvas.holds(one.pixels)]
    done = total - sum(len(one.pixels) for one in work)
    with ThreadPoolExecutor(os.cpu_count()) if executor is None else nullcontext(executor) as pool:
        for stride in dict.fromkeys(one.stride for one in work):
            level = [one for one in work if one.stride == stride]
            for one, losses in finished(level, pool):
                canvas.put(one.pixels, losses)
                if store is not None:
                    store.put(one, losses)
                done += len(one.pixels)
                if progress is not None and progress(done, total) is False:
                    return canvas.sweep
            canvas.stride = stride
            if show is not None:
                show(canvas.sweep)
    canvas.stride = 1
    return canvas.sweep


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


def verdict(start_loss: np.ndarray, final_loss: np.ndarray, last_below: np.ndarray) -> np.ndarray:
    """Return the step at which each run left, ``STAYED`` where it converged.

    Args:
      start_loss, final_loss: of each run.
      last_below: its last step with a loss below that of the first one, 0 where there is none.
    """
    converged = np.isfinite(final_loss) & (final_loss < start_loss)
    return np.where(converged, STAYED, last_below + 1).astype(np.int32)


class Canvas:
    """A map that fills up."""

    def __init__(self, network: NetworkConfig, training: TrainingConfig, axes: Mapping[str, tuple[Any, ...]]):
        shape = tuple(len(values) for values in axes.values())
        self._given = {"network": network, "training": training, "axes": axes}
        self._start_loss = np.full(shape, np.nan, np.float32)
        self._final_loss = np.full(shape, np.nan, np.float32)
        self._left_step = np.full(shape, UNKNOWN, np.int32)
        self.stride = max(shape)

    def holds(self, pixels: Sequence[Pixel]) -> bool:
        """Say whether pixels are all there."""
        return bool((self._left_step[tuple(np.transpose(pixels))] != UNKNOWN).all())

    def put(self, pixels: Sequence[Pixel], losses: Losses) -> None:
        """Put in the pixels of a chunk."""
        place = tuple(np.transpose(pixels))
        self._start_loss[place], self._final_loss[place] = losses.start, losses.final
        self._left_step[place] = verdict(losses.start, losses.final, losses.last_below)

    @property
    def sweep(self) -> Sweep:
        """What there is, apart from what comes later."""
        return Sweep(
            **self._given,
            start_loss=self._start_loss.copy(),
            final_loss=self._final_loss.copy(),
            left_step=self._left_step.copy(),
            stride=self.stride,
        )
