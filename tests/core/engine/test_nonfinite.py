"""In which order the first number that is not finite is looked for: as it is computed, forwards and then back."""

import numpy as np
import pytest

from simulator.core.datasets import load_dataset
from simulator.core.engine import nonfinite
from simulator.core.engine.execution import Execution
from simulator.core.engine.nonfinite import find_nonfinite
from simulator.core.network import NetworkConfig
from simulator.core.prepared import prepared
from simulator.core.training import TrainingConfig

OUTPUT = 4  # the output layer's place: three hidden layers in a program of four, of which the last is absent


@pytest.fixture(scope="module")
def job():
    network = NetworkConfig(layer_sizes=(2, 3, 3, 3, 2))
    return prepared(network, TrainingConfig(), load_dataset("moons", num_rows=40)).job


@pytest.fixture
def found(job, monkeypatch):
    def of(bad: dict[int, set[tuple[str, int]]], noticed: int | None):
        """Return what is found where some quantities of some layers are not finite, by step."""

        def parts(step, data, settings, *, shape):
            names = ("pre_activation", "activation", "gradient", "weight")
            whole = {name: np.array([(name, layer) not in bad[step] for layer in range(OUTPUT + 1)]) for name in names}
            return whole, np.bool_(("loss", OUTPUT) not in bad[step])

        monkeypatch.setattr(nonfinite, "moment_at", lambda execution, step: step)
        monkeypatch.setattr(nonfinite, "finite_parts", parts)
        over = {"best_step": None, "stopped_early": False, "cancelled": False}
        rows = np.zeros((9, 1))
        return find_nonfinite(Execution(job=job, rows=rows, snapshots={}, num_steps=8, nonfinite_step=noticed, **over))

    return of


@pytest.mark.parametrize(
    ("bad", "first"),
    [
        ({("activation", 0), ("pre_activation", 1), ("loss", OUTPUT)}, (0, "activation")),
        ({("pre_activation", 1), ("activation", 1)}, (1, "pre_activation")),
        ({("pre_activation", OUTPUT), ("loss", OUTPUT), ("gradient", 0)}, (3, "pre_activation")),
        ({("loss", OUTPUT), ("gradient", OUTPUT), ("weight", 0)}, (3, "loss")),
        ({("gradient", 0), ("gradient", 1), ("weight", OUTPUT)}, (1, "gradient")),
        ({("gradient", OUTPUT), ("gradient", 0)}, (3, "gradient")),
        ({("weight", 0)}, (0, "weight")),
        ({("activation", 3), ("gradient", 3), ("weight", 1)}, (1, "weight")),  # the absent layer does not count
    ],
)
def test_the_first_is_the_one_that_was_computed_first(found, bad, first):
    assert found({6: set(), 7: bad}, noticed=7) == (7, *first)
    assert found({6: bad, 7: {("pre_activation", 0)}}, noticed=7) == (6, *first)
    assert found({0: bad}, noticed=0) == (0, *first)


def test_nothing_noticed_is_nothing_found_and_what_is_not_found_again_was_the_loss(found):
    assert found({}, noticed=None) is None
    assert found({4: set(), 5: set()}, noticed=5) == (5, 3, "loss")
