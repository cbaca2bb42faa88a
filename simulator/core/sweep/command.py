"""The command ``python -m simulator.sweep``: a map from the shell, with progress; it goes on where it was ended."""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context
from typing import Any

import numpy as np
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from simulator.core.datasets import DATASET_NAMES, dataset_info, load_dataset
from simulator.core.network import ACTIVATIONS, NetworkConfig
from simulator.core.sweep.axes import AXES
from simulator.core.sweep.sweep import sweep
from simulator.core.training import OPTIMIZERS, TrainingConfig
from simulator.errors import InputError

RESULT = "map.npz"


def main(arguments: Sequence[str] | None = None) -> None:
    """Compute a map and write it; end with a sentence where the arguments make none."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        _compute(asked)
    except InputError as error:
        parser.error(str(error))


def axis_values(name: str, low: float, high: float, count: int) -> np.ndarray:
    """Return evenly spaced values, on a log scale where an axis runs over powers of ten; whole numbers once each.

    >>> axis_values("learning_rate", 0.01, 1.0, 3).tolist(), axis_values("depth", 1, 4, 9).tolist()
    ([0.01, 0.1, 1.0], [1, 2, 3, 4])
    """
    spaced = np.geomspace if name != "momentum" and low > 0 and not AXES[name].whole else np.linspace
    values = spaced(low, high, count)
    if AXES[name].whole:
        return np.unique(np.round(values).astype(int))
    return np.array([float(f"{value:.12g}") for value in values])


def _compute(asked: argparse.Namespace) -> None:
    dataset = load_dataset(asked.data, num_rows=asked.rows)
    info = dataset_info(asked.data)
    network = NetworkConfig(
        layer_sizes=(info.num_features, *asked.hidden, info.num_classes or 1),
        activation=asked.activation,
        initializer="normal",
        initializer_std=asked.std,
    )
    training = TrainingConfig(
        optimizer=asked.optimizer,
        learning_rate=asked.rate,
        momentum=asked.momentum,
        loss="cross_entropy" if info.num_classes else "mse_mean",
        batch_size=asked.batch or None,
        num_epochs=asked.epochs,
        scaling=info.default_scaling,
        validation_fraction=0.0,
        test_fraction=0.0,
        seed=asked.seed,
    )
    axes = {}
    for name, low, high, count in (asked.x, asked.y):
        if name not in AXES:
            raise InputError("choice", field="axes", value=name, choices=AXES)
        axes[name] = axis_values(name, float(low), float(high), int(count))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # New processes, not copies of this one: the threads that JAX has would not be in them.
    pool = ProcessPoolExecutor(asked.workers, get_context("spawn")) if asked.workers else nullcontext()
    with pool as executor, Progress(*columns) as bar:
        task = bar.add_task("runs", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        found = sweep(network, training, dataset, axes, executor=executor, progress=progress, folder=asked.folder)
    arrays: dict[str, Any] = {f"axis_{name}": np.array(values) for name, values in found.axes.items()}
    arrays |= {"start_loss": found.start_loss, "final_loss": found.final_loss, "left_step": found.left_step}
    np.savez(f"{asked.folder}/{RESULT}", **arrays)
    print(f"{found.converged.mean():.1%} of {found.converged.size} runs converge. {asked.folder}/{RESULT}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator.sweep",
        description="Train a network for every pair of values of two settings. Finished chunks are written at once: "
        "the same command goes on where it was ended.",
    )
    parser.add_argument("folder", help="where chunks and map are written")
    for name, default in (("x", ["learning_rate", "0.01", "100", "64"]), ("y", ["momentum", "0", "0.98", "64"])):
        parser.add_argument(f"--{name}", nargs=4, default=default, metavar=("AXIS", "LOW", "HIGH", "COUNT"))
    parser.add_argument("--data", choices=DATASET_NAMES, default="moons")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--hidden", type=int, nargs="*", default=[16], help="nodes of each hidden layer")
    parser.add_argument("--activation", choices=ACTIVATIONS, default="tanh")
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="momentum")
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--momentum", type=float, default=0.0)
    parser.add_argument("--std", type=float, default=0.5, help="standard deviation of the first weights")
    parser.add_argument("--batch", type=int, default=0, help="examples an update; 0 for all")
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=0, help="processes; 0: this one, with a thread for each core")
    return parser
