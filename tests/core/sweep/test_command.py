"""The command of the shell: what it writes, what it refuses, and that being killed loses no finished chunk."""

import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import simulator as sim
from simulator.core.sweep.command import main
from simulator.core.sweep.here import Here
from simulator.core.sweep.map import UNKNOWN
from simulator.core.sweep.sweep import Sweep

ROOT = Path(__file__).parents[3]
RUNS = ["--rows", "40", "--epochs", "400", "--hidden", "8"]
ARGUMENTS = [*RUNS, "--x", "learning_rate", "0.01", "100", "40", "--y", "momentum", "0", "0.98", "40"]
PATIENCE = 180.0
"""Seconds in which a process must have written its first chunk, on a busy machine."""


def command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "simulator.sweep", str(folder), *ARGUMENTS]


def test_a_killed_map_goes_on_and_loses_no_finished_chunk(tmp_path):
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command(tmp_path), env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL)
    started = time.monotonic()
    while not (finished := list(tmp_path.glob("chunk-*.npz"))):
        assert process.poll() is None and time.monotonic() - started < PATIENCE
        os.sched_yield()
    process.kill()
    process.wait()
    assert not (tmp_path / "map.npz").exists()
    times = {file: file.stat().st_mtime_ns for file in finished}
    subprocess.run(command(tmp_path), env=environment, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    assert {file: file.stat().st_mtime_ns for file in finished} == times
    found = np.load(tmp_path / "map.npz")
    assert found["final_loss"].shape == (40, 40) and (found["left_step"] != UNKNOWN).all()
    for file in finished:
        kept = np.load(file)
        np.testing.assert_array_equal(found["final_loss"][tuple(kept["pixels"].T)], kept["final"])


def small(**more) -> Sweep:
    network = sim.NetworkConfig(layer_sizes=(2, 8, 2), activation="tanh", initializer="normal", initializer_std=0.5)
    training = sim.TrainingConfig(batch_size=None, num_epochs=20, optimizer="momentum")
    axes = {"learning_rate": np.geomspace(0.01, 10.0, 20), "momentum": np.linspace(0.0, 0.9, 20)}
    return sim.sweep(network, training, sim.load_dataset("moons", num_rows=40), axes, **more)


def test_a_map_that_was_stopped_is_completed_from_its_folder(tmp_path):
    part = small(executor=Here(), folder=tmp_path, progress=lambda _done, _total: False)
    assert 0 < part.known.sum() < part.known.size
    told = []
    whole = small(executor=Here(), folder=tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told[0][0] > part.known.sum() and told[-1] == (400, 400)
    np.testing.assert_array_equal(whole.final_loss, small(executor=Here()).final_loss)
    again = small(executor=Here(), folder=tmp_path, progress=lambda done, total: pytest.fail("computed again"))
    np.testing.assert_array_equal(again.left_step, whole.left_step)
    assert again.stride == 1


def test_two_processes_give_what_one_does():
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        found = small(executor=pool)
    np.testing.assert_array_equal(found.final_loss, small(executor=Here()).final_loss)


def test_the_command_writes_the_map_and_says_how_many_runs_converge(tmp_path, capsys):
    axes = ["--x", "learning_rate", "0.01", "1", "3", "--y", "depth", "1", "2", "5"]
    main([str(tmp_path), "--rows", "40", "--epochs", "20", "--hidden", "4", *axes])
    found = np.load(tmp_path / "map.npz")
    assert found["axis_depth"].tolist() == [1, 2] and found["final_loss"].shape == (3, 2)
    share = (found["left_step"] == -1).mean()
    assert f"{share:.1%} of 6 runs converge." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--x", "size", "1", "2", "3"], "learning_rate"),
        (["--y", "momentum", "0", "2", "3"], "momentum"),
        (["--hidden", "0"], "width"),
    ],
)
def test_what_makes_no_map_ends_with_a_sentence(tmp_path, capsys, arguments, words):
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--rows", "40", "--epochs", "2", *arguments])
    assert words in capsys.readouterr().err


def test_a_folder_with_another_map_is_refused(tmp_path):
    common = [str(tmp_path), "--rows", "40", "--epochs", "2", "--y", "momentum", "0", "0.5", "2", "--x"]
    main([*common, "learning_rate", "0.1", "1", "2"])
    with pytest.raises(SystemExit):
        main([*common, "learning_rate", "0.1", "2", "2"])
