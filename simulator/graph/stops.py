"""Where a gradient dies, and why."""

from typing import NamedTuple

import numpy as np

from simulator.graph.corners import corners
from simulator.graph.model import Node
from simulator.graph.operations import OPERATIONS
from simulator.graph.program import NO_GRADIENT

SATURATED = 0.05
"""A sigmoid or tanh counts as saturated where its derivative is under this share of its largest value."""

_LARGEST_DERIVATIVE = {"logistic": 0.25, "tanh": 1.0}
_REASONS = {
    "relu": "closed",
    "relu6": "clipped",
    "elu": "closed",
    "silu": "closed",
    "gelu": "closed",
    "max": "not_chosen",
    "min": "not_chosen",
    "where": "not_chosen",
    "select_n": "not_chosen",
    "clip": "clipped",
    "clamp": "clipped",
    "mul": "zero_factor",
    "dot_general": "zero_factor",
}


class Stop(NamedTuple):
    """Why a gradient ends at a step. ``kind`` is an entry of the catalogue: ``graph.stops.<kind>``."""

    kind: str
    fraction: float  # share of the entries where it ends


def find_stop(
    node: Node, place: int, upstream: np.ndarray, local: np.ndarray | None, contribution: np.ndarray
) -> Stop | None:
    """Return why gradient is lost at an operand, or None when all of it gets through.

    Entries whose upstream gradient is already zero are not counted: it died further on.
    """
    if node.operation == "stop_gradient":
        return Stop("stop_gradient", 1.0)
    if node.operation in NO_GRADIENT:
        return Stop("no_slope", 1.0)
    if not np.any(upstream) or contribution.size == 0:
        return None
    if node.operation in _LARGEST_DERIVATIVE and local is not None:
        saturated = np.abs(local) < SATURATED * _LARGEST_DERIVATIVE[node.operation]
        return Stop("saturated", float(np.mean(saturated))) if np.any(saturated) else None
    entrywise = local is not None and local.shape == upstream.shape == node.shape
    # an entry of the output that an operand is no part of (stack) is no entry that it loses
    if local is not None and entrywise and (contribution.shape == node.shape or _is_entrywise(node)):
        alive = upstream != 0
        dead = alive & (local == 0)
        if not np.any(dead):
            return None
        fraction = float(np.sum(dead) / np.sum(alive))
        if np.all(corners(node)[dead]):
            return Stop("flat", fraction)
    elif np.any(contribution):
        return None
    else:
        fraction = 1.0
    if node.operation in ("max", "min") and place < 2 and _is_rectifier(node, place):
        return Stop("closed", fraction)
    return Stop(_REASONS.get(node.operation, "zero_slope"), fraction)


def _is_entrywise(node: Node) -> bool:
    return node.operation in OPERATIONS and OPERATIONS[node.operation].kind == "elementwise"


def _is_rectifier(node: Node, place: int) -> bool:
    other = node.operands[1 - place]
    return node.operation == "max" and other.source is None and not np.any(other.value)
