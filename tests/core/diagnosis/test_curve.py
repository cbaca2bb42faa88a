"""Whether a loss still falls, from numbers made up for it."""

import numpy as np
import pytest

from simulator.core.diagnosis.curve import Curve


@pytest.mark.parametrize(
    ("third", "last", "start", "noise", "falling"),
    [
        (1.1, 1.0, 10.0, 0.0, True),  # by 10 % of the loss itself, of a task that is not solved
        (1.03, 1.0, 10.0, 0.0, False),  # by 3 % of the loss and 0.3 % of the whole fall
        (1.03, 1.0, 2.0, 0.0, True),  # by 3 % of the whole fall
        (1.1, 1.0, 10.0, 0.2, False),  # by less than the noise
        (0.02, 0.01, 10.0, 0.0, False),  # by half of the loss, but the task is solved, and by 0.1 % of the whole fall
        (0.5, 0.5 - 5e-8, 0.5, 0.0, False),  # by no more than rounding
        (1.0, 1.1, 10.0, 0.0, False),
    ],
)
def test_a_loss_still_falls_where_it_is_seen_or_worth_having(third, last, start, noise, falling):
    values = dict.fromkeys(Curve._fields, np.nan) | {"window": 1, "values": np.zeros(1), "baseline": 5.0}
    curve = Curve(
        **{**values, "third_quarter": third, "last_quarter": last, "level": last, "start": start, "noise": noise}
    )
    assert curve.falling is falling
