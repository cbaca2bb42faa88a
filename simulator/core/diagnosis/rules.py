"""The diagnosis of a run: every rule is asked, then the findings are put in order."""

from simulator.core.diagnosis import curves, layers
from simulator.core.diagnosis.causes import find_cause
from simulator.core.diagnosis.curve import summarise
from simulator.core.diagnosis.finding import Cause, Finding, select
from simulator.core.run import Run, kept_with_run

RULES = (
    layers.find_divergence,
    layers.find_symmetry,
    layers.find_dead_units,
    layers.find_gradient_ratio,
    layers.find_saturation,
    curves.find_oscillation,
    curves.find_small_rate,
    curves.find_overfitting,
    curves.find_underfitting,
    curves.find_endings,
    curves.find_progress,
)
"""Each takes a run and its summarised loss curve, and returns the findings of its kinds."""


FAILED = (
    *("diverged", "dead_layer", "dead_units", "exploding_gradient", "vanishing_gradient", "saturated", "oscillating"),
    *("rate_too_small", "underfitting", "partly_learned", "still_learning"),
)
"""Kinds whose cause may stand in the settings."""


@kept_with_run
def diagnose(run: Run) -> tuple[Finding, ...]:
    """Say what happened in a run, worst first.

    Args:
      run: what ``train`` returned; it keeps the answer, since every drawing asks again.

    Returns:
      One to ``MAX_FINDINGS`` findings; consequences of a finding and what would contradict it are left out. The first
      that can be mended says how, the others do not: one thing to try at a time.
    """
    curve = summarise(run)
    found = select([finding for rule in RULES for finding in rule(run, curve)])
    if not curve.solved and not run.cancelled:
        found = _with_cause(found, find_cause(run))
    first = next((index for index, finding in enumerate(found) if finding.remedy is not None), None)
    return tuple(finding if index == first else finding._replace(remedy=None) for index, finding in enumerate(found))


def _with_cause(found: tuple[Finding, ...], cause: Cause | None) -> tuple[Finding, ...]:
    """Put the cause, with its remedy in the place of others, to the worst finding that it explains."""
    place = next((index for index, finding in enumerate(found) if finding.kind in FAILED), None)
    if cause is None or place is None:
        return found
    explained = found[place]._replace(cause=cause, remedy=cause.remedy)
    return (*found[:place], explained, *(finding._replace(remedy=None) for finding in found[place + 1 :]))
