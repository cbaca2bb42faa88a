"""In which order the pixels of a map are computed: coarse first, then finer, each pixel once."""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from simulator.core.datasets import Dataset
from simulator.core.datasets.splits import split_rows
from simulator.core.network import NetworkConfig
from simulator.core.sweep.axes import AXES, configured
from simulator.core.sweep.chunk import Chunk, Group, group_of, largest_chunk
from simulator.core.training import TrainingConfig

COARSEST = 16
"""Pixels along the longer side of the first picture, at most."""

Pixel = tuple[int, int]


class Work(NamedTuple):
    """A chunk, and the pixels of the map that it holds."""

    stride: int  # of the coarse map that its level completes
    pixels: tuple[Pixel, ...]
    chunk: Chunk


def strides(shape: tuple[int, int], coarsest: int = COARSEST) -> list[int]:
    """Return the distances of the pixels of each coarse map, the whole map last.

    >>> strides((64, 64)), strides((16, 3))
    ([4, 2, 1], [1])
    """
    found = [1]
    while max(shape) > coarsest * found[0]:
        found.insert(0, 2 * found[0])
    return found


def levels(shape: tuple[int, int], coarsest: int = COARSEST) -> Iterator[tuple[int, list[Pixel]]]:
    """Yield the stride of every coarse map with the pixels that it adds to the one before."""
    done = np.zeros(shape, bool)
    for stride in strides(shape, coarsest):
        new = np.zeros(shape, bool)
        new[::stride, ::stride] = True
        new &= ~done
        done |= new
        yield stride, [(int(row), int(column)) for row, column in np.argwhere(new)]


def plan(
    network: NetworkConfig, training: TrainingConfig, dataset: Dataset, axes: dict[str, tuple[Any, ...]]
) -> list[Work]:
    """Return the chunks of a map in their order; the same for the same map.

    Args:
      network, training, dataset: what is not varied.
      axes: checked.

    Raises:
      InputError: for values that no run can have.
    """
    (first, rows), (second, columns) = axes.items()
    names = (first, second)
    for values in (*((row, columns[0]) for row in rows), *((rows[0], column) for column in columns)):
        configured(network, training, names, values)
    num_rows = len(split_rows(dataset, training.validation_fraction, training.test_fraction, training.seed).train)

    @cache
    def group_at(row: Any, column: Any) -> Group:
        return group_of(*configured(network, training, names, (row, column)))

    def group(pixel: Pixel) -> Group:
        # Only whole numbers (depth, width, batch) call for another program.
        row = rows[pixel[0]] if AXES[first].whole else rows[0]
        column = columns[pixel[1]] if AXES[second].whole else columns[0]
        return group_at(row, column)

    total: dict[Group, int] = {}
    for pixel in np.ndindex(len(rows), len(columns)):
        total[group(pixel)] = total.get(group(pixel), 0) + 1
    work = []
    for stride, pixels in levels((len(rows), len(columns))):
        for one, members in groupby(sorted(pixels, key=lambda pixel: (_order(group(pixel)), pixel)), key=group):
            members = list(members)
            example = configured(network, training, names, (rows[members[0][0]], columns[members[0][1]]))
            size = min(largest_chunk(*example, num_rows), 1 << (total[one] - 1).bit_length())
            for start in range(0, len(members), size):
                part = tuple(members[start : start + size])
                values = tuple((rows[row], columns[column]) for row, column in part)
                work.append(Work(stride, part, Chunk(network, training, dataset, names, values, size)))
    return work


def _order(group: Group) -> tuple[int, int, int]:
    return group.depth, group.width, group.batch_size or 0
