"""Walk a graph from its output back to its inputs: one step for every operand of every node.

Gradients equal ``jax.grad`` bit for bit: every operation is differentiated by JAX's own rule, alone, in JAX's order,
and where paths meet the running total is handed through the rule that adds to it.

Source: Griewank and Walther, "Evaluating Derivatives" (2008), chapter 3.2, incremental reverse mode.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from simulator.errors import InputError
from simulator.graph.derivatives import LocalDerivative, describe_local
from simulator.graph.model import Graph, View
from simulator.graph.program import NO_GRADIENT
from simulator.graph.stops import Stop, find_stop
from simulator.graph.sweep import Flow, Sweep


class Fold(NamedTuple):
    """A quiet node on the way back: a broadcast sums the gradient over the copies it made."""

    node: str
    operation: str
    shape_before: tuple[int, ...]  # of the gradient, coming from the output
    shape_after: tuple[int, ...]
    summed_axes: tuple[int, ...]  # of the gradient before


class BackwardStep(NamedTuple):
    """One multiplication of the chain rule, and the sum where paths meet."""

    index: int
    node: str  # whose operation is differentiated
    operand: str  # node that receives the contribution
    place: int  # which operand of the operation it is
    upstream_gradient: np.ndarray  # ∂L/∂node, shaped like the node
    local_derivative: LocalDerivative  # ∂node/∂operand
    contribution: np.ndarray  # upstream × local, shaped like the operand
    total: np.ndarray  # of all contributions to the operand so far
    branch: int  # this is contribution number ``branch`` (from 1) …
    num_branches: int  # … of this many to the operand
    folds: tuple[Fold, ...]  # changes of shape between node and operand, in backward order
    summed_axes: tuple[int, ...]  # axes of the upstream gradient that broadcasting sums over here
    stop: Stop | None  # why no gradient, or hardly any, gets through


@dataclass(frozen=True, kw_only=True)
class Backward:
    """The backward pass of a graph.

    Args:
      graph: what was differentiated.
      gradients: argument → NumPy arrays arranged and shaped like the argument, in its dtype; zeros where the output
        does not depend on it, None for leaves that are not floating-point.
      totals: node → gradient of the output with respect to it, for every node that receives one.
      flows: what crossed every operand, in order.
    """

    graph: Graph
    gradients: dict[str, Any]
    totals: dict[str, np.ndarray]
    flows: tuple[Flow, ...] = field(repr=False)

    @cached_property
    def steps(self) -> tuple[BackwardStep, ...]:
        """Return the steps with every call closed."""
        return self.steps_of(self.graph.view())

    def steps_of(self, view: View) -> tuple[BackwardStep, ...]:
        """Return the steps between the nodes that a view shows, in backward order."""
        position = {(flow.node, flow.place): order for order, flow in enumerate(self.flows)}
        found = []
        for edge in view.edges:
            keys = [(edge.target, edge.operand), *((name, 0) for name in reversed(edge.through))]
            orders = [position[key] for key in keys if key in position]
            # a gradient that an operation ends never reaches the quiet nodes behind it
            ends = keys[0] in position and self.graph[edge.target].operation in NO_GRADIENT
            if len(orders) == len(keys) or ends:
                found.append((max(orders), edge, [self.flows[order] for order in orders]))
        found.sort(key=lambda item: item[0])
        counts: dict[str, int] = {}
        for _, edge, _ in found:
            counts[edge.source] = counts.get(edge.source, 0) + 1
        seen: dict[str, int] = {}
        steps = []
        for _, edge, flows in found:
            seen[edge.source] = seen.get(edge.source, 0) + 1
            first, node = flows[0], self.graph[edge.target]
            last = flows[-1]
            if len(flows) <= len(edge.through):
                nothing = np.zeros_like(self.graph[edge.source].value)
                last = last._replace(contribution=nothing, total=self.totals.get(edge.source, nothing))
            local = describe_local(self.graph, node, edge.operand, first.local)
            steps.append(
                BackwardStep(
                    len(steps),
                    edge.target,
                    edge.source,
                    edge.operand,
                    first.upstream_gradient,
                    local,
                    last.contribution,
                    last.total,
                    seen[edge.source],
                    counts[edge.source],
                    tuple(_fold(self.graph, flow) for flow in flows[1:]),
                    summed_axes(node.shape, first.contribution.shape) if local.kind == "elementwise" else (),
                    find_stop(node, edge.operand, first.upstream_gradient, first.local, first.contribution),
                )
            )
        return tuple(steps)

    def receivers(self, node: str) -> tuple[str, ...]:
        """Return the operands of a node that receive a gradient from it."""
        return tuple(step.operand for step in self.steps if step.node == node and np.any(step.contribution != 0))


def check_floating(dtype: np.dtype) -> None:
    """Raise ``InputError`` for the type of an output that has no gradient."""
    if not jnp.issubdtype(dtype, jnp.floating):
        raise InputError("graph:not_floating", value=str(dtype))


def check_scalar(shape: tuple[int, ...]) -> None:
    """Raise ``InputError`` for the shape of an output from which no gradient can start by itself."""
    if math.prod(shape) != 1:
        raise InputError("graph:not_scalar", value=shape)


def backward(graph: Graph, upstream_gradient: Any = None) -> Backward:
    """Differentiate a graph's output with respect to everything it depends on.

    Args:
      graph: from ``simulator.trace``.
      upstream_gradient: where the backward pass starts: an array shaped like the output. Left out, the output must be
        one number (a loss) and the pass starts from 1.

    Returns:
      Gradients and steps.

    Raises:
      InputError: when the output is not one number, nothing has a gradient, or JAX cannot differentiate an operation.

    >>> from simulator.graph.trace import trace
    >>> result = backward(trace("(w*x - t)**2", w=2.0, x=3.0, t=5.0))
    >>> {name: float(gradient) for name, gradient in result.gradients.items()}
    {'w': 6.0, 'x': 4.0, 't': -2.0}
    >>> [f"{step.node}→{step.operand}" for step in result.steps]
    ['L→v2', 'v2→v1', 'v2→t', 'v1→w', 'v1→x']
    """
    run = graph.run
    if run is None:
        raise InputError("graph:no_run")
    output = graph[graph.output].value
    check_floating(output.dtype)
    if not any(graph[name].active for name in graph.inputs):
        raise InputError("graph:nothing_to_differentiate")
    if upstream_gradient is None:
        check_scalar(output.shape)
        upstream_gradient = np.ones(output.shape, output.dtype)
    start = np.asarray(upstream_gradient, output.dtype)
    if start.shape != output.shape:
        raise InputError("graph:upstream_shape", value=start.shape, expected=output.shape)
    sweep = Sweep(graph, run)
    with jax.numpy_rank_promotion("allow"):
        sweep.start(run.program.block, start)
    totals = {name: np.asarray(total) for name, total in sweep.node_totals.items()}
    totals[graph.output] = start
    gradients = {}
    for argument in graph.arguments:
        gradients[argument.name] = argument.gather(
            {leaf: totals.get(leaf, np.zeros_like(graph[leaf].value)) for leaf in argument.leaves}
            | {leaf: None for leaf in argument.leaves if not graph[leaf].active}
        )
    return Backward(graph=graph, gradients=gradients, totals=totals, flows=tuple(sweep.flows))


def summed_axes(larger: tuple[int, ...], smaller: tuple[int, ...]) -> tuple[int, ...]:
    """Return the axes of ``larger`` over which broadcasting from ``smaller`` made copies.

    >>> summed_axes((4, 3), (3,)), summed_axes((4, 3), (4, 1)), summed_axes((2,), (2,)), summed_axes((1, 3), (3,))
    ((0,), (1,), (), ())
    """
    padded = (1,) * (len(larger) - len(smaller)) + tuple(smaller)
    return tuple(axis for axis, (big, small) in enumerate(zip(larger, padded, strict=True)) if big != small)


def _fold(graph: Graph, flow: Flow) -> Fold:
    node = graph[flow.node]
    before, after = flow.upstream_gradient.shape, flow.contribution.shape
    axes: tuple[int, ...] = ()
    if node.operation == "broadcast_in_dim":
        kept = node.params.get("broadcast_dimensions", ())
        axes = tuple(
            axis for axis, size in enumerate(before) if axis not in kept or (after[kept.index(axis)] == 1 and size != 1)
        )
    return Fold(flow.node, node.operation, before, after, axes)
