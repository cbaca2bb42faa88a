"""Points at which an operation has no derivative, and JAX takes a number by agreement: corners, and ties of a maximum.

Source: Griewank and Walther, "Evaluating Derivatives" (2008), chapter 14: generalized derivatives.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from simulator.graph.model import Node

_CORNERS: dict[str, Callable[..., Any]] = {
    "abs": lambda a: a == 0,
    "relu": lambda a: a == 0,
    "leaky_relu": lambda a, *_slope: a == 0,
    "relu6": lambda a: (a == 0) | (a == 6),
    "max": lambda a, b: a == b,
    "min": lambda a, b: a == b,
    "clip": lambda a, low, high: (a == low) | (a == high),
    "clamp": lambda low, a, high: (a == low) | (a == high),
}
_CHOICES = frozenset({"reduce_max", "reduce_min"})


def corners(node: Node) -> np.ndarray:
    """Return at which entries of a node's output its operation has no derivative.

    Of a largest or smallest of many: which entries of the operand share it, where several do.
    """
    values = [np.asarray(operand.value) for operand in node.operands]
    if node.operation in _CHOICES:
        kept = np.expand_dims(node.value, tuple(node.params["axes"]))
        share = values[0] == kept
        return share & (share.sum(tuple(node.params["axes"]), keepdims=True) > 1)
    test = _CORNERS.get(node.operation)
    if test is None:
        return np.zeros(node.shape, bool)
    try:
        return np.broadcast_to(test(*values), node.shape)
    except (TypeError, ValueError):  # called with other operands than the table's function has
        return np.zeros(node.shape, bool)
