"""Compile the programs that most readers need before anyone waits for them."""

import logging
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import jax
import platformdirs

from simulator.core.checks import warm_up as warm_up_rules
from simulator.core.datasets import load_dataset
from simulator.core.run import Run
from simulator.graph.presets import warm_up as warm_up_graphs
from simulator.scenes.chaos.numbers import warm_up as warm_up_chaos
from simulator.scenes.gradient_decay.warmup import warm_up as warm_up_depth
from simulator.scenes.learning_rate.landscape import warm_up as warm_up_landscape
from simulator.scenes.learning_rate.numbers import warm_up as warm_up_paths
from simulator.scenes.registry import SCENES, scene_named
from simulator.scenes.training.numbers import RUN
from simulator.scenes.training.presets import PRESETS
from simulator.scenes.training.settings import Training

_LOG = logging.getLogger("simulator")
CACHE_VARIABLE = "BACKPROP_SIMULATOR_CACHE"
"""Folder of compiled programs; ``off`` keeps none."""


def usual_settings() -> Iterator[Training]:
    """Yield short runs, the likeliest first: the page as it opens, its first moves, then the presets."""
    first, food = Training(), PRESETS["food"]
    moves = [first.change(hidden=(width,) * depth) for depth, width in ((4, 8), (2, 32), (4, 32), (6, 32))]
    yield from dict.fromkeys(chosen.change(epochs=1) for chosen in (first, food, *moves, *PRESETS.values()))


def warm(settings: Training) -> Run:
    """Train, and compute everything that is drawn of the run, for the sake of the programs: the run is not kept."""
    run = RUN.of(settings)
    RUN.forget(settings)
    return run


def first_sights() -> Iterator[Callable[[], object]]:
    """Yield the long work of the picture that a page opens with; what comes of it is kept for the first reader."""
    for name in SCENES:
        scene = scene_named(name)
        settings = scene.settings()
        numbers = next(view.numbers for view in scene.views.values() if view.exists(settings))
        if numbers.long and numbers is not RUN:
            yield partial(numbers.of, settings)


def tabs() -> Iterator[Callable[[], object]]:
    """Yield the long work that tabs of generalization open with: compiling their networks takes seconds each."""
    scene = scene_named("generalization")
    for view in {id(view.numbers): view for view in scene.views.values() if view.numbers.long}.values():
        opens = scene.presets[view.opens_with].settings if view.opens_with else scene.settings()
        yield partial(view.numbers.of, opens)


def tasks() -> Iterator[Callable[[], object]]:
    """Yield everything worth doing ahead, the likeliest first: what opens first on each page, then further moves."""
    first, food, *others = usual_settings()
    yield partial(warm, first)
    yield warm_up_graphs
    yield partial(warm, food)
    yield warm_up_rules
    yield warm_up_depth
    yield warm_up_paths
    yield warm_up_landscape
    yield partial(load_dataset, "digits")
    yield from first_sights()
    yield warm_up_chaos
    for settings in others:
        yield partial(warm, settings)
    yield from tabs()


def warm_up() -> None:
    """Do all ``tasks``; programs on disk are loaded. One that fails does not keep the others from being done."""
    keep_programs()
    for task in tasks():
        try:
            task()
        except Exception:
            _LOG.exception("Warm-up of %s failed; readers will wait a little longer", task)


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
