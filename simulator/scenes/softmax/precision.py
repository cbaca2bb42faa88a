"""Softmax as a computer with few digits computes it: naive and shifted, in float16 and float32, against the truth."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Shaped

from simulator.core.softmax import softmax
from simulator.errors import check_choice

PRECISIONS = ("float16", "float32")
METHODS = ("naive", "shifted")
OUTCOMES = ("right", "inexact", "lost", "overflow", "zero_division")
"""What can come out, best first.

``right``: every probability within ``TOLERANCE`` of the truth. ``inexact``: a visible error. ``lost``: a probability
that should be visible came out as 0. ``overflow``: an exponential or their sum is infinite. ``zero_division``: every
exponential underflowed to 0, and 0/0 is NaN. The truth is the float64 softmax of the logits after their own rounding:
what is judged is the computation, not how finely the precision can write its input.
"""

TOLERANCE = 0.005
"""Relative error below which a probability still agrees to about three digits."""
VISIBLE = 5e-4
"""A probability below this prints as 0.000; losing it is no fault of the method."""


class Computed(NamedTuple):
    """One softmax in low precision, with its intermediate values."""

    logits: Shaped[np.ndarray, " classes"]  # as the precision writes them
    exponentials: Shaped[np.ndarray, " classes"]
    total: float  # their sum
    probabilities: Float[np.ndarray, " classes"]  # as they came out, NaN included
    outcome: str  # one of OUTCOMES


class ShiftScan(NamedTuple):
    """The same logits pushed up and down by a constant, in every precision and by both methods."""

    shift: Float[np.ndarray, " points"]
    outcome: dict[tuple[str, str], tuple[str, ...]]  # (precision, method) → outcome at every shift


def low_precision_softmax(logits: Float[np.ndarray, " classes"], precision: str, method: str) -> Computed:
    """Compute softmax with every operation rounded to ``precision``.

    Args:
      logits: z in float64; the first rounding is that of z itself.
      precision: one of ``PRECISIONS``.
      method: ``naive`` takes exp(z) as the formula says; ``shifted`` takes exp(z − max z), which is the same number
        on paper.

    Returns:
      What came out, and what that is worth against the float64 result.

    >>> low_precision_softmax(np.array([1000.0, 1001.0, 1002.0]), "float32", "naive").probabilities.tolist()
    [nan, nan, nan]
    >>> low_precision_softmax(np.array([1000.0, 1001.0, 1002.0]), "float32", "shifted").probabilities.round(4).tolist()
    [0.09, 0.2447, 0.6652]
    """
    check_choice("precision", precision, PRECISIONS)
    check_choice("method", method, METHODS)
    with np.errstate(all="ignore"):
        rounded = logits.astype(precision)
        exponentials = np.exp(rounded - rounded.max() if method == "shifted" else rounded)
        total = exponentials.sum(dtype=precision)
        probabilities = (exponentials / total).astype(np.float64)
    outcome = _outcome(rounded, exponentials, float(total), probabilities)
    return Computed(rounded, exponentials, float(total), probabilities, outcome)


def scan_shifts(logits: Float[np.ndarray, " classes"], shifts: Float[np.ndarray, " points"]) -> ShiftScan:
    """Add each shift to all logits and see which computation still gives the same probabilities.

    Args:
      logits: z.
      shifts: constants to add, in logit units.
    """
    outcome = {
        (precision, method): tuple(low_precision_softmax(logits + shift, precision, method).outcome for shift in shifts)
        for precision in PRECISIONS
        for method in METHODS
    }
    return ShiftScan(shifts, outcome)


def exponent_limits(precision: str) -> tuple[float, float]:
    """Return the logits below and above which exp is 0 and infinite in a precision.

    The upper one is the log of the largest number, the lower one the log of half the smallest: what is less rounds
    to 0.

    >>> [round(limit, 2) for limit in exponent_limits("float16") + exponent_limits("float32")]
    [-17.33, 11.09, -103.97, 88.72]
    """
    info = np.finfo(precision)
    return float(np.log(float(info.smallest_subnormal)) - np.log(2.0)), float(np.log(float(info.max)))


def _outcome(rounded: np.ndarray, exponentials: np.ndarray, total: float, probabilities: np.ndarray) -> str:
    if not (np.isfinite(rounded).all() and np.isfinite(exponentials).all() and np.isfinite(total)):
        return "overflow"
    if total == 0.0:
        return "zero_division"
    truth = softmax(rounded.astype(np.float64))
    visible = truth > VISIBLE
    if (probabilities[visible] == 0.0).any():
        return "lost"
    error = np.abs(probabilities[visible] - truth[visible]) / truth[visible]
    return "right" if (error <= TOLERANCE).all() else "inexact"
