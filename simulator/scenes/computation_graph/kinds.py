"""What the controls of a computation graph may hold: a formula, inputs as written, open calls, an input, an entry."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from simulator.errors import InputError
from simulator.graph import parse
from simulator.graph.syntax import MAX_LENGTH
from simulator.scenes.kinds import Numbers, Read
from simulator.texts import Phrase

MAX_INPUTS_TEXT = 2_000
MAX_CALLS_TEXT = 4_000
MAX_NAME = 24
FIRST, ALL, NONE = "first", "all", "none"
"""How a link says which calls are open: those that are open at first, every one, none."""

_parse = lru_cache(maxsize=256)(parse)


@dataclass(frozen=True)
class Formula:
    """A typed expression that the whitelist lets through; empty for none."""

    most: int = MAX_LENGTH

    def read(self, written: str, default: Any) -> Read:
        """Return the expression without the space around it; the default where it cannot be read."""
        typed = written.strip()
        try:
            if typed:
                _parse(typed)
        except InputError as error:
            return Read(default, False, error)
        return Read(typed, True)

    def write(self, value: Any) -> str:
        """Return the expression."""
        return str(value)

    def holds(self, value: Any) -> bool:
        """Say whether it is an expression that can be read."""
        return isinstance(value, str) and self.read(value, "") == Read(value, True)

    def rule(self) -> Phrase:
        """Return how long it can be."""
        return Phrase("errors_scene.rule_text", {"most": self.most})


@dataclass(frozen=True)
class InputTexts:
    """Inputs as they are written: ``x=2;y=[1, 2]``. Whether there are such inputs is for the settings to say."""

    most: int = MAX_INPUTS_TEXT

    def read(self, written: str, default: Any) -> Read:
        """Return (name, text) of each part; the last of a name counts."""
        if len(written) > self.most:
            return Read(default, False, InputError("computation_graph:inputs_long", field="inputs", most=self.most))
        parts = [part.partition("=") for part in written.split(";") if part.strip()]
        return Read(tuple({name.strip(): value.strip() for name, _, value in parts}.items()), True)

    def write(self, value: Any) -> str:
        """Join the inputs."""
        return ";".join(f"{name}={written}" for name, written in value)

    def holds(self, value: Any) -> bool:
        """Say whether it can be written and read again."""
        if not isinstance(value, tuple) or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in value):
            return False
        texts = all(isinstance(part, str) for pair in value for part in pair)
        return texts and self.read(self.write(value), None) == Read(value, True)

    def rule(self) -> Phrase:
        """Return how inputs are written."""
        return Phrase("errors_computation_graph.rule_inputs", {"most": self.most})


@dataclass(frozen=True)
class Calls:
    """Calls that are open, by their names; ``None`` for those that are open at first, ``("all",)`` for every one.

    Args:
      choices: the calls there are, where they are known.
    """

    choices: tuple[str, ...] = ()

    def read(self, written: str, default: Any) -> Read:
        """Return the names."""
        names = tuple(dict.fromkeys(name.strip() for name in written.split(",") if name.strip()))
        if len(written) > MAX_CALLS_TEXT or not names:
            return Read(default, False)
        if names == (FIRST,):
            return Read(None, True)
        return Read(() if names == (NONE,) else names, True)

    def write(self, value: Any) -> str:
        """Join the names."""
        return FIRST if value is None else ",".join(value) or NONE

    def holds(self, value: Any) -> bool:
        """Say whether it can be written and read again."""
        if value is None:
            return True
        texts = isinstance(value, tuple) and all(isinstance(name, str) for name in value)
        return texts and self.read(self.write(value), None) == Read(value, True)

    def rule(self) -> Phrase:
        """Return what can be opened."""
        choices = ", ".join((*self.choices, ALL, NONE, FIRST))
        return Phrase("errors_computation_graph.rule_calls", {"choices": choices})


@dataclass(frozen=True)
class Variable:
    """The input whose derivative is written out; empty for the one that matters most.

    Args:
      choices: the inputs with a gradient, where they are known.
    """

    choices: tuple[str, ...] = ()

    def read(self, written: str, default: Any) -> Read:
        """Return the name."""
        name = written.strip()
        return Read(name, True) if self.holds(name) else Read(default, False)

    def write(self, value: Any) -> str:
        """Return the name."""
        return str(value)

    def holds(self, value: Any) -> bool:
        """Say whether it is one of the names."""
        if not isinstance(value, str) or len(value) > MAX_NAME or value != value.strip():
            return False
        return not self.choices or not value or value in self.choices

    def rule(self) -> Phrase:
        """Return the names."""
        return Phrase("errors_scene.rule_choice", {"choices": ", ".join(self.choices)})


@dataclass(frozen=True)
class Entry(Numbers):
    """The place of a number in a vector or matrix, counted from 1; empty for the one with the largest gradient.

    Args:
      shape: of the vector or matrix, where it is known.
    """

    shape: tuple[int, ...] | None = None

    def holds(self, value: Any) -> bool:
        """Say whether there is such a place."""
        if not super().holds(value) or not value or self.shape is None:
            return super().holds(value)
        return len(value) == len(self.shape) and all(map(int.__le__, value, self.shape))

    def write(self, value: Any) -> str:
        """Join the places; a text stays."""
        return value if isinstance(value, str) else super().write(value)

    def rule(self) -> Phrase:
        """Return the places there are."""
        shape = self.separator.join(map(str, self.shape or ())) or "–"
        return Phrase("errors_computation_graph.rule_entry", {"shape": shape})
