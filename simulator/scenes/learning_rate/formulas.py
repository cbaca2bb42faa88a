"""The update of one step with its numbers put in, as pieces that are coloured by what they are."""

from collections.abc import Callable

import numpy as np

from simulator.core.trajectories.paths import Path
from simulator.scenes.learning_rate.settings import RunSettings
from simulator.texts.numbers import number_text

Piece = tuple[str, str]
"""What it is (``forward``, ``gradient``, ``update`` or nothing), and its text."""
Line = tuple[Piece, ...]

_DECAY, _BETA1, _BETA2, _EPSILON, _WEIGHT_DECAY = 0.9, 0.9, 0.999, 1e-8, 0.01
"""The usual constants, those of ``core.optimizers``."""


def step_lines(path: Path, run: RunSettings, step: int, *, one_dimensional: bool, rate: float) -> list[Line]:
    """Return the lines of the update from ``step`` to the next: what is remembered first, then θ.

    Args:
      path: of the run; its last point has no update.
      run: its optimizer, rate and momentum.
      step: counted from 0.
      one_dimensional: whether θ is one number.
      rate: of this step.
    """
    size = 1 if one_dimensional else 2

    def written(values: np.ndarray) -> str:
        numbers = [number_text(float(value)) for value in values[:size]]
        return numbers[0] if size == 1 else f"({', '.join(numbers)})"

    def factor(values: np.ndarray) -> str:
        """Write numbers that follow a sign of multiplication or addition."""
        plain = written(values)
        return f"({plain})" if plain.startswith("−") else plain

    eta = number_text(rate)
    theta, after = written(path.theta[step]), written(path.theta[step + 1])
    gradient = factor(path.gradient[step])
    start: Line = (("", "θ ← "), ("forward", theta), ("", f" − {eta} × "))
    end: Line = (("", " = "), ("forward", after))
    lines, used = _remembered(path, run, step, factor, gradient)
    decayed: Line = (
        (("", f" − {eta} × {_WEIGHT_DECAY:g} × "), ("forward", factor(path.theta[step])))
        if run.optimizer == "adamw"
        else ()
    )
    return [*lines, (*start, *used, *decayed, *end)]


def all_lines(path: Path, run: RunSettings, rates: np.ndarray, *, one_dimensional: bool) -> list[list[Line]]:
    """Return the lines of every step; none where numbers are not finite any more, and none after the last."""
    finite = np.array(np.isfinite(path.theta).all(axis=1))
    last = len(path.theta) - 1

    def _lines(step: int) -> list[Line]:
        return step_lines(path, run, step, one_dimensional=one_dimensional, rate=float(rates[step]))

    return [_lines(min(step, last - 1)) if finite[step] else [] for step in range(last + 1)]


def _remembered(
    path: Path, run: RunSettings, step: int, written: Callable[[np.ndarray], str], gradient: str
) -> tuple[list[Line], Line]:
    """Return the lines of what the optimizer remembers, and what the rate is multiplied by."""
    first, second, after = written(path.first[step]), written(path.second[step]), step + 1
    velocity, squares = written(path.first[after]), written(path.second[after])
    alpha = number_text(run.momentum)
    grad: Piece = ("gradient", gradient)
    if run.optimizer == "sgd":
        return [], (grad,)
    if run.optimizer in ("momentum", "nesterov"):
        line: Line = (("", f"v ← {alpha} × "), ("update", first), ("", " + "), grad, ("", " = "), ("update", velocity))
        if run.optimizer == "momentum":
            return [line], (("update", velocity),)
        return [line], (("", "["), grad, ("", f" + {alpha} × "), ("update", velocity), ("", "]"))
    if run.optimizer == "adagrad":
        line = (("", "s ← "), ("update", second), ("", " + "), grad, ("", "² = "), ("update", squares))
        return [line], (grad, ("", " / √s"))
    if run.optimizer == "rmsprop":
        return [_mean("s", _DECAY, second, grad, "²", squares)], (grad, ("", " / √s"))
    corrected = path.first[after] / (1.0 - _BETA1**after)
    spread = path.second[after] / (1.0 - _BETA2**after)
    lines = [
        (*_mean("m", _BETA1, first, grad, "", velocity), ("", f", m̂ = {written(corrected)}")),
        (*_mean("s", _BETA2, second, grad, "²", squares), ("", f", ŝ = {written(spread)}")),
    ]
    return lines, (("update", "m̂"), ("", " / √ŝ"))


def _mean(name: str, decay: float, before: str, grad: Piece, power: str, after: str) -> Line:
    kept, new = number_text(decay), number_text(1.0 - decay)
    return (
        ("", f"{name} ← {kept} × "),
        ("update", before),
        ("", f" + {new} × "),
        grad,
        ("", f"{power} = "),
        ("update", after),
    )


def arrows(path: Path, run: RunSettings, rates: np.ndarray) -> dict[str, np.ndarray]:
    """Return for every step what its arrows are made of, (steps, 2) each: ``gradient`` and ``remembered``.

    Where θ changes by −η times a sum, as with plain gradient descent and momentum, the two add up to the step. An
    adaptive optimizer has no such sum: there they only point, as long as the step.
    """
    moves = np.diff(path.theta, axis=0)
    gradient, before = path.gradient[:-1], path.first[:-1]
    with np.errstate(all="ignore"):
        if run.optimizer in ("sgd", "momentum", "nesterov"):
            pull = -rates[:, None] * gradient
            return {"gradient": pull, "remembered": moves - pull if run.optimizer != "sgd" else np.zeros_like(pull)}
        length = np.linalg.norm(moves, axis=1, keepdims=True)
        return {"gradient": _along(-gradient, length), "remembered": _along(-before, length)}


def _along(direction: np.ndarray, length: np.ndarray) -> np.ndarray:
    norm = np.linalg.norm(direction, axis=1, keepdims=True)
    return np.where(norm > 0, direction / np.where(norm > 0, norm, 1.0) * length, 0.0)
