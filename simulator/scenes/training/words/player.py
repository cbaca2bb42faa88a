"""The sentences of every frame at once: a player shows them without asking again."""

from collections.abc import Callable

from simulator.core.run import Run
from simulator.scenes.training.words.curves import (
    narrate_accuracy,
    narrate_activations,
    narrate_gradients,
    narrate_loss,
    narrate_updates,
)
from simulator.scenes.training.words.histograms import narrate_activation_histogram, narrate_gradient_histogram
from simulator.scenes.training.words.maps import narrate_boundary, narrate_curve_fit, narrate_neurons
from simulator.scenes.training.words.network import narrate_network
from simulator.scenes.training.words.outputs import narrate_confusion, narrate_predictions

PICTURES: dict[str, Callable[..., str]] = {
    "loss": narrate_loss,
    "accuracy": narrate_accuracy,
    "gradients": narrate_gradients,
    "updates": narrate_updates,
    "activations": narrate_activations,
    "activation_histogram": narrate_activation_histogram,
    "gradient_histogram": narrate_gradient_histogram,
    "boundary": narrate_boundary,
    "neurons": narrate_neurons,
    "curve_fit": narrate_curve_fit,
    "confusion": narrate_confusion,
    "predictions": narrate_predictions,
    "network": narrate_network,
}
"""Name of each picture of the training page → its function ``(language, run, step)``."""

NEEDS_MAP = ("boundary", "neurons")


def pictures_of(run: Run) -> tuple[str, ...]:
    """Return the names of the pictures that a run has."""
    has_map = run.frames.grid.size > 0
    left_out: set[str] = set() if has_map else set(NEEDS_MAP)
    if run.network.num_hidden_layers == 0:
        left_out.add("neurons")
    if run.dataset.task != "regression" or run.dataset.num_features != 1:
        left_out.add("curve_fit")
    return tuple(name for name in PICTURES if name not in left_out)


def narrate_frames(language: str, run: Run, pictures: tuple[str, ...] | None = None) -> dict[str, tuple[str, ...]]:
    """Return, for each picture, its sentence at every frame of the run.

    Args:
      language: ``"ko"`` or ``"en"``.
      run: what ``train`` returned.
      pictures: names in ``PICTURES``; by default all that the run has.

    Returns:
      name → one text a frame, in the order of ``run.frames.step``.
    """
    names = pictures_of(run) if pictures is None else pictures
    steps = [int(step) for step in run.frames.step]
    return {name: tuple(PICTURES[name](language, run, step) for step in steps) for name in names}
