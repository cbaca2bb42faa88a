"""What the panels of softmax are drawn from: probabilities, sweeps, the Jacobian, few digits, draws."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from simulator.core.softmax import Examination, Sweep, draw_classes, examine, jacobian, log_softmax, softmax, sweep
from simulator.scenes.scene import Numbers
from simulator.scenes.softmax.precision import (
    METHODS,
    PRECISIONS,
    Computed,
    ShiftScan,
    low_precision_softmax,
    scan_shifts,
)
from simulator.scenes.softmax.settings import Softmax

NUM_DRAWS = 100
DISTILLATION_TEMPERATURE = 4.0
REACH = 150
"""Largest logit from −150 to 150: float32's exp overflows at 88.7 and underflows at −104."""
POINTS = 601


class Swept(NamedTuple):
    """The logits at every temperature, and at the one that is chosen."""

    curve: Sweep
    temperature: float
    now: Examination


class Responses(NamedTuple):
    """How every probability answers to every logit."""

    temperature: float
    matrix: Float[np.ndarray, "classes classes"]  # ∂p/∂z


class Precise(NamedTuple):
    """What few digits make of the logits as they are, and of the same logits moved up and down."""

    largest: float  # logit
    computed: dict[tuple[str, str], Computed]  # (precision, method) → the logits as they are
    places: Float[np.ndarray, " points"]  # largest logit at every shift
    scan: ShiftScan


class Pair(NamedTuple):
    """Softmax of the first two logits alone."""

    difference: float  # (z₁ − z₂)/T
    probability: float  # p₁


class Drawn(NamedTuple):
    """Classes drawn at random, and the probabilities that they were drawn with."""

    temperature: float
    probabilities: Float[np.ndarray, " classes"]
    draws: Int[np.ndarray, " draws"]  # counted from 0


class Softened(NamedTuple):
    """The same logits at T = 1 and at another temperature."""

    temperature: float
    plain: Float[np.ndarray, " classes"]  # probabilities at T = 1
    soft: Float[np.ndarray, " classes"]
    least: tuple[float, float]  # log of the smallest probability at both; the probability itself may underflow


def _examined(settings: Softmax) -> Examination:
    return examine(settings.vector, settings.temperature, settings.target_index)


def _swept(settings: Softmax) -> Swept:
    now = examine(settings.vector, settings.temperature, settings.target_index)
    return Swept(sweep(settings.vector), settings.temperature, now)


def _responses(settings: Softmax) -> Responses:
    return Responses(settings.temperature, jacobian(settings.vector, settings.temperature))


def _precise(settings: Softmax) -> Precise:
    logits, places = settings.vector, np.linspace(-REACH, REACH, POINTS)
    computed = {
        (precision, method): low_precision_softmax(logits, precision, method)
        for method in METHODS
        for precision in PRECISIONS
    }
    largest = float(logits.max())
    return Precise(largest, computed, places, scan_shifts(logits, places - largest))


def _pair(settings: Softmax) -> Pair:
    first, second = settings.logits[:2]
    probability = softmax(np.array([first, second]), settings.temperature)[0]
    return Pair((first - second) / settings.temperature, float(probability))


def _drawn(settings: Softmax) -> Drawn:
    probabilities = softmax(settings.vector, settings.temperature)
    return Drawn(settings.temperature, probabilities, draw_classes(probabilities, NUM_DRAWS, settings.seed))


def _distilled(settings: Softmax) -> Softened:
    return _softened(settings, DISTILLATION_TEMPERATURE)


def _calibrated(settings: Softmax) -> Softened:
    return _softened(settings, settings.temperature)


def _softened(settings: Softmax, temperature: float) -> Softened:
    logits = settings.vector
    least = (float(log_softmax(logits).min()), float(log_softmax(logits, temperature).min()))
    return Softened(temperature, softmax(logits), softmax(logits, temperature), least)


EXAMINED = Numbers(_examined, ignores=("seed",))
SWEPT = Numbers(_swept, ignores=("target", "seed"))
RESPONSES = Numbers(_responses, ignores=("target", "seed"))
PRECISE = Numbers(_precise, ignores=("temperature", "target", "seed"))
PAIR = Numbers(_pair, ignores=("target", "seed"))
DRAWN = Numbers(_drawn, ignores=("target",))
DISTILLED = Numbers(_distilled, ignores=("temperature", "target", "seed"))
CALIBRATED = Numbers(_calibrated, ignores=("target", "seed"))
