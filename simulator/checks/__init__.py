"""Why a gradient can be trusted: by hand, by autodiff and by finite differences; and bugs that the checks reveal."""

from simulator.checks.bugs import (
    BUG_KINDS,
    BugVerdict,
    PlantedBug,
    bug_explanation,
    bug_hint,
    bug_name,
    bug_network,
    buggy_backward,
    failing_checks,
    grade_bug,
    layers_of,
    planted_bug,
)
from simulator.checks.compare import (
    Comparison,
    Sweep,
    compare_rule,
    finite_differences,
    relative_error,
    sweep_step_size,
)
from simulator.checks.network import HandNetwork, PassCount, check_gradients, count_passes, hand_network
from simulator.checks.rules import RULES, Rule, rule_name

__all__ = [
    "BUG_KINDS",
    "RULES",
    "BugVerdict",
    "Comparison",
    "HandNetwork",
    "PassCount",
    "PlantedBug",
    "Rule",
    "Sweep",
    "bug_explanation",
    "bug_hint",
    "bug_name",
    "bug_network",
    "buggy_backward",
    "check_gradients",
    "compare_rule",
    "count_passes",
    "failing_checks",
    "finite_differences",
    "grade_bug",
    "hand_network",
    "layers_of",
    "planted_bug",
    "relative_error",
    "rule_name",
    "sweep_step_size",
]
