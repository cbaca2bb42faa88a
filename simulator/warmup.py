"""Compile the programs that most readers need before anyone waits for them."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jax
import platformdirs

from simulator.datasets import load_dataset
from simulator.experiment import Experiment
from simulator.presets import PRESETS, preset
from simulator.run import Run, train

CACHE_VARIABLE = "BACKPROP_SIMULATOR_CACHE"
"""Folder of compiled programs; ``off`` keeps none."""


def usual_experiments() -> Iterator[Experiment]:
    """Yield short experiments, the likeliest first: the page as it opens, its first moves, then the presets."""
    first = PRESETS[0].experiment
    moves = [replace(first, hidden=(width,) * depth) for depth, width in ((4, 8), (2, 32), (4, 32), (6, 32))]
    seen = set()
    for experiment in (first, preset("food").experiment, *moves, *(known.experiment for known in PRESETS)):
        short = replace(experiment, epochs=1)
        if short not in seen:
            seen.add(short)
            yield short


def warm(experiment: Experiment) -> Run:
    """Train one epoch and compute the frames, for the sake of the programs."""
    dataset = experiment.dataset()
    run = train(experiment.network(dataset), experiment.training(), dataset)
    run.frames, run.test_loss  # noqa: B018 – compiled by being asked for
    return run


def warm_up() -> None:
    """Compile every program of ``usual_experiments``; programs on disk are loaded."""
    keep_programs()
    load_dataset("digits")
    for experiment in usual_experiments():
        warm(experiment)


def keep_programs() -> None:
    """Let JAX keep compiled programs on disk, so that the next start of the application finds them."""
    wanted = os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_dir("backprop-simulator")
    if wanted == "off":
        return
    try:
        folder = Path(wanted) / "programs"
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.3)
