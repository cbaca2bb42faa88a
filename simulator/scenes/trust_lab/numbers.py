"""What the panels of the trust lab are drawn from: comparisons, sweeps of the step size, counted passes, a puzzle."""

from typing import NamedTuple

import numpy as np

from simulator.core.checks import (
    Comparison,
    HandNetwork,
    ParameterCheck,
    PassCount,
    PlantedBug,
    Sweep,
    bug_network,
    buggy_backward,
    check_gradients,
    compare_rule,
    count_passes,
    finite_gradients,
    planted_bug,
    sweep_step_size,
)
from simulator.scenes.scene import Numbers
from simulator.scenes.trust_lab.settings import TrustLab

COMPARED_EPSILON = 1e-5
"""Step size with which three ways are compared."""


class Puzzle(NamedTuple):
    """One round of the hunt: a network, the bug in its backward pass, and what can be found out about it."""

    network: HandNetwork
    bug: PlantedBug
    program: dict[str, np.ndarray]  # what the backward pass with the bug computes
    differences: dict[str, np.ndarray]  # what central differences of the loss say
    checks: dict[str, ParameterCheck]  # one against the other


def _compared(settings: TrustLab) -> tuple[Comparison, ...]:
    return compare_rule(settings.rule, settings.seed, COMPARED_EPSILON)


def _swept(settings: TrustLab) -> Sweep:
    return sweep_step_size(settings.rule, settings.operand, settings.seed)


def _counted(settings: TrustLab) -> PassCount:
    return count_passes(settings.layer_sizes)


def _puzzle(settings: TrustLab) -> Puzzle:
    network, bug = bug_network(settings.seed), planted_bug(settings.seed, settings.round - 1)
    program = buggy_backward(network, bug)
    checks = {check.name: check for check in check_gradients(network, program)}
    return Puzzle(network, bug, program, finite_gradients(network), checks)


def _from(*names: str) -> tuple[str, ...]:
    """Return the controls that change nothing where only ``names`` do."""
    return tuple(name for name in TrustLab.controls() if name not in names)


COMPARED = Numbers(_compared, ignores=_from("rule", "seed"))
SWEPT = Numbers(_swept, ignores=_from("rule", "operand", "seed"))
COUNTED = Numbers(_counted, ignores=_from("inputs", "hidden", "width", "outputs"))
PUZZLE = Numbers(_puzzle, ignores=_from("seed", "round"))
