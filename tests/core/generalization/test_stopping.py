"""Early stopping: the rule against a plain loop, and against training that stops by itself."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.datasets import split_rows
from simulator.core.generalization.points import CURVES
from simulator.core.generalization.stopping import HELD_OUT, Stop, curve_rows, overfitting_configs, stop_of
from simulator.core.run import train
from simulator.errors import InputError


def waited(losses: list[float], patience: int) -> tuple[int, int | None]:
    """Wait as one would by hand."""
    best = 0
    for step, loss in enumerate(losses):
        if loss < losses[best]:
            best = step
        if step - best >= patience:
            return best, step
    return best, None


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(1, 12))
@settings(max_examples=200, deadline=None)
def test_the_rule_is_that_of_a_plain_loop(losses, patience):
    assert stop_of(np.array(losses, float), patience) == Stop(*waited(losses, patience))


@pytest.mark.parametrize("patience", [5, 20, 50])
def test_training_with_that_patience_stops_there(patience):
    network, training = overfitting_configs(20, 0)
    data = curve_rows("cubic", 20, 0.3, 0)
    whole, stopped = (train(network, one, data) for one in (training, replace(training, patience=patience)))
    found = stop_of(whole.records.validation_loss, patience)
    assert not whole.stopped_early and len(whole.records.step) == training.num_epochs + 1
    assert stopped.stopped_early and (stopped.best_step, stopped.num_steps) == found
    assert stopped.final_step == found.best
    np.testing.assert_array_equal(
        stopped.records.validation_loss[: found.stop], whole.records.validation_loss[: found.stop]
    )


def test_rows_are_split_into_so_many_points():
    for points in (10, 65, 200):
        _, training = overfitting_configs(points, 3)
        data = curve_rows("sine", points, 0.0, 3)
        split = split_rows(data, training.validation_fraction, training.test_fraction, training.seed)
        assert tuple(map(len, split)) == (points, HELD_OUT, HELD_OUT)
        assert data.targets is not None
        np.testing.assert_allclose(data.targets, CURVES["sine"](data.inputs.astype(float)), atol=1e-6)


def test_no_patience_at_all_is_refused():
    with pytest.raises(InputError, match="0"):
        stop_of(np.ones(3), 0)
