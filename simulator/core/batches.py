"""In which order the examples come: reshuffled every epoch, from a stream of their own."""

import math

import numpy as np

from simulator.core.training import random_generator


def num_batches(num_rows: int, batch_size: int | None) -> int:
    """Return the updates an epoch takes; the last one holds what is left."""
    return 1 if batch_size is None else max(1, math.ceil(num_rows / batch_size))


def epoch_order(num_rows: int, batch_size: int | None, seed: int, epoch: int) -> np.ndarray:
    """Return the rows of a training set in the order in which one epoch uses them: (num_rows,) int.

    When a batch holds the whole set, the order does not matter and stays that of the rows.
    """
    if batch_size is None or batch_size >= num_rows:
        return np.arange(num_rows)
    return random_generator(seed, "batches", epoch).permutation(num_rows)


def batch_order(num_rows: int, batch_size: int | None, seed: int, epoch: int) -> list[np.ndarray]:
    """Return the index batches of one epoch.

    Args:
      num_rows: rows of the training set.
      batch_size: examples an update; ``None`` for all.
      seed: of the stream ``batches``.
      epoch: which epoch, from 0.

    Returns:
      ``num_batches`` arrays of row indices; together every row once.

    >>> [batch.tolist() for batch in batch_order(4, None, seed=0, epoch=0)]
    [[0, 1, 2, 3]]
    """
    order = epoch_order(num_rows, batch_size, seed, epoch)
    size = num_rows if batch_size is None else batch_size
    return [order[start : start + size] for start in range(0, num_rows, size)]


def batch_block(
    num_rows: int, batch_size: int | None, seed: int, first_step: int, num_steps: int, padded_size: int
) -> np.ndarray:
    """Return the index batches of consecutive steps as one array, −1 where a batch has no row.

    Args:
      num_rows, batch_size, seed: as in ``batch_order``.
      first_step: the first update's number, counted over the epochs.
      num_steps: how many updates.
      padded_size: columns; at least the batch size.

    Returns:
      int32 (num_steps, padded_size).
    """
    per_epoch = num_batches(num_rows, batch_size)
    size = num_rows if batch_size is None else min(batch_size, num_rows)
    block = np.full((num_steps, padded_size), -1, np.int32)
    if per_epoch == 1:
        block[:, :num_rows] = np.arange(num_rows)
        return block
    padded_epoch = np.full(per_epoch * size, -1, np.int32)
    step = first_step
    while step < first_step + num_steps:
        epoch, start = divmod(step, per_epoch)
        stop = min(per_epoch, start + first_step + num_steps - step)
        padded_epoch[:num_rows] = epoch_order(num_rows, batch_size, seed, epoch)
        row = step - first_step
        block[row : row + stop - start, :size] = padded_epoch.reshape(per_epoch, size)[start:stop]
        step += stop - start
    return block
