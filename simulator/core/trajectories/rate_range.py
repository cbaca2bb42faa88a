"""The learning-rate range test: raise the rate at every step, and read off between which rates training gets on.

Source: Smith 2017 ("Cyclical learning rates for training neural networks"), section 3.3. The rule that turns the curve
into an interval is our own and is stated here, because every program has another one.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

WINDOW = 9
"""Steps over whose median the loss is smoothed."""
BEGUN = 0.1
"""The interval begins where the smoothed loss has made this share of its whole fall, or at half of its end."""
RESERVE = 10.0
"""It ends at the rate of the lowest smoothed loss divided by this: growing takes some steps until the loss shows it."""


class RangeTest(NamedTuple):
    """What a range test found."""

    rate: Float[np.ndarray, " steps"]
    loss: Float[np.ndarray, " steps"]
    smoothed: Float[np.ndarray, " steps"]
    lowest: int  # step of the lowest smoothed loss
    low: float | None  # ends of the suggested interval; None where the loss never fell
    high: float | None


def read_range(rate: np.ndarray, loss: np.ndarray) -> RangeTest:
    """Return the interval of rates that a range test suggests.

    Args:
      rate: (steps,) increasing.
      loss: (steps,) before the update with that rate; what is not finite ends the test.

    >>> rate = np.geomspace(0.01, 1.0, 101)
    >>> found = read_range(rate, (np.log10(rate) + 0.5) ** 2)  # lowest where the rate is 0.316
    >>> round(found.low, 3), round(found.high, 3)
    (0.013, 0.029)
    """
    rate, loss = np.asarray(rate, float), np.asarray(loss, float)
    alive = len(loss) if np.isfinite(loss).all() else int(np.argmin(np.isfinite(loss)))
    smoothed = np.full(len(loss), np.nan)
    half = WINDOW // 2
    for step in range(alive):
        smoothed[step] = np.median(loss[max(step - half, 0) : min(step + half + 1, alive)])
    if alive < 2 or not (smoothed[:alive] < smoothed[0]).any():
        return RangeTest(rate, loss, smoothed, 0, None, None)
    lowest = int(np.nanargmin(smoothed))
    wanted = smoothed[0] - BEGUN * (smoothed[0] - smoothed[lowest])
    begun = int(np.argmax(smoothed[: lowest + 1] <= wanted))
    high = float(rate[lowest] / RESERVE)
    return RangeTest(rate, loss, smoothed, lowest, float(min(rate[begun], high / 2.0)), high)
