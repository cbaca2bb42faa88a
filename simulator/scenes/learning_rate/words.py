"""What the paths say, as sentences in the reader's language; every number is one that is drawn."""

from simulator.core.trajectories.outcome import Outcome
from simulator.scenes.learning_rate.numbers import Found
from simulator.scenes.learning_rate.settings import LearningRate, RunSettings
from simulator.texts import text
from simulator.texts.numbers import number_text

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
    values |= {"distance": number_text(found.distance), "arrived": found.arrived, "left": found.left}
    sentences = [text(language, f"learning_rate.say.{kind}", **values)]
    if found.left is not None and kind != "leaves":
        sentences.append(text(language, "learning_rate.left", step=found.left))
    if found.lost is not None:
        sentences.append(text(language, "learning_rate.lost", step=found.lost))
    return " ".join(sentences)


def mark_text(language: str, settings: LearningRate, name: str) -> str:
    """Return how a rate that theory names is written: 2/a, or a word where the formula is longer."""
    run = settings.moved_run
    if run.optimizer != "sgd":
        return text(language, f"learning_rate.mark.{name}")
    form = "parabola" if settings.place.one_dimensional else "plane"
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


def others(language: str, settings: LearningRate, found: Found) -> tuple[str, ...]:
    """Say how the runs went whose rate the slider does not move; the moved one's sentence stands in the picture."""
    rest = (run for index, run in enumerate(found.runs) if index != settings.moved - 1)
    return tuple(say_outcome(language, run.outcome, run_title(language, run.settings), settings.steps) for run in rest)
