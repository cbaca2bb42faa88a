"""Time a map of training runs against the same runs one after another: ratios taken in one go.

    python -m tests.benchmarks.sweep [--side N] [--singles N]

Prints the seconds of a whole map and until its first coarse picture, on one and on all processor cores, and how many
times as long ``sim.train`` takes for as many runs. Programs are compiled before the clock starts, in both.
"""

import argparse
import os
import time

import jax
import numpy as np

import simulator as sim
from simulator.core.sweep.here import Here

GOAL_RATIO = 5.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--singles", type=int, default=60)
    asked = parser.parse_args()
    network = sim.NetworkConfig(layer_sizes=(2, 16, 2), activation="tanh", initializer="normal", initializer_std=0.5)
    training = sim.TrainingConfig(
        batch_size=None, num_epochs=200, optimizer="momentum", validation_fraction=0.0, test_fraction=0.0, max_records=2
    )
    dataset = sim.load_dataset("moons", num_rows=40)
    axes = {"learning_rate": np.geomspace(0.01, 100.0, asked.side), "momentum": np.linspace(0.0, 0.98, asked.side)}
    cores = os.cpu_count()
    print(f"{jax.devices()[0].device_kind}, {cores} cores: {asked.side}² runs of 200 updates, 2-16-2, 40 examples")
    found = sim.sweep(network, training, dataset, axes)  # compiles
    random = np.random.default_rng(0)
    single = []
    for number in range(asked.singles + 5):
        one, how = found.configuration(*random.integers(asked.side, size=2))
        run = sim.train(one, how, dataset)
        if number >= 5:
            single.append(run.seconds)
    alone = float(np.median(single))
    for name, executor in (("1 core", Here()), (f"{cores} cores", None)):
        began, shown = time.perf_counter(), []
        sim.sweep(
            network,
            training,
            dataset,
            axes,
            executor=executor,
            show=lambda _map, began=began, shown=shown: shown.append(time.perf_counter() - began),
        )
        seconds = time.perf_counter() - began
        ratio = alone * asked.side**2 / seconds
        print(f"{name:8s} {seconds:6.2f} s, first picture after {shown[0]:.2f} s, {ratio:5.1f}× sim.train", end="")
        print(f" ({1e6 * seconds / asked.side**2 / 200:.2f} µs a step; {1e3 * alone:.1f} ms a single run)")
        assert ratio > GOAL_RATIO, f"the goal is {GOAL_RATIO}×"


if __name__ == "__main__":
    main()
