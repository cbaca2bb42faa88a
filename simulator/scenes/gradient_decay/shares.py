"""What is left of a gradient, written for people: 84%, 1/3,300,000,000, 127 times."""

import math

from simulator.texts import text
from simulator.texts.numbers import number_text

SMALLEST_PERCENT = 0.01
LARGEST_PERCENT = 2.0
LARGEST_FRACTION = 1e12
"""Up to this number a share is written as one of so many; beyond it nobody reads the zeros."""
_MYRIADS = ((10**8, "억"), (10**4, "만"))


def share_text(language: str, share: float) -> str:
    """Write a share with two significant digits, as a percentage, as one of many, or as a multiple.

    >>> [share_text("en", share) for share in (0.836, 3.01e-10, 8.13e-37, 0.0, 127.3)]
    ['84%', '1/3,300,000,000', '8.1×10⁻³⁷', '0', '127×']
    >>> [share_text("ko", share) for share in (0.836, 3.01e-10, 7.5e-5, 127.3, math.inf)]
    ['84%', '33억분의 1', '1만 3000분의 1', '127배', '∞']
    """
    if share == 0 or not math.isfinite(share):
        return number_text(share)
    if share >= LARGEST_PERCENT:
        return text(language, "gradient_decay.networks.times", number=number_text(share, 3 if share >= 100 else 2))
    if share >= SMALLEST_PERCENT:
        return f"{number_text(100 * share, 2 if share < 0.995 else 3)}%"
    if share < 1 / LARGEST_FRACTION:
        return number_text(share, 2)
    return text(language, "gradient_decay.networks.one_of", number=count_text(language, _rounded(1 / share)))


def _rounded(value: float) -> int:
    """Round to two significant digits."""
    return int(float(f"{value:.1e}"))


def count_text(language: str, count: int) -> str:
    """Write a whole number as people read it: thousands apart, or in Korean by 만 and 억.

    >>> count_text("en", 3_300_000_000), count_text("ko", 130_000_000), count_text("ko", 240)
    ('3,300,000,000', '1억 3000만', '240')
    """
    if language != "ko":
        return f"{count:,}"
    parts = []
    for unit, name in _MYRIADS:
        if count >= unit:
            parts.append(f"{count // unit}{name}")
            count %= unit
    return " ".join([*parts, str(count)] if count or not parts else parts)
