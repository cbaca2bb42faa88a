"""The panels of a training run: each draws one picture or two, with the sentences that follow the player."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from simulator.core.run import Run
from simulator.drawing.picture import Picture
from simulator.scenes.panel import Panel, Steps
from simulator.scenes.training.fitting import is_planar, shape_of
from simulator.scenes.training.numbers import Forked
from simulator.scenes.training.pictures.forked import forked_loss, forked_norms
from simulator.scenes.training.pictures.of_run import BARS, CURVES, picture_names, run_picture
from simulator.scenes.training.pictures.result import result_card
from simulator.scenes.training.settings import Training
from simulator.scenes.training.words.forked import fork_sentences, parameter_text
from simulator.scenes.training.words.network import narrate_network
from simulator.scenes.training.words.player import narrate_frames
from simulator.texts import text

Draw = Callable[[Any, Training, str], Panel]

SAYS = {
    "map": "boundary",
    "fit": "curve_fit",
    "loss": "loss",
    "bars_pre_activation_grad_norm": "gradients",
    "bars_update_ratio": "updates",
    "activation_bands": "activations",
    "activations": "activation_histogram",
    "gradients": "gradient_histogram",
    "confusion": "confusion",
    "predictions": "predictions",
    "accuracy": "accuracy",
}
"""Picture → the narration that says at every step what it shows."""
LINES = {"weight": "weight", "gradient": "weight_gradient", "update": "weight_update"}
"""What the diagram's lines may stand for → the records it is taken from."""
ANSWERS = ("map", "fit", "predictions")
"""What a network answers, best first: pictures that stand beside its diagram."""


def picture_panel(name: str) -> Draw:
    """Return the panel of one picture of a run."""

    def draw(run: Run, _settings: Training, language: str) -> Panel:
        return _panel(run, said_picture(run, name, language))

    return draw


def norm_bars(run: Run, settings: Training, language: str) -> Panel:
    """Draw the chosen norm of every layer at a step."""
    return _panel(run, said_picture(run, f"{BARS}{settings.norm}", language))


def norm_curves(run: Run, settings: Training, language: str) -> Panel:
    """Draw the chosen norm of every layer over the steps."""
    return _panel(run, said_picture(run, f"{CURVES}{settings.norm}", language))


def network_and_map(run: Run, _settings: Training, language: str) -> Panel:
    """Draw the network beside what it answers: a map over two inputs, a curve over one, or a few predictions."""
    answer = next(name for name in ANSWERS if name in picture_names(run))
    pictures = (said_picture(run, "network", language), said_picture(run, answer, language))
    return replace(_panel(run, *pictures), question=text(language, "training.network_and_map"))


def what_happened(run: Run, _settings: Training, language: str) -> Panel:
    """Say what came of the run, and how to mend it."""
    card = result_card(run, language)
    return Panel(question=card.title, pictures=(card,))


def fork_loss(found: Forked, _settings: Training, language: str) -> Panel:
    """Draw the losses of a run and of its fork."""
    run, fork = found.run, found.fork
    picture = forked_loss(run.records, fork.records, fork.frames, found.step, language)
    by_hand = parameter_text(language, found)
    if by_hand:
        alt = text(language, "fork.loss.alt_by_hand", alt=picture.alt, step=found.step, change=by_hand)
        picture = replace(picture, alt=alt)
    return replace(_panel(fork, picture), sentences=fork_sentences(language, found))


def fork_norms(found: Forked, settings: Training, language: str) -> Panel:
    """Draw the chosen norm of every layer, of a run and of its fork."""
    run, fork = found.run, found.fork
    return _panel(fork, forked_norms(run.records, fork.records, fork.frames, settings.norm, language))


def fork_maps(found: Forked, _settings: Training, language: str) -> Panel:
    """Draw what a run answers beside what its fork answers: a map over two inputs, or a curve over one."""
    name = next(name for name in ("map", "fit") if name in picture_names(found.run))
    pictures = [
        replace(said_picture(run, name, language), title=text(language, f"fork.answers.{whose}"))
        for whose, run in (("run", _at_frames_of(found.fork, found.run)), ("fork", found.fork))
    ]
    return replace(_panel(found.fork, *pictures), question=text(language, "fork.answers.title"))


def _at_frames_of(other: Run, run: Run) -> Run:
    """Return a run whose frames are at the steps of another's: where it is shorter it stands still at its end."""
    if np.array_equal(run.frames.step, other.frames.step):
        return run
    index = np.maximum(np.searchsorted(run.frames.step, other.frames.step, side="right") - 1, 0)
    still = replace(run)
    vars(still)["frames"] = run.frames.taken(index)._replace(step=other.frames.step)
    return still


def has_answers(settings: Training) -> bool:
    """Say whether what a network answers can be drawn: a map or a curve."""
    return has_map(settings) or has_fit(settings)


def said_picture(run: Run, name: str, language: str) -> Picture:
    """Return a picture of a run with what it says at each step; the diagram says it of the lines that are chosen."""
    sentences: Sequence[str] | Mapping[str, Sequence[str]] = ()
    if name == "network":
        steps = [int(step) for step in run.frames.step]
        sentences = {
            mode: [narrate_network(language, run, step, quantity) for step in steps] for mode, quantity in LINES.items()
        }
    elif name in SAYS:
        sentences = narrate_frames(language, run, (SAYS[name],))[SAYS[name]]
    return replace(run_picture(run, name, language), sentences=sentences)


def has_map(settings: Training) -> bool:
    """Say whether there is a map: over two inputs."""
    return is_planar(settings.data, settings.table)


def has_fit(settings: Training) -> bool:
    """Say whether there is a fitted curve: a regression over one input."""
    shape = shape_of(settings.data, settings.table)
    return shape is not None and shape.num_own_features == 1 and not shape.num_classes


def has_classes(settings: Training) -> bool:
    """Say whether there are answers that are right or wrong."""
    shape = shape_of(settings.data, settings.table)
    return shape is not None and shape.num_classes > 0


def has_hidden(settings: Training) -> bool:
    """Say whether there are hidden layers."""
    return bool(settings.hidden)


def run_name(run: Run) -> str:
    """Return a name that two different runs do not share, for the player to know a new one."""
    return f"{hash((run.network, run.training, run.dataset.name, run.num_steps, float(run.records.loss.sum())))}"


def last_finite_frame(run: Run) -> int | None:
    """Return the last frame before the first number that is not finite; ``None`` where all are finite."""
    first = run.first_nonfinite
    return None if first is None else max(int(np.searchsorted(run.frames.step, first.step)) - 1, 0)


def _panel(run: Run, *pictures: Picture) -> Panel:
    epochs = run.records.epoch[run.frames.record]
    steps = Steps(run.frames.step, epochs, run.num_steps, run_name(run), opens=last_finite_frame(run), replays=True)
    return Panel(question=pictures[0].title, pictures=pictures, steps=steps)
