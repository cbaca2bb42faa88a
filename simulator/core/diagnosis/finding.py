"""What a finding is, how bad each kind is, and which kinds exclude each other."""

from typing import Any, NamedTuple

import numpy as np

SEVERITIES = ("failure", "warning", "note", "success")

KINDS: dict[str, str] = {
    "diverged": "failure",
    "symmetry": "failure",
    "dead_layer": "failure",
    "exploding_gradient": "warning",
    "vanishing_gradient": "warning",
    "dead_units": "warning",
    "saturated": "warning",
    "oscillating": "warning",
    "rate_too_small": "warning",
    "overfitting": "warning",
    "underfitting": "warning",
    "cancelled": "note",
    "stopped_early": "note",
    "still_learning": "note",
    "partly_learned": "note",
    "converged": "success",
    "healthy": "success",
}
"""Every kind of finding with its severity, in the order in which findings are shown."""

MAX_FINDINGS = 5
"""A card with more sentences than this is not read."""

EXCLUDES: dict[str, tuple[str, ...]] = {
    # After the numbers are gone, the later curves say nothing.
    "diverged": (
        *("symmetry", "dead_layer", "dead_units", "vanishing_gradient", "saturated", "oscillating"),
        *("rate_too_small", "overfitting", "underfitting", "still_learning", "converged", "partly_learned", "healthy"),
    ),
    # Identical units are the cause; small or zero gradients and a flat loss are what follows.
    "symmetry": (
        *("dead_layer", "dead_units", "vanishing_gradient", "saturated", "rate_too_small", "underfitting"),
        *("still_learning", "converged", "partly_learned", "healthy"),
    ),
    "dead_layer": (
        *("dead_units", "vanishing_gradient", "rate_too_small", "overfitting", "underfitting", "still_learning"),
        *("converged", "partly_learned", "healthy"),
    ),
    "exploding_gradient": ("partly_learned", "healthy"),
    "vanishing_gradient": ("rate_too_small", "underfitting", "still_learning", "partly_learned", "healthy"),
    "dead_units": ("rate_too_small", "underfitting", "still_learning", "partly_learned", "healthy"),
    "saturated": ("rate_too_small", "underfitting", "still_learning", "partly_learned", "healthy"),
    "oscillating": ("rate_too_small", "underfitting", "still_learning", "converged", "partly_learned", "healthy"),
    "rate_too_small": ("underfitting", "still_learning", "converged", "partly_learned", "healthy"),
    "overfitting": ("underfitting", "still_learning", "converged", "partly_learned", "healthy"),
    "underfitting": ("still_learning", "converged", "partly_learned", "healthy"),
    # Whoever cancelled knows that the run is not finished.
    "cancelled": ("rate_too_small", "underfitting", "still_learning", "converged", "partly_learned", "healthy"),
    "stopped_early": ("rate_too_small", "underfitting", "still_learning", "converged", "partly_learned", "healthy"),
    "still_learning": ("partly_learned", "converged", "healthy"),
    "converged": ("partly_learned", "healthy"),
}
"""Kinds that are not said where the kind on the left is: its consequences, and what would contradict it."""


class Remedy(NamedTuple):
    """A change of the configuration that helps, as data: the card says it, and the tests try exactly it."""

    code: str
    network: dict[str, Any]  # field of NetworkConfig → its new value
    training: dict[str, Any]  # field of TrainingConfig → its new value
    old: Any = None  # the value that is replaced, where the sentence names it
    new: Any = None


class Cause(NamedTuple):
    """What in the settings makes a run fail, with the number that shows it."""

    code: str
    evidence: dict[str, Any]
    remedy: Remedy


class Finding(NamedTuple):
    """One claim about a run.

    ``evidence`` holds the numbers that show it, read from the records and the parameters (or means and ratios of
    them); the sentences of the training scene are made from it and from nothing else. ``field`` names the column of
    ``Records`` in which a reader sees it. Losses are those of all training rows, without penalty, in evaluation mode.
    """

    kind: str
    severity: str
    step: int | None  # where it first shows, in updates
    layer: int | None  # index of the layer concerned; hidden layers first, the output layer last
    field: str
    evidence: dict[str, Any]
    cause: Cause | None = None
    remedy: Remedy | None = None  # of the cause, where one is known


Index = int | np.integer


def make_finding(
    kind: str,
    field: str,
    *,
    step: Index | None = None,
    layer: Index | None = None,
    remedy: Remedy | None = None,
    **evidence: Any,
) -> Finding:
    """Return a finding with the severity of its kind and plain Python numbers as evidence."""
    plain = {name: _plain(value) for name, value in evidence.items()}
    step = None if step is None else int(step)
    return Finding(kind, KINDS[kind], step, None if layer is None else int(layer), field, plain, remedy=remedy)


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(_plain(item) for item in value)
    return value.item() if hasattr(value, "item") else value


def select(findings: list[Finding]) -> tuple[Finding, ...]:
    """Drop what another finding explains or contradicts, order by severity, keep the first ``MAX_FINDINGS``."""
    excluded = {kind for finding in findings for kind in EXCLUDES.get(finding.kind, ())}
    order = list(KINDS)
    kept = [finding for finding in findings if finding.kind not in excluded]
    return tuple(sorted(kept, key=lambda finding: order.index(finding.kind))[:MAX_FINDINGS])
