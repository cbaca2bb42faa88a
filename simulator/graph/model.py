"""What a computation graph is: nodes with values, at every level of nesting, and what a view of it shows."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import jax
import numpy as np

from simulator.graph.program import Run


class Operand(NamedTuple):
    """What a node takes in at one place: the output of another node, or a number written in the operation."""

    source: str | None  # name of a node; None for a number
    output: int  # which output of the source
    value: np.ndarray


class Node(NamedTuple):
    """One operation, input, constant or call. Its ``name`` is unique in the graph and is how steps refer to it."""

    name: str
    index: int  # place in ``Graph.nodes``: stable, for identifiers in a drawing
    kind: str  # "input", "constant", "operation" or "call" (a node that opens into its inside)
    operation: str  # key of the table of operations ("mul", "relu"), or the name of a call that the table lacks
    operands: tuple[Operand, ...]
    values: tuple[np.ndarray, ...]  # one for each output; almost always one
    shown: int  # which of them is ``value``: the function's own, or the first that is used
    parent: str | None  # the call whose inside this node is part of
    children: tuple[str, ...]  # of a call, in forward order
    results: tuple[tuple[str, int], ...]  # of a call: which inside node, and which of its outputs, gives each output
    quiet: bool  # a change of shape or dtype, drawn as part of the edge
    hidden: bool  # computed from constants or indices alone: not drawn
    active: bool  # depends on an input that has a gradient
    custom_rule: bool  # JAX differentiates this call by a rule of its own, not through its inside
    params: dict[str, Any]  # of the operation, plain values only: axes, exponent, …

    @property
    def value(self) -> np.ndarray:
        """Return the output that is shown."""
        return self.values[self.shown]

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of the output that is shown."""
        return self.value.shape

    @property
    def dtype(self) -> np.dtype:
        """Return the dtype of the output that is shown."""
        return self.value.dtype


class Argument(NamedTuple):
    """One argument of the traced function, and the input nodes that its leaves became."""

    name: str
    leaves: tuple[str, ...]
    tree: Any  # jax.tree structure

    def gather(self, values: dict[str, Any]) -> Any:
        """Return ``values`` of the leaves, arranged like the argument."""
        return jax.tree.unflatten(self.tree, [values[leaf] for leaf in self.leaves])


class Edge(NamedTuple):
    """An arrow of a view, from the node that gives a value to the one that takes it."""

    source: str
    target: str
    operand: int  # place among the target's operands
    through: tuple[str, ...]  # quiet nodes folded into this edge, from source to target
    active: bool  # gradient flows back along it


class View(NamedTuple):
    """Which nodes and edges are seen when some calls are opened."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    opened: dict[str, tuple[str, ...]]  # call → visible nodes directly inside it


@dataclass(frozen=True, kw_only=True)
class Graph:
    """A traced computation with the value of every node.

    Args:
      nodes: every node at every level, in forward order; a call stands before its inside.
      inputs: names of the input nodes, in the order of the arguments.
      output: name of the node whose value the function returns.
      arguments: how the input nodes belong to the arguments.
      source: the typed text, or the function's name.
      run: what the backward pass needs; lost when a graph is pickled.
    """

    nodes: tuple[Node, ...]
    inputs: tuple[str, ...]
    output: str
    arguments: tuple[Argument, ...]
    source: str
    run: Run | None = field(default=None, repr=False, compare=False)

    def __getitem__(self, name: str) -> Node:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __getstate__(self):
        return {**{name: getattr(self, name) for name in self.__dataclass_fields__}, "run": None}

    @cached_property
    def _by_name(self) -> dict[str, Node]:
        return {node.name: node for node in self.nodes}

    @property
    def value(self) -> np.ndarray:
        """Return what the function returned."""
        return self[self.output].value

    @property
    def calls(self) -> tuple[str, ...]:
        """Return the nodes that can be opened."""
        return tuple(node.name for node in self.nodes if node.kind == "call" and node.children)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Return the calls around a node, outermost first."""
        found: list[str] = []
        parent = self[name].parent
        while parent is not None:
            found.append(parent)
            parent = self[parent].parent
        return tuple(reversed(found))

    def view(self, opened: Any = ()) -> View:
        """Return what is seen when the calls named in ``opened`` are open; ``"all"`` opens every call."""
        return build_view(self, frozenset(self.calls if opened == "all" else opened) & frozenset(self.calls))


def build_view(graph: Graph, opened: frozenset[str]) -> View:
    """Choose the visible nodes, and fold quiet nodes with a single reader into their edges."""
    visible = [node for node in graph.nodes if set(graph.ancestors(node.name)) <= opened and node.name not in opened]
    readers: dict[str, int] = {}
    for node in visible:
        sources = {shown_source(graph, opened, one.source, one.output) for one in node.operands if one.source}
        for name in sources:
            readers[name] = readers.get(name, 0) + 1
    folded = {
        node.name
        for node in visible
        if node.quiet and readers.get(node.name, 0) == 1 and shown_source(graph, opened, graph.output) != node.name
    }
    edges: list[Edge] = []
    for node in visible:
        if node.hidden or node.name in folded:
            continue
        for place, operand in enumerate(node.operands):
            through: list[str] = []
            source = operand.source and shown_source(graph, opened, operand.source, operand.output)
            while source in folded:
                through.append(source)
                inner = graph[source].operands[0]
                source = inner.source and shown_source(graph, opened, inner.source, inner.output)
            if source is not None and not graph[source].hidden:
                active = node.active and graph[source].active
                edges.append(Edge(source, node.name, place, tuple(reversed(through)), active))
    names = tuple(node.name for node in visible if node.name not in folded and not node.hidden)
    inside = {
        call: tuple(name for name in names if graph[name].parent == call) for call in graph.calls if call in opened
    }
    return View(names, tuple(edges), inside)


def shown_source(graph: Graph, opened: frozenset[str], name: str, output: int | None = None) -> str:
    """Return the node that stands for an output of ``name``: the closed call around it, or the inside of an open call.

    Args:
      graph: with the node.
      opened: calls that are open.
      name: of the node.
      output: which of its outputs; left out, the one that is shown.
    """
    for call in graph.ancestors(name):
        if call not in opened:
            return call
    node = graph[name]
    output = node.shown if output is None else output
    while node.name in opened:
        inside, output = node.results[output]
        node = graph[inside]
    return node.name
