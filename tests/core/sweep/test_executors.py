"""Where chunks are computed changes nothing: on several devices, on Dask's workers, and when a worker is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import simulator as sim
from simulator.core.sweep import chunk
from simulator.core.sweep.here import Here
from simulator.core.sweep.sweep import Sweep

ROOT = Path(__file__).parents[3]
FEW = 16
"""Pixels of a chunk here: a small map makes many."""
ON_DEVICES = """
import sys
import jax, numpy as np
from simulator.core.sweep import chunk
from tests.core.sweep.test_executors import small

used, own_device = [], chunk.own_device
chunk.own_device = lambda usual: used.append(own_device(usual)) or used[-1]
found = small()
assert len(jax.local_devices()) == 4 and len(set(used)) == 4, used
np.savez(sys.argv[1], final_loss=found.final_loss, start_loss=found.start_loss, left_step=found.left_step)
"""


def small(**more) -> Sweep:
    network = sim.NetworkConfig(layer_sizes=(2, 4, 2), activation="tanh", initializer="normal", initializer_std=0.5)
    training = sim.TrainingConfig(batch_size=None, num_epochs=20, optimizer="momentum")
    axes = {"learning_rate": np.geomspace(0.01, 10.0, 16), "bias_std": np.linspace(0.0, 1.0, 16)}
    chunk.PIXELS["cpu"], before = FEW, chunk.PIXELS["cpu"]
    try:
        return sim.sweep(network, training, sim.load_dataset("moons", num_rows=40), axes, **more)
    finally:
        chunk.PIXELS["cpu"] = before


def test_chunks_spread_over_the_devices_of_this_process(tmp_path):
    flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=4", "JAX_PLATFORMS": "cpu", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ON_DEVICES, str(tmp_path / "map.npz")]
    subprocess.run(command, env={**os.environ, **flags}, cwd=tmp_path, check=True, timeout=300)
    there, here = np.load(tmp_path / "map.npz"), small(executor=Here())
    for name in ("start_loss", "final_loss", "left_step"):
        np.testing.assert_array_equal(there[name], getattr(here, name))


def test_a_killed_dask_worker_loses_no_finished_chunk(tmp_path):
    distributed = pytest.importorskip("distributed", reason="Dask is the extra `cluster`, which is not installed")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    with cluster, distributed.Client(cluster) as client:
        first = next(iter(client.run(os.getpid).values()))
        kept: dict[Path, int] = {}

        def progress(done: int, total: int) -> None:
            if not kept and done < total:
                kept.update((file, file.stat().st_mtime_ns) for file in tmp_path.glob("chunk-*.npz"))
                os.kill(first, signal.SIGKILL)

        found = small(executor=client.get_executor(), folder=tmp_path, progress=progress)
    assert kept and all(file.stat().st_mtime_ns == written for file, written in kept.items())
    here = small(executor=Here())
    np.testing.assert_array_equal(found.final_loss, here.final_loss)
    np.testing.assert_array_equal(found.left_step, here.left_step)
    assert found.known.all()
