"""The settings of losses and entropy: one output and its loss, a race on digits, and distributions with their codes."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.scenes.kinds import Choice, Kind, Number, Numbers, Read, Whole
from simulator.scenes.losses.entropy import (
    BASE_PROBABILITIES,
    FAIR_DIE,
    LOADED_DIE,
    MAX_OUTCOMES,
    MIN_OUTCOMES,
    SUM_TOLERANCE,
    normalized,
)
from simulator.scenes.losses.race import STARTS
from simulator.scenes.losses.single import OUTPUTS, SQUARED_ERRORS, TARGETS
from simulator.scenes.settings import Settings, control, replaced, within
from simulator.scenes.written import read_number
from simulator.texts import Phrase

FACES = len(FAIR_DIE)
MAX_CLASSES = 10
REACH = 10.0
"""Largest logit."""
LINK_TOLERANCE = 1e-4
"""A sum this near to 1 was meant to be 1: it is scaled without a word."""


@dataclass(frozen=True)
class Distribution(Numbers):
    """Probabilities: numbers of 0 or more with sum 1.

    What has another sum is scaled. What sums to 1 within rounding stays bit for bit, so that links go there and back.
    """

    minimum: float = 0.0
    maximum: float = 1.0
    fewest: int = MIN_OUTCOMES
    most: int = MAX_OUTCOMES

    def read(self, written: str, default: Any) -> Read:
        """Return the shares that are written; the default where they are no shares of anything."""
        parts = written[:4000].split(self.separator)
        shares = [read_number(part) for part in parts if part.strip()]
        if not self.fewest <= len(shares) <= self.most:
            return Read(default, False)
        numbers = [share for share in shares if share is not None and math.isfinite(share) and share >= 0.0]
        total = math.fsum(numbers) if len(numbers) == len(shares) and max(numbers) < _LARGEST_SHARE else 0.0
        if total == 0.0:
            return Read(default, False)
        if abs(total - 1.0) <= SUM_TOLERANCE and max(numbers) <= self.maximum:
            return Read(tuple(numbers), True)
        return Read(tuple(normalized(np.array(numbers)).tolist()), abs(total - 1.0) <= LINK_TOLERANCE)

    def holds(self, value: Any) -> bool:
        """Say whether it is a tuple of probabilities that sum to 1."""
        return super().holds(value) and abs(math.fsum(value) - 1.0) <= SUM_TOLERANCE

    def show(self, value: Any) -> str:
        """Return the probabilities with three digits, for a sentence: a link needs all of them."""
        return self.separator.join(f"{share:.3g}" for share in value)

    def rule(self) -> Phrase:
        """Return how many probabilities."""
        values = {"fewest": self.fewest, "most": self.most, "separator": self.separator}
        name = "errors_losses.rule_faces" if self.fewest == self.most else "errors_losses.rule_distribution"
        return Phrase(name, values)


_LARGEST_SHARE = 1e300
"""Numbers beyond it, added up, may be too large to be divided."""


@dataclass(frozen=True, kw_only=True)
class Losses(Settings):
    """Losses and entropy; the names are those of the link.

    Args:
      output: in front of the loss, ``sigmoid`` or ``softmax``.
      target: 0 or 1, of the one output.
      logit: z = w·x of the one output, −10 to 10.
      classes: behind the softmax, 2 to 10.
      squared: scaling of squared error.
      start: weights from which the digits are learned.
      happened: probability whose surprise is marked.
      die, die_model: P and Q of the dice.
      letters, letters_model: P of the letters, and Q for which the other tree was built.
      p, q: of two outcomes: what happens, and what is believed.
      outputs: y of every class.
      right: number of the right class among ``outputs``, counted from 1.
    """

    texts = "losses"

    output: str = control("sigmoid", Choice(OUTPUTS, words="losses.option", look="buttons"))
    target: int = control(0, Choice(TARGETS, look="buttons"))
    logit: float = control(5.0, Number(-REACH, REACH, step=0.1))
    classes: int = control(4, Whole(2, MAX_CLASSES))
    squared: str = control("mse_half_sum", Choice(SQUARED_ERRORS, words="losses.name"))
    start: str = control("he", Choice(STARTS, words="losses.option"))
    happened: float = control(0.9, Number(0.01, 1.0, step=0.01))
    die: tuple[float, ...] = control(FAIR_DIE, Distribution(fewest=FACES, most=FACES))
    die_model: tuple[float, ...] = control(LOADED_DIE, Distribution(fewest=FACES, most=FACES))
    letters: tuple[float, ...] = control(BASE_PROBABILITIES, Distribution())
    letters_model: tuple[float, ...] = control((0.25,) * 4, Distribution())
    p: float = control(0.75, Number(0.0, 1.0, step=0.01))
    q: float = control(0.5, Number(0.01, 0.99, step=0.01))
    outputs: tuple[float, ...] = control((0.05, 0.05, 0.9), Distribution())
    right: int = control(3, Choice(tuple(range(1, MAX_OUTCOMES + 1)), look="buttons"))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return values of which both distributions of letters are equally long, and the right class is there."""
        errors, fitting = [], dict(values)
        letters, model, classes = (len(values[name]) for name in ("letters", "letters_model", "outputs"))
        if letters != model:
            fitting["letters_model"] = (1.0 / letters,) * letters
        if values["right"] > classes:
            fitting["right"] = classes
        for name in ("letters_model", "right"):
            if fitting[name] != values[name]:
                kind = _as_long(letters) if name == "letters_model" else _one_of(classes)
                errors.append(replaced(cls, name, values[name], fitting[name], kind))
        return fitting, tuple(errors)

    def kind(self, name: str) -> Kind:
        """Return what a control may hold: the right class is one of those that there are."""
        return _one_of(len(self.outputs)) if name == "right" else super().kind(name)

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything: a sigmoid has no other classes."""
        return super().applies(name) and (name != "classes" or self.output == "softmax")


def _as_long(count: int) -> Distribution:
    return Distribution(fewest=count, most=count)


def _one_of(count: int) -> Kind:
    return within(Losses.controls()["right"].kind, choices=tuple(range(1, count + 1)))
