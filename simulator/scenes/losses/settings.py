"""What the page of losses and entropy shows: the few values from which every picture on it is drawn."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from simulator.errors import InputError, check_choice, check_integer, check_number
from simulator.scenes.losses.entropy import (
    BASE_PROBABILITIES,
    FAIR_DIE,
    LOADED_DIE,
    MAX_OUTCOMES,
    check_distribution,
    normalized,
)
from simulator.scenes.losses.single import OUTPUTS, SQUARED_ERRORS

SECTIONS = ("single", "digits", "dice", "codes", "gibbs", "terms")
STARTS = ("he", "saturated")
Distribution = tuple[float, ...]


_CHOICES: dict[str, tuple[str, ...]] = {
    "section": SECTIONS,
    "squared": SQUARED_ERRORS,
    "output": OUTPUTS,
    "start": STARTS,
}
_BOUNDS: dict[str, tuple[float, float]] = {
    "target": (0.0, 1.0),
    "classes": (2.0, 10.0),
    "logit": (-10.0, 10.0),
    "happened": (0.01, 1.0),
    "p": (0.0, 1.0),
    "q": (0.01, 0.99),
    "right": (0.0, MAX_OUTCOMES - 1.0),
}


@dataclass(frozen=True, kw_only=True)
class LossesState:
    """Every control of the page, checked where it is built.

    Args:
      section: which part of the page is open.
      squared: scaling of squared error.
      output: in front of the loss, ``sigmoid`` or ``softmax``.
      target: 0 or 1, of the one output.
      classes: behind the softmax, 2 to 10.
      logit: z = w·x of the one output, −10 to 10.
      start: weights from which the digits are learned.
      happened: probability whose surprise is marked.
      die, die_model: P and Q of the dice.
      letters, letters_model: P of the letters, and Q for which the other tree was built.
      p, q: of two outcomes: what happens, and what is believed.
      outputs: y of every class.
      right: index of the right class among ``outputs``.
    """

    section: str = "single"
    squared: str = "mse_half_sum"
    output: str = "sigmoid"
    target: int = 0
    classes: int = 4
    logit: float = 5.0
    start: str = "he"
    happened: float = 0.9
    die: Distribution = FAIR_DIE
    die_model: Distribution = LOADED_DIE
    letters: Distribution = BASE_PROBABILITIES
    letters_model: Distribution = (0.25, 0.25, 0.25, 0.25)
    p: float = 0.75
    q: float = 0.5
    outputs: Distribution = (0.05, 0.05, 0.9)
    right: int = 2

    def __post_init__(self):
        for control in fields(self):
            name, value = control.name, getattr(self, control.name)
            if name in _CHOICES:
                check_choice(name, value, _CHOICES[name])
            elif isinstance(control.default, tuple):
                check_distribution(name, np.array(value, dtype=np.float64))
            elif isinstance(control.default, int):
                check_integer(name, value, *map(int, _BOUNDS[name]))
            else:
                check_number(name, value, *_BOUNDS[name])
        for first, second in (("die", "die_model"), ("letters", "letters_model")):
            if len(getattr(self, first)) != len(getattr(self, second)):
                raise InputError("losses:lengths", first=first, second=second)
        if len(self.die) != len(FAIR_DIE):
            raise InputError("losses:faces", value=len(self.die))
        check_integer("right", self.right, 0, len(self.outputs) - 1)

    def to_link(self) -> dict[str, str]:
        """Return the parameters of a link that shows this state: what differs from the default.

        >>> LossesState(logit=-3.0, section="codes").to_link()
        {'section': 'codes', 'logit': '-3'}
        """
        return {
            control.name: _write(getattr(self, control.name))
            for control in fields(self)
            if getattr(self, control.name) != control.default
        }

    @classmethod
    def from_link(cls, parameters: Mapping[str, str]) -> tuple["LossesState", tuple[InputError, ...]]:
        """Read a link; what it asks for in vain becomes the nearest thing that can be shown, with a sentence each.

        >>> state, errors = LossesState.from_link({"logit": "99", "die": "1,1,1,1,1,5"})
        >>> state.logit, state.die == LOADED_DIE[::-1], len(errors)
        (10.0, True, 2)
        """
        errors: list[InputError] = []
        values: dict = {}
        for control in fields(cls):
            if control.name not in parameters:
                continue
            written = parameters[control.name]
            if control.name in _CHOICES:
                values[control.name] = _choice(control, written, errors)
            elif isinstance(control.default, tuple):
                values[control.name] = _distribution(control, written, errors)
            else:
                number = _nearest(control, written, errors)
                values[control.name] = round(number) if isinstance(control.default, int) else number
        _match_lengths(values, errors)
        return cls(**values), tuple(errors)


CONTROLS = tuple(control.name for control in fields(LossesState))
"""Names of the controls in a link."""


def _write(value) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{number:.6g}" for number in value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _choice(control, written: str, errors: list[InputError]) -> str:
    choices = _CHOICES[control.name]
    if written in choices:
        return written
    errors.append(InputError("losses:choice", name=control.name, value=written[:40], choices=choices))
    return control.default


def _nearest(control, written: str, errors: list[InputError]) -> float:
    low, high = _BOUNDS[control.name]
    number = _number(written)
    used = float(control.default) if number is None else min(max(number, low), high)
    if number is None or used != number:
        errors.append(
            InputError(
                "losses:number",
                name=control.name,
                value=written[:40],
                low=f"{low:g}",
                high=f"{high:g}",
                used=f"{used:g}",
            )
        )
    return used


def _distribution(control, written: str, errors: list[InputError]) -> Distribution:
    numbers = [_number(word) for word in written.split(",")]
    kept = [number for number in numbers if number is not None and math.isfinite(number) and number >= 0]
    if len(kept) != len(numbers) or not 2 <= len(kept) <= MAX_OUTCOMES:
        errors.append(InputError("losses:distribution", name=control.name, value=written[:40], maximum=MAX_OUTCOMES))
        return control.default
    if control.name.startswith("die") and len(kept) != len(FAIR_DIE):
        errors.append(InputError("losses:faces", value=len(kept)))
        return control.default
    # A link rounds to six digits; only what a reader would see is worth a sentence.
    if abs(sum(kept) - 1.0) > 1e-4:
        errors.append(InputError("losses:scaled", name=control.name, value=f"{sum(kept):g}"))
    return tuple(normalized(np.array(kept)).tolist())


def _match_lengths(values: dict, errors: list[InputError]) -> None:
    defaults = {control.name: control.default for control in fields(LossesState)}
    letters, model = (values.get(name, defaults[name]) for name in ("letters", "letters_model"))
    if len(letters) != len(model):
        if "letters_model" in values:
            errors.append(InputError("losses:lengths", first="letters", second="letters_model"))
        values["letters_model"] = (1.0 / len(letters),) * len(letters)
    most = len(values.get("outputs", defaults["outputs"])) - 1
    if values.get("right", defaults["right"]) > most:
        if "right" in values:
            errors.append(
                InputError(
                    "losses:number", name="right", value=values["right"], low="0", high=str(most), used=str(most)
                )
            )
        values["right"] = most


def _number(word: str) -> float | None:
    try:
        number = float(word.strip().replace("−", "-"))
    except ValueError:
        return None
    return None if math.isnan(number) else number
