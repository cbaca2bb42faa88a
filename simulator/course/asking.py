"""Make questions whose wrong answers are wrong beyond doubt: what equals the right answer is no misconception."""

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from simulator.course.grading import TOLERANCE, Question, WrongAnswer, is_right

FEWEST_FORMULAS = 3
"""With fewer formulas to choose from there is nothing to find out."""


class Formula(NamedTuple):
    """A formula to choose: a misconception, or empty for one that is just wrong; its LaTeX; what it gives."""

    kind: str
    latex: str
    value: Any = None  # None where its shapes do not fit


def number_question(
    *,
    prompt: str,
    about: str,
    answer: float,
    wrong: Iterable[tuple[str, float]],
    details: dict[str, Any],
    by_hand: Iterable[float] = (),
    entry: tuple[int, ...] | None = None,
    tolerance: float = TOLERANCE,
    scale: float = 0.0,
) -> Question:
    """Ask for a number; wrong answers that a learner who rounds might get by the right way are left out.

    Args:
      wrong: misconceptions and what they give.
      by_hand: answers from the digits shown.
      scale: largest magnitude of the array that the number is an entry of; next to it the number may count as 0.

    Other arguments as for ``Question``.
    """
    made = Question(
        kind="number",
        prompt=prompt,
        about=about,
        answer=float(answer),
        details=details,
        by_hand=tuple(dict.fromkeys(float(one) for one in by_hand)),
        entry=entry,
        tolerance=tolerance,
        absolute=1e-6 * max(1e-6, scale),
    )
    found = [WrongAnswer(kind, float(value)) for kind, value in wrong if np.isfinite(value)]
    kept = [one for one in found if _is_apart(made, one.answer)]
    return Question(**{**vars(made), "wrong": tuple(dict.fromkeys(kept))})


def formula_question(
    *, prompt: str, about: str, right: Formula, others: Iterable[Formula], details: dict[str, Any]
) -> Question | None:
    """Ask for a formula; None where too few are left that differ from the right one in what they give."""
    found = {right.latex: right}
    for other in others:
        same = other.value is not None and _equal(other.value, right.value)
        if not same and other.latex not in found:
            found[other.latex] = other
    if len(found) < FEWEST_FORMULAS:
        return None
    choices = sorted(found, key=lambda latex: hashlib.blake2b(latex.encode(), digest_size=8).digest())
    wrong = tuple(WrongAnswer(other.kind, latex) for latex, other in found.items() if other.kind)
    return Question(
        kind="formula",
        prompt=prompt,
        about=about,
        answer=right.latex,
        details=details,
        choices=tuple(choices),
        wrong=wrong,
    )


def shape_question(*, prompt: str, shape: tuple[int, ...], details: dict[str, Any]) -> Question:
    """Ask for a shape; that of the transposed matrix is recognised, where it is another one."""
    turned = len(shape) == 2 and shape[0] != shape[1]
    wrong = (WrongAnswer("transpose_missing", shape[::-1]),) if turned else ()
    return Question(kind="shape", prompt=prompt, about="shape", answer=shape, details=details, wrong=wrong)


def multiplied(first: np.ndarray, second: np.ndarray) -> np.ndarray | None:
    """Return the product of two matrices; ``None`` where their shapes do not fit."""
    return first @ second if first.shape[1] == second.shape[0] else None


def _is_apart(question: Question, value: Any) -> bool:
    """Say whether a wrong answer, rounded as a learner would, could still not be taken for the right one."""
    apart = 1.0 + 2.0 * question.tolerance
    return not any(is_right(question, value * factor) for factor in (1.0, apart, 1.0 / apart))


def _equal(value: Any, right: Any) -> bool:
    value, right = np.asarray(value), np.asarray(right)
    return value.shape == right.shape and np.allclose(value, right, rtol=TOLERANCE, atol=1e-9, equal_nan=True)
