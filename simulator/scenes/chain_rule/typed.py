"""What a learner types: a network, examples, the name of a weight; and the kinds of control that hold them."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.scenes.chain_rule.examples import Examples
from simulator.scenes.kinds import Numbers, Read, Text
from simulator.texts import Phrase

MAX_LAYERS, MAX_WIDTH, MAX_ROWS = 5, 32, 8
LARGEST_INPUT = 1000.0


@dataclass(frozen=True)
class Network(Text):
    """Sizes of layers, joined by hyphens.

    Args:
      offered: networks that can be chosen without typing.
    """

    offered: tuple[str, ...] = ()

    def read(self, written: str, default: Any) -> Read:
        """Return the network in its usual spelling; the default for what is none."""
        try:
            return Read("-".join(str(size) for size in read_sizes(written)), True)
        except InputError as error:
            return Read(default, False, error)

    def holds(self, value: Any) -> bool:
        """Say whether it is a network in its usual spelling."""
        return isinstance(value, str) and self.read(value, None).value == value

    def rule(self) -> Phrase:
        """Return how a network is written."""
        return Phrase("errors_chain.rule_net", {"layers": MAX_LAYERS, "width": MAX_WIDTH})


@dataclass(frozen=True)
class OwnExamples(Text):
    """A learner's examples, one a line, in a link one after the other with semicolons between; empty for drawn ones.

    Whether they fit the network is for the settings to say.
    """

    def read(self, written: str, default: Any) -> Read:
        """Return the lines that say something; the default where the text is too long."""
        lines = [line.strip() for part in written.split(";") for line in part.splitlines()]
        return super().read("\n".join(line for line in lines if line), default)

    def write(self, value: Any) -> str:
        """Join the lines."""
        return str(value).replace("\n", ";")

    def holds(self, value: Any) -> bool:
        """Say whether it is such a text."""
        return isinstance(value, str) and self.read(value, None).value == value


@dataclass(frozen=True)
class WeightName(Numbers):
    """Layer, input and unit of a weight, from 1."""

    def rule(self) -> Phrase:
        """Return how a weight is named."""
        return Phrase("errors_chain.rule_weight", {})


@lru_cache(maxsize=256)
def read_sizes(written: str) -> tuple[int, ...]:
    """Read a network: sizes joined by hyphens.

    >>> read_sizes("2-3-2-2"), read_sizes(" 2 × 2 × 1")
    ((2, 3, 2, 2), (2, 2, 1))

    Raises:
      InputError: when it is no network, or one beyond the bounds.
    """
    parts = [part.strip() for part in written.strip()[:60].replace("–", "-").replace("×", "-").split("-")]
    if not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts) or len(parts) < 2:
        raise InputError("chain:net", value=written[:40])
    if len(parts) - 1 > MAX_LAYERS:
        raise InputError("chain:layers", value=len(parts) - 1, maximum=MAX_LAYERS)
    sizes = tuple(int(part) for part in parts)
    for size in sizes:
        if not 1 <= size <= MAX_WIDTH:
            raise InputError("chain:width", value=size, maximum=MAX_WIDTH)
    return sizes


def read_examples(written: str, sizes: tuple[int, ...], output: str) -> Examples:
    """Read a learner's examples: one a line, inputs, a bar, targets.

    >>> read_examples("0.5, -1 | 1, 0", (2, 3, 2), "softmax").targets.tolist()
    [[1.0, 0.0]]

    Raises:
      InputError: naming the line.
    """
    lines = [line for line in written.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MAX_ROWS:
        raise InputError("chain:lines", value=len(lines), maximum=MAX_ROWS)
    rows = []
    for number, line in enumerate(lines, 1):
        halves = line.split("|")
        numbers = [[read_real(word) for word in half.replace(",", " ").split()] for half in halves]
        expected = [sizes[0], sizes[-1]]
        if [len(half) for half in numbers] != expected:
            raise InputError("chain:line", line=number, inputs=sizes[0], targets=sizes[-1], value=line[:40])
        flat = [value for half in numbers for value in half]
        if any(value is None or abs(value) > LARGEST_INPUT for value in flat):
            raise InputError("chain:line_number", line=number, value=line[:40], maximum=f"{LARGEST_INPUT:g}")
        _check_target(number, [value for value in numbers[1] if value is not None], output)
        rows.append(flat)
    table = np.array(rows, float)
    return Examples(table[:, : sizes[0]], table[:, sizes[0] :])


def write_examples(examples: Examples) -> str:
    """Write examples as ``read_examples`` reads them."""
    lines = []
    for inputs, targets in zip(examples.inputs, examples.targets, strict=True):
        halves = [", ".join(f"{value:g}" for value in half) for half in (inputs, targets)]
        lines.append(" | ".join(halves))
    return "\n".join(lines)


def _check_target(line: int, target: list[float], output: str) -> None:
    """Cross-entropies compare probabilities; sigmoid targets are held to them under every loss."""
    if output == "sigmoid" and not all(0.0 <= value <= 1.0 for value in target):
        raise InputError("chain:target_sigmoid", line=line)
    if output == "softmax" and (min(target) < 0 or abs(sum(target) - 1.0) > 1e-6):
        raise InputError("chain:target_softmax", line=line)


def read_real(written: str) -> float | None:
    """Return a finite number, or ``None`` where that is none."""
    try:
        number = float(written.replace("−", "-"))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
