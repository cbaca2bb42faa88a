"""What a control may hold: each kind reads what was written, finds the nearest valid value, and says its rule.

Text comes from a link, a lesson file or a lock; values come from Python, a widget or the browser. One rule serves both:
``read`` mends what was written, ``holds`` says whether a value is valid as it is.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

from simulator.errors import InputError
from simulator.scenes.written import read_number, write_number
from simulator.texts import Phrase

OFF = "off"  # how a link writes ``None``: the control is switched off


class Read(NamedTuple):
    """What came of a written value: the nearest valid one, and whether it is what was asked for."""

    value: Any
    as_asked: bool
    error: InputError | None = None  # a sentence of its own, where the rule of the kind says less


@runtime_checkable
class Kind(Protocol):
    """What all kinds can do: mend what is written, write a value, say whether one is valid, and say the rule."""

    def read(self, written: str, default: Any) -> Read: ...  # the nearest value; ``default`` where nothing is near

    def write(self, value: Any) -> str: ...  # as ``read`` takes it

    def holds(self, value: Any) -> bool: ...  # whether a value is valid as it is

    def rule(self) -> Phrase: ...  # what is valid, in words


@dataclass(frozen=True)
class Choice:
    """One of a few codes.

    Args:
      choices: the codes; texts or whole numbers.
      words: entry of the catalogue below which the codes have their words, or with ``{}`` in the code's place; empty
        where the code is the word.
      look: ``list``, or ``buttons`` side by side.
    """

    choices: tuple[Any, ...]
    words: str = ""
    look: str = "list"

    def read(self, written: str, default: Any) -> Read:
        """Return the code that is written; the default for any other text."""
        found = next((choice for choice in self.choices if str(choice) == written.strip()), None)
        return Read(default, False) if found is None else Read(found, True)

    def write(self, value: Any) -> str:
        """Return the code."""
        return str(value)

    def holds(self, value: Any) -> bool:
        """Say whether it is one of the codes."""
        return any(value == choice and type(value) is type(choice) for choice in self.choices)

    def rule(self) -> Phrase:
        """Return the list of codes."""
        return Phrase("errors_scene.rule_choice", {"choices": ", ".join(map(str, self.choices))})


@dataclass(frozen=True)
class Several:
    """Some of a few codes, without repetition, in the order in which they were chosen; a link joins them with dots.

    Args:
      choices: the codes.
      fewest, most: how many.
      words: see ``Choice``.
      look: ``list``; ``switches`` one below the other or ``buttons`` side by side, in the order of ``choices``.
    """

    choices: tuple[str, ...]
    fewest: int
    most: int
    words: str = ""
    look: str = "list"

    def read(self, written: str, default: Any) -> Read:
        """Return those that are known, as many as fit; the default where they are too few."""
        asked = [part.strip() for part in written.split(".") if part.strip()]
        known = tuple(dict.fromkeys(part for part in asked if part in self.choices))[: self.most]
        if len(known) < self.fewest or (asked and not known):
            return Read(default, False)
        return Read(known, len(known) == len(asked))

    def write(self, value: Any) -> str:
        """Join the codes."""
        return ".".join(value)

    def holds(self, value: Any) -> bool:
        """Say whether it is a tuple of known codes, as many as fit."""
        return (
            isinstance(value, tuple)
            and self.fewest <= len(value) <= self.most
            and len(set(value)) == len(value)
            and all(part in self.choices for part in value)
        )

    def rule(self) -> Phrase:
        """Return how many of which codes."""
        values = {"choices": ", ".join(self.choices), "fewest": self.fewest, "most": self.most}
        return Phrase("errors_scene.rule_several", values)


@dataclass(frozen=True)
class Number:
    """A number within bounds.

    Args:
      minimum, maximum: bounds, both valid.
      step: of a slider or a box.
      stops: the few values a slider offers; any other value within the bounds is valid, too.
      optional: whether it can be off, which is ``None``.
      look: ``slider`` or ``box``.
      log: whether its stops and its nearness are those of a logarithmic scale.
      percent: whether a slider over stops shows it in percent.
    """

    minimum: float
    maximum: float
    step: float | None = None
    stops: tuple[float | None, ...] = ()
    optional: bool = False
    look: str = "slider"
    log: bool = False
    percent: bool = False

    def read(self, written: str, default: Any) -> Read:
        """Return the nearest number within the bounds; the default for what is no number."""
        if self.optional and written.strip() == OFF:
            return Read(None, True)
        number = read_number(written)
        if number is None:
            return Read(default, False)
        nearest = self.nearest(number)
        return Read(nearest, nearest == number)

    def nearest(self, number: float) -> float:
        """Return the nearest valid number to one that may be infinite."""
        return float(min(max(number, self.minimum), self.maximum))

    def write(self, value: Any) -> str:
        """Return the number so that it reads back as the same one."""
        return OFF if value is None else write_number(value)

    def holds(self, value: Any) -> bool:
        """Say whether it is a finite number within the bounds, or off where that is possible."""
        if value is None:
            return self.optional
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and math.isfinite(value) and self.minimum <= value <= self.maximum

    def rule(self) -> Phrase:
        """Return the bounds."""
        return Phrase("errors_scene.rule_number", self._bounds())

    def _bounds(self) -> dict[str, str]:
        return {"minimum": write_number(self.minimum), "maximum": write_number(self.maximum)}


@dataclass(frozen=True)
class Whole(Number):
    """A whole number within bounds."""

    def nearest(self, number: float) -> int:
        """Return the nearest valid whole number."""
        return round(super().nearest(number))

    def holds(self, value: Any) -> bool:
        """Say whether it is a whole number within the bounds, or off where that is possible."""
        return (isinstance(value, int) or value is None) and super().holds(value)

    def rule(self) -> Phrase:
        """Return the bounds."""
        return Phrase("errors_scene.rule_whole", self._bounds())


@dataclass(frozen=True)
class Numbers:
    """A list of numbers within bounds.

    Args:
      minimum, maximum: of each.
      fewest, most: how many.
      whole: whether they are whole numbers.
      separator: in a link, and where they are typed.
    """

    minimum: float
    maximum: float
    fewest: int
    most: int
    whole: bool = False
    separator: str = ","

    def read(self, written: str, default: Any) -> Read:
        """Return the numbers that are written, each the nearest valid one; the default where they are too few."""
        one = self._one()
        # People also write spaces and semicolons between numbers; none of them is part of one.
        parts = [part for part in re.split(rf"[{re.escape(self.separator)};\s]+", written[:4000]) if part]
        found = [one.read(part, None) for part in parts]
        kept = tuple(part.value for part in found if part.value is not None)[: self.most]
        if len(kept) < self.fewest or (parts and not kept):
            return Read(default, False)
        return Read(kept, len(kept) == len(parts) and all(part.as_asked for part in found))

    def write(self, value: Any) -> str:
        """Join the numbers."""
        return self.separator.join(write_number(number) for number in value)

    def holds(self, value: Any) -> bool:
        """Say whether it is a tuple of valid numbers, as many as fit."""
        fits = isinstance(value, tuple) and self.fewest <= len(value) <= self.most
        return fits and all(self._one().holds(number) for number in value)

    def rule(self) -> Phrase:
        """Return how many numbers within which bounds."""
        values = {"fewest": self.fewest, "most": self.most, "separator": self.separator}
        bounds = {"minimum": write_number(self.minimum), "maximum": write_number(self.maximum)}
        return Phrase("errors_scene.rule_numbers", values | bounds)

    def _one(self) -> Number:
        return (Whole if self.whole else Number)(self.minimum, self.maximum)


@dataclass(frozen=True)
class Flag:
    """On or off."""

    def read(self, written: str, default: Any) -> Read:
        """Return whether it says 1."""
        known = {"1": True, "0": False}.get(written.strip())
        return Read(default, False) if known is None else Read(known, True)

    def write(self, value: Any) -> str:
        """Return 1 or 0."""
        return "1" if value else "0"

    def holds(self, value: Any) -> bool:
        """Say whether it is a truth value."""
        return isinstance(value, bool)

    def rule(self) -> Phrase:
        """Return the two values."""
        return Phrase("errors_scene.rule_flag", {})


@dataclass(frozen=True)
class Text:
    """Text that a reader types; what it means is checked by ``check``, which must not compute anything long.

    Args:
      most: letters.
      check: raises ``InputError`` for text that cannot be used; its sentence is the reader's.
      lines: height of the box; 1 is a single line.
      blank: whether there can be no text; what is empty is not checked then.
    """

    most: int
    check: Callable[[str], object] | None = None
    lines: int = 1
    blank: bool = True

    def read(self, written: str, default: Any) -> Read:
        """Return the text; the default where it is too long or cannot be used."""
        if len(written) > self.most:
            return Read(default, False)
        try:
            if self.check is not None and (written or not self.blank):
                self.check(written)
        except InputError as error:
            return Read(default, False, error)
        return Read(written, True)

    def write(self, value: Any) -> str:
        """Return the text."""
        return str(value)

    def holds(self, value: Any) -> bool:
        """Say whether the text can be used."""
        return isinstance(value, str) and self.read(value, "").as_asked

    def rule(self) -> Phrase:
        """Return how long it can be."""
        return Phrase("errors_scene.rule_text", {"most": self.most})
