"""What the panels of gradient decay are drawn from: random starts, training runs, number formats, products."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulator.core.propagation.learning import Clipping, Learning, clipping, learning
from simulator.core.propagation.starts import Case, Start, batch_of, seconds_of, start_of, train_all
from simulator.core.run import Run
from simulator.scenes.gradient_decay.arriving import Arriving, arriving
from simulator.scenes.gradient_decay.factors import products, sigmoid_bound
from simulator.scenes.gradient_decay.settings import GradientDecay, Variant, remedy_chain
from simulator.scenes.gradient_decay.underflow import Underflow, underflow
from simulator.scenes.scene import Numbers, Progress

MAX_FORMATS = 2
"""Networks whose number formats are drawn side by side."""
TRAINED_STARTS = 3
"""Starts from which networks are trained: one alone may tell another story than most."""
LONGEST_WAIT = 15.0
"""Seconds; where all starts would take longer, networks are trained from one."""


class Compared(NamedTuple):
    """One of the networks that are compared, at its random starts."""

    variant: Variant
    start: Start


class Lit(NamedTuple):
    """One of the networks that are compared, and what arrives in it at every depth of the slider."""

    variant: Variant
    arriving: Arriving


class Trained(NamedTuple):
    """One of the networks that are compared, its random starts, and what training did to it from some of them."""

    variant: Variant
    start: Start
    runs: tuple[Run, ...]
    learning: tuple[Learning, ...]


class Factored(NamedTuple):
    """A table of factors, what is left at each layer, and the most that sigmoid passes on."""

    left: np.ndarray  # (layers,)
    bound: np.ndarray  # (layers,)


class Formats(NamedTuple):
    """One network's gradient in every number format."""

    variant: Variant
    formats: tuple[Underflow, ...]


class Exploding(NamedTuple):
    """One gradient before and after clipping, at the random starts of one network."""

    start: Start
    clipped: Clipping


def case_of(settings: GradientDecay, variant: Variant) -> Case:
    """Return a network with its training."""
    return Case(variant.network, settings.training(), settings.data)


def _starts(settings: GradientDecay) -> tuple[Compared, ...]:
    return _compared(settings, settings.variants())


def _arriving(settings: GradientDecay) -> tuple[Lit, ...]:
    return tuple(Lit(one, arriving(case_of(settings, one), settings.seeds)) for one in settings.variants())


def _remedied(settings: GradientDecay) -> tuple[Compared, ...]:
    return _compared(settings, remedy_chain(settings))


def _compared(settings: GradientDecay, variants: Sequence[Variant]) -> tuple[Compared, ...]:
    return tuple(Compared(one, start_of(case_of(settings, one), settings.seeds)) for one in variants)


def _trained(settings: GradientDecay, progress: Progress) -> tuple[Trained, ...] | None:
    return _train(settings, settings.variants(), progress)


def _remedies_trained(settings: GradientDecay, progress: Progress) -> tuple[Trained, ...] | None:
    return _train(settings, remedy_chain(settings), progress)


def _seconds(settings: GradientDecay) -> float:
    return _seconds_of(settings, settings.variants())


def _seconds_remedied(settings: GradientDecay) -> float:
    return _seconds_of(settings, remedy_chain(settings))


def _seconds_of(settings: GradientDecay, variants: Sequence[Variant]) -> float:
    return seconds_of(_cases(settings, variants, trained_starts(settings, variants)))


def trained_starts(settings: GradientDecay, variants: Sequence[Variant]) -> int:
    """Return from how many starts the networks that are compared are trained."""
    seconds = seconds_of(_cases(settings, variants, TRAINED_STARTS))
    return TRAINED_STARTS if seconds <= LONGEST_WAIT else 1


def _cases(settings: GradientDecay, variants: Sequence[Variant], starts: int) -> list[Case]:
    """Return every network with every start, the starts of one network together."""
    trainings = [settings.training(seed=settings.seed + more) for more in range(starts)]
    return [case_of(settings, one)._replace(training=training) for one in variants for training in trainings]


def _train(settings: GradientDecay, variants: Sequence[Variant], progress: Progress) -> tuple[Trained, ...] | None:
    starts = trained_starts(settings, variants)
    cases = _cases(settings, variants, starts)
    runs = train_all(cases, progress)
    if runs is None:
        return None
    learned = [learning(run, batch_of(case), settings.steps) for case, run in zip(cases, runs, strict=True)]
    return tuple(
        Trained(one, start_of(case_of(settings, one), settings.seeds), tuple(runs[own]), tuple(learned[own]))
        for one, own in zip(variants, (slice(at, at + starts) for at in range(0, len(runs), starts)), strict=True)
    )


def _factored(settings: GradientDecay) -> Factored:
    return Factored(products(settings.factors), sigmoid_bound(len(settings.factors), settings.gain))


def _formats(settings: GradientDecay) -> tuple[Formats, ...]:
    """Compare number formats for plain networks: normalization and residual connections are left out."""
    plain = {"normalization": "none", "residual": "off"}
    alike = settings.differ in plain  # then all of them are the same plain network
    found = []
    for one in settings.variants()[: 1 if alike else MAX_FORMATS]:
        network = settings.network(**plain) if alike else settings.network(**plain, **{settings.differ: one.code})
        batch = batch_of(Case(network, settings.training(), settings.data))
        found.append(Formats(Variant(one.code, network), underflow(network, batch, settings.seed)))
    return tuple(found)


def _exploding(settings: GradientDecay) -> Exploding:
    start = start_of(Case(settings.network(), settings.training(), settings.data), settings.seeds)
    return Exploding(start, clipping(start.signal.weight_grad_norm[0], settings.clip))


def _clipped_runs(settings: GradientDecay, progress: Progress) -> list[Run] | None:
    """Train one network twice: as it is, and with its gradient clipped."""
    return train_all(_clipped(settings), progress)


def _clipped(settings: GradientDecay) -> list[Case]:
    trainings = (settings.training(), settings.training(clip_norm=settings.clip))
    return [Case(settings.network(), training, settings.data) for training in trainings]


def _seconds_clipped(settings: GradientDecay) -> float:
    return seconds_of(_clipped(settings))


_TRAINING = ("steps", "rate", "clip")
_DRAWN = ("norm", "factors", "gain")
_CHAIN = ("differ", "values", "activation", "initializer", "std", "normalization", "residual")

ARRIVING = Numbers(_arriving, ignores=(*_TRAINING, *_DRAWN, "remedies"))
STARTS = Numbers(_starts, ignores=(*_TRAINING, *_DRAWN, "remedies"))
REMEDIED = Numbers(_remedied, ignores=(*_TRAINING, *_DRAWN, *_CHAIN))
TRAINED = Numbers(_trained, ignores=(*_DRAWN, "clip", "remedies"), long=True, seconds=_seconds)
REMEDIES_TRAINED = Numbers(_remedies_trained, ignores=(*_DRAWN, "clip", *_CHAIN), long=True, seconds=_seconds_remedied)
FACTORED = Numbers(
    _factored, ignores=("data", "depth", "width", *_CHAIN, *_TRAINING, "norm", "remedies", "seeds", "seed")
)
FORMATS = Numbers(_formats, ignores=(*_TRAINING, *_DRAWN, "remedies", "seeds", "normalization", "residual"))
EXPLODING = Numbers(_exploding, ignores=("steps", "rate", *_DRAWN, "remedies", "differ", "values"))
CLIPPED_RUNS = Numbers(
    _clipped_runs, ignores=(*_DRAWN, "remedies", "differ", "values", "seeds"), long=True, seconds=_seconds_clipped
)
