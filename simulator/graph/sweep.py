"""Gradient flowing back through a program, equation by equation, by JAX's own rules and in JAX's order.

Where paths meet, the running total is handed through the rule that adds to it: that is what makes the gradients those
of ``jax.grad`` to the last bit.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from simulator.errors import InputError
from simulator.graph.build import to_numpy
from simulator.graph.derivatives import local_value
from simulator.graph.model import Graph
from simulator.graph.program import NO_GRADIENT, Block, Equation, Group, Item, Run, group_function, read
from simulator.graph.pullbacks import is_floating, pull


class Flow(NamedTuple):
    """Gradient crossing one operand of one node, quiet nodes included: what views make steps of."""

    node: str
    place: int
    upstream_gradient: np.ndarray
    local: np.ndarray | None
    contribution: np.ndarray
    total: np.ndarray


class Sweep:
    """The running state of a backward pass: the gradient collected so far for every variable."""

    def __init__(self, graph: Graph, run: Run):
        self.graph, self.run = graph, run
        self.totals: dict[int, Any] = {}  # absent means that JAX would not compute it
        self.shadow: dict[int, Any] = {}  # what reaches variables behind a stopped gradient; never mixes with totals
        self.node_totals: dict[str, Any] = {}
        self.flows: list[Flow] = []
        self.watched: list[dict[int, Any]] = []  # open groups: external variable → contributions from inside

    def start(self, block: Block, gradient: np.ndarray) -> None:
        (output,) = block.outputs
        if isinstance(output, int):
            kind = self.totals if output in self.run.active else self.shadow
            kind[output] = jnp.asarray(gradient)
        self.items(block.items)
        for variable, name in zip(block.inputs, self.graph.inputs, strict=True):
            if variable in self.totals:
                self.node_totals[name] = self.totals[variable]

    def items(self, items: tuple[Item, ...]) -> None:
        for item in reversed(items):
            if isinstance(item, Group):
                self.group(item)
            else:
                self.equation(item)

    def group(self, group: Group) -> None:
        node = self.graph[self.run.name_of_item[id(group)]]
        upstream = self.totals.get(group.output)
        if upstream is None:
            self.items(group.items)
            return
        place = len(self.flows)
        self.watched.append({})
        self.items(group.items)
        inside = self.watched.pop()
        function = group_function(group)
        operands = [self.run.values[variable] for variable in group.inputs]
        flows = []
        for position, variable in enumerate(group.inputs):
            if variable in inside:
                local = local_value(node, position, function, operands)
                flows.append(_flow(node.name, position, upstream, local, inside[variable], self.totals[variable]))
        self.flows[place:place] = flows
        self.node_totals[node.name] = upstream

    def equation(self, equation: Equation) -> None:
        upstream = [self.totals.get(variable) for variable in equation.outputs]
        shadow = all(gradient is None for gradient in upstream)
        if shadow:
            upstream = [self.shadow.get(variable) for variable in equation.outputs]
        if all(gradient is None for gradient in upstream):
            return
        name = self.run.name_of_item[id(equation)]
        shown = self.graph[name].shown
        first = _zeros(self.graph[name].value) if upstream[shown] is None else upstream[shown]
        self.node_totals.setdefault(name, first) if not shadow else None
        if equation.operation in NO_GRADIENT:
            self.stopped(equation, name, first)
            return
        # where gradient comes in at another output as well, no one product is the contribution
        alone = all(gradient is None for place, gradient in enumerate(upstream) if place != shown)
        outputs = [self.run.values[variable] for variable in equation.outputs]
        gradients = [_zeros(o) if g is None else g for o, g in zip(outputs, upstream, strict=True) if is_floating(o)]
        before = {v: self.totals.get(v) for v in equation.inputs if isinstance(v, int)}
        if not shadow:
            self.operands(equation, name, gradients, (first, alone), self.run.active, self.totals)
        if shadow or equation.inner is None:
            self.operands(equation, name, gradients, (first, alone), self.run.shadow, self.shadow)
        if not shadow and equation.inner is not None and self.graph[name].children and not equation.custom_rule:
            self.inside(equation, equation.inner, upstream, before)

    def operands(
        self,
        equation: Equation,
        name: str,
        gradients: list,
        given: tuple[Any, bool],
        group: frozenset[int],
        totals: dict[int, Any],
    ) -> None:
        """Add the contributions of one equation to the totals of its operands in ``group``.

        Args:
          equation: that is differentiated.
          name: of its node.
          gradients: of every floating-point output.
          given: gradient of the output that is shown, and whether no other output has one.
          group: variables whose totals are kept.
          totals: of them.
        """
        node = self.graph[name]
        place_of: dict[int, list[int]] = {}
        for place, atom in enumerate(equation.inputs):
            if isinstance(atom, int) and atom in group:
                place_of.setdefault(atom, []).append(place)
        if not place_of:
            return
        operands = [read(atom, self.run.values) for atom in equation.inputs]
        variables = list(place_of)
        variable_at = {place: variable for variable in variables for place in place_of[variable]}
        places = list(variable_at)
        repeated = len(places) > len(variables)
        try:
            contributions = dict(
                zip(places, pull(equation.function, tuple((p,) for p in places), operands, gradients), strict=True)
            )
            if repeated or any(variable in totals for variable in variables):
                # hand the running totals through the rule: it may add to them more than once, and JAX's order counts
                slots = tuple(tuple(place_of[variable]) for variable in variables)
                running = [totals.get(v, _zeros(self.run.values[v])) for v in variables]
                new = dict(zip(variables, pull(equation.function, slots, operands, gradients, running), strict=True))
            else:
                new = {variable: contributions[place_of[variable][0]] for variable in variables}
        except (TypeError, ValueError, NotImplementedError) as error:
            raise InputError("graph:not_differentiable", operation=equation.operation) from error
        so_far = {v: np.asarray(totals[v]) if v in totals else None for v in variables}
        # readers go from left to right; where one value is used twice, JAX reaches the last operand first
        for place in sorted(places, reverse=repeated):
            variable = variable_at[place]
            contribution = np.asarray(contributions[place])
            with np.errstate(all="ignore"):  # ∞ − ∞ is a number that a learner may see
                so_far[variable] = contribution if so_far[variable] is None else so_far[variable] + contribution
            total = new[variable] if place == place_of[variable][0] else so_far[variable]
            upstream, alone = given
            local = local_value(node, place, equation.function, operands, equation.inner is None) if alone else None
            self.flows.append(_flow(name, place, upstream, local, contribution, total))
            for watched in self.watched if totals is self.totals else ():
                with np.errstate(all="ignore"):
                    watched[variable] = watched[variable] + contribution if variable in watched else contribution
        totals.update(new)

    def stopped(self, equation: Equation, name: str, upstream: Any) -> None:
        for i, atom in enumerate(equation.inputs):
            if isinstance(atom, int) and (atom in self.run.active or atom in self.run.shadow):
                zero = np.zeros_like(to_numpy(self.run.values[atom]))
                total = self.totals.get(atom, zero)
                self.flows.append(_flow(name, i, upstream, np.zeros_like(np.asarray(upstream)), zero, total))

    def inside(self, equation: Equation, inner: Block, upstream: list[Any], before: dict[int, Any]) -> None:
        """Repeat the step inside an opened call, where totals start from what the operands had before."""
        for variable, gradient in zip(inner.outputs, upstream, strict=True):
            if gradient is not None and isinstance(variable, int) and variable in self.run.active:
                self.totals[variable] = self.totals[variable] + gradient if variable in self.totals else gradient
        for variable, atom in zip(inner.inputs, equation.inputs, strict=True):
            if isinstance(atom, int) and before.get(atom) is not None:
                self.totals[variable] = before[atom]
        watched, self.watched = self.watched, []  # the closed call has already been counted
        self.items(inner.items)
        self.watched = watched


def _zeros(value: Any) -> np.ndarray:
    return np.zeros(value.shape, value.dtype)  # jnp.zeros_like would compile for every shape


def _flow(node: str, place: int, upstream: Any, local: Any, contribution: Any, total: Any) -> Flow:
    local = None if local is None else np.asarray(local)
    return Flow(node, place, np.asarray(upstream), local, np.asarray(contribution), np.asarray(total))
