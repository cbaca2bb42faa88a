"""What the panels of losses and entropy are drawn from."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from simulator.scenes.losses.entropy import binary_terms, categorical_terms, cross_entropy, entropy, kl_divergence
from simulator.scenes.losses.huffman import HuffmanCode, huffman_code, mean_code_length
from simulator.scenes.losses.race import Race, race
from simulator.scenes.losses.settings import REACH, Losses
from simulator.scenes.losses.single import (
    SQUARED_ERRORS,
    Band,
    LossCurve,
    WorkedExample,
    loss_curve,
    squared_error_factor,
    unfair_band,
    worked_example,
)
from simulator.scenes.scene import Numbers, Progress

POINTS = 241
FAR_OUT = 700.0
"""A logit at which an output is 0 or 1."""
SCALING_EXAMPLE = (32, 10)
"""Batch size and outputs for which the constants of the three scalings are shown."""
BELIEFS = 99


class Single(NamedTuple):
    """One output: squared error and cross-entropy over its logit, and both at the marked logit."""

    squared: str  # which scaling
    output: str
    target: int
    logit: float
    curves: Mapping[str, LossCurve]  # of the squared error and of ``cross_entropy``
    now: Mapping[str, LossCurve]  # one point each
    band: Band  # where a larger error has a smaller squared-error gradient
    limit: float  # the most that squared error can cost
    example: WorkedExample


class Measured(NamedTuple):
    """P and Q, and what it costs to believe Q; in nats or bits."""

    p: tuple[float, ...]
    q: tuple[float, ...]
    entropy: float
    cross_entropy: float
    kl: float


class Codes(NamedTuple):
    """Huffman's codes of two distributions, and what a letter of the first one costs in bits."""

    measured: Measured
    code: HuffmanCode  # for P
    wrong: HuffmanCode  # for Q
    fixed: int  # bits of a code with words of one length
    wrong_length: float  # mean bits of a letter from P with the code for Q

    @property
    def costs(self) -> dict[str, float]:
        """Bits a letter, by the way of writing it."""
        return {
            "own": self.code.mean_length,
            "fixed": float(self.fixed),
            "wrong": self.wrong_length,
            "entropy": self.measured.entropy,
            "cross": self.measured.cross_entropy,
        }


class Belief(NamedTuple):
    """Two outcomes: what a belief costs, over all beliefs."""

    p: float
    q: float
    beliefs: np.ndarray  # (99,)
    costs: np.ndarray  # (99,) bits
    measured: Measured


class Terms(NamedTuple):
    """What each class adds to two losses, in nats."""

    outputs: np.ndarray  # (classes,)
    right: int  # index
    categorical: np.ndarray  # (classes,)
    binary: np.ndarray  # (classes,)


def measure(p: tuple[float, ...], q: tuple[float, ...], *, base: float = math.e) -> Measured:
    """Measure two distributions."""
    one, other = np.array(p), np.array(q)
    numbers = (entropy(one, base=base), cross_entropy(one, other, base=base), kl_divergence(one, other, base=base))
    return Measured(p, q, *numbers)


def _single(settings: Losses) -> Single:
    squared, output, target, classes = settings.squared, settings.output, settings.target, settings.classes

    def over(loss: str, *logits: float) -> LossCurve:
        return loss_curve(loss, output, target, np.array(logits), num_classes=classes)

    places = np.linspace(-REACH, REACH, POINTS)
    kinds = (squared, "cross_entropy")
    worst = -FAR_OUT if target else FAR_OUT
    return Single(
        squared=squared,
        output=output,
        target=target,
        logit=settings.logit,
        curves={kind: over(kind, *places) for kind in kinds},
        now={kind: over(kind, settings.logit) for kind in kinds},
        band=unfair_band(squared, output, target, num_classes=classes, reach=REACH),
        limit=float(over(squared, worst).loss[0]),
        example=worked_example(settings.logit, target, loss=squared, output=output, num_classes=classes),
    )


def _scalings(_settings: Losses) -> dict[str, float]:
    return {loss: squared_error_factor(loss, *SCALING_EXAMPLE) for loss in SQUARED_ERRORS}


def _race(settings: Losses, progress: Progress) -> Race | None:
    return race(settings.start, progress)


def _dice(settings: Losses) -> Measured:
    return measure(settings.die, settings.die_model)


def _codes(settings: Losses) -> Codes:
    code, wrong = huffman_code(settings.letters), huffman_code(settings.letters_model)
    return Codes(
        measured=measure(settings.letters, settings.letters_model, base=2.0),
        code=code,
        wrong=wrong,
        fixed=math.ceil(math.log2(len(settings.letters))),
        wrong_length=mean_code_length(wrong.codes, settings.letters),
    )


def _belief(settings: Losses) -> Belief:
    p, q = settings.p, settings.q
    beliefs = np.linspace(0.01, 0.99, BELIEFS)
    happens = np.array([p, 1.0 - p])
    costs = np.array([cross_entropy(happens, np.array([belief, 1.0 - belief]), base=2.0) for belief in beliefs])
    return Belief(p, q, beliefs, costs, measure((p, 1.0 - p), (q, 1.0 - q), base=2.0))


def _terms(settings: Losses) -> Terms:
    outputs, right = np.array(settings.outputs), settings.right - 1
    target = np.eye(len(outputs))[right]
    return Terms(outputs, right, categorical_terms(target, outputs), binary_terms(target, outputs))


def _all_but(*names: str) -> tuple[str, ...]:
    return tuple(name for name in Losses.controls() if name not in names)


SINGLE = Numbers(_single, ignores=_all_but("output", "target", "logit", "classes", "squared"))
SCALINGS = Numbers(_scalings, ignores=_all_but())
RACE = Numbers(_race, ignores=_all_but("start"), long=True)
DICE = Numbers(_dice, ignores=_all_but("die", "die_model"))
CODES = Numbers(_codes, ignores=_all_but("letters", "letters_model"))
BELIEF = Numbers(_belief, ignores=_all_but("p", "q"))
TERMS = Numbers(_terms, ignores=_all_but("outputs", "right"))
