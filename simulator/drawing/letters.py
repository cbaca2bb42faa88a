"""How wide written numbers are, for drawings that are laid out before a browser has seen them."""

import re
from collections.abc import Iterable

_NARROW = {".": 0.38, " ": 0.35, "−": 0.84, "×": 0.84, "·": 0.38, "‖": 0.5}
_RAISED = re.compile("[⁻⁰¹²³⁴-⁹]")
_USUAL, _SMALL = 0.7, 0.47
LONG_TITLE = 8.0
"""Font sizes that an axis of 120 pixels has room for."""


def width_of(words: str) -> float:
    """Return the width of a number in font sizes, estimated for a wide bold font.

    The drawings' script (``ui/components/graph/drawing.js``) writes with the same widths.

    >>> round(width_of("−0.00235"), 2), round(width_of("10⁻⁵"), 2), width_of("")
    (5.42, 2.34, 0)
    """
    return sum(_NARROW.get(letter, _SMALL if _RAISED.match(letter) else _USUAL) for letter in words)


def two_lines(words: str) -> tuple[str, str]:
    """Break words after a space so that the longer part is as short as can be; the first is empty without a space.

    >>> two_lines("normal, fixed standard deviation")
    ('normal, fixed', 'standard deviation')
    >>> two_lines("tanh")
    ('', 'tanh')
    """
    parts = words.split(" ")
    pairs = [(" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, len(parts))]
    return min(pairs, key=lambda pair: max(map(title_width, pair)), default=("", words))


def low_title(words: str) -> list[str]:
    """Return a title for the upright axis of a low picture: longer than the axis, it would make the plot lower still.

    >>> low_title("layer, output first"), low_title("loss")
    (['layer,', 'output first'], ['loss'])
    """
    return list(two_lines(words)) if title_width(words) > LONG_TITLE else [words]


def title_width(words: str) -> float:
    """Return the width of words in font sizes, estimated for a wide bold font; Korean letters are square."""
    return sum(1.0 if ord(letter) > 0x2E80 else _NARROW.get(letter, _USUAL) for letter in words)


def widest(texts: Iterable[str]) -> float:
    """Return the width of the widest of some numbers; 0 where there is none."""
    return max(map(width_of, texts), default=0.0)
