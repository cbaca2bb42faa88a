"""The part of a plane that a map shows: two axes that a reader moves and zooms, and the reader's own place on them."""

from typing import Any, ClassVar, TypeVar

from simulator.errors import InputError
from simulator.scenes.settings import Settings, replaced

T = TypeVar("T", bound="MapPlane")


class MapPlane(Settings):
    """Base of the settings of a map; subclasses say how an axis is divided.

    The names are those of the link. ``at_x`` and ``at_y`` are the reader's own place; ``None`` for the middle.
    """

    FIRST: ClassVar[dict[str, tuple[float, float]]]
    """The axes at first."""
    side: int
    x_low: float
    x_high: float
    y_low: float
    y_high: float
    at_x: float | None
    at_y: float | None

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return axes that are long enough; the first ones in place of others."""
        used, errors = dict(values), []
        for axis, first in cls.FIRST.items():
            names = (f"{axis}_low", f"{axis}_high")
            if not cls.is_long(*(float(used[name]) for name in names)):
                used |= dict(zip(names, first, strict=True))
                errors += [
                    replaced(cls, name, values[name], used[name]) for name in names if used[name] != values[name]
                ]
        return used, tuple(errors)

    @classmethod
    def is_long(cls, low: float, high: float) -> bool:
        """Say whether an axis is long enough for its pixels to differ."""
        raise NotImplementedError

    def value_at(self, axis: str, share: float) -> float:
        """Return what stands at a share of ``"x"`` or ``"y"``: at its beginning for 0, at its end for 1."""
        raise NotImplementedError

    def ends_of(self, axis: str, low: float, high: float) -> tuple[float, float]:
        """Return ends that an axis can have, written as a link writes them."""
        raise NotImplementedError

    @property
    def drawn(self) -> list[Any]:
        """What the browser must know of a map to say where a reader dragged on it: another map is another place."""
        return [self.x_low, self.x_high, self.y_low, self.y_high, self.side]

    def ends(self, axis: str) -> tuple[float, float]:
        """Return where ``"x"`` or ``"y"`` begins and ends."""
        return getattr(self, f"{axis}_low"), getattr(self, f"{axis}_high")

    def values(self, axis: str) -> tuple[float, ...]:
        """Return what the pixels along ``"x"`` or ``"y"`` stand for: the middle of each."""
        return tuple(self.value_at(axis, (index + 0.5) / self.side) for index in range(self.side))

    def own(self, axis: str) -> float:
        """Return the reader's own place on ``"x"`` or ``"y"``."""
        chosen = getattr(self, f"at_{axis}")
        return self.values(axis)[self.side // 2] if chosen is None else chosen

    def zoomed(self: T, left: float, right: float, bottom: float, top: float) -> T:
        """Return the settings with other axes, given as shares of these; less than 0 and more than 1 zoom out."""
        changes = {}
        for axis, shares in (("x", (left, right)), ("y", (bottom, top))):
            low, high = self.ends_of(axis, *(self.value_at(axis, share) for share in sorted(shares)))
            if self.is_long(low, high):
                changes |= {f"{axis}_low": low, f"{axis}_high": high}
        return self.change(**changes)

    def whole(self: T) -> T:
        """Return the settings with the axes that there are at first."""
        (x_low, x_high), (y_low, y_high) = self.FIRST.values()
        return self.change(x_low=x_low, x_high=x_high, y_low=y_low, y_high=y_high)
