"""What the controls of the fractal say: the network, and the part of the plane of its two learning rates."""

import math
from dataclasses import dataclass
from typing import Any, TypeVar

from simulator.core.sweep.two_rates import MAX_STEPS
from simulator.errors import InputError
from simulator.scenes.kinds import Choice, Number, Whole
from simulator.scenes.settings import Settings, control, replaced

T = TypeVar("T", bound="Fractal")

SIDES = (16, 32, 64, 128)
WIDTHS = (4, 8, 16)
STEPS = (100, 200, 500, 1000)
LOWEST, HIGHEST = 1e-3, 1e8
SHORTEST = 1e-10
"""Length of the shortest axis as a share of its rate. Its pixels are thousands of roundings apart, but hundreds of
steps magnify each rounding, too: still deeper, roundings would decide too many pixels."""
FIRST = {"x": (1.0, 1e6), "y": (1.0, 1e3)}
"""The axes at first."""


@dataclass(frozen=True, kw_only=True)
class Fractal(Settings):
    """A network with two learning rates, and the rates that the map shows; the names are those of the link.

    ``at_x`` and ``at_y`` are the rates of the reader's own run; ``None`` for the middle of the map.
    """

    texts = "fractal"

    side: int = control(64, Choice(SIDES, look="buttons"))
    width: int = control(8, Choice(WIDTHS, look="buttons"))
    steps: int = control(200, Whole(50, MAX_STEPS, stops=STEPS))
    seed: int = control(0, Whole(0, 9999, look="box"))
    x_low: float = control(FIRST["x"][0], Number(LOWEST, HIGHEST))
    x_high: float = control(FIRST["x"][1], Number(LOWEST, HIGHEST))
    y_low: float = control(FIRST["y"][0], Number(LOWEST, HIGHEST))
    y_high: float = control(FIRST["y"][1], Number(LOWEST, HIGHEST))
    at_x: float | None = control(None, Number(LOWEST, HIGHEST, optional=True))
    at_y: float | None = control(None, Number(LOWEST, HIGHEST, optional=True))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return axes that are long enough; the first ones in place of others."""
        used, errors = dict(values), []
        for axis, first in FIRST.items():
            names = (f"{axis}_low", f"{axis}_high")
            low, high = (float(used[name]) for name in names)
            if high < low * (1 + SHORTEST):
                used |= dict(zip(names, first, strict=True))
                errors += [
                    replaced(cls, name, values[name], used[name]) for name in names if used[name] != values[name]
                ]
        return used, tuple(errors)

    @property
    def drawn(self) -> list[Any]:
        """What the browser must know of a map to say where a reader dragged on it: another map is another place."""
        return [self.x_low, self.x_high, self.y_low, self.y_high, self.side]

    def ends(self, axis: str) -> tuple[float, float]:
        """Return where ``"x"`` or ``"y"`` begins and ends."""
        return getattr(self, f"{axis}_low"), getattr(self, f"{axis}_high")

    def values(self, axis: str) -> tuple[float, ...]:
        """Return the rates of the pixels along ``"x"`` or ``"y"``: the middle of each."""
        return tuple(rate_at(*self.ends(axis), (index + 0.5) / self.side) for index in range(self.side))

    def own(self, axis: str) -> float:
        """Return the reader's own rate on ``"x"`` or ``"y"``."""
        chosen = getattr(self, f"at_{axis}")
        return self.values(axis)[self.side // 2] if chosen is None else chosen

    def zoomed(self: T, left: float, right: float, bottom: float, top: float) -> T:
        """Return the settings with other axes, given as shares of these; less than 0 and more than 1 zoom out."""
        changes = {}
        for axis, shares in (("x", (left, right)), ("y", (bottom, top))):
            low, high = (min(max(rate_at(*self.ends(axis), share), LOWEST), HIGHEST) for share in sorted(shares))
            if high >= low * (1 + SHORTEST):
                changes |= {f"{axis}_low": shortest(low, low, high), f"{axis}_high": shortest(high, low, high)}
        return self.change(**changes)

    def whole(self: T) -> T:
        """Return the settings with the axes that there are at first."""
        (x_low, x_high), (y_low, y_high) = FIRST.values()
        return self.change(x_low=x_low, x_high=x_high, y_low=y_low, y_high=y_high)


def rate_at(low: float, high: float, share: float) -> float:
    """Return the rate at a share of a log axis, exact to the last digits however short the axis is.

    >>> round(rate_at(1.0, 100.0, 0.5), 12), rate_at(5.0, 5.0 + 1e-11, 0.5) - 5.0 < 1e-11
    (10.0, True)
    """
    return low * math.exp(share * math.log1p((high - low) / low))


def share_of(low: float, high: float, rate: float) -> float:
    """Return where a rate stands on a log axis: 0 at its beginning, 1 at its end."""
    return math.log1p((rate - low) / low) / math.log1p((high - low) / low)


def shortest(rate: float, low: float, high: float) -> float:
    """Return a rate with no more digits than tell a thousandth of an axis apart: links stay short.

    >>> shortest(59247.79376719, 59247.7937, 59247.7938), shortest(123456.7, 100.0, 1e6)
    (59247.7937672, 123000.0)
    """
    digits = 3 + max(0, math.ceil(math.log10(rate / (high - low))))
    return min(max(float(f"{rate:.{digits - 1}e}"), LOWEST), HIGHEST)
