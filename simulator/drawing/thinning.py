"""Fewer points than steps, without losing a spike."""

import numpy as np

MAX_ROWS = 1900
"""Rows of one chart: above about 2,000 a browser no longer redraws within a frame."""


def thin(values: np.ndarray, most: int) -> np.ndarray:
    """Choose at most ``most`` indices of a series so that its drawing keeps every spike.

    The series is cut into equal buckets of steps; each keeps its smallest and its largest finite value, and its first
    value that is not finite. First and last index are always kept.

    Args:
      values: (n,) numbers; NaN and infinity are allowed.
      most: of the indices returned; at least 5.

    Returns:
      (m,) increasing indices, m ≤ most.

    >>> series = np.zeros(1000); series[617] = 9.0
    >>> chosen = thin(series, 20)
    >>> len(chosen) <= 20, 617 in chosen
    (True, True)
    """
    n = len(values)
    if n <= most:
        return np.arange(n)
    num_buckets = (most - 2) // 3
    width = -(-n // num_buckets)
    padded = np.full(num_buckets * width, np.nan)
    padded[:n] = values
    buckets = padded.reshape(num_buckets, width)
    finite = np.isfinite(buckets)
    starts = np.arange(num_buckets) * width
    lowest = starts + np.argmin(np.where(finite, buckets, np.inf), axis=1)
    highest = starts + np.argmax(np.where(finite, buckets, -np.inf), axis=1)
    broken = starts + np.argmin(finite, axis=1)
    chosen = np.concatenate([[0, n - 1], lowest[finite.any(axis=1)], highest[finite.any(axis=1)]])
    chosen = np.concatenate([chosen, broken[~finite.all(axis=1)]])
    return np.unique(chosen[chosen < n])


def spread(positions: np.ndarray, low: float, high: float, gap: float) -> np.ndarray:
    """Move labels apart until none is closer than ``gap``, keeping their order and moving them little.

    >>> spread(np.array([0.5, 0.5, 0.9]), 0.0, 1.0, 0.2).round(2).tolist()
    [0.4, 0.6, 0.9]
    """
    order = np.argsort(positions, kind="stable")
    count = len(positions)
    gap = min(gap, (high - low) / max(count - 1, 1))
    # Pool neighbours that are too close into blocks centred on their mean (isotonic regression on shifted positions).
    shifted = np.clip(positions[order], low, high) - gap * np.arange(count)
    blocks: list[list[float]] = []
    for value in shifted:
        blocks.append([float(value), 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, weight = blocks.pop()
            blocks[-1] = [
                (blocks[-1][0] * blocks[-1][1] + mean * weight) / (blocks[-1][1] + weight),
                blocks[-1][1] + weight,
            ]
    placed = np.repeat([block[0] for block in blocks], [int(block[1]) for block in blocks])
    placed = np.clip(placed, low, high - gap * (count - 1)) + gap * np.arange(count)
    result = np.empty(count)
    result[order] = placed
    return result


def evenly(count: int, most: int) -> np.ndarray:
    """Choose at most ``most`` of ``count`` indices, evenly, with the first and the last.

    >>> evenly(10, 4).tolist()
    [0, 3, 6, 9]
    """
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))
