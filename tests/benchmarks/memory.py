"""Peak memory of a run of a million steps of 4-32-32-4; alone in a process, because a peak is the process's.

Start with ``python -m tests.benchmarks.memory [steps]``; prints one line of JSON. Linux and macOS.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from simulator.core.datasets import load_dataset
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig

NUM_STEPS = 1_000_000
GOAL_MEBIBYTES = 1024.0
STEPS_PER_EPOCH = 5  # 1,280 of 1,600 rows are for training, in batches of 256


def measure_memory(num_steps: int = NUM_STEPS) -> dict[str, Any]:
    """Run ``memory`` in a process of its own and return what it prints."""
    command = [sys.executable, "-m", "tests.benchmarks.memory", str(num_steps)]
    root = Path(__file__).parents[2]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return json.loads(finished.stdout)


def main(num_steps: int) -> dict[str, Any]:
    """Train and compare the process's largest memory with that after a short run, which has compiled everything."""
    dataset = load_dataset("food", num_rows=1600)
    network = NetworkConfig(layer_sizes=(4, 32, 32, 4))

    def run(steps: int):
        training = TrainingConfig(
            batch_size=256, learning_rate=0.01, num_epochs=steps // STEPS_PER_EPOCH, scaling="max"
        )
        return train(network, training, dataset)

    run(1000)
    start = _current_mebibytes()
    began = time.perf_counter()
    finished = run(num_steps)
    seconds = time.perf_counter() - began
    peak = _peak_mebibytes()
    return {
        "steps": finished.num_steps,
        "records": len(finished.records.step),
        "seconds": round(seconds, 1),
        "start_mebibytes": round(start, 1),
        "peak_mebibytes": round(peak, 1),
        "peak_above_start_mebibytes": round(peak - start, 1),
        "goal_mebibytes": GOAL_MEBIBYTES,
    }


def _peak_mebibytes() -> float:
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux KiB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def _current_mebibytes() -> float:
    """Return resident memory now; where the system does not tell, the peak so far (which makes the rise smaller)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return _peak_mebibytes()
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else NUM_STEPS)))
