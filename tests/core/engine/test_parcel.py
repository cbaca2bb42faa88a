"""A run that comes out of a parcel is the run that went in, on the devices where it was."""

import jax
import jax.numpy as jnp
import numpy as np

from simulator.core.datasets import load_dataset
from simulator.core.engine.compilation import num_compilations
from simulator.core.engine.devices import single_core_device
from simulator.core.engine.parcel import pack_parcel, unpack_parcel
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig


def test_arrays_come_back_where_they_were():
    numbers, alone = np.arange(3.0, dtype=np.float32), single_core_device()
    assert alone is not None and alone != jax.devices()[0]
    placed = {
        "nowhere": jnp.asarray(numbers),
        "default": jax.device_put(numbers, jax.devices()[0]),
        "alone": jax.device_put(numbers, alone),
    }
    found = unpack_parcel(pack_parcel({**placed, "numbers": numbers, "devices": [alone, jax.devices()[0]]}))
    for name, array in placed.items():
        assert found[name].devices() == array.devices() and found[name].committed == array.committed, name
        np.testing.assert_array_equal(found[name], numbers)
    assert [array.committed for array in placed.values()] == [False, True, True]
    assert isinstance(found["numbers"], np.ndarray) and found["devices"] == [alone, jax.devices()[0]]


def test_what_is_reached_twice_is_one_thing():
    numbers = jnp.zeros(1000)
    once, twice = pack_parcel([numbers]), pack_parcel([numbers, numbers])
    assert len(twice) < 1.1 * len(once)
    first, second = unpack_parcel(twice)
    assert first is second


def test_an_unpacked_run_goes_on_without_compiling():
    run = train(NetworkConfig(layer_sizes=(2, 2)), TrainingConfig(num_epochs=250), load_dataset("moons", num_rows=60))
    between = next(step for step in range(run.num_steps) if step not in run.execution.snapshots)
    run.params_at(between)
    before, again = num_compilations(), unpack_parcel(pack_parcel(run))
    np.testing.assert_array_equal(again.params_at(between)[0].weight, run.params_at(between)[0].weight)
    np.testing.assert_array_equal(again.records.loss, run.records.loss)
    assert num_compilations() == before
