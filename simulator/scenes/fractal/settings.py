"""What the controls of the fractal say: the network, and the part of the plane of its two learning rates."""

import math
from dataclasses import dataclass

from simulator.core.sweep.two_rates import MAX_STEPS
from simulator.scenes.kinds import Choice, Number, Whole
from simulator.scenes.map_plane import MapPlane
from simulator.scenes.settings import control

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
class Fractal(MapPlane):
    """A network with two learning rates, and the rates that the map shows; the names are those of the link.

    ``at_x`` and ``at_y`` are the rates of the reader's own run; ``None`` for the middle of the map.
    """

    texts = "fractal"
    FIRST = FIRST

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
    def is_long(cls, low: float, high: float) -> bool:
        """Say whether an axis is long enough."""
        return high >= low * (1 + SHORTEST)

    def value_at(self, axis: str, share: float) -> float:
        """Return the rate at a share of ``"x"`` or ``"y"``."""
        return rate_at(*self.ends(axis), share)

    def ends_of(self, axis: str, low: float, high: float) -> tuple[float, float]:
        """Return rates that an axis can reach, with no more digits than it needs."""
        low, high = (min(max(rate, LOWEST), HIGHEST) for rate in (low, high))
        return (shortest(low, low, high), shortest(high, low, high)) if self.is_long(low, high) else (low, high)


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
