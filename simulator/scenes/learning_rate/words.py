"""What the paths say, as sentences in the reader's language; every number is one that is drawn."""

import numpy as np

from simulator.core.trajectories.outcome import Outcome
from simulator.scenes.learning_rate.numbers import Found
from simulator.scenes.learning_rate.own import OWN
from simulator.scenes.learning_rate.settings import LearningRate, RunSettings
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

EXACT = 1e-9
"""A factor below this is 0 but for rounding: one step has reached the minimum."""


def say_outcome(language: str, found: Outcome, rate: str, steps: int) -> str:
    """Say how a path went.

    Args:
      found: what became of it.
      rate: the learning rate as it is written.
      steps: of the run.
    """
    kind = "once" if found.arrived == 1 and found.factor < EXACT else found.kind
    values = {"rate": rate, "steps": steps, "factor": number_text(found.factor)}
    values |= {"first": number_text(found.first_loss), "last": number_text(found.last_loss)}
    values |= {"distance": number_text(found.distance), "gradient": number_text(found.last_gradient)}
    values |= {"arrived": found.arrived, "left": found.left, "lost": found.lost}
    sentences = [text(language, f"learning_rate.say.{kind}", **values)]
    if found.left is not None and kind != "leaves":
        sentences.append(text(language, "learning_rate.left", step=found.left))
    if found.lost is not None and kind != "undefined":
        entry = "gap" if found.gap else "lost"
        sentences.append(text(language, f"learning_rate.{entry}", step=found.lost))
    return " ".join(sentences)


def mark_text(language: str, settings: LearningRate, name: str) -> str:
    """Return how a rate that theory names is written: 2/a, or a word where the formula is longer."""
    run = settings.moved_run
    if run.optimizer != "sgd":
        return text(language, f"learning_rate.mark.{name}")
    form = "parabola" if settings.place.one_dimensional else "plane"
    form = "curve" if settings.surface == OWN and settings.place.one_dimensional else form
    return text(language, f"learning_rate.mark.{name}_{form}")


def rate_texts(language: str, settings: LearningRate, found: Found) -> list[str]:
    """Return every rate of the slider as it is written; one that theory names with its formula."""
    written = [f"η = {number_text(float(rate))}" for rate in found.sweep.rates]
    for name, index in found.marks.items():
        written[index] += f" = {mark_text(language, settings, name)}" if settings.moved_run.optimizer == "sgd" else ""
    return written


def sweep_sentences(language: str, settings: LearningRate, found: Found) -> dict[str, tuple[str, ...]]:
    """Return what is said at every rate of the slider, by its index; the chosen one first."""
    rates = rate_texts(language, settings, found)
    order = [found.chosen, *(index for index in range(len(rates)) if index != found.chosen)]
    return {
        str(index): (say_outcome(language, found.outcomes[index], rates[index], settings.steps),) for index in order
    }


def run_title(language: str, run: RunSettings) -> str:
    """Return what a run is called: its letter, optimizer and rate."""
    name = text(language, f"learning_rate.short.{run.optimizer}")
    return f"{run.letter.upper()}: {name}, η = {number_text(run.rate)}"


def surface_text(language: str, settings: LearningRate) -> str:
    """Return what the surface is called; of the reader's own what was typed."""
    if settings.surface != OWN:
        return text(language, f"learning_rate.surface.{settings.surface}")
    return f"L({', '.join(settings.names)}) = {settings.expression.strip()}"


def own_words(language: str, settings: LearningRate, found: Found) -> tuple[str, ...]:
    """Say which expression is drawn, and where it has no value; nothing of a surface with a name."""
    if settings.surface != OWN:
        return ()
    theta = settings.names[0] if settings.place.one_dimensional else f"({', '.join(settings.names)})"
    said = [text(language, "learning_rate.own.formula", formula=surface_text(language, settings), theta=theta)]
    loss, form = found.field.loss, "curve" if settings.place.one_dimensional else "plane"
    for entry, places in (("undefined", np.isnan(loss)), ("infinite", np.isinf(loss))):
        if places.any():
            how = text(language, f"learning_rate.own.{form}")
            share = percent_text(float(places.mean()))
            said.append(text(language, f"learning_rate.own.{entry}", share=share, how=how))
    return tuple(said)


def others(language: str, settings: LearningRate, found: Found) -> tuple[str, ...]:
    """Say how the runs went whose rate the slider does not move; the moved one's sentence stands in the picture."""
    rest = (run for index, run in enumerate(found.runs) if index != settings.moved - 1)
    return tuple(say_outcome(language, run.outcome, run_title(language, run.settings), settings.steps) for run in rest)
