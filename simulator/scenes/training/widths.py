"""Widths of the hidden layers, as a link writes them and as a person types them."""

from dataclasses import dataclass
from typing import Any

from simulator.core.network import MAX_HIDDEN_LAYERS, MAX_WIDTH
from simulator.errors import InputError
from simulator.scenes.kinds import OFF, Numbers, Read
from simulator.scenes.written import shortened


@dataclass(frozen=True)
class Widths(Numbers):
    """One width a hidden layer; a link joins them with ``-``, and no hidden layer is ``off``."""

    def read(self, written: str, default: Any) -> Read:
        """Return the widths that are written; the default where they cannot be read."""
        if written.strip() == OFF:
            return Read((), True)
        try:
            return Read(parse_widths(written), True)
        except InputError as error:
            return Read(default, False, error)

    def write(self, value: Any) -> str:
        """Join the widths."""
        return "-".join(map(str, value)) or OFF


WIDTHS = Widths(1, MAX_WIDTH, 0, MAX_HIDDEN_LAYERS, whole=True, separator="-")


def typed_widths(widths: tuple[int, ...]) -> str:
    """Write widths as a person types them.

    >>> typed_widths((32, 16))
    '32, 16'
    """
    return ", ".join(map(str, widths))


def parse_widths(written: str) -> tuple[int, ...]:
    """Read hidden widths as a person types them: ``32-32``, ``32, 32``, ``4x32`` (four layers of 32), empty for none.

    Raises:
      InputError: saying what can be typed and what could not be read.

    >>> parse_widths("32 32"), parse_widths("3x16, 8"), parse_widths("")
    ((32, 32), (16, 16, 16, 8), ())
    """
    widths: list[int] = []
    for part in written.replace("×", "x").replace("*", "x").replace(",", " ").replace("-", " ").split():
        repeat, times, width = part.rpartition("x")
        if not (width.isascii() and width.isdigit()) or (times and not (repeat.isascii() and repeat.isdigit())):
            raise InputError("training:widths", field="hidden", value=shortened(part))
        if len(width) > 6 or len(repeat) > 6 or int(repeat or 1) > MAX_HIDDEN_LAYERS:
            raise _too_many(part)
        widths += [int(width)] * int(repeat or 1)
    if len(widths) > MAX_HIDDEN_LAYERS or any(not 1 <= width <= MAX_WIDTH for width in widths):
        raise _too_many(written)
    return tuple(widths)


def _too_many(written: str) -> InputError:
    bounds = {"layers": MAX_HIDDEN_LAYERS, "width": MAX_WIDTH}
    return InputError("training:widths_range", field="hidden", value=shortened(written), **bounds)
