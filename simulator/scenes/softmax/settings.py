"""What the softmax page shows: the few numbers from which every picture on it is drawn."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulator.core.softmax import MAX_TEMPERATURE, MIN_TEMPERATURE
from simulator.errors import InputError, check_integer, check_number

MIN_LOGITS = 2
MAX_LOGITS = 8
LARGEST_LOGIT = 10_000.0
LOGIT_PRESETS: dict[str, tuple[float, ...]] = {
    "lecture": (1.54, 2.90, -0.26),
    "equal": (1.0, 1.0, 1.0),
    "one_hot": (0.0, 8.0, 0.0),
    "overflow": (1000.0, 1001.0, 1002.0),
}
CONTROLS = ("logits", "T", "target")
"""Names of the controls in a link."""


@dataclass(frozen=True, kw_only=True)
class SoftmaxState:
    """Logits, temperature and target, checked where they are built.

    Args:
      logits: z of 2 to 8 classes, each between −10,000 and 10,000.
      temperature: T, 0.05 to 20.
      target: index of the right class.

    Raises:
      InputError: naming the field, the value and the bound.
    """

    logits: tuple[float, ...] = LOGIT_PRESETS["lecture"]
    temperature: float = 1.0
    target: int = 1

    def __post_init__(self):
        check_integer("num_logits", len(self.logits), MIN_LOGITS, MAX_LOGITS)
        for logit in self.logits:
            check_number("logit", logit, -LARGEST_LOGIT, LARGEST_LOGIT)
        check_number("temperature", self.temperature, MIN_TEMPERATURE, MAX_TEMPERATURE)
        check_integer("target", self.target, 0, len(self.logits) - 1)

    @property
    def vector(self) -> np.ndarray:
        """The logits as float64 (classes,)."""
        return np.array(self.logits, dtype=np.float64)

    def to_link(self) -> dict[str, str]:
        """Return the parameters of a link that shows this state; the target counts from 1, as readers do.

        >>> SoftmaxState().to_link()
        {'logits': '1.54,2.9,-0.26', 'T': '1', 'target': '2'}
        """
        return {
            "logits": ",".join(f"{logit:.10g}" for logit in self.logits),
            "T": f"{self.temperature:.10g}",
            "target": str(self.target + 1),
        }

    @classmethod
    def from_link(cls, parameters: Mapping[str, str]) -> tuple["SoftmaxState", tuple[InputError, ...]]:
        """Read a link; what it asks for in vain becomes the nearest thing that can be shown, with a sentence each.

        Args:
          parameters: ``logits``, ``T``, ``target``; what is left out keeps its default.

        Returns:
          The state, and what had to be changed.

        >>> state, errors = SoftmaxState.from_link({"logits": "1,x,3", "T": "-2"})
        >>> state.logits, state.temperature, len(errors)
        ((1.0, 3.0), 0.05, 2)
        """
        errors: list[InputError] = []
        default = cls()
        logits = default.logits
        if "logits" in parameters:
            logits, errors = _read_logits(parameters["logits"])
        temperature = default.temperature
        if "T" in parameters:
            temperature = _nearest(
                parameters["T"], MIN_TEMPERATURE, MAX_TEMPERATURE, temperature, "temperature", errors
            )
        target = min(default.target, len(logits) - 1)
        if "target" in parameters:
            asked = _nearest(parameters["target"], 1, len(logits), target + 1, "target", errors)
            target = round(asked) - 1
        return cls(logits=logits, temperature=temperature, target=target), tuple(errors)

    @classmethod
    def from_browser(cls, value: object) -> "SoftmaxState | None":
        """Read what the browser sent, or return ``None`` where that is no state."""
        if not isinstance(value, Mapping) or not isinstance(value.get("logits"), list | tuple):
            return None
        try:
            return cls(
                logits=tuple(float(logit) for logit in value["logits"]),
                temperature=float(value["temperature"]),
                target=int(value["target"]),
            )
        except (KeyError, TypeError, ValueError, OverflowError):
            return None


def _read_logits(written: str) -> tuple[tuple[float, ...], list[InputError]]:
    errors: list[InputError] = []
    words = [word for word in written.replace(";", ",").replace(" ", ",").split(",") if word]
    if not words:
        return SoftmaxState().logits, [InputError("softmax:logits_empty")]
    numbers = [_number(word) for word in words]
    strange = [word for word, number in zip(words, numbers, strict=True) if number is None]
    if strange:
        errors.append(InputError("softmax:logits_text", value=", ".join(strange[:3])[:40]))
    kept = [number for number in numbers if number is not None]
    if len(kept) > MAX_LOGITS:
        errors.append(InputError("softmax:logits_many", value=len(kept), maximum=MAX_LOGITS))
        kept = kept[:MAX_LOGITS]
    if any(abs(number) > LARGEST_LOGIT for number in kept):
        errors.append(InputError("softmax:logits_size", maximum=f"{LARGEST_LOGIT:.0f}"))
        kept = [min(max(number, -LARGEST_LOGIT), LARGEST_LOGIT) for number in kept]
    if not kept:
        return SoftmaxState().logits, errors
    if len(kept) < MIN_LOGITS:
        errors.append(InputError("softmax:logits_one"))
        kept = [*kept, 0.0]
    return tuple(kept), errors


def _number(word: str) -> float | None:
    try:
        number = float(word.replace("−", "-"))
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _nearest(
    written: str, minimum: float, maximum: float, default: float, field: str, errors: list[InputError]
) -> float:
    number = _number(written.strip())
    used = default if number is None else min(max(number, minimum), maximum)
    if number is None or used != number:
        code = {"temperature": "softmax:temperature", "target": "softmax:target"}[field]
        errors.append(
            InputError(code, value=written[:40], minimum=f"{minimum:g}", maximum=f"{maximum:g}", used=f"{used:g}")
        )
    return used
