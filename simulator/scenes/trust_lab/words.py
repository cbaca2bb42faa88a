"""The trust lab in sentences: what errors, step sizes and passes say, and what a guess would have done."""

import numpy as np

from simulator.core.checks import (
    Comparison,
    HandNetwork,
    PassCount,
    PlantedBug,
    Sweep,
    agreement,
    bug_name,
    failing_checks,
    layers_of,
    rule_name,
)
from simulator.texts import text
from simulator.texts.numbers import number_text

FLAT = 1e-9
"""Central differences in float64 that err less at ε = 0.01 have no truncation error."""


def narrate_comparison(language: str, comparisons: tuple[Comparison, ...]) -> str:
    """Return what the errors of all operands of a rule say."""
    worst_hand = max(check.hand_error for check in comparisons)
    worst_finite = max(check.finite_error for check in comparisons)
    return text(
        language,
        f"trust.says.{agreement(worst_hand)}",
        rule=rule_name(language, comparisons[0].rule),
        hand=number_text(worst_hand),
        finite=number_text(worst_finite),
    )


def narrate_step_size(language: str, sweep: Sweep, epsilon: float) -> str:
    """Return what makes the error of central differences (float64) at a step size, and where it is least."""
    errors = sweep.central64
    least = int(np.argmin(errors))
    at = int(np.argmin(np.abs(np.log(sweep.epsilon / epsilon))))
    if truncation_free(sweep):
        side = "flat"
    elif abs(np.log10(epsilon / sweep.epsilon[least])) < 1.0:
        side = "best"
    else:
        side = "rounding" if epsilon < sweep.epsilon[least] else "truncation"
    return text(
        language,
        f"trust.step_size.{side}",
        epsilon=number_text(epsilon),
        error=number_text(float(errors[at])),
        best=number_text(float(sweep.epsilon[least])),
        least=number_text(float(errors[least])),
    )


def truncation_free(sweep: Sweep) -> bool:
    """Say whether central differences have no truncation error: the loss is at most quadratic in what is changed."""
    return bool(sweep.central64[np.argmin(np.abs(sweep.epsilon - 1e-2))] < FLAT)


def narrate_passes(language: str, counts: PassCount, written: dict[str, str]) -> str:
    """Return what the counts and times say; ``written`` holds the times as text, by way."""
    return text(
        language,
        "trust.passes.says",
        parameters=f"{counts.num_parameters:,}",
        one_sided=f"{counts.one_sided:,}",
        central=f"{counts.central:,}",
        ratio=number_text(counts.central_seconds / counts.backpropagation_seconds, 2),
        **{f"{way}_time": words for way, words in written.items()},
    )


def narrate_guess(language: str, network: HandNetwork, bug: PlantedBug, guess: PlantedBug) -> str:
    """Return what a wrong guess would have done, beside what the checks really say."""
    name = bug_name(language, guess.kind)
    if guess.layer not in layers_of(guess.kind):
        return text(language, "trust.guess.impossible", name=name, layer=guess.layer)
    would, does = failing_checks(network, guess), failing_checks(network, bug)
    entry = "same" if would == does else "other"
    nothing = text(language, "trust.guess.none")
    return text(
        language,
        f"trust.guess.{entry}",
        name=name,
        layer=guess.layer,
        would=", ".join(would) or nothing,
        does=", ".join(does) or nothing,
    )


def narrate_failing(language: str, network: HandNetwork, bug: PlantedBug) -> str:
    """Return why just these checks fail, once the bug is found."""
    names = failing_checks(network, bug)
    passing = [name for name in ("W1", "b1", "W2", "b2", "W3", "b3") if name not in names]
    below = all(int(name[1:]) <= bug.layer for name in names) and len(names) > 1
    entry = "alone" if len(names) == 1 else "all" if not passing else "below" if below else "some"
    return text(language, f"trust.why.{entry}", names=", ".join(names), passing=", ".join(passing), layer=bug.layer)
