"""How wide written numbers are, for drawings that are laid out before a browser has seen them."""

import re
from collections.abc import Iterable

_NARROW = {".": 0.38, " ": 0.35, "−": 0.84, "×": 0.84, "·": 0.38, "‖": 0.5}
_RAISED = re.compile("[⁻⁰¹²³⁴-⁹]")
_USUAL, _SMALL = 0.7, 0.47


def width_of(words: str) -> float:
    """Return the width of a number in font sizes, estimated for a wide bold font.

    The drawings' script (``ui/components/graph/drawing.js``) writes with the same widths.

    >>> round(width_of("−0.00235"), 2), round(width_of("10⁻⁵"), 2), width_of("")
    (5.42, 2.34, 0)
    """
    return sum(_NARROW.get(letter, _SMALL if _RAISED.match(letter) else _USUAL) for letter in words)


def widest(texts: Iterable[str]) -> float:
    """Return the width of the widest of some numbers; 0 where there is none."""
    return max(map(width_of, texts), default=0.0)
