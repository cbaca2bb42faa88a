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
        *("rate_too_small", "overfitting", "underfitting", "still_learning", "converged", "healthy"),
    ),
    # Identical units are the cause; small or zero gradients and a flat loss are what follows.
    "symmetry": (
        *("dead_layer", "dead_units", "vanishing_gradient", "saturated", "rate_too_small", "underfitting"),
        *("still_learning", "converged", "healthy"),
    ),
    "dead_layer": (
        *("dead_units", "vanishing_gradient", "rate_too_small", "overfitting", "underfitting", "still_learning"),
        *("converged", "healthy"),
    ),
    "exploding_gradient": ("healthy",),
    "vanishing_gradient": ("rate_too_small", "underfitting", "still_learning", "healthy"),
    "dead_units": ("rate_too_small", "underfitting", "still_learning", "healthy"),
    "saturated": ("rate_too_small", "underfitting", "still_learning", "healthy"),
    "oscillating": ("rate_too_small", "underfitting", "still_learning", "converged", "healthy"),
    "rate_too_small": ("underfitting", "still_learning", "converged", "healthy"),
    "overfitting": ("underfitting", "still_learning", "converged", "healthy"),
    "underfitting": ("still_learning", "converged", "healthy"),
    # Whoever cancelled knows that the run is not finished.
    "cancelled": ("rate_too_small", "underfitting", "still_learning", "converged", "healthy"),
    "stopped_early": ("rate_too_small", "underfitting", "still_learning", "converged", "healthy"),
    "still_learning": ("converged", "healthy"),
    "converged": ("healthy",),
}
"""Kinds that are not said where the kind on the left is: its consequences, and what would contradict it."""


class Finding(NamedTuple):
    """One thing that happened.

    ``evidence`` holds the numbers that show it, read from the records (or means and ratios of them); the sentences of
    the training scene are made from it and from nothing else. ``field`` names the column of ``Records`` in which a
    reader sees it.
    """

    kind: str
    severity: str
    step: int | None  # where it first shows, in updates
    layer: int | None  # index of the layer concerned; hidden layers first, the output layer last
    field: str
    evidence: dict[str, Any]


Index = int | np.integer


def make_finding(
    kind: str, field: str, *, step: Index | None = None, layer: Index | None = None, **evidence: Any
) -> Finding:
    """Return a finding with the severity of its kind and plain Python numbers as evidence."""
    plain = {name: _plain(value) for name, value in evidence.items()}
    step = None if step is None else int(step)
    return Finding(kind, KINDS[kind], step, None if layer is None else int(layer), field, plain)


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
