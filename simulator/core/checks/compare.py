"""By hand, by autodiff, by finite differences: three ways to the same gradient, and how small a step may be."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np

from simulator.core.checks.rules import RULES, Rule
from simulator.errors import check_choice, check_integer

Array = np.ndarray
EPSILONS: Array = 10.0 ** np.arange(-12, 0.25, 0.5)
"""Step sizes of the sweep, 1e-12 to 1, two for each power of ten."""
AGREEMENTS = {"exact": 1e-12, "agrees": 1e-6, "unclear": 1e-2}
"""What a relative error in float64 says, and below which error it says so; beyond them all, ``wrong``."""


class Comparison(NamedTuple):
    """The gradient of one operand of one rule, found in three ways (float64), and how far they are apart.

    Errors are those of ``relative_error``.
    """

    rule: str
    operand: str
    by_hand: Array
    autodiff: Array
    finite: Array
    hand_error: float  # by hand against autodiff
    finite_error: float  # finite differences against autodiff


class Sweep(NamedTuple):
    """``relative_error`` of finite differences against autodiff in float64, for each step size."""

    epsilon: Array  # (steps,)
    one_sided32: Array  # (steps,)
    central32: Array  # (steps,)
    one_sided64: Array  # (steps,)
    central64: Array  # (steps,)


def compare_rule(name: str, seed: int = 0, epsilon: float = 1e-5) -> tuple[Comparison, ...]:
    """Check a hand-written rule on a random example, one comparison for each operand.

    The loss is Σ out · d_out with a random ``d_out``, so that every entry of the output counts differently.

    Args:
      name: one of ``RULES``.
      seed: of the example.
      epsilon: step size of the central differences.

    >>> max(check.hand_error for check in compare_rule("batch_norm")) < 1e-12
    True
    """
    rule, inputs, d_out = _example(name, seed)
    _, aux = rule.forward(**inputs)
    by_hand = rule.backward(d_out, aux)
    exact = _autodiff(rule, inputs, d_out)
    found = []
    for operand in rule.operands:
        finite = finite_differences(_loss_of(rule, inputs, operand, d_out), inputs[operand], epsilon)
        hand, auto = np.asarray(by_hand[operand]), exact[operand]
        errors = relative_error(hand, auto), relative_error(finite, auto)
        found.append(Comparison(name, operand, hand, auto, finite, *errors))
    return tuple(found)


def sweep_step_size(name: str, operand: str = "x", seed: int = 0) -> Sweep:
    """Measure finite differences for step sizes from 1e-12 to 1, in float32 and float64.

    Large steps err by truncation (ε for one-sided, ε² for central differences), small ones by rounding: the error is
    U-shaped, and the best step lies near √u for one-sided and ∛u for central differences, u being the unit roundoff.

    Source: Press et al., "Numerical Recipes", section 5.7.
    """
    check_choice("rule", name, RULES)
    check_choice("operand", operand, RULES[name].operands)
    rule, inputs, d_out = _example(name, seed)
    exact = _autodiff(rule, inputs, d_out)[operand]
    columns = []
    for dtype in (np.float32, np.float64):
        typed = {key: value.astype(dtype) for key, value in inputs.items()}
        loss = _loss_of(rule, typed, operand, np.asarray(d_out, dtype))
        for central in (False, True):
            found = [finite_differences(loss, typed[operand], epsilon, central) for epsilon in EPSILONS]
            columns.append(np.array([relative_error(gradient, exact) for gradient in found]))
    return Sweep(EPSILONS.copy(), *columns)


def best_step(precision: str, *, central: bool) -> float:
    """Return the step size that theory calls best for numbers of size 1: √u one-sided, ∛u central.

    Args:
      precision: ``float32`` or ``float64``; u is its unit roundoff.
      central: both sides or one.

    Source: Press et al., "Numerical Recipes", section 5.7.

    >>> f"{best_step('float64', central=True):.1e}", f"{best_step('float32', central=False):.1e}"
    ('4.8e-06', '2.4e-04')
    """
    check_choice("precision", precision, ("float32", "float64"))
    roundoff = float(np.finfo(precision).eps) / 2
    return roundoff ** (1 / 3 if central else 1 / 2)


def agreement(error: float) -> str:
    """Return what a relative error in float64 says: ``exact``, ``agrees``, ``unclear`` or ``wrong``.

    A rule of thumb: rounding alone leaves errors near 1e-15, good differences near 1e-8, a wrong factor near 1.
    """
    return next((name for name, bound in AGREEMENTS.items() if error < bound), "wrong")


def finite_differences(loss: Callable[[Array], Any], x: Array, epsilon: float = 1e-5, central: bool = True) -> Array:
    """Estimate the gradient of ``loss`` at ``x``, one entry at a time, in the dtype of ``x``.

    The step that is really taken, (x + ε) − x after rounding, is what the difference is divided by.

    Args:
      loss: array → number.
      x: where; not changed.
      epsilon: step size.
      central: (f(x + ε) − f(x − ε)) / 2ε; else (f(x + ε) − f(x)) / ε.
    """
    step = x.dtype.type(epsilon)
    gradient = np.zeros_like(x)
    start = None if central else loss(x)
    for entry in np.ndindex(x.shape):
        above = x.copy()
        above[entry] += step
        below = x.copy()
        if central:
            below[entry] -= step
        width = above[entry] - below[entry]
        difference = loss(above) - (loss(below) if central else start)
        gradient[entry] = difference / width if width else 0
    return gradient


def relative_error(first: Array, second: Array) -> float:
    """Return ‖g − h‖ / (‖g‖ + ‖h‖): 0 for equal arrays, 1 for opposite ones, 0 where both vanish.

    Every check, comparison and sweep measures with it, in float64 whatever its arrays are.

    >>> relative_error(np.ones(2), np.ones(2)), relative_error(np.ones(2), -np.ones(2))
    (0.0, 1.0)
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    scale = float(np.linalg.norm(first) + np.linalg.norm(second))
    return float(np.linalg.norm(first - second)) / scale if scale else 0.0


def _example(name: str, seed: int) -> tuple[Rule, dict[str, Array], Array]:
    check_choice("rule", name, RULES)
    check_integer("seed", seed, 0)
    rule = RULES[name]
    draw = np.random.default_rng(seed)
    inputs = rule.example(draw)
    out, _ = rule.forward(**inputs)
    return rule, inputs, np.asarray(draw.normal(size=np.shape(out)) if np.ndim(out) else 1.0)


def _loss_of(rule: Rule, inputs: dict[str, Array], operand: str, d_out: Array) -> Callable[[Array], Any]:
    return lambda value: np.sum(rule.forward(**{**inputs, operand: value})[0] * d_out)


def _autodiff(rule: Rule, inputs: dict[str, Array], d_out: Array) -> dict[str, Array]:
    names = list(inputs)
    with jax.enable_x64(True):
        _, pullback = jax.vjp(rule.reference, *inputs.values())
        gradients = pullback(jax.numpy.asarray(d_out))
        return {name: np.asarray(gradients[names.index(name)]) for name in rule.operands}


def warm_up() -> None:
    """Compile what autodiff of the rules needs, so that a reader's first check comes at once."""
    for name in RULES:
        compare_rule(name)
