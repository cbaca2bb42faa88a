"""Time training with every per-layer number recorded at every step: PyTorch, NumPy and the simulator in one run.

    python -m tests.benchmarks.training [--only NAME …] [--rounds N] [--million] [--output FILE]

Prints tables and writes them as JSON. Contenders take turns, and the best of several turns counts, so that a machine
busy with something else does not decide. PyTorch runs with one thread and with all cores; the better one counts. Its
column stays empty where it is not installed.
"""

import argparse
import importlib.util
import json
import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax

from tests.benchmarks import controls, memory, numpy_training, simulator_training
from tests.benchmarks.cases import Case, cases

TRIAL_STEPS = 20
RECORDING_GOAL = 1.6
HAS_TORCH = importlib.util.find_spec("torch") is not None

Contender = Callable[[Case, int], Any]


def contenders() -> dict[str, Contender]:
    """Return what is timed, by name."""
    torch_contenders: dict[str, Contender] = {}
    if HAS_TORCH:
        num_cores = os.cpu_count() or 1
        torch_contenders = {f"torch, threads {count}": _torch(count) for count in sorted({1, num_cores})}
    return {
        **torch_contenders,
        "numpy": numpy_training.train,
        "simulator": simulator_training.train,
        "not recording": lambda case, num_steps: simulator_training.train(case, num_steps, recording=False),
    }


def _torch(num_threads: int) -> Contender:
    import torch

    from tests.benchmarks import torch_training

    def train(case: Case, num_steps: int) -> Any:
        before = torch.get_num_threads()
        torch.set_num_threads(num_threads)
        try:
            return torch_training.train(case, num_steps)
        finally:
            torch.set_num_threads(before)

    return train


def time_case(case: Case, rounds: int) -> dict[str, Any]:
    """Return microseconds a step of every contender, the best of ``rounds`` turns, and the ratios."""
    runners = contenders()
    for name, train in runners.items():
        train(case, TRIAL_STEPS if name.startswith("torch") else case.num_steps)
    _drop_hopeless(runners, case)
    best = dict.fromkeys(runners, float("inf"))
    for _ in range(rounds):
        for name, train in runners.items():
            best[name] = min(best[name], _seconds(train, case, case.num_steps))
    microseconds = {name: 1e6 * seconds / case.num_steps for name, seconds in best.items()}
    ours = microseconds["simulator"]
    torch_name = min((name for name in best if name.startswith("torch")), key=lambda name: best[name], default=None)
    return {
        "case": case.name,
        "batch_size": case.batch_size,
        "num_steps": case.num_steps,
        "microseconds_per_step": {name: round(value, 1) for name, value in microseconds.items()},
        "torch_best": torch_name,
        "torch_over_simulator": round(microseconds[torch_name] / ours, 2) if torch_name else None,
        "torch_goal": case.times_torch,
        "numpy_over_simulator": round(microseconds["numpy"] / ours, 2),
        "recording_over_not": round(ours / microseconds["not recording"], 2),
        "recording_goal": RECORDING_GOAL,
    }


def _seconds(train: Contender, case: Case, num_steps: int) -> float:
    began = time.perf_counter()
    train(case, num_steps)
    return time.perf_counter() - began


def _drop_hopeless(runners: dict[str, Contender], case: Case) -> None:
    """Leave out a number of threads with which PyTorch takes more than twice as long as with another."""
    trial = {name: _seconds(train, case, TRIAL_STEPS) for name, train in runners.items() if name.startswith("torch")}
    for name, seconds in trial.items():
        if seconds > 2 * min(trial.values()):
            del runners[name]


HEADER = (
    f"{'network':16} {'batch':>5} {'PyTorch':>9} {'threads':>7} {'NumPy':>9} {'simulator':>9} {'no record':>9} "
    f"{'PyTorch/sim':>11} {'goal':>4} {'NumPy/sim':>9} {'recording':>9}"
)


def row(result: dict[str, Any]) -> str:
    """Return one measured case as a line under ``HEADER``; times in µs a step."""
    times = result["microseconds_per_step"]
    torch_name = result["torch_best"]
    torch_time, threads, ratio = "–", "–", "–"
    if torch_name:
        torch_time, threads = f"{times[torch_name]:.0f}", torch_name.rpartition(" ")[2]
        ratio = f"{result['torch_over_simulator']:.1f}×"
    return (
        f"{result['case']:16} {result['batch_size']:5} {torch_time:>9} {threads:>7} {times['numpy']:9.0f} "
        f"{times['simulator']:9.0f} {times['not recording']:9.0f} {ratio:>11} {result['torch_goal']:4.1f} "
        f"{result['numpy_over_simulator']:8.1f}× {result['recording_over_not']:8.2f}×"
    )


def machine() -> dict[str, Any]:
    """Return what the numbers depend on."""
    packages = ("jax", "numpy", "torch") if HAS_TORCH else ("jax", "numpy")
    return {
        "system": platform.platform(terse=True),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "jax_backend": jax.default_backend(),
        "jax_device": jax.devices()[0].device_kind,
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", help="names of networks; all where left out")
    parser.add_argument("--rounds", type=int, default=7, help="turns of every contender")
    parser.add_argument("--million", action="store_true", help="also the memory of a million steps (minutes)")
    parser.add_argument("--no-controls", action="store_true", help="leave out compilations and latency")
    parser.add_argument("--output", type=Path, default=Path("bench-results") / "training.json")
    arguments = parser.parse_args()

    results: dict[str, Any] = {"machine": machine(), "cases": []}
    print(json.dumps(results["machine"], indent=1))
    print("µs a step, everything recorded at every step\n" + HEADER)
    for case in cases():
        if not arguments.only or case.name in arguments.only:
            results["cases"].append(time_case(case, arguments.rounds))
            print(row(results["cases"][-1]), flush=True)
    if not arguments.no_controls:
        measured = controls.measure_controls()
        results["controls"] = [change._asdict() for change in measured]
        print(controls.report(measured), flush=True)
    if arguments.million:
        results["memory"] = memory.measure_memory()
        print(json.dumps(results["memory"]))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(f"written to {arguments.output}")


if __name__ == "__main__":
    main()
