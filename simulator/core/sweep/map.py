"""A map of training runs: what became of each pixel, while it fills up and when it is whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.core.sweep.chunk import Losses
from simulator.core.sweep.plan import Pixel

STAYED, UNKNOWN = -1, -2
"""Marks in ``left_step``: the run converged; the pixel has not been computed."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Map:
    """What became of the runs over two axes: arrays of (first axis, second axis).

    A run has converged if its final loss is finite and below the loss of its first step. A run that has not converged
    left at the step from which on its loss was never again below that of its first step.

    Args:
      axes: the two axes with their values, in order.
      start_loss: at the first step, with the penalty; NaN where a pixel has not been computed.
      final_loss: the mean over the last steps; with the penalty.
      left_step: step at which a run left; ``STAYED`` for one that converged, ``UNKNOWN`` for one not computed.
      stride: distance of the pixels that have all been computed; 1 for a whole map.
    """

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


def verdict(start_loss: np.ndarray, final_loss: np.ndarray, last_below: np.ndarray) -> np.ndarray:
    """Return the step at which each run left, ``STAYED`` where it converged.

    Args:
      start_loss, final_loss: of each run.
      last_below: its last step with a loss below that of the first one, 0 where there is none.
    """
    converged = np.isfinite(final_loss) & (final_loss < start_loss)
    return np.where(converged, STAYED, last_below + 1).astype(np.int32)


class Canvas:
    """A map that fills up.

    Args:
      axes: of the map.
      build: makes it from its fields.
      dtype: of its losses.
    """

    def __init__(self, axes: Mapping[str, tuple[Any, ...]], build: Callable[..., Any] = Map, dtype: type = np.float32):
        shape = tuple(len(values) for values in axes.values())
        self._axes, self._build = axes, build
        self._start_loss = np.full(shape, np.nan, dtype)
        self._final_loss = np.full(shape, np.nan, dtype)
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
    def map(self) -> Any:
        """What there is, apart from what comes later."""
        return self._build(
            axes=self._axes,
            start_loss=self._start_loss.copy(),
            final_loss=self._final_loss.copy(),
            left_step=self._left_step.copy(),
            stride=self.stride,
        )
