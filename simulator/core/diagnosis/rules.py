"""The diagnosis of a run: every rule is asked, then the findings are put in order."""

from simulator.core.diagnosis import curves, layers
from simulator.core.diagnosis.curve import summarise
from simulator.core.diagnosis.finding import Finding, select
from simulator.core.run import Run

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


def diagnose(run: Run) -> tuple[Finding, ...]:
    """Say what happened in a run, worst first.

    Args:
      run: what ``train`` returned.

    Returns:
      One to ``MAX_FINDINGS`` findings; consequences of a finding and what would contradict it are left out.
    """
    curve = summarise(run)
    return select([finding for rule in RULES for finding in rule(run, curve)])
